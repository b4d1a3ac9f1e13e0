//! The requests of persons.

use muster_shared::{
    contact::{Contact, ContactFilter, ContactPatch, ContactRow, ContactView, NewContact},
    id::ContactId,
    page::Page,
};

use crate::{
    api::{self, ApiError, Wrote},
    event,
};

pub async fn list(filter: &ContactFilter) -> Result<Page<ContactRow>, ApiError> {
    api::find("/contacts", filter).await
}

pub async fn read(id: ContactId) -> Result<ContactView, ApiError> {
    api::get(&format!("/contacts/{id}")).await
}

pub async fn create(contact: &NewContact) -> Result<Wrote<Contact>, ApiError> {
    api::create("/contacts", contact).await
}

pub async fn change(id: ContactId, version: i64, patch: &ContactPatch) -> Result<Wrote<Contact>, ApiError> {
    api::patch(&format!("/contacts/{id}"), version, patch).await
}

/// To the trash; answers the event that takes it back.
pub async fn delete(id: ContactId, version: i64) -> Result<Option<i64>, ApiError> {
    api::delete(&format!("/contacts/{id}"), Some(version)).await
}

/// Out of the trash.
pub async fn restore(id: ContactId, version: i64) -> Result<Wrote<Contact>, ApiError> {
    api::post_to(&format!("/contacts/{id}/restore"), version, &event::Nothing {}).await
}
