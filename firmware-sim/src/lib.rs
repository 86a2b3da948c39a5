//! Simulated boards: a [`firmware`] prints what its [`signal`]s measure, a
//! [`clockwork`] says when, with [`faults`] where a script asks for them, and a
//! [`board`] takes it to the gateway over a pseudo-terminal ([`pty`]), a WebSocket
//! or HTTP posts; [`uart`] is what a wrong rate makes of what it says. A [`log`] is a
//! board that was recorded. [`demo`], in a [`folder`] of its own, is five boards. An [`uno`] is real firmware instead,
//! on an emulated board.
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

pub mod log;

pub mod uno;

pub mod folder;

pub mod demo;
