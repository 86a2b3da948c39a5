//! Many subscribers on one thread: waits for whoever has bytes, and looks for markers.
//! Knows nothing of the protocol around them.

use std::io::{self, Read};
use std::net::TcpStream;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::epoll::{self, CreateFlags, Event, EventData, EventFlags};
use rustix::io::Errno;

use super::marker::{self, LENGTH};
use super::run::Run;

/// The subscribers of a load.
pub struct Crowd {
    epoll: OwnedFd,
    members: Vec<Member>,
    ready: Vec<Event>,
    buffer: Vec<u8>,
}

struct Member {
    socket: TcpStream,
    /// The beginning of a marker, perhaps.
    tail: Vec<u8>,
    /// The message that it expects.
    next: u32,
}

/// More than a subscriber of a full backlog finds in one read.
const BUFFER: usize = 256 * 1024;

/// Subscribers that are served after one wait.
const READY: usize = 1024;

impl Crowd {
    /// Nobody yet.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            members: Vec::new(),
            ready: Vec::with_capacity(READY),
            buffer: vec![0; BUFFER],
        })
    }

    /// Adds a subscriber.
    pub fn join(&mut self, socket: TcpStream) -> io::Result<()> {
        socket.set_nonblocking(true)?;
        let number = EventData::new_u64(self.members.len() as u64);
        epoll::add(&self.epoll, &socket, number, EventFlags::IN)?;
        self.members.push(Member {
            socket,
            tail: Vec::with_capacity(LENGTH),
            next: 0,
        });
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Everybody expects the first message of another run.
    pub fn begin(&mut self) {
        for member in &mut self.members {
            member.next = 0;
        }
    }

    /// What nobody waits for any more when a run ends: messages that were sent and did
    /// not come.
    pub fn behind(&self, run: &Run) -> u64 {
        let members = self.members.iter();
        members
            .map(|member| u64::from(run.sent - member.next))
            .sum()
    }

    /// Waits until somebody has bytes, at most so long, and enters all that is there.
    /// Fails if the server closes a connection.
    pub fn listen(&mut self, patience: Duration, run: &mut Run) -> io::Result<()> {
        self.ready.clear();
        let patience = patience.try_into().map_err(io::Error::other)?;
        match epoll::wait(
            &self.epoll,
            spare_capacity(&mut self.ready),
            Some(&patience),
        ) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
        for event in &self.ready {
            let number = event.data.u64() as usize;
            self.members[number].read(&mut self.buffer, run)?;
        }
        Ok(())
    }
}

impl Member {
    fn read(&mut self, buffer: &mut [u8], run: &mut Run) -> io::Result<()> {
        let held = self.tail.len();
        buffer[..held].copy_from_slice(&self.tail);
        let count = self.socket.read(&mut buffer[held..])?;
        if count == 0 {
            return Err(io::Error::other(
                "the server closed a subscriber's connection",
            ));
        }
        run.bytes += count as u64;
        let now = run.elapsed().as_nanos() as u64;
        let bytes = &buffer[..held + count];
        let next = &mut self.next;
        let kept = marker::scan(bytes, |marker| run.hear(next, marker, now));
        self.tail.clear();
        self.tail.extend_from_slice(&bytes[kept..]);
        Ok(())
    }
}
