//! Theme and language: read from what the server wrote into the page, kept in cookies, switched without a reload.

use leptos::prelude::*;

use crate::{
    browser::{cookie, page},
    i18n::{self, Lang},
};

/// Light, dark, or as the device has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// As the cookie and `data-theme` have it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or_default()
    }
}

/// The viewer's choices.
#[derive(Clone, Copy, Debug)]
pub struct Preferences {
    theme: RwSignal<Theme>,
}

impl Preferences {
    /// What the cookies say; without one, the device's theme and the language of the page.
    pub fn from_page() -> Self {
        let theme = cookie::get("theme").map_or_else(Theme::default, |code| Theme::parse(&code));
        page::set_root("data-theme", theme.code());
        let lang = cookie::get("lang").or_else(|| page::root("lang")).and_then(|code| Lang::parse(&code)).unwrap_or_default();
        i18n::set_lang(lang);
        page::set_root("lang", lang.code());
        Self { theme: RwSignal::new(theme) }
    }

    /// The theme, tracked.
    pub fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Switches the theme and keeps it.
    pub fn set_theme(self, theme: Theme) {
        self.theme.set(theme);
        page::set_root("data-theme", theme.code());
        cookie::set("theme", theme.code());
    }

    /// Switches the language and keeps it.
    pub fn set_lang(self, lang: Lang) {
        i18n::set_lang(lang);
        page::set_root("lang", lang.code());
        cookie::set("lang", lang.code());
    }
}

/// The viewer's choices.
pub fn use_preferences() -> Preferences {
    use_context().expect("the app provides the preferences")
}
