//! The frame of a desk page: its bar with heading, finder, company and main action.

use leptos::{html, prelude::*, text_prop::TextProp};

use super::route_focus::RouteFocus;
use crate::{
    browser::page,
    t,
    ui::{Breadcrumbs, Crumb, Glyph, Icon, Kbd, reactive, use_palette},
};

/// A desk page. Sets the document's title and takes the focus to the heading when it is opened.
#[component]
pub fn Page(
    #[prop(into)] title: TextProp,
    /// Chips beside the heading, such as the pipeline or the period.
    #[prop(optional, into)]
    scope: Option<ViewFn>,
    #[prop(optional, into)] crumbs: Option<Signal<Vec<Crumb>>>,
    /// The main action and its neighbours.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// Gives the content the whole height, as the board needs.
    #[prop(optional)]
    fills: bool,
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    use_context::<RouteFocus>().expect("the app provides the route focus").arrive(heading);
    let named = title.clone();
    Effect::new(move |_| page::set_title(&format!("{} · Muster", named.get())));
    let class = if fills { "page page--fills" } else { "page" };
    view! {
        <main class=class id="main">
            <header class="bar">
                <div class="bar__title">
                    {crumbs.map(|crumbs| view! { <Breadcrumbs crumbs /> })}
                    <h1 tabindex="-1" node_ref=heading>{reactive(move || title.get())}</h1>
                    {scope.map(|scope| scope.run())}
                </div>
                <Finder />
                {actions.map(|actions| view! { <div class="bar__actions">{actions.run()}</div> })}
            </header>
            <div class="page__body">{children()}</div>
        </main>
    }
    .into_any()
}

/// Opens the command palette.
#[component]
fn Finder() -> impl IntoView {
    let palette = use_palette();
    view! {
        <button type="button" class="bar__find" aria-label=t!(shell.finder) aria-keyshortcuts="Meta+K Control+K" on:click=move |_| palette.is_open.set(true)>
            <Glyph icon=Icon::SEARCH />
            <span>{t!(shell.finder)}</span>
            <Kbd chord="mod+k" />
        </button>
    }
    .into_any()
}
