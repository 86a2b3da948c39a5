//! `firmware-sim typed`: a serial board that prints what is typed, so that another program
//! decides each of its lines, and when its plug is pulled.

use std::io::{self, BufRead};
use std::path::Path;
use std::process::ExitCode;

use firmware_sim::pty::Port;
use tokio::sync::mpsc;

/// Typed lines that wait until the board has printed those before; the typist then waits.
const AHEAD: usize = 64;

/// What the computer sent without a line end is forgotten beyond this.
const COMMAND_BUFFER: usize = 4096;

/// Runs the board until the end of standard input. Tells what happens, a line each:
/// `plugged DEVICE`, `opened`, `closed`, `unplugged`, `received: TEXT`. Not cancel safe.
pub async fn run(link: &Path) -> ExitCode {
    match play(link).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("firmware-sim: {}: {error}", link.display());
            ExitCode::FAILURE
        }
    }
}

async fn play(link: &Path) -> io::Result<()> {
    let mut typed = typist();
    let mut board = Board {
        port: Port::absent(link),
        is_open: false,
        heard: Vec::new(),
    };
    board.plug()?;
    let mut buffer = [0; 256];
    loop {
        tokio::select! {
            line = typed.recv() => match line {
                Some(line) => board.obey(&line).await?,
                None => return Ok(()),
            },
            count = board.port.read_or_look(&mut buffer) => board.hear(&buffer[..count?]),
        }
    }
}

/// Standard input blocks, so a thread of its own reads it; it ends with the program.
fn typist() -> mpsc::Receiver<String> {
    let (sender, typed) = mpsc::channel(AHEAD);
    std::thread::spawn(move || {
        let mut lines = io::stdin().lock().lines();
        while let Some(Ok(line)) = lines.next() {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    typed
}

struct Board {
    port: Port,
    is_open: bool,
    heard: Vec<u8>,
}

impl Board {
    fn plug(&mut self) -> io::Result<()> {
        self.port.plug()?;
        if let Some(device) = self.port.device() {
            println!("plugged {}", device.display());
        }
        Ok(())
    }

    async fn obey(&mut self, line: &str) -> io::Result<()> {
        match line {
            "plug" => self.plug(),
            "unplug" => {
                self.port.unplug();
                (self.is_open, self.heard) = (false, Vec::new());
                println!("unplugged");
                Ok(())
            }
            // A board without its plug has no power: it says nothing.
            _ if self.port.device().is_none() => Ok(()),
            text => self
                .port
                .write(format!("{text}\r\n").as_bytes())
                .await
                .map(drop),
        }
    }

    fn hear(&mut self, bytes: &[u8]) {
        let is_open = self.port.is_open();
        if is_open != self.is_open {
            println!("{}", if is_open { "opened" } else { "closed" });
            self.is_open = is_open;
        }
        for byte in bytes {
            match byte {
                b'\n' => {
                    println!(
                        "received: {}",
                        String::from_utf8_lossy(&self.heard).trim_end()
                    );
                    self.heard.clear();
                }
                byte if self.heard.len() < COMMAND_BUFFER => self.heard.push(*byte),
                _ => {}
            }
        }
    }
}
