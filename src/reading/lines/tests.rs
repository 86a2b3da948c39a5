//! What comes out of [`Lines`], whatever goes in and in whatever pieces.

use proptest::prelude::*;

use super::*;

const LIMIT: usize = 8;

/// What comes out, as `text`, `~partial text` and `too long`, then `torn`.
fn cut<'a>(mut lines: Lines, reads: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut out = Vec::new();
    for read in reads {
        lines.feed(read, |cut| out.push(show(&cut)));
    }
    if lines.torn() {
        out.push("torn".to_owned());
    }
    out.join(" | ")
}

fn show(cut: &Cut<'_>) -> String {
    match cut {
        Cut::Line { text, partial } => format!("{}{text}", if *partial { "~" } else { "" }),
        Cut::TooLong => "too long".to_owned(),
    }
}

fn check(reads: &[&str], wanted: &str) {
    let reads = reads.iter().map(|read| read.as_bytes());
    assert_eq!(cut(Lines::new(LIMIT), reads), wanted);
}

fn check_syncing(reads: &[&str], wanted: &str) {
    let reads = reads.iter().map(|read| read.as_bytes());
    assert_eq!(cut(Lines::syncing(LIMIT), reads), wanted);
}

#[test]
fn every_line_end_ends_a_line() {
    check(&["a\nb\r\nc\rd\r", "\ne\r", "f\n"], "a | b | c | d | e | f");
    check(&["\n\r\n\r\r a \n \t\n\n"], " a ");
}

#[test]
fn nuls_are_removed_and_not_counted() {
    check(
        &["\0a\0b\n\0\n", "\0\0\0\0\0\0\0\0\0", "c\0\0d\n"],
        "ab | cd",
    );
    check(&["1234\x005678\n"], "12345678");
    check(&["1234\x0056789\n"], "too long");
}

#[test]
fn a_long_line_costs_only_itself() {
    check(&["12345678\n123456789\na\n"], "12345678 | too long | a");
    check(
        &["12345", "6789", "0123456789", "0\r", "\na\n"],
        "too long | a",
    );
    check(&["123456789"], "too long");
    check(&["         \na\n"], "too long | a");
}

#[test]
fn what_has_no_end_is_torn() {
    check(&["a\nb"], "a | torn");
    check(&["a\n \0"], "a");
    check_syncing(&["a"], "torn");
}

#[test]
fn the_first_line_of_a_port_is_partial() {
    check_syncing(&["mp:2", "3\na\n"], "~mp:23 | a");
    check_syncing(&["\na\n"], "a");
    check_syncing(&["123456789\na\n"], "too long | a");
    check_syncing(&["12345", "6789", "\na\n"], "too long | a");
}

#[test]
fn invalid_text_is_replaced() {
    let reads: [&[u8]; 3] = [b"23\xb0C\n\xe2\x82", b"\xac\n", b"\xe2\x82\n"];
    assert_eq!(cut(Lines::new(LIMIT), reads), "23\u{fffd}C | € | \u{fffd}");
}

#[test]
fn a_message_ends_its_last_line() {
    for (message, wanted) in [("a\nb", "a b"), ("a\r\n", "a"), ("", ""), ("\0a", "a")] {
        let mut out = Vec::new();
        Lines::new(LIMIT).feed_whole(message.as_bytes(), |cut| out.push(show(&cut)));
        assert_eq!(out.join(" "), wanted);
        let mut out = Vec::new();
        let mut lines = Lines::new(LIMIT);
        lines.feed(message.as_bytes(), |cut| out.push(show(&cut)));
        lines.finish(|cut| out.push(show(&cut)));
        assert_eq!(out.join(" "), wanted);
    }
}

#[test]
fn memory_is_bounded_without_a_line_end() {
    // The whole gigabyte takes too long without optimisation.
    let reads = if cfg!(debug_assertions) {
        1 << 10
    } else {
        1 << 14
    };
    let read = vec![b'x'; 1 << 16];
    let mut lines = Lines::new(4096);
    let mut too_long = 0;
    for _ in 0..reads {
        lines.feed(&read, |_| too_long += 1);
        assert!(lines.capacity() <= 4096);
    }
    assert_eq!(too_long, 1);
    lines.feed(b"\n1", |_| unreachable!("the long line was reported"));
    lines.finish(|cut| assert_eq!(show(&cut), "1"));
}

proptest! {
    #[test]
    fn how_bytes_are_split_never_matters(
        bytes in proptest::collection::vec(prop_oneof![
            Just(b'\n'), Just(b'\r'), Just(0), Just(b'a'), Just(b' '), any::<u8>(),
        ], 0..200),
        sizes in proptest::collection::vec(1..20_usize, 200),
    ) {
        let mut rest = &bytes[..];
        let reads: Vec<&[u8]> = sizes.iter().map_while(|size| {
            let (read, after) = rest.split_at_checked(*size).unwrap_or((rest, &[]));
            rest = after;
            (!read.is_empty()).then_some(read)
        }).collect();
        let whole = cut(Lines::syncing(LIMIT), [&bytes[..]]);
        prop_assert_eq!(cut(Lines::syncing(LIMIT), reads), whole);
    }
}
