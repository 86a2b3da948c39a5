//! A board with a real sketch on an emulated Uno, for one test.

use firmware_sim::uno::{Opening, Sketch, Uno, UnoError, Workshop};
use tempfile::TempDir;

/// The board, with a link in a directory of its own.
pub struct UnoBoard {
    pub uno: Uno,
    name: String,
    // Dropped after the board, whose link is in it.
    _folder: TempDir,
}

/// What one test has built, the others need not.
pub fn workshop() -> Workshop {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/uno");
    told(Workshop::open(folder))
}

/// Fails the test with the error as a person reads it.
pub fn told<T>(result: Result<T, UnoError>) -> T {
    match result {
        Ok(done) => done,
        Err(error) => panic!("{error} (make test UNO=no leaves these tests out)"),
    }
}

impl UnoBoard {
    /// A board that is plugged in and runs this sketch, called like it.
    pub async fn start(sketch: Sketch) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("ttyUNO");
        let uno = Uno::start(&workshop(), &sketch, link, Opening::Resets).await;
        Self {
            uno: told(uno),
            name: sketch.name().into(),
            _folder: folder,
        }
    }

    /// Its name in the gateway.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its table in the configuration, with more keys below the first two.
    pub fn toml(&self, more: &str) -> String {
        let link = self.uno.link().display();
        format!(
            "[[serial]]\nboard = \"{}\"\nport = \"{link}\"\n{more}\n",
            self.name
        )
    }
}
