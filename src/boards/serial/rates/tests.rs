//! Boards at every rate, as a port that does not know it would see them.

use firmware_sim::uart::misread;

use super::*;

/// A board that prints lines, and the port that listens at what [`Rates`] says.
struct Bench {
    rates: Rates,
    sent: u32,
    now: Instant,
    read: Vec<u8>,
    lost: usize,
    exhausted: u32,
    turns: usize,
}

impl Bench {
    fn new(sent: u32) -> Self {
        Self {
            rates: Rates::new(),
            sent,
            now: Instant::now(),
            read: Vec::new(),
            lost: 0,
            exhausted: 0,
            turns: 0,
        }
    }

    /// The board prints this; then nothing for so long.
    fn print(&mut self, text: &str, pause: Duration) {
        let seen = misread(text.as_bytes(), self.sent, self.rates.baud());
        let heard = self.rates.feed(&seen, self.now);
        self.heard(heard, &seen);
        let end = self.now + pause;
        while let Some(due) = self.rates.deadline().filter(|due| *due < end) {
            let heard = self.rates.judge(due);
            self.heard(heard, &[]);
        }
        self.now = end;
    }

    fn heard(&mut self, heard: Heard, seen: &[u8]) {
        match heard {
            Heard::Wait => {}
            Heard::Read => self.read.extend_from_slice(seen),
            Heard::Found { held, .. } => self.read.extend(held),
            Heard::Skip => self.lost += seen.len(),
            Heard::Turn { lost, exhausted } => {
                self.turns += 1;
                self.lost += lost;
                self.exhausted += u32::from(exhausted);
            }
        }
    }

    fn is_found(&self) -> bool {
        matches!(self.rates.state, State::Found(_))
    }
}

const SECOND: Duration = Duration::from_secs(1);

fn place(bench: &Bench) -> String {
    bench.rates.place(Path::new("/dev/ttyUSB0"))
}

#[test]
fn the_first_line_at_the_usual_rate_is_read_at_once() {
    for line in ["t:1\r\n", "512\r\n", "temp:23.5,hum:48\n", "Booting…\r\n"] {
        let mut bench = Bench::new(115_200);
        bench.print(line, SECOND);
        assert_eq!(String::from_utf8_lossy(&bench.read), line);
        assert_eq!(place(&bench), "/dev/ttyUSB0");
    }
}

#[test]
fn a_board_at_any_usual_rate_is_found_and_no_garbage_is_read() {
    for sent in RATES {
        let mut bench = Bench::new(sent);
        let mut printed = Vec::new();
        // A fast board is few bytes at a slow rate, and a line of it says nothing.
        for number in 0..4 * RATES.len() {
            let line = format!("temp:{}.{number},hum:{}\r\n", number % 40, 99 - number);
            bench.print(&line.repeat(4), SECOND);
            printed.extend(line.repeat(4).into_bytes());
        }
        assert!(bench.is_found(), "{sent}");
        assert_eq!(bench.rates.baud(), sent);
        assert!(printed.ends_with(&bench.read), "{sent}");
        assert_eq!(bench.exhausted, 0);
    }
}

#[test]
fn a_slow_board_at_9600_is_found_with_its_second_line() {
    let mut bench = Bench::new(9600);
    bench.print("temp:23.5\r\n", 10 * SECOND);
    bench.print("temp:23.6\r\n", 10 * SECOND);
    assert_eq!(bench.read, b"temp:23.6\r\n");
    assert_eq!(place(&bench), "/dev/ttyUSB0 at 9600 baud");
    assert!(bench.lost > 0);
}

#[test]
fn what_was_found_is_the_first_after_a_replug() {
    let mut bench = Bench::new(9600);
    bench.print("temp:23.5\r\n", SECOND);
    bench.print("temp:23.6\r\n", SECOND);
    bench.rates.opened();
    assert_eq!(bench.rates.baud(), 9600);
    bench.print("temp:23.7\r\n", SECOND);
    assert_eq!(bench.read, b"temp:23.6\r\ntemp:23.7\r\n");
}

