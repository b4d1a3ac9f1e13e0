//! People who may become customers, first of all those who ask for an offer of what they built in the shop.

mod request;

pub use request::{
    ConfigurationLine, RequestAnswer, RequestChange, RequestStatus, RequestView, ShopDealer, ShopRequest, TEXT_VERSION, check_choices,
    mail_key, phone_key,
};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::account::check_phone;
use crate::check::{Checks, NAME_MAX, TEXT_MAX};
use crate::event::{Reason, RowScope, named_enum};
use crate::id::{AccountId, ContactId, DealerId, LeadId, ModelId, ModelVersionId, OpportunityId, TeamId, TerritoryId, UserId};
use crate::money::Money;
use crate::opportunity::{AMOUNT_MAX, Card};
use crate::problem::FieldError;
use crate::text::{Lang, LocalText};
use crate::time::Instant;

/// Working minutes in which a request is to be answered.
pub const ANSWER_MINUTES: u32 = 120;
/// A request that was passed on so often is the manager's.
pub const ESCALATIONS_MAX: i32 = 3;
/// Days after which a request that nobody answered ends.
pub const LIFE_DAYS: i32 = 30;

/// Fields that name nobody: how requests were answered stays readable when the person's data is erased.
pub(crate) const FACTS: [&str; 23] = [
    "account_id",
    "amount",
    "campaign_id",
    "choices",
    "code",
    "contact_id",
    "due_at",
    "escalations",
    "list",
    "list_id",
    "market",
    "model_id",
    "model_version_id",
    "offer",
    "opportunity_id",
    "owner_id",
    "province",
    "return_reason",
    "score",
    "source",
    "state",
    "team_id",
    "territory_id",
];

named_enum! {
    /// How far it has come.
    LeadState {
        /// Nobody has called yet.
        New = "new",
        /// Somebody is at it.
        Working = "working",
        /// The customer asked for an offer and waits for an answer.
        Requested = "requested",
        /// Given back, and nobody is left to pass it on to.
        Returned = "returned",
        /// Somebody took it over: it became a deal of its own.
        Accepted = "accepted",
        /// It became, or joined, a deal in another way.
        Converted = "converted",
        Cancelled = "cancelled",
        Disqualified = "disqualified",
        /// Nobody answered it.
        Expired = "expired",
    }
}

impl LeadState {
    /// Whether a customer waits for an answer.
    #[must_use]
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Requested | Self::Returned)
    }
}

named_enum! {
    /// Where it came from.
    LeadSource {
        Shop = "shop",
        List = "list",
        Campaign = "campaign",
        Import = "import",
        Referral = "referral",
        Manual = "manual",
    }
}

named_enum! {
    /// Why somebody gives a request back.
    ReturnReason {
        NoTime = "no-time",
        OtherArea = "other-area",
        OtherProduct = "other-product",
        KnownToOther = "known-to-other",
        NotReached = "not-reached",
        Other = "other",
    }
}

/// One choice of a configuration, by codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub group: String,
    pub option: String,
}

/// Somebody who may become a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lead {
    pub id: LeadId,
    pub version: i64,
    pub dealer_id: DealerId,
    pub state: LeadState,
    pub source: LeadSource,
    pub name: String,
    pub phone: String,
    pub mail: String,
    pub place: String,
    /// In which to speak to them.
    pub language: Lang,
    pub owner_id: UserId,
    pub team_id: Option<TeamId>,
    pub territory_id: Option<TerritoryId>,
    /// The customer they turned out to be.
    pub account_id: Option<AccountId>,
    pub contact_id: Option<ContactId>,
    pub opportunity_id: Option<OpportunityId>,
    pub model_id: Option<ModelId>,
    pub model_version_id: Option<ModelVersionId>,
    /// Code of the market.
    pub market: String,
    /// Code of the province in the market.
    pub province: String,
    /// Code of the price list.
    pub list: String,
    /// The file with the offer: its SHA-256 in hexadecimal.
    pub offer: Option<String>,
    /// What they chose themselves; the rest follows from it.
    pub choices: Vec<Choice>,
    /// The whole configuration as a code to read out.
    pub code: String,
    /// What it costs, before tax; as the server reckoned.
    pub amount: Option<Money>,
    /// When they are to have an answer.
    pub due_at: Option<Instant>,
    /// How often it was passed on because nobody answered.
    pub escalations: i32,
    /// Why it was given back last.
    pub return_reason: Option<ReturnReason>,
    pub return_note: String,
    pub score: Option<i32>,
    pub score_reasons: Vec<Reason>,
    pub campaign_id: Option<Uuid>,
    /// The phone list it came with.
    pub list_id: Option<Uuid>,
    /// What they wrote.
    pub note: String,
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub custom: Map<String, Value>,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

