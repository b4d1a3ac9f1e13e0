//! Facts about a record: names and values.

use super::reactive;
use leptos::{prelude::*, text_prop::TextProp};

/// A list of [`Fact`]s.
#[component]
pub fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="facts">{children()}</dl> }.into_any()
}

/// One name with its value, which may be an inline editor.
#[component]
pub fn Fact(#[prop(into)] label: TextProp, children: Children) -> impl IntoView {
    view! { <div class="facts__row"><dt>{reactive(move || label.get())}</dt><dd>{children()}</dd></div> }.into_any()
}
