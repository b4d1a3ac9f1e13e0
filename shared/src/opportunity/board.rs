//! The board: columns that count all deals of the filter, and the cards that were asked for.

use serde::{Deserialize, Serialize};

use super::{Pipeline, StageKind};
use crate::event::named_enum;
use crate::id::{AccountId, OpportunityId, PipelineId, StageId, TeamId, UserId};
use crate::money::{Currency, Money, Rates};
use crate::time::{Day, Instant};

/// A deal as a card shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Card {
    pub id: OpportunityId,
    pub version: i64,
    pub name: String,
    pub account_id: AccountId,
    pub account_name: String,
    pub stage_id: StageId,
    pub amount: Money,
    pub close_day: Day,
    pub owner_id: UserId,
    pub owner_name: String,
    pub next_step: String,
    pub next_step_day: Option<Day>,
    pub stage_since: Instant,
    pub stage_limit_at: Option<Instant>,
    pub last_contact_at: Option<Instant>,
    pub contact_limit_at: Option<Instant>,
    pub attention_at: Option<Instant>,
    /// Whether the viewer may change it.
    pub can_write: bool,
}

/// A stage with what the server counted in it: over all deals of the filter, not over the cards sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Column {
    pub stage_id: StageId,
    pub kind: StageKind,
    pub count: i64,
    /// In the viewer's currency; absent where a rate is missing.
    pub sum: Option<Money>,
    /// Amounts times their probability, in the viewer's currency.
    pub weighted: Option<Money>,
    /// The same sums as they are, one a currency.
    pub sums: Vec<Money>,
    pub cards: Vec<Card>,
    /// Send as `after` to get more cards of this column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A pipeline's board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    pub pipeline: Pipeline,
    pub columns: Vec<Column>,
    /// Sum over all open columns.
    pub open: Option<Money>,
    pub weighted: Option<Money>,
    /// Day of the oldest rate that the sums were converted with; absent where nothing was converted.
    pub rate_day: Option<Day>,
    /// The rates of today, by which amounts of several currencies are ordered.
    pub rates: Rates,
    /// The log's sequence when this was read: events up to it are contained.
    pub seq: i64,
}

/// More cards of one column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardPage {
    pub cards: Vec<Card>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

named_enum! {
    /// Order of the cards in a column.
    BoardSort {
        /// Mine first, then by when they need somebody.
        Attention = "attention",
        /// Largest first, by what they are worth in the company's currency.
        Amount = "amount",
        CloseDay = "close-day",
        Name = "name",
        StageSince = "stage-since",
    }
}

/// What the board can be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct BoardFilter {
    /// The first pipeline where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_from: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_to: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<BoardSort>,
    /// Sums are shown in this one; the company's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Cards a column, at most 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// With `stage`: the cursor that a column gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}
