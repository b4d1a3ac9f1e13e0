//! The text form of a condition: what cannot be read is marked as one types, and what can follow is offered.

use leptos::{ev, html, prelude::*};
use muster_shared::configurator::{
    expression::{self, Mistake},
    model::{Layout, Model},
};

use super::words::{Offered, offered};
use crate::{
    browser::timer,
    studio::{
        draft::{Draft, use_draft},
        wording,
    },
    t,
    ui::{FieldContext, reactive, unique_id},
};

/// Which texts a field takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reads {
    /// A whole rule, limits included.
    #[default]
    Rule,
    /// A condition of a price.
    Condition,
}

/// A text in its field, and what is offered there.
#[derive(Clone, Copy)]
struct Typing {
    value: Signal<String>,
    on_input: Callback<String>,
    node: NodeRef<html::Textarea>,
    /// A byte offset; none while nothing is to be offered.
    caret: RwSignal<Option<usize>>,
    /// Which of the offered is about to be taken.
    active: RwSignal<usize>,
    words: Memo<Option<Offered>>,
}

impl Typing {
    fn new(draft: Draft, value: Signal<String>, on_input: Callback<String>) -> Self {
        let caret = RwSignal::new(None::<usize>);
        let words = Memo::new(move |_| {
            let caret = caret.get()?;
            let found = value.with(|text| draft.model.with(|model| offered(text, caret, model)));
            (!found.words.is_empty()).then_some(found)
        });
        Self { value, on_input, node: NodeRef::new(), caret, active: RwSignal::new(0), words }
    }

    fn is_offering(self) -> bool {
        self.words.with(Option::is_some)
    }

    /// Looks where the caret is, to offer what fits there.
    fn look(self) {
        if let Some(Some(area)) = self.node.try_get_untracked() {
            let units = area.selection_start().ok().flatten().unwrap_or_default() as usize;
            self.active.set(0);
            self.caret.set(Some(byte_of(&area.value(), units)));
        }
    }

    /// Writes one of the offered, and the caret stands behind it.
    fn take(self, found: &Offered, at: usize) {
        let Some((word, _)) = found.words.get(at) else { return };
        let text = self.value.get_untracked();
        let (before, after) = (text.get(..found.from).unwrap_or_default(), text.get(found.to..).unwrap_or_default());
        let new = format!("{before}{word} {}", after.trim_start());
        let units = new[..before.len() + word.len() + 1].encode_utf16().count();
        self.on_input.run(new);
        timer::after_layout(move || {
            if let (Some(Some(area)), Ok(units)) = (self.node.try_get_untracked(), u32::try_from(units)) {
                // The field is on the page, so both work.
                let _ = area.focus();
                let _ = area.set_selection_range(units, units);
                self.look();
            }
        });
    }

    fn on_key(self, event: &ev::KeyboardEvent) {
        let Some(found) = self.words.get_untracked().filter(|_| !event.is_composing()) else { return };
        let count = found.words.len();
        match event.key().as_str() {
            "ArrowDown" => self.active.update(|at| *at = (*at + 1) % count),
            "ArrowUp" => self.active.update(|at| *at = (*at + count - 1) % count),
            "Enter" | "Tab" if !event.shift_key() => self.take(&found, self.active.get_untracked()),
            "Escape" => self.caret.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The field of a condition's text.
#[component]
pub fn TextForm(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] reads: Reads,
) -> impl IntoView {
    let (draft, field) = (use_draft(), FieldContext::here());
    let typing = Typing::new(draft, value, on_input);
    let (list_id, says_id) = (unique_id("words"), unique_id("says"));
    let mistake = Memo::new(move |_| value.with(|text| draft.model.with(|model| mistake(text, model, reads))));
    let is_wrong = move || mistake.with(Option::is_some);
    let (option_id, described) = (list_id.clone(), says_id.clone());
    let active_id = {
        let list_id = list_id.clone();
        move || typing.is_offering().then(|| format!("{list_id}-{}", typing.active.get()))
    };
    view! {
        <div class="code" class:code--wrong=is_wrong>
            <div class="code__frame">
                <pre class="code__marks" aria-hidden="true">{reactive(move || marked(&value.get(), mistake.get().as_ref()))}</pre>
                <textarea
                    class="code__text"
                    id=field.id
                    node_ref=typing.node
                    rows="2"
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    aria-autocomplete="list"
                    aria-controls=list_id.clone()
                    aria-activedescendant=active_id
                    aria-describedby=described
                    aria-invalid=move || is_wrong().then_some("true")
                    prop:value=move || value.get()
                    readonly=move || draft.locked.get()
                    on:input=move |event| {
                        on_input.run(event_target_value(&event));
                        typing.look();
                    }
                    on:click=move |_| typing.look()
                    on:blur=move |_| typing.caret.set(None)
                    on:keydown=move |event| typing.on_key(&event)
                ></textarea>
            </div>
            <ul class="words" class:is-open=move || typing.is_offering() id=list_id role="listbox" aria-label=t!(ui.suggestions)>
                {reactive(move || entries(typing, &option_id))}
            </ul>
            <p class="code__says" id=says_id role="status">{reactive(move || mistake.get().map(|found| wording::mistake(&found)))}</p>
        </div>
    }
    .into_any()
}

fn mistake(text: &str, model: &Model, reads: Reads) -> Option<Mistake> {
    let layout = Layout::new(model);
    match reads {
        _ if text.trim().is_empty() => None,
        Reads::Rule => expression::parse(text, &layout).err(),
        Reads::Condition => expression::condition(text, &layout).err(),
    }
}

/// The text with what cannot be read marked; it lies behind the field.
fn marked(text: &str, mistake: Option<&Mistake>) -> AnyView {
    let place = mistake.map(|found| (found.from.min(text.len()), found.to.min(text.len())));
    let parts = place.and_then(|(from, to)| Some((text.get(..from)?, text.get(from..to)?, text.get(to..)?)));
    let Some((before, wrong, after)) = parts else { return text.to_owned().into_any() };
    let wrong = if wrong.is_empty() { "\u{a0}" } else { wrong };
    view! {
        {before.to_owned()}
        <mark>{wrong.to_owned()}</mark>
        {after.to_owned()}
    }
    .into_any()
}

fn entries(typing: Typing, id: &str) -> Vec<AnyView> {
    let Some(found) = typing.words.get() else { return Vec::new() };
    let entry = |(at, (word, name)): (usize, (String, String))| {
        let all = found.clone();
        view! {
            <li
                role="option"
                class="words__one"
                id=format!("{id}-{at}")
                aria-selected=move || (typing.active.get() == at).to_string()
                on:mousedown=move |event| {
                    event.prevent_default();
                    typing.take(&all, at);
                }
            >
                <code>{word}</code>
                <span>{name}</span>
            </li>
        }
        .into_any()
    };
    found.words.clone().into_iter().enumerate().map(entry).collect()
}

/// The byte offset of a place that a browser counts in units of UTF-16.
fn byte_of(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, c) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += c.len_utf16();
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::byte_of;

    #[test]
    fn a_browser_counts_otherwise() {
        assert_eq!(byte_of("paint", 3), 3);
        assert_eq!(byte_of("đỏ = x", 2), 5);
        assert_eq!(byte_of("đỏ", 9), 5);
    }
}
