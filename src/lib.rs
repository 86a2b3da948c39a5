//! boardcast takes what boards say - lines from serial ports, messages over WebSocket,
//! HTTP posts - and publishes it, numbered, to everyone who listens.
//!
//! One idea carries the program: one journal, many cursors. Everything that boards say is
//! appended once to a bounded, numbered [`journal`], already encoded as it will go out.
//! Everything that leaves is a cursor that reads the journal at its own speed. Resuming
//! is starting a cursor at a number; loss is a cursor that the tail has passed. Subscribers that
//! want the same and have everything share one ([`server::fan`]).
//!
//! ```text
//!  serial ports ─┐                                                      ┌─ subscribers
//!  WiFi boards ──┼─► lines ─► parse ─► calibrate ─► journal ─► cursors ─┤
//!  HTTP posts ───┘   bytes    text     values       seq, JSON           └─ the API
//!                      ◄──────────────── commands ─────────────────────
//! ```
//!
//! The modules, in the order in which data moves:
//!
//! | module | is | knows nothing of |
//! |---|---|---|
//! | [`cli`] | the command line | boards, sockets |
//! | [`config`] | the file as written, then as resolved; every error with its place and cure | tasks |
//! | [`gateway`] | binds, starts and stops everything, in the order data flows | formats |
//! | [`boards`] | one link each: bytes in, commands out; who is online | JSON, subscribers |
//! | [`reading`] | bytes to lines, lines to values, values as the owner wants them | where they came from |
//! | [`journal`] | the numbered backlog, its cursors, the latest of each board | I/O, clocks, who reads |
//! | [`history`] | the journal on disk: a cursor that writes, and what is read again | sockets, boards |
//! | [`wire`] | the only place that knows the messages | sockets |
//! | [`server`] | HTTP and WebSocket; each way out is a cursor | boards' links |
//! | [`service`] | systemd: readiness and the watchdog | boards |
//! | [`metrics`] | counters and their names | HTTP |
//! | [`clock`] | event time, which never goes backwards | events |
//! | [`name`] | names of boards and the globs that select them | |
//! | [`system`] | where `/dev`, `/proc` and `/sys` are | boards |
//! | [`processes`] | which programs have what open | boards |
//! | [`doctor`] | what is wrong with this machine, and the cure | tasks |
//!
//! What is always true, each an absence:
//! - [`reading`], [`journal`] and [`wire`] do no I/O and read no clock.
//! - Arrows point one way: the journal does not know who publishes or who reads.
//! - No byte or line that a board can send ends its session; only silence, end of file
//!   or an I/O error does, or a protocol error where RFC 6455 demands it.
//! - No queue is without a bound, and each bound's documentation says what happens there.
//! - Every task has an owner that can wait for it, and a panic in one board's task
//!   restarts that board and nothing else.

pub mod cli;

pub mod config;

pub mod gateway;

pub mod boards;

pub mod reading;

pub mod journal;

pub mod history;

pub mod wire;

pub mod server;

pub mod service;

pub mod metrics;

pub mod clock;

pub mod name;

pub mod system;

pub mod processes;

pub mod doctor;
