//! What the emulator tells: events change the [`Board`], answers go to who has asked.

use std::path::PathBuf;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::{mpsc, watch};

/// How a board is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    /// What its link leads to, such as `/dev/pts/7`; `None` while unplugged.
    pub device: Option<PathBuf>,
    /// Whether somebody has its port open.
    pub is_open: bool,
    /// How often it was reset so far, also by plugging in and by opening its port.
    pub resets: u64,
    /// Of those, how often by its own watchdog.
    pub bites: u64,
    /// Why the emulator has ended.
    pub failed: Option<String>,
    /// PORTB, PORTC and PORTD.
    ports: [u8; 3],
}

/// A pin of the processor by its port and bit, such as PB5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    port: usize,
    bit: u8,
}

impl Pin {
    /// `LED_BUILTIN`, pin 13 of the Uno: PB5.
    pub const LED: Self = Self { port: 0, bit: 5 };

    /// The pin that the sketch calls by this number, 0 to 13; `None` above.
    pub fn digital(number: u8) -> Option<Self> {
        match number {
            0..8 => Some(Self {
                port: 2,
                bit: number,
            }),
            8..14 => Some(Self {
                port: 0,
                bit: number - 8,
            }),
            _ => None,
        }
    }
}

/// What a pin is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 5 V, or an input with its pull-up.
    High,
    /// 0 V, or an input without.
    Low,
}

/// What the emulator counts from its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stat {
    /// Cycles of the processor, at 16 MHz.
    pub cycles: u64,
    /// Bytes that went to the computer.
    pub sent: u64,
    /// Bytes that did not, because nobody read them in time.
    pub lost: u64,
    /// Bytes that came from the computer.
    pub heard: u64,
    /// How late it was at most, in µs.
    pub lag_us: u64,
    /// How long it has stood still because this machine was too busy, in µs.
    pub stood_still_us: u64,
}

/// The counters if they were asked for, or why it was not done.
pub(super) type Answer = Result<Option<Stat>, String>;

impl Board {
    /// What a pin is set to.
    pub fn level(&self, pin: Pin) -> Level {
        match self.ports[pin.port] >> pin.bit & 1 {
            0 => Level::Low,
            _ => Level::High,
        }
    }

    fn take(&mut self, event: &str, rest: &str) {
        match event {
            "plugged" => self.device = Some(rest.into()),
            "unplugged" => (self.device, self.is_open) = (None, false),
            "opened" => self.is_open = true,
            "closed" => self.is_open = false,
            "reset" => {
                self.resets += 1;
                self.bites += u64::from(rest == "watchdog");
            }
            "pins" => {
                let pins = rest.split(' ').map(|pins| pins.parse().unwrap_or(0));
                self.ports
                    .iter_mut()
                    .zip(pins)
                    .for_each(|(old, new)| *old = new);
            }
            "failed" => self.failed = Some(rest.into()),
            _ => {}
        }
    }
}

impl Stat {
    fn parse(text: &str) -> Self {
        let number = |name: &str| {
            let mut fields = text.split(' ').filter_map(|field| field.split_once('='));
            let found = fields.find(|(key, _)| *key == name);
            found.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
        };
        Self {
            cycles: number("cycles"),
            sent: number("sent"),
            lost: number("lost"),
            heard: number("heard"),
            lag_us: number("lag_us"),
            stood_still_us: number("stood_still_us"),
        }
    }
}

/// Listens to the emulator until it ends.
pub(super) async fn listen(
    events: impl AsyncRead + Unpin,
    board: watch::Sender<Board>,
    answers: mpsc::Sender<Answer>,
) {
    let mut lines = BufReader::new(events).lines();
    let mut stat = None;
    while let Ok(Some(line)) = lines.next_line().await {
        let (event, rest) = line.split_once(' ').unwrap_or((&line, ""));
        // A full queue means that nobody waits any more.
        match event {
            "stat" => stat = Some(Stat::parse(rest)),
            "done" => drop(answers.try_send(Ok(stat.take()))),
            "refused" => drop(answers.try_send(Err(rest.into()))),
            _ => board.send_modify(|board| board.take(event, rest)),
        }
    }
}
