//! The command line.

pub mod ports;
