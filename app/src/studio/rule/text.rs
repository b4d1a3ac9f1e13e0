//! The text form of a condition: what cannot be read is marked as one types, and what can follow is offered.

use leptos::{ev, html, prelude::*};
use muster_shared::configurator::{expression, model::Layout};

use super::words::{Offered, offered};
use crate::{
    browser::timer,
    studio::{draft::use_draft, wording},
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

/// The field of a condition's text.
#[component]
pub fn TextForm(
    #[prop(into)] value: Signal<String>,
    #[prop(into)] on_input: Callback<String>,
    #[prop(optional)] reads: Reads,
) -> impl IntoView {
    let draft = use_draft();
    let field = FieldContext::here();
    let node = NodeRef::<html::Textarea>::new();
    let (list_id, says_id) = (unique_id("words"), unique_id("says"));
    let caret = RwSignal::new(None::<usize>);
    let active = RwSignal::new(0_usize);
    let words = Memo::new(move |_| {
        let caret = caret.get()?;
        let found = value.with(|text| draft.model.with(|model| offered(text, caret, model)));
        (!found.words.is_empty()).then_some(found)
    });
    let mistake = Memo::new(move |_| {
        let text = value.get();
        if text.trim().is_empty() {
            return None;
        }
        draft.model.with(|model| {
            let layout = Layout::new(model);
            match reads {
                Reads::Rule => expression::parse(&text, &layout).err(),
                Reads::Condition => expression::condition(&text, &layout).err(),
            }
        })
    });
    let look = move || {
        if let Some(area) = node.get_untracked() {
            let units = area.selection_start().ok().flatten().unwrap_or_default() as usize;
            active.set(0);
            caret.set(Some(byte_of(&area.value(), units)));
        }
    };
    let take = move |found: Offered, at: usize| {
        let Some((word, _)) = found.words.get(at).cloned() else { return };
        let text = value.get_untracked();
        let new = format!("{}{word} {}", &text[..found.from], text[found.to..].trim_start());
        let place = found.from + word.len() + 1;
        on_input.run(new.clone());
        timer::after_layout(move || {
            if let Some(Some(area)) = node.try_get_untracked() {
                let units = u32::try_from(new[..place.min(new.len())].encode_utf16().count()).unwrap_or_default();
                // The field is on the page, so both work.
                let _ = area.focus();
                let _ = area.set_selection_range(units, units);
                look();
            }
        });
    };
    let on_key = move |event: ev::KeyboardEvent| {
        let Some(found) = words.get_untracked().filter(|_| !event.is_composing()) else { return };
        match event.key().as_str() {
            "ArrowDown" => active.update(|at| *at = (*at + 1) % found.words.len()),
            "ArrowUp" => active.update(|at| *at = (*at + found.words.len() - 1) % found.words.len()),
            "Enter" | "Tab" if !event.shift_key() => {
                let at = active.get_untracked();
                take(found, at);
            }
            "Escape" => caret.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let marked = move || {
        let text = value.get();
        let Some((from, to)) = mistake.get().map(|found| (found.from.min(text.len()), found.to.min(text.len()))) else {
            return view! { <span>{text}</span> }.into_any();
        };
        let (before, wrong, after) = (text[..from].to_owned(), text[from..to].to_owned(), text[to..].to_owned());
        let wrong = if wrong.is_empty() { "\u{a0}".to_owned() } else { wrong };
        view! { <span>{before}</span> <mark>{wrong}</mark> <span>{after}</span> }.into_any()
    };
    let option_id = list_id.clone();
    let active_id = {
        let list_id = list_id.clone();
        move || words.with(Option::is_some).then(|| format!("{list_id}-{}", active.get()))
    };
    let entries = move || {
        let Some(found) = words.get() else { return Vec::new() };
        let entry = |(at, (word, name)): (usize, (String, String))| {
            let all = found.clone();
            view! {
                <li
                    role="option"
                    class="words__one"
                    id=format!("{option_id}-{at}")
                    aria-selected=move || (active.get() == at).to_string()
                    on:mousedown=move |event| {
                        event.prevent_default();
                        take(all.clone(), at);
                    }
                >
                    <code>{word}</code> <span>{name}</span>
                </li>
            }
        };
        found.words.clone().into_iter().enumerate().map(entry).collect::<Vec<_>>()
    };
    let says = move || mistake.get().map(|found| wording::mistake(&found));
    let described = says_id.clone();
    view! {
        <div class="code" class:code--wrong=move || mistake.with(Option::is_some)>
            <div class="code__frame">
                <pre class="code__marks" aria-hidden="true">{reactive(marked)}</pre>
                <textarea
                    class="code__text"
                    id=field.id
                    node_ref=node
                    rows="2"
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    aria-autocomplete="list"
                    aria-controls=list_id.clone()
                    aria-activedescendant=active_id
                    aria-describedby=described
                    aria-invalid=move || mistake.with(Option::is_some).then_some("true")
                    prop:value=move || value.get()
                    readonly=move || draft.locked.get()
                    on:input=move |event| {
                        on_input.run(event_target_value(&event));
                        look();
                    }
                    on:click=move |_| look()
                    on:blur=move |_| caret.set(None)
                    on:keydown=on_key
                ></textarea>
            </div>
            <ul class="words" class:is-open=move || words.with(Option::is_some) id=list_id role="listbox" aria-label=t!(ui.suggestions)>{reactive(entries)}</ul>
            <p class="code__says" id=says_id role="status">{reactive(says)}</p>
        </div>
    }
    .into_any()
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
