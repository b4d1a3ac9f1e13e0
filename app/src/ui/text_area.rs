//! Several lines of text.

use leptos::{prelude::*, text_prop::TextProp};

use super::FieldContext;

/// A text field that grows with its content.
#[component]
pub fn TextArea(
    value: RwSignal<String>,
    #[prop(optional, into)] label: Option<TextProp>,
    #[prop(optional, into)] placeholder: TextProp,
    #[prop(default = 3)] rows: u32,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] max_length: Option<u32>,
) -> impl IntoView {
    let field = FieldContext::here();
    view! {
        <textarea
            class="input input--area"
            id=field.id
            rows=rows
            prop:value=move || value.get()
            placeholder=move || placeholder.get()
            maxlength=max_length.map(|n| n.to_string())
            aria-label=label.map(|label| move || label.get())
            aria-describedby=move || Some(field.described_by.get()).filter(|ids| !ids.is_empty())
            aria-invalid=move || field.is_invalid.get().then_some("true")
            aria-required=field.is_required.then_some("true")
            disabled=move || disabled.get()
            on:input=move |event| value.set(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}
