//! What the command palette offers: any record, page, action, room and saved view.

mod commands;

use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use muster_shared::{access::Permission, event::EntityKind, search::Hit};

use crate::{
    api::{self, ApiError},
    area::Loading,
    session::use_session,
    ui::{Failure, Icon, PaletteItem, PaletteState, Pending, RecordSearch, palette_lines},
};

/// Loads the lines of the palette: with the first ⌘K, or before it by [`prepare`].
pub fn palette(pages: Signal<Vec<PaletteItem>>, state: PaletteState) -> Loading {
    Box::pin(load_palette(pages, state))
}

/// Loads the lines ahead, and what else is opened by a press: who opens it should not wait for code.
pub fn prepare() {
    spawn_local(async {
        // A part that does not come now is asked for again when it is needed.
        let _ = fetch_extra().await;
    });
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, preload(fetch_extra), fallible)]
fn load_palette(pages: Signal<Vec<PaletteItem>>, state: PaletteState) -> Result<AnyView, SplitLoaderError> {
    Ok(palette_lines(commands::all(pages), records(), state))
}

async fn find(text: &str) -> Result<Vec<Hit>, ApiError> {
    api::get(&format!("/search?limit=12&q={}", api::encode(text))).await
}

/// The records that fit what was typed, mine and the newest first.
fn records() -> RecordSearch {
    let sees_people = untrack(|| use_session().can(Permission::UserRead));
    Callback::new(move |text: String| {
        Box::pin(async move {
            let hits = find(text.trim()).await.map_err(Failure::from)?;
            Ok(hits.into_iter().filter_map(|hit| item(hit, sees_people)).collect())
        }) as Pending<_>
    })
}

/// A line of the palette; `None` for what has no page, or none for this person.
fn item(hit: Hit, sees_people: bool) -> Option<PaletteItem> {
    let (icon, href) = match hit.kind {
        EntityKind::Opportunity => (Icon::HANDSHAKE, format!("/desk/opportunities/{}", hit.id)),
        EntityKind::Account => (Icon::BUILDING_2, format!("/desk/accounts/{}", hit.id)),
        EntityKind::Contact => (Icon::USER, format!("/desk/contacts/{}", hit.id)),
        EntityKind::Lead => (Icon::INBOX, format!("/desk/board?request={}", hit.id)),
        EntityKind::User if sees_people => (Icon::USERS, format!("/desk/settings/people?person={}", hit.id)),
        _ => return None,
    };
    Some(PaletteItem::link(hit.title, hit.detail, icon, href))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ui::PaletteRun;

    #[track_caller]
    fn check(kind: EntityKind, sees_people: bool, expected: Option<&str>) {
        let hit = Hit { kind, id: Uuid::from_u128(1), title: "Sao Mai".to_owned(), detail: String::new(), mine: true };
        let href = item(hit, sees_people).map(|item| match item.run {
            PaletteRun::Go(href) => href,
            PaletteRun::Act(_) => "an action".to_owned(),
        });
        assert_eq!(href.as_deref(), expected);
    }

    #[test]
    fn what_is_found_has_a_page() {
        check(EntityKind::Account, false, Some("/desk/accounts/00000000-0000-0000-0000-000000000001"));
        check(EntityKind::Lead, false, Some("/desk/board?request=00000000-0000-0000-0000-000000000001"));
        check(EntityKind::User, true, Some("/desk/settings/people?person=00000000-0000-0000-0000-000000000001"));
        check(EntityKind::User, false, None);
        check(EntityKind::Stage, true, None);
    }
}
