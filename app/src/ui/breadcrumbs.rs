//! Where a page lies.

use super::reactive;
use leptos::{prelude::*, text_prop::TextProp};

use crate::t;

/// One level above the page.
#[derive(Clone, Debug)]
pub struct Crumb {
    pub label: TextProp,
    pub href: String,
}

impl Crumb {
    /// A level with its address.
    pub fn new(label: impl Into<TextProp>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// The way from the root to the page, without the page itself, which is the heading.
#[component]
pub fn Breadcrumbs(#[prop(into)] crumbs: Signal<Vec<Crumb>>) -> impl IntoView {
    let entries = move || {
        crumbs.get().into_iter().map(|crumb| view! { <li><a href=crumb.href>{reactive(move || crumb.label.get())}</a></li> }).collect_view()
    };
    view! { <nav class="crumbs" aria-label=t!(ui.breadcrumbs)><ol>{entries}</ol></nav> }.into_any()
}
