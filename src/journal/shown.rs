//! Which numbers may be seen, and under which id: none that might be given out again after
//! a crash. Knows nothing of disks.

use std::sync::Arc;

use tokio::sync::Notify;

use super::groups::Bells;
use super::inner::Inner;
use super::numbering::Told;
use super::{Journal, Reserved, ring_all};

impl Journal {
    /// The id of the numbering, as subscribers are told it now.
    pub fn stream(&self) -> Arc<str> {
        self.lock().streams.current().clone()
    }

    /// Numbers that may be given out under this id; nothing if it is not the last any more.
    pub fn reserve(&self, stream: &str, reserved: Reserved) {
        let bells = {
            let mut inner = self.lock();
            let waited = inner.ring.head() > inner.streams.limit();
            inner.streams.reserve(stream, reserved);
            match waited {
                true => inner.bells(),
                false => return,
            }
        };
        self.show_all(&bells);
    }

    /// Gives numbers back that were reserved under this id: from now on it goes no further than
    /// to this one, or to the newest. Gives that one; nothing if the id is not the last any more.
    pub fn give_back(&self, stream: &str, until: u64) -> Option<u64> {
        let mut inner = self.lock();
        let head = inner.ring.head();
        inner.streams.lower(stream, until, head)
    }

    /// Waits until a number may be seen, which is at once but for some 0.1 s of a burst from
    /// nothing. Whoever tells a number to somebody waits for this first. Cancel safe.
    pub async fn shown(&self, seq: u64) {
        loop {
            let mut rung = std::pin::pin!(self.shown.notified());
            rung.as_mut().enable();
            if self.lock().visible() >= seq {
                return;
            }
            rung.await;
        }
    }

    /// Some time has passed. Readers do not wait for long until numbers are reserved: then
    /// these have another id. To be called some ten times a second.
    pub fn tick(&self) {
        let bells = {
            let mut inner = self.lock();
            let head = inner.ring.head();
            match inner.streams.tick(head) {
                Told::Another => inner.bells(),
                Told::Nothing => return,
            }
        };
        self.show_all(&bells);
    }

    pub(super) fn show_all(&self, bells: &[Arc<Notify>]) {
        ring_all(bells);
        self.shown.notify_waiters();
    }
}

impl Inner {
    /// The newest number that readers may see: what is not reserved might be given out again
    /// after a crash. A batch is seen as a whole.
    pub(super) fn visible(&self) -> u64 {
        let (head, limit) = (self.ring.head(), self.streams.limit());
        if head <= limit {
            head
        } else {
            self.ring.last_until(limit)
        }
    }

    /// Every bell: what readers may see is not what it was.
    pub(super) fn bells(&mut self) -> Bells {
        let head = self.ring.head();
        self.groups.bells(head)
    }

    /// Lets everything be seen at once, under another id if need be: a snapshot cannot leave
    /// out what is waiting. Gives who has to be told.
    pub(super) fn show_everything(&mut self) -> Bells {
        if self.ring.head() > self.streams.limit() && self.streams.begin_another() == Told::Another
        {
            return self.bells();
        }
        Bells::new()
    }
}
