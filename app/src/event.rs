//! What the log tells of a record: its history, taking an event back, and edits that met another's.

mod conflict;
mod history;

pub use conflict::{ConflictDialog, Conflicts, still_wanted};
pub use history::{History, Wording};

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    event::{EntityKind, Event},
    page::LIMIT_MAX,
    problem::FieldConflict,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    api::{self, ApiError},
    t_now,
    ui::{Failure, Toaster},
};

/// The body of a request that says everything with its address.
#[derive(Serialize)]
pub struct Nothing {}

/// All of a record's events, newest first, page by page: its chain is verified from the first to the last.
pub async fn read(kind: EntityKind, id: Uuid) -> Result<Vec<Event>, ApiError> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let before = events.last().map(|oldest| format!("&before={}", oldest.seq)).unwrap_or_default();
        let page: Vec<Event> = api::get(&format!("/events/{}/{id}?limit={LIMIT_MAX}{before}", kind.as_str())).await?;
        let is_last = page.len() < LIMIT_MAX as usize;
        events.extend(page);
        if is_last {
            return Ok(events);
        }
    }
}

/// Takes an event back; answers the event that did it.
pub async fn undo(seq: i64) -> Result<i64, ApiError> {
    #[derive(Deserialize)]
    struct Undone {
        event: i64,
    }
    Ok(api::post::<Undone>(&format!("/events/{seq}/undo"), &Nothing {}).await?.event)
}

/// Says what was done, with the way back. `then` hears that it was taken back, or what that met and whether it has seen to it
/// (true); where it has not, or its page is gone, both values are said.
pub fn offer_undo(toaster: Toaster, text: String, event: Option<i64>, wording: Wording, then: Callback<Option<ApiError>, bool>) {
    let Some(seq) = event else { return toaster.say(text) };
    toaster.say_with_undo(text, move || {
        spawn_local(async move {
            let met = undo(seq).await.err();
            let is_seen_to = then.try_run(met.clone()).unwrap_or(false);
            match met {
                None => toaster.say(t_now!(record.undone)),
                Some(error) if !is_seen_to => toaster.fail(not_undone(error, wording)),
                Some(_) => {}
            }
        });
    });
}

/// Why something was not taken back; where others set the same fields, with what they are and what they would become.
pub fn not_undone(error: ApiError, wording: Wording) -> Failure {
    let said = |met: &FieldConflict| {
        let (theirs, mine) = (wording.value(&met.field, &met.theirs), wording.value(&met.field, &met.mine));
        t_now!(record.undo_met, what = wording.label(&met.field), theirs = theirs, mine = mine)
    };
    let met: Vec<String> = error.conflicts().iter().map(said).collect();
    let failure = Failure::from(error);
    if met.is_empty() { failure } else { Failure { text: met.join(" "), ..failure } }
}
