//! Many boards on WebSockets that take turns, and subscribers who hear all of them or one
//! each. One thread does it all.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use super::audience::Audience;
use super::books::{Books, Found};
use super::cast::Cast;
use super::marker::Marker;
use super::{Door, PATIENCE, RUNS, TICK, reading, source};
use crate::Outcome;
use crate::process::Process;

/// Boards and subscribers that are connected.
pub struct Scene<'a> {
    server: &'a Process,
    cast: Cast,
    boards: Vec<TcpStream>,
    audience: Audience,
}

impl<'a> Scene<'a> {
    /// Connects the subscribers, then the boards. Fails if the gateway refuses one.
    pub fn new(server: &'a Process, cast: Cast) -> Outcome<Self> {
        let door = Door::Gateway(server.address());
        let mut audience = Audience::new()?;
        for number in 0..cast.subscribers {
            audience.join(door.upgraded(&cast.path(number))?)?;
        }
        let boards = (0..cast.boards).map(|number| door.upgraded(&format!("/board/b{number}")));
        Ok(Self {
            server,
            cast,
            boards: boards.collect::<Result<_, _>>()?,
            audience,
        })
    }

    /// Sends so many lines a second, of all boards together, for so long; then waits until
    /// everybody has the newest of each board.
    pub fn run(&mut self, rate: f64, span: Duration) -> Outcome<Found> {
        let number = RUNS.fetch_add(1, Relaxed);
        let cpu = self.server.cpu_of_threads()?;
        let mut books = Books::new(number, self.cast);
        let began = Instant::now();
        while began.elapsed() < span {
            let due = (began.elapsed().as_secs_f64() * rate) as u32 + 1;
            while books.sent() < due {
                self.say(books.next(began.elapsed()))?;
            }
            let next = Duration::from_secs_f64(f64::from(books.sent()) / rate);
            let patience = next.min(span).saturating_sub(began.elapsed());
            self.listen(patience, began, &mut books)?;
        }
        let silent = began.elapsed();
        while books.without_newest() > 0 && began.elapsed() < silent + PATIENCE {
            self.listen(TICK, began, &mut books)?;
        }
        let elapsed = began.elapsed();
        let busy = self.server.cpu_of_threads()?.saturating_sub(cpu);
        Ok(books.close(silent, elapsed, busy))
    }

    fn say(&mut self, marker: Marker) -> Outcome {
        let board = marker.index as usize % self.boards.len();
        let mut message = Vec::new();
        source::frame(&source::line(marker), &mut message);
        Ok(self.boards[board].write_all(&message)?)
    }

    fn listen(&mut self, patience: Duration, began: Instant, books: &mut Books) -> Outcome {
        Ok(self.audience.listen(patience, |subscriber, bytes| {
            let now = began.elapsed();
            reading::scan(bytes, |marker, time| {
                books.hear(subscriber, marker, time, now);
            })
        })?)
    }
}
