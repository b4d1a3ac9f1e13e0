//! Yes or no: a tick in a form, a switch that acts at once.

use super::reactive;
use leptos::{prelude::*, text_prop::TextProp};

use super::unique_id;

/// A tick with its label.
#[component]
pub fn Checkbox(
    #[prop(into)] label: TextProp,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    /// Some of many are ticked.
    #[prop(optional, into)]
    mixed: Signal<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] label_hidden: bool,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="check__box"
                prop:checked=move || checked.get()
                prop:indeterminate=move || mixed.get()
                disabled=move || disabled.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span class:visually-hidden=label_hidden>{reactive(move || label.get())}</span>
        </label>
    }
    .into_any()
}

/// A switch: what it says happens when it is pressed.
#[component]
pub fn Switch(
    #[prop(into)] label: TextProp,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let id = unique_id("switch");
    view! {
        <span class="switch">
            <button
                type="button"
                role="switch"
                class="switch__track"
                aria-labelledby=id.clone()
                aria-checked=move || if checked.get() { "true" } else { "false" }
                disabled=move || disabled.get()
                on:click=move |_| on_change.run(!checked.get_untracked())
            >
                <span class="switch__thumb"></span>
            </button>
            <span id=id>{reactive(move || label.get())}</span>
        </span>
    }
    .into_any()
}
