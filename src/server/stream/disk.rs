//! A subscriber that is behind memory: reads pages from disk until memory has the rest.
//! Knows nothing of how pages are stored.

use std::iter::Peekable;
use std::sync::Arc;
use std::vec;

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::past::Past;
use crate::history::{NoPage, Page, Stored};
use crate::journal::Cursor;
use crate::name::Boards;
use crate::wire::Gap;
use crate::wire::request::Subscription;

/// Holds one page at a time.
pub(super) struct Disk {
    past: Arc<dyn Past>,
    wanted: Subscription,
    state: State,
    /// Where memory has what it has of the past that was asked for; the disk only has more.
    memory: Option<u64>,
}

/// What comes next.
pub(super) enum Step {
    /// Frames, at least one.
    Frames(Vec<Bytes>),
    /// Numbers that were perhaps given out before a crash.
    Gap(Gap),
    /// Nothing yet: see [`Disk::ready`].
    Wait,
    /// From here on memory has everything.
    Held,
    /// It cannot be read. Whose subscription this was.
    Lost(Subscription),
}

enum State {
    /// Looks for the number at which the past that was asked for begins.
    Seeking(BoxFuture<'static, u64>),
    /// It begins behind this.
    Found(u64),
    /// Reads a page; none if it cannot be read.
    Fetching(BoxFuture<'static, Option<Page>>),
    Fetched(Option<Page>),
    Reading(Unread),
}

/// What is left of a page.
struct Unread {
    items: Peekable<vec::IntoIter<Stored>>,
    to: u64,
}

impl Disk {
    /// For a cursor that has just begun; `missing` past events that it wants are not in
    /// memory. Nothing if memory has all that it wants.
    pub fn behind(
        past: Arc<dyn Past>,
        wanted: &Subscription,
        cursor: &mut Cursor,
        missing: u64,
    ) -> Option<Self> {
        let (boards, position) = (wanted.boards.clone(), cursor.position());
        let memory = (missing > 0).then_some(position);
        let state = if missing > 0 {
            State::Seeking(past.clone().position_of_last(boards, missing, position))
        } else if cursor.is_held() {
            return None;
        } else {
            State::Fetching(Box::pin(fetch(past.clone(), boards, position)))
        };
        Some(Self {
            past,
            wanted: wanted.clone(),
            state,
            memory,
        })
    }

    /// Takes what comes next, without waiting.
    pub fn step(&mut self, cursor: &mut Cursor) -> Step {
        loop {
            match &mut self.state {
                State::Seeking(_) | State::Fetching(_) => return Step::Wait,
                State::Found(position) => {
                    cursor.go_to(*position);
                    if cursor.is_held() {
                        return Step::Held;
                    }
                    self.fetch(cursor);
                }
                State::Fetched(None) => return self.lost(cursor),
                State::Fetched(Some(page)) => {
                    let items = std::mem::take(&mut page.items).into_iter().peekable();
                    let to = page.to;
                    self.state = State::Reading(Unread { items, to });
                }
                State::Reading(unread) => {
                    if let Some(step) = unread.step(cursor) {
                        return step;
                    }
                    if cursor.is_held() {
                        return Step::Held;
                    }
                    self.fetch(cursor);
                }
            }
        }
    }

    /// Waits until [`Disk::step`] has more. Cancel safe: what has begun goes on at the
    /// next call.
    pub async fn ready(&mut self) {
        match &mut self.state {
            State::Seeking(position) => self.state = State::Found(position.await),
            State::Fetching(page) => self.state = State::Fetched(page.await),
            State::Found(_) | State::Fetched(_) | State::Reading(_) => {}
        }
    }

    /// Of the past nothing was promised but what is there: then it begins in memory.
    fn lost(&self, cursor: &mut Cursor) -> Step {
        match self.memory.filter(|memory| *memory >= cursor.position()) {
            Some(memory) => {
                cursor.go_to(memory);
                Step::Held
            }
            None => Step::Lost(self.wanted.clone()),
        }
    }

    fn fetch(&mut self, cursor: &Cursor) {
        let (past, boards) = (self.past.clone(), self.wanted.boards.clone());
        let page = fetch(past, boards, cursor.position());
        self.state = State::Fetching(Box::pin(page));
    }
}

impl Unread {
    /// What comes next on the page; nothing at its end.
    fn step(&mut self, cursor: &mut Cursor) -> Option<Step> {
        loop {
            if let Some(&Stored::Gap { from, to }) = self.items.peek() {
                self.items.next();
                let from = from.max(cursor.position() + 1);
                if from > to {
                    continue;
                }
                cursor.go_to(to);
                return Some(Step::Gap(Gap {
                    from,
                    to,
                    missed: to - from + 1,
                    atmost: true,
                }));
            }
            let frames = self.events(cursor);
            if !frames.is_empty() {
                return Some(Step::Frames(frames));
            }
            self.items.peek()?;
        }
    }

    /// The events up to the next gap, or to the end of the page.
    fn events(&mut self, cursor: &mut Cursor) -> Vec<Bytes> {
        let mut records = Vec::new();
        let is_event = |item: &Stored| matches!(item, Stored::Event(_));
        while let Some(Stored::Event(record)) = self.items.next_if(is_event) {
            records.push(record);
        }
        let last = records.last().map(|record| record.seq);
        let to = match self.items.peek() {
            None => self.to.max(cursor.position()),
            Some(_) => last.unwrap_or(cursor.position()),
        };
        cursor.stored(records, to)
    }
}

/// Reads the page behind a number, when it is there.
async fn fetch(past: Arc<dyn Past>, boards: Boards, after: u64) -> Option<Page> {
    loop {
        match past.clone().page(boards.clone(), after).await {
            // An empty page would be asked for again and again.
            Ok(page) if page.to > after => return Some(page),
            Err(NoPage::Lost) => return None,
            Ok(_) | Err(NoPage::NotYet) => {
                if !past.clone().stored_more(after).await {
                    return None;
                }
            }
        }
    }
}
