//! A choice from a short, known list.

use super::reactive;
use leptos::{prelude::*, text_prop::TextProp};

use super::FieldContext;

/// One entry of a [`Select`], a [`Segmented`](super::Segmented) control or a filter.
#[derive(Clone, Debug)]
pub struct SelectOption {
    pub value: String,
    pub label: TextProp,
}

impl SelectOption {
    /// An entry whose label follows the language when it is a `t!(...)`.
    pub fn new(value: impl Into<String>, label: impl Into<TextProp>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

/// The native select.
#[component]
pub fn Select(
    value: RwSignal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(optional, into)] label: Option<TextProp>,
    /// An entry for "nothing chosen", whose value is empty.
    #[prop(optional, into)]
    empty: Option<TextProp>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] on_change: Option<Callback<String>>,
) -> impl IntoView {
    let field = FieldContext::here();
    let entries = move || {
        let chosen = value.get();
        let blank = empty.clone().map(|label| SelectOption { value: String::new(), label });
        blank
            .into_iter()
            .chain(options.get())
            .map(|option| {
                let is_chosen = option.value == chosen;
                view! { <option value=option.value prop:selected=is_chosen>{reactive(move || option.label.get())}</option> }
            })
            .collect_view()
    };
    view! {
        <select
            class="input input--select"
            id=field.id
            aria-label=label.map(|label| move || label.get())
            aria-describedby=move || Some(field.described_by.get()).filter(|ids| !ids.is_empty())
            aria-invalid=move || field.is_invalid.get().then_some("true")
            aria-required=field.is_required.then_some("true")
            disabled=move || disabled.get()
            on:change=move |event| {
                let chosen = event_target_value(&event);
                value.set(chosen.clone());
                if let Some(on_change) = on_change {
                    on_change.run(chosen);
                }
            }
        >
            {reactive(entries)}
        </select>
    }
    .into_any()
}
