//! Small rounded buttons: filters, scopes, suggestions.

use leptos::{prelude::*, text_prop::TextProp};

use super::{Glyph, Icon};
use crate::t;

/// What a chip is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChipKind {
    #[default]
    Plain,
    /// In force.
    On,
    /// Adds something.
    Add,
    /// Part of a heading.
    Ghost,
}

/// A chip. With `on_remove` it carries a cross of its own.
#[component]
pub fn Chip(
    #[prop(optional, into)] kind: Signal<ChipKind>,
    #[prop(optional, into)] icon: Option<Icon>,
    /// Opens something below.
    #[prop(optional)]
    caret: bool,
    /// Makes it a toggle.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    #[prop(optional, into)] on_remove: Option<Callback<()>>,
    /// What the cross takes away, for a screen reader.
    #[prop(optional, into)]
    name: TextProp,
    children: Children,
) -> impl IntoView {
    let class = move || match kind.get() {
        ChipKind::Plain => "chip",
        ChipKind::On => "chip chip--on",
        ChipKind::Add => "chip chip--add",
        ChipKind::Ghost => "chip chip--ghost",
    };
    let body = view! {
        {icon.map(|icon| view! { <Glyph icon /> })}
        <span>{children()}</span>
        {caret.then(|| view! { <Glyph icon=Icon::CHEVRON_DOWN /> })}
    };
    let press = move |_| {
        if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    match on_remove {
        None => view! {
            <button type="button" class=class aria-pressed=move || pressed.map(|p| if p.get() { "true" } else { "false" }) on:click=press>
                {body}
            </button>
        }
        .into_any(),
        Some(on_remove) => view! {
            <span class=class class:chip--removable=true>
                <button type="button" class="chip__body" on:click=press>{body}</button>
                <button type="button" class="chip__remove" aria-label=t!(ui.remove_what, what = name.get()) on:click=move |_| on_remove.run(())>
                    <Glyph icon=Icon::X />
                </button>
            </span>
        }
        .into_any(),
    }
}
