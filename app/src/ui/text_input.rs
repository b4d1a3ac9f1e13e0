//! One line of text.

use leptos::{html, prelude::*, text_prop::TextProp};

use super::{FieldContext, Glyph, Icon};

/// A text field. Inside a [`Field`](super::Field) it is labelled by it, elsewhere `label` names it.
#[component]
pub fn TextInput(
    value: RwSignal<String>,
    #[prop(optional, into)] label: Option<TextProp>,
    /// `text`, `email`, `password`, `search`, `tel`, `url`, `number`, `time`.
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional, into)] placeholder: TextProp,
    /// What the browser may fill in, such as `email` or `current-password`.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Which keys a phone offers, such as `email`, where `kind` does not say it.
    #[prop(optional)]
    input_mode: Option<&'static str>,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional)] max_length: Option<u32>,
    /// Takes the focus when it appears.
    #[prop(optional)]
    autofocus: bool,
    /// After every change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let field = FieldContext::here();
    if autofocus {
        Effect::new(move |_| {
            if let Some(input) = node_ref.get() {
                // The element is attached, so it takes the focus.
                let _ = input.focus();
            }
        });
    }
    let input = view! {
        <input
            class="input"
            node_ref=node_ref
            id=field.id
            type=kind
            prop:value=move || value.get()
            placeholder=move || placeholder.get()
            autocomplete=autocomplete.unwrap_or("off")
            inputmode=input_mode
            maxlength=max_length.map(|n| n.to_string())
            aria-label=label.map(|label| move || label.get())
            aria-describedby=move || Some(field.described_by.get()).filter(|ids| !ids.is_empty())
            aria-invalid=move || field.is_invalid.get().then_some("true")
            aria-required=field.is_required.then_some("true")
            disabled=move || disabled.get()
            on:input=move |event| {
                let text = event_target_value(&event);
                value.set(text.clone());
                if let Some(on_input) = on_input {
                    on_input.run(text);
                }
            }
        />
    };
    match icon {
        Some(icon) => view! { <span class="input-frame"><Glyph icon />{input}</span> }.into_any(),
        None => input.into_any(),
    }
}
