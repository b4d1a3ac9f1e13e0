//! Saved views of lists and boards: the query of the address under a name.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use muster_shared::{
    access::Permission,
    id::ViewId,
    view::{NewView, View, ViewPlace},
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::{
    api::{self, ApiError, Reading, plain},
    area::Loading,
    event::{Wording, offer_undo},
    query::{Query, use_query},
    records::{PAGE, write_columns},
    session::use_session,
    t_now,
    ui::{SavedView, SavedViews, ViewMenu, save_view, use_toaster, view_choices},
};

/// The name of the hidden columns in an address.
const COLUMNS: &str = "hide=";

async fn list(place: ViewPlace) -> Result<Vec<View>, ApiError> {
    api::get(&format!("/views?place={}", place.as_str())).await
}

async fn create(view: &NewView) -> Result<Option<i64>, ApiError> {
    Ok(api::create::<IgnoredAny>("/views", view).await?.event)
}

async fn change(id: ViewId, version: i64, query: String) -> Result<Option<i64>, ApiError> {
    let fields: Map<String, Value> = [("query".to_owned(), query.into())].into_iter().collect();
    Ok(api::patch::<IgnoredAny>(&format!("/views/{id}"), version, &fields).await?.event)
}

async fn delete(id: ViewId, version: i64) -> Result<Option<i64>, ApiError> {
    api::delete(&format!("/views/{id}"), Some(version)).await
}

