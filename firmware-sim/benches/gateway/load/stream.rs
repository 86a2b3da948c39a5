//! A board on a serial port that prints without a pause: bytes come at the port's rate, in
//! the pieces in which a USB adapter hands them on, and lines end wherever they end.

use std::io::Write;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::audience::Audience;
use super::histogram::Histogram;
use super::marker::{self, Marker};
use super::{Door, Measured, PATIENCE, RUNS, Serial, Source, TICK};
use crate::Outcome;
use crate::process::Process;

/// An adapter sends what it has each millisecond.
const PIECE: Duration = Duration::from_millis(1);

/// A byte with its start and its stop bit.
const BITS: f64 = 10.0;

/// The lines of one run.
struct Print {
    number: u16,
    began: Instant,
    /// Printed, and not sent yet.
    text: Vec<u8>,
    lines: u32,
    /// When the last byte of each line was sent, in nanoseconds since the beginning.
    sent: Vec<u64>,
}

/// Prints at this rate for so long, and waits until one subscriber has every line.
pub fn run(
    server: &Process,
    door: Door,
    serial: Serial,
    baud: u32,
    span: Duration,
) -> Outcome<Measured> {
    let mut audience = Audience::new()?;
    audience.join(door.subscriber()?)?;
    let mut port = Source::Serial(serial);
    let mut heard = Heard::default();
    let cpu = server.cpu_of_threads()?;
    let mut print = Print::new();
    let mut bytes = 0;
    while print.began.elapsed() < span {
        let passed = print.began.elapsed();
        let due = (passed.as_secs_f64() * f64::from(baud) / BITS) as u64;
        port.send(&print.piece((due - bytes) as usize))?;
        bytes = due;
        let pieces = passed.as_nanos() / PIECE.as_nanos() + 1;
        heard.until(PIECE * pieces as u32, &mut audience, &print)?;
    }
    let rest = print.text.len();
    port.send(&print.piece(rest))?;
    let patience = print.began.elapsed() + PATIENCE;
    while heard.next < print.lines && print.began.elapsed() < patience {
        heard.listen(&mut audience, TICK, &print)?;
    }
    Ok(Measured {
        sent: print.lines,
        deliveries: heard.deliveries,
        missing: u64::from(print.lines) - heard.deliveries,
        elapsed: print.began.elapsed(),
        cpu: server.cpu_of_threads()?.saturating_sub(cpu),
        bytes: heard.bytes,
        latencies: heard.latencies,
    })
}

impl Print {
    fn new() -> Self {
        Self {
            number: RUNS.fetch_add(1, Relaxed),
            began: Instant::now(),
            text: Vec::new(),
            lines: 0,
            sent: Vec::new(),
        }
    }

    /// The next bytes, which are sent now.
    fn piece(&mut self, length: usize) -> Vec<u8> {
        while self.text.len() < length {
            self.print();
        }
        let rest = self.text.split_off(length);
        let piece = std::mem::replace(&mut self.text, rest);
        let ends = memchr::memchr_iter(b'\n', &piece).count();
        let now = self.began.elapsed().as_nanos() as u64;
        self.sent.extend(std::iter::repeat_n(now, ends));
        piece
    }

    /// Adds a line of 71 bytes with its end, a little shorter than those on WebSockets.
    fn print(&mut self) {
        let marker = Marker {
            run: self.number,
            // Not known before its last byte is sent.
            sent: 0,
            index: self.lines,
        };
        self.lines += 1;
        self.text.extend_from_slice(br#"{"mark":""#);
        marker.write(&mut self.text);
        writeln!(self.text, r#"","temp":23.5,"hum":48.25,"l":512}}"#)
            .expect("memory takes everything");
    }
}

/// What the subscriber has.
#[derive(Default)]
struct Heard {
    /// The line that it expects.
    next: u32,
    deliveries: u64,
    bytes: u64,
    latencies: Histogram,
}

impl Heard {
    /// Listens until so much of the run has passed.
    fn until(&mut self, end: Duration, audience: &mut Audience, print: &Print) -> Outcome {
        loop {
            let wait = end.saturating_sub(print.began.elapsed());
            if wait.is_zero() {
                return Ok(());
            }
            self.listen(audience, wait, print)?;
        }
    }

    fn listen(&mut self, audience: &mut Audience, wait: Duration, print: &Print) -> Outcome {
        Ok(audience.listen(wait, |_, bytes| {
            let now = print.began.elapsed().as_nanos() as u64;
            let understood = marker::scan(bytes, |marker| self.hear(marker, now, print));
            self.bytes += understood as u64;
            understood
        })?)
    }

    fn hear(&mut self, marker: Marker, now: u64, print: &Print) {
        // A snapshot repeats what was heard before.
        if marker.run != print.number || marker.index < self.next {
            return;
        }
        self.next = marker.index + 1;
        self.deliveries += 1;
        let sent = print.sent.get(marker.index as usize).copied();
        self.latencies.add(now.saturating_sub(sent.unwrap_or(now)));
    }
}
