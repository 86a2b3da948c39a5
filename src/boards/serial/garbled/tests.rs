//! Text that is text, and text at every wrong rate.

use firmware_sim::uart::misread;
use proptest::prelude::*;

use super::*;
use crate::boards::serial::rates::RATES;

/// What boards print, as sketches do: pairs, JSON, digits, words, and beyond ASCII.
const PRINTED: [fn(u32) -> String; 6] = [
    |n| format!("temp:{}.{},hum:{}\r\n", n % 40, n % 10, n % 97),
    |n| format!("{{\"temperature\":{}.{},\"ok\":true}}\r\n", n % 40, n % 10),
    |n| format!("{}.{:02},{}\r\n", n % 31, n % 100, n % 17),
    |n| format!("{}\r\n", n % 1024),
    |n| {
        format!(
            "Booting {n}, please wait\r\nsensor {} not found!\r\n",
            n % 7
        )
    },
    |n| format!("Temp {}.{} °C\n", n % 31, n % 10),
];

/// What a board prints in some tenths of a second, so many lines in each, with other
/// values each time.
fn printed(print: fn(u32) -> String, tenths: u32, lines: u32) -> Vec<String> {
    let line = |number: u32| print(number.wrapping_mul(7919));
    let tenth = |tenth: u32| (tenth * lines..(tenth + 1) * lines).map(line).collect();
    (0..tenths).map(tenth).collect()
}

/// The changes while these come, one each 100 ms, over and over until `seconds` are over.
fn changes(pieces: &[&[u8]], seconds: u64) -> Vec<(u64, Change)> {
    let (mut garbled, start) = (Garbled::default(), Instant::now());
    let times = (0..=seconds * 10).map(|tenth| tenth * 100);
    let fed = times.zip(pieces.iter().cycle());
    fed.filter_map(|(ms, piece)| {
        let change = garbled.feed(piece, start + Duration::from_millis(ms))?;
        Some((ms, change))
    })
    .collect()
}

fn check(pieces: &[&[u8]], wanted: &[(u64, Change)]) {
    assert_eq!(changes(pieces, 10), wanted, "{pieces:?}");
}

/// A board that is faster than this sends too few bytes that a port could judge.
const FARTHEST: u32 = 12;

/// A chip sees digits sent a little slower than it reads as letters: no byte tells.
fn looks_like_text(text: &str, sent: u32, read: u32) -> bool {
    let is_close = sent < read && u64::from(read) * 10 < u64::from(sent) * 11;
    is_close && !text.contains(char::is_alphabetic)
}

#[test]
fn text_at_every_wrong_rate_is_garbled_after_two_seconds() {
    let pairs = RATES
        .iter()
        .flat_map(|sent| RATES.map(|read| (*sent, read)));
    for (sent, read) in pairs.filter(|(sent, read)| sent != read && sent / read <= FARTHEST) {
        for print in PRINTED {
            let texts = printed(print, 21, 12 * (1 + sent / read / 4));
            if looks_like_text(&texts[0], sent, read) {
                continue;
            }
            let seen = texts
                .iter()
                .map(|text| misread(text.as_bytes(), sent, read));
            let seen: Vec<Vec<u8>> = seen.collect();
            let found = changes(&seen.iter().map(Vec::as_slice).collect::<Vec<_>>(), 2);
            let wanted = [(2000, Change::Garbled)];
            assert_eq!(found, wanted, "{:?} at {sent}, read at {read}", texts[0]);
        }
    }
}

#[test]
fn text_at_its_rate_is_not() {
    for print in PRINTED {
        let texts = printed(print, 100, 20);
        let bytes: Vec<&[u8]> = texts.iter().map(String::as_bytes).collect();
        check(&bytes, &[]);
    }
}

#[test]
fn characters_of_other_languages_are_text_also_where_reads_cut_them() {
    let line = "温度 23.5 °C – влажность 48 % 🌡\n".as_bytes();
    let bytes: Vec<&[u8]> = line.chunks(1).collect();
    check(&bytes, &[]);
    check(&line.chunks(3).collect::<Vec<_>>(), &[]);
}

#[test]
fn colours_of_a_log_are_text() {
    check(&[b"\x1b[0;32mI (312) wifi: started\x1b[0m\n"], &[]);
    check(&[b"\x1b[31mE\x1b[0m\r\n"], &[]);
}

#[test]
fn a_degree_sign_in_latin_1_is_text() {
    check(&[b"23\xb0C\r\n"], &[]);
}

