//! The addresses of the log.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use muster_shared::account::Account;
use muster_shared::contact::Contact;
use muster_shared::event::{EntityKind, Event, HistoryFilter};
use muster_shared::opportunity::Opportunity;
use muster_shared::page::{LIMIT_DEFAULT, LIMIT_MAX};
use muster_shared::problem::Problem;
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Operation, UserSubject};
use crate::error::{Error, Result};
use crate::request::{Caller, Path, Query};
use crate::state::AppState;
use crate::writer::{Answer, Tx};
use crate::{catalog, event, record, stream, view};

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(history)).routes(routes!(undo))
}

/// A page of the events of a record that I may read, the newest first, with what is needed to verify them. The header `Link`
/// names the next page, where there is one.
///
/// The company is the one record without an address of its own: the nil id stands for it.
#[utoipa::path(get, path = "/events/{entity}/{id}", operation_id = "event.list", tag = "event",
    params(("entity" = EntityKind, Path), ("id" = Uuid, Path), HistoryFilter),
    responses((status = 200, body = [Event], headers(("link" = Option<String>, description = "The next page, as `rel=\"next\"`"))),
        (status = 404, body = Problem)))]
async fn history(
    State(state): State<AppState>,
    caller: Caller,
    Path((entity, id)): Path<(EntityKind, Uuid)>,
    Query(filter): Query<HistoryFilter>,
) -> Result<(HeaderMap, Json<Vec<Event>>)> {
    let user = caller.user(Operation::EventList)?;
    let record = if entity == EntityKind::Company && id.is_nil() { crate::company::id(&state.db).await? } else { id };
    // The newest event tells where the record belongs now, or belonged when it went.
    let newest = event::newest(&state.db, (entity, record), None, 1).await?;
    let scope = newest.first().and_then(|e| e.scope_after.or(e.scope_before));
    if !scope.is_some_and(|s| stream::may_see(entity, &s, &user)) {
        return Err(Error::not_found());
    }
    let limit = filter.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
    let mut events = event::newest(&state.db, (entity, record), filter.before, limit + 1).await?;
    let mut headers = HeaderMap::new();
    if events.len() > limit as usize {
        events.truncate(limit as usize);
        if let Some(last) = events.last() {
            let next = format!("</api/events/{}/{id}?before={}&limit={limit}>; rel=\"next\"", entity.as_str(), last.seq);
            headers.insert(header::LINK, HeaderValue::try_from(next).expect("names, ids and numbers are ASCII"));
        }
    }
    Ok((headers, Json(events)))
}

/// Takes back what an event did, where nobody changed the same fields since.
#[utoipa::path(post, path = "/events/{seq}/undo", operation_id = "event.undo", tag = "event", params(("seq" = i64, Path)),
    responses((status = 200, body = Object), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
async fn undo(State(state): State<AppState>, caller: Caller, Path(seq): Path<i64>) -> Result<Answer> {
    let user = caller.user(Operation::EventUndo)?;
    let once = state.writer.once(caller.envelope(Operation::EventUndo), move |tx| {
        Box::pin(async move {
            let event = event::find(tx.db(), seq).await?.ok_or_else(Error::not_found)?;
            take_back(tx, &user, &event).await?;
            let undone = tx
                .event_of(event.entity_id)
                .ok_or_else(|| Error::problem(StatusCode::CONFLICT, "not-undoable", "It is already taken back."))?;
            Ok(Answer { event: Some(undone), ..Answer::ok(&json!({ "event": undone }))? })
        })
    });
    once.await
}

async fn take_back(tx: &mut Tx, user: &UserSubject, event: &Event) -> Result<()> {
    match event.entity {
        EntityKind::Account => record::undo::<Account>(tx, user, event).await.map(drop),
        EntityKind::Contact => record::undo::<Contact>(tx, user, event).await.map(drop),
        EntityKind::Opportunity => record::undo::<Opportunity>(tx, user, event).await.map(drop),
        EntityKind::ModelVersion => catalog::drafting::undo(tx, user, event).await.map(drop),
        EntityKind::View => view::commands::undo(tx, user, event).await.map(drop),
        _ => {
            let scope = event.scope_after.or(event.scope_before);
            let visible = scope.is_some_and(|s| stream::may_see(event.entity, &s, user));
            Err(if visible { record::not_undoable() } else { Error::not_found() })
        }
    }
}
