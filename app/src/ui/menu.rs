//! Menus: a button and the actions behind it.

use leptos::{ev, prelude::*, text_prop::TextProp};
use muster_shared::fold::fold;
use web_sys::HtmlElement;

use super::{
    Glyph, Icon, Kbd,
    popover::{Align, Floating, PopoverHandle, floating},
    reactive,
};
use crate::browser::focus::{self, Step};

const ITEMS: &str = "[role^=menuitem]:not([disabled])";

/// A menu of [`MenuItem`]s. Arrow keys, Home, End and first letters move; Escape and a choice close it.
#[component]
pub fn Menu(
    /// Names the menu, and its button where `trigger` is only an icon.
    #[prop(into)]
    label: TextProp,
    /// What the button shows; without it, three dots.
    #[prop(optional, into)]
    trigger: Option<ViewFn>,
    /// The button's classes.
    #[prop(optional)]
    class: Option<&'static str>,
    #[prop(optional)] align: Align,
    children: ChildrenFn,
) -> impl IntoView {
    let class = class.unwrap_or(if trigger.is_some() { "chip" } else { "button button--plain button--icon" }).to_owned();
    let trigger_label = trigger.is_none().then(|| label.clone());
    let trigger = trigger.map_or_else(|| view! { <Glyph icon=Icon::ELLIPSIS /> }.into_any(), |trigger| trigger.run());
    let on_open = Callback::new(|panel: HtmlElement| focus::rove(&panel, ITEMS, Step::First));
    let on_key = Callback::new(|(event, panel): (ev::KeyboardEvent, HtmlElement)| roving_key(&event, &panel));
    floating(Floating { role: "menu", label, class, trigger, align, on_open, on_key, content: children, trigger_label })
}

fn roving_key(event: &ev::KeyboardEvent, panel: &HtmlElement) {
    let key = event.key();
    let step = match key.as_str() {
        "ArrowDown" => Step::Next,
        "ArrowUp" => Step::Previous,
        "Home" => Step::First,
        "End" => Step::Last,
        letter if letter.chars().count() == 1 && !event.ctrl_key() && !event.meta_key() => {
            let wanted = fold(letter);
            let items = focus::matching(panel, ITEMS);
            if let Some(item) = items.iter().find(|item| fold(item.inner_text().trim()).starts_with(&wanted)) {
                // The item is on the screen, so it takes the focus.
                let _ = item.focus();
            }
            return;
        }
        _ => return,
    };
    event.prevent_default();
    focus::rove(panel, ITEMS, step);
}

/// One action of a menu.
#[component]
pub fn MenuItem(
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] icon: Option<Icon>,
    #[prop(optional)] chord: Option<&'static str>,
    /// Cannot be taken back.
    #[prop(optional)]
    danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
) -> impl IntoView {
    let menu = use_context::<PopoverHandle>();
    view! {
        <button
            type="button"
            role="menuitem"
            tabindex="-1"
            class="menu__item"
            class:menu__item--danger=danger
            disabled=move || disabled.get()
            on:click=move |_| {
                if let Some(menu) = menu {
                    menu.close();
                }
                on_press.run(());
            }
        >
            <span class="menu__icon">{icon.map(|icon| view! { <Glyph icon /> })}</span>
            <span class="menu__label">{reactive(move || label.get())}</span>
            {chord.map(|chord| view! { <Kbd chord /> })}
        </button>
    }
    .into_any()
}

/// One of several settings in a menu; the one in force is ticked.
#[component]
pub fn MenuChoice(
    #[prop(into)] label: TextProp,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_press: Callback<()>,
    /// Keeps the menu open, for ticking several.
    #[prop(optional)]
    stays: bool,
) -> impl IntoView {
    let menu = use_context::<PopoverHandle>();
    view! {
        <button
            type="button"
            role=if stays { "menuitemcheckbox" } else { "menuitemradio" }
            aria-checked=move || if checked.get() { "true" } else { "false" }
            tabindex="-1"
            class="menu__item"
            on:click=move |_| {
                if let (Some(menu), false) = (menu, stays) {
                    menu.close();
                }
                on_press.run(());
            }
        >
            <span class="menu__icon">{reactive(move || checked.get().then(|| view! { <Glyph icon=Icon::CHECK /> }))}</span>
            <span class="menu__label">{reactive(move || label.get())}</span>
        </button>
    }
    .into_any()
}

/// A menu item that goes somewhere.
#[component]
pub fn MenuLink(#[prop(into)] label: TextProp, #[prop(into)] href: String, #[prop(optional, into)] icon: Option<Icon>) -> impl IntoView {
    let menu = use_context::<PopoverHandle>();
    view! {
        <a
            role="menuitem"
            tabindex="-1"
            class="menu__item"
            href=href
            on:click=move |_| {
                if let Some(menu) = menu {
                    menu.close();
                }
            }
        >
            <span class="menu__icon">{icon.map(|icon| view! { <Glyph icon /> })}</span>
            <span class="menu__label">{reactive(move || label.get())}</span>
        </a>
    }
    .into_any()
}

/// A heading between items.
#[component]
pub fn MenuHeading(#[prop(into)] label: TextProp) -> impl IntoView {
    view! { <div class="menu__heading" role="presentation">{reactive(move || label.get())}</div> }.into_any()
}
