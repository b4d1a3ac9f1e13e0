//! A key cap.

use leptos::prelude::*;

use crate::browser::key;

/// A chord as it is written on this device: `mod+k` becomes ⌘K or Ctrl K. Hidden from screen readers, as the shortcut is listed elsewhere.
#[component]
pub fn Kbd(chord: &'static str) -> impl IntoView {
    view! { <kbd class="kbd" aria-hidden="true">{key::label(chord)}</kbd> }.into_any()
}
