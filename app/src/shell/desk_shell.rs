//! The desk: rail of navigation (a bar at the bottom of a phone), palette, shortcuts, banner.

use leptos::prelude::*;

use super::{
    keys,
    nav::{NavItem, NavLink},
    user_menu::UserMenu,
};
use crate::{
    browser::media,
    t,
    ui::{CommandPalette, OfflineBanner, PaletteItem, PaletteLoad, Person, ShortcutsDialog},
};

/// What pages of the desk share with the shell.
#[derive(Clone, Copy, Debug)]
pub struct DeskContext {
    /// Who else looks at the same thing now.
    pub presence: Signal<Vec<Person>>,
}

/// The frame around the pages of the desk.
#[component]
pub fn DeskShell(
    /// The navigation in order; entries that are not allowed are left out.
    nav: Vec<NavItem>,
    #[prop(into)] me: Signal<Person>,
    /// More items of the viewer's menu, such as signing out.
    #[prop(into)]
    menu_items: ViewFn,
    /// The inside of the command palette.
    palette: PaletteLoad,
    #[prop(into)] presence: Signal<Vec<Person>>,
    /// Whether the live stream is lost.
    #[prop(optional, into)]
    is_lost: Signal<bool>,
    children: Children,
) -> impl IntoView {
    provide_context(DeskContext { presence });
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
                <div class="rail__items">
                    <For each=allowed key=|item| item.href let:item><NavLink item /></For>
                </div>
                <UserMenu me items=menu_items />
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
