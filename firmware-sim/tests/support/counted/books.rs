//! What boards have sent, and what the gateway has acknowledged of it.
//! Reads no clock: times are told, since a beginning that all share.

use std::collections::HashMap;
use std::time::Duration;

/// Numbers of all boards, each counted from 1, and when the gateway was killed.
#[derive(Debug, Default)]
pub struct Books {
    boards: HashMap<String, Vec<Sent>>,
    kills: Vec<Duration>,
    taken: u64,
    /// The largest number in the stream, of those that were told.
    head: u64,
    /// The head when the gateway was killed, until a number is told again.
    head_at_kill: Option<u64>,
    longest_jump: u64,
}

/// One number of a board.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    /// Lines of one session arrive in their order, and none is left out: whoever saw a later
    /// one of the same session knows that this one arrived. `ALONE` belongs to none.
    pub session: u32,
    /// When the gateway said that it has it; `None` if it may never have come.
    pub taken: Option<Duration>,
    /// Its number in the stream, if that was told.
    pub seq: Option<u64>,
}

impl Books {
    /// No other line says whether this one arrived.
    pub const ALONE: u32 = 0;

    /// The board's next number, which is sent now.
    pub fn send(&mut self, board: &str, session: u32) -> u64 {
        let sent = self.boards.entry(board.to_owned()).or_default();
        sent.push(Sent {
            session,
            taken: None,
            seq: None,
        });
        sent.len() as u64
    }

    /// The gateway has acknowledged this number, under which it stands in the stream.
    pub fn taken(&mut self, board: &str, n: u64, seq: u64, at: Duration) {
        if let Some(sent) = self.get_mut(board, n) {
            (sent.taken, sent.seq) = (Some(at), Some(seq));
            self.taken += 1;
        }
        let jump = self
            .head_at_kill
            .take()
            .map(|head| seq.saturating_sub(head));
        self.longest_jump = self.longest_jump.max(jump.unwrap_or_default());
        self.head = self.head.max(seq);
    }

    /// The gateway has acknowledged all that this session has sent up to this number.
    pub fn taken_up_to(&mut self, board: &str, n: u64, session: u32, at: Duration) {
        let sent = self.boards.get_mut(board).map_or(&mut [][..], |sent| sent);
        let upto = sent.len().min(n as usize);
        let new = sent[..upto].iter_mut().rev();
        for sent in new.take_while(|sent| sent.session == session && sent.taken.is_none()) {
            sent.taken = Some(at);
            self.taken += 1;
        }
    }

    /// Nobody knows whether this number arrived, whatever was sent after it.
    pub fn unsure(&mut self, board: &str, n: u64) {
        if let Some(sent) = self.get_mut(board, n) {
            sent.session = Self::ALONE;
        }
    }

    /// The gateway is killed now.
    pub fn killed(&mut self, at: Duration) {
        self.kills.push(at);
        self.head_at_kill = Some(self.head);
    }

    /// How far the stream's numbers went on after a kill, at the most.
    pub fn longest_jump(&self) -> u64 {
        self.longest_jump
    }

    /// How much was acknowledged, of all boards.
    pub fn acknowledged(&self) -> u64 {
        self.taken
    }

    pub(super) fn boards(&self) -> impl Iterator<Item = (&String, &Vec<Sent>)> {
        self.boards.iter()
    }

    pub(super) fn get(&self, board: &str, n: u64) -> Option<&Sent> {
        let index = usize::try_from(n).ok()?.checked_sub(1)?;
        self.boards.get(board)?.get(index)
    }

    /// How old an acknowledgement was when the gateway was next killed.
    pub(super) fn age_at_kill(&self, taken: Duration) -> Option<Duration> {
        let next = self.kills.partition_point(|kill| *kill < taken);
        self.kills.get(next).map(|kill| *kill - taken)
    }

    fn get_mut(&mut self, board: &str, n: u64) -> Option<&mut Sent> {
        let index = usize::try_from(n).ok()?.checked_sub(1)?;
        self.boards.get_mut(board)?.get_mut(index)
    }
}
