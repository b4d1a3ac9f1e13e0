//! Values that become fields when pressed: Enter keeps, Escape takes back.

use leptos::{ev, html, prelude::*, text_prop::TextProp};
use muster_shared::{
    money::{Currency, Money},
    time::Day,
};

use super::{DateInput, FieldContext, Glyph, Icon, MoneyInput, Select, SelectOption, TextInput, reactive, unique_id};
use crate::{
    browser::{
        focus,
        format::{self, DayStyle},
        timer,
    },
    t, t_now,
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
    /// Why what was typed was not taken. While there is something, the editor is open, with what was typed.
    problem: RwSignal<Option<String>>,
    /// Marks all that the editor holds when it opens.
    #[prop(optional)]
    marks: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    children: ChildrenFn,
) -> impl IntoView {
    let is_begun = RwSignal::new(false);
    let is_editing = Memo::new(move |_| is_begun.get() || problem.with(Option::is_some));
    let button = NodeRef::<html::Button>::new();
    let frame = NodeRef::<html::Span>::new();
    let finish = move |keeps: bool, refocus: bool| {
        // The focus also leaves an editor that is being taken away.
        if is_editing.try_get_untracked() != Some(true) {
            return;
        }
        // An editor that opened again because of a problem stays open when that goes and another comes.
        is_begun.set(true);
        if keeps && !on_commit.run(()) {
            return;
        }
        problem.set(None);
        is_begun.set(false);
        if refocus {
            timer::after_layout(move || {
                if let Some(Some(button)) = button.try_get_untracked() {
                    focus::quietly(&button);
                }
            });
        }
    };
    Effect::new(move |_| {
        if let Some(frame) = frame.get() {
            enter(&frame, marks);
        }
    });
    let on_key = move |event: ev::KeyboardEvent| match event.key().as_str() {
        // Enter and Escape of an input method are about its own suggestion.
        _ if event.is_composing() || event.default_prevented() => {}
        "Enter" => {
            event.prevent_default();
            finish(true, true);
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            finish(false, true);
        }
        _ => {}
    };
    let on_focus_out = move |event: ev::FocusEvent| {
        if !focus::stays_inside(&event) {
            finish(true, false);
        }
    };
    let children = StoredValue::new(children);
    let name = label.clone();
    let view = move || {
        let label = label.clone();
        let name = t!(ui.edit_what, what = label.get());
        if is_editing.get() {
            let described = unique_id("problem");
            let problem_id = described.clone();
            let described_by = Signal::derive(move || if problem.with(Option::is_some) { described.clone() } else { String::new() });
            let is_invalid = Signal::derive(move || problem.with(Option::is_some));
            provide_context(FieldContext { id: unique_id("control"), described_by, is_invalid, ..FieldContext::here() });
            return view! {
                <span class="inline-edit__editor" node_ref=frame on:keydown=on_key on:focusout=on_focus_out>
                    {children.get_value()()}
                    <span class="field__error" id=problem_id role="alert">{reactive(move || problem.get())}</span>
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
                    is_begun.set(true);
                }
            >
                <span class="visually-hidden">{name} ": "</span>
                <span>{reactive(move || Some(shown.get()).filter(|text| !text.is_empty()).unwrap_or_else(|| "–".to_owned()))}</span>
                <Glyph icon=Icon::PENCIL />
            </button>
        }
        .into_any()
    };
    view! { <span class="inline-edit" data-label=move || name.get()>{reactive(view)}</span> }.into_any()
}

/// Takes the focus to the editor, unless somebody works elsewhere meanwhile: an editor also opens again on its own.
fn enter(frame: &web_sys::HtmlSpanElement, marks: bool) {
    let is_free = focus::active().is_none_or(|active| active.contains(Some(frame)));
    if let Some(control) = focus::matching(frame, "input,select").first().filter(|_| is_free) {
        // The element is attached, so it takes the focus.
        let _ = control.focus();
        if marks {
            focus::select(control);
        }
    }
}

/// Whether an editor's value can be taken: it can be read, and is there where it must be.
fn is_ready(is_wrong: RwSignal<bool>, is_missing: bool, problem: RwSignal<Option<String>>) -> bool {
    let is_wrong = is_wrong.get_untracked();
    problem.set((is_missing && !is_wrong).then(|| t_now!(problem.field.required).to_owned()));
    !is_wrong && !is_missing
}

/// What an editor began with: another's change meanwhile is not what the person changed.
struct Begun<T: Send + Sync + 'static> {
    value: Signal<T>,
    then: StoredValue<Option<T>>,
    on_begin: Option<Callback<()>>,
}

impl<T: Send + Sync> Clone for Begun<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for Begun<T> {}

impl<T: Clone + PartialEq + Send + Sync> Begun<T> {
    fn new(value: Signal<T>, on_begin: Option<Callback<()>>) -> Self {
        Self { value, then: StoredValue::new(None), on_begin }
    }

