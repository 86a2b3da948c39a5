//! Reads the body of a POST, within a size and without waiting for ever.
//! Knows nothing of what a body says.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::{Request, StatusCode};
use tokio::time::timeout;

use super::answer::{Answer, closing, error};

/// A body that is too large is read this far, so that a client which reads only after it
/// has written sees why.
const MAX_DISCARDED: usize = 1024 * 1024;

/// An upload of which nothing arrives for this long is over.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// Neither a length nor chunks: 411.
    NoLength,
    /// Above the limit, and read to its end: 413.
    TooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// Above the limit, and above what is discarded: 413, and the connection ends.
    FarTooLarge {
        /// The limit, in bytes.
        max: usize,
    },
    /// Nothing came for ten seconds: 408, and the connection ends.
    Stuck,
    /// The connection broke, or its chunks are malformed: 400 to whoever still reads.
    Broken,
}

/// Reads a whole body of at most `max_body` bytes.
///
/// Not cancel safe: a dropped call loses what it has read.
///
/// # Errors
/// [`BodyError`], which is also the answer.
pub async fn read(request: Request<Incoming>, max_body: usize) -> Result<Bytes, BodyError> {
    let headers = request.headers();
    if !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING) {
        return Err(BodyError::NoLength);
    }
    let mut body = request.into_body();
    let mut collected = BytesMut::new();
    let mut length = 0;
    while let Some(data) = next(&mut body).await? {
        length += data.len();
        if length > MAX_DISCARDED.max(max_body) {
            return Err(BodyError::FarTooLarge { max: max_body });
        }
        if length <= max_body {
            collected.extend_from_slice(&data);
        }
    }
    if length > max_body {
        return Err(BodyError::TooLarge { max: max_body });
    }
    Ok(collected.freeze())
}

impl BodyError {
    /// What the client is told.
    pub fn response(self) -> Answer {
        match self {
            Self::NoLength => length_required(),
            Self::TooLarge { max } => too_large(max),
            Self::FarTooLarge { max } => closing(too_large(max)),
            Self::Stuck => {
                let message = "the body stopped half way";
                closing(error(StatusCode::REQUEST_TIMEOUT, "timeout", message))
            }
            Self::Broken => {
                let message = "the body cannot be read";
                closing(error(StatusCode::BAD_REQUEST, "bad_body", message))
            }
        }
    }
}

async fn next(body: &mut Incoming) -> Result<Option<Bytes>, BodyError> {
    match timeout(PATIENCE, body.frame()).await {
        Err(_) => Err(BodyError::Stuck),
        Ok(Some(Err(_))) => Err(BodyError::Broken),
        // Trailers are no data.
        Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
        Ok(None) => Ok(None),
    }
}

/// Without a body: the board that forgets a length also takes any body for the next
/// answer.
fn length_required() -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = StatusCode::LENGTH_REQUIRED;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    closing(answer)
}

fn too_large(max: usize) -> Answer {
    let message = format!("the body is above {max} bytes (`max_body`)");
    error(StatusCode::PAYLOAD_TOO_LARGE, "too_large", &message)
}
