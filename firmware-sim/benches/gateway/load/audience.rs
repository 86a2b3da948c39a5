//! Many sockets on one thread: waits for whoever has bytes, and hands them out.
//! Knows nothing of what they mean.

use std::io::{self, Read};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::Errno;

/// Those who listen, numbered from 0 in the order in which they joined.
pub struct Audience {
    epoll: OwnedFd,
    members: Vec<Member>,
    ready: Vec<Event>,
    buffer: Vec<u8>,
}

struct Member {
    socket: TcpStream,
    /// What was handed out and not yet understood.
    tail: Vec<u8>,
}

/// What is read from one socket before the next has its turn.
const BUFFER: usize = 256 * 1024;

/// Sockets that are served after one wait.
const READY: usize = 1024;

impl Audience {
    /// Nobody yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            members: Vec::new(),
            ready: Vec::with_capacity(READY),
            buffer: vec![0; BUFFER],
        })
    }

    /// Adds a socket.
    pub fn join(&mut self, socket: TcpStream) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        let number = EventData::new_u64(self.members.len() as u64);
        epoll::add(&self.epoll, &socket, number, EventFlags::IN)?;
        let tail = Vec::new();
        self.members.push(Member { socket, tail });
        Ok(())
    }

    /// Waits until somebody has bytes, at most so long, and hands out all that is there:
    /// whose it is, and the bytes. What `hear` has not understood (it gives how many bytes
    /// it has) is handed out again with what follows it. Fails if a connection ends.
    pub fn listen(
        &mut self,
        patience: Duration,
        mut hear: impl FnMut(usize, &[u8]) -> usize,
    ) -> io::Result<()> {
        self.ready.clear();
        let patience = patience.try_into().map_err(io::Error::other)?;
        let ready = spare_capacity(&mut self.ready);
        match epoll::wait(&self.epoll, ready, Some(&patience)) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in &self.ready {
            let number = event.data.u64() as usize;
            let hear = |bytes: &[u8]| hear(number, bytes);
            self.members[number].read(&mut self.buffer, hear)?;
        }
        Ok(())
    }
}

impl Member {
    fn read(&mut self, buffer: &mut [u8], mut hear: impl FnMut(&[u8]) -> usize) -> io::Result<()> {
        let held = self.tail.len();
        buffer[..held].copy_from_slice(&self.tail);
        let count = self.socket.read(&mut buffer[held..])?;
        if count == 0 {
            return Err(io::Error::other("the server closed a connection"));
        }
        let bytes = &buffer[..held + count];
        let understood = hear(bytes);
        self.tail.clear();
        self.tail.extend_from_slice(&bytes[understood..]);
        Ok(())
    }
}
