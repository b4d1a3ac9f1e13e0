//! Pipelines and their stages, both data.

use serde::{Deserialize, Serialize};

use crate::check::{Checks, NAME_MAX};
use crate::event::named_enum;
use crate::id::{DealerId, PipelineId, StageId};
use crate::patch::present;
use crate::problem::FieldError;
use crate::text::LocalText;

named_enum! {
    /// Whether deals in a stage are still open.
    StageKind {
        Open = "open",
        Won = "won",
        Lost = "lost",
    }
}

named_enum! {
    /// How sure a deal is counted in the forecast.
    ForecastCategory {
        Pipeline = "pipeline",
        BestCase = "best-case",
        Commit = "commit",
        Closed = "closed",
        Omitted = "omitted",
    }
}

/// An ordered set of stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pipeline {
    pub id: PipelineId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub name: LocalText,
    pub position: i32,
    /// In order; won and lost last.
    pub stages: Vec<Stage>,
}

/// One step of a pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Stage {
    pub id: StageId,
    pub version: i64,
    pub pipeline_id: PipelineId,
    pub name: LocalText,
    pub position: i32,
    pub kind: StageKind,
    /// Percent.
    pub probability: u8,
    pub category: ForecastCategory,
    /// Working days after which a deal has been here for too long.
    pub limit_days: Option<i32>,
    /// Takes no more deals; stays while history names it.
    pub archived: bool,
}

impl Stage {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.that(!self.name.0.is_empty(), "name", "required");
        for text in self.name.0.values() {
            c.required("name", text, NAME_MAX);
        }
        c.range("probability", i64::from(self.probability), 0, 100);
        if let Some(days) = self.limit_days {
            c.range("limit_days", i64::from(days), 1, 365);
        }
        c.done()
    }
}

/// A pipeline to record, with its open stages; won and lost are added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPipeline {
    pub name: LocalText,
    pub stages: Vec<NewStage>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PipelinePatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i32>,
}

/// An open stage to add.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewStage {
    pub name: LocalText,
    pub probability: u8,
    pub category: ForecastCategory,
    #[serde(default)]
    pub limit_days: Option<i32>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StagePatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<LocalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<ForecastCategory>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub limit_days: Option<Option<i32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}
