//! A box with a question as its heading.

use super::reactive;
use leptos::{prelude::*, text_prop::TextProp};

use super::unique_id;

/// A section of a page on its own ground.
#[component]
pub fn Panel(
    #[prop(into)] title: TextProp,
    /// A quiet remark at the end of the heading.
    #[prop(optional, into)]
    note: Option<TextProp>,
    /// Buttons at the end of the heading.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let id = unique_id("panel");
    let labelled_by = id.clone();
    view! {
        <section class="box" aria-labelledby=labelled_by>
            <header class="box__head">
                <h2 id=id>{reactive(move || title.get())}</h2>
                {note.map(|note| view! { <span class="box__note">{reactive(move || note.get())}</span> })}
                {actions.map(|actions| view! { <div class="box__actions">{actions.run()}</div> })}
            </header>
            {children()}
        </section>
    }
    .into_any()
}
