//! The format in both directions, and its mistakes.

use super::*;

fn written(entries: &[Entry]) -> String {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, "a test").unwrap();
    entries
        .iter()
        .for_each(|entry| writer.write(entry).unwrap());
    String::from_utf8(out).unwrap()
}

fn read(text: &str) -> Result<Vec<Entry>, LogError> {
    Reader::new("x.log", text.as_bytes()).collect()
}

/// An entry as in `20113 "a"`, in microseconds.
fn shown(entry: &Entry) -> String {
    let what = match &entry.what {
        What::Open => "open".to_owned(),
        What::Close => "close".to_owned(),
        What::Bytes(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
    };
    format!("{} {what}", entry.at.as_micros())
}

/// What stands behind the first line, and its entries or what is wrong.
fn check(body: &str, wanted: &str) {
    let shown = match read(&format!("{MAGIC}: a test\n{body}\n")) {
        Ok(entries) => entries.iter().map(shown).collect::<Vec<_>>().join(", "),
        Err(why) => why.to_string(),
    };
    assert_eq!(shown, wanted, "{body}");
}

#[test]
fn any_bytes_come_back() {
    let mut rng = fastrand::Rng::with_seed(1);
    for round in 0..300 {
        let mut at = Duration::ZERO;
        let mut entries = vec![(0, What::Open)];
        for _ in 0..rng.usize(0..20) {
            let count = rng.usize(1..if round == 0 { 200_000 } else { 40 });
            // Text, UTF-8 and anything else, in runs.
            let bytes = std::iter::repeat_with(|| match rng.u8(0..4) {
                0 => rng.u8(..),
                1 => rng.u8(0x80..),
                _ => rng.u8(b' '..=b'~'),
            });
            let bytes: Vec<u8> = bytes.take(count).collect();
            entries.push((rng.u64(0..3_000_000), What::Bytes(bytes)));
        }
        entries.push((1, What::Close));
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(wait, what)| {
                at += Duration::from_micros(wait);
                Entry { at, what }
            })
            .collect();
        assert_eq!(joined(&read(&written(&entries)).unwrap()), joined(&entries));
    }
}

/// Pieces of the same time as one.
fn joined(entries: &[Entry]) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    for entry in entries {
        match (all.last_mut(), &entry.what) {
            (
                Some(Entry {
                    at,
                    what: What::Bytes(before),
                }),
                What::Bytes(more),
            ) if *at == entry.at => {
                before.extend_from_slice(more);
            }
            _ => all.push(entry.clone()),
        }
    }
    all
}

#[test]
fn a_person_can_read_it() {
    let piece = |at, bytes: &[u8]| Entry {
        at: Duration::from_micros(at),
        what: What::Bytes(bytes.to_vec()),
    };
    let open = Entry {
        at: Duration::ZERO,
        what: What::Open,
    };
    let text = written(&[
        open,
        piece(20_113, "temp:23.5 °C\t\"x\" it's\\\r\n".as_bytes()),
        piece(12_500_000, b"\xb0C\0\x1b[2J\xff\xe2\x80\xae"),
    ]);
    let wanted = r#"# boardcast log 1: a test
0.000000 open
0.020113 "temp:23.5 °C\t\"x\" it's\\\r\n"
12.500000 "\xB0C\x00\x1B[2J\xFF\xE2\x80\xAE"
"#;
    assert_eq!(text, wanted);
}

#[test]
fn a_title_is_one_line() {
    let mut out = Vec::new();
    Writer::new(&mut out, "a\n1.0 open").unwrap();
    assert_eq!(out, b"# boardcast log 1: a 1.0 open\n");
}

#[test]
fn what_a_person_writes_is_read() {
    check("", "");
    check(
        "0 open\r\n\n  # why\n1.5   \"a\" * 3\n2\tclose\n",
        "0 open, 1500000 \"aaa\", 2000000 close",
    );
    check("0.000001 \"a\"*2", "1 open, 1 \"aa\"");
    check(
        "3600 \"\\x41\\x0a\"",
        "3600000000 open, 3600000000 \"A\\n\"",
    );
    check(
        "1 open\n1 close\n1 open",
        "1000000 open, 1000000 close, 1000000 open",
    );
}

