//! Product models with their versions, the markets they are sold in, and what the shop shows of both.

pub mod draft;
mod market;
pub mod studio;

pub use draft::{DraftPatch, Parts};
pub use market::{Fee, FeeKind, Finance, Market, OnTheRoad, Province, RoadLine, is_code};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::{RowScope, named_enum};
use crate::id::{DealerId, ModelId, ModelVersionId};
use crate::money::Currency;
use crate::text::LocalText;
use crate::time::{Day, Instant};

named_enum! {
    /// How far a version of a model has come.
    VersionState {
        /// Being written.
        Draft = "draft",
        /// Sound and compiled; nobody sees it yet.
        Checked = "checked",
        /// In the shop from its day on, until a later one is.
        Published = "published",
        /// Taken back.
        Retired = "retired",
    }
}

/// A product that customers configure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductModel {
    pub id: ModelId,
    pub version: i64,
    /// The maker.
    pub dealer_id: DealerId,
    /// In addresses: lower case letters, digits and hyphens.
    pub code: String,
    pub name: LocalText,
    /// The order in the shop.
    pub position: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

/// One version of a model. What it says and its diagram are files, so that nothing that was ever published changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelVersion {
    pub id: ModelVersionId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub model_id: ModelId,
    /// From 1 on.
    pub number: i32,
    pub state: VersionState,
    /// The file with the model: its SHA-256 in hexadecimal.
    pub body: String,
    /// The file with the diagram, once it was compiled.
    pub diagram: Option<String>,
    /// The first day in the shop.
    pub from_day: Option<Day>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

impl ProductModel {
    #[must_use]
    pub fn scope(&self) -> RowScope {
        of_dealer(self.dealer_id)
    }
}

impl ModelVersion {
    #[must_use]
    pub fn scope(&self) -> RowScope {
        of_dealer(self.dealer_id)
    }
}

fn of_dealer(dealer: DealerId) -> RowScope {
    RowScope { dealer_id: Some(dealer.0), ..RowScope::default() }
}

/// When a version goes into the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// Today or later.
    pub from_day: Day,
}

/// What customers of a market can choose between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shop {
    /// The one asked for, or the first; none before a market was recorded.
    pub market: Option<Market>,
    pub markets: Vec<MarketName>,
    pub models: Vec<ShopModel>,
}

/// A market to change to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarketName {
    pub code: String,
    pub name: LocalText,
    pub currency: Currency,
}

/// A model in the shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShopModel {
    pub code: String,
    pub name: LocalText,
    pub summary: LocalText,
    pub version_id: ModelVersionId,
    /// The file with the offer of this market.
    pub offer: String,
    pub currency: Currency,
    /// The cheapest configuration, in minor units before tax.
    pub from_price: i64,
    /// The layers of its picture as it stands in the shop, from behind to the front.
    pub cover: Vec<String>,
    pub cover_width: u32,
    pub cover_height: u32,
}

/// Why can this not be chosen?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub version_id: ModelVersionId,
    pub market: String,
    /// Option by group: what was chosen.
    pub choices: BTreeMap<String, String>,
    /// What is wanted beside it.
    pub group: String,
    pub option: String,
}

/// The rules behind a "no".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reasons {
    /// One sentence each; none where it is possible, or where the market alone decides.
    pub sentences: Vec<LocalText>,
}
