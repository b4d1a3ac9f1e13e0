//! Finding any record from the command palette.

use leptos::prelude::*;
use muster_shared::{event::EntityKind, search::Hit};

use crate::{
    api::{self, ApiError},
    ui::{Failure, Icon, PaletteItem, Pending, RecordSearch},
};

async fn find(text: &str) -> Result<Vec<Hit>, ApiError> {
    api::get(&format!("/search?limit=12&q={}", api::encode(text))).await
}

/// The records that fit what was typed, mine and the newest first.
pub fn records() -> RecordSearch {
    Callback::new(|text: String| {
        Box::pin(async move {
            let hits = find(text.trim()).await.map_err(Failure::from)?;
            Ok(hits.into_iter().filter_map(item).collect())
        }) as Pending<_>
    })
}

/// A line of the palette; `None` for kinds without a page.
fn item(hit: Hit) -> Option<PaletteItem> {
    let (icon, href) = match hit.kind {
        EntityKind::Opportunity => (Icon::HANDSHAKE, format!("/desk/opportunities/{}", hit.id)),
        EntityKind::Account => (Icon::BUILDING_2, format!("/desk/accounts/{}", hit.id)),
        EntityKind::Contact => (Icon::USER, format!("/desk/contacts/{}", hit.id)),
        EntityKind::User => (Icon::USERS, format!("/desk/settings/users/{}", hit.id)),
        _ => return None,
    };
    Some(PaletteItem { label: hit.title.into(), detail: hit.detail, icon, href })
}
