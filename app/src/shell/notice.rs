//! Whole pages that say why there is no page.

use leptos::prelude::*;

use crate::{
    browser::page,
    t,
    ui::{Button, ButtonKind, EmptyState, Icon, LinkButton},
};

/// There is nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <main class="notice" id="main">
            <h1 class="visually-hidden">{t!(shell.not_found)}</h1>
            <EmptyState title=t!(shell.not_found) text=t!(shell.not_found_text) icon=Icon::MAP>
                <LinkButton href="/desk">{t!(shell.to_desk)}</LinkButton>
                <LinkButton href="/" kind=ButtonKind::Main>{t!(shell.to_start)}</LinkButton>
            </EmptyState>
        </main>
    }
    .into_any()
}

/// The code of an area did not come: offline, or a newer version has replaced it.
#[component]
pub fn ChunkFailed() -> impl IntoView {
    view! {
        <main class="notice" id="main">
            <h1 class="visually-hidden">{t!(shell.chunk_failed)}</h1>
            <EmptyState title=t!(shell.chunk_failed) text=t!(shell.chunk_failed_text) icon=Icon::WIFI_OFF>
                <Button kind=ButtonKind::Main icon=Icon::REFRESH_CW on_press=page::reload>{t!(shell.reload)}</Button>
            </EmptyState>
        </main>
    }
    .into_any()
}
