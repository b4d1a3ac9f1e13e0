//! The frame of the pages before sign-in: mark, company, language and theme; the form; a picture beside it.

use leptos::{prelude::*, text_prop::TextProp};

use super::{api, scene::Scene};
use crate::{
    api::Reading,
    browser::{cookie, page},
    i18n::{self, Lang},
    shell::{LanguageChoices, Preferences, ThemeChoices},
    t,
    ui::{Glyph, Icon, Menu, PopoverAlign, reactive},
};

/// Names the document after the page.
pub fn use_title(title: impl Into<TextProp>) {
    let title = title.into();
    Effect::new(move |_| page::set_title(&format!("{} · Muster", title.get())));
}

/// The company's name, once it is known.
pub fn use_company() -> Signal<Option<String>> {
    let state = Reading::new(api::setup_state);
    Signal::derive(move || state.get().and_then(Result::ok).and_then(|state| state.company))
}

/// Takes over the language of who signed in, unless this browser's user chose one before.
pub fn adopt_lang(preferences: Preferences, lang: Lang) {
    if cookie::get("lang").is_none() {
        preferences.set_lang(lang);
    }
}

/// Mark, company name, language and theme.
#[component]
pub fn GateTop(#[prop(into)] company: Signal<Option<String>>) -> impl IntoView {
    let code = || i18n::lang().code().to_uppercase();
    let trigger = move || view! { <Glyph icon=Icon::GLOBE /> <span>{code}</span> <Glyph icon=Icon::CHEVRON_DOWN /> };
    view! {
        <header class="gate__top">
            <span class="gate__mark" aria-hidden="true">"M"</span>
            <span class="gate__company">{reactive(move || company.get().unwrap_or_else(|| "Muster".to_owned()))}</span>
            <span class="gate__grow"></span>
            <Menu label=t!(shell.language) trigger=trigger align=PopoverAlign::End>
                <LanguageChoices />
                <ThemeChoices />
            </Menu>
        </header>
    }
    .into_any()
}

/// A page with a form of its own and the picture beside it.
#[component]
pub fn Gate(children: Children) -> impl IntoView {
    let company = use_company();
    view! {
        <main class="gate gate--plain" id="main">
            <div class="gate__form">
                <GateTop company />
                <div class="gate__body">{children()}</div>
                <footer class="gate__foot"><a class="gate__link" href="/">{t!(identity.for_customers)}</a></footer>
            </div>
            <div class="gate__scene"><Scene /></div>
        </main>
    }
    .into_any()
}
