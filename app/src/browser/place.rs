//! Where elements are on the screen, and scrolling to them.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, ScrollIntoViewOptions, ScrollLogicalPosition};

/// An element's box in the viewport.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Frame {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// The box of the element with this id.
pub fn of_id(id: &str) -> Option<Frame> {
    let rect = document().get_element_by_id(id)?.get_bounding_client_rect();
    Some(Frame { left: rect.left(), top: rect.top(), width: rect.width(), height: rect.height() })
}

/// Whether the element that scrolled is close to its end.
pub fn is_near_end(event: &Event) -> bool {
    let Some(element) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else { return false };
    element.scroll_top() + 2 * element.client_height() > element.scroll_height()
}

/// Whether the pointer is on something that `selector` names.
pub fn is_pointed_at(selector: &str) -> bool {
    document().query_selector(selector).is_ok_and(|found| found.is_some_and(|found| found.matches(":hover").unwrap_or(false)))
}

/// Scrolls so that the element with this id can be seen, by as little as possible.
pub fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Scrolls the element with this id sideways while a drag is near its edge.
pub fn scroll_at_edge(id: &str, x: f64) {
    const EDGE: f64 = 56.0;
    const STEP: i32 = 18;
    let Some(element) = document().get_element_by_id(id) else { return };
    let rect = element.get_bounding_client_rect();
    if x < rect.left() + EDGE {
        element.set_scroll_left(element.scroll_left() - STEP);
    } else if x > rect.right() - EDGE {
        element.set_scroll_left(element.scroll_left() + STEP);
    }
}

/// The id of the element inside which the event happened, or of its nearest ancestor that `selector` names.
pub fn target_id(event: &Event, selector: &str) -> Option<String> {
    let element = event.target()?.dyn_into::<Element>().ok()?;
    element.closest(selector).ok()?.map(|found| found.id())
}

/// Whether the event happened inside an element that `selector` names.
pub fn is_inside(event: &Event, selector: &str) -> bool {
    let element = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    element.and_then(|e| e.closest(selector).ok().flatten()).is_some()
}

/// Presses the element that `selector` names as soon as it is there; gives up after two seconds.
pub fn press_when_there(selector: &'static str) {
    fn attempt(selector: &'static str, left: u32) {
        let found = document().query_selector(selector).ok().flatten().and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok());
        match found {
            Some(element) => element.click(),
            None if left > 0 => set_timeout(move || attempt(selector, left - 1), std::time::Duration::from_millis(50)),
            None => {}
        }
    }
    attempt(selector, 40);
}
