//! The requests of leads.

use muster_shared::{
    id::{LeadId, OpportunityId},
    lead::{LeadAccepted, LeadCancel, LeadReturn, LeadRow, LeadState, LeadView},
    page::{LIMIT_MAX, Page},
};
use serde::Deserialize;

use crate::{
    api::{self, ApiError},
    event::Nothing,
};

/// How many wait for an answer.
pub async fn count_waiting() -> Result<i64, ApiError> {
    #[derive(Deserialize)]
    struct Counted {
        total: i64,
    }
    Ok(api::get::<Counted>("/leads?waiting=true&limit=1").await?.total)
}

/// Those that wait for an answer, what is due first at the top.
pub async fn waiting() -> Result<Page<LeadRow>, ApiError> {
    api::get(&format!("/leads?waiting=true&limit={LIMIT_MAX}")).await
}

/// Those that became or joined this deal, the latest first.
pub async fn of_deal(id: OpportunityId) -> Result<Page<LeadRow>, ApiError> {
    api::get(&format!("/leads?opportunity={id}&sort=-created_at")).await
}

pub async fn view(id: LeadId) -> Result<LeadView, ApiError> {
    api::get(&format!("/leads/{id}")).await
}

pub async fn accept(id: LeadId, version: i64) -> Result<LeadAccepted, ApiError> {
    Ok(api::post_to(&format!("/leads/{id}/accept"), version, &Nothing {}).await?.record)
}

/// Gives it back; whether it waits for nobody in particular from now on.
pub async fn give_back(id: LeadId, version: i64, back: &LeadReturn) -> Result<LeadState, ApiError> {
    #[derive(Deserialize)]
    struct Returned {
        state: LeadState,
    }
    Ok(api::post_to::<Returned>(&format!("/leads/{id}/return"), version, back).await?.record.state)
}

pub async fn cancel(id: LeadId, version: i64, cancel: &LeadCancel) -> Result<(), ApiError> {
    api::post_to::<LeadRow>(&format!("/leads/{id}/cancel"), version, cancel).await.map(drop)
}
