//! The gateway, seen from outside.
