//! Rounds that are taken in turn, so that what disturbs the machine disturbs all alike.

use std::time::Duration;

use crate::Outcome;
use crate::load::{Load, Measured, Pace};
use crate::peers::{Peer, Server, Workshop};

const IN_FLIGHT: Pace = Pace::InFlight(64);

const LINES: Pace = Pace::PerSecond(100.0);

/// Long enough for compilers that wait to see what is used.
const WARM_UP: Duration = Duration::from_secs(1);

/// Of the fast ones, between which the differences are small.
const ROUNDS: usize = 5;

/// Who is measured, and how long.
pub struct Contest<'a> {
    pub peers: &'a [Peer],
    pub missing: &'a [Peer],
    pub workshop: &'a Workshop,
    /// With 64 in flight; at 100 lines a second it is twice as long.
    pub round: Duration,
}

/// What was found of a peer.
pub struct Standing {
    pub peer: Peer,
    pub figures: Result<Figures, String>,
}

/// The medians of all rounds of one peer.
#[derive(Clone, Copy)]
pub struct Figures {
    /// Deliveries a second, 64 in flight.
    pub per_second: f64,
    /// Microseconds of processor time for each of them.
    pub cpu_micros: f64,
    /// Milliseconds that a delivery takes, at 100 lines a second.
    pub p50: f64,
    pub p99: f64,
    /// Percent of a core, at 100 lines a second.
    pub busy: f64,
    /// Deliveries that did not come in time, of all rounds.
    pub missing: u64,
}

/// One that takes part.
struct Place<'a> {
    peer: Peer,
    load: Result<Load<'a>, String>,
    in_flight: Vec<Measured>,
    lines: Vec<Measured>,
}

impl Contest<'_> {
    /// Measures everybody with so many subscribers. A peer that fails is told as such.
    pub fn hold(&self, subscribers: usize) -> Outcome<Vec<Standing>> {
        let length = self.length(subscribers)?;
        let servers = self.servers(subscribers, length);
        let mut places: Vec<_> = self
            .peers
            .iter()
            .zip(&servers)
            .map(|(&peer, server)| Place::new(peer, server, subscribers, length))
            .collect();
        for place in &mut places {
            place.run(IN_FLIGHT, WARM_UP);
        }
        for (pace, span) in [(IN_FLIGHT, self.round), (LINES, self.round * 2)] {
            for round in 0..ROUNDS {
                for place in places.iter_mut().filter(|place| place.takes(round)) {
                    place.round(pace, span);
                }
            }
        }
        Ok(places.into_iter().map(Place::standing).collect())
    }

    /// Bytes of an event of the gateway, so that those who only forward bytes forward as
    /// many.
    fn length(&self, subscribers: usize) -> Outcome<usize> {
        let gateway = Peer::Boardcast.start(self.workshop, subscribers, 0)?;
        let door = Peer::Boardcast.door(gateway.process().address(), 0);
        let mut load = Load::new(gateway.process(), door, 1)?;
        Ok(load.run(IN_FLIGHT, WARM_UP / 4)?.message_length())
    }

    fn servers(&self, subscribers: usize, length: usize) -> Vec<Result<Server, String>> {
        let start = |&peer: &Peer| {
            if self.missing.contains(&peer) {
                return Err("missing".into());
            }
            let server = peer.start(self.workshop, subscribers, length);
            server.map_err(|error| error.to_string())
        };
        self.peers.iter().map(start).collect()
    }
}

impl<'a> Place<'a> {
    fn new(
        peer: Peer,
        server: &'a Result<Server, String>,
        subscribers: usize,
        length: usize,
    ) -> Self {
        let load = server.as_ref().map_err(String::clone).and_then(|server| {
            let process = server.process();
            let door = peer.door(process.address(), length);
            Load::new(process, door, subscribers).map_err(|error| error.to_string())
        });
        Self {
            peer,
            load,
            in_flight: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// The slow ones take every other round, so that all fits into some minutes.
    fn takes(&self, round: usize) -> bool {
        matches!(self.peer, Peer::Limit | Peer::Boardcast | Peer::Bun) || round.is_multiple_of(2)
    }

    fn round(&mut self, pace: Pace, span: Duration) {
        let Some(measured) = self.run(pace, span) else {
            return;
        };
        match pace {
            Pace::InFlight(_) => self.in_flight.push(measured),
            Pace::PerSecond(_) => self.lines.push(measured),
        }
    }

    /// A peer that fails once is out, and the others go on.
    fn run(&mut self, pace: Pace, span: Duration) -> Option<Measured> {
        let measured = self.load.as_mut().ok()?.run(pace, span);
        measured
            .map_err(|error| self.load = Err(error.to_string()))
            .ok()
    }

    fn standing(self) -> Standing {
        let Self {
            peer,
            load,
            in_flight,
            lines,
        } = self;
        let rounds = || in_flight.iter().chain(&lines);
        let figures = load.map(|_| Figures {
            per_second: median(&in_flight, Measured::per_second),
            cpu_micros: median(&in_flight, Measured::cpu_micros),
            p50: median(&lines, |round| round.p50().as_secs_f64() * 1e3),
            p99: median(&lines, |round| round.p99().as_secs_f64() * 1e3),
            busy: median(&lines, |round| {
                100.0 * round.cpu.as_secs_f64() / round.elapsed.as_secs_f64()
            }),
            missing: rounds().map(|round| round.missing).sum(),
        });
        Standing { peer, figures }
    }
}

fn median(rounds: &[Measured], what: impl Fn(&Measured) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(what).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
