//! Finding any record by a few letters.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event::EntityKind;

/// One record found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hit {
    pub kind: EntityKind,
    pub id: Uuid,
    pub title: String,
    /// What tells it from others of the same name: account, city, stage.
    pub detail: String,
    pub mine: bool,
}
