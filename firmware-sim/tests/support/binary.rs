//! Finds the program under test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// `$BOARDCAST_BIN`, or the program of the same profile as this test, built if it is not
/// there yet.
pub fn boardcast() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| match std::env::var_os("BOARDCAST_BIN") {
        Some(path) => PathBuf::from(path),
        None => beside_this_test(),
    })
}

/// This test is `target/PROFILE/deps/gateway-HASH`.
fn beside_this_test() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let binary = profile.join("boardcast");
    if !binary.exists() {
        build(profile);
    }
    binary
}

fn build(profile: &Path) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--package", "boardcast", "--target-dir"]);
    cargo
        .arg(profile.parent().unwrap())
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    assert!(
        cargo.status().unwrap().success(),
        "cargo build --package boardcast"
    );
}
