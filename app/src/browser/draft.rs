//! Drafts of unsaved input, which survive a reload.

use leptos::prelude::*;
use web_sys::Storage;

const PREFIX: &str = "draft:";

/// What was typed under `key` and never saved.
pub fn load(key: &str) -> Option<String> {
    storage()?.get_item(&format!("{PREFIX}{key}")).ok()?
}

/// Keeps what is being typed; storage that is full or forbidden only costs the draft.
pub fn save(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&format!("{PREFIX}{key}"), value);
    }
}

/// Forgets the draft, once saved or thrown away.
pub fn clear(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&format!("{PREFIX}{key}"));
    }
}

/// Restores `value` from its draft and from then on keeps the draft up to date; an empty value clears it.
pub fn bind(key: String, value: RwSignal<String>) {
    if let Some(kept) = load(&key) {
        value.set(kept);
    }
    Effect::new(move |previous: Option<()>| {
        let text = value.get();
        if previous.is_some() {
            if text.is_empty() { clear(&key) } else { save(&key, &text) }
        }
    });
}

/// A small setting of this device, such as which columns a table shows.
pub fn setting(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps a small setting of this device.
pub fn keep_setting(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}
