//! What product managers see of models: their versions, what a check found, prices as a spreadsheet, what customers choose.
//!
//! All routes ask for `catalog.read` (reading) or `catalog.manage` (everything else) at the maker; what is not yours is `not-found`.
//! Writes take an `Idempotency-Key`; those of one record, `If-Match` with the version of its record.
//!
//! | route | body → answer |
//! | --- | --- |
//! | `GET /models` | [`ModelRow`] each, in the order of the shop |
//! | `POST /models` | [`NewModel`] → 201 [`CreatedModel`]; `code` `taken` or `not-a-code`, `text` `not-a-model` with `problem` |
//! | `GET /models/{id}` | [`ModelView`] |
//! | `POST /models/{id}/versions` | [`NewVersion`] → 201 [`VersionView`]; 409 `draft-exists` with `version_id` |
//! | `GET /models/{id}/report?from&to` | [`ModelReport`] |
//! | `GET /model-versions/{id}` | [`VersionView`] |
//! | `PATCH /model-versions/{id}` | [`super::DraftPatch`], `If-Match` → [`Saved`]; 409 `not-a-draft`; 412 `stale` with conflicts by address |
//! | `DELETE /model-versions/{id}` | `If-Match` → `{event}`: throws a draft away; 409 `not-a-draft` |
//! | `POST /model-versions/{id}/check` | [`Checking`], `If-Match` → [`CheckReport`]; 409 `not-a-draft`; 412; 503 `busy` |
//! | `POST /model-versions/{id}/publish` | [`super::Publication`], `If-Match` → [`super::ModelVersion`]; 409 `not-checked`; `from_day` `in-the-past` |
//! | `POST /model-versions/{id}/retire` | `{}`, `If-Match` → [`super::ModelVersion`]; 409 `not-published` |
//! | `POST /model-versions/{id}/return` | `{}` → 201 [`super::ModelVersion`]: what an earlier version says, in the shop today as a new one |
//! | `POST /model-versions/{id}/preview` | `{}` → [`Preview`]; the errors of a model that does not hold |
//! | `GET /shop?market&preview=ID` | [`super::Shop`], its model as it was previewed; `catalog.read` at any dealer |
//! | `GET /model-versions/{id}/prices.csv` | a spreadsheet of all amounts |
//! | `POST /model-versions/{id}/prices` | [`PriceSheet`], `If-Match` → [`PriceReport`] |
//! | `POST /shop/signals` | [`Signals`] → 204; anybody, counted by day |

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::draft::Parts;
use super::{ModelVersion, ProductModel, VersionState};
use crate::event::named_enum;
use crate::id::{LeadId, ModelId, ModelVersionId, OpportunityId};
use crate::money::Currency;
use crate::problem::FieldError;
use crate::text::{Lang, LocalText};
use crate::time::{Day, Instant};

/// Bytes of a model from another program, or of a spreadsheet, at most.
pub const IMPORT_MAX: usize = 2 * 1024 * 1024;

/// A model in the list of models.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelRow {
    pub id: ModelId,
    pub version: i64,
    pub code: String,
    pub name: LocalText,
    pub position: i32,
    /// The version that customers see today.
    pub shown: Option<VersionLine>,
    /// Published for a later day.
    pub coming: Option<VersionLine>,
    /// In work.
    pub draft: Option<VersionLine>,
    /// Of the draft; of the newest version where there is none.
    pub groups: usize,
    pub options: usize,
    pub rules: usize,
    /// What does not hold in the draft before anything is compiled.
    pub problems: usize,
    pub markets: Vec<String>,
}

/// A version of a model in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionLine {
    pub id: ModelVersionId,
    pub version: i64,
    /// From 1 on.
    pub number: i32,
    pub state: VersionState,
    pub from_day: Option<Day>,
    pub created_at: Instant,
    /// Absent where the program itself did it.
    pub created_by: Option<String>,
    pub changed_at: Instant,
    pub changed_by: Option<String>,
    /// Whether customers see it today.
    pub is_shown: bool,
    /// Whether it can be put into the shop anew: it was there before.
    pub can_return: bool,
}

/// A model with all its versions, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelView {
    pub model: ProductModel,
    pub versions: Vec<VersionLine>,
}

/// A model to be recorded, with its first draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewModel {
    /// In addresses: lower case letters, digits and hyphens.
    pub code: String,
    pub name: LocalText,
    /// A model of another program (XCSP 2.1, DIMACS CNF, UVL, FeatureIDE), or one of Muster's own as JSON. Its content tells which.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A model that was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedModel {
    pub model: ProductModel,
    pub draft: ModelVersion,
    /// What the text says otherwise than the draft, for people.
    pub notes: Vec<String>,
}

