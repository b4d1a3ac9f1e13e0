//! Panels that float beside the button that opens them, on the browser's own popover.

use super::reactive;
use leptos::{ev, html, prelude::*, text_prop::TextProp};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::unique_id;
use crate::browser::focus;

const GAP: f64 = 4.0;
const EDGE: f64 = 8.0;

/// Which edge of the button the panel follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    End,
}

/// The popover around the current component.
#[derive(Clone, Copy)]
pub struct PopoverHandle {
    panel: NodeRef<html::Div>,
    opened: Callback<()>,
}

impl PopoverHandle {
    /// Puts it where its content fits and takes the focus there, as when it opened: for content that came later.
    pub fn filled(self) {
        self.opened.try_run(());
    }

    /// Closes it, if it is open; the focus goes back to its button.
    pub fn close(self) {
        if let Some(panel) = self.panel.get_untracked() {
            // It refuses only when it is closed already.
            let _ = panel.hide_popover();
        }
    }
}

/// What a floating panel is made of; menus and popovers share it.
pub(super) struct Floating {
    pub role: &'static str,
    pub label: TextProp,
    /// Class of the button.
    pub class: String,
    pub trigger: AnyView,
    pub align: Align,
    pub on_open: Callback<HtmlElement>,
    pub on_key: Callback<(ev::KeyboardEvent, HtmlElement)>,
    pub content: ChildrenFn,
    /// The button shows no text of its own.
    pub trigger_label: Option<TextProp>,
}

pub(super) fn floating(parts: Floating) -> AnyView {
    let Floating { role, label, class, trigger, align, on_open, on_key, content, trigger_label } = parts;
    let id = unique_id("popover");
    let target = id.clone();
    let (button, panel) = (NodeRef::<html::Button>::new(), NodeRef::<html::Div>::new());
    let is_open = RwSignal::new(false);
    let is_placed = RwSignal::new(false);
    let opened = Callback::new(move |()| {
        let (Some(button), Some(panel)) = (button.get_untracked(), panel.get_untracked()) else { return };
        let is_open_now = panel.matches(":popover-open").unwrap_or(false);
        if is_open_now {
            place(&button, &panel, align);
            if !focus::is_inside(&panel) {
                on_open.run(panel.unchecked_into());
            }
        }
        is_placed.set(is_open_now);
        if !is_open_now {
            is_open.set(false);
        }
    });
    let toggled = move |_| opened.run(());
    let inner = move || {
        let content = content.clone();
        let handle = PopoverHandle { panel, opened };
        is_open.get().then(|| {
            // The owner is this closure's own, so nobody outside sees the handle.
            provide_context(handle);
            content()
        })
    };
    view! {
        <button
            type="button"
            class=class
            node_ref=button
            popovertarget=target
            aria-haspopup=role
            aria-expanded=move || if is_open.get() { "true" } else { "false" }
            aria-label=trigger_label.clone().map(|label| move || label.get())
            data-tip=trigger_label.map(|label| move || label.get())
        >
            {trigger}
        </button>
        <div
            class="popover"
            class:is-placed=move || is_placed.get()
            node_ref=panel
            id=id
            popover="auto"
            role=role
            aria-label=move || label.get()
            tabindex="-1"
            on:beforetoggle=move |event| {
                let state = js_sys::Reflect::get(&event, &"newState".into()).ok().and_then(|s| s.as_string());
                if state.as_deref() == Some("open") {
                    is_open.set(true);
                }
            }
            on:toggle=toggled
            on:keydown=move |event| {
                if let Some(panel) = panel.get_untracked() {
                    on_key.run((event, panel.unchecked_into()));
                }
            }
        >
            {reactive(inner)}
        </div>
    }
    .into_any()
}

/// A panel of anything beside the button that opens it; the phone shows it as a sheet at the bottom.
#[component]
pub fn Popover(
    /// Names the panel.
    #[prop(into)]
    label: TextProp,
    /// What the button shows.
    #[prop(into)]
    trigger: ViewFn,
    /// The button's classes.
    #[prop(default = "chip")]
    class: &'static str,
    #[prop(optional)] align: Align,
    children: ChildrenFn,
) -> impl IntoView {
    let on_open = Callback::new(|panel: HtmlElement| {
        if let Some(first) = focus::inside(&panel).first() {
            focus::quietly(first);
        }
    });
    let trigger = trigger.run();
    let on_key = Callback::new(|_| ());
    floating(Floating {
        role: "dialog",
        label,
        class: class.to_owned(),
        trigger,
        align,
        on_open,
        on_key,
        content: children,
        trigger_label: None,
    })
}

/// Puts `panel` below `anchor`, or above where there is more room, and inside the window.
pub(super) fn place(anchor: &Element, panel: &HtmlElement, align: Align) {
    let rect = anchor.get_bounding_client_rect();
    let window = window();
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or(0.0);
    let (width, height) = (size(window.inner_width()), size(window.inner_height()));
    let (panel_width, panel_height) = (f64::from(panel.offset_width()), f64::from(panel.offset_height()));
    let (below, above) = (height - rect.bottom() - EDGE, rect.top() - EDGE);
    let is_above = panel_height > below && above > below;
    let top = if is_above { (rect.top() - GAP - panel_height).max(EDGE) } else { rect.bottom() + GAP };
    let left = match align {
        Align::Start => rect.left(),
        Align::End => rect.right() - panel_width,
    };
    let left = left.min(width - panel_width - EDGE).max(EDGE);
    let room = if is_above { above } else { below } - GAP;
    let style = panel.style();
    for (name, value) in [("left", left), ("top", top), ("max-height", room.max(160.0))] {
        // The names and values are valid.
        let _ = style.set_property(name, &format!("{value}px"));
    }
}
