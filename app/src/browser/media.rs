//! What the device is like: its connection, its width.

use leptos::{ev, prelude::*};

use super::page;

/// Whether the window is as narrow as a phone, where panels cover the page.
pub fn use_phone() -> Signal<bool> {
    let is_narrow = RwSignal::new(is_phone());
    let heard = window_event_listener(ev::resize, move |_| {
        if is_narrow.get_untracked() != is_phone() {
            is_narrow.set(is_phone());
        }
    });
    on_cleanup(move || heard.remove());
    is_narrow.into()
}

/// The same, now.
pub fn is_phone() -> bool {
    window().match_media("(max-width: 700px)").ok().flatten().is_some_and(|query| query.matches())
}

/// Whether the page is shown in the dark theme now.
pub fn is_dark() -> bool {
    match page::root("data-theme").as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|query| query.matches()),
    }
}

/// Whether the device believes that it is connected.
pub fn use_online() -> Signal<bool> {
    let is_online = RwSignal::new(window().navigator().on_line());
    let on = window_event_listener(ev::online, move |_| is_online.set(true));
    let off = window_event_listener(ev::offline, move |_| is_online.set(false));
    on_cleanup(move || {
        on.remove();
        off.remove();
    });
    is_online.into()
}
