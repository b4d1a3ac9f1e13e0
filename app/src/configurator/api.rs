//! Requests of the builder: nobody is signed in here.

use muster_shared::{
    catalog::{Question, Reasons, Shop},
    configurator::offer::Offer,
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

/// Where a picture's drawing is.
pub fn drawing(hash: &str) -> String {
    format!("/api/files/{hash}")
}
