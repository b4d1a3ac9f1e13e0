//! Fields that follow a part of the model: what is typed is in the model at once, and what others type is in the field.

use leptos::{ev, html, prelude::*, text_prop::TextProp};
use muster_shared::{
    fold::fold,
    money::{Currency, Money},
    money_input,
    text::{Lang, LocalText},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{draft::use_draft, wording};
use crate::{
    browser::{focus, format},
    t,
    ui::{Field, FieldContext, reactive},
};

/// How a field is dressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dress {
    /// A field of a form.
    #[default]
    Framed,
    /// A cell of a table, whose lines are its frame.
    Bare,
}

impl Dress {
    const fn class(self) -> &'static str {
        match self {
            Self::Framed => "input",
            Self::Bare => "cell",
        }
    }
}

/// A line of text.
#[component]
pub fn Cell(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    /// Names it where no field around does.
    #[prop(optional, into)]
    label: Option<TextProp>,
    #[prop(optional)] dress: Dress,
    /// The language of what stands in it, where it is not the interface's.
    #[prop(optional)]
    text_lang: Option<&'static str>,
    #[prop(optional, into)] placeholder: TextProp,
    #[prop(default = "text")] input_mode: &'static str,
) -> impl IntoView {
    let field = FieldContext::here();
    let locked = use_draft().locked;
    view! {
        <input
            class=dress.class()
            id=field.id
            autocomplete="off"
            inputmode=input_mode
            lang=text_lang
            prop:value=move || value.get()
            placeholder=move || placeholder.get()
            aria-label=label.map(|label| move || label.get())
            aria-describedby=move || Some(field.described_by.get()).filter(|ids| !ids.is_empty())
            readonly=move || locked.get()
            on:input=move |event| on_input.run(event_target_value(&event))
        />
    }
    .into_any()
}

/// A whole number; what is none is marked and left out.
#[component]
pub fn NumberCell(
    #[prop(into)] value: Signal<i64>,
    #[prop(into)] on_input: Callback<i64>,
    #[prop(into)] label: TextProp,
    #[prop(optional)] dress: Dress,
) -> impl IntoView {
    let locked = use_draft().locked;
    let is_wrong = RwSignal::new(false);
    let shown = move || Some(value.get()).filter(|number| *number != 0).map(|number| number.to_string()).unwrap_or_default();
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        let number = if text.trim().is_empty() { Some(0) } else { text.trim().parse::<i64>().ok() };
        is_wrong.set(number.is_none());
        if let Some(number) = number {
            on_input.run(number);
        }
    };
    view! {
        <input
            class=format!("{} cell--number", dress.class())
            autocomplete="off"
            inputmode="numeric"
            prop:value=shown
            aria-label=move || label.get()
            aria-invalid=move || is_wrong.get().then_some("true")
            readonly=move || locked.get()
            on:change=typed
        />
    }
    .into_any()
}

/// An amount as people type it; nothing typed is no amount.
#[component]
pub fn MoneyCell(
    /// Minor units.
    #[prop(into)]
    value: Signal<Option<i64>>,
    #[prop(into)] currency: Signal<Currency>,
    #[prop(into)] on_change: Callback<Option<i64>>,
    #[prop(optional, into)] label: Option<TextProp>,
    #[prop(optional)] dress: Dress,
) -> impl IntoView {
    let field = FieldContext::here();
    let locked = use_draft().locked;
    let is_wrong = RwSignal::new(false);
    let shown = move || value.get().map(|minor| plain(Money::new(minor, currency.get()))).unwrap_or_default();
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        let read = money_input::parse(&text, currency.get_untracked());
        let is_empty = text.trim().is_empty();
        is_wrong.set(read.is_none() && !is_empty);
        if is_empty || read.is_some() {
            on_change.run(read.map(|money| money.minor));
            // Written out in full, also where the same amount was typed otherwise.
            if let (Some(money), Some(input)) = (read, event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok())) {
                input.set_value(&plain(money));
            }
        }
    };
    view! {
        <input
            class=format!("{} cell--number", dress.class())
            id=field.id
            autocomplete="off"
            prop:value=shown
            aria-label=label.map(|label| move || label.get())
            aria-invalid=move || is_wrong.get().then_some("true")
            title=move || if is_wrong.get() { t!(ui.not_an_amount)() } else { "" }
            readonly=move || locked.get()
            on:change=typed
        />
    }
    .into_any()
}

/// The amount in full without its sign.
fn plain(money: Money) -> String {
    let full = format::money(money);
    let digits = full.trim_matches(|c: char| !c.is_ascii_digit() && c != '-' && c != '−');
    digits.replace('−', "-")
}

