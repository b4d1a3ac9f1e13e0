//! The requests of deals, pipelines and the board.

use muster_shared::{
    event::EntityKind,
    id::{OpportunityId, StageId},
    opportunity::{Board, BoardFilter, Card, CardPage, Move, NewOpportunity, OpportunityFilter, OpportunityRow, Pipeline, Stay, Written},
    page::Page,
};

use crate::api::{self, ApiError};

/// The pipelines with their stages, in order.
pub async fn pipelines() -> Result<Vec<Pipeline>, ApiError> {
    api::get("/pipelines").await
}

/// A pipeline's board: what the server counted, and the first cards of each column.
pub async fn board(filter: &BoardFilter) -> Result<Board, ApiError> {
    api::find("/board", filter).await
}

/// More cards of one column; `filter.after` is the cursor that the column gave.
pub async fn more(stage: StageId, filter: &BoardFilter) -> Result<CardPage, ApiError> {
    api::find(&format!("/board/stages/{stage}"), filter).await
}

pub async fn list(filter: &OpportunityFilter) -> Result<Page<OpportunityRow>, ApiError> {
    api::find("/opportunities", filter).await
}

/// A deal as a card; `None` where it is not to be seen any more.
pub async fn card(id: OpportunityId) -> Result<Option<Card>, ApiError> {
    match api::get(&format!("/opportunities/{id}/card")).await {
        Ok(card) => Ok(Some(card)),
        Err(error) if error.status() == 404 => Ok(None),
        Err(error) => Err(error),
    }
}

pub async fn create(deal: &NewOpportunity) -> Result<Written, ApiError> {
    api::post("/opportunities", deal).await
}

pub async fn change(id: OpportunityId, version: i64, patch: &serde_json::Map<String, serde_json::Value>) -> Result<Written, ApiError> {
    Ok(api::patch(&format!("/opportunities/{id}"), version, patch).await?.record)
}

pub async fn move_to(id: OpportunityId, version: i64, to: &Move) -> Result<Written, ApiError> {
    Ok(api::post_to(&format!("/opportunities/{id}/move"), version, to).await?.record)
}

/// In which stages a deal was, and how long.
pub async fn stays(id: OpportunityId) -> Result<Vec<Stay>, ApiError> {
    api::get(&format!("/opportunities/{id}/stays")).await
}

/// The kinds whose changes concern what this slice shows.
pub const KINDS: &[EntityKind] = &[EntityKind::Opportunity, EntityKind::Pipeline, EntityKind::Stage];