#[test]
fn noise_of_an_idle_line_between_good_lines_is_no_wrong_rate() {
    check(&[&[0xff; 300], b"temp:23.5,hum:48\r\n"], &[]);
    check(&[&[0; 300], b"temp:23.5,hum:48\r\n"], &[]);
    check(&[&[0; 3], b"23.5,48\n"], &[]);
}

#[test]
fn few_bytes_say_nothing() {
    check(
        &[b"\xff", b"", b"", b"", b"", b"", b"", b"", b"", b"", b""],
        &[],
    );
}

#[test]
fn a_boot_banner_at_another_rate_is_soon_over() {
    let banner = "ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\nload 0x4010f000\r\n";
    let banner = misread(banner.repeat(4).as_bytes(), 74_880, 115_200);
    let (mut garbled, start) = (Garbled::default(), Instant::now());
    let mut feed = |bytes: &[u8], ms| garbled.feed(bytes, start + Duration::from_millis(ms));
    assert_eq!(feed(&banner, 0), None);
    for second in 1..10 {
        assert_eq!(feed(b"temp:23.5\r\n", second * 1000), None);
    }
}

#[test]
fn lines_that_make_sense_clear_it() {
    let text = printed(PRINTED[0], 1, 20).concat();
    let noise = misread(text.as_bytes(), 9600, 115_200);
    let (mut garbled, start) = (Garbled::default(), Instant::now());
    let mut feed = |bytes: &[u8], ms| garbled.feed(bytes, start + Duration::from_millis(ms));
    assert_eq!(feed(&noise, 0), None);
    assert_eq!(feed(&noise, 1000), None);
    assert_eq!(feed(&noise, 2000), Some(Change::Garbled));
    assert_eq!(feed(&noise, 3000), None);
    // Much text at once is clear at once, little of it once its window is over.
    assert_eq!(feed(b"temp:23.5,hum:48\r\n", 3100), None);
    assert_eq!(feed(text.as_bytes(), 3200), Some(Change::Clear));
    for second in 4..8 {
        assert_eq!(feed(&noise, second * 1000), None);
    }
    assert_eq!(feed(b"t:1\r\n", 8000), Some(Change::Garbled));
    for tenth in 1..10 {
        assert_eq!(feed(b"t:1\r\n", 8000 + tenth * 100), None);
    }
    assert_eq!(feed(b"t:1\r\n", 9000), Some(Change::Clear));
}

#[test]
fn a_loose_wire_says_so_ever_less_often() {
    let text = printed(PRINTED[0], 1, 20).concat();
    let noise = misread(text.as_bytes(), 9600, 115_200);
    let (mut garbled, start) = (Garbled::default(), Instant::now());
    let mut told = |seconds: std::ops::Range<u64>, is_bad: &dyn Fn(u64) -> bool| {
        let fed = seconds.map(|second| {
            let bytes = if is_bad(second) {
                &noise
            } else {
                text.as_bytes()
            };
            garbled.feed(bytes, start + Duration::from_secs(second))
        });
        fed.flatten()
            .filter(|change| *change == Change::Garbled)
            .count()
    };
    // Three seconds of noise in each six: said when that is new, and not all night.
    let hour = told(0..3600, &|second| second % 6 < 3);
    assert_eq!(hour, 1);
    // Noise in every second but one in a hundred: once in a hundred, at most.
    let day = told(3600..90_000, &|second| second % 100 > 0);
    assert!((800..=870).contains(&day), "{day}");
    // After a calm minute it is news at once.
    assert_eq!(told(90_000..90_070, &|_| false), 0);
    assert_eq!(told(90_070..90_074, &|_| true), 1);
}

proptest! {
    #[test]
    fn how_reads_cut_the_bytes_changes_nothing(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        cuts in proptest::collection::vec(1_usize..9, 1..200),
    ) {
        let (mut whole, mut cut) = (Look::default(), Look::default());
        whole.feed(&bytes);
        let (mut rest, mut cuts) = (&bytes[..], cuts.iter().cycle());
        while let Some(length) = cuts.next().filter(|_| !rest.is_empty()) {
            let (now, later) = rest.split_at(rest.len().min(*length));
            cut.feed(now);
            rest = later;
        }
        prop_assert_eq!(format!("{whole:?}"), format!("{cut:?}"));
        prop_assert!(cut.torn.len() <= 3);
    }
}
