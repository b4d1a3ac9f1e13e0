//! Requests about the company and its rates.

use muster_shared::{
    company::{Company, CompanyPatch, NewRates},
    money::Rates,
};

use crate::api::{self, ApiError};

/// Settings that hold for everybody.
pub async fn company() -> Result<Company, ApiError> {
    api::get("/company").await
}

/// Changes settings.
pub async fn change_company(version: i64, patch: &CompanyPatch) -> Result<Company, ApiError> {
    Ok(api::patch("/company", version, patch).await?.record)
}

/// The latest rate of each currency.
pub async fn rates() -> Result<Rates, ApiError> {
    api::get("/rates").await
}

/// Records rates of a day.
pub async fn add_rates(rates: &NewRates) -> Result<(), ApiError> {
    api::post("/rates", rates).await
}
