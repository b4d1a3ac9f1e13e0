//! The viewer's own menu: theme, language, shortcuts, and what the area adds.

use leptos::prelude::*;

use super::preferences::{Theme, use_preferences};
use crate::{
    area::{self, Loading},
    i18n::{self, Lang},
    t,
    ui::{Avatar, Icon, Menu, MenuChoice, MenuHeading, MenuItem, Person, Size, reactive, use_shortcuts},
};

#[component]
pub(super) fn UserMenu(#[prop(into)] me: Signal<Person>, load: fn() -> Loading) -> impl IntoView {
    let name = move || me.get().name;
    let trigger = move || {
        view! {
            {reactive(move || view! { <Avatar name=name() size=Size::Large decorative=true /> })}
            <span class="visually-hidden">{t!(shell.your_menu)}</span>
        }
    };
    view! {
        <Menu label=t!(shell.your_menu) trigger=trigger class="rail__me">
            {area::lazy_content(load())}
        </Menu>
    }
    .into_any()
}

/// The inside of the menu; `items` are what the area adds.
pub fn user_choices(items: AnyView) -> AnyView {
    let shortcuts = use_shortcuts();
    view! {
        {items}
        <ThemeChoices />
        <LanguageChoices />
        <MenuHeading label=t!(shell.help) />
        <MenuItem label=t!(ui.shortcuts) icon=Icon::KEYBOARD chord="?" on_press=move || shortcuts.is_listed.set(true) />
    }
    .into_any()
}

/// The three themes, for a menu.
#[component]
pub fn ThemeChoices() -> impl IntoView {
    let preferences = use_preferences();
    let choices = Theme::ALL.map(|theme| {
        let label = move || match theme {
            Theme::System => t!(shell.system)(),
            Theme::Light => t!(shell.light)(),
            Theme::Dark => t!(shell.dark)(),
        };
        let checked = Signal::derive(move || preferences.theme() == theme);
        view! { <MenuChoice label checked on_press=move || preferences.set_theme(theme) /> }
    });
    view! { <MenuHeading label=t!(shell.appearance) />{choices.collect_view()} }.into_any()
}

/// The languages in their own words, for a menu.
#[component]
pub fn LanguageChoices() -> impl IntoView {
    let preferences = use_preferences();
    let choices = Lang::ALL.map(|lang| {
        let label = match lang {
            Lang::En => "English",
            Lang::Vi => "Tiếng Việt",
        };
        let checked = Signal::derive(move || i18n::lang() == lang);
        view! { <MenuChoice label checked on_press=move || preferences.set_lang(lang) /> }
    });
    view! { <MenuHeading label=t!(shell.language) />{choices.collect_view()} }.into_any()
}
