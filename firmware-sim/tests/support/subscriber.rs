//! A dashboard's connection, which checks the order of all it is told.

use std::collections::VecDeque;
use std::net::SocketAddr;

use super::{PATIENCE, Socket, Value};

/// A client of `/ws`. Every method fails the test, with all that came so far, if what it
/// waits for does not come.
pub struct Subscriber {
    socket: Socket,
    /// The newest `hello`.
    pub hello: Value,
    /// Taken out of a batch and not yet given out.
    waiting: VecDeque<Value>,
    seen: Vec<Value>,
    /// The newest event's `seq` since the hello.
    last: u64,
    /// A `board` message up to this one belongs to a snapshot.
    snapshot: u64,
}

impl Subscriber {
    /// Connects and takes the hello. `query` is what stands behind `/ws`.
    pub async fn connect(gateway: SocketAddr, query: &str) -> Self {
        Self::over(Socket::connect(gateway, &format!("/ws{query}"), &[]).await).await
    }

    /// Takes the hello of a connection that is open already.
    pub async fn over(socket: Socket) -> Self {
        let mut subscriber = Self {
            socket,
            hello: Value::Null,
            waiting: VecDeque::new(),
            seen: Vec::new(),
            last: 0,
            snapshot: 0,
        };
        subscriber.next_hello().await;
        subscriber
    }

    /// The next message, whatever it is.
    pub async fn next(&mut self) -> Value {
        while self.waiting.is_empty() {
            let text = match tokio::time::timeout(PATIENCE, self.socket.next()).await {
                Ok(Ok(text)) => text,
                Ok(Err(code)) => panic!("closed with {code}, after\n{}", self.transcript()),
                Err(_) => panic!("nothing more came after\n{}", self.transcript()),
            };
            match serde_json::from_str(&text).unwrap() {
                Value::Array(batch) => self.waiting.extend(batch),
                message => self.waiting.push_back(message),
            }
        }
        let message = self
            .waiting
            .pop_front()
            .expect("the loop above ends with one");
        self.seen.push(message.clone());
        self.check_order(&message);
        message
    }

    /// The first message from here on that fits; those before it are taken as well.
    pub async fn wait_for(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next().await;
            if fits(&message) {
                return message;
            }
        }
    }

    /// The next message of this type.
    pub async fn next_of(&mut self, kind: &str) -> Value {
        self.wait_for(|message| message["type"] == kind).await
    }

    /// The next change of a board to this state.
    pub async fn state(&mut self, board: &str, state: &str) -> Value {
        self.wait_for(|message| {
            message["type"] == "board" && message["board"] == board && message["state"] == state
        })
        .await
    }

    /// The values of a board's next reading.
    pub async fn reading(&mut self, board: &str) -> Value {
        let reading =
            self.wait_for(|message| message["type"] == "reading" && message["board"] == board);
        reading.await["values"].clone()
    }

    /// Takes the hello that follows a new subscription.
    pub async fn next_hello(&mut self) {
        let hello = self.wait_for(|message| message["type"] == "hello").await;
        assert_eq!(hello["protocol"], 1, "{hello}");
        self.last = 0;
        self.snapshot = hello["seq"].as_u64().unwrap();
        self.hello = hello;
    }

    pub fn stream(&self) -> &str {
        self.hello["stream"].as_str().unwrap()
    }

    pub async fn send(&mut self, message: &Value) {
        self.socket.send(message.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(text).await;
    }

    /// The code with which the connection ends; what comes before it is dropped.
    pub async fn close_code(&mut self) -> u16 {
        self.socket.close_code().await
    }

    fn check_order(&mut self, message: &Value) {
        if message["type"] == "gap" {
            self.snapshot = self.snapshot.max(message["to"].as_u64().unwrap());
        }
        if message["type"] == "hello" {
            return;
        }
        let Some(seq) = message["seq"].as_u64() else {
            return;
        };
        if message["type"] == "board" && seq <= self.snapshot {
            return;
        }
        assert!(
            seq > self.last,
            "seq {seq} after {}:\n{}",
            self.last,
            self.transcript()
        );
        self.last = seq;
    }

    fn transcript(&self) -> String {
        self.seen
            .iter()
            .map(|message| format!("  {message}\n"))
            .collect()
    }
}
