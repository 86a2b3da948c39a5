//! What this machine can do at best: a loop that forwards ready-made bytes to every
//! subscriber, with one write for all that one read brought.
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
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--limit", &subscribers.to_string()]);
    Process::start(&mut command)
}

/// Accepts the subscribers, then the one who publishes, and forwards until that one goes.
/// Writes wait for the slowest: a load must keep less in flight than sockets hold.
pub fn run(subscribers: usize) -> Outcome {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    println!("{LISTENING}{}", listener.local_addr()?);
    let mut subscribers = (0..subscribers)
        .map(|_| accept(&listener))
        .collect::<Outcome<Vec<_>>>()?;
    let mut publisher = accept(&listener)?;
    let mut buffer = vec![0; READ];
    loop {
        let count = publisher.read(&mut buffer)?;
        if count == 0 {
            return Ok(());
        }
        for subscriber in &mut subscribers {
            subscriber.write_all(&buffer[..count])?;
        }
    }
}

fn accept(listener: &TcpListener) -> Outcome<TcpStream> {
    let (socket, _) = listener.accept()?;
    socket.set_nodelay(true)?;
    Ok(socket)
}
