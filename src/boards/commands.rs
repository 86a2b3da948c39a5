//! Commands for a board, and what becomes of each. Knows neither ports nor sockets.

mod outgoing;

mod queue;

mod ticket;

#[cfg(test)]
mod tests;

pub use self::outgoing::Outgoing;
pub use self::queue::Queue;
pub use self::ticket::{Last, Ticket};
