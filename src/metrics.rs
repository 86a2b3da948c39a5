//! Counters and their names.

/// Why something that a board sent did not become a value. Each is counted by board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drop {
    /// A line that does not fit its fixed format, or broken JSON; it became text.
    Malformed,
    /// A line above `max_line`, dropped whole.
    TooLong,
    /// A line without an end when its port closed.
    Torn,
    /// A channel whose name is too long, or past the 128th of a line.
    ChannelLimit,
    /// A value outside `min` and `max`; it became null.
    OutOfRange,
    /// A line above `max_lines_per_s`.
    RateLimit,
}

impl Drop {
    /// Every reason, in the order of its index.
    pub const ALL: [Self; 6] = [
        Self::Malformed,
        Self::TooLong,
        Self::Torn,
        Self::ChannelLimit,
        Self::OutOfRange,
        Self::RateLimit,
    ];

    /// The label in `/metrics`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLong => "too_long",
            Self::Torn => "torn",
            Self::ChannelLimit => "channel_limit",
            Self::OutOfRange => "out_of_range",
            Self::RateLimit => "rate_limit",
        }
    }
}