impl Lead {
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
        check_person(&mut c, &self.name, &self.phone, &self.mail);
        c.optional("place", &self.place, NAME_MAX);
        c.optional("note", &self.note, TEXT_MAX);
        c.optional("return_note", &self.return_note, TEXT_MAX);
        if let Some(amount) = self.amount {
            c.range("amount", amount.minor, 0, AMOUNT_MAX);
        }
        c.done()
    }
}

/// A name, and a phone number or a mail address.
fn check_person(c: &mut Checks, name: &str, phone: &str, mail: &str) {
    c.required("name", name, NAME_MAX);
    c.that(!phone.trim().is_empty() || !mail.trim().is_empty(), "phone", "phone-or-mail");
    c.optional("phone", phone, NAME_MAX);
    check_phone(c, "phone", phone);
    if !mail.is_empty() {
        c.mail("mail", mail);
    }
}

/// What the list can be narrowed by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct LeadFilter {
    /// Words of name or mail, or the last digits of the phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<LeadState>,
    /// Only those whose customer waits for an answer: `requested` and `returned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<LeadSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<TeamId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunity: Option<OpportunityId>,
    /// `due_at`, `name`, `created_at`, `updated_at`; a minus before means descending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// A row of the list, enough for a card in the board's lane of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadRow {
    pub id: LeadId,
    pub version: i64,
    pub state: LeadState,
    pub source: LeadSource,
    pub name: String,
    pub phone: String,
    pub mail: String,
    pub place: String,
    pub model_name: Option<LocalText>,
    /// Before tax.
    pub amount: Option<Money>,
    pub code: String,
    pub due_at: Option<Instant>,
    pub escalations: i32,
    pub owner_id: UserId,
    pub owner_name: String,
    pub opportunity_id: Option<OpportunityId>,
    pub created_at: Instant,
    /// Whether I may accept, return and cancel it.
    pub can_write: bool,
}

/// What a person agreed to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consent {
    pub purpose: String,
    /// Which wording they saw.
    pub text_version: String,
    pub given_at: Instant,
    pub withdrawn_at: Option<Instant>,
    pub source: String,
}

/// A lead with what its page shows beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadView {
    pub lead: Lead,
    pub owner_name: String,
    pub model_name: Option<LocalText>,
    /// Code of the model, as the shop's addresses name it.
    pub model_code: Option<String>,
    /// The whole configuration in words; empty where none can be read any more.
    pub configuration: Vec<ConfigurationLine>,
    pub consents: Vec<Consent>,
    pub can_write: bool,
}

/// Why a request is given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadReturn {
    pub reason: ReturnReason,
    /// Required where the reason is another.
    #[serde(default)]
    pub note: String,
}

impl LeadReturn {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        if self.reason == ReturnReason::Other {
            c.required("note", &self.note, TEXT_MAX);
        } else {
            c.optional("note", &self.note, TEXT_MAX);
        }
        c.done()
    }
}

/// Why a request is cancelled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadCancel {
    #[serde(default)]
    pub note: String,
}

impl LeadCancel {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.optional("note", &self.note, TEXT_MAX);
        c.done()
    }
}

/// What became of a request that somebody accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadAccepted {
    pub lead: LeadRow,
    /// The deal as the board shows it.
    pub card: Card,
    /// The customer had it already: no deal was made.
    #[serde(default)]
    pub joined: bool,
}
