//! The requests of customers.

use muster_shared::{
    account::{Account, AccountFilter, AccountPatch, AccountRow, AccountView, NewAccount},
    id::AccountId,
    page::Page,
};

use crate::{
    api::{self, ApiError, Wrote},
    event,
};

pub async fn list(filter: &AccountFilter) -> Result<Page<AccountRow>, ApiError> {
    api::find("/accounts", filter).await
}

pub async fn read(id: AccountId) -> Result<AccountView, ApiError> {
    api::get(&format!("/accounts/{id}")).await
}

pub async fn create(account: &NewAccount) -> Result<Wrote<Account>, ApiError> {
    api::create("/accounts", account).await
}

pub async fn change(id: AccountId, version: i64, patch: &AccountPatch) -> Result<Wrote<Account>, ApiError> {
    api::patch(&format!("/accounts/{id}"), version, patch).await
}

/// To the trash; answers the event that takes it back.
pub async fn delete(id: AccountId, version: i64) -> Result<Option<i64>, ApiError> {
    api::delete(&format!("/accounts/{id}"), Some(version)).await
}

/// Out of the trash.
pub async fn restore(id: AccountId, version: i64) -> Result<Wrote<Account>, ApiError> {
    api::post_to(&format!("/accounts/{id}/restore"), version, &event::Nothing {}).await
}
