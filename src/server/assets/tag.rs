//! What a client has already: `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2).

use std::fmt::Write;

use hyper::header::{HeaderMap, IF_NONE_MATCH};

/// Bytes of a hash in a tag: no two of some dozen files share them.
const BYTES: usize = 16;

/// The strong tag of bytes with this hash, with its quotes. Each form of a file has its own.
pub fn of(hash: &[u8]) -> String {
    let mut tag = String::from("\"");
    for byte in hash.iter().take(BYTES) {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether the client says that it has this. A tag that was made weak on its way (by a proxy
/// that packs) still says so.
pub fn is_known(tag: &str, request: &HeaderMap) -> bool {
    let lines = request.get_all(IF_NONE_MATCH).iter();
    let mut lines = lines.filter_map(|line| line.to_str().ok());
    lines.any(|line| {
        let mut tags = line.split(',').map(str::trim);
        tags.any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_beginning_of_a_hash() {
        let hash: Vec<u8> = (0xf0..=0xff).chain(0..16).collect();
        assert_eq!(of(&hash), "\"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff\"");
    }

    #[test]
    fn the_client_says_what_it_has() {
        let cases = [
            (None, false),
            (Some("\"ab\""), true),
            (Some("W/\"ab\""), true),
            (Some("*"), true),
            (Some("\"x\", \"ab\""), true),
            (Some("\"x\",W/\"ab\" "), true),
            (Some("\"abc\""), false),
            (Some("ab"), false),
            (Some("w/\"ab\""), false),
            (Some(""), false),
        ];
        for (header, wanted) in cases {
            let mut headers = HeaderMap::new();
            if let Some(text) = header {
                headers.insert(IF_NONE_MATCH, text.parse().unwrap());
            }
            assert_eq!(is_known("\"ab\"", &headers), wanted, "{header:?}");
        }
    }
}
