//! Requests of the shop: nobody is signed in here.

use muster_shared::{catalog::Shop, company::SetupState, identity::Demo, lead::RequestView, opportunity::Follow};

use crate::api::{self, ApiError};

/// Whose shop this is.
pub async fn state() -> Result<SetupState, ApiError> {
    api::get("/setup").await
}

/// The models of the first market.
pub async fn shop() -> Result<Shop, ApiError> {
    api::get("/shop").await
}

/// A market of the shop with its models.
pub async fn market(code: &str) -> Result<Shop, ApiError> {
    api::get(&format!("/shop?market={}", api::encode(code))).await
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

/// A request for an offer as the holder of its link sees it.
pub async fn request(token: &str) -> Result<RequestView, ApiError> {
    api::get(&format!("/requests/{}", api::encode(token))).await
}

/// Takes a request back.
pub async fn cancel(token: &str) -> Result<RequestView, ApiError> {
    api::post(&format!("/requests/{}/cancel", api::encode(token)), &()).await
}

/// Erases whose request it was.
pub async fn forget(token: &str) -> Result<(), ApiError> {
    api::post(&format!("/requests/{}/forget", api::encode(token)), &()).await
}
