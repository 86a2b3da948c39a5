//! An answer that is taken bit by bit, because it may be larger than memory.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming};
use tokio::time::timeout;

use super::{ANSWER, Address, ClientError, Connection, json_body};

/// An answer that has begun.
pub(in crate::cli) struct Download {
    response: Response<Incoming>,
    /// Owned so that it ends with the answer.
    _connection: Connection,
}

impl Download {
    /// Asks, and waits for the beginning of the answer. Cancel safe.
    ///
    /// # Errors
    /// When the gateway is not reached, or says no.
    pub async fn begin(address: &Address, path: &str) -> Result<Self, ClientError> {
        let begin = async {
            let mut connection = Connection::open(address).await?;
            let request = Request::get(path);
            let response = connection.ask(address, request, String::new()).await?;
            Ok::<_, ClientError>((connection, response))
        };
        let (connection, response) = in_time(ANSWER, begin).await?;
        let status = response.status();
        if !status.is_success() {
            let body = in_time(ANSWER, json_body(response)).await;
            let body = body.unwrap_or_default();
            let why = body["error"]["message"].as_str().unwrap_or_default();
            return Err(ClientError::Refused(status, why.to_owned()));
        }
        Ok(Self {
            response,
            _connection: connection,
        })
    }

    /// Waits for the next bit; `None` is the end of a whole answer. Not cancel safe.
    ///
    /// # Errors
    /// When the connection ends before the answer does, or nothing comes for a minute.
    pub async fn next(&mut self) -> Result<Option<Bytes>, ClientError> {
        loop {
            let frame = async { Ok(self.response.body_mut().frame().await) };
            match in_time(ANSWER, frame).await? {
                None => return Ok(None),
                Some(Err(why)) => return Err(ClientError::broken(why)),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        return Ok(Some(bytes));
                    }
                }
            }
        }
    }
}

async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ClientError>>,
) -> Result<T, ClientError> {
    let late = |_| ClientError::broken("nothing came for a minute");
    timeout(limit, work).await.map_err(late)?
}
