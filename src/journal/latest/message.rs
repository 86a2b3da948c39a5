//! What is known of a board, to and from the protocol's messages.

use std::borrow::Cow;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Change, Latest};
use crate::wire::encode::{millis, payload, timestamp};
use crate::wire::{BoardMessage, ChannelInfo, Last};

impl Latest {
    /// Takes what an earlier run knew, as [`Latest::message`] said it.
    pub fn restore(&mut self, said: BoardMessage<'_>) {
        self.change = Change {
            state: said.state,
            reason: said.reason,
            link: said.link,
            detail: said.detail.into_owned(),
        };
        self.event = (said.seq, timestamp(said.time));
        let Some(last) = said.last else { return };
        self.last = Some((last.seq, timestamp(last.time)));
        for (name, value) in last.values {
            let info = said.channels.get(&name);
            let time = info.and_then(|info| info.time).unwrap_or(last.time);
            self.learn(
                name.to_string(),
                value.into_owned(),
                last.seq,
                timestamp(time),
            );
            if let Some(unit) = info.and_then(|info| info.unit.as_deref()) {
                self.unit(&name, unit);
            }
        }
    }

    pub(super) fn message(&self) -> BoardMessage<'_> {
        let (seq, time) = self.event;
        BoardMessage {
            seq,
            time: millis(time),
            board: Cow::Borrowed(self.name.as_str()),
            state: self.change.state,
            reason: self.change.reason,
            link: self.change.link,
            detail: Cow::Borrowed(&self.change.detail),
            channels: self.channel_infos(),
            last: self.last.map(|(seq, time)| Last {
                seq,
                time: millis(time),
                values: self
                    .channels
                    .iter()
                    .map(|(name, known)| (Cow::Borrowed(&**name), Cow::Borrowed(&known.value)))
                    .collect(),
            }),
        }
    }

    /// In the board's own order, then those that only the owner named.
    fn channel_infos(&self) -> IndexMap<Cow<'_, str>, ChannelInfo<'_>> {
        let mut infos = IndexMap::new();
        for (name, known) in &self.channels {
            let older = self.last.is_some_and(|(_, time)| known.time < time);
            let info = ChannelInfo {
                unit: known.unit.as_deref().map(Cow::Borrowed),
                label: None,
                time: older.then(|| millis(known.time)),
            };
            infos.insert(Cow::Borrowed(&**name), info);
        }
        for (name, shown) in &self.shown {
            let info: &mut ChannelInfo<'_> = infos.entry(Cow::Borrowed(&**name)).or_default();
            info.unit = shown
                .unit
                .as_deref()
                .map(Cow::Borrowed)
                .or(info.unit.take());
            info.label = shown.label.as_deref().map(Cow::Borrowed);
        }
        infos
    }
}

/// The values in a reading's encoded tail.
pub(super) fn values_of(mut tail: Vec<u8>) -> IndexMap<String, Value> {
    #[derive(Deserialize)]
    struct Tail {
        values: IndexMap<String, Value>,
    }
    // The tail begins with the comma behind the event's time.
    if let Some(first) = tail.first_mut() {
        *first = b'{';
    }
    serde_json::from_slice(&tail).map_or_else(|_| IndexMap::new(), |tail: Tail| tail.values)
}

/// The channels of a `reading` message in its frame.
pub(in crate::journal) fn channels_of(frame: &[u8]) -> Vec<String> {
    #[derive(Deserialize)]
    struct Reading {
        values: IndexMap<String, IgnoredAny>,
    }
    let reading = serde_json::from_slice(payload(frame));
    reading.map_or_else(
        |_| Vec::new(),
        |reading: Reading| reading.values.into_keys().collect(),
    )
}
