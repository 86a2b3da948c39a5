//! Parts of a text file between two comments, which a program may write anew.

/// The document with this text between the comments of a section. `None` if it has no
/// such section, so that nothing is written in a wrong place.
pub fn replaced(document: &str, section: &str, text: &str) -> Option<String> {
    let (begin, end) = (comment("begin", section), comment("end", section));
    let (before, rest) = document.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n{text}\n{end}{after}"))
}

fn comment(which: &str, section: &str) -> String {
    format!("<!-- {which} {section}, written by `make bench` -->")
}
