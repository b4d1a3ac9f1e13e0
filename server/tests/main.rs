//! The server as its callers see it: one file a slice, each test on its own fresh database.

mod support;

mod backup;
mod company;
mod identity;
mod openapi;
mod opportunity;
mod ops;
mod tidy;
