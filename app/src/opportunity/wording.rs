//! How fields of deals and their values are worded, and the stages' names everywhere on the desk.

use leptos::prelude::*;
use muster_shared::{
    access::Permission,
    id::{PipelineId, StageId, UserId},
    money::Money,
    opportunity::{ForecastCategory, LostReason, Pipeline, Stage},
    time::{Day, Instant},
};
use serde_json::Value;

use super::{api, board::reason_name};
use crate::{
    api::{Reading, plain},
    browser::{
        format::{self, DayStyle},
        json,
    },
    event::Wording,
    i18n::{lang, messages},
    live::use_live,
    people::use_people,
    session::use_session,
};

/// The pipelines, read once for the desk and again when they change.
#[derive(Clone, Copy)]
pub struct Stages(Reading<Vec<Pipeline>>);

impl Stages {
    /// All pipelines; empty until they are known. Tracked.
    pub fn pipelines(self) -> Vec<Pipeline> {
        self.0.get().and_then(Result::ok).unwrap_or_default()
    }

    /// A pipeline; tracked.
    pub fn pipeline(self, id: PipelineId) -> Option<Pipeline> {
        self.pipelines().into_iter().find(|p| p.id == id)
    }

    /// A stage of any pipeline; tracked.
    pub fn find(self, id: StageId) -> Option<Stage> {
        self.pipelines().into_iter().flat_map(|p| p.stages).find(|s| s.id == id)
    }

    /// A stage's name in the language of the interface; tracked.
    pub fn name(self, id: StageId) -> String {
        self.find(id).map(|stage| stage.name.get(lang()).to_owned()).unwrap_or_default()
    }
}

/// The pipelines; provided by [`provide_stages`].
pub fn use_stages() -> Stages {
    expect_context()
}

/// Reads the pipelines for everything below.
pub fn provide_stages() {
    let changes = use_live().changes(&[muster_shared::event::EntityKind::Pipeline, muster_shared::event::EntityKind::Stage]);
    let session = use_session();
    // Who sees no deals may not read how they are sold either.
    let may = Memo::new(move |_| session.can(Permission::OpportunityRead));
    provide_context(Stages(Reading::new(move || {
        changes.track();
        let may = may.get();
        async move { if may { api::pipelines().await } else { Ok(Vec::new()) } }
    })));
}

/// A stage's name, following the language and the pipelines.
pub fn stage_label(id: StageId) -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let stages = use_stages();
    move || stages.name(id)
}

/// A forecast category, worded; follows the language.
pub fn category_name(category: ForecastCategory) -> &'static str {
    messages::opportunity::categories::find(&category.as_str().replace('-', "_")).map_or(category.as_str(), |message| message.text())
}

/// For history and conflicts; `known` names other records by their id.
pub fn wording(known: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Wording {
    let (people, stages) = (use_people(), use_stages());
    Wording::new(messages::opportunity::fields::find, move |field, value| {
        let text = plain(value);
        match field {
            _ if value.is_null() => String::new(),
            "stage_id" => text.parse().map(|id| stages.name(id)).unwrap_or_default(),
            "owner_id" => text.parse::<UserId>().ok().and_then(|id| people.name(id)).unwrap_or_default(),
            "account_id" | "contact_id" => known(&text).unwrap_or_else(|| messages::opportunity::another.text().to_owned()),
            _ => scalar(field, value, text),
        }
    })
}

fn scalar(field: &str, value: &Value, text: String) -> String {
    match field {
        "amount" => json::from_value::<Money>(value).map(format::money).unwrap_or(text),
        "close_day" | "next_step_day" => Day::parse(&text).map_or(text, |day| format::day(day, DayStyle::Short)),
        "probability" => format!("{text}\u{a0}%"),
        "category" => ForecastCategory::ALL.iter().find(|c| c.as_str() == text).map_or(text, |c| category_name(*c).to_owned()),
        "lost_reason" => LostReason::parse(&text).map_or(text, |reason| reason_name(reason).to_owned()),
        "last_contact_at" | "closed_at" | "stage_since" => value.as_i64().map_or(text, |at| format::date_time(Instant(at))),
        _ => text,
    }
}
