//! The live stream: what happens, as it happens, to each subscriber only what they may see.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event as Sse, KeepAlive, Sse as SseResponse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use muster_shared::access::Permission;
use muster_shared::event::{Action, Actor, EntityKind, Event, LiveEvent, RowScope};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::{Operation, Subject, UserSubject};
use crate::error::Result;
use crate::hub::Batch;
use crate::metrics::StreamCount;
use crate::request::{COOKIE, Caller, Query, cookie};
use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// Where to start.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct From {
    /// `<log id>-<sequence>`, as the stream's own ids; `Last-Event-ID` goes before it.
    after: Option<String>,
}

/// Follow what happens, as server-sent events.
#[utoipa::path(get, path = "/stream", operation_id = "event.stream", tag = "event", params(From),
    responses((status = 200, description = "Events `hello`, `change` (data: LiveEvent), `resync`, `bye`", content_type = "text/event-stream", body = LiveEvent)))]
async fn stream(State(state): State<AppState>, caller: Caller, Query(from): Query<From>, headers: HeaderMap) -> Result<Response> {
    let user = caller.user(Operation::EventStream)?;
    let count = state.metrics.open_stream(user.session_id)?;
    let token = cookie(&headers, COOKIE).unwrap_or_default().to_owned();
    let last = headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::to_owned).or(from.after);
    let start = match last.as_deref().map(|id| position(id, state.hub.log_id())) {
        None => Start::Now,
        Some(Some(seq)) => Start::After(seq),
        Some(None) => Start::Resync,
    };
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(15));
    let mut response = SseResponse::new(events(state, token, start, count)).keep_alive(keep_alive).into_response();
    response.headers_mut().insert("x-accel-buffering", axum::http::HeaderValue::from_static("no"));
    Ok(response)
}

#[derive(Clone, Copy)]
enum Start {
    Now,
    After(i64),
    Resync,
}

/// The sequence in a stream id of this log.
fn position(id: &str, log_id: Uuid) -> Option<i64> {
    let (log, seq) = id.rsplit_once('-')?;
    (log.parse() == Ok(log_id)).then(|| seq.parse().ok())?
}

/// Events prepared at once: what a reader that has stalled may keep in memory.
const AT_ONCE: usize = 64;

struct Subscriber {
    state: AppState,
    token: String,
    cursor: i64,
    head: tokio::sync::watch::Receiver<i64>,
    stopping: tokio::sync::watch::Receiver<bool>,
    ready: std::collections::VecDeque<Sse>,
    over: bool,
    _count: StreamCount,
}

fn events(state: AppState, token: String, start: Start, count: StreamCount) -> impl Stream<Item = Result<Sse, Infallible>> {
    let head = state.hub.subscribe();
    let stopping = state.stopping.clone();
    let known = state.hub.head();
    let mut ready = std::collections::VecDeque::new();
    let cursor = match start {
        Start::Now => known,
        Start::After(seq) => seq,
        Start::Resync => {
            ready.push_back(resync(state.hub.log_id(), known));
            known
        }
    };
    let hello = Sse::default().event("hello").id(id(state.hub.log_id(), cursor)).data(format!("{{\"seq\":{cursor}}}"));
    ready.push_front(hello);
    let subscriber = Subscriber { state, token, cursor, head, stopping, ready, over: false, _count: count };
    futures::stream::unfold(subscriber, |mut subscriber| async move {
        let event = subscriber.next().await?;
        Some((Ok(event), subscriber))
    })
}

fn id(log_id: Uuid, seq: i64) -> String {
    format!("{log_id}-{seq}")
}

fn resync(log_id: Uuid, seq: i64) -> Sse {
    Sse::default().event("resync").id(id(log_id, seq)).data("{}")
}

