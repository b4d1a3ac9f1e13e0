//! Possible sales: pipelines, stages, the board and the rules of moving.

mod board;
mod stage;

pub use board::{Board, BoardFilter, BoardSort, Card, CardPage, Column};
pub use stage::{ForecastCategory, NewPipeline, NewStage, Pipeline, PipelinePatch, Stage, StageKind, StagePatch};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::calendar::WorkCalendar;
use crate::check::{Checks, NAME_MAX};
use crate::event::{RowScope, named_enum};
use crate::id::{AccountId, ContactId, DealerId, OpportunityId, PipelineId, StageId, TeamId, TerritoryId, UserId};
use crate::money::{Currency, Money};
use crate::patch::present;
use crate::problem::FieldError;
use crate::time::{Day, Instant};

/// Largest amount: beyond it sums of a whole company would leave 64 bits.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000_000;

/// Fields that name nobody: what became of a deal stays readable when its customer's data is erased.
pub(crate) const FACTS: [&str; 16] = [
    "account_id",
    "amount",
    "category",
    "close_day",
    "closed_at",
    "contact_id",
    "last_contact_at",
    "lost_reason",
    "next_step_day",
    "owner_id",
    "pipeline_id",
    "probability",
    "stage_id",
    "stage_since",
    "team_id",
    "territory_id",
];

/// A possible sale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Opportunity {
    pub id: OpportunityId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub name: String,
    pub account_id: AccountId,
    pub contact_id: Option<ContactId>,
    pub pipeline_id: PipelineId,
    pub stage_id: StageId,
    pub amount: Money,
    /// Percent; the stage's where absent.
    pub probability: Option<u8>,
    /// The stage's where absent.
    pub category: Option<ForecastCategory>,
    pub close_day: Day,
    pub owner_id: UserId,
    pub team_id: Option<TeamId>,
    pub territory_id: Option<TerritoryId>,
    pub next_step: String,
    pub next_step_day: Option<Day>,
    /// When it entered its stage.
    pub stage_since: Instant,
    pub last_contact_at: Option<Instant>,
    pub lost_reason: Option<LostReason>,
    pub competitor: String,
    /// When it was won or lost.
    pub closed_at: Option<Instant>,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub custom: Map<String, Value>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

named_enum! {
    /// Why a sale was lost.
    LostReason {
        Price = "price",
        Competitor = "competitor",
        Product = "product",
        LeadTime = "lead-time",
        Finance = "finance",
        NoNeed = "no-need",
        NoAnswer = "no-answer",
        Other = "other",
    }
}

impl Opportunity {
    #[must_use]
    pub fn scope(&self) -> RowScope {
        RowScope {
            dealer_id: Some(self.dealer_id.0),
            owner_id: Some(self.owner_id.0),
            team_id: self.team_id.map(Into::into),
            territory_id: self.territory_id.map(Into::into),
        }
    }

    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.required("name", &self.name, NAME_MAX);
        c.optional("next_step", &self.next_step, NAME_MAX);
        c.optional("competitor", &self.competitor, NAME_MAX);
        c.range("amount", self.amount.minor, 0, AMOUNT_MAX);
        if let Some(p) = self.probability {
            c.range("probability", i64::from(p), 0, 100);
        }
        check_day(&mut c, "close_day", self.close_day);
        if let Some(day) = self.next_step_day {
            check_day(&mut c, "next_step_day", day);
            c.that(!self.next_step.trim().is_empty(), "next_step", "required");
        }
        c.done()
    }
}

/// Between 2000 and 2100: anything else is a slip of the finger.
fn check_day(c: &mut Checks, field: &str, day: Day) {
    c.that((10_957..47_482).contains(&day.0), field, "out-of-range");
}

/// The clocks of a deal in an open stage: each instant after which it needs somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// When it has been in its stage for too long.
    pub stage_limit_at: Option<Instant>,
    /// When the customer has been left alone for too long.
    pub contact_limit_at: Option<Instant>,
    /// The earliest of both and of the next step's day.
    pub attention_at: Option<Instant>,
}

/// The clocks of `deal` in `stage`; none where the stage is not open.
///
/// A deal without a next step needs attention since it entered its stage.
#[must_use]
pub fn clocks(deal: &Opportunity, stage: &Stage, contact_limit_days: u32, calendar: &WorkCalendar) -> Clocks {
    if stage.kind != StageKind::Open {
        return Clocks::default();
    }
    let stage_limit_at = stage.limit_days.and_then(|d| u32::try_from(d).ok()).map(|d| calendar.add_workdays(deal.stage_since, d));
    let contact_limit_at = Some(calendar.add_workdays(deal.last_contact_at.unwrap_or(deal.created_at), contact_limit_days));
    let step_at = Some(deal.next_step_day.map_or(deal.stage_since, Day::start_utc));
    let attention_at = [stage_limit_at, contact_limit_at, step_at].into_iter().flatten().min();
    Clocks { stage_limit_at, contact_limit_at, attention_at }
}

/// Why a move is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoveError {
    #[error("the stage belongs to another pipeline")]
    OtherPipeline,
    #[error("the stage is archived")]
    Archived,
    #[error("a lost deal needs a reason")]
    LostReason,
}

