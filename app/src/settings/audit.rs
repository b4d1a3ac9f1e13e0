//! What happened to any record, who did it, and the proof that nothing of it was changed later.

use leptos::prelude::*;
use muster_shared::{event::EntityKind, opportunity::Pipeline, search::Hit};
use serde_json::Value;
use uuid::Uuid;

use super::RoomHead;
use crate::{
    api::{self, ApiError},
    event::{History, Wording},
    i18n::{lang_untracked, messages},
    identity::{api as identity, api::UnitKind},
    query::use_query,
    t, t_now,
    ui::{Choice, Combobox, EmptyState, Failure, Field, Icon, Pending, Select, SelectOption, reactive},
};

/// Kinds whose events can be looked up here.
const KINDS: [EntityKind; 12] = [
    EntityKind::Opportunity,
    EntityKind::Account,
    EntityKind::Contact,
    EntityKind::User,
    EntityKind::Role,
    EntityKind::Pipeline,
    EntityKind::Stage,
    EntityKind::Team,
    EntityKind::Territory,
    EntityKind::Department,
    EntityKind::Dealer,
    EntityKind::Company,
];

/// A record is found by kind and name; both are in the address.
#[component]
pub fn AuditRoom() -> impl IntoView {
    let query = use_query();
    let kind = Memo::new(move |_| {
        query.get("kind").and_then(|code| EntityKind::parse(&code)).filter(|k| KINDS.contains(k)).unwrap_or(EntityKind::Opportunity)
    });
    let id = Memo::new(move |_| match kind.get() {
        // There is one company, and it has no id of its own.
        EntityKind::Company => Some(Uuid::nil()),
        _ => query.get("id").and_then(|id| id.parse::<Uuid>().ok()),
    });
    let chosen = RwSignal::new(None::<Choice>);
    let options = Signal::derive(|| KINDS.map(|kind| SelectOption::new(kind.as_str(), move || kind_name(kind))).to_vec());
    let code = RwSignal::new(kind.get_untracked().as_str().to_owned());
    let choose_kind = move |code: String| {
        chosen.set(None);
        query.set(&[("kind", Some(code)), ("id", None)]);
    };
    let search = Callback::new(move |text: String| Box::pin(find(kind.get_untracked(), text)) as Pending<_>);
    let take = move |choice: Choice| query.set(&[("id", Some(choice.id))]);
    let is_single = Memo::new(move |_| kind.get() == EntityKind::Company);
    let finder = move || {
        (!is_single.get()).then(|| {
            view! {
                <Field label=t!(settings.which_record) required=true>
                    <Combobox value=chosen search placeholder=t!(settings.which_record_hint) on_choose=take />
                </Field>
            }
        })
    };
    let history = move || match id.get() {
        Some(id) => view! { <History kind=kind.get() id wording=wording() /> }.into_any(),
        None => view! { <EmptyState title=t!(settings.audit_empty) text=t!(settings.audit_empty_text) icon=Icon::HISTORY /> }.into_any(),
    };
    view! {
        <RoomHead title=t!(settings.audit_title) text=t!(settings.audit_text) />
        <div class="form form--line">
            <Field label=t!(settings.kind) required=true><Select value=code options on_change=choose_kind /></Field>
            {reactive(finder)}
        </div>
        {reactive(history)}
    }
    .into_any()
}

fn kind_name(kind: EntityKind) -> &'static str {
    messages::settings::kinds::find(kind.as_str()).map_or(kind.as_str(), |message| message.text())
}

/// Fields by their own names where no slice words them, values as they were recorded.
fn wording() -> Wording {
    Wording::new(
        |field| messages::settings::fields::find(field).map_or_else(|| field.replace('_', " "), |message| message.text().to_owned()),
        |_, value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Bool(true) => t_now!(settings.yes).to_owned(),
            Value::Bool(false) => t_now!(settings.no).to_owned(),
            other => other.to_string(),
        },
    )
}

/// Records of a kind whose name has what was typed.
async fn find(kind: EntityKind, text: String) -> Result<Vec<Choice>, Failure> {
    let wanted = muster_shared::fold::fold(text.trim());
    let all = match kind {
        EntityKind::Account | EntityKind::Contact | EntityKind::Opportunity => {
            let hits: Vec<Hit> = api::get(&format!("/search?q={}&limit=20", api::encode(text.trim()))).await?;
            return Ok(hits.into_iter().filter(|hit| hit.kind == kind).map(|hit| choice(hit.id, hit.title, hit.detail)).collect());
        }
        EntityKind::User => {
            let filter = identity::UserFilter {
                q: Some(text.trim().to_owned()).filter(|q| !q.is_empty()),
                limit: Some(20),
                ..identity::UserFilter::default()
            };
            let users = identity::users(&filter).await?;
            return Ok(users.items.into_iter().map(|user| choice(user.id.0, user.name, user.mail)).collect());
        }
        other => listed(other).await?,
    };
    Ok(all.into_iter().filter(|choice| muster_shared::fold::fold(&choice.label).contains(&wanted)).collect())
}

/// Records of the kinds that are few enough to list whole.
async fn listed(kind: EntityKind) -> Result<Vec<Choice>, ApiError> {
    let lang = lang_untracked();
    let units = |list: Vec<muster_shared::identity::Unit>| list.into_iter().map(|unit| choice(unit.id, unit.name, String::new())).collect();
    Ok(match kind {
        EntityKind::Team => units(identity::units(UnitKind::Team, None).await?),
        EntityKind::Territory => units(identity::units(UnitKind::Territory, None).await?),
        EntityKind::Department => units(identity::units(UnitKind::Department, None).await?),
        EntityKind::Dealer => {
            identity::dealers().await?.into_iter().map(|dealer| choice(dealer.id.0, dealer.name, String::new())).collect()
        }
        EntityKind::Role => {
            identity::roles().await?.into_iter().map(|role| choice(role.id.0, role.name.get(lang).to_owned(), String::new())).collect()
        }
        EntityKind::Pipeline => api::get::<Vec<Pipeline>>("/pipelines")
            .await?
            .into_iter()
            .map(|p| choice(p.id.0, p.name.get(lang).to_owned(), String::new()))
            .collect(),
        EntityKind::Stage => {
            let pipelines: Vec<Pipeline> = api::get("/pipelines").await?;
            let named = |p: Pipeline| {
                let of = p.name.get(lang).to_owned();
                p.stages.into_iter().map(move |stage| choice(stage.id.0, stage.name.get(lang).to_owned(), of.clone())).collect::<Vec<_>>()
            };
            pipelines.into_iter().flat_map(named).collect()
        }
        _ => Vec::new(),
    })
}

fn choice(id: Uuid, label: String, detail: String) -> Choice {
    Choice { id: id.to_string(), label, detail }
}
