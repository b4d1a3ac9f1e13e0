//! Domain types and rules that the server and the browser both use: no I/O, no async, no clock.

pub mod id;
pub mod time;

pub mod money;
pub mod money_input;

pub mod day_input;

pub mod fold;

pub mod text;

pub mod problem;

pub mod check;

pub mod patch;

pub mod page;

pub mod event;

pub mod access;

pub mod calendar;

pub mod company;

pub mod identity;

pub mod account;

pub mod contact;

pub mod opportunity;

pub mod configurator;

pub mod catalog;

pub mod lead;

pub mod view;

pub mod search;
