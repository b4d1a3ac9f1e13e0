//! Nothing here, and what to do about it.

use leptos::{prelude::*, text_prop::TextProp};

use super::{Glyph, Icon, reactive};

/// Says what would be here and offers the way there.
#[component]
pub fn EmptyState(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: TextProp,
    #[prop(optional, into)] icon: Option<Icon>,
    /// The buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.map(|icon| view! { <Glyph icon /> })}
            <p class="empty__title">{reactive(move || title.get())}</p>
            <p class="empty__text">{reactive(move || text.get())}</p>
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
        </div>
    }
    .into_any()
}
