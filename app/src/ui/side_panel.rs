//! A record beside the page, without leaving it.

use leptos::{ev, html, prelude::*, text_prop::TextProp};
use web_sys::HtmlElement;

use super::{Icon, IconButton, reactive, unique_id};
use crate::{
    browser::{focus, media},
    t,
};

/// A panel at the right edge (the whole screen on a phone). It takes the focus when it opens, and gives it back to where it came from.
#[component]
pub fn SidePanel(
    #[prop(into)] open: Signal<bool>,
    #[prop(into)] title: TextProp,
    #[prop(into)] on_close: Callback<()>,
    /// Buttons beside the cross.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    children: ChildrenFn,
) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    let came_from = StoredValue::new_local(None::<HtmlElement>);
    let covered = StoredValue::new_local(Vec::<HtmlElement>::new());
    let uncover = move || focus::release(&covered.try_update_value(std::mem::take).unwrap_or_default());
    on_cleanup(uncover);
    let id = StoredValue::new(unique_id("panel"));
    let title = StoredValue::new(title);
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        if !is_open {
            // Before the focus goes back, which it cannot to what is unreachable.
            uncover();
        }
        if is_open && was_open != Some(true) {
            came_from.set_value(focus::active());
        } else if !is_open && was_open == Some(true) {
            focus::give_back(came_from.try_update_value(Option::take).flatten());
        }
        is_open
    });
    Effect::new(move |_| {
        if let Some(heading) = heading.get() {
            focus::quietly(&heading);
        }
    });
    let is_phone = media::use_phone();
    Effect::new(move |_| {
        uncover();
        // On a phone it covers the page, and nobody should tab about behind it; a window may become as narrow, or wide again.
        if let (Some(heading), true, true) = (heading.get(), open.get(), is_phone.get())
            && let Ok(Some(panel)) = heading.closest(".side-panel")
        {
            if !focus::is_inside(&panel) {
                focus::quietly(&heading);
            }
            covered.set_value(focus::isolate(&panel));
        }
    });
    let on_key = move |event: ev::KeyboardEvent| {
        // A menu or a field inside that used the key has said so.
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            on_close.run(());
        }
    };
    let panel = move || {
        let (actions, children) = (actions.clone(), children.clone());
        open.get().then(|| {
            view! {
                <aside class="side-panel" aria-labelledby=id.get_value() on:keydown=on_key>
                    <header class="side-panel__head">
                        <h2 id=id.get_value() tabindex="-1" node_ref=heading>{reactive(move || title.get_value().get())}</h2>
                        {actions.map(|actions| actions.run())}
                        <IconButton icon=Icon::X label=t!(ui.close) on_press=move || on_close.run(()) />
                    </header>
                    <div class="side-panel__body">{children()}</div>
                </aside>
            }
        })
    };
    panel.into_any()
}
