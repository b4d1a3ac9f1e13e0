//! What the device is like: width, colour scheme, motion, connection.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// Whether a media query holds, followed until the current owner is cleaned up.
pub fn use_media(query: &'static str) -> Signal<bool> {
    let is_match = RwSignal::new(matches(query));
    if let Some(list) = window().match_media(query).ok().flatten() {
        let on_change = Closure::<dyn Fn()>::new(move || {
            let _ = is_match.try_set(matches(query));
        });
        let target: &web_sys::EventTarget = list.as_ref();
        // Adding a listener fails only for a foreign target.
        let _ = target.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
        let kept = StoredValue::new_local((list, on_change));
        on_cleanup(move || {
            kept.try_with_value(|(list, on_change)| {
                let target: &web_sys::EventTarget = list.as_ref();
                let _ = target.remove_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
            });
        });
    }
    is_match.into()
}

/// Whether the layout is the phone's, as in the style sheets.
pub fn use_phone() -> Signal<bool> {
    use_media("(max-width: 700px)")
}

/// Whether the viewer asked for less motion.
pub fn prefers_less_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
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
