//! A board on a simulated USB port, for one test.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use firmware_sim::pty::Port;
use tempfile::TempDir;

use super::soon;

/// A port in a directory of its own, and the name of its board.
pub struct Usb {
    pub port: Port,
    board: String,
    _folder: TempDir,
}

impl Usb {
    pub fn plugged(board: &str) -> Self {
        let mut usb = Self::absent(board);
        usb.port.plug().unwrap();
        usb
    }

    pub fn absent(board: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let port = Port::absent(folder.path().join(format!("tty-{board}")));
        Self {
            port,
            board: board.into(),
            _folder: folder,
        }
    }

    /// Its table in the configuration, with more keys below the first two.
    pub fn toml(&self, more: &str) -> String {
        let link = self.port.link().display();
        format!(
            "[[serial]]\nboard = \"{}\"\nport = \"{link}\"\n{more}\n",
            self.board
        )
    }

    /// Sends bytes; fails the test if nobody has the port open.
    pub async fn print(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        let sent = soon("room to send", self.port.write(bytes)).await.unwrap();
        assert_eq!(sent, bytes.len(), "nobody has the port open");
    }

    /// What the gateway writes, up to and with this byte.
    pub async fn hear(&mut self, until: u8) -> String {
        let mut heard = Vec::new();
        while !heard.ends_with(&[until]) {
            let mut byte = [0];
            soon("bytes to the board", self.port.read(&mut byte))
                .await
                .unwrap();
            heard.push(byte[0]);
        }
        String::from_utf8(heard).unwrap()
    }
}
