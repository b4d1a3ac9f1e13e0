//! A choice of a few, all in sight.

use leptos::{prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement};

use super::{SelectOption, reactive, unique_id};
use crate::browser::focus;

/// Radio buttons as one strip. What is chosen is shown once `value` says so: a choice may be refused.
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
                let mine = option.value.clone();
                view! {
                    <label class="segmented__option">
                        <input
                            type="radio"
                            class="visually-hidden"
                            name=name.clone()
                            value=option.value
                            prop:checked=move || value.with(|v| *v == mine)
                        />
                        <span>{reactive(move || option.label.get())}</span>
                    </label>
                }
            })
            .collect_view()
    };
    let choose = move |event: Event| {
        on_change.run(event_target_value(&event));
        if let Some(group) = event.current_target().and_then(|group| group.dyn_into::<Element>().ok()) {
            // The choice may have led elsewhere.
            value.try_with_untracked(|value| check(&group, value));
        }
    };
    view! { <div class="segmented" role="radiogroup" aria-label=move || label.get() on:change=choose>{reactive(entries)}</div> }.into_any()
}

/// Marks the entry with this value: the browser has marked the one that was pressed.
fn check(group: &Element, value: &str) {
    let entries = focus::matching(group, "input").into_iter().filter_map(|entry| entry.dyn_into::<HtmlInputElement>().ok());
    for entry in entries {
        entry.set_checked(entry.value() == value);
    }
}
