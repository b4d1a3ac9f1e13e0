//! What the log tells of a record: its history, taking an event back, and edits that met another's.

mod conflict;
mod history;

pub use conflict::{ConflictDialog, Conflicts, still_wanted};
pub use history::{History, Wording};

use muster_shared::event::{EntityKind, Event};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::api::{self, ApiError};

/// The body of a request that says everything with its address.
#[derive(Serialize)]
pub struct Nothing {}

/// A record's events, newest first, with all that is needed to verify them.
pub async fn read(kind: EntityKind, id: Uuid) -> Result<Vec<Event>, ApiError> {
    api::get(&format!("/events/{}/{id}", kind.as_str())).await
}

/// Takes an event back; answers the event that did it.
pub async fn undo(seq: i64) -> Result<i64, ApiError> {
    #[derive(Deserialize)]
    struct Undone {
        event: i64,
    }
    Ok(api::post::<Undone>(&format!("/events/{seq}/undo"), &Nothing {}).await?.event)
}
