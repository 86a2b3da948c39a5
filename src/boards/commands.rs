//! Commands for a board, and what becomes of each. Knows neither ports nor sockets.

mod queue;

mod ticket;

#[cfg(test)]
mod tests;

pub use self::queue::{Outgoing, Queue};
pub use self::ticket::{Last, Ticket};
