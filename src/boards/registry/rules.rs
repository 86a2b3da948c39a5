//! What the configuration says about boards.

use std::collections::HashMap;
use std::sync::Arc;

use crate::boards::intake::Bounds;
use crate::config::{Config, ReadingSettings};
use crate::name::BoardName;

/// What the configuration says about boards; replaced on reload.
#[derive(Clone, Debug)]
pub struct Rules {
    pub max_boards: usize,
    pub accept_unknown: bool,
    pub bounds: Bounds,
    /// Settings by name, for boards that no port owns.
    pub wifi: HashMap<BoardName, Arc<ReadingSettings>>,
    /// Names that belong to a port of the file.
    pub serial: HashMap<BoardName, Arc<ReadingSettings>>,
}

impl Rules {
    pub fn new(config: &Config) -> Self {
        let wifi = config
            .boards
            .iter()
            .map(|board| (board.board.clone(), Arc::new(board.reading.clone())));
        let serial = config
            .serial
            .iter()
            .map(|board| (board.board.clone(), Arc::new(board.reading.clone())));
        Self {
            max_boards: config.limits.max_boards,
            accept_unknown: config.wifi.accept_unknown,
            bounds: Bounds {
                max_line: config.limits.max_line,
                board_time: config.wifi.board_time,
            },
            wifi: wifi.collect(),
            serial: serial.collect(),
        }
    }
}
