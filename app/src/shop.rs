//! The shop: what customers see.

mod api;
mod follow;
pub mod kept;
mod landscape;
mod request;
mod route;
mod start;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::company::SetupState;

pub use self::api::request;

use self::{follow::FollowPage, request::RequestPage, start::StartPage};
use crate::{shell::ShopShell, t};

/// The area's start page.
#[component]
pub fn Shop() -> impl IntoView {
    let state = state();
    view! { <ShopShell brand=brand(state)><StartPage state /></ShopShell> }.into_any()
}

/// The area behind a customer's secret link.
#[component]
pub fn Follow() -> impl IntoView {
    view! { <ShopShell brand=brand(state())><FollowPage /></ShopShell> }.into_any()
}

/// The area behind the link of a customer's request for an offer.
#[component]
pub fn Request() -> impl IntoView {
    let links = || view! { <a href="/">{t!(configurator.models)}</a> };
    view! { <ShopShell brand=brand(state()) links><RequestPage /></ShopShell> }.into_any()
}

/// Whose shop this is, once known; without it the page is nameless and still whole.
pub fn state() -> Signal<Option<SetupState>> {
    let state = RwSignal::new(None);
    spawn_local(async move {
        if let Ok(read) = api::state().await {
            let _ = state.try_set(Some(read));
        }
    });
    state.into()
}

pub fn brand(state: Signal<Option<SetupState>>) -> Signal<String> {
    Signal::derive(move || state.get().and_then(|state| state.company).unwrap_or_else(|| "Muster".to_owned()))
}
