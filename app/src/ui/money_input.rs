//! Amounts as people type them: "850tr", "1,2 tỷ", "45k".

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    money::{Currency, Money},
    money_input,
};

use super::{FieldContext, reactive, unique_id};
use crate::{browser::format, t};

/// A field for an amount. It shows what it understood while one types, and writes it out in full afterwards.
#[component]
pub fn MoneyInput(
    value: RwSignal<Option<Money>>,
    #[prop(into)] currency: Signal<Currency>,
    #[prop(optional, into)] label: Option<TextProp>,
    #[prop(optional)] autofocus: bool,
    /// Whether what was typed is no amount; the page keeps its form from being sent.
    #[prop(optional)]
    is_wrong: Option<RwSignal<bool>>,
) -> impl IntoView {
    let field = FieldContext::here();
    let node = NodeRef::<leptos::html::Input>::new();
    let text = RwSignal::new(String::new());
    let is_typing = RwSignal::new(false);
    let wrong = is_wrong.unwrap_or(field.is_wrong);
    let says = unique_id("says");
    let described_by = field.described_with(says.clone(), wrong);
    Effect::new(move |_| {
        let shown = value.get().map(plain).unwrap_or_default();
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
        let parsed = money_input::parse(&typed, currency.get_untracked());
        wrong.set(parsed.is_none() && !typed.trim().is_empty());
        text.set(typed);
        value.set(parsed);
    };
    let understood = move || match (wrong.get(), value.get()) {
        (true, _) => t!(ui.not_an_amount)().to_owned(),
        (false, Some(money)) if is_typing.get() => format::money(money),
        _ => String::new(),
    };
    view! {
        <span class="money-input">
            <input
                class="input"
                node_ref=node
                id=field.id
                inputmode="text"
                autocomplete="off"
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
                    if let Some(Some(money)) = value.try_get_untracked() {
                        text.set(plain(money));
                    }
                }
                on:input=move |event| typed(event_target_value(&event))
            />
            <span class="money-input__currency">{reactive(move || format::currency_symbol(currency.get()))}</span>
            <span class="money-input__says" id=says role="status">{reactive(understood)}</span>
        </span>
    }
    .into_any()
}

/// The amount in full without its sign, which stands beside the field.
fn plain(money: Money) -> String {
    let full = format::money(money);
    full.trim_matches(|c: char| !c.is_ascii_digit() && c != '-').to_owned()
}
