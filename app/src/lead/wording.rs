//! How the fields of a request and their values are worded.

use muster_shared::{
    id::UserId,
    lead::{LeadSource, LeadState, ReturnReason},
    money::Money,
    text::Lang,
    time::Instant,
};
use serde_json::Value;

use crate::{
    api::plain,
    browser::{format, json},
    company::own_name,
    event::Wording,
    i18n::messages,
    people::{People, use_people},
};

/// Fields that the panel shows itself, or that are nobody's business to read.
pub const HIDDEN: &[&str] = &[
    "account_id",
    "choices",
    "contact_id",
    "custom",
    "dealer_id",
    "list",
    "model_id",
    "model_version_id",
    "offer",
    "opportunity_id",
    "score_reasons",
    "team_id",
    "territory_id",
];

/// For the history.
pub fn wording() -> Wording {
    let people = use_people();
    Wording::new(messages::lead::fields::find, move |field, value| word(field, value, people))
}

fn word(field: &str, value: &Value, people: People) -> String {
    let text = plain(value);
    match field {
        _ if value.is_null() => String::new(),
        "owner_id" => text.parse::<UserId>().ok().and_then(|id| people.name(id)).unwrap_or_default(),
        "state" => LeadState::parse(&text).map_or(text, |state| state_name(state).to_owned()),
        "source" => LeadSource::parse(&text).map_or(text, |source| source_name(source).to_owned()),
        "return_reason" => ReturnReason::parse(&text).map_or(text, |reason| reason_name(reason).to_owned()),
        "language" => Lang::parse(&text).map_or(text, |lang| own_name(lang).to_owned()),
        "amount" => json::from_value::<Money>(value).map(format::money).unwrap_or(text),
        "due_at" | "deleted_at" => value.as_i64().map_or(text, |at| format::date_time(Instant(at))),
        _ => text,
    }
}

/// How far a request has come, worded; follows the language.
pub fn state_name(state: LeadState) -> &'static str {
    messages::lead::states::find(state.as_str()).map_or(state.as_str(), |message| message.text())
}

/// Where a request came from, worded; follows the language.
pub fn source_name(source: LeadSource) -> &'static str {
    messages::lead::sources::find(source.as_str()).map_or(source.as_str(), |message| message.text())
}

/// Why a request is given back, worded; follows the language.
pub fn reason_name(reason: ReturnReason) -> &'static str {
    messages::lead::reasons::find(&reason.as_str().replace('-', "_")).map_or(reason.as_str(), |message| message.text())
}

/// What somebody agreed to, worded; follows the language.
pub fn purpose_name(purpose: &str) -> String {
    messages::lead::purposes::find(&purpose.replace('-', "_")).map_or_else(|| purpose.to_owned(), |message| message.text().to_owned())
}
