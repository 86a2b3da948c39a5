//! Many subscribers on one thread, who look for markers in what they read.
//! Knows nothing of the protocol around them.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use super::audience::Audience;
use super::marker;
use super::run::Run;

/// The subscribers of a load.
pub struct Crowd {
    audience: Audience,
    /// The message that each expects.
    next: Vec<u32>,
}

impl Crowd {
    /// Nobody yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            audience: Audience::new()?,
            next: Vec::new(),
        })
    }

    /// Adds a subscriber.
    pub fn join(&mut self, socket: TcpStream) -> io::Result<()> {
        self.audience.join(socket)?;
        self.next.push(0);
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.next.len()
    }

    /// Everybody expects the first message of another run.
    pub fn begin(&mut self) {
        self.next.fill(0);
    }

    /// What nobody waits for any more when a run ends: messages that were sent and did
    /// not come.
    pub fn behind(&self, run: &Run) -> u64 {
        let next = self.next.iter();
        next.map(|next| u64::from(run.sent - next)).sum()
    }

    /// Waits until somebody has bytes, at most so long, and enters all that is there.
    /// Fails if the server closes a connection.
    pub fn listen(&mut self, patience: Duration, run: &mut Run) -> io::Result<()> {
        let next = &mut self.next;
        self.audience.listen(patience, |number, bytes| {
            let now = run.elapsed().as_nanos() as u64;
            let next = &mut next[number];
            let understood = marker::scan(bytes, |marker| run.hear(next, marker, now));
            // The beginning of a marker comes again.
            run.bytes += understood as u64;
            understood
        })
    }
}
