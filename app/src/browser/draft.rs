//! Drafts of unsaved input, which survive a reload; each belongs to the person who typed it.

use std::cell::RefCell;

use leptos::prelude::*;
use web_sys::Storage;

const PREFIX: &str = "draft:";

thread_local! {
    // One document has one person: who signs out leaves by a full page load.
    static PERSON: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whose drafts are read and kept from now on.
pub fn belong_to(person: &str) {
    PERSON.with_borrow_mut(|now| person.clone_into(now));
}

/// What was typed under `key` and never saved.
pub fn load(key: &str) -> Option<String> {
    storage()?.get_item(&full(key)).ok()?
}

/// Keeps what is being typed; storage that is full or forbidden only costs the draft.
pub fn save(key: &str, value: &str) {
    keep_setting(&full(key), value);
}

/// Forgets the draft, once saved or thrown away.
pub fn clear(key: &str) {
    forget_setting(&full(key));
}

/// Forgets the draft `place` and all below it, such as `account:new:name` below `account:new`: for a form that was saved or cancelled.
pub fn forget(place: &str) {
    let place = full(place);
    remove(&|key| is_below(key, &place));
}

/// Forgets everything that the person typed and never saved, before somebody else sits down here.
pub fn forget_all() {
    let all = full("");
    remove(&|key| key.starts_with(&all));
}

/// Restores what is typed from its draft and from then on keeps the draft up to date; what is there now needs no draft. `read`
/// writes it as text and `restore` takes it back.
pub fn keep(key: String, read: Box<dyn Fn() -> String + Send + Sync>, restore: &dyn Fn(String)) {
    let untouched = untrack(&read);
    if let Some(kept) = load(&key) {
        restore(kept);
    }
    Effect::new(move |previous: Option<()>| {
        let text = read();
        if previous.is_some() {
            if text == untouched { clear(&key) } else { save(&key, &text) }
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

/// Forgets a small setting of this device.
pub fn forget_setting(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

fn full(key: &str) -> String {
    PERSON.with_borrow(|person| format!("{PREFIX}{person}:{key}"))
}

fn is_below(key: &str, place: &str) -> bool {
    key.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

fn remove(is_meant: &dyn Fn(&str) -> bool) {
    let Some(storage) = storage() else { return };
    let count = storage.length().unwrap_or_default();
    // All names first: removing one moves the others up.
    let keys: Vec<String> = (0..count).filter_map(|index| storage.key(index).ok()?).filter(|key| is_meant(key)).collect();
    for key in keys {
        let _ = storage.remove_item(&key);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_belongs_to_who_typed_it() {
        belong_to("lan");
        let hers = full("account:new:name");
        belong_to("minh");
        assert_ne!(full("account:new:name"), hers);
        assert!(!hers.starts_with(&full("")), "signing out leaves other people's drafts alone");
        assert!(full("account:new:name").starts_with(&full("")));
    }

    #[test]
    fn a_form_forgets_its_own_fields_only() {
        assert!(is_below("account:new", "account:new"));
        assert!(is_below("account:new:name", "account:new"));
        assert!(!is_below("account:newer", "account:new"));
        assert!(!is_below("contact:new:name", "account:new"));
    }
}
