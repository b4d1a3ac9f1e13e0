//! A password field that can show what was typed.

use leptos::prelude::*;

use crate::{
    t,
    ui::{FieldContext, Icon, IconButton},
};

/// A password. `autocomplete` is `current-password` or `new-password`.
#[component]
pub fn PasswordInput(value: RwSignal<String>, autocomplete: &'static str) -> impl IntoView {
    let field = FieldContext::here();
    let is_shown = RwSignal::new(false);
    view! {
        <span class="password">
            <input
                class="input"
                id=field.id
                type=move || if is_shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || value.get()
                aria-describedby=move || Some(field.described_by.get()).filter(|ids| !ids.is_empty())
                aria-invalid=move || field.is_invalid.get().then_some("true")
                aria-required=field.is_required.then_some("true")
                on:input=move |event| value.set(event_target_value(&event))
            />
            <IconButton
                icon=Signal::derive(move || if is_shown.get() { Icon::EYE_OFF } else { Icon::EYE })
                label=t!(identity.show_password)
                pressed=Signal::derive(move || is_shown.get())
                on_press=move || is_shown.update(|shown| *shown = !*shown)
            />
        </span>
    }
    .into_any()
}
