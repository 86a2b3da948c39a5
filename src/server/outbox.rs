//! What one subscriber is told besides the stream: answers, errors, pongs, and a new
//! subscription. Filled by its reader and by boards, emptied by its writer.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::wire::request::Subscription;

/// Answers that wait; the subscriber is not read while there are more.
const MAX_WAITING: usize = 64;

/// Commands of one subscriber without a final result; one more fails with `queue_full`.
const MAX_COMMANDS: usize = 256;

/// Bounded: at most 64 answers that wait, and two results for each of 256 open commands.
#[derive(Debug)]
pub struct Outbox {
    inner: Mutex<Inner>,
    commands: AtomicUsize,
    /// Rings when there is something to write.
    pub bell: Notify,
    room: Notify,
}

#[derive(Debug)]
struct Inner {
    heard: Instant,
    out: Out,
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Out {
    /// The newest ping that is to be answered.
    pub ping: Option<Bytes>,
    /// Ready frames.
    pub frames: VecDeque<Bytes>,
    /// Replaces the subscription, before the frames that came after it.
    pub subscription: Option<Box<Subscription>>,
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            inner: Mutex::new(Inner {
                heard: Instant::now(),
                out: Out::default(),
            }),
            commands: AtomicUsize::new(0),
            bell: Notify::new(),
            room: Notify::new(),
        }
    }
}

impl Outbox {
    /// The subscriber gave a sign of life.
    pub fn beat(&self) {
        self.lock().heard = Instant::now();
    }

    /// When it last did.
    pub fn heard(&self) -> Instant {
        self.lock().heard
    }

    /// A ping is to be answered; an older one needs no answer any more.
    pub fn ping(&self, payload: Bytes) {
        self.lock().out.ping = Some(payload);
        self.bell.notify_one();
    }

    /// A message is to be written.
    pub fn push(&self, frame: Bytes) {
        self.lock().out.frames.push_back(frame);
        self.bell.notify_one();
    }

    /// Another subscription takes the place of the present one.
    pub fn subscribe(&self, subscription: Subscription) {
        self.lock().out.subscription = Some(Box::new(subscription));
        self.bell.notify_one();
    }

    /// Takes everything.
    pub fn take(&self) -> Out {
        let out = std::mem::take(&mut self.lock().out);
        self.room.notify_one();
        out
    }

    /// Takes the ping that is to be answered, only.
    pub fn take_ping(&self) -> Option<Bytes> {
        self.lock().out.ping.take()
    }

    /// Waits until answers may be added. Cancel safe.
    pub async fn room(&self) {
        loop {
            {
                let inner = self.lock();
                if inner.out.frames.len() < MAX_WAITING && inner.out.subscription.is_none() {
                    return;
                }
            }
            self.room.notified().await;
        }
    }

    /// Counts a command as open, and says whether it may be sent.
    pub fn open_command(&self) -> bool {
        self.commands.fetch_add(1, Relaxed) < MAX_COMMANDS
    }

    /// A command has its final result.
    pub fn close_command(&self) {
        self.commands.fetch_sub(1, Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
