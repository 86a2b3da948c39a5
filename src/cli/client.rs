//! Talks to a running gateway, over HTTP and as a WebSocket client. Beside
//! `server/websocket.rs` the only file that names fastwebsockets, whose client half it uses.
//! Knows nothing of the messages.

mod download;

use std::fmt;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use fastwebsockets::{FragmentCollector, Frame, OpCode, Payload, Role, WebSocket, handshake};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::upgrade::Upgraded;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::address::Address;
pub(super) use download::Download;

/// A machine that does not answer for so long is not there.
const CONNECT: Duration = Duration::from_secs(10);

/// A command waits in the gateway for at most this long without a `ttl` of its own, with
/// room for its answer.
const ANSWER: Duration = Duration::from_secs(60);

/// The gateway pings every 20 s unless told otherwise; several pings are missing then.
const SILENT: Duration = Duration::from_secs(90);

/// A snapshot of one board with all its channels is far below.
const MAX_MESSAGE: usize = 4 * 1024 * 1024;

/// Why a gateway did not do what it was asked.
#[derive(Debug)]
pub(super) enum ClientError {
    /// No connection.
    Unreachable(Address, io::Error),
    /// The connection broke, or what came was not understood.
    Broken(String),
    /// The gateway said no, with this status and reason.
    Refused(StatusCode, String),
    /// The gateway closed the WebSocket with this code.
    Closed(u16, String),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(address, _) => {
                write!(f, "no gateway at {address} (is boardcast running there?)")
            }
            Self::Broken(why) => write!(f, "the connection broke: {why}"),
            Self::Refused(status, why) if why.is_empty() => {
                write!(f, "the gateway refused: {status}")
            }
            Self::Refused(_, why) => write!(f, "the gateway refused: {why}"),
            Self::Closed(code, why) if why.is_empty() => {
                write!(f, "the gateway closed the connection: {code}")
            }
            Self::Closed(code, why) => write!(f, "the gateway closed the connection: {code} {why}"),
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable(_, why) => Some(why),
            _ => None,
        }
    }
}

impl ClientError {
    fn broken(why: impl fmt::Display) -> Self {
        Self::Broken(why.to_string())
    }
}

/// Posts JSON and returns the status and the JSON that came back. Gives up after a minute.
/// Cancel safe as far as this side goes: the gateway may have got the request.
///
/// # Errors
/// When nothing came back that is JSON.
pub(super) async fn post(
    address: &Address,
    path: &str,
    body: &Value,
) -> Result<(StatusCode, Value), ClientError> {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close");
    let exchange = async {
        let mut connection = Connection::open(address).await?;
        let response = connection.ask(address, request, body.to_string()).await?;
        let status = response.status();
        Ok((status, json_body(response).await?))
    };
    let late = |_| ClientError::Broken("no answer for a minute".to_owned());
    timeout(ANSWER, exchange).await.map_err(late)?
}

/// A WebSocket that is open.
pub(super) struct Socket {
    frames: FragmentCollector<TokioIo<Upgraded>>,
    /// Owned so that it ends with the socket.
    _connection: Connection,
}

impl Socket {
    /// Opens a WebSocket. Cancel safe.
    ///
    /// # Errors
    /// When the gateway is not reached, or refuses.
    pub async fn open(address: &Address, path: &str) -> Result<Self, ClientError> {
        let late = |_| ClientError::Broken("no answer to the handshake".to_owned());
        timeout(CONNECT * 2, Self::shake_hands(address, path))
            .await
            .map_err(late)?
    }

