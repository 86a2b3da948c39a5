//! What the bench writes into `docs/performance.md` goes to its place, and nothing else does.

#[path = "../benches/gateway/sections.rs"]
mod sections;

use sections::replaced;

const DOCUMENT: &str = "\
prose
<!-- begin one, written by `make bench` -->
old
<!-- end one, written by `make bench` -->
between
<!-- begin two, written by `make bench` -->
<!-- end two, written by `make bench` -->
after
";

#[test]
fn a_part_replaces_its_own_section_and_leaves_all_else() {
    let first = replaced(DOCUMENT, "one", "new").unwrap();
    assert_eq!(first, DOCUMENT.replace("old\n", "new\n"));
    let again = replaced(&first, "one", "old").unwrap();
    assert_eq!(again, DOCUMENT);
}

#[test]
fn a_section_that_is_missing_or_torn_is_not_written() {
    assert_eq!(replaced(DOCUMENT, "three", "new"), None);
    let torn = DOCUMENT.replace("<!-- end two", "<!-- the end of two");
    assert_eq!(replaced(&torn, "two", "new"), None);
}

#[test]
fn the_document_has_a_section_for_each_part_that_writes_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
    let document = std::fs::read_to_string(path).unwrap();
    for section in [
        "peers", "fanout", "latency", "ingest", "own", "thinned", "memory", "crowd",
    ] {
        assert!(replaced(&document, section, "").is_some(), "{section}");
    }
}
