//! The page that shows every component of the kit in every state.

use leptos::prelude::*;

use crate::{shell::Page, t};

/// `/desk/kit`
#[component]
pub fn KitPage() -> impl IntoView {
    view! { <Page title=t!(kit.title)><p></p></Page> }.into_any()
}
