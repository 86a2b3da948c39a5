//! One thing that the doctor looked at, and how it is shown.

use serde_json::{Value, json};

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// For programs: what kind of finding this is. Never changes its meaning.
    pub id: &'static str,
    /// For people: what was found.
    pub what: String,
    /// What to type or to do; every warning and every problem has one.
    pub cure: Option<String>,
}

/// How bad a finding is, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// Something does not work.
    Problem,
    /// Something may stop working.
    Warning,
    /// Nothing is wrong, but there is something to know.
    Note,
    /// As it should be.
    Fine,
}

impl Finding {
    /// Something that is as it should be.
    pub fn fine(id: &'static str, what: impl Into<String>) -> Self {
        Self::new(Severity::Fine, id, what, None)
    }

    /// Something to know, and what to do about it.
    pub fn note(id: &'static str, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::new(Severity::Note, id, what, Some(cure.into()))
    }

    /// Something that may stop working, and what to do against it.
    pub fn warning(id: &'static str, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::new(Severity::Warning, id, what, Some(cure.into()))
    }

    /// Something that does not work, and what to do against it.
    pub fn problem(id: &'static str, what: impl Into<String>, cure: impl Into<String>) -> Self {
        Self::new(Severity::Problem, id, what, Some(cure.into()))
    }

    fn new(
        severity: Severity,
        id: &'static str,
        what: impl Into<String>,
        cure: Option<String>,
    ) -> Self {
        let what = what.into();
        Self {
            severity,
            id,
            what,
            cure,
        }
    }

    /// For people: the severity in a column of its own, the cure below, and a blank line
    /// behind it.
    pub fn lines(&self) -> String {
        let indented = |text: &str| text.replace('\n', "\n         ");
        let what = indented(&self.what);
        let cure = self.cure.iter();
        let cure = cure.map(|cure| format!("   cure: {}\n\n", indented(cure)));
        let name = self.severity.name();
        format!("{name:<8} {what}\n{}", cure.collect::<String>())
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let Self { id, what, cure, .. } = self;
        json!({ "severity": self.severity.name(), "id": id, "what": what, "cure": cure })
    }
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Fine => "fine",
        }
    }
}
