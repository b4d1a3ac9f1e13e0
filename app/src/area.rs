//! Parts of the app that load when they are first opened, and what is shown when one does not come.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, reactive::computed::ScopedFuture, task::spawn_local, wasm_split::SplitLoaderError};

use crate::{
    browser::timer,
    shell::ChunkFailed,
    ui::{PopoverHandle, reactive},
};

/// An area on its way.
pub type Loading = Pin<Box<dyn Future<Output = Result<AnyView, SplitLoaderError>>>>;

/// The part, or the offer to reload: offline, or a newer version has replaced what this one would load.
fn shown(loaded: Result<AnyView, SplitLoaderError>) -> AnyView {
    loaded.unwrap_or_else(|_| ChunkFailed().into_any())
}

/// Shows a part once it is there, and nothing until then; its owner is the one that asked.
pub fn lazy(loading: Loading) -> AnyView {
    lazy_or(loading, || ().into_any())
}

/// Shows a part from the first time that it is wanted, such as a dialog, which closes by itself and opens again without loading.
pub fn lazy_since(is_wanted: impl Fn() -> bool + Send + Sync + 'static, load: impl Fn() -> Loading + Send + 'static) -> AnyView {
    let was_wanted = Memo::new(move |was: Option<&bool>| was == Some(&true) || is_wanted());
    reactive(move || was_wanted.get().then(|| lazy(load())))
}

/// Shows a part once it is there in the menu or the popover that was opened to see it, and takes the focus to it.
pub fn lazy_content(loading: Loading) -> AnyView {
    let popover = use_context::<PopoverHandle>();
    lazy(Box::pin(async move {
        let loaded = loading.await;
        if let Some(popover) = popover {
            timer::after_layout(move || popover.filled());
        }
        loaded
    }))
}

/// Shows a part once it is there, and `meanwhile` until then.
pub fn lazy_or(loading: Loading, meanwhile: fn() -> AnyView) -> AnyView {
    let view = StoredValue::new_local(None::<AnyView>);
    let is_there = RwSignal::new(false);
    spawn_local(ScopedFuture::new(async move {
        let loaded = shown(loading.await);
        // Who asked may have gone elsewhere meanwhile.
        if view.try_set_value(Some(loaded)).is_none() {
            let _ = is_there.try_set(true);
        }
    }));
    reactive(move || {
        let there = is_there.get().then(|| view.try_update_value(Option::take).flatten()).flatten();
        there.unwrap_or_else(meanwhile)
    })
}

/// Makes a function that loads a page with its area: `lazy_page!(settings, settings_part, SettingsPage)`.
#[macro_export]
macro_rules! lazy_page {
    ($load:ident, $area:ident, $page:path) => {
        #[leptos::wasm_split::wasm_split($area, wasm_split_path = ::leptos::wasm_split, fallible)]
        fn $load() -> Result<::leptos::prelude::AnyView, ::leptos::wasm_split::SplitLoaderError> {
            Ok(::leptos::prelude::IntoAny::into_any($page()))
        }
    };
}
