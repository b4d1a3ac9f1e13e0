//! Buttons, and links that look like them.

use leptos::{prelude::*, text_prop::TextProp};

use super::{Glyph, Icon, Kbd};

/// How loud a button is; at most one `Main` a view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Main,
    #[default]
    Quiet,
    /// Without a border, for the chrome.
    Plain,
    /// Cannot be taken back.
    Danger,
}

/// Height of a control: 28, 36 or 46 px.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    Small,
    #[default]
    Medium,
    Large,
}

pub(super) fn class(kind: ButtonKind, size: Size) -> String {
    let kind = match kind {
        ButtonKind::Main => "button button--main",
        ButtonKind::Quiet => "button",
        ButtonKind::Plain => "button button--plain",
        ButtonKind::Danger => "button button--danger",
    };
    let size = match size {
        Size::Small => " button--small",
        Size::Medium => "",
        Size::Large => " button--large",
    };
    format!("{kind}{size}")
}

/// A button. While `busy` it keeps the focus, shows that it works and ignores presses.
#[component]
pub fn Button(
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: Size,
    #[prop(optional, into)] icon: Option<Icon>,
    /// The shortcut that does the same, shown as a key cap; registering it is the page's affair.
    #[prop(optional)]
    chord: Option<&'static str>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] busy: Signal<bool>,
    /// Sends the form around it.
    #[prop(optional)]
    submit: bool,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    let press = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_press) = on_press {
            on_press.run(());
        }
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class(kind, size)
            class:is-busy=move || busy.get()
            disabled=move || disabled.get()
            aria-busy=move || busy.get().then_some("true")
            on:click=press
        >
            {icon.map(|icon| view! { <Glyph icon /> })}
            <span class="button__label">{children()}</span>
            {chord.map(|chord| view! { <Kbd chord /> })}
        </button>
    }
    .into_any()
}

/// A button that is only an icon; `label` is its name and its tip.
#[component]
pub fn IconButton(
    #[prop(into)] icon: Signal<Icon>,
    #[prop(into)] label: TextProp,
    #[prop(optional)] size: Size,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// Makes it a toggle.
    #[prop(optional, into)]
    pressed: Option<Signal<bool>>,
    #[prop(optional, into)] on_press: Option<Callback<()>>,
) -> impl IntoView {
    let tip = label.clone();
    view! {
        <button
            type="button"
            class=format!("{} button--icon", class(ButtonKind::Plain, size))
            aria-label=move || label.get()
            data-tip=move || tip.get()
            aria-pressed=move || pressed.map(|p| if p.get() { "true" } else { "false" })
            disabled=move || disabled.get()
            on:click=move |_| {
                if let Some(on_press) = on_press {
                    on_press.run(());
                }
            }
        >
            <Glyph icon />
        </button>
    }
    .into_any()
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    #[prop(into)] href: TextProp,
    #[prop(optional)] kind: ButtonKind,
    #[prop(optional)] size: Size,
    #[prop(optional, into)] icon: Option<Icon>,
    children: Children,
) -> impl IntoView {
    view! {
        <a class=class(kind, size) href=move || href.get()>
            {icon.map(|icon| view! { <Glyph icon /> })}
            <span class="button__label">{children()}</span>
        </a>
    }
    .into_any()
}
