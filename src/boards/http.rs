//! A board that posts: a body in, nothing back. Knows nothing of HTTP's own rules.

use crate::boards::Link;
use crate::boards::board::Board;
use crate::boards::intake::Form;
use crate::boards::publish::Accepted;

/// What the client said the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// `application/x-www-form-urlencoded`.
    AsForm,
    /// Anything else: the body decides.
    Plain,
}

/// Takes a body: a whole JSON value, else form data if it was sent as such, else lines.
/// None if there is no line in it.
pub fn post(board: &Board, body: &[u8], sent: Sent) -> Option<Accepted> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return None;
    }
    board.visit(Link::Http, |intake, heard| {
        if sent == Sent::AsForm && intake.form(body) == Form::Pairs {
            return;
        }
        intake.message(body, heard);
    })
}
