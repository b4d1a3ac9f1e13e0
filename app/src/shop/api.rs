//! Requests of the shop: nobody is signed in here.

use muster_shared::{catalog::Shop, company::SetupState, identity::Demo, opportunity::Follow};

use crate::api::{self, ApiError};

/// Whose shop this is.
pub async fn state() -> Result<SetupState, ApiError> {
    api::get("/setup").await
}

/// The models of the first market.
pub async fn shop() -> Result<Shop, ApiError> {
    api::get("/shop").await
}

/// Where a picture's drawing is.
pub fn drawing(hash: &str) -> String {
    format!("/api/files/{hash}")
}

/// The demo's secret link, where this is a demo.
pub async fn demo() -> Result<Demo, ApiError> {
    api::get("/demo").await
}

/// What the holder of a secret link may see.
pub async fn follow(token: &str) -> Result<Follow, ApiError> {
    api::get(&format!("/follow/{}", api::encode(token))).await
}
