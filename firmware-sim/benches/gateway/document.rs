//! `docs/performance.md`: its prose is written by hand, its figures by the bench.

use std::fs;
use std::path::PathBuf;

use crate::machine::MACHINE;
use crate::{Outcome, sections};

/// Replaces what the document says under this name; all else in it stays.
pub fn put(section: &str, text: &str) -> Outcome {
    let path = folder().join("performance.md");
    let document = fs::read_to_string(&path)?;
    let text = format!("*{}*\n\n{}", *MACHINE, text.trim_end());
    let document = sections::replaced(&document, section, &text)
        .ok_or_else(|| format!("{} has no section {section}", path.display()))?;
    Ok(fs::write(path, document)?)
}

/// Where a picture of the document is.
pub fn picture(name: &str) -> PathBuf {
    folder().join("img").join(name)
}

/// The bench runs where it was built.
fn folder() -> PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../docs").into()
}
