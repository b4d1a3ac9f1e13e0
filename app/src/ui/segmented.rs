//! A choice of a few, all in sight.

use leptos::{prelude::*, text_prop::TextProp};

use super::{SelectOption, reactive, unique_id};

/// Radio buttons as one strip.
#[component]
pub fn Segmented(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(into)] on_change: Callback<String>,
) -> impl IntoView {
    let name = unique_id("segmented");
    let entries = move || {
        options
            .get()
            .into_iter()
            .map(|option| {
                let (mine, sent) = (option.value.clone(), option.value.clone());
                view! {
                    <label class="segmented__option">
                        <input
                            type="radio"
                            class="visually-hidden"
                            name=name.clone()
                            value=option.value
                            prop:checked=move || value.with(|v| *v == mine)
                            on:change=move |_| on_change.run(sent.clone())
                        />
                        <span>{reactive(move || option.label.get())}</span>
                    </label>
                }
            })
            .collect_view()
    };
    view! { <div class="segmented" role="radiogroup" aria-label=move || label.get()>{reactive(entries)}</div> }.into_any()
}
