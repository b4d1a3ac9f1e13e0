//! A word of explanation on hover and focus.

use leptos::{prelude::*, text_prop::TextProp};

/// Shows `text` when its content is hovered or focused; what only a tip says must also be in the content's name.
#[component]
pub fn Tooltip(#[prop(into)] text: TextProp, children: Children) -> impl IntoView {
    view! { <span class="tip" data-tip=move || text.get()>{children()}</span> }.into_any()
}
