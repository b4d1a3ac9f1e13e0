//! Keyboard events: chords such as `mod+k`, and shortcuts that the whole document hears.

use leptos::{ev, prelude::*};
use web_sys::KeyboardEvent;

use super::focus;

/// Whether `event` is the chord, written as `k`, `shift+n`, `mod+k` (⌘ on a Mac, Ctrl elsewhere), `?` or `escape`.
pub fn is_chord(event: &KeyboardEvent, chord: &str) -> bool {
    let mut needs_mod = false;
    let mut needs_shift = false;
    let mut key = "";
    for part in chord.split('+') {
        match part {
            "mod" => needs_mod = true,
            "shift" => needs_shift = true,
            other => key = other,
        }
    }
    let is_mod = event.ctrl_key() || event.meta_key();
    let pressed = event.key().to_ascii_lowercase();
    // Signs such as `?` need Shift on some layouts and not on others, so only letters look at it.
    let shift_fits = key.len() > 1 || !key.starts_with(|c: char| c.is_ascii_alphabetic()) || event.shift_key() == needs_shift;
    pressed == key && is_mod == needs_mod && !event.alt_key() && shift_fits
}

/// Runs `action` whenever the chord is pressed anywhere, until the current owner is cleaned up.
///
/// A chord without `mod` is not heard while somebody types or while a modal dialog is open.
pub fn on_chord(chord: &'static str, action: impl Fn() + 'static) {
    try_chord(
        chord,
        Box::new(move || {
            action();
            true
        }),
    );
}

/// The same where `action` may have nothing to do, and says so: then the chord is left to others.
pub fn try_chord(chord: &'static str, action: Box<dyn Fn() -> bool>) {
    let handle = window_event_listener(ev::keydown, move |event| {
        let is_quiet = !chord.contains("mod") && (focus::is_typing(event.target()) || is_modal_open());
        if !event.default_prevented() && !is_quiet && is_chord(&event, chord) && action() {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Whether the key belongs to an input method that is still composing, as for Vietnamese: its Enter takes a word, nothing else.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    // Safari ends the composition before the key that ended it, and says so by this code only.
    event.is_composing() || event.key_code() == 229
}

/// Whether this is a Mac, where `mod` is ⌘.
pub fn is_mac() -> bool {
    window().navigator().user_agent().is_ok_and(|agent| agent.contains("Mac OS"))
}

/// How a chord is written on a key cap here.
pub fn label(chord: &str) -> String {
    let mac = is_mac();
    let parts: Vec<String> = chord
        .split('+')
        .map(|part| match part {
            "mod" if mac => "⌘".to_owned(),
            "mod" => "Ctrl ".to_owned(),
            "shift" => "⇧".to_owned(),
            "enter" => "↵".to_owned(),
            "escape" => "Esc".to_owned(),
            " " => "␣".to_owned(),
            "arrowup" => "↑".to_owned(),
            "arrowdown" => "↓".to_owned(),
            "arrowleft" => "←".to_owned(),
            "arrowright" => "→".to_owned(),
            "home" => "Home ".to_owned(),
            "end" => "End".to_owned(),
            "click" => crate::t_now!(ui.click).to_owned(),
            other => other.to_ascii_uppercase(),
        })
        .collect();
    parts.concat()
}

fn is_modal_open() -> bool {
    document().query_selector("dialog:modal").ok().flatten().is_some()
}
