//! Requests of the builder: nobody is signed in here.

use muster_shared::{
    catalog::{Question, Reasons, Shop},
    configurator::offer::Offer,
    lead::{RequestAnswer, RequestChange, RequestView, ShopDealer, ShopRequest},
};

use crate::api::{self, ApiError};

/// The models of a market; of the first one where none is named. One of them as its draft is, where somebody previews it.
pub async fn shop(market: Option<&str>, preview: Option<&str>) -> Result<Shop, ApiError> {
    let named = [("market", market), ("preview", preview)].into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query: Vec<String> = named.map(|(name, value)| format!("{name}={}", api::encode(value))).collect();
    api::get(&format!("/shop?{}", query.join("&"))).await
}

/// A model's offer.
pub async fn offer(hash: &str) -> Result<Offer, ApiError> {
    api::get(&format!("/files/{}", api::encode(hash))).await
}

/// A model's diagram.
pub async fn diagram(hash: &str) -> Result<Vec<u8>, ApiError> {
    api::bytes(&format!("/files/{}", api::encode(hash))).await
}

/// The sentences of the rules behind a "no".
pub async fn reasons(question: &Question) -> Result<Reasons, ApiError> {
    api::post("/shop/reasons", question).await
}

/// The dealers who can be asked.
pub async fn dealers() -> Result<Vec<ShopDealer>, ApiError> {
    api::get("/shop/dealers").await
}

/// Asks for an offer.
pub async fn ask(request: &ShopRequest) -> Result<RequestAnswer, ApiError> {
    api::post("/shop/requests", request).await
}

/// Asks for another build in place of the one before.
pub async fn change(token: &str, change: &RequestChange) -> Result<RequestView, ApiError> {
    api::post(&format!("/requests/{}/change", api::encode(token)), change).await
}

/// Where a picture's drawing is.
pub fn drawing(hash: &str) -> String {
    format!("/api/files/{hash}")
}
