//! Another program that has a device open: `sleep`, with the device as its input.

use std::fmt;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Ends, and lets the device go, when it is dropped.
pub struct Holder(Child);

impl Holder {
    /// Has opened the device when this returns.
    pub fn of(device: &Path) -> Self {
        let port = File::options().read(true).write(true).open(device).unwrap();
        let sleep = Command::new("sleep")
            .arg("600")
            .stdin(port)
            .stdout(Stdio::null())
            .spawn();
        Self(sleep.unwrap())
    }
}

/// As the gateway calls it.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sleep ({})", self.0.id())
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        // One that has ended already is as good as ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
