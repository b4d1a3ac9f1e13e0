//! Parts of the app that load when they are first opened, and what is shown when one does not come.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local, wasm_split::SplitLoaderError};

use crate::shell::ChunkFailed;
use crate::ui::reactive;

/// An area on its way.
pub type Loading = Pin<Box<dyn Future<Output = Result<AnyView, SplitLoaderError>>>>;

/// The area, or the offer to reload: offline, or a newer version has replaced what this one would load.
pub fn shown(loaded: Result<AnyView, SplitLoaderError>) -> AnyView {
    loaded.unwrap_or_else(|_| ChunkFailed().into_any())
}

/// Shows an area once it is there; its owner is the one that asked.
pub fn lazy(loading: Loading) -> AnyView {
    let view = StoredValue::new_local(None::<AnyView>);
    let is_there = RwSignal::new(false);
    spawn_local(ScopedFuture::new(async move {
        let loaded = shown(loading.await);
        // Who asked may have gone elsewhere meanwhile.
        if view.try_set_value(Some(loaded)).is_none() {
            let _ = is_there.try_set(true);
        }
    }));
    reactive(move || is_there.get().then(|| view.try_update_value(Option::take).flatten()))
}

/// Makes a route out of a page in an area: `lazy_page!(SettingsRoute, load_settings, settings, SettingsPage)`.
#[macro_export]
macro_rules! lazy_page {
    ($route:ident, $load:ident, $area:ident, $page:path) => {
        struct $route;

        impl ::leptos_router::LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> ::leptos::prelude::AnyView {
                $crate::area::shown($load().await)
            }
        }

        #[leptos::wasm_split::wasm_split($area, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $load() -> Result<::leptos::prelude::AnyView, ::leptos::wasm_split::SplitLoaderError> {
            Ok(::leptos::prelude::IntoAny::into_any($page()))
        }
    };
}
