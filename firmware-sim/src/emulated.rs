//! `firmware-sim uno`: an emulated Uno to play with.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use firmware_sim::folder::Folder;
use firmware_sim::uno::{Opening, Sketch, Workshop, command};

/// Runs an Uno until Ctrl-C or the end of standard input; its events are printed as they
/// are. Not cancel safe.
pub async fn run(sketch: &str, port: &Path) -> ExitCode {
    match play(sketch, port).await {
        Ok(status) => status,
        Err(error) => {
            let causes = std::iter::successors(error.source(), |&cause| cause.source());
            let text = causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"));
            eprintln!("firmware-sim: {text}");
            ExitCode::FAILURE
        }
    }
}

async fn play(name: &str, port: &Path) -> Result<ExitCode, Box<dyn Error>> {
    let sketch = Sketch::named(name).map_err(|error| {
        format!("sketch {name} is none of the program's own, and as a file: {error}")
    })?;
    if port.exists() && !port.is_symlink() {
        return Err(format!("{} is there already, and no link", port.display()).into());
    }
    let folder = Folder::new("firmware-sim")?;
    let workshop = Workshop::open(folder.path())?;
    eprintln!("building the sketch and an Uno to run it on");
    // Asked for before the emulator runs, or Ctrl-C would end this program before it.
    let mut interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    let mut emulator = command(&workshop, &sketch, port, Opening::Resets)
        .await?
        .kill_on_drop(true)
        .spawn()?;
    let ended = tokio::select! {
        ended = emulator.wait() => ended?.success(),
        _ = interrupt.recv() => {
            emulator.kill().await?;
            true
        }
    };
    if port.is_symlink() {
        std::fs::remove_file(port)?;
    }
    Ok(if ended {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
