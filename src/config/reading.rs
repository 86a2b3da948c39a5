//! What the configuration says of a board's lines, whatever link they come by.

use std::collections::BTreeMap;
use std::time::Duration;

use regex::Regex;

/// What a board's lines are.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Format {
    /// Tried in the order of docs/protocol.md.
    #[default]
    Auto,
    /// JSON only.
    Json,
    /// `name:value` pairs only.
    Pairs,
    /// Values in these columns.
    Csv {
        /// Names of the columns, in order.
        columns: Vec<String>,
    },
    /// Every line is text.
    Text,
    /// Named groups are channels.
    Regex(Pattern),
}

/// A regular expression that compares by its text.
#[derive(Clone, Debug)]
pub struct Pattern(pub Regex);

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// How a board's lines are read and when it counts as stale; the same keys for
/// every kind of link.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadingSettings {
    /// What a line is.
    pub format: Format,
    /// Settings by the channel's name as the board says it.
    pub channels: BTreeMap<String, ChannelSettings>,
    /// Nothing for this long is `stale`; `None` is never.
    pub stale_after: Option<Duration>,
    /// A line that matches answers a command with `acked`.
    pub ack: Option<Pattern>,
    /// A line that matches answers a command with `nacked`.
    pub nack: Option<Pattern>,
    /// Lines a second that are taken; more are dropped and counted.
    pub max_lines_per_s: Option<u32>,
}

impl Default for ReadingSettings {
    fn default() -> Self {
        Self {
            format: Format::Auto,
            channels: BTreeMap::new(),
            stale_after: Some(Duration::from_secs(60)),
            ack: None,
            nack: None,
            max_lines_per_s: None,
        }
    }
}

/// What the owner says of one channel.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ChannelSettings {
    /// Shown behind the value.
    pub unit: Option<String>,
    /// Shown instead of the name.
    pub label: Option<String>,
    /// Value × scale + offset; 1 where absent.
    pub scale: Option<f64>,
    /// Added after scaling; 0 where absent.
    pub offset: Option<f64>,
    /// A smaller value, after scaling, is null and counted.
    pub min: Option<f64>,
    /// A larger value, after scaling, is null and counted.
    pub max: Option<f64>,
    /// The channel's name from here on.
    pub rename: Option<String>,
}

impl ChannelSettings {
    /// Whether values pass unchanged.
    pub fn is_identity(&self) -> bool {
        self.scale.is_none() && self.offset.is_none() && self.min.is_none() && self.max.is_none()
    }
}