impl Subscriber {
    async fn next(&mut self) -> Option<Sse> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(event);
            }
            if self.over {
                return None;
            }
            if *self.stopping.borrow() {
                self.over = true;
                return Some(Sse::default().event("bye").data("{}"));
            }
            if let Err(error) = self.fill().await {
                // The database is away: end the stream; the browser comes back with the last id it got.
                tracing::debug!(%error, "a stream ends early");
                return None;
            }
            if self.ready.is_empty() && !self.over {
                tokio::select! {
                    moved = self.head.changed() => if moved.is_err() { return None },
                    _ = self.stopping.changed() => {}
                }
            }
        }
    }

    /// Reads on from the cursor; rights are looked up once a batch, so that a deactivated user hears nothing more.
    async fn fill(&mut self) -> Result<()> {
        self.head.mark_unchanged();
        let batch = match self.state.hub.after(self.cursor).await? {
            Batch::Events(events) => events,
            Batch::TooOld => {
                self.cursor = self.state.hub.head();
                self.ready.push_back(resync(self.state.hub.log_id(), self.cursor));
                return Ok(());
            }
        };
        if batch.is_empty() {
            return Ok(());
        }
        let Subject::User(user) = self.state.subjects.find(&self.state, &self.token).await? else {
            self.over = true;
            self.ready.push_back(Sse::default().event("bye").data("{}"));
            return Ok(());
        };
        let log_id = self.state.hub.log_id();
        for event in batch.into_iter().take(AT_ONCE) {
            self.cursor = event.seq;
            if changes_rights(&event, &user) {
                self.ready.push_back(resync(log_id, event.seq));
            }
            let Some(gone) = visibility(&event, &user) else { continue };
            let live = live(&self.state, &event, gone).await?;
            let data = serde_json::to_string(&live)?;
            self.ready.push_back(Sse::default().event("change").id(id(log_id, event.seq)).data(data));
        }
        // More may have come while these were prepared.
        if self.ready.is_empty() && self.cursor < self.state.hub.head() {
            self.head.mark_changed();
        }
        Ok(())
    }
}

/// Whether the subscriber's own rights may be others after `event`.
fn changes_rights(event: &Event, user: &UserSubject) -> bool {
    match event.entity {
        EntityKind::User => event.entity_id == user.id() && event.action == Action::RightsChanged,
        EntityKind::Role | EntityKind::Team | EntityKind::Territory | EntityKind::Dealer => true,
        _ => false,
    }
}

/// `None`: not for this subscriber; `Some(gone)` otherwise.
fn visibility(event: &Event, user: &UserSubject) -> Option<bool> {
    let sees = |scope: &Option<RowScope>| scope.as_ref().is_some_and(|s| may_see(event.entity, s, user));
    if sees(&event.scope_after) {
        Some(false)
    } else if sees(&event.scope_before) {
        Some(true)
    } else {
        None
    }
}

/// Whether a record of this kind with these scope columns may be read.
pub(crate) fn may_see(entity: EntityKind, scope: &RowScope, user: &UserSubject) -> bool {
    let same_dealer = scope.dealer_id == Some(user.dealer_id());
    match entity {
        EntityKind::Account | EntityKind::Contact => user.covers(Permission::AccountRead, scope),
        EntityKind::Opportunity => user.covers(Permission::OpportunityRead, scope),
        EntityKind::Lead => user.covers(Permission::LeadRead, scope),
        EntityKind::Pipeline | EntityKind::Stage => same_dealer && user.reach.scope(Permission::OpportunityRead).is_some(),
        // A view that is shared has no owner in its scope.
        EntityKind::View => same_dealer && scope.owner_id.is_none_or(|owner| owner == user.id()),
        EntityKind::User => scope.owner_id == Some(user.id()) || user.covers(Permission::UserRead, scope),
        EntityKind::Department | EntityKind::Team | EntityKind::Territory => same_dealer,
        EntityKind::Company | EntityKind::Rate => true,
        // They hold for every dealer; who may list users may list roles.
        EntityKind::Role => user.reach.scope(Permission::UserRead).is_some(),
        EntityKind::Dealer => scope.dealer_id.is_some_and(|dealer| user.may_know_dealer(dealer)),
        EntityKind::Model | EntityKind::ModelVersion | EntityKind::Market => user.covers(Permission::CatalogRead, scope),
        EntityKind::Link => false,
    }
}

async fn live(state: &AppState, event: &Arc<Event>, gone: bool) -> Result<LiveEvent> {
    let actor_name = match event.actor {
        Actor::User(id) if !gone => state.hub.name(id).await?,
        _ => None,
    };
    let fields = if gone { Vec::new() } else { event.read_payload().changes.into_iter().map(|c| c.field).collect() };
    Ok(LiveEvent {
        seq: event.seq,
        entity: event.entity,
        entity_id: event.entity_id,
        action: event.action,
        version: event.version_after,
        actor: event.actor,
        actor_name,
        operation_id: event.operation_id,
        recorded_at: event.recorded_at,
        fields,
        gone,
    })
}
