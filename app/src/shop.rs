//! The shop: what customers see.

mod api;
mod follow;
mod landscape;
mod start;

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route},
    path,
};

use self::{follow::FollowPage, start::StartPage};
use crate::shell::{NotFound, ShopShell};

/// The area for customers.
#[component]
pub fn Shop() -> impl IntoView {
    let state = LocalResource::new(api::state);
    let state = Signal::derive(move || state.get().and_then(Result::ok));
    let brand = Signal::derive(move || state.get().and_then(|state| state.company).unwrap_or_else(|| "Muster".to_owned()));
    view! {
        <ShopShell brand>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=move || view! { <StartPage state /> } />
                <Route path=path!("/follow/:token") view=FollowPage />
            </FlatRoutes>
        </ShopShell>
    }
    .into_any()
}
