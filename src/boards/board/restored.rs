//! A board that an earlier run knew.

use super::Board;
use crate::boards::{Link, Reason};
use crate::wire::{BoardMessage, State, StateReason};

/// Told of a board that was connected when the gateway ended without a farewell.
const RESTARTED: &str = "the gateway was restarted";

impl Board {
    /// Takes what an earlier run knew of a board that has said nothing yet. What was
    /// connected then is not any more, and that is an event.
    pub fn restore(&self, said: BoardMessage<'_>) {
        let mut live = self.live();
        (live.state, live.reason, live.link) = (said.state, said.reason, said.link);
        live.detail = said.detail.clone().into_owned();
        let (state, link) = (said.state, said.link);
        self.hub.journal.restore(self.slot, said);
        match (state, link) {
            (State::Removed | State::Offline, _) => {}
            // Who posts is never offline.
            (_, Link::Http | Link::Publish) => self.set(&mut live, State::Stale, None, link, ""),
            _ => {
                let reason = Some(StateReason::Offline(Reason::Closed));
                self.set(&mut live, State::Offline, reason, link, RESTARTED);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::boards::Reason;
    use crate::boards::testing::{World, connect, name, post, publish};

    /// What a new run says at once of the board `b` as the one before left it, and the
    /// board as it is known then.
    fn after_restart(before: impl FnOnce(&World), config: &str) -> (String, Value) {
        let old = World::new("");
        before(&old);
        let said = old.registry.hub().journal.board("b").unwrap();
        let mut new = World::new(config);
        let said = String::from_utf8(said).unwrap();
        new.registry.restore(&name("b"), &said).unwrap();
        let board = new.registry.hub().journal.board("b").unwrap();
        let told = new.said().join(", ");
        (told, serde_json::from_slice(&board).unwrap())
    }

    #[test]
    fn what_was_known_is_known_and_nobody_is_connected() {
        let posted = |world: &World| {
            post(&world.board("b"), "t:1.5 C,u:null");
            post(&world.board("b"), "v:2");
        };
        let (told, board) = after_restart(posted, "");
        assert_eq!(told, "stale http");
        assert_eq!(
            board["last"]["values"].to_string(),
            r#"{"t":1.5,"u":null,"v":2}"#
        );
        assert_eq!(board["last"]["seq"], 3);
        assert_eq!(board["channels"]["t"]["unit"], "C");
        assert!(board["channels"]["t"]["time"].is_number(), "{board}");
        assert!(board["channels"]["v"]["time"].is_null(), "{board}");

        let said = |world: &World| {
            publish(&world.board("b"), "t:1");
        };
        let (told, _) = after_restart(said, "");
        assert_eq!(told, "stale publish");
        let online = |world: &World| std::mem::forget(connect(&world.board("b")));
        let (told, board) = after_restart(online, "");
        assert_eq!(told, "offline websocket closed");
        assert_eq!(board["detail"], "the gateway was restarted");
        let ended = |world: &World| connect(&world.board("b")).end(Reason::Timeout, "");
        let (told, board) = after_restart(ended, "");
        assert_eq!((told.as_str(), &board["reason"]), ("", &"timeout".into()));
    }

    #[test]
    fn a_restored_board_goes_on() {
        let mut world = World::new("[limits]\nmax_boards = 1");
        let said = r#"{"seq":7,"time":1.5,"board":"b","state":"offline","reason":"closed","link":"http","channels":{}}"#;
        world.registry.restore(&name("b"), said).unwrap();
        assert!(world.registry.restore(&name("c"), said).is_err());
        assert!(world.registry.restore(&name("b"), "{}").is_err());
        assert!(world.registry.get("b").is_some());
        post(&world.board("b"), "t:1");
        assert_eq!(world.said().join(", "), "online http, t=1");
    }

    #[test]
    fn the_file_says_what_channels_are_called() {
        let config = "[[board]]\nboard = \"b\"\n[board.channels.t]\nunit = \"K\"";
        let said = |world: &World| {
            post(&world.board("b"), "t:1 C");
        };
        let (_, board) = after_restart(said, config);
        assert_eq!(board["channels"]["t"]["unit"], "K");
    }
}
