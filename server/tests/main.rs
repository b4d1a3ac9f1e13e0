//! The server as its callers see it: one file a slice, each test on its own fresh database.

mod support;

mod access;
mod account;
mod backup;
mod catalog;
mod company;
mod configurator;
mod contact;
mod demo;
mod faults;
mod identity;
mod lead;
mod log;
mod models;
mod openapi;
mod opportunity;
mod ops;
mod person;
mod search;
mod stream;
mod studio;
mod tidy;
mod view;
