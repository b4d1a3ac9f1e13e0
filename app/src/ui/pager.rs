//! From page to page of a list that the server pages.

use leptos::prelude::*;

use super::{Icon, IconButton, reactive};
use crate::{browser::format, t};

/// "51–100 of 1,240", and the way back and on.
#[component]
pub fn Pager(
    /// Number of the first row shown, from 1.
    #[prop(into)]
    first: Signal<i64>,
    /// How many rows are shown.
    #[prop(into)]
    shown: Signal<i64>,
    #[prop(into)] total: Signal<i64>,
    #[prop(into)] has_next: Signal<bool>,
    #[prop(into)] on_previous: Callback<()>,
    #[prop(into)] on_next: Callback<()>,
) -> impl IntoView {
    let range = move || {
        let (first, shown, total) = (first.get(), shown.get(), format::integer(total.get()));
        if shown == 0 {
            return t!(ui.pager_none)().to_owned();
        }
        t!(ui.pager_range, from = format::integer(first), to = format::integer(first + shown - 1), total = total)()
    };
    view! {
        <nav class="pager" aria-label=t!(ui.pages)>
            <span class="pager__range" role="status">{reactive(range)}</span>
            <IconButton icon=Icon::CHEVRON_LEFT label=t!(ui.previous_page) disabled=Signal::derive(move || first.get() <= 1) on_press=on_previous />
            <IconButton icon=Icon::CHEVRON_RIGHT label=t!(ui.next_page) disabled=Signal::derive(move || !has_next.get()) on_press=on_next />
        </nav>
    }
    .into_any()
}
