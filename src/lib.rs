//! boardcast (the map comes with the gateway).

pub mod name;

pub mod config;

pub mod boards;

pub mod reading;

pub mod server;

pub mod metrics;

pub mod cli;