    /// Begins with the value as it is now.
    fn begin(self) -> T {
        let now = self.value.get_untracked();
        self.then.set_value(Some(now.clone()));
        if let Some(on_begin) = self.on_begin {
            on_begin.run(());
        }
        now
    }

    fn is_other(self, value: &T) -> bool {
        self.then.with_value(|then| then.as_ref() != Some(value))
    }
}

/// A line of text edited in place.
#[component]
pub fn InlineText(
    #[prop(into)] label: TextProp,
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_save: Callback<String>,
    /// The editor was opened: what is there now is what the person changes.
    #[prop(optional, into)]
    on_begin: Option<Callback<()>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Where it is said why the value was not taken.
    #[prop(default = RwSignal::new(None))]
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    let begun = Begun::new(value, on_begin);
    let commit = Callback::new(move |()| {
        let text = draft.get_untracked().trim().to_owned();
        if begun.is_other(&text) {
            on_save.run(text);
        }
        true
    });
    let name = label.clone();
    view! {
        <InlineEdit label shown=value disabled on_begin=move || draft.set(begun.begin()) on_commit=commit problem>
            <TextInput value=draft label=name.clone() />
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
    /// The editor was opened: what is there now is what the person changes.
    #[prop(optional, into)]
    on_begin: Option<Callback<()>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Where it is said why the value was not taken.
    #[prop(default = RwSignal::new(None))]
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let (draft, is_wrong) = (RwSignal::new(None), RwSignal::new(false));
    let begun = Begun::new(value, on_begin);
    let commit = Callback::new(move |()| {
        let money = draft.get_untracked();
        let is_ready = is_ready(is_wrong, required && money.is_none(), problem);
        if is_ready && begun.is_other(&money) {
            on_save.run(money);
        }
        is_ready
    });
    let begin = move || {
        is_wrong.set(false);
        draft.set(begun.begin());
    };
    let name = label.clone();
    let shown = Signal::derive(move || value.get().map(format::money).unwrap_or_default());
    view! {
        <InlineEdit label shown disabled on_begin=begin on_commit=commit problem marks=true>
            <MoneyInput value=draft currency label=name.clone() is_wrong />
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
    /// The editor was opened: what is there now is what the person changes.
    #[prop(optional, into)]
    on_begin: Option<Callback<()>>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Where it is said why the value was not taken.
    #[prop(default = RwSignal::new(None))]
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let (draft, is_wrong) = (RwSignal::new(None), RwSignal::new(false));
    let begun = Begun::new(value, on_begin);
    let commit = Callback::new(move |()| {
        let day = draft.get_untracked();
        let is_ready = is_ready(is_wrong, required && day.is_none(), problem);
        if is_ready && begun.is_other(&day) {
            on_save.run(day);
        }
        is_ready
    });
    let begin = move || {
        is_wrong.set(false);
        draft.set(begun.begin());
    };
    let name = label.clone();
    let shown = Signal::derive(move || value.get().map(|day| format::day(day, DayStyle::Short)).unwrap_or_default());
    view! {
        <InlineEdit label shown disabled on_begin=begin on_commit=commit problem marks=true>
            <DateInput value=draft label=name.clone() is_wrong />
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
    /// The editor was opened: what is there now is what the person changes.
    #[prop(optional, into)]
    on_begin: Option<Callback<()>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Where it is said why the value was not taken.
    #[prop(default = RwSignal::new(None))]
    problem: RwSignal<Option<String>>,
) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    let begun = Begun::new(value, on_begin);
    let commit = Callback::new(move |()| {
        let chosen = draft.get_untracked();
        if begun.is_other(&chosen) {
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
        <InlineEdit label shown disabled on_begin=move || draft.set(begun.begin()) on_commit=commit problem>
            <Select value=draft options label=name.clone() />
        </InlineEdit>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_changed_while_one_looked_is_no_change_of_ones_own() {
        let owner = Owner::new();
        owner.set();
        let value = RwSignal::new("old");
        let begun = Begun::new(value.into(), None);
        assert_eq!(begun.begin(), "old");
        value.set("theirs");
        assert!(!begun.is_other(&"old"));
        assert!(begun.is_other(&"mine"));
    }

    #[test]
    fn a_value_that_must_be_there_is_asked_for_and_not_dropped() {
        let owner = Owner::new();
        owner.set();
        let (is_wrong, problem) = (RwSignal::new(false), RwSignal::new(None));
        assert!(!is_ready(is_wrong, true, problem));
        assert_eq!(problem.get_untracked().as_deref(), Some(t_now!(problem.field.required)));
        assert!(is_ready(is_wrong, false, problem));
        assert_eq!(problem.get_untracked(), None);
        // What cannot be read says so itself.
        is_wrong.set(true);
        assert!(!is_ready(is_wrong, true, problem));
        assert_eq!(problem.get_untracked(), None);
    }
}
