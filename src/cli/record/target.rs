//! Which board is meant, by its name or by its port.
//! Opens nothing.

use std::collections::BTreeSet;
use std::path::Path;

use crate::boards::discovery::{names, usb_ports};
use crate::config::{Config, PortMatch, SerialBoard};
use crate::name::{BoardName, MAX_NAME};

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its name and how to open it.
    pub board: SerialBoard,
    /// Whether a gateway would know the board by this name.
    pub is_known: bool,
}

/// Finds a board of the configuration, one that was found under `root`, or the port at a
/// path, which has a `/` in it.
///
/// # Errors
/// When there is no board of this name, with those that there are.
pub fn target(wanted: &str, config: &Config, root: &Path) -> Result<Target, String> {
    let mut boards = boards(config, root);
    let found = match wanted.contains('/') {
        true => boards
            .iter()
            .position(|board| is_at(board, Path::new(wanted))),
        false => boards
            .iter()
            .position(|board| board.board.as_str() == wanted),
    };
    if let Some(index) = found {
        return Ok(Target {
            board: boards.swap_remove(index),
            is_known: true,
        });
    }
    if !wanted.contains('/') {
        return Err(unknown(wanted, &boards));
    }
    Ok(Target {
        board: SerialBoard::new(named_after(wanted), PortMatch::Path(wanted.into())),
        is_known: false,
    })
}

/// Those of the configuration, then those that were found.
fn boards(config: &Config, root: &Path) -> Vec<SerialBoard> {
    let mut boards = config.serial.clone();
    let taken = boards.iter().map(|board| board.board.clone());
    let taken: BTreeSet<_> = taken
        .chain(config.boards.iter().map(|board| board.board.clone()))
        .collect();
    // Without a list of ports there is still the configuration.
    let ports = usb_ports(root).unwrap_or_default();
    let found = names(&ports, &taken).into_iter();
    boards.extend(found.map(|(name, port)| SerialBoard::new(name, PortMatch::Path(port.device))));
    boards
}

fn is_at(board: &SerialBoard, path: &Path) -> bool {
    let PortMatch::Path(port) = &board.port else {
        return false;
    };
    let node = path.canonicalize();
    port == path || node.is_ok_and(|node| port.canonicalize().is_ok_and(|port| port == node))
}

fn unknown(wanted: &str, boards: &[SerialBoard]) -> String {
    let names: Vec<_> = boards.iter().map(|board| board.board.as_str()).collect();
    let known = match names.as_slice() {
        [] => "there is none".to_owned(),
        names => format!("there are {}", names.join(", ")),
    };
    format!(
        "no board on a serial port is called {wanted} ({known}; a port is a path, as in /dev/{wanted})"
    )
}

/// `/dev/serial/by-id/usb-Arduino_Uno` is `usb-Arduino_Uno`.
fn named_after(path: &str) -> BoardName {
    let name = path.rsplit('/').next().unwrap_or_default();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let name: String = name.chars().filter(|c| fits(*c)).take(MAX_NAME).collect();
    BoardName::new(&name)
        .or_else(|_| BoardName::new("board"))
        .expect("`board` is a name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boards::discovery::fake::{Device, Tree};

    const CONFIG: &str = "[[serial]]\nboard = \"greenhouse\"\nport = \"/dev/nowhere\"\nbaud = 9600\n\
                          [[serial]]\nboard = \"lab\"\nusb = \"2341:0043\"\n";

    /// The board's name, its baud rate, and whether it is known.
    fn check(wanted: &str, expected: &str) {
        let tree = Tree::new(&[Device::ch340("ttyUSB0", "1-1")]);
        let config = Config::parse(CONFIG, "test").unwrap();
        let wanted = wanted.replace("TREE", tree.root().to_str().unwrap());
        let found = match target(&wanted, &config, tree.root()) {
            Ok(found) => {
                let (board, baud) = (&found.board.board, found.board.line.baud);
                format!("{board} {baud} {}", found.is_known)
            }
            Err(why) => why,
        };
        assert_eq!(found, expected, "{wanted}");
    }

    #[test]
    fn boards_are_found_by_name_and_by_port() {
        check("greenhouse", "greenhouse 9600 true");
        check("lab", "lab 115200 true");
        check("/dev/nowhere", "greenhouse 9600 true");
        check("ch340-1-1", "ch340-1-1 115200 true");
        check("TREE/dev/ttyUSB0", "ch340-1-1 115200 true");
        check("/dev/ttyS0", "ttyS0 115200 false");
        check("./", "board 115200 false");
    }

    #[test]
    fn an_unknown_name_is_told_with_those_that_are_known() {
        check(
            "ttyACM0",
            "no board on a serial port is called ttyACM0 \
             (there are greenhouse, lab, ch340-1-1; a port is a path, as in /dev/ttyACM0)",
        );
    }
}