    async fn shake_hands(address: &Address, path: &str) -> Result<Self, ClientError> {
        let request = Request::get(path)
            .header(header::UPGRADE, "websocket")
            .header(header::CONNECTION, "Upgrade")
            .header(header::SEC_WEBSOCKET_KEY, handshake::generate_key())
            .header(header::SEC_WEBSOCKET_VERSION, "13");
        let mut connection = Connection::open(address).await?;
        let response = connection.ask(address, request, String::new()).await?;
        let status = response.status();
        if status != StatusCode::SWITCHING_PROTOCOLS {
            let body = json_body(response).await.unwrap_or_default();
            let why = body["error"]["message"].as_str().unwrap_or_default();
            return Err(ClientError::Refused(status, why.to_owned()));
        }
        let upgraded = hyper::upgrade::on(response)
            .await
            .map_err(ClientError::broken)?;
        let mut socket = WebSocket::after_handshake(TokioIo::new(upgraded), Role::Client);
        socket.set_max_message_size(MAX_MESSAGE);
        // Pings are answered here, because they show that the gateway is alive.
        socket.set_auto_pong(false);
        Ok(Self {
            frames: FragmentCollector::new(socket),
            _connection: connection,
        })
    }

    /// Waits for the next text message. Not cancel safe: dropping it may lose a part of one,
    /// so the socket must be dropped with it.
    ///
    /// # Errors
    /// When the connection ends, or nothing came for 90 s, not even a ping.
    pub async fn next(&mut self) -> Result<String, ClientError> {
        loop {
            let silent = |_| ClientError::Broken("nothing came for 90 s".to_owned());
            let frame = timeout(SILENT, self.frames.read_frame())
                .await
                .map_err(silent)?;
            let frame = frame.map_err(ClientError::broken)?;
            match frame.opcode {
                OpCode::Text => {
                    return String::from_utf8(frame.payload.to_vec()).map_err(ClientError::broken);
                }
                OpCode::Close => return Err(closed(&frame.payload)),
                OpCode::Ping => self.pong(frame.payload).await?,
                _ => {}
            }
        }
    }

    async fn pong(&mut self, payload: Payload<'static>) -> Result<(), ClientError> {
        let pong = self.frames.write_frame(Frame::pong(payload));
        pong.await.map_err(ClientError::broken)
    }
}

fn closed(payload: &[u8]) -> ClientError {
    match payload {
        [high, low, reason @ ..] => {
            let reason = String::from_utf8_lossy(reason).into_owned();
            ClientError::Closed(u16::from_be_bytes([*high, *low]), reason)
        }
        // 1005: the peer gave no code.
        _ => ClientError::Closed(1005, String::new()),
    }
}

/// One HTTP connection with the task that drives it, which ends with it.
struct Connection {
    sender: SendRequest<Full<Bytes>>,
    _driver: JoinSet<()>,
}

impl Connection {
    async fn open(address: &Address) -> Result<Self, ClientError> {
        let unreachable = |why| ClientError::Unreachable(address.clone(), why);
        let stream = timeout(
            CONNECT,
            TcpStream::connect((address.host(), address.port())),
        )
        .await;
        let stream = stream.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        let stream = TokioIo::new(stream.map_err(unreachable)?);
        let (sender, connection) = http1::handshake(stream)
            .await
            .map_err(ClientError::broken)?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // Its error is told to whoever waits for the answer.
            let _ = connection.with_upgrades().await;
        });
        Ok(Self {
            sender,
            _driver: driver,
        })
    }

    async fn ask(
        &mut self,
        address: &Address,
        request: hyper::http::request::Builder,
        body: String,
    ) -> Result<Response<Incoming>, ClientError> {
        let request = request.header(header::HOST, address.authority());
        let request = request.body(Full::from(body));
        let request = request.map_err(ClientError::broken)?;
        self.sender
            .send_request(request)
            .await
            .map_err(ClientError::broken)
    }
}

async fn json_body(response: Response<Incoming>) -> Result<Value, ClientError> {
    let body = Limited::new(response.into_body(), MAX_MESSAGE)
        .collect()
        .await;
    let body = body.map_err(ClientError::broken)?.to_bytes();
    serde_json::from_slice(&body)
        .map_err(|_| ClientError::broken("the answer is not JSON (is that boardcast?)"))
}
