//! Saved views of lists and boards: the query of the address under a name.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    id::ViewId,
    view::{NewView, View, ViewPlace},
};

use crate::{
    api::{self, ApiError, Reading},
    query::use_query,
    session::use_session,
    t_now,
    ui::{SavedView, SavedViews, use_toaster},
};

async fn list(place: ViewPlace) -> Result<Vec<View>, ApiError> {
    api::get(&format!("/views?place={}", place.as_str())).await
}

async fn create(view: &NewView) -> Result<View, ApiError> {
    api::post("/views", view).await
}

async fn delete(id: ViewId, version: i64) -> Result<Option<i64>, ApiError> {
    api::delete(&format!("/views/{id}"), Some(version)).await
}

/// The menu of the views of a place: it opens, saves and deletes them.
#[component]
pub fn Views(place: ViewPlace) -> impl IntoView {
    let (query, toaster) = (use_query(), use_toaster());
    let me = use_session().me_untracked().user.id;
    let read = Reading::new(move || list(place));
    let all = Memo::new(move |_| read.get().and_then(Result::ok).unwrap_or_default());
    let views = Signal::derive(move || {
        let saved = |v: View| SavedView { id: v.id.to_string(), name: v.name, is_shared: v.shared, is_mine: v.owner_id == me };
        all.get().into_iter().map(saved).collect::<Vec<_>>()
    });
    let find = move |id: &str| all.with_untracked(|all| all.iter().find(|v| v.id.to_string() == id).cloned());
    // An open record is no part of a view.
    let shown = move || {
        let mut pairs: Vec<_> = query.pairs().into_iter().filter(|(name, _)| name != "card").collect();
        pairs.sort();
        pairs.into_iter().map(|(name, value)| format!("{name}={}", api::encode(&value))).collect::<Vec<_>>().join("&")
    };
    let current = Signal::derive(move || {
        let now = shown();
        all.with(|all| all.iter().find(|v| !now.is_empty() && v.query == now).map(|v| v.id.to_string()))
    });
    let open = move |id: String| {
        if let Some(view) = find(&id) {
            query.load(&view.query);
        }
    };
    let save = move |name: String, shared: bool| {
        let view = NewView { place, name, query: untrack(shown), shared };
        spawn_local(async move {
            match create(&view).await {
                Ok(view) => {
                    toaster.say(t_now!(view.saved, name = view.name));
                    read.refetch();
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    let remove = move |id: String| {
        let Some(view) = find(&id) else { return };
        spawn_local(async move {
            match delete(view.id, view.version).await {
                Ok(_) => {
                    toaster.say(t_now!(view.deleted, name = view.name));
                    read.refetch();
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    view! { <SavedViews views current on_open=open on_save=save on_delete=remove /> }.into_any()
}
