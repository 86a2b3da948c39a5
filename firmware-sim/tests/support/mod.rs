//! The harness of all end-to-end tests. Knows addresses, processes and frames, and as
//! little of what they mean as it can.

use std::time::Duration;

pub mod binary;

pub mod browser;

pub mod counted;
pub mod events;

pub mod disk;

pub mod frame;

pub mod gateway;

mod holder;

mod process;

pub mod program;

pub mod http;

pub mod machine;

pub mod proxy;

pub mod raw;

pub mod socket;

pub mod subscriber;

pub mod uno;

pub mod usb;

pub use browser::{Browser, Page, Relay};
pub use disk::Disk;
pub use events::Events;
pub use frame::Frame;
pub use gateway::Gateway;
pub use holder::Holder;
pub use http::Answer;
pub use machine::Machine;
pub use process::{User, folder as test_folder, run};
pub use program::Program;
pub use raw::Raw;
pub use serde_json::{Value, json};
pub use socket::Socket;
pub use subscriber::Subscriber;
pub use uno::UnoBoard;
pub use usb::Usb;

/// A test that has waited this long has failed. Generous, since the machine may be busy;
/// a test that passes never waits for it.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Waits for `what`, and fails the test with `name` if it does not come.
pub async fn soon<T>(name: &str, what: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, what).await {
        Ok(done) => done,
        Err(_) => panic!("waited {PATIENCE:?} in vain for {name}"),
    }
}

/// Waits until `holds`. For what has no event: a process's files, the text of a log.
pub async fn until(name: &str, holds: impl Fn() -> bool) {
    let looking = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    soon(name, looking).await;
}
