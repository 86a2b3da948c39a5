//! boardcast (the map comes with the gateway).

pub mod name;

pub mod cli;

pub mod doctor;

pub mod config;

pub mod gateway;

pub mod boards;

pub mod reading;

pub mod server;

pub mod metrics;
