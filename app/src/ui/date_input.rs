//! Days as people type them: "+3d", "thứ 6", "12/1"; with the browser's own picker beside.

use leptos::{html, prelude::*, text_prop::TextProp};
use muster_shared::{day_input, time::Day};

use super::{FieldContext, Glyph, Icon, reactive, unique_id};
use crate::{
    browser::{
        clock,
        format::{self, DayStyle},
    },
    t,
};

/// A field for a day.
#[component]
pub fn DateInput(
    value: RwSignal<Option<Day>>,
    #[prop(optional, into)] label: Option<TextProp>,
    #[prop(optional)] autofocus: bool,
    /// Whether what was typed is no day.
    #[prop(optional)]
    is_wrong: Option<RwSignal<bool>>,
) -> impl IntoView {
    let field = FieldContext::here();
    let node = NodeRef::<html::Input>::new();
    let picker = NodeRef::<html::Input>::new();
    let text = RwSignal::new(String::new());
    let is_typing = RwSignal::new(false);
    let wrong = is_wrong.unwrap_or(field.is_wrong);
    let says = unique_id("says");
    let described_by = field.described_with(says.clone(), wrong);
    let written = move || value.get().map(|day| format::day(day, DayStyle::Short)).unwrap_or_default();
    Effect::new(move |_| {
        let shown = written();
        if !is_typing.get_untracked() && !wrong.get_untracked() {
            text.set(shown);
        }
    });
    if autofocus {
        Effect::new(move |_| {
            if let Some(input) = node.get() {
                // The element is attached, so it takes the focus.
                let _ = input.focus();
                input.select();
            }
        });
    }
    let typed = move |typed: String| {
        let parsed = day_input::parse(&typed, clock::today());
        wrong.set(parsed.is_none() && !typed.trim().is_empty());
        text.set(typed);
        value.set(parsed);
    };
    let understood = move || match (wrong.get(), value.get()) {
        (true, _) => t!(ui.not_a_day)().to_owned(),
        (false, Some(day)) if is_typing.get() => format::day(day, DayStyle::Long),
        _ => String::new(),
    };
    let open_picker = move |_| {
        if let Some(picker) = picker.get_untracked() {
            // A browser without a picker leaves the text field.
            let _ = picker.show_picker();
        }
    };
    view! {
        <span class="date-input">
            <input
                class="input"
                node_ref=node
                id=field.id
                autocomplete="off"
                placeholder=t!(ui.day_example)
                prop:value=move || text.get()
                aria-label=label.map(|label| move || label.get())
                aria-describedby=described_by
                data-unreadable=move || wrong.get().then_some("")
                aria-invalid=move || (field.is_invalid.get() || wrong.get()).then_some("true")
                aria-required=field.is_required.then_some("true")
                on:focus=move |_| is_typing.set(true)
                on:blur=move |_| {
                    is_typing.set(false);
                    // The focus also leaves a field that is being taken away.
                    if value.try_get_untracked().flatten().is_some() {
                        text.set(untrack(written));
                    }
                }
                on:input=move |event| typed(event_target_value(&event))
            />
            <input
                type="date"
                class="date-input__picker"
                node_ref=picker
                tabindex="-1"
                aria-hidden="true"
                prop:value=move || value.get().map(|day| day.to_string()).unwrap_or_default()
                on:change=move |event| {
                    wrong.set(false);
                    value.set(Day::parse(&event_target_value(&event)));
                    text.set(untrack(written));
                }
            />
            <button type="button" class="date-input__open" aria-label=t!(ui.pick_day) on:click=open_picker><Glyph icon=Icon::CALENDAR /></button>
            <span class="date-input__says" id=says role="status">{reactive(understood)}</span>
        </span>
    }
    .into_any()
}