/// The menu of the views of a place: it opens, saves, changes and deletes them.
#[component]
pub fn Views(
    place: ViewPlace,
    /// The columns that are not shown, where the place has columns: a view keeps them.
    #[prop(optional, into)]
    hidden: Option<Signal<Vec<String>>>,
) -> impl IntoView {
    let query = use_query();
    let read = Reading::new(move || list(place));
    let all = Memo::new(move |_| read.get().and_then(Result::ok).unwrap_or_default());
    let shown = move || kept(query.pairs(), hidden.map(|hidden| hidden.with(|hidden| write_columns(hidden))));
    let current = Memo::new(move |_| {
        let now = shown();
        all.with(|all| all.iter().find(|v| is_shown(&v.query, &now)).map(|v| v.id))
    });
    // The view that was opened last and then narrowed further, or sorted in another way.
    let opened = Memo::new(move |before: Option<&Option<ViewId>>| current.get().or_else(|| before.copied().flatten()));
    let name = Signal::derive(move || all.with(|all| all.iter().find(|v| Some(v.id) == current.get()).map(|v| v.name.clone())));
    let undone = Callback::new(move |_: Option<ApiError>| {
        read.refetch();
        false
    });
    let shown = Signal::derive(shown);
    let here = Here { place, query, read, all, shown, current, opened, undone };
    let content = Arc::new(move |is_saving| Box::pin(load_choices(here, is_saving)) as Loading);
    let dialog = Arc::new(move |is_saving| Box::pin(load_dialog(here, is_saving)) as Loading);
    view! { <SavedViews name content dialog /> }.into_any()
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_choices(here: Here, is_saving: RwSignal<bool>) -> Result<AnyView, SplitLoaderError> {
    Ok(view_choices(here.menu(), is_saving))
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_dialog(here: Here, is_saving: RwSignal<bool>) -> Result<AnyView, SplitLoaderError> {
    Ok(save_view(here.menu(), is_saving))
}

/// What outlives the menu.
#[derive(Clone, Copy)]
struct Here {
    place: ViewPlace,
    query: Query,
    read: Reading<Vec<View>>,
    all: Memo<Vec<View>>,
    /// What a view saved now would keep.
    shown: Signal<Vec<String>>,
    current: Memo<Option<ViewId>>,
    opened: Memo<Option<ViewId>>,
    undone: Callback<Option<ApiError>, bool>,
}

impl Here {
    fn menu(self) -> ViewMenu {
        let Self { place, query, all, shown, current, opened, .. } = self;
        let session = use_session();
        let me = session.me_untracked().user.id;
        let may_share = Signal::derive(move || session.can(Permission::ViewShare));
        let views = Signal::derive(move || {
            let saved = |v: View| {
                let is_mine = v.owner_id == me || (v.shared && may_share.get());
                SavedView { id: v.id.to_string(), name: v.name, is_shared: v.shared, is_mine }
            };
            all.get().into_iter().map(saved).collect::<Vec<_>>()
        });
        let find = move |id: &str| all.with_untracked(|all| all.iter().find(|v| v.id.to_string() == id).cloned());
        let done = self.teller();
        let open = move |id: String| {
            if let Some(view) = find(&id) {
                query.load(&view.query);
            }
        };
        let save = move |(name, shared): (String, bool)| {
            let text = t_now!(view.saved, name = name);
            let view = NewView { place, name, query: shown.get_untracked().join("&"), shared };
            spawn_local(async move { done(create(&view).await, text) });
        };
        let update = move |id: String| {
            let Some(view) = find(&id) else { return };
            let (text, query) = (t_now!(view.updated, name = view.name), shown.get_untracked().join("&"));
            spawn_local(async move { done(change(view.id, view.version, query).await, text) });
        };
        let remove = move |id: String| {
            let Some(view) = find(&id) else { return };
            let text = t_now!(view.deleted, name = view.name);
            spawn_local(async move { done(delete(view.id, view.version).await, text) });
        };
        let id = |view: Memo<Option<ViewId>>| Signal::derive(move || view.get().map(|id| id.to_string()));
        ViewMenu {
            views,
            current: id(current),
            opened: id(opened),
            may_share,
            on_open: Callback::new(open),
            on_save: Callback::new(save),
            on_update: Callback::new(update),
            on_delete: Callback::new(remove),
        }
    }

    /// Tells what came of a change, with a way to take it back; the menu may be gone by then.
    fn teller(self) -> impl Fn(Result<Option<i64>, ApiError>, String) + Copy {
        let (toaster, read, undone) = (use_toaster(), self.read, self.undone);
        let wording = Wording::new(|_| None, |_, value| plain(value));
        move |answer, text| {
            read.refetch();
            match answer {
                Ok(event) => offer_undo(toaster, text, event, wording, undone),
                Err(error) => toaster.fail(error),
            }
        }
    }
}

/// What a view keeps of an address: all but the open record and the page of a list; and the hidden columns.
fn kept(mut pairs: Vec<(String, String)>, hidden: Option<String>) -> Vec<String> {
    pairs.retain(|(name, _)| name != "card" && name != "hide" && !PAGE.contains(&name.as_str()));
    pairs.sort();
    let parts = pairs.into_iter().map(|(name, value)| format!("{name}={}", api::encode(&value)));
    parts.chain(hidden.map(|hidden| format!("{COLUMNS}{}", api::encode(&hidden)))).collect()
}

/// Whether a view is what is shown now; one that names no columns takes any.
fn is_shown(view: &str, now: &[String]) -> bool {
    let parts: Vec<&str> = view.split('&').filter(|part| !part.is_empty()).collect();
    let names_columns = parts.iter().any(|part| part.starts_with(COLUMNS));
    let mut wanted = now.iter().filter(|part| names_columns || !part.starts_with(COLUMNS));
    let count = wanted.clone().count();
    count > 0 && count == parts.len() && wanted.all(|part| parts.contains(&part.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_view_keeps_filter_order_and_columns_but_no_page() {
        let address =
            [("sort", "-name"), ("after", "abc"), ("page", "3"), ("trail", "x.y"), ("card", "7"), ("hide", "old"), ("city", "Huế")];
        assert_eq!(kept(pairs(&address), Some("mail,phone".into())), ["city=Hu%E1%BA%BF", "sort=-name", "hide=mail,phone"]);
        assert_eq!(kept(pairs(&address[..1]), None), ["sort=-name"]);
    }

    #[test]
    fn a_view_is_shown_whatever_the_page_and_with_its_columns_where_it_names_them() {
        let now = |hidden: &str| kept(pairs(&[("sort", "-name"), ("after", "abc")]), Some(hidden.to_owned()));
        assert!(is_shown("sort=-name", &now("mail")));
        assert!(is_shown("hide=mail&sort=-name", &now("mail")));
        assert!(!is_shown("sort=-name&hide=mail", &now("none")));
        assert!(!is_shown("sort=name", &now("mail")));
        assert!(!is_shown("", &kept(Vec::new(), Some("none".into()))));
    }
}
