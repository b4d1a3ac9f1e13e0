//! The commands that are there without searching: pages, new records, views, pipelines, rooms, appearance, leaving.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    view::{View, ViewPlace},
};

use crate::{
    api,
    i18n::{Lang, lang},
    opportunity::use_stages,
    session::{self, use_session},
    settings::rooms,
    shell::{Theme, use_preferences},
    t_now,
    ui::{Icon, PaletteItem, PaletteRun, use_toaster},
};

/// All that the person may do, `pages` first. Read when the palette opens; only the views come later.
pub fn all(pages: Signal<Vec<PaletteItem>>) -> Signal<Vec<PaletteItem>> {
    let fixed = StoredValue::new(untrack(|| [pipelines(), settings_rooms(), appearance(), vec![leaving()]].concat()));
    let (new, views) = (StoredValue::new(untrack(new_records)), saved_views());
    Signal::derive(move || [pages.get(), new.get_value(), views.get(), fixed.get_value()].concat())
}

fn act(label: impl Into<TextProp>, detail: &str, icon: Icon, action: Arc<dyn Fn() + Send + Sync>) -> PaletteItem {
    PaletteItem { label: label.into(), detail: detail.to_owned(), icon, run: PaletteRun::Act(action) }
}

fn new_records() -> Vec<PaletteItem> {
    let session = use_session();
    let new = [
        (t_now!(board.new), Permission::OpportunityWrite, "/desk/opportunities/new"),
        (t_now!(account.new), Permission::AccountWrite, "/desk/accounts/new"),
        (t_now!(contact.new), Permission::AccountWrite, "/desk/contacts/new"),
        (t_now!(studio.new_model), Permission::CatalogManage, "/desk/models?new=yes"),
    ];
    let allowed = new.into_iter().filter(|(_, permission, _)| session.can(*permission));
    allowed.map(|(label, _, href)| PaletteItem::link(label, "", Icon::PLUS, href)).collect()
}

/// The boards of the pipelines, where there are several.
fn pipelines() -> Vec<PaletteItem> {
    let pipelines = use_stages().pipelines();
    if pipelines.len() < 2 {
        return Vec::new();
    }
    let board = |p: muster_shared::opportunity::Pipeline| {
        PaletteItem::link(p.name.get(lang()).to_owned(), t_now!(board.pipeline), Icon::KANBAN, format!("/desk/board?pipeline={}", p.id))
    };
    pipelines.into_iter().map(board).collect()
}

fn settings_rooms() -> Vec<PaletteItem> {
    rooms().into_iter().map(|(label, icon, href)| PaletteItem::link(label, t_now!(settings.title), icon, href)).collect()
}

fn appearance() -> Vec<PaletteItem> {
    let preferences = use_preferences();
    let theme = |(theme, label): (Theme, &'static str)| {
        act(label, t_now!(shell.appearance), Icon::SUN, Arc::new(move || preferences.set_theme(theme)))
    };
    let themes = [(Theme::System, t_now!(shell.system)), (Theme::Light, t_now!(shell.light)), (Theme::Dark, t_now!(shell.dark))];
    let language = |(lang, label): (Lang, &'static str)| {
        act(label, t_now!(shell.language), Icon::LANGUAGES, Arc::new(move || preferences.set_lang(lang)))
    };
    let languages = [(Lang::En, "English"), (Lang::Vi, "Tiếng Việt")];
    themes.into_iter().map(theme).chain(languages.into_iter().map(language)).collect()
}

fn leaving() -> PaletteItem {
    let toaster = use_toaster();
    act(t_now!(desk.sign_out), "", Icon::LOG_OUT, Arc::new(move || session::leave(toaster)))
}

/// The saved views of all places; without an answer there are none to offer.
fn saved_views() -> RwSignal<Vec<PaletteItem>> {
    let views = RwSignal::new(Vec::new());
    spawn_local(async move {
        let found = api::get::<Vec<View>>("/views").await.unwrap_or_default();
        // The palette may be closed by now.
        let _ = views.try_set(found.into_iter().filter_map(view).collect());
    });
    views
}

fn view(view: View) -> Option<PaletteItem> {
    let (page, place) = match view.place {
        ViewPlace::Board => ("board", t_now!(desk.board)),
        ViewPlace::Opportunities => ("opportunities", t_now!(desk.opportunities)),
        ViewPlace::Accounts => ("accounts", t_now!(desk.accounts)),
        ViewPlace::Contacts => ("contacts", t_now!(desk.contacts)),
        ViewPlace::Users => return None,
    };
    Some(PaletteItem::link(view.name, place, Icon::BOOKMARK, format!("/desk/{page}?{}", view.query)))
}
