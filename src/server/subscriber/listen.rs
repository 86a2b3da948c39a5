//! The reading half of a subscriber's connection, and how it ends.

use crate::server::requests::Requests;
use crate::server::websocket::{Ended, Message, Reader};

/// Why a connection ends: the code of its Close, or none if nobody would read it.
#[derive(Debug)]
pub(super) struct End {
    pub close: Option<Option<u16>>,
    pub why: &'static str,
}

/// Reads what the subscriber asks for; no more than can be answered.
pub(super) async fn listen(reader: &mut Reader, mut requests: Requests) -> End {
    let outbox = requests.outbox().clone();
    loop {
        let message = reader.next().await;
        outbox.beat();
        match message {
            Ok(Message::Text(bytes) | Message::Binary(bytes)) => {
                requests.handle(&bytes);
                outbox.room().await;
            }
            Ok(Message::Ping(payload)) => outbox.ping(payload),
            Ok(Message::Pong) => {}
            Ok(Message::Close(code)) => {
                return End {
                    close: Some(code),
                    why: "",
                };
            }
            Err(Ended::Protocol { code, why }) => {
                return End {
                    close: Some(Some(code)),
                    why,
                };
            }
            Err(Ended::Eof | Ended::Io(_)) => {
                return End {
                    close: None,
                    why: "gone",
                };
            }
        }
    }
}
