//! Requests of the studio.

use muster_shared::{
    catalog::{
        DraftPatch, ModelVersion, Publication,
        studio::{
            CheckReport, Checking, CreatedModel, ModelRow, ModelView, NewModel, NewVersion, Preview, PriceReport, PriceSheet, Saved,
            VersionView,
        },
    },
    id::{ModelId, ModelVersionId},
};
use serde::de::IgnoredAny;

use crate::{
    api::{self, ApiError, Wrote},
    event::Nothing,
};

fn version(id: ModelVersionId) -> String {
    format!("/model-versions/{id}")
}

/// All models, in the order of the shop.
pub async fn models() -> Result<Vec<ModelRow>, ApiError> {
    api::get("/models").await
}

/// Records a model with its first draft.
pub async fn create(new: &NewModel) -> Result<CreatedModel, ApiError> {
    api::post("/models", new).await
}

/// A model with its versions.
pub async fn model(id: ModelId) -> Result<ModelView, ApiError> {
    api::get(&format!("/models/{id}")).await
}

/// Begins a draft; from `from`, or else from the newest that was published.
pub async fn begin(model: ModelId, from: Option<ModelVersionId>) -> Result<VersionView, ApiError> {
    api::post(&format!("/models/{model}/versions"), &NewVersion { from }).await
}

/// Everything that a version says.
pub async fn read(id: ModelVersionId) -> Result<VersionView, ApiError> {
    api::get(&version(id)).await
}

/// Changes parts of a draft.
pub async fn save(id: ModelVersionId, from: i64, patch: &DraftPatch) -> Result<Wrote<Saved>, ApiError> {
    api::patch(&version(id), from, patch).await
}

/// Throws a draft away.
pub async fn discard(id: ModelVersionId, from: i64) -> Result<Option<i64>, ApiError> {
    api::delete(&version(id), Some(from)).await
}

/// Checks a draft.
pub async fn check(id: ModelVersionId, from: i64, accepted: Vec<String>) -> Result<CheckReport, ApiError> {
    Ok(api::post_to(&format!("{}/check", version(id)), from, &Checking { accepted }).await?.record)
}

/// Puts a checked draft into the shop.
pub async fn publish(id: ModelVersionId, from: i64, publication: Publication) -> Result<ModelVersion, ApiError> {
    Ok(api::post_to(&format!("{}/publish", version(id)), from, &publication).await?.record)
}

/// Takes a published version back.
pub async fn retire(id: ModelVersionId, from: i64) -> Result<(), ApiError> {
    api::post_to::<IgnoredAny>(&format!("{}/retire", version(id)), from, &Nothing {}).await.map(drop)
}

/// Puts what an earlier version says into the shop again.
pub async fn bring_back(id: ModelVersionId) -> Result<ModelVersion, ApiError> {
    api::post(&format!("{}/return", version(id)), &Nothing {}).await
}

/// Makes a draft as it is now something to look at.
pub async fn preview(id: ModelVersionId) -> Result<Preview, ApiError> {
    api::post(&format!("{}/preview", version(id)), &Nothing {}).await
}

/// What a spreadsheet of prices changes; changes it where the sheet says so.
pub async fn prices(id: ModelVersionId, from: i64, sheet: &PriceSheet) -> Result<PriceReport, ApiError> {
    Ok(api::post_to(&format!("{}/prices", version(id)), from, sheet).await?.record)
}

/// Where a draft's prices are as a spreadsheet.
pub fn prices_file(id: ModelVersionId) -> String {
    format!("/api{}/prices.csv", version(id))
}

/// Where a drawing is.
pub fn drawing(hash: &str) -> String {
    format!("/api/files/{hash}")
}
