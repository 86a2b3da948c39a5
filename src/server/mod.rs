//! HTTP: what browsers, programs and WiFi boards connect to. Knows nothing of boards' links.

pub mod listener;

pub mod access;

pub mod websocket;

pub mod body;

pub mod answer;

pub mod echo;
