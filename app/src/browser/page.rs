//! The document itself: title, language, theme, scrolling, leaving it.

use leptos::prelude::*;

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

/// Writes a panic to the console and shows the notice of the page: after it nothing of the app answers any more.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        leptos::logging::error!("{info}");
        if let Some(notice) = document().get_element_by_id("start-failed") {
            // The attribute's name is valid.
            let _ = notice.remove_attribute("hidden");
        }
    }));
}