/// A draft to be begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewVersion {
    /// The version that it starts from: the newest that was published, or else the newest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<ModelVersionId>,
}

/// Everything that a version says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionView {
    pub model: ProductModel,
    pub version: ModelVersion,
    pub parts: Parts,
}

/// A draft after a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Saved {
    pub version: ModelVersion,
    /// What others changed since the version sent, with the values now stored; `null` where a part is gone.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub merged: BTreeMap<String, serde_json::Value>,
}

/// A check to be made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Checking {
    /// Prices that stand out and are meant so, by [`PriceOutlier::address`].
    #[serde(default)]
    pub accepted: Vec<String>,
}

/// What a check found. What is in `defects`, `contradiction`, `unsold`, `cases` and not accepted of `outliers` blocks publication, and
/// so does a model that is too large; the rest is for people to judge. Nothing is compiled while there are defects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckReport {
    /// As it is now: `checked` where nothing blocks.
    pub version: ModelVersion,
    pub is_blocked: bool,
    /// Paths into the model such as `rules.7.condition`.
    pub defects: Vec<FieldError>,
    /// Rules that cannot hold together, none of which can be left out; empty where something can be built.
    pub contradiction: Vec<RuleName>,
    /// More nodes than a diagram may have.
    pub is_too_large: bool,
    /// Codes of price lists whose market has nothing to build.
    pub unsold: Vec<String>,
    pub cases: Vec<FailedCase>,
    pub outliers: Vec<PriceOutlier>,
    /// Options in no configuration.
    pub dead: Vec<OptionName>,
    /// Options in every configuration, of groups with more than one.
    pub core: Vec<OptionName>,
    /// Rules that say nothing beside the others. Of two that say the same, both are named.
    pub redundant: Vec<RuleName>,
    /// Rules that exclude nothing even alone.
    pub void: Vec<RuleName>,
    pub texts: Vec<MissingText>,
    /// Options that no layer shows in any view, of groups that others show.
    pub pictures: Vec<OptionName>,
    pub size: Option<Size>,
    /// With the version that customers see, or saw last.
    pub comparison: Option<Comparison>,
    /// Open requests and deals whose configuration cannot be built any more, at most [`AFFECTED_MAX`].
    pub affected: Vec<Affected>,
    pub affected_count: usize,
    /// How many were looked at.
    pub waiting_count: usize,
    /// Questions that took more effort than a check may; their answers are missing above.
    pub unanswered: Vec<CheckPart>,
}

/// Affected requests and deals that a report names.
pub const AFFECTED_MAX: usize = 50;

named_enum! {
    /// A part of a check.
    CheckPart {
        Contradiction = "contradiction",
        Redundant = "redundant",
        Void = "void",
        Cases = "cases",
    }
}

/// A rule, or what acts like one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleName {
    /// Its code; of an option that is not sold everywhere `group.option`.
    pub code: String,
    pub sentence: LocalText,
    /// No rule of its own: the option's markets.
    #[serde(default)]
    pub is_market: bool,
}

/// An option with its group.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptionName {
    pub group: String,
    pub option: String,
}

/// A case that does not come out as it must.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FailedCase {
    /// Its place among the cases.
    pub at: usize,
    pub name: String,
    /// What it must be, and is not.
    pub sellable: bool,
    /// The rules against it, where it must be sellable.
    pub rules: Vec<RuleName>,
}

named_enum! {
    /// What a price stands out from.
    Yardstick {
        /// The same price in the last published version.
        Before = "before",
        /// The median of the group's other options that cost something.
        Group = "group",
        /// Nothing: the amount itself cannot be meant, such as a base of zero or a total below zero.
        Sense = "sense",
    }
}

/// A price below a tenth or above ten times of what it is measured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceOutlier {
    /// `price/LIST` for the base, `amount/LIST/GROUP.OPTION`, `lowest/LIST` for the cheapest whole configuration.
    pub address: String,
    pub list: String,
    pub currency: Currency,
    /// Minor units.
    pub amount: i64,
    pub yardstick: Yardstick,
    /// Minor units.
    pub usual: i64,
    pub is_accepted: bool,
}

/// A text that a language lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MissingText {
    /// A path into the model such as `groups.3.name`.
    pub field: String,
    /// What it belongs to: a code, `group.option` for an option.
    pub code: String,
    pub lang: Lang,
}

