//! When the lane of requests is drawn: once somebody waits, or the address names a request. Its code comes with the first one.

use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use muster_shared::{
    access::Permission,
    event::{EntityKind, LiveEvent},
    opportunity::Card,
};

use super::{
    api,
    ask::Questions,
    column::Column,
    panel::RequestPanel,
    requests::{Host, Requests},
};
use crate::{
    area,
    live::{Told, use_live},
    query::Query,
    session::use_session,
};

/// The requests beside the stages, and what is opened and asked of them.
#[component]
pub fn RequestLane(query: Query, is_carrying: Signal<bool>, on_deal: Callback<Card>) -> impl IntoView {
    let session = use_session();
    if !untrack(|| session.can(Permission::LeadRead)) {
        return ().into_any();
    }
    let is_wanted = RwSignal::new(false);
    let first = StoredValue::new(None::<LiveEvent>);
    let count = move || {
        spawn_local(async move {
            if api::count_waiting().await.is_ok_and(|count| count > 0) {
                is_wanted.try_set(true);
            }
        });
    };
    count();
    use_live().hear(move |told| match told {
        Told::Changed(event) if event.entity == EntityKind::Lead && is_wanted.try_get_untracked() == Some(false) => {
            first.try_set_value(Some(event.clone()));
            is_wanted.try_set(true);
        }
        Told::Hello(_) | Told::Resync => count(),
        Told::Changed(_) => {}
    });
    let host = Host { query, is_carrying, on_deal };
    let is_asked = move || is_wanted.get() || query.get("request").is_some();
    area::lazy_since(is_asked, move || Box::pin(load_lane(host, first.try_get_value().flatten())))
}

#[leptos::wasm_split::wasm_split(requests, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_lane(host: Host, first: Option<LiveEvent>) -> Result<AnyView, SplitLoaderError> {
    let requests = Requests::new(host, first);
    Ok(view! {
        <Column requests />
        <RequestPanel requests />
        <Questions requests />
    }
    .into_any())
}
