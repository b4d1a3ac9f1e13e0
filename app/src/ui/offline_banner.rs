//! Says that the connection is gone, and that nothing typed is lost.

use leptos::prelude::*;

use super::{Glyph, Icon, reactive};
use crate::t;

/// Appears while `offline`.
#[component]
pub fn OfflineBanner(#[prop(into)] offline: Signal<bool>) -> impl IntoView {
    view! {
        <div role="status">
            {reactive(move || {
                offline.get().then(|| view! { <p class="offline"><Glyph icon=Icon::WIFI_OFF /> {t!(ui.offline)}</p> })
            })}
        </div>
    }
    .into_any()
}
