//! HTTP: what browsers, programs and WiFi boards connect to. Knows nothing of boards' links.

pub mod access;

pub mod websocket;
