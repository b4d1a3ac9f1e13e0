//! The root: what every area shares, and which area an address belongs to.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{
    Lazy, LazyRoute, StaticSegment, WildcardSegment,
    components::{Route, Router, Routes},
};

use crate::{
    desk::Desk,
    shell::{ChunkFailed, NotFound, Preferences, RouteFocus},
    shop::Shop,
    ui::{Palette, Shortcuts, Toaster, Toasts},
};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Toaster::new());
    provide_context(Shortcuts::new());
    provide_context(Palette::new());
    provide_context(Preferences::from_page());
    provide_context(RouteFocus::new());
    view! {
        <Router>
            <Routes fallback=NotFound>
                <Route path=(StaticSegment("desk"), WildcardSegment("page")) view={Lazy::<DeskArea>::new()} />
                <Route path=WildcardSegment("page") view={Lazy::<ShopArea>::new()} />
            </Routes>
        </Router>
        <Toasts />
    }
}

struct DeskArea;

impl LazyRoute for DeskArea {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        desk().await.unwrap_or_else(|_| ChunkFailed().into_any())
    }
}

struct ShopArea;

impl LazyRoute for ShopArea {
    fn data() -> Self {
        Self
    }

    async fn view(_: Self) -> AnyView {
        shop().await.unwrap_or_else(|_| ChunkFailed().into_any())
    }
}

#[leptos::wasm_split::wasm_split(desk, wasm_split_path = ::leptos::wasm_split, fallible)]
fn desk() -> Result<AnyView, SplitLoaderError> {
    Ok(Desk().into_any())
}

#[leptos::wasm_split::wasm_split(shop, wasm_split_path = ::leptos::wasm_split, fallible)]
fn shop() -> Result<AnyView, SplitLoaderError> {
    Ok(Shop().into_any())
}