/// `deal` after entering `stage` at `now`.
///
/// # Errors
/// Where the rules do not allow it.
pub fn enter(
    deal: &Opportunity,
    stage: &Stage,
    lost_reason: Option<LostReason>,
    competitor: Option<&str>,
    now: Instant,
    today: Day,
) -> Result<Opportunity, MoveError> {
    if stage.pipeline_id != deal.pipeline_id {
        return Err(MoveError::OtherPipeline);
    }
    if stage.archived {
        return Err(MoveError::Archived);
    }
    if stage.kind == StageKind::Lost && lost_reason.is_none() {
        return Err(MoveError::LostReason);
    }
    let mut moved = deal.clone();
    if moved.stage_id != stage.id {
        moved.stage_since = now;
    }
    moved.stage_id = stage.id;
    match stage.kind {
        StageKind::Open => {
            moved.closed_at = None;
            moved.lost_reason = None;
            moved.competitor = String::new();
        }
        StageKind::Won | StageKind::Lost => {
            moved.closed_at = Some(now);
            moved.close_day = today;
            moved.lost_reason = if stage.kind == StageKind::Lost { lost_reason } else { None };
            competitor.unwrap_or_default().clone_into(&mut moved.competitor);
        }
    }
    // What was said about the old stage does not hold for the new one.
    moved.probability = None;
    moved.category = None;
    Ok(moved)
}

/// A sale to record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOpportunity {
    pub name: String,
    pub account_id: AccountId,
    #[serde(default)]
    pub contact_id: Option<ContactId>,
    /// The first pipeline where absent.
    #[serde(default)]
    pub pipeline_id: Option<PipelineId>,
    /// The pipeline's first stage where absent.
    #[serde(default)]
    pub stage_id: Option<StageId>,
    pub amount: Money,
    pub close_day: Day,
    /// Me where absent.
    #[serde(default)]
    pub owner_id: Option<UserId>,
    #[serde(default)]
    pub next_step: String,
    #[serde(default)]
    pub next_step_day: Option<Day>,
}

/// Changes of a sale; absent fields stay. The stage changes by a move.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OpportunityPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub contact_id: Option<Option<ContactId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub probability: Option<Option<u8>>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub category: Option<Option<ForecastCategory>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_day: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub next_step_day: Option<Option<Day>>,
}

/// A move to another stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Move {
    pub stage_id: StageId,
    /// Required for lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost_reason: Option<LostReason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub competitor: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What a write of an opportunity answers: the card as it is now, and how to take the write back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Written {
    pub card: Card,
    /// Sequence of the event, for undo; absent where nothing changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<i64>,
}

/// A row of the opportunity list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpportunityRow {
    #[serde(flatten)]
    pub card: Card,
    pub pipeline_id: PipelineId,
    pub closed_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A sale with what its page shows beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpportunityView {
    pub opportunity: Opportunity,
    pub account_name: String,
    pub contact_name: Option<String>,
    pub owner_name: String,
    pub team_name: Option<String>,
    pub territory_name: Option<String>,
    pub stage_limit_at: Option<Instant>,
    pub contact_limit_at: Option<Instant>,
    pub attention_at: Option<Instant>,
    pub can_write: bool,
    pub can_assign: bool,
    pub can_delete: bool,
}

named_enum! {
    /// Whether a deal is still open.
    DealState {
        Open = "open",
        Won = "won",
        Lost = "lost",
    }
}

/// What the opportunity list can be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct OpportunityFilter {
    /// Words of the deal's or the account's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<PipelineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<StageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<DealState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_from: Option<Day>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_to: Option<Day>,
    /// `attention`, `name`, `amount`, `close_day`, `created_at`, `updated_at`, `stage_since`; a minus before means descending.
    /// Amounts count by what they are worth in the company's currency today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The trash instead of the living.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
}

/// What a customer sees of their own purchase through a secret link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Follow {
    pub dealer: String,
    pub name: String,
    /// The pipeline's open stages in order, and "won" as the last step.
    pub steps: Vec<FollowStep>,
    /// Called off: no step is under way.
    pub lost: bool,
    pub rep_name: String,
    pub rep_mail: String,
    pub close_day: Day,
    pub updated_at: Instant,
}

/// One step on the customer's way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FollowStep {
    pub name: crate::text::LocalText,
    pub done: bool,
    pub current: bool,
}

/// One stay of a deal in a stage, from its recorded history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stay {
    pub stage_id: StageId,
    pub from: Instant,
    /// Absent while it lasts.
    pub to: Option<Instant>,
    /// It came from a later stage.
    pub regression: bool,
    /// Stages it jumped over on its way here.
    pub skipped: u32,
}

/// The stays of a deal, from when it entered which stage, in order of happening.
///
/// `position` gives a stage's place among the open stages; won and lost count as after all others.
#[must_use]
pub fn stays(entries: &[(Instant, StageId)], position: impl Fn(StageId) -> Option<i32>) -> Vec<Stay> {
    entries
        .iter()
        .enumerate()
        .map(|(i, &(from, stage_id))| {
            let before = i.checked_sub(1).and_then(|b| position(entries[b].1));
            let step = match (before, position(stage_id)) {
                (Some(before), Some(here)) => here - before,
                _ => 1,
            };
            Stay {
                stage_id,
                from,
                to: entries.get(i + 1).map(|e| e.0),
                regression: step < 0,
                skipped: u32::try_from(step - 1).unwrap_or(0),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
