//! The gateway as boards, browsers and operators see it: a real program, real ports and
//! sockets. One file a subject; `support` starts the gateway and speaks to it.

#![allow(clippy::unwrap_used, reason = "all of this is tests, helpers too")]

mod support;

mod access;

mod api;

mod assets;

mod commands;

mod events;

mod faults;

mod http;

mod lifecycle;

mod lines_table;

mod logs;

mod machine;

mod performance;

mod poll;

mod record;

mod release;

mod replay;

mod serial;

mod status;

mod subscribe;

mod uno;

mod wifi;
