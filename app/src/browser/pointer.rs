//! Pointer gestures: a drag that starts after some way with the mouse and after a hold with a finger.

use std::{rc::Rc, time::Duration};

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, Element, Event, EventTarget, PointerEvent};

const HOLD_MS: u64 = 200;
const START_PX: f64 = 5.0;
/// A finger that moves this far before the hold is over scrolls instead.
const SCROLL_PX: f64 = 8.0;

/// A point of the viewport.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// What a drag reports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Drag {
    /// It has begun; the point is where the pointer went down.
    Start(Point),
    Move(Point),
    Drop(Point),
    Cancel,
}

/// Follows the pointer that just went down on `event`'s target and reports a drag once it is one.
///
/// Call it from `on:pointerdown`. A mouse starts after 5 px, a finger after being held for 200 ms, and never while it scrolls.
/// Escape and a lost pointer cancel.
pub fn follow(event: &PointerEvent, on_drag: impl Fn(Drag) + 'static) {
    if event.button() != 0 || !event.is_primary() {
        return;
    }
    let is_touch = event.pointer_type() == "touch";
    let start = point(event);
    let session = StoredValue::new_local(Session {
        pointer: event.pointer_id(),
        is_touch,
        start,
        has_begun: false,
        hold: None,
        listeners: Vec::new(),
        on_drag: Rc::new(on_drag),
    });
    if is_touch {
        let hold = set_timeout_with_handle(move || begin(session), Duration::from_millis(HOLD_MS)).ok();
        session.update_value(|s| s.hold = hold);
    }
    let window: EventTarget = window().into();
    listen(session, &window, "pointermove", move |e| moved(session, e.unchecked_ref()));
    listen(session, &window, "pointerup", move |e| ended(session, e.unchecked_ref()));
    listen(session, &window, "pointercancel", move |_| finish(session, Drag::Cancel));
    listen(session, &window, "keydown", move |e| {
        if e.unchecked_ref::<web_sys::KeyboardEvent>().key() == "Escape" {
            finish(session, Drag::Cancel);
        }
    });
    // Once the finger drags, the page below must not scroll; before, it must.
    listen(session, &window, "touchmove", move |e| {
        if session.try_with_value(|s| s.has_begun) == Some(true) {
            e.prevent_default();
        }
    });
}

/// The element under a point, or its nearest ancestor that `selector` names.
pub fn closest_at(at: Point, selector: &str) -> Option<Element> {
    #[expect(clippy::cast_possible_truncation, reason = "viewport coordinates are small")]
    document().element_from_point(at.x as f32, at.y as f32)?.closest(selector).ok()?
}

/// Where the pointer is.
pub fn point(event: &PointerEvent) -> Point {
    Point { x: f64::from(event.client_x()), y: f64::from(event.client_y()) }
}

type Listener = (EventTarget, &'static str, Closure<dyn FnMut(Event)>);

struct Session {
    pointer: i32,
    is_touch: bool,
    start: Point,
    has_begun: bool,
    hold: Option<TimeoutHandle>,
    listeners: Vec<Listener>,
    on_drag: Rc<dyn Fn(Drag)>,
}

type Held = StoredValue<Session, LocalStorage>;

fn listen(session: Held, target: &EventTarget, name: &'static str, handler: impl FnMut(Event) + 'static) {
    let closure = Closure::<dyn FnMut(Event)>::new(handler);
    let options = AddEventListenerOptions::new();
    options.set_passive(false);
    // Adding a listener fails only for a foreign target.
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(name, closure.as_ref().unchecked_ref(), &options);
    session.update_value(|s| s.listeners.push((target.clone(), name, closure)));
}

fn begin(session: Held) {
    let begun = session.try_update_value(|s| (!std::mem::replace(&mut s.has_begun, true)).then(|| (s.on_drag.clone(), s.start)));
    if let Some(Some((on_drag, start))) = begun {
        on_drag(Drag::Start(start));
    }
}

fn moved(session: Held, event: &PointerEvent) {
    let known = session.try_with_value(|s| (s.pointer, s.is_touch, s.start, s.has_begun, s.on_drag.clone()));
    let Some((pointer, is_touch, start, has_begun, on_drag)) = known else { return };
    if event.pointer_id() != pointer {
        return;
    }
    let now = point(event);
    let way = (now.x - start.x).hypot(now.y - start.y);
    if !has_begun {
        if is_touch && way > SCROLL_PX {
            finish(session, Drag::Cancel);
            return;
        }
        if is_touch || way < START_PX {
            return;
        }
        begin(session);
    }
    event.prevent_default();
    on_drag(Drag::Move(now));
}

fn ended(session: Held, event: &PointerEvent) {
    if session.try_with_value(|s| s.pointer) == Some(event.pointer_id()) {
        finish(session, Drag::Drop(point(event)));
    }
}

fn finish(session: Held, last: Drag) {
    let taken = session.try_update_value(|s| {
        if let Some(hold) = s.hold.take() {
            hold.clear();
        }
        (std::mem::take(&mut s.listeners), s.has_begun, s.on_drag.clone())
    });
    let Some((listeners, has_begun, on_drag)) = taken else { return };
    session.dispose();
    for (target, name, closure) in listeners {
        let _ = target.remove_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        // This runs inside one of these closures: free them when it has returned.
        set_timeout(move || drop(closure), Duration::ZERO);
    }
    if has_begun {
        swallow_click();
        on_drag(last);
    }
}

/// The browser sends a click after the drop; it must not open what was dragged.
fn swallow_click() {
    let handler = Closure::<dyn FnMut(Event)>::new(|event: Event| {
        event.stop_propagation();
        event.prevent_default();
    });
    let window = window();
    // Adding and removing a listener fail only for a foreign target.
    let _ = window.add_event_listener_with_callback_and_bool("click", handler.as_ref().unchecked_ref(), true);
    set_timeout(
        move || {
            let _ = leptos::prelude::window().remove_event_listener_with_callback_and_bool("click", handler.as_ref().unchecked_ref(), true);
        },
        Duration::ZERO,
    );
}
