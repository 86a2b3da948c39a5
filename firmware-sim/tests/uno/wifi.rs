//! The sketches of WiFi boards, against the declarations of the libraries they use.

use std::path::Path;
use std::process::Command;

/// Compiles a sketch for this machine, without making anything of it.
fn check(name: &str, define: &str) {
    let sketches = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/sketches"));
    let mut compiler = Command::new("c++");
    compiler
        .args(["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-std=c++17"])
        .args(["-x", "c++", "-include", "Arduino.h", define, "-I"])
        .arg(sketches.join("stubs"))
        .arg(sketches.join(name).join(format!("{name}.ino")));
    let output = compiler.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} {define}:\n{said}");
}

#[test]
fn the_websocket_sketch_of_an_arduino_compiles() {
    check("wifi-websocket", "-DARDUINO_SAMD_MKRWIFI1010");
}

#[test]
fn the_websocket_sketch_of_an_esp_compiles() {
    check("esp-websocket", "-DESP32");
    check("esp-websocket", "-DESP8266");
}

#[test]
fn the_posting_sketch_compiles() {
    check("wifi-post", "-DARDUINO_SAMD_MKRWIFI1010");
}
