//! The document itself: title, language, theme, scrolling, leaving it.

use std::{cell::Cell, rc::Rc};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};

/// Names the document in the tab.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Sets an attribute of `<html>`, such as `lang` or `data-theme`.
pub fn set_root(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        // Both names are constants that are valid attribute names.
        let _ = root.set_attribute(name, value);
    }
}

/// An attribute of `<html>`.
pub fn root(name: &str) -> Option<String> {
    document().document_element()?.get_attribute(name)
}

/// Whether the server serves its demo: it writes so into the page.
pub fn is_demo() -> bool {
    root("data-demo").is_some()
}

/// Loads the page anew, as after a failed chunk.
pub fn reload() {
    // A browser refuses only inside a sandbox that forbids navigation.
    let _ = window().location().reload();
}

/// Goes to another address by a full page load, as a download or a sign-out needs.
pub fn go(address: &str) {
    let _ = window().location().set_href(address);
}

/// Path and query of the address now.
pub fn address() -> String {
    let location = window().location();
    format!("{}{}", location.pathname().unwrap_or_default(), location.search().unwrap_or_default())
}

/// Writes panics of a build for editing to the console; in what people load a panic is a trap without words.
pub fn report_panics() {
    if cfg!(debug_assertions) {
        std::panic::set_hook(Box::new(|info| leptos::logging::error!("{info}")));
    }
}

/// Runs `action` once, as soon as somebody touches the page: with the pointer, a finger or a key.
pub fn once_used(action: impl FnOnce() + 'static) {
    let action = Rc::new(Cell::new(Some(action)));
    for event in ["pointermove", "pointerdown", "keydown"] {
        let action = action.clone();
        let heard = Closure::once_into_js(move || {
            if let Some(action) = action.take() {
                action();
            }
        });
        let options = web_sys::AddEventListenerOptions::new();
        options.set_once(true);
        // The window takes listeners for as long as there is a page.
        let _ = window().add_event_listener_with_callback_and_add_event_listener_options(event, heard.unchecked_ref(), &options);
    }
}

/// The part of every address here that names the server.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The whole address of the page, to give to somebody.
pub fn link() -> String {
    window().location().href().unwrap_or_default()
}
