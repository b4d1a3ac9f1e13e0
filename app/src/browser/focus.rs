//! Moving the focus, and finding what can take it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, Node};

use super::timer;

const FOCUSABLE: &str =
    "a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea:not([disabled]),[tabindex]:not([tabindex='-1'])";

/// Where the focus is.
pub fn active() -> Option<HtmlElement> {
    document().active_element()?.dyn_into().ok()
}

/// Focuses the element with this id; false where there is none.
pub fn by_id(id: &str) -> bool {
    let element = document().get_element_by_id(id).and_then(|e| e.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|e| e.focus().is_ok())
}

/// Marks all that a text field holds, so that typing replaces it.
pub fn select(element: &HtmlElement) {
    if let Some(input) = element.dyn_ref::<web_sys::HtmlInputElement>() {
        input.select();
    }
}

/// Focuses the first element that `selector` names; false where there is none.
pub fn first(selector: &str) -> bool {
    let element = document().query_selector(selector).ok().flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok());
    element.is_some_and(|e| e.focus().is_ok())
}

/// Focuses without scrolling the page there.
pub fn quietly(element: &HtmlElement) {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    // Only a detached element refuses, and then nothing is lost.
    let _ = element.focus_with_options(&options);
}

/// Gives the focus back to where it came from. Where that is gone, the page's heading takes it, unless something else did.
pub fn give_back(element: Option<HtmlElement>) {
    if let Some(element) = element.filter(|element| element.is_connected()) {
        return quietly(&element);
    }
    timer::after_layout(|| {
        if active().is_none_or(|active| active.tag_name() == "BODY") {
            first("#main h1");
        }
    });
}

/// Whether the focus fell to the document because what had it is gone, or cannot be pressed any more.
pub fn is_lost() -> bool {
    active().is_none_or(|active| active.tag_name() == "BODY" || active.matches(":disabled") == Ok(true))
}

/// Gives the focus back after rows (`li`) were moved or taken away: to what had it, else to what stands with it, else to its row,
/// else to the row beside, else to the first element that `last` names. To be called before.
pub fn hold(last: &'static str) {
    let Some(held) = active().filter(|active| active.tag_name() != "BODY") else { return };
    let row = held.closest("li").ok().flatten();
    let beside = row.as_ref().and_then(|row| row.next_element_sibling().or_else(|| row.previous_element_sibling()));
    let with = held.parent_element();
    timer::after_layout(move || {
        let is_taken =
            !is_lost() || takes(&held) || [with, row, beside].into_iter().flatten().any(|root| inside(&root).first().is_some_and(takes));
        if !is_taken {
            first(last);
        }
    });
}

/// Whether an element could be focused: it may be gone, or not to be pressed any more.
fn takes(element: &HtmlElement) -> bool {
    element.is_connected() && {
        quietly(element);
        !is_lost()
    }
}

/// The elements inside `root` that the Tab key would visit, in order.
pub fn inside(root: &Element) -> Vec<HtmlElement> {
    matching(root, FOCUSABLE)
}

/// The elements inside `root` that `selector` names, in order.
pub fn matching(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(list) = root.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|i| list.item(i)?.dyn_into().ok()).collect()
}

/// What stays reachable while something covers the page: dialogs may open above it, and messages are still said.
const ABOVE: &str = "dialog,.toasts,.visually-hidden[role=status]";

/// Makes all of the page but `root` unreachable, for as long as it covers the page; [`release`] takes the answer back.
pub fn isolate(root: &Element) -> Vec<HtmlElement> {
    let mut hidden = Vec::new();
    let mut here = root.clone();
    while let Some(parent) = here.parent_element().filter(|_| here.tag_name() != "BODY") {
        for other in matching(&parent, ":scope > *") {
            if !other.is_same_node(Some(&here)) {
                hide(other, &mut hidden);
            }
        }
        here = parent;
    }
    hidden
}

/// Takes [`isolate`] back.
pub fn release(hidden: &[HtmlElement]) {
    for element in hidden {
        // The attribute's name is valid.
        let _ = element.remove_attribute("inert");
    }
}

fn hide(element: HtmlElement, hidden: &mut Vec<HtmlElement>) {
    let is_above = element.matches(ABOVE).unwrap_or(false);
    if is_above || element.has_attribute("inert") {
        return;
    }
    if matches!(element.query_selector(ABOVE), Ok(Some(_))) {
        for child in matching(&element, ":scope > *") {
            hide(child, hidden);
        }
    } else if element.set_attribute("inert", "").is_ok() {
        hidden.push(element);
    }
}

/// Whether the focus is on `root` or inside it.
pub fn is_inside(root: &Node) -> bool {
    document().active_element().is_some_and(|e| root.contains(Some(&e)))
}

/// Whether a key press at `target` is typing, so that single-letter shortcuts must stay quiet.
pub fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|t| t.dyn_into::<HtmlElement>().ok()) else { return false };
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT") || element.is_content_editable()
}

/// Moves the focus by `step` among the elements of `root` that `selector` names, around the ends.
pub fn rove(root: &Element, selector: &str, step: Step) {
    let items = matching(root, selector);
    if items.is_empty() {
        return;
    }
    let here = active().and_then(|a| items.iter().position(|e| e.is_same_node(Some(&a))));
    let last = items.len() - 1;
    let next = match (step, here) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None) => last,
        (Step::Next, Some(i)) => {
            if i == last {
                0
            } else {
                i + 1
            }
        }
        (Step::Previous, Some(i)) => {
            if i == 0 {
                last
            } else {
                i - 1
            }
        }
    };
    // An element that was just found is attached, so it takes the focus.
    let _ = items[next].focus();
}

/// A move of the focus inside a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    First,
    Previous,
    Next,
    Last,
}

/// Focuses the first control of the form that is just being sent whose text stands for no value, which `data-unreadable` marks;
/// false where there is none.
pub fn unreadable() -> bool {
    let target = window().event().dyn_into::<web_sys::Event>().ok().and_then(|event| event.target()?.dyn_into::<Element>().ok());
    let form = target.and_then(|target| target.closest("form,dialog").ok().flatten());
    let control = form.and_then(|form| matching(&form, "[data-unreadable]").into_iter().next());
    control.is_some_and(|control| control.focus().is_ok())
}

/// Whether a focus that leaves an element stays inside the one that hears the event.
pub fn stays_inside(event: &web_sys::FocusEvent) -> bool {
    let frame = event.current_target().and_then(|t| t.dyn_into::<Node>().ok());
    let to = event.related_target().and_then(|t| t.dyn_into::<Node>().ok());
    frame.is_some_and(|frame| to.is_some_and(|to| frame.contains(Some(&to))))
}
