//! A line of a list: what it is, what is to know of it, what can be done with it.

use leptos::{prelude::*, text_prop::TextProp};

use crate::ui::reactive;

/// A list of [`Row`]s.
#[component]
pub fn Rows(#[prop(into)] label: TextProp, children: Children) -> impl IntoView {
    view! { <ul class="rows" aria-label=move || label.get()>{children()}</ul> }.into_any()
}

/// One line. With `href` its title is a link that covers the line.
#[component]
pub fn Row(
    #[prop(optional, into)] lead: Option<ViewFn>,
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: TextProp,
    #[prop(optional, into)] href: Option<TextProp>,
    #[prop(optional, into)] is_here: Signal<bool>,
    /// At the end: states and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let name = match href {
        Some(href) => view! {
            <a class="rows__link" href=move || href.get() aria-current=move || is_here.get().then_some("true")>
                {reactive(move || title.get())}
            </a>
        }
        .into_any(),
        None => view! { <span>{reactive(move || title.get())}</span> }.into_any(),
    };
    view! {
        <li class="rows__row" class:rows__row--here=move || is_here.get()>
            {lead.map(|lead| view! { <span class="rows__lead">{lead.run()}</span> })}
            <span class="rows__main"><strong>{name}</strong> <small>{reactive(move || text.get())}</small></span>
            {children.map(|children| view! { <span class="rows__end">{children()}</span> })}
        </li>
    }
    .into_any()
}