/// A choice of a few.
#[component]
pub fn PickCell(
    #[prop(into)] value: Signal<String>,
    /// Value and label.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    #[prop(into)] on_change: Callback<String>,
    #[prop(optional, into)] label: Option<TextProp>,
    #[prop(optional)] dress: Dress,
) -> impl IntoView {
    let field = FieldContext::here();
    let locked = use_draft().locked;
    let entries = move || {
        let chosen = value.get();
        let mut all = options.get();
        // What is chosen may not be there any more; it is not to look like something else.
        if !all.iter().any(|(value, _)| *value == chosen) {
            all.insert(0, (chosen.clone(), if chosen.is_empty() { "–".to_owned() } else { chosen.clone() }));
        }
        all.into_iter()
            .map(|(value, label)| {
                let is_chosen = value == chosen;
                view! { <option value=value prop:selected=is_chosen>{label}</option> }
            })
            .collect_view()
    };
    view! {
        <select
            class=format!("{} input--select", dress.class())
            id=field.id
            aria-label=label.map(|label| move || label.get())
            disabled=move || locked.get()
            on:change=move |event| on_change.run(event_target_value(&event))
        >
            {reactive(entries)}
        </select>
    }
    .into_any()
}

/// Several lines of text.
#[component]
pub fn AreaCell(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] text_lang: Option<&'static str>,
) -> impl IntoView {
    let field = FieldContext::here();
    let locked = use_draft().locked;
    view! {
        <textarea
            class="input input--area studio__area"
            id=field.id
            rows="2"
            lang=text_lang
            prop:value=move || value.get()
            readonly=move || locked.get()
            on:input=move |event| on_input.run(event_target_value(&event))
        ></textarea>
    }
    .into_any()
}

/// A text in every language, a field for each.
#[component]
pub fn Bilingual(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<LocalText>,
    #[prop(into)] on_input: Callback<(Lang, String)>,
    /// Several lines each.
    #[prop(optional)]
    is_long: bool,
) -> impl IntoView {
    let one = move |of: Lang| {
        let text = Signal::derive(move || value.with(|value| in_lang(value, of)));
        let write = move |text: String| on_input.run((of, text));
        let named = label.clone();
        let label = TextProp::from(move || format!("{}, {}", named.get(), wording::lang_name(of)));
        view! {
            <Field label required=true>
                {if is_long {
                    view! { <AreaCell value=text on_input=write text_lang=of.code() /> }.into_any()
                } else {
                    view! { <Cell value=text on_input=write text_lang=of.code() /> }.into_any()
                }}
            </Field>
        }
    };
    view! { <div class="studio__pair">{Lang::ALL.map(one).collect_view()}</div> }.into_any()
}

/// The text in exactly this language.
pub fn in_lang(text: &LocalText, lang: Lang) -> String {
    text.0.get(&lang).cloned().unwrap_or_default()
}

/// Sets the text in a language; an empty one is none.
pub fn set_lang(text: &mut LocalText, lang: Lang, value: String) {
    if value.is_empty() {
        text.0.remove(&lang);
    } else {
        text.0.insert(lang, value);
    }
}

/// A code made from a name, that none of `taken` has.
pub fn code_of(name: &str, taken: &[String]) -> String {
    let folded = fold(name.trim());
    let mut code = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() {
            code.push(c.to_ascii_lowercase());
        } else if !code.is_empty() && !code.ends_with('-') {
            code.push('-');
        }
    }
    let code: String = code.trim_end_matches('-').chars().take(32).collect();
    let code = if code.is_empty() { "new".to_owned() } else { code };
    let numbered = |number: usize| if number == 1 { code.clone() } else { format!("{code}-{number}") };
    (1..).map(numbered).find(|code| !taken.contains(code)).unwrap_or(code.clone())
}

/// Enter, and the arrows up and down, go to the same column of the row below or above; for the frame of a table's rows.
pub fn walk_rows(event: &ev::KeyboardEvent, table: NodeRef<html::Div>) {
    if event.is_composing() || event.alt_key() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let step: isize = match event.key().as_str() {
        "Enter" | "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let Some(here) = event.target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else { return };
    if here.tag_name() != "INPUT" {
        return;
    }
    let (Some(table), Some(column)) = (table.get_untracked(), here.closest("[data-column]").ok().flatten()) else { return };
    let Some(name) = column.get_attribute("data-column") else { return };
    let column = focus::matching(&table, &format!("[data-column='{name}'] input"));
    let next = column.iter().position(|it| it.is_same_node(Some(&here))).and_then(|at| at.checked_add_signed(step));
    if let Some(next) = next.and_then(|at| column.get(at)) {
        event.prevent_default();
        // It is in the table, so it takes the focus.
        let _ = next.focus();
        focus::select(next);
    }
}

#[cfg(test)]
mod tests {
    use super::code_of;

    #[test]
    fn a_name_makes_a_code_of_its_own() {
        for (name, taken, code) in [
            ("Crimson red", vec![], "crimson-red"),
            ("Đỏ đô", vec![], "do-do"),
            ("Crimson", vec!["crimson".to_owned()], "crimson-2"),
            ("  –  ", vec![], "new"),
            ("19\" wheels", vec![], "19-wheels"),
        ] {
            assert_eq!(code_of(name, &taken), code, "{name}");
        }
    }
}
