//! Values that become fields when pressed: Enter keeps, Escape takes back.

use leptos::{ev, html, prelude::*, text_prop::TextProp};
use muster_shared::{
    money::{Currency, Money},
    time::Day,
};
use wasm_bindgen::JsCast;

use super::{DateInput, Glyph, Icon, MoneyInput, Select, SelectOption, TextInput, reactive};
use crate::{
    browser::{
        focus,
        format::{self, DayStyle},
        timer,
    },
    t,
};

/// The frame that the inline editors share.
#[component]
pub fn InlineEdit(
    /// What is edited, for a screen reader.
    #[prop(into)]
    label: TextProp,
    /// The value as text; empty shows a dash.
    #[prop(into)]
    shown: Signal<String>,
    /// Prepares the editor's own signal when editing begins.
    #[prop(into)]
    on_begin: Callback<()>,
    /// Enter, or the focus went elsewhere. Returns whether the value could be taken.
    on_commit: Callback<(), bool>,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let is_editing = RwSignal::new(false);
    let button = NodeRef::<html::Button>::new();
    let frame = NodeRef::<html::Span>::new();
    let finish = move |keeps: bool, refocus: bool| {
        // The focus also leaves an editor that is being taken away.
        if is_editing.try_get_untracked() != Some(true) || (keeps && !on_commit.run(())) {
            return;
        }
        is_editing.set(false);
        if refocus {
            timer::after_layout(move || {
                if let Some(button) = button.get_untracked() {
                    focus::quietly(&button);
                }
            });
        }
    };
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "Enter" if !event.default_prevented() => {
            event.prevent_default();
            finish(true, true);
        }
        "Escape" if !event.default_prevented() => {
            event.prevent_default();
            event.stop_propagation();
            finish(false, true);
        }
        _ => {}
    };
    let on_focus_out = move |event: ev::FocusEvent| {
        let to = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        if frame.get_untracked().is_none_or(|frame| !frame.contains(to.as_ref())) {
            finish(true, false);
        }
    };
    let children = StoredValue::new(children);
    let view = move || {
        let label = label.clone();
        let name = t!(ui.edit_what, what = label.get());
        if is_editing.get() {
            return view! {
                <span class="inline-edit__editor" node_ref=frame on:keydown=on_key on:focusout=on_focus_out>
                    {children.get_value()()}
                </span>
            }
            .into_any();
        }
        view! {
            <button
                type="button"
                class="inline-edit__value"
                node_ref=button
                disabled=move || disabled.get()
                on:click=move |_| {
                    on_begin.run(());
                    is_editing.set(true);
                }
            >
                <span class="visually-hidden">{name} ": "</span>
                <span>{reactive(move || Some(shown.get()).filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned()))}</span>
                <Glyph icon=Icon::PENCIL />
            </button>
        }
        .into_any()
    };
    view! { <span class="inline-edit">{reactive(view)}</span> }.into_any()
}

/// A line of text edited in place.
#[component]
pub fn InlineText(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_save: Callback<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    let commit = Callback::new(move |()| {
        let text = draft.get_untracked().trim().to_owned();
        if text != value.get_untracked() {
            on_save.run(text);
        }
        true
    });
    let name = label.clone();
    view! {
        <InlineEdit label shown=value disabled on_begin=move || draft.set(value.get_untracked()) on_commit=commit>
            <TextInput value=draft label=name.clone() autofocus=true />
        </InlineEdit>
    }
    .into_any()
}

/// An amount edited in place.
#[component]
pub fn InlineMoney(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<Option<Money>>,
    #[prop(into)] currency: Signal<Currency>,
    #[prop(into)] on_save: Callback<Option<Money>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let (draft, is_wrong) = (RwSignal::new(None), RwSignal::new(false));
    let commit = Callback::new(move |()| {
        let money = draft.get_untracked();
        if !is_wrong.get_untracked() && money != value.get_untracked() {
            on_save.run(money);
        }
        !is_wrong.get_untracked()
    });
    let begin = move || {
        is_wrong.set(false);
        draft.set(value.get_untracked());
    };
    let name = label.clone();
    let shown = Signal::derive(move || value.get().map(format::money).unwrap_or_default());
    view! {
        <InlineEdit label shown disabled on_begin=begin on_commit=commit>
            <MoneyInput value=draft currency label=name.clone() is_wrong autofocus=true />
        </InlineEdit>
    }
    .into_any()
}

/// A day edited in place.
#[component]
pub fn InlineDay(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<Option<Day>>,
    #[prop(into)] on_save: Callback<Option<Day>>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let (draft, is_wrong) = (RwSignal::new(None), RwSignal::new(false));
    let commit = Callback::new(move |()| {
        let day = draft.get_untracked();
        if !is_wrong.get_untracked() && day != value.get_untracked() {
            on_save.run(day);
        }
        !is_wrong.get_untracked()
    });
    let begin = move || {
        is_wrong.set(false);
        draft.set(value.get_untracked());
    };
    let name = label.clone();
    let shown = Signal::derive(move || value.get().map(|day| format::day(day, DayStyle::Short)).unwrap_or_default());
    view! {
        <InlineEdit label shown disabled on_begin=begin on_commit=commit>
            <DateInput value=draft label=name.clone() is_wrong autofocus=true />
        </InlineEdit>
    }
    .into_any()
}

/// A choice edited in place.
#[component]
pub fn InlineSelect(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] options: Signal<Vec<SelectOption>>,
    #[prop(into)] on_save: Callback<String>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    let commit = Callback::new(move |()| {
        let chosen = draft.get_untracked();
        if chosen != value.get_untracked() {
            on_save.run(chosen);
        }
        true
    });
    let name = label.clone();
    let shown = Signal::derive(move || {
        let chosen = value.get();
        options.with(|all| all.iter().find(|o| o.value == chosen).map(|o| o.label.get().to_string())).unwrap_or(chosen)
    });
    view! {
        <InlineEdit label shown disabled on_begin=move || draft.set(value.get_untracked()) on_commit=commit>
            <Select value=draft options label=name.clone() />
        </InlineEdit>
    }
    .into_any()
}
