//! The requests of customers.

use muster_shared::{
    account::{Account, AccountFilter, AccountRow, AccountView, NewAccount},
    id::AccountId,
    page::Page,
};

use crate::api::{self, ApiError, Wrote};

pub async fn list(filter: &AccountFilter) -> Result<Page<AccountRow>, ApiError> {
    api::find("/accounts", filter).await
}

pub async fn read(id: AccountId) -> Result<AccountView, ApiError> {
    api::get(&format!("/accounts/{id}")).await
}

pub async fn create(account: &NewAccount) -> Result<Wrote<Account>, ApiError> {
    api::create("/accounts", account).await
}
