//! One entry of the navigation.

use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_location;

use crate::{
    browser::format,
    ui::{Glyph, Icon, reactive},
};

/// Where the navigation leads.
#[derive(Clone, Debug)]
pub struct NavItem {
    pub label: TextProp,
    pub href: &'static str,
    pub icon: Icon,
    /// How many things wait there.
    pub count: Signal<Option<i64>>,
    /// Whether the viewer may go there.
    pub is_allowed: Signal<bool>,
}

impl NavItem {
    /// An entry that everybody sees and that counts nothing.
    pub fn new(label: impl Into<TextProp>, href: &'static str, icon: Icon) -> Self {
        Self { label: label.into(), href, icon, count: Signal::from(None), is_allowed: Signal::from(true) }
    }

    /// Only while the viewer may.
    pub fn allowed(mut self, is_allowed: impl Into<Signal<bool>>) -> Self {
        self.is_allowed = is_allowed.into();
        self
    }
}

/// Whether the address lies at `href` or below it.
fn is_at(path: &str, href: &str) -> bool {
    path == href || path.strip_prefix(href).is_some_and(|rest| rest.starts_with('/'))
}

#[component]
pub(super) fn NavLink(item: NavItem) -> impl IntoView {
    let path = use_location().pathname;
    let (href, label, count) = (item.href, item.label, item.count);
    let is_here = move || path.with(|path| is_at(path, href)).then_some("page");
    let badge = move || {
        count
            .get()
            .filter(|n| *n > 0)
            .map(|n| view! { <span class="rail__count">{if n > 99 { "99+".to_owned() } else { format::integer(n) }}</span> })
    };
    view! {
        <a class="rail__item" href=href aria-current=is_here>
            <Glyph icon=item.icon />
            <span class="rail__label">{reactive(move || label.get())}</span>
            {reactive(badge)}
        </a>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn an_entry_is_current_on_its_pages_only() {
        assert!(is_at("/desk/accounts", "/desk/accounts"));
        assert!(is_at("/desk/accounts/1", "/desk/accounts"));
        assert!(!is_at("/desk/accounts-old", "/desk/accounts"));
    }
}
