//! Muster in the browser: one page application in areas that load when they are opened.

mod account;
mod api;
mod app;
mod area;
mod browser;
mod company;
mod configurator;
mod contact;
mod desk;
mod editing;
mod event;
mod i18n;
mod identity;
mod kit;
mod lead;
mod live;
mod opportunity;
mod people;
mod query;
mod records;
mod search;
mod sending;
mod session;
mod settings;
mod shell;
mod shop;
mod studio;
mod ui;
mod view;

fn main() {
    browser::page::report_panics();
    leptos::mount::mount_to_body(app::App);
}
