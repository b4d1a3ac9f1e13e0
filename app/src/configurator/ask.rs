//! Asking for an offer of what was built: the button, and the dialog behind it.

mod again;
mod form;
mod told;

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use muster_shared::lead::{RequestAnswer, RequestView};

use super::way::Way;
use crate::{
    area::{self, Loading},
    browser::{format, page},
    i18n::lang,
    shop::{self, kept},
    t, t_now,
    ui::{Button, ButtonKind, Dialog, Failure, Reading, Size, Skeleton, reactive, use_toaster},
};

/// The button of the price bar. Its dialog comes as soon as the page is used, so that it is there without a network too.
#[component]
pub fn Ask(way: Way, brand: Signal<String>) -> impl IntoView {
    let (open, is_used, has_failed) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    page::once_used(move || {
        let _ = is_used.try_set(true);
    });
    let toaster = use_toaster();
    let failed = move || {
        open.set(false);
        let (title, text) = (t_now!(shell.chunk_failed).to_owned(), t_now!(shell.chunk_failed_text).to_owned());
        toaster.fail(Failure { title, text, ..Failure::default() });
    };
    let load = move || -> Loading {
        Box::pin(async move {
            let loaded = load_dialog(way, brand, open).await;
            if loaded.is_err() && has_failed.try_set(true).is_none() && open.get_untracked() {
                failed();
            }
            Ok(loaded.unwrap_or_else(|_| ().into_any()))
        })
    };
    let press = move || if has_failed.get_untracked() { failed() } else { open.set(true) };
    view! {
        <Button kind=ButtonKind::Main size=Size::Large on_press=press>{t!(request.ask)}</Button>
        {area::lazy_since(move || is_used.get() || open.get(), load)}
    }
    .into_any()
}

#[leptos::wasm_split::wasm_split(ask, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_dialog(way: Way, brand: Signal<String>, open: RwSignal<bool>) -> Result<AnyView, SplitLoaderError> {
    Ok(dialog(Asking { way, brand, open, told: RwSignal::new(None), is_anew: RwSignal::new(false) }))
}

/// What the server said.
#[derive(Clone)]
enum Told {
    /// Somebody answers, to the phone or by mail.
    Asked { answer: RequestAnswer, by_phone: bool },
    /// The other build arrived, whose price was shown as this.
    Changed { view: RequestView, token: String, shown: i64 },
}

/// The dialog.
#[derive(Clone, Copy)]
struct Asking {
    way: Way,
    brand: Signal<String>,
    open: RwSignal<bool>,
    told: RwSignal<Option<Told>>,
    /// Who asked before wants to ask anew.
    is_anew: RwSignal<bool>,
}

impl Asking {
    fn close(self) {
        self.open.set(false);
        self.told.set(None);
        self.is_anew.set(false);
    }

    /// What is asked for, with its price; tracked.
    fn what(self) -> String {
        let total = format::money(self.way.money(self.way.road(self.way.answer().price)));
        let model = self.way.ground(|ground| ground.offer.name.get(lang()).to_owned());
        t_now!(request.what, model = model, total = total)
    }

    /// Whether this is a request for the same model, version and prices, so that another build can take its place.
    fn fits(self, view: &RequestView) -> bool {
        self.way.ground(|ground| view.can_change && view.market == ground.market.code && view.offer.as_ref() == Some(&ground.file))
    }
}

fn dialog(asking: Asking) -> AnyView {
    let title = move || match asking.told.get() {
        None => t_now!(request.ask),
        Some(Told::Asked { .. }) => t_now!(request.asked),
        Some(Told::Changed { .. }) => t_now!(request.changed),
    };
    let content = move || match asking.told.get() {
        Some(told) => told::view(asking, told),
        None => begin(asking),
    };
    view! { <Dialog open=asking.open title on_cancel=move || asking.close()>{reactive(content)}</Dialog> }.into_any()
}

/// What there is to do: ask, or change what was asked for from this device.
fn begin(asking: Asking) -> AnyView {
    let Some(token) = kept::token() else { return form::view(asking, None) };
    let before = Reading::new(move || {
        let token = kept::token().unwrap_or_default();
        async move { shop::request(&token).await }
    });
    let content = move || match before.get() {
        None => view! { <Skeleton count=4 /> }.into_any(),
        Some(Ok(view)) if asking.fits(&view) && !asking.is_anew.get() => again::view(asking, &token, view),
        Some(Ok(view)) => form::view(asking, Some((token.clone(), view))),
        Some(Err(error)) => {
            if error.status() == 404 {
                kept::forget(&token);
            }
            form::view(asking, None)
        }
    };
    reactive(content)
}
