//! A choice from too many to list: found by typing.

use std::{future::Future, pin::Pin};

use leptos::{ev, html, prelude::*, task::spawn_local, text_prop::TextProp};
use wasm_bindgen::JsCast;

use super::{Failure, FieldContext, Glyph, Icon, reactive, unique_id};
use crate::{
    browser::{key, place, timer},
    t,
};

/// Something that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub id: String,
    pub label: String,
    /// What tells it from others of the same name.
    pub detail: String,
}

/// A future of this page, such as a search under way.
pub type Pending<T> = Pin<Box<dyn Future<Output = T>>>;

/// Finds choices for what was typed: `Callback::new(|text: String| Box::pin(async move { ... }) as Pending<_>)`.
pub type SearchFn = Callback<String, Pending<Result<Vec<Choice>, Failure>>>;

/// A field that searches while one types. Arrow keys move in the list, Enter takes, Escape closes.
#[component]
pub fn Combobox(
    value: RwSignal<Option<Choice>>,
    search: SearchFn,
    #[prop(optional, into)] label: Option<TextProp>,
    #[prop(optional, into)] placeholder: TextProp,
    /// Offers to create what was typed when nothing matches it.
    #[prop(optional, into)]
    on_create: Option<Callback<String>>,
    #[prop(optional, into)] on_choose: Option<Callback<Choice>>,
) -> impl IntoView {
    let field = FieldContext::here();
    let is_wrong = field.is_wrong;
    let state = State::new(value, is_wrong, search, on_create, on_choose);
    let list_id = unique_id("options");
    let find = timer::debounce(150, move |text: String| {
        // A choice made meanwhile ends the search.
        if state.is_searching.get_value() {
            state.find(text);
        }
    });
    let input = NodeRef::<html::Input>::new();
    let active_id = {
        let list_id = list_id.clone();
        move || (state.is_open.get() && state.len() > 0).then(|| format!("{list_id}-{}", state.active.get()))
    };
    let (option_id, key_id) = (list_id.clone(), list_id.clone());
    let says = unique_id("says");
    let described_by = field.described_with(says.clone(), is_wrong);
    view! {
        <span class="combobox" on:focusout=move |event| state.on_focus_out(&event)>
            <input
                class="input"
                id=field.id
                node_ref=input
                role="combobox"
                autocomplete="off"
                aria-autocomplete="list"
                aria-expanded=move || if state.is_open.get() { "true" } else { "false" }
                aria-controls=list_id.clone()
                aria-activedescendant=active_id
                aria-label=label.map(|label| move || label.get())
                aria-describedby=described_by
                data-unreadable=move || is_wrong.get().then_some("")
                aria-invalid=move || (field.is_invalid.get() || is_wrong.get()).then_some("true")
                aria-required=field.is_required.then_some("true")
                placeholder=move || placeholder.get()
                prop:value=move || state.text.get()
                on:focus=move |_| state.entered()
                on:input=move |event| {
                    let text = event_target_value(&event);
                    state.typed(&text);
                    find(text);
                }
                on:keydown=move |event| state.on_key(&event, &key_id)
            />
            <Glyph icon=Icon::CHEVRONS_UP_DOWN />
            <ul class="combobox__list" class:is-open=move || state.is_open.get() id=list_id role="listbox" aria-label=t!(ui.suggestions)>
                {reactive(move || state.entries(&option_id))}
            </ul>
            <span class="combobox__says" id=says role="status">
                {reactive(move || (is_wrong.get() && !state.is_open.get() && !state.takes_first.get()).then(|| t!(ui.choose_found)))}
            </span>
        </span>
    }
    .into_any()
}

/// What Enter means in the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnEnter {
    /// It is the form's.
    Send,
    /// The answer for what was typed is on its way; the first of it is meant.
    Wait,
    Take,
    /// Nothing fits: sending the form would send what was chosen before.
    Refuse,
}

