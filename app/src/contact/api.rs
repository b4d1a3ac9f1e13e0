//! The requests of persons.

use muster_shared::{
    contact::{ContactFilter, ContactRow, ContactView},
    id::ContactId,
    page::Page,
};

use crate::api::{self, ApiError};

pub async fn list(filter: &ContactFilter) -> Result<Page<ContactRow>, ApiError> {
    api::find("/contacts", filter).await
}

pub async fn read(id: ContactId) -> Result<ContactView, ApiError> {
    api::get(&format!("/contacts/{id}")).await
}
