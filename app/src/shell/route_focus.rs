//! Where the focus goes when the page changes.

use leptos::{html, prelude::*};

use crate::browser::{focus, timer};

/// Knows whether a page is the first one, which must not take the focus from the top of the document.
#[derive(Clone, Copy, Debug)]
pub struct RouteFocus {
    has_started: StoredValue<bool>,
}

impl RouteFocus {
    /// Before the first page.
    pub fn new() -> Self {
        Self { has_started: StoredValue::new(false) }
    }

    /// Moves the focus to the heading of a page that was just opened, unless something in it took it already.
    pub fn arrive(self, heading: NodeRef<html::H1>) {
        if !self.has_started.get_value() {
            self.has_started.set_value(true);
            return;
        }
        timer::after_layout(move || {
            let Some(heading) = heading.try_get_untracked().flatten() else { return };
            // The link that led here is gone or stands in the navigation; a field that took the focus keeps it.
            let is_taken = focus::active().is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
            if !is_taken {
                focus::quietly(&heading);
            }
        });
    }
}
