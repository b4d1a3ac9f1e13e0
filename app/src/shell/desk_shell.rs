//! The desk: rail of navigation (a bar at the bottom of a phone), palette, shortcuts, banner.

use leptos::prelude::*;

use super::{
    keys,
    nav::{NavItem, NavLink},
    user_menu::UserMenu,
};
use crate::{
    area::Loading,
    browser::media,
    t,
    ui::{CommandPalette, OfflineBanner, PaletteItem, PaletteLoad, Person, ShortcutsDialog, each},
};

/// The frame around the pages of the desk.
#[component]
pub fn DeskShell(
    /// The navigation in order; entries that are not allowed are left out.
    nav: Vec<NavItem>,
    #[prop(into)] me: Signal<Person>,
    /// The inside of the viewer's menu.
    user_menu: fn() -> Loading,
    /// The inside of the command palette.
    palette: PaletteLoad,
    /// Whether the live stream is lost.
    #[prop(optional, into)]
    is_lost: Signal<bool>,
    children: Children,
) -> impl IntoView {
    let is_online = media::use_online();
    let nav = StoredValue::new(nav);
    let allowed = move || nav.get_value().into_iter().filter(|item| item.is_allowed.get()).collect::<Vec<_>>();
    let pages = Signal::derive(move || {
        let page = |item: NavItem| PaletteItem::link(item.label, "", item.icon, item.href);
        allowed().into_iter().map(page).collect::<Vec<_>>()
    });
    view! {
        <a class="skip" href="#main">{t!(shell.skip)}</a>
        <div class="shell">
            <nav class="rail" aria-label=t!(shell.main_navigation)>
                <a class="rail__mark" href="/desk" aria-label="Muster">"M"</a>
                <div class="rail__items">{each(allowed, |item| item.href.to_owned(), |item| view! { <NavLink item /> }.into_any())}</div>
                <UserMenu me load=user_menu />
            </nav>
            <div class="shell__content">
                <OfflineBanner offline=Signal::derive(move || !is_online.get() || is_lost.get()) />
                {children()}
            </div>
        </div>
        <CommandPalette pages load=palette />
        <ShortcutsDialog load=keys::listed />
    }
    .into_any()
}