#[test]
fn only_another_rate_is_news() {
    let (mut rates, now) = (Rates::new(), Instant::now());
    let found = |news| Heard::Found {
        held: b"t:1\n".to_vec(),
        news,
    };
    assert_eq!(rates.feed(b"t:1\n", now), found(false));
    rates.opened();
    rates.next = 1;
    assert_eq!(rates.feed(b"t:1\n", now), found(true));
    rates.opened();
    assert_eq!(rates.feed(b"t:1\n", now), found(false));
}

#[test]
fn a_boot_banner_at_another_rate_does_not_lead_astray() {
    let mut bench = Bench::new(74_880);
    let banner = "ets Jan  8 2013,rst cause:2, boot mode:(3,6)\r\nload 0x4010f000, len 3456\r\n";
    bench.print(banner, SECOND / 5);
    bench.sent = 115_200;
    bench.print("starting up, please wait\r\n", SECOND);
    assert!(bench.is_found());
    assert_eq!(bench.rates.baud(), 115_200);
}

#[test]
fn a_board_that_is_flashed_with_another_rate_is_found_again() {
    let mut bench = Bench::new(115_200);
    bench.print("temp:23.5,hum:48\r\n", SECOND);
    bench.sent = 9600;
    for number in 0..10 {
        bench.print(&format!("temp:23.{number},hum:48\r\n").repeat(3), SECOND);
    }
    assert_eq!((bench.rates.baud(), bench.is_found()), (9600, true));
}

#[test]
fn noise_is_never_read_and_that_is_told_once() {
    let mut bench = Bench::new(115_200);
    for _ in 0..2 * RATES.len() {
        let bytes: Vec<u8> = (0..100)
            .map(|n: u32| 128 + (n * n * 37 % 128) as u8)
            .collect();
        let heard = bench.rates.feed(&bytes, bench.now);
        bench.heard(heard, &bytes);
        bench.now += SECOND;
        let heard = bench.rates.judge(bench.now);
        bench.heard(heard, &[]);
    }
    assert_eq!(bench.read, b"");
    assert_eq!((bench.exhausted, bench.lost), (1, 200 * RATES.len()));
    // An adapter is not set to another rate twice a second for ever.
    assert_eq!(bench.turns, RATES.len());
    bench.now += REST;
    bench.print("temp:23.5\r\n", SECOND);
    assert_eq!(bench.read, b"temp:23.5\r\n");
}

#[test]
fn a_short_line_is_read_also_if_no_other_follows() {
    for line in ["1\n", "ok\n", "7\r\n"] {
        let mut bench = Bench::new(115_200);
        bench.print(line, 600 * SECOND);
        assert_eq!(bench.read, line.as_bytes());
    }
    // Noise is no line, nor is what has no end.
    for noise in [&b"\n"[..], b"1", b"\xff\n"] {
        let (mut rates, now) = (Rates::new(), Instant::now());
        assert_eq!(rates.feed(noise, now), Heard::Wait);
        assert_eq!(rates.judge(now + 60 * SECOND), Heard::Wait);
    }
}

#[test]
fn what_is_held_back_when_the_port_closes_is_counted() {
    let (mut rates, now) = (Rates::new(), Instant::now());
    assert_eq!(rates.feed(b"te", now), Heard::Wait);
    assert_eq!((rates.closed(), rates.closed()), (2, 0));
}

#[test]
fn a_quiet_board_stays_at_its_rate() {
    let (mut rates, now) = (Rates::new(), Instant::now());
    assert_eq!(rates.deadline(), None);
    assert_eq!(rates.feed(b"\0", now), Heard::Wait);
    assert_eq!(rates.deadline(), None);
    assert_eq!(rates.judge(now + 60 * SECOND), Heard::Wait);
    assert_eq!(rates.baud(), 115_200);
}

#[test]
fn no_more_is_held_than_the_bound() {
    let (mut rates, now) = (Rates::new(), Instant::now());
    let text = [b'x'; 100];
    let fed: Vec<Heard> = (0..41).map(|_| rates.feed(&text, now)).collect();
    assert!(fed[..40].iter().all(|heard| *heard == Heard::Wait));
    assert!(matches!(&fed[40], Heard::Found { held, .. } if held.len() == 4100));
}
