//! The shop: a quiet head and foot around what the customer looks at.

use leptos::prelude::*;

use super::user_menu::{LanguageChoices, ThemeChoices};
use crate::{
    i18n::{self, Lang},
    t,
    ui::{Glyph, Icon, Menu, PopoverAlign},
};

/// The frame around the pages of the shop.
#[component]
pub fn ShopShell(
    /// The maker's name.
    #[prop(into)]
    brand: Signal<String>,
    /// Links of the head.
    #[prop(optional, into)]
    links: ViewFn,
    children: Children,
) -> impl IntoView {
    let code = || match i18n::lang() {
        Lang::En => "EN",
        Lang::Vi => "VI",
    };
    let trigger = move || view! { <Glyph icon=Icon::GLOBE /> <span>{code}</span> <Glyph icon=Icon::CHEVRON_DOWN /> };
    view! {
        <a class="skip" href="#main">{t!(shell.skip)}</a>
        <div class="shop">
            <header class="shop__head">
                <a class="shop__brand" href="/">{brand}</a>
                <nav class="shop__nav" aria-label=t!(shop.navigation)>{links.run()}</nav>
                <Menu label=t!(shell.language) trigger=trigger class="button button--plain button--small" align=PopoverAlign::End>
                    <LanguageChoices />
                    <ThemeChoices />
                </Menu>
            </header>
            {children()}
            <footer class="shop__foot"><a href="/desk">{t!(shop.staff)}</a></footer>
        </div>
    }
    .into_any()
}
