//! What this machine can do at best: a loop that forwards ready-made bytes to every
//! subscriber, with one write for all that one read brought, or with one for each message.
//! Knows nothing of what the bytes mean.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Command;

use crate::Outcome;
use crate::process::{LISTENING, Process};

/// As much as the gateway reads at once.
const READ: usize = 64 * 1024;

/// Starts this program again as the limit, for so many subscribers.
pub fn start(subscribers: usize) -> Outcome<Process> {
    launch(subscribers, &[])
}

/// The same with one write for each message of so many bytes.
pub fn start_single(subscribers: usize, length: usize) -> Outcome<Process> {
    launch(subscribers, &["--limit-message", &length.to_string()])
}

fn launch(subscribers: usize, more: &[&str]) -> Outcome<Process> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--limit", &subscribers.to_string()]);
    Process::start(command.args(more))
}

/// Accepts the subscribers, then the one who publishes, and forwards until that one goes:
/// all at once, or in pieces of so many bytes.
/// Writes wait for the slowest: a load must keep less in flight than sockets hold.
pub fn run(subscribers: usize, piece: Option<usize>) -> Outcome {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{LISTENING}{}", listener.local_addr()?);
    let mut subscribers = (0..subscribers)
        .map(|_| accept(&listener))
        .collect::<Outcome<Vec<_>>>()?;
    let mut publisher = accept(&listener)?;
    let mut buffer = vec![0; READ];
    // Of a message that has not come whole.
    let mut held = 0;
    loop {
        let count = publisher.read(&mut buffer[held..])?;
        if count == 0 {
            return Ok(());
        }
        let end = held + count;
        let piece = piece.unwrap_or(end);
        let whole = end - end % piece;
        for bytes in buffer[..whole].chunks(piece) {
            for subscriber in &mut subscribers {
                subscriber.write_all(bytes)?;
            }
        }
        buffer.copy_within(whole..end, 0);
        held = end - whole;
    }
}

fn accept(listener: &TcpListener) -> Outcome<TcpStream> {
    let (socket, _) = listener.accept()?;
    socket.set_nodelay(true)?;
    Ok(socket)
}
