//! Yes or no: a tick in a form, a switch that acts at once.

use leptos::{prelude::*, text_prop::TextProp};

use super::{Glyph, Icon, reactive, unique_id};

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
    /// What is wrong with the tick as it is, worded.
    #[prop(optional)]
    error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let error_id = unique_id("check");
    let (described_by, is_wrong) = (error_id.clone(), move || error.is_some_and(|error| error.with(Option::is_some)));
    let wrong = move |error: Signal<Option<String>>| {
        let text = move || error.get().map(|text| view! { <Glyph icon=Icon::CIRCLE_ALERT /> {text} });
        view! { <p class="field__error" id=error_id role="alert">{reactive(text)}</p> }
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                class="check__box"
                prop:checked=move || checked.get()
                prop:indeterminate=move || mixed.get()
                disabled=move || disabled.get()
                aria-invalid=move || is_wrong().then_some("true")
                aria-describedby=move || is_wrong().then(|| described_by.clone())
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span class:visually-hidden=label_hidden>{reactive(move || label.get())}</span>
        </label>
        {error.map(wrong)}
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
