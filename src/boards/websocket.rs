//! A board over WebSocket: messages in, commands out, and a heartbeat both ways.
//! Knows nothing of handshakes or of what a message says.

use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::poll;
use hyper::upgrade::OnUpgrade;
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::boards::Reason;
use crate::boards::commands::Queue;
use crate::boards::session::Session;
use crate::server::websocket::{self, Ended, Message, Options, Reader, WriteError, Writer};
use crate::wire::frame;

/// Older ESP-IDF lose a frame that comes with the 101; a board that has spoken is ready.
const FIRST_FRAME: Duration = Duration::from_millis(100);

/// Events that are appended together at the most.
const MAX_BATCH: usize = 512;

/// Messages that are taken without a turn for anybody else. Thousands fit into one read: a
/// board that floods would keep all the others waiting for seconds.
const MAX_TURN: usize = 256;

/// What this board's connection is given.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    /// What its frames may be.
    pub options: Options,
    /// Between two pings.
    pub ping_interval: Duration,
    /// Nothing received for this long ends it.
    pub silent_after: Duration,
    /// How it is left when the gateway stops.
    pub farewell: Farewell,
}

/// How a board is left when the gateway stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// With 1001.
    Close,
    /// Without a Close: after one, an ESP-IDF client stays away until it is reset.
    Plain,
}

/// How a connection ended.
#[derive(Debug)]
struct End {
    reason: Reason,
    detail: String,
    /// Whether a Close goes out, and with which code.
    close: Option<Option<u16>>,
}

/// Serves one connection to its end. The session is `ready` already: its event is in
/// the journal before the 101 goes out.
pub async fn run(
    upgrade: OnUpgrade,
    mut session: Session,
    manner: Manner,
    stop: CancellationToken,
) {
    let (mut reader, mut writer) = match websocket::accept(upgrade, manner.options).await {
        Ok(halves) => halves,
        Err(why) => return session.end(Reason::Closed, &why.to_string()),
    };
    let (queue, replaced) = (session.queue(), session.replaced());
    let pulse = Pulse::new();
    let end = tokio::select! {
        end = listen(&mut reader, &mut session, &pulse) => end,
        end = speak(&mut writer, &queue, &pulse, manner) => end,
        () = replaced.cancelled() => End::new(Reason::Closed, "replaced", Some(Some(4000))),
        () = stop.cancelled() => End::stopping(manner.farewell),
    };
    drop(reader);
    session.end(end.reason, &end.detail);
    if let Some(code) = end.close {
        writer.finish(code, &end.detail).await;
    }
}

/// What the listening half tells the speaking half.
#[derive(Debug)]
struct Pulse {
    heard: Mutex<Instant>,
    /// The newest ping that is to be answered: older ones need no answer any more
    /// (RFC 6455, 5.5.3).
    ping: Mutex<Option<Bytes>>,
    bell: Notify,
}

impl Pulse {
    fn new() -> Self {
        Self {
            heard: Mutex::new(Instant::now()),
            ping: Mutex::default(),
            bell: Notify::new(),
        }
    }

    fn beat(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn heard(&self) -> Instant {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn owe(&self, payload: Bytes) {
        *self.ping.lock().unwrap_or_else(PoisonError::into_inner) = Some(payload);
        self.bell.notify_one();
    }

    fn owed(&self) -> Option<Bytes> {
        self.ping
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

/// Everything that is there to be read becomes one batch: what waits is appended only
/// when the socket has no more.
async fn listen(reader: &mut Reader, session: &mut Session, pulse: &Pulse) -> End {
    let (mut turn, mut has_spoken) = (0, false);
    loop {
        let next = {
            let mut next = pin!(reader.next());
            match poll!(next.as_mut()) {
                Poll::Ready(message) => message,
                Poll::Pending => {
                    turn = 0;
                    session.flush();
                    let message = next.await;
                    // Here and once a turn is often enough, and costs no clock a line.
                    pulse.beat();
                    message
                }
            }
        };
        match next {
            Ok(Message::Text(bytes) | Message::Binary(bytes)) => {
                session.message(&bytes);
                turn += 1;
                if session.waiting() >= MAX_BATCH || turn >= MAX_TURN {
                    session.flush();
                }
                if turn >= MAX_TURN {
                    turn = 0;
                    pulse.beat();
                    yield_now().await;
                }
                if !std::mem::replace(&mut has_spoken, true) {
                    pulse.bell.notify_one();
                }
            }
            Ok(Message::Ping(payload)) => pulse.owe(payload),
            Ok(Message::Pong) => {}
            Ok(Message::Close(code)) => return End::new(Reason::Closed, "", Some(code)),
            Err(ended) => return ended.into(),
        }
    }
}

async fn speak(writer: &mut Writer, queue: &Arc<Queue>, pulse: &Pulse, manner: Manner) -> End {
    tokio::select! {
        () = sleep(FIRST_FRAME) => {}
        () = pulse.bell.notified() => {}
    }
    let mut ping = pin!(sleep(manner.ping_interval));
    loop {
        let spoken = match pulse.owed() {
            Some(payload) => writer.pong(&payload).await,
            None => Ok(()),
        };
        if let Err(end) = spoken {
            return end.into();
        }
        let spoken = tokio::select! {
            () = pulse.bell.notified() => Ok(()),
            outgoing = queue.next() => {
                let sent = writer.send([frame::text(outgoing.bytes())]).await;
                sent.map(|()| queue.written(outgoing))
            }
            () = &mut ping => {
                ping.as_mut().reset(Instant::now() + manner.ping_interval);
                writer.ping().await
            }
            () = sleep_until(pulse.heard() + manner.silent_after) => {
                if pulse.heard().elapsed() >= manner.silent_after {
                    let detail = format!("silent for {:?}", manner.silent_after);
                    return End::new(Reason::Timeout, &detail, None);
                }
                Ok(())
            }
        };
        if let Err(end) = spoken {
            return end.into();
        }
    }
}

impl End {
    fn new(reason: Reason, detail: &str, close: Option<Option<u16>>) -> Self {
        Self {
            reason,
            detail: detail.to_owned(),
            close,
        }
    }

    fn stopping(farewell: Farewell) -> Self {
        let close = (farewell == Farewell::Close).then_some(Some(1001));
        Self::new(Reason::Closed, "the gateway stops", close)
    }
}

impl From<Ended> for End {
    fn from(ended: Ended) -> Self {
        match ended {
            // An ending without a Close is normal for a board.
            Ended::Eof | Ended::Io(_) => Self::new(Reason::Closed, "", None),
            Ended::Protocol { code, why } => Self::new(Reason::Error, why, Some(Some(code))),
        }
    }
}

impl From<WriteError> for End {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Slow => Self::new(Reason::Timeout, "its socket takes nothing", None),
            WriteError::Io(_) => Self::new(Reason::Closed, "", None),
        }
    }
}
