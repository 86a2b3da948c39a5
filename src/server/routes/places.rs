//! Which path is what. Knows nothing of requests.

use crate::server::access::HostRule;
use crate::server::assets;

/// A place that the gateway has.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Home,
    Subscribe,
    Echo,
    Board(&'a str),
    Boards,
    ApiBoard(&'a str),
    History(&'a str),
    States(&'a str),
    Command(&'a str),
    Release(&'a str),
    Resume(&'a str),
    Events,
    Poll,
    Status,
    Doctor,
    Schema,
    Alive,
    Ready,
    Metrics,
    Asset,
}

impl<'a> Place<'a> {
    /// What is at a path.
    pub fn of(path: &'a str) -> Option<Self> {
        let parts: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        Some(match parts[..] {
            [""] => Self::Home,
            ["ws"] => Self::Subscribe,
            ["echo"] => Self::Echo,
            ["board", board] => Self::Board(board),
            ["api", "boards"] => Self::Boards,
            ["api", "boards", board] => Self::ApiBoard(board),
            ["api", "boards", board, "history"] => Self::History(board),
            ["api", "boards", board, "states"] => Self::States(board),
            ["api", "boards", board, "command"] => Self::Command(board),
            ["api", "boards", board, "release"] => Self::Release(board),
            ["api", "boards", board, "resume"] => Self::Resume(board),
            ["api", "events"] => Self::Events,
            ["api", "poll"] => Self::Poll,
            ["api", "status"] => Self::Status,
            ["api", "doctor"] => Self::Doctor,
            ["api", "schema"] => Self::Schema,
            ["healthz"] => Self::Alive,
            ["readyz"] => Self::Ready,
            ["metrics"] => Self::Metrics,
            _ if assets::exists(path) => Self::Asset,
            _ => return None,
        })
    }

    /// Methods besides upgrades, as in `Allow`.
    pub fn methods(&self) -> &'static str {
        match self {
            Self::Board(_) => "GET, POST",
            Self::ApiBoard(_) => "GET, HEAD, DELETE",
            Self::Command(_) | Self::Release(_) | Self::Resume(_) => "POST",
            _ => "GET, HEAD",
        }
    }

    /// Whether there is a WebSocket.
    pub fn upgrades(&self) -> bool {
        matches!(
            self,
            Self::Home | Self::Subscribe | Self::Echo | Self::Board(_)
        )
    }

    /// Boards may leave out `Host`, and so may who upgrades on `/`.
    pub fn host_rule(&self, upgrade: bool) -> HostRule {
        match self {
            Self::Board(_) => HostRule::Optional,
            Self::Home if upgrade => HostRule::Optional,
            _ => HostRule::Required,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_its_place() {
        let cases = [
            ("/", Some(Place::Home)),
            ("/ws", Some(Place::Subscribe)),
            ("/ws/", None),
            ("/board/a", Some(Place::Board("a"))),
            ("/board", None),
            ("/board/a/b", None),
            ("/api/boards", Some(Place::Boards)),
            ("/api/boards/a", Some(Place::ApiBoard("a"))),
            ("/api/boards/a/command", Some(Place::Command("a"))),
            ("/api/boards/a/states", Some(Place::States("a"))),
            ("/api/boards/a/states/", None),
            ("/api/boards/a/release", Some(Place::Release("a"))),
            ("/api/boards/a/resume", Some(Place::Resume("a"))),
            ("/socket.io/", None),
            ("/api/events", Some(Place::Events)),
            ("/api/poll", Some(Place::Poll)),
            ("/api/status", Some(Place::Status)),
            ("/api/doctor", Some(Place::Doctor)),
            ("/api/events/", None),
            ("/index.html", Some(Place::Asset)),
            ("/index.html/", None),
            ("/assets/none.js", None),
        ];
        for (path, wanted) in cases {
            assert_eq!(Place::of(path), wanted, "{path}");
        }
    }
}
