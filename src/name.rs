//! Names of boards, and the globs that select them.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// The longest name a board may have, in bytes.
pub const MAX_NAME: usize = 64;

/// A board's id: `[A-Za-z0-9][A-Za-z0-9_.-]{0,63}`. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoardName(Arc<str>);

/// Why a text cannot be a board's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidName(String);

impl BoardName {
    /// Checks a name.
    ///
    /// # Errors
    /// When the text is empty, longer than [`MAX_NAME`], or holds another character.
    pub fn new(text: &str) -> Result<Self, InvalidName> {
        let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        let starts_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts_well && text.len() <= MAX_NAME && text.chars().all(rest) {
            return Ok(Self(text.into()));
        }
        Err(InvalidName(text.chars().take(MAX_NAME).collect()))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for BoardName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BoardName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for InvalidName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` cannot be a board's name (a letter or digit, then up to 63 of letters, digits, `_`, `.` and `-`)",
            self.0
        )
    }
}

impl std::error::Error for InvalidName {}

/// At most this many globs in one subscription; more is an error for who asks.
pub const MAX_GLOBS: usize = 64;

/// Which boards a subscriber wants: names or globs, in which `*` stands for any text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Boards {
    /// Every board, also those that appear later.
    All,
    /// Boards that match at least one of these.
    Matching(Vec<String>),
}

impl Boards {
    /// Reads a comma-separated list, as in `greenhouse,lab-*`. An empty list is all boards.
    ///
    /// # Errors
    /// When an entry cannot match any name, or there are more than [`MAX_GLOBS`].
    pub fn from_list(list: &str) -> Result<Self, String> {
        if list.trim().is_empty() {
            return Ok(Self::All);
        }
        Self::from_globs(list.split(',').map(str::trim))
    }

    /// Takes globs one by one.
    ///
    /// # Errors
    /// As [`Boards::from_list`].
    pub fn from_globs<'a>(globs: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let mut wanted: Vec<String> = Vec::new();
        for glob in globs {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '*');
            if glob.is_empty() || glob.len() > 2 * MAX_NAME || !glob.chars().all(fits) {
                return Err(format!("`{glob}` is neither a board's name nor a glob"));
            }
            if wanted.len() == MAX_GLOBS {
                return Err(format!("more than {MAX_GLOBS} names in `boards`"));
            }
            wanted.push(glob.to_owned());
        }
        if wanted.is_empty() || wanted.iter().any(|glob| glob == "*") {
            return Ok(Self::All);
        }
        wanted.sort();
        wanted.dedup();
        Ok(Self::Matching(wanted))
    }

    /// Whether a board of this name is wanted.
    pub fn matches(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::Matching(globs) => globs.iter().any(|glob| glob_matches(glob, name)),
        }
    }
}

/// Matches by taking each piece between stars at its first place, which is enough
/// when nothing but `*` is special; linear in the name for each piece.
fn glob_matches(glob: &str, name: &str) -> bool {
    let Some((first, rest)) = glob.split_once('*') else {
        return glob == name;
    };
    let Some(mut name) = name.strip_prefix(first) else {
        return false;
    };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        let Some(at) = name.find(piece) else {
            return false;
        };
        name = &name[at + piece.len()..];
    }
    name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for good in ["greenhouse", "a", "0", "lab-1.b_c", &"a".repeat(64)] {
            assert!(BoardName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", ".a", "_a", "a b", "ä", "a/b", &"a".repeat(65)] {
            assert!(BoardName::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn globs_select() {
        let cases = [
            ("greenhouse", "greenhouse", true),
            ("greenhouse", "greenhouse2", false),
            ("lab-*", "lab-1", true),
            ("lab-*", "lab-", true),
            ("lab-*", "lab", false),
            ("*-1", "lab-1", true),
            ("*a*a*", "banana", true),
            ("a*a", "a", false),
            ("l*b*1", "lab-1", true),
            ("*", "x", true),
            ("x,lab-*", "lab-2", true),
            ("", "x", true),
        ];
        for (list, name, wanted) in cases {
            let boards = Boards::from_list(list).unwrap();
            assert_eq!(boards.matches(name), wanted, "{list} on {name}");
        }
        assert!(Boards::from_list("a b").is_err());
        assert!(Boards::from_list("a,,b").is_err());
    }
}
