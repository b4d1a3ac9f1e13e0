//! Muster in the browser: one page application in areas that load when they are opened.

mod app;
mod browser;
mod desk;
mod i18n;
mod kit;
mod shell;
mod shop;
mod ui;

fn main() {
    leptos::mount::mount_to_body(app::App);
}
