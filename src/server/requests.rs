//! What a subscriber asks for: another subscription, a command, to publish.
//! Knows nothing of sockets; answers go to the outbox.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use serde_json::Value;

use crate::boards::commands::{Last, Ticket};
use crate::boards::registry::Refused;
use crate::boards::{Link, publish};
use crate::name::BoardName;
use crate::server::Shared;
use crate::server::access::Role;
use crate::server::outbox::Outbox;
use crate::wire::encode;
use crate::wire::request::{Command, Id, Publish, text_and_ttl};
use crate::wire::{Code, CommandResult, Message, Outcome, Request};

/// Serves the requests of one subscriber.
#[derive(Debug)]
pub struct Requests {
    shared: Arc<Shared>,
    outbox: Arc<Outbox>,
    role: Role,
    /// What is no protocol message is a line of this board: for pages of a tutorial.
    page: Option<BoardName>,
}

/// Why a message got an `error`.
struct Problem {
    code: &'static str,
    message: String,
}

impl Requests {
    /// For a subscriber with this role; `page` is the board that its other lines are of.
    pub fn new(shared: Arc<Shared>, role: Role, page: Option<BoardName>) -> Self {
        Self {
            shared,
            outbox: Arc::default(),
            role,
            page,
        }
    }

    /// Where answers go.
    pub fn outbox(&self) -> &Arc<Outbox> {
        &self.outbox
    }

    /// Takes a message. What cannot be understood is answered with an `error`.
    pub fn handle(&mut self, message: &[u8]) {
        if let Some(page) = &self.page
            && !is_protocol(message)
        {
            let page = page.clone();
            return self.line(&page, message);
        }
        let value: Value = match serde_json::from_slice(message) {
            Ok(value) => value,
            Err(why) => return self.refuse(Problem::bad(format!("not JSON: {why}")), None),
        };
        let id = value.get("id").cloned();
        let done = match serde_json::from_value(value) {
            Ok(Request::Subscribe(wanted)) => wanted
                .check()
                .map(|wanted| self.outbox.subscribe(wanted))
                .map_err(Problem::bad),
            Ok(Request::Command(command)) => self.command(command),
            Ok(Request::Publish(said)) => self.publish(said),
            Err(why) => Err(Problem::bad(format!(
                "not a message of the protocol: {why}"
            ))),
        };
        if let Err(problem) = done {
            self.refuse(problem, id);
        }
    }

    fn command(&self, command: Command) -> Result<(), Problem> {
        let (text, ttl) = text_and_ttl(command.data, command.ttl).map_err(Problem::bad)?;
        let open = self.outbox.open_command();
        let ticket = self.ticket(command.board.clone(), command.id);
        if self.role < Role::Operator {
            let why = "a viewer may not send commands (see `anonymous` in `[access]`)";
            ticket.finish(Outcome::failed(Code::Forbidden, why));
        } else if !open {
            ticket.finish(Outcome::failed(
                Code::QueueFull,
                "256 commands of this connection have no result yet",
            ));
        } else {
            self.shared.hub.counters.commands.fetch_add(1, Relaxed);
            self.shared.command(&command.board, &text, ttl, ticket);
        }
        Ok(())
    }

    fn ticket(&self, board: String, id: Id) -> Ticket {
        let (outbox, id, name) = (self.outbox.clone(), id.into_value(), board.clone());
        Ticket::new(&name, move |outcome: Outcome, last| {
            if last == Last::Yes {
                outbox.close_command();
            }
            let result = CommandResult::new(Some(id.clone()), &board, &outcome);
            outbox.push(encode::message(&Message::Result(result)));
        })
    }

    fn publish(&self, said: Publish) -> Result<(), Problem> {
        if self.role < Role::Operator {
            return Err(Problem::forbidden(
                "a viewer may not publish (see `anonymous` in `[access]`)",
            ));
        }
        let name = BoardName::new(&said.board).map_err(|why| Problem::bad(why.to_string()))?;
        let board = self
            .shared
            .registry
            .claim(&name, Link::Publish)
            .map_err(Problem::from)?;
        let said = match (said.values, said.line) {
            (Some(values), None) => publish::values(&board, values),
            (None, Some(line)) => publish::line(&board, &line),
            _ => None,
        };
        match said {
            Some(_) => Ok(()),
            None => Err(Problem::bad(
                "`publish` needs `values` with a channel, or one `line`",
            )),
        }
    }

    fn line(&self, page: &BoardName, message: &[u8]) {
        if self.role < Role::Operator {
            return self.refuse(Problem::forbidden("a viewer may not publish"), None);
        }
        match self.shared.registry.claim(page, Link::Publish) {
            Ok(board) => {
                publish::message(&board, message);
            }
            Err(refused) => self.refuse(refused.into(), None),
        }
    }

    fn refuse(&self, problem: Problem, id: Option<Value>) {
        let (code, message) = (problem.code.into(), problem.message.into());
        self.outbox
            .push(encode::message(&Message::Error { code, message, id }));
    }
}

/// Whether a message is an object that the protocol gives a meaning to.
fn is_protocol(message: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(message).ok();
    let kind = value
        .as_ref()
        .and_then(|value| value.get("type"))
        .and_then(Value::as_str);
    matches!(kind, Some("subscribe" | "command" | "publish"))
}

impl Problem {
    fn bad(message: impl Into<String>) -> Self {
        Self {
            code: "bad_message",
            message: message.into(),
        }
    }

    fn forbidden(message: impl Into<String>) -> Self {
        Self {
            code: "forbidden",
            message: message.into(),
        }
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let code = match refused {
            Refused::Full => "too_many_boards",
            Refused::Serial | Refused::Unknown => "forbidden",
        };
        Self {
            code,
            message: refused.to_string(),
        }
    }
}
