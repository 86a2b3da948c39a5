//! What `[history]` says, as bounds of a file, its log, and one commit. Pure.

use super::trim::Bounds;
use crate::config;

/// Bytes of a page. Flash is written in no less.
pub const PAGE: u64 = 4096;

/// Pages of the log at which it is brought into the file, at the least and the most.
const LOG_PAGES: (u64, u64) = (32, 1000);

/// Bytes of events that one commit stores, at the least and the most.
const COMMIT: (usize, usize) = (256 << 10, 16 << 20);

/// Bounds of a history.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// What may stay in the file.
    pub bounds: Bounds,
    /// Pages of the log at which it is brought into the file.
    pub log_pages: u64,
    /// Bytes of events after which one commit takes no more. The log is as long as the
    /// largest commit, so a small history makes small ones.
    pub commit_bytes: usize,
}

impl Limits {
    /// Of a configuration.
    pub fn new(config: &config::History) -> Self {
        let size = config.max_size as u64;
        let log_pages = (size / 8 / PAGE).clamp(LOG_PAGES.0, LOG_PAGES.1);
        let keep = i64::try_from(config.keep.as_micros()).unwrap_or(i64::MAX);
        Self {
            bounds: Bounds {
                keep_micros: keep,
                max_bytes: size.saturating_sub(log_pages * PAGE).max(PAGE),
            },
            log_pages,
            commit_bytes: (config.max_size / 8).clamp(COMMIT.0, COMMIT.1),
        }
    }
}
