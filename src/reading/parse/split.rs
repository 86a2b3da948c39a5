//! Splits a line into pieces by its one separator.
//! Knows nothing of what a piece says.

/// What stands between the pieces of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// One of tab, `;`, `&`, `,`: between two of them may be nothing.
    Char(char),
    /// Runs of spaces.
    Spaces,
}

/// Without outer spaces. Tabs stay: they are separators.
pub fn trim(text: &str) -> &str {
    text.trim_matches(' ')
}

/// The separator of a line of values: the first that is present.
pub fn of_values(line: &str) -> Separator {
    first_present(line, &['\t', ';', ','])
}

/// The separator of a line of pairs, which may also be `&`.
pub fn of_pairs(line: &str) -> Separator {
    first_present(line, &['\t', ';', '&', ','])
}

/// The pieces of a trimmed line, each trimmed, without one empty last piece.
pub fn pieces(line: &str, separator: Separator) -> impl Iterator<Item = &str> + Clone {
    let (char, empty_too) = match separator {
        Separator::Char(char) => (char, true),
        Separator::Spaces => (' ', false),
    };
    let line = line.strip_suffix(char).unwrap_or(line);
    let pieces = line.split(char).map(trim);
    pieces.filter(move |piece| empty_too || !piece.is_empty())
}

fn first_present(line: &str, separators: &[char]) -> Separator {
    let present = separators.iter().find(|char| line.contains(**char));
    present.map_or(Separator::Spaces, |char| Separator::Char(*char))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, wanted: &[&str]) {
        let line = trim(line);
        let found: Vec<&str> = pieces(line, of_values(line)).collect();
        assert_eq!(found, wanted, "{line}");
    }

    #[test]
    fn the_first_separator_present_splits() {
        check("a\tb;c", &["a", "b;c"]);
        check("a,b;c,d", &["a,b", "c,d"]);
        check(" a , b c ", &["a", "b c"]);
        check("a   b c", &["a", "b", "c"]);
        check("a&b", &["a&b"]);
    }

    #[test]
    fn one_empty_last_piece_is_ignored() {
        check("a,b,", &["a", "b"]);
        check("a,b, , ", &["a", "b", ""]);
        check(",a", &["", "a"]);
        check(",", &[""]);
    }
}