/// What a model comes to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Size {
    /// In decimal digits, in all markets together.
    pub configurations: String,
    pub nodes: usize,
    pub compile_ms: f64,
    /// Of the diagram as it is sent, compressed.
    pub payload_bytes: usize,
    pub lists: Vec<ListSpan>,
}

/// The lowest and the highest price of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ListSpan {
    pub list: String,
    pub market: String,
    pub currency: Currency,
    /// Minor units, before tax.
    pub lowest: i64,
    pub highest: i64,
}

/// What is different from another version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comparison {
    pub version_id: ModelVersionId,
    pub number: i32,
    pub options_new: Vec<OptionName>,
    pub options_gone: Vec<OptionName>,
    pub rules_new: Vec<String>,
    pub rules_gone: Vec<String>,
    pub rules_changed: Vec<String>,
    pub prices: Vec<PriceChange>,
}

/// An amount that got another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceChange {
    pub list: String,
    pub currency: Currency,
    /// None for the base.
    pub option: Option<OptionName>,
    /// Minor units.
    pub from: i64,
    pub to: i64,
    /// In hundredths of a percent of what it was; none where it was nothing.
    pub change: Option<i64>,
}

/// An open request or deal whose configuration cannot be built any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Affected {
    pub lead_id: LeadId,
    /// The deal that it became.
    pub opportunity_id: Option<OpportunityId>,
    /// The configuration to read out.
    pub code: String,
    pub market: String,
    pub created_at: Instant,
    /// What the version does not have at all.
    pub gone: Vec<OptionName>,
    /// Its choices that cannot be together, where it has them all.
    pub against: Vec<OptionName>,
}

/// A draft that can be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    pub version_id: ModelVersionId,
    /// The record's version that it shows; later changes are not in it.
    pub version: i64,
    /// The model's code: `/build/CODE?preview=VERSION_ID` opens it, with `market=` for each of these.
    pub code: String,
    pub markets: Vec<String>,
}

/// Prices from a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceSheet {
    /// CSV with the columns `list`, `group`, `option` and `price` of `prices.csv`; others are left alone, and so is what it does not name.
    pub text: String,
    /// Whether to change the draft, or only to say what would change.
    pub apply: bool,
}

/// What a spreadsheet of prices changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PriceReport {
    pub version: ModelVersion,
    pub is_applied: bool,
    pub changes: Vec<PriceChange>,
    /// Rows that say what is stored already.
    pub unchanged: usize,
    /// Nothing is applied while there are any.
    pub mistakes: Vec<SheetMistake>,
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SheetMistake {
    /// From 1 on, the heading's.
    pub line: usize,
    pub kind: SheetMistakeKind,
    /// What stands there.
    pub text: String,
}

named_enum! {
    /// Why a row cannot be read.
    SheetMistakeKind {
        /// A column is missing in the heading.
        NoColumn = "no-column",
        NoList = "no-list",
        NoOption = "no-option",
        NotAPrice = "not-a-price",
        /// The row names what another one named already.
        Twice = "twice",
    }
}

/// Which days of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ReportFilter {
    /// Thirty days before the last one where it is not said.
    pub from: Option<Day>,
    /// Today where it is not said.
    pub to: Option<Day>,
}

/// What customers did with a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelReport {
    pub from: Day,
    pub to: Day,
    /// Requests with a configuration.
    pub requests: i64,
    /// In requests, each group's most frequent first.
    pub chosen: Vec<OptionCount>,
    /// Chosen while it was not available, most frequent first.
    pub refused: Vec<OptionCount>,
    /// Steps on which customers left the builder, most frequent first.
    pub left: Vec<StepCount>,
    /// Customers who opened the builder.
    pub opened: i64,
}

/// How often an option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptionCount {
    pub group: String,
    pub option: String,
    pub count: i64,
}

/// How often a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepCount {
    pub step: String,
    pub count: i64,
}

/// What a customer did in the builder, counted by day and kept no closer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Signals {
    pub version_id: ModelVersionId,
    pub market: String,
    /// At most [`SIGNALS_MAX`].
    pub signals: Vec<Signal>,
}

/// Signals of one request.
pub const SIGNALS_MAX: usize = 50;

/// One thing that a customer did in the builder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Signal {
    Opened,
    /// Wanted an option that was not available.
    Refused {
        group: String,
        option: String,
    },
    /// Went away from this step without asking for an offer.
    Left {
        step: String,
    },
}
