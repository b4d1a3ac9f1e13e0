//! The root: what every area shares, and which area an address belongs to.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{
    components::Router,
    hooks::use_location,
    location::{BrowserUrl, LocationProvider},
};

use crate::{
    area,
    configurator::Build,
    desk::Desk,
    shell::{NotFound, Preferences, RouteFocus},
    shop::{Follow, Request, Shop},
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
            <Areas />
        </Router>
        <Toasts />
    }
}

/// The areas by address. The routes are inside them, so that the start of the app knows none.
#[component]
fn Areas() -> impl IntoView {
    let path = use_location().pathname;
    let area = Memo::new(move |_| path.with(|path| Area::of(path)));
    // A link that was pressed is in the address only once a table of routes says that its page is there; here is none.
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |_| {
        path.track();
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
    });
    move || match area.get() {
        Some(Area::Desk) => area::lazy(Box::pin(desk())),
        Some(Area::Shop) => area::lazy(Box::pin(shop())),
        Some(Area::Follow) => area::lazy(Box::pin(follow())),
        Some(Area::Request) => area::lazy(Box::pin(request())),
        Some(Area::Build) => area::lazy(Box::pin(build())),
        None => NotFound().into_any(),
    }
}

/// A part of the app with addresses of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    Desk,
    Shop,
    /// A customer's order, behind a secret link.
    Follow,
    /// A customer's request for an offer, behind a secret link.
    Request,
    /// A product that is being configured.
    Build,
}

impl Area {
    fn of(path: &str) -> Option<Self> {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some("desk"), _, _) => Some(Self::Desk),
            (None, _, _) => Some(Self::Shop),
            (Some("follow"), Some(_), None) => Some(Self::Follow),
            (Some("request"), Some(_), None) => Some(Self::Request),
            (Some("build"), Some(_), None) => Some(Self::Build),
            _ => None,
        }
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

#[leptos::wasm_split::wasm_split(follow, wasm_split_path = ::leptos::wasm_split, fallible)]
fn follow() -> Result<AnyView, SplitLoaderError> {
    Ok(Follow().into_any())
}

#[leptos::wasm_split::wasm_split(request, wasm_split_path = ::leptos::wasm_split, fallible)]
fn request() -> Result<AnyView, SplitLoaderError> {
    Ok(Request().into_any())
}

#[leptos::wasm_split::wasm_split(build, wasm_split_path = ::leptos::wasm_split, fallible)]
fn build() -> Result<AnyView, SplitLoaderError> {
    Ok(Build().into_any())
}

#[cfg(test)]
mod tests {
    use super::Area;

    #[track_caller]
    fn check(path: &str, area: Option<Area>) {
        assert_eq!(Area::of(path), area, "{path}");
    }

    #[test]
    fn an_address_belongs_to_one_area() {
        check("/", Some(Area::Shop));
        check("/desk", Some(Area::Desk));
        check("/desk/board", Some(Area::Desk));
        check("/follow/abc", Some(Area::Follow));
        check("/follow", None);
        check("/follow/abc/more", None);
        check("/request/abc", Some(Area::Request));
        check("/request", None);
        check("/build/mira", Some(Area::Build));
        check("/build", None);
        check("/nowhere", None);
    }
}