/// `listed` is how many can be chosen, where the list is open.
const fn on_enter(is_touched: bool, is_searching: bool, listed: Option<usize>) -> OnEnter {
    match (is_touched, is_searching, listed) {
        (false, ..) => OnEnter::Send,
        (_, true, _) => OnEnter::Wait,
        (_, _, None | Some(0)) => OnEnter::Refuse,
        (_, _, Some(_)) => OnEnter::Take,
    }
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OnAnswer {
    /// It is there to choose from.
    List,
    /// Enter was pressed for it: its first entry is the choice, though the person may be in another field by now.
    Take,
    /// Enter was pressed, and nothing fits.
    Refuse,
}

const fn on_answer(takes_first: bool, found: usize) -> OnAnswer {
    match (takes_first, found) {
        (false, _) => OnAnswer::List,
        (true, 0) => OnAnswer::Refuse,
        (true, _) => OnAnswer::Take,
    }
}

#[derive(Clone, Copy)]
struct State {
    value: RwSignal<Option<Choice>>,
    text: RwSignal<String>,
    /// What was typed is not the value: the form must not be sent as if it were.
    is_wrong: RwSignal<bool>,
    found: RwSignal<Result<Vec<Choice>, Failure>>,
    active: RwSignal<usize>,
    is_open: RwSignal<bool>,
    /// Number of the newest search; answers of older ones are too late.
    search_no: StoredValue<u32>,
    /// Whether the newest search has not answered: what is listed belongs to an older text.
    is_searching: StoredValue<bool>,
    /// Enter came before the answer: take the first of it.
    takes_first: RwSignal<bool>,
    /// Typed or walked through since it was entered; before that Enter is the form's.
    is_touched: StoredValue<bool>,
    search: SearchFn,
    on_create: Option<Callback<String>>,
    on_choose: Option<Callback<Choice>>,
}

impl State {
    fn new(
        value: RwSignal<Option<Choice>>,
        is_wrong: RwSignal<bool>,
        search: SearchFn,
        on_create: Option<Callback<String>>,
        on_choose: Option<Callback<Choice>>,
    ) -> Self {
        let text = RwSignal::new(String::new());
        Effect::new(move |_| {
            text.set(value.get().map(|choice| choice.label).unwrap_or_default());
            is_wrong.set(false);
        });
        Self {
            value,
            text,
            is_wrong,
            found: RwSignal::new(Ok(Vec::new())),
            active: RwSignal::new(0),
            is_open: RwSignal::new(false),
            search_no: StoredValue::new(0),
            is_searching: StoredValue::new(false),
            takes_first: RwSignal::new(false),
            is_touched: StoredValue::new(false),
            search,
            on_create,
            on_choose,
        }
    }

    fn typed(self, text: &str) {
        self.text.set(text.to_owned());
        self.is_wrong.set(false);
        // An emptied field is an answer as it is.
        self.is_touched.set_value(!text.is_empty());
        // What is found for older texts is too late.
        self.search_no.update_value(|no| *no = no.wrapping_add(1));
        self.is_searching.set_value(true);
        self.takes_first.set(false);
        if text.is_empty() {
            self.value.set(None);
        }
    }

    /// The label of what is chosen.
    fn label(self) -> String {
        self.value.get_untracked().map(|choice| choice.label).unwrap_or_default()
    }

    /// Says that what was typed is nothing that can be chosen, where that is so.
    fn judge(self) {
        let is_other = self.text.with_untracked(|text| !text.trim().is_empty() && *text != self.label());
        self.is_wrong.set(is_other);
    }

    /// The focus came.
    fn entered(self) {
        if self.takes_first.get_untracked() {
            // Back before the answer to what was typed: it is still that one which is meant.
            self.is_touched.set_value(true);
        } else {
            self.find(String::new());
        }
    }

    fn find(self, text: String) {
        let mine = self.search_no.get_value().wrapping_add(1);
        self.search_no.set_value(mine);
        self.is_searching.set_value(true);
        let search = self.search.run(text);
        spawn_local(async move {
            let found = search.await;
            // The field may be gone by now.
            if self.search_no.try_get_value() == Some(mine) {
                self.is_searching.set_value(false);
                self.found.set(found);
                self.active.set(0);
                let is_meant = self.takes_first.get_untracked();
                self.takes_first.set(false);
                match on_answer(is_meant, untrack(|| self.len())) {
                    OnAnswer::List => self.is_open.set(true),
                    OnAnswer::Take => self.take(0),
                    OnAnswer::Refuse => {
                        // Who went elsewhere meanwhile needs no list.
                        self.is_open.set(self.is_touched.get_value());
                        self.judge();
                    }
                }
            }
        });
    }

    /// Whether what was typed can be created: it is nobody's label yet. After a failed search nobody knows.
    fn creatable(self) -> Option<String> {
        let text = self.text.get().trim().to_owned();
        let is_known =
            self.found.with(|found| found.as_ref().map_or(true, |list| list.iter().any(|c| c.label.eq_ignore_ascii_case(&text))));
        (self.on_create.is_some() && !text.is_empty() && !is_known).then_some(text)
    }

    fn len(self) -> usize {
        self.found.with(|found| found.as_ref().map_or(0, Vec::len)) + usize::from(self.creatable().is_some())
    }

    fn take(self, index: usize) {
        let choice = self.found.with_untracked(|found| found.as_ref().ok().and_then(|list| list.get(index).cloned()));
        self.leave();
        self.is_wrong.set(false);
        match (choice, untrack(|| self.creatable())) {
            (Some(choice), _) => {
                self.value.set(Some(choice.clone()));
                if let Some(on_choose) = self.on_choose {
                    on_choose.run(choice);
                }
            }
            (None, Some(text)) => {
                if let Some(on_create) = self.on_create {
                    on_create.run(text);
                }
            }
            (None, None) => {}
        }
    }

    /// Closes the list and lets no late answer open it again.
    fn leave(self) {
        self.is_open.set(false);
        self.search_no.update_value(|no| *no = no.wrapping_add(1));
        self.is_searching.set_value(false);
        self.takes_first.set(false);
        self.is_touched.set_value(false);
    }

    fn on_key(self, event: &ev::KeyboardEvent, list_id: &str) {
        if key::is_composing(event) {
            return;
        }
        let is_open = self.is_open.get_untracked();
        let (len, active) = (untrack(|| self.len()), self.active.get_untracked());
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            self.is_touched.set_value(true);
        }
        let walk = |to: usize| {
            self.active.set(to);
            place::reveal(&format!("{list_id}-{to}"));
        };
        match event.key().as_str() {
            "ArrowDown" if !is_open => self.find(String::new()),
            "ArrowDown" if len > 0 => walk((active + 1) % len),
            "ArrowUp" if len > 0 => walk((active + len - 1) % len),
            "Enter" => match on_enter(self.is_touched.get_value(), self.is_searching.get_value(), is_open.then_some(len)) {
                OnEnter::Send => return,
                OnEnter::Wait => self.takes_first.set(true),
                OnEnter::Take => self.take(active),
                OnEnter::Refuse => self.judge(),
            },
            "Escape" if is_open => {
                self.leave();
                self.is_wrong.set(false);
                self.text.set(self.label());
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }

    fn on_focus_out(self, event: &ev::FocusEvent) {
        let frame = event.current_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        let to = event.related_target().and_then(|t| t.dyn_into::<web_sys::Node>().ok());
        // The focus also leaves a field that is being taken away.
        let is_there = self.value.try_get_untracked().is_some();
        if is_there && frame.is_none_or(|frame| !frame.contains(to.as_ref())) {
            if self.takes_first.get_untracked() {
                self.is_open.set(false);
                self.is_touched.set_value(false);
            } else {
                self.leave();
            }
            // Until the answer is there a form would be sent with what was chosen before.
            self.judge();
        }
    }

    fn entries(self, list_id: &str) -> AnyView {
        if !self.is_open.get() {
            return ().into_any();
        }
        let list = match self.found.get() {
            Err(failure) => return view! { <li class="combobox__note">{failure.title}</li> }.into_any(),
            Ok(list) => list,
        };
        let creatable = self.creatable();
        if list.is_empty() && creatable.is_none() {
            return view! { <li class="combobox__note">{t!(ui.nothing_found)}</li> }.into_any();
        }
        let known = list.into_iter().map(|choice| (choice.label, choice.detail));
        let create = creatable.map(|text| (crate::t_now!(ui.create_what, what = text), String::new()));
        known
            .chain(create)
            .enumerate()
            .map(|(index, (label, detail))| {
                view! {
                    <li
                        role="option"
                        class="combobox__option"
                        id=format!("{list_id}-{index}")
                        aria-selected=move || if self.active.get() == index { "true" } else { "false" }
                        on:pointerdown=move |event| {
                            // The field keeps the focus.
                            event.prevent_default();
                            self.take(index);
                        }
                    >
                        <span>{label}</span>
                        <small>{detail}</small>
                    </li>
                }
            })
            .collect_view()
            .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::{OnAnswer, OnEnter, on_answer, on_enter};

    #[track_caller]
    fn check(is_touched: bool, is_searching: bool, listed: Option<usize>, expected: OnEnter) {
        assert_eq!(on_enter(is_touched, is_searching, listed), expected);
    }

    #[test]
    fn enter_sends_the_form_only_with_what_is_chosen() {
        check(false, false, None, OnEnter::Send);
        check(false, false, Some(5), OnEnter::Send);
        check(true, true, Some(5), OnEnter::Wait);
        check(true, true, None, OnEnter::Wait);
        check(true, false, Some(2), OnEnter::Take);
        check(true, false, Some(0), OnEnter::Refuse);
        check(true, false, None, OnEnter::Refuse);
    }

    #[test]
    fn what_enter_was_pressed_for_is_taken_once_it_is_found() {
        for (takes_first, found, expected) in
            [(false, 0, OnAnswer::List), (false, 3, OnAnswer::List), (true, 3, OnAnswer::Take), (true, 0, OnAnswer::Refuse)]
        {
            assert_eq!(on_answer(takes_first, found), expected);
        }
    }
}
