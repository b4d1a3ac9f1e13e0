//! Building a product: picture, choices, price, and what every click brings with it.

mod api;
mod ask;
mod options;
mod page;
mod picture;
mod price;
mod refusal;
mod way;

use leptos::prelude::*;

use self::page::BuildPage;

/// The area at `/build/:model`.
#[component]
pub fn Build() -> impl IntoView {
    view! { <BuildPage /> }.into_any()
}
