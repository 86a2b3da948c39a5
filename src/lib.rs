//! boardcast (the map comes with the gateway).

pub mod name;

pub mod config;

pub mod boards;

pub mod reading;

pub mod journal;

pub mod server;

pub mod metrics;

pub mod clock;

pub mod wire;