#[test]
fn a_recording_that_was_cut_short_ends_before_the_cut() {
    let whole = format!("{MAGIC}: a test\n0.000000 open\n0.020113 \"t:1 °C\\r\\n\"\n");
    let begin = whole.find("0.020113").unwrap();
    for end in begin..whole.len() - 2 {
        let entries: Result<Vec<_>, _> = Reader::new("x.log", &whole.as_bytes()[..end]).collect();
        assert_eq!(entries.unwrap().len(), 1, "{end}");
    }
    // Its line end alone is missing.
    assert_eq!(read(whole.trim_end()).unwrap().len(), 2);
}

#[test]
fn mistakes_in_bytes_are_told_with_their_line_and_the_cure() {
    check(
        "0 open\n0 \"a",
        "x.log: line 3: the closing quote `\"` is missing",
    );
    check(
        "0 \"\\q\"",
        "x.log: line 2: `\\q` is no escape (there are \\r, \\n, \\t, \\\\, \\\" and \\xNN for any byte)",
    );
    check(
        "0 \"\\x+1\"",
        "x.log: line 2: `\\x+1` is no escape (there are \\r, \\n, \\t, \\\\, \\\" and \\xNN for any byte)",
    );
    check(
        "0 \"\\",
        "x.log: line 2: `\\` is no escape (there are \\r, \\n, \\t, \\\\, \\\" and \\xNN for any byte)",
    );
    check(
        "0 opened",
        "x.log: line 2: `opened` is not `open`, `close` or bytes in double quotes",
    );
    check(
        "0",
        "x.log: line 2: `` is not `open`, `close` or bytes in double quotes",
    );
    check("0 \"\"", "x.log: line 2: no bytes (leave the line out)");
    check(
        "0 \"a\" * 0",
        "x.log: line 2: no bytes (leave the line out)",
    );
    check(
        "0 \"a\" twice",
        "x.log: line 2: `twice` behind the bytes (only `* 1000` may stand there, to repeat them)",
    );
    check(
        "0 \"ab\" * 9000000",
        "x.log: line 2: more than 16777216 bytes (break it into several lines)",
    );
    check(
        "0 \"ab\" * 18446744073709551615",
        "x.log: line 2: more than 16777216 bytes (break it into several lines)",
    );
}

#[test]
fn mistakes_in_times_and_their_order_are_told_too() {
    for time in ["a", "-1", "1.1234567", "1e3", ".5", "1234567890", "1.2.3"] {
        let wanted = format!(
            "x.log: line 2: `{time}` is no time (seconds with at most six decimals, as in 12.5)"
        );
        check(&format!("{time} open"), &wanted);
    }
    check(
        "2 open\n1.9 close",
        "x.log: line 3: 1.9 is before the line before (times never go back)",
    );
    check(
        "0 open\n0 open",
        "x.log: line 3: `open` of a port that is open already",
    );
    check(
        "0 close",
        "x.log: line 2: `close` of a port that is not open",
    );
    check(
        "0 open\n0 close\n0 \"a\"",
        "x.log: line 4: bytes while the port is closed (`open` is missing)",
    );
    check(
        &"a".repeat(MAX_LINE + 1),
        "x.log: line 2: longer than 1048576 bytes (break it into several, or repeat as in \"x\" * 1000)",
    );
}

#[test]
fn what_is_no_log_is_said_to_be_none() {
    let check = |bytes: &[u8], wanted: &str| {
        let mut reader = Reader::new("x.log", bytes);
        let first = reader.next().map(|read| read.unwrap_err().to_string());
        assert_eq!(first.as_deref(), Some(wanted), "{bytes:?}");
        assert_eq!(reader.next(), None);
    };
    let wanted = "x.log: line 1: not a log (its first line would begin `# boardcast log 1`)";
    check(b"", wanted);
    check(b"temp:1\n", wanted);
    check(b"# boardcast log 10\n", wanted);
    check(b"\x7fELF\xff\n", wanted);
    check(
        b"# boardcast log 1\n0 \"\xb0\"\n",
        "x.log: line 2: not UTF-8 (write such bytes as \\xNN)",
    );
    let open = |path: &str| {
        Reader::open(std::path::Path::new(path))
            .err()
            .map(|why| why.to_string())
    };
    assert_eq!(
        open("/nowhere/x.log").as_deref(),
        Some("/nowhere/x.log: there is no such file")
    );
}
