//! Simulated boards: a [`firmware`] prints what its [`signal`]s measure, a
//! [`clockwork`] says when, with [`faults`] where a script asks for them, and a
//! [`board`] takes it to the gateway over a pseudo-terminal ([`pty`]), a WebSocket
//! or HTTP posts. [`demo`] is five of them. [`uart`] is what a wrong rate makes of text.
//!
//! Stands in for hardware: knows only what a sketch's author reads about the gateway,
//! and shares no code with it.

pub mod signal;

pub mod firmware;

pub mod faults;

pub mod clockwork;

pub mod pty;

pub mod uart;

pub mod board;

pub mod demo;
