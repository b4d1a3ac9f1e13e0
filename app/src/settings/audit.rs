//! What happened to any record, who did it, and the proof that nothing of it was changed later.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    access::{Permission, Scope},
    event::EntityKind,
    id::UserId,
    identity::DealerContract,
    money::Money,
    opportunity::{ForecastCategory, Pipeline},
    search::Hit,
    text::Lang,
    time::{Day, Instant},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    RoomHead,
    pipelines::category_name,
    reach::{permission_name, scope_name},
    structure::contract_name,
};
use crate::{
    api::{self, ApiError, Reading, plain},
    browser::{
        format::{self, DayStyle},
        json,
    },
    company::{clock_text, own_name, weekday_name},
    event::{self, History, Wording},
    i18n::{Message, lang, lang_untracked, messages},
    identity::{api as identity, api::UnitKind},
    people::use_people,
    query::use_query,
    t, t_now,
    ui::{Choice, Combobox, EmptyState, Failure, Field, Icon, Pending, Select, SelectOption, reactive},
};

/// Kinds whose events can be looked up here.
const KINDS: [EntityKind; 13] = [
    EntityKind::Opportunity,
    EntityKind::Account,
    EntityKind::Contact,
    EntityKind::Lead,
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
    let here = id;
    let chosen = RwSignal::new(None::<Choice>);
    let options = Signal::derive(|| KINDS.map(|kind| SelectOption::new(kind.as_str(), move || kind_name(kind))).to_vec());
    let code = RwSignal::new(kind.get_untracked().as_str().to_owned());
    let choose_kind = move |code: String| {
        chosen.set(None);
        query.set(&[("kind", Some(code)), ("id", None)]);
    };
    // A link, a reload or a step back leads here without a choice: the record's own history knows what it is called.
    Effect::new(move |_| {
        let (kind, id) = (kind.get(), id.get());
        let is_known = |id: Uuid| chosen.with_untracked(|chosen| chosen.as_ref().is_some_and(|chosen| chosen.id == id.to_string()));
        if let Some(wanted) = id.filter(|id| kind != EntityKind::Company && !is_known(*id)) {
            spawn_local(async move {
                let events = event::read(kind, wanted).await.unwrap_or_default();
                let label = events.first().map(|event| event.read_payload().label).unwrap_or_default();
                if !label.is_empty() && here.try_get_untracked() == Some(Some(wanted)) {
                    chosen.try_set(Some(choice(wanted, label, String::new())));
                }
            });
        }
    });
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
    let wording = wording();
    let history = move || match id.get() {
        Some(id) => view! { <History kind=kind.get() id wording /> }.into_any(),
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

/// Kinds that other records' fields name by their ids, and that are few enough to be read whole.
const NAMED: [EntityKind; 7] = [
    EntityKind::Stage,
    EntityKind::Pipeline,
    EntityKind::Role,
    EntityKind::Team,
    EntityKind::Territory,
    EntityKind::Department,
    EntityKind::Dealer,
];

/// Fields by the names that their pages give them, values as people know them.
fn wording() -> Wording {
    let people = use_people();
    let names = Reading::new(|| async {
        let mut all = Vec::new();
        for kind in NAMED {
            // What the person may not list stays without a name.
            all.extend(listed(kind).await.unwrap_or_default());
        }
        Ok(all)
    });
    let names = Signal::derive(move || names.get().and_then(Result::ok).unwrap_or_default());
    let name = move |id: Uuid| {
        let text = id.to_string();
        people.name(UserId(id)).or_else(|| names.with(|all| all.iter().find(|known| known.id == text).map(|known| known.label.clone())))
    };
    Wording::new(field_name, move |field, value| word(field, value, &name))
}

fn field_name(field: &str) -> Option<&'static Message> {
    let slices = [
        messages::settings::fields::find,
        messages::opportunity::fields::find,
        messages::account::fields::find,
        messages::lead::fields::find,
    ];
    slices.into_iter().find_map(|find| find(field))
}

/// A value in words; `name` knows other records by their ids.
pub fn word(field: &str, value: &Value, name: &dyn Fn(Uuid) -> Option<String>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => t_now!(settings.yes).to_owned(),
        Value::Bool(false) => t_now!(settings.no).to_owned(),
        Value::Array(items) => items.iter().map(|item| word(field, item, name)).collect::<Vec<_>>().join(", "),
        Value::String(text) => word_text(field, text, name),
        Value::Number(number) => match (field, number.as_i64()) {
            ("probability", Some(percent)) => format!("{percent}\u{a0}%"),
            (field, Some(at)) if field.ends_with("_at") || field.ends_with("_since") => format::date_time(Instant(at)),
            _ => number.to_string(),
        },
        Value::Object(parts) => match field {
            "amount" => json::from_value::<Money>(value).map(format::money).unwrap_or_default(),
            "grants" => word_grants(parts),
            "calendar" => word_calendar(parts),
            "hours" => word_hours(parts),
            "choices" => parts.get("option").map(plain).unwrap_or_default(),
            _ => word_local(parts),
        },
    }
}

fn word_text(field: &str, text: &str, name: &dyn Fn(Uuid) -> Option<String>) -> String {
    if let Ok(id) = text.parse::<Uuid>() {
        return name(id).unwrap_or_else(|| t_now!(settings.another_record).to_owned());
    }
    let known = match field {
        "lang" | "languages" => Lang::parse(text).map(|lang| own_name(lang).to_owned()),
        "category" => ForecastCategory::parse(text).map(|category| category_name(category).to_owned()),
        "state" => messages::lead::states::find(text).map(|message| message.text().to_owned()),
        "source" => messages::lead::sources::find(text).map(|message| message.text().to_owned()),
        "return_reason" => messages::lead::reasons::find(&text.replace('-', "_")).map(|message| message.text().to_owned()),
        "contract" => DealerContract::parse(text).map(|contract| contract_name(contract).to_owned()),
        "lost_reason" => messages::opportunity::lost_reason::find(&text.replace('-', "_")).map(|message| message.text().to_owned()),
        field if field.ends_with("_day") => Day::parse(text).map(|day| format::day(day, DayStyle::Short)),
        _ => None,
    };
    known.unwrap_or_else(|| text.to_owned())
}

/// What a role allows, and how far.
fn word_grants(grants: &Map<String, Value>) -> String {
    let word = |(permission, scope): (&String, &Value)| {
        let permission = Permission::parse(permission).map_or_else(|| permission.clone(), |known| permission_name(known).to_owned());
        format!("{permission}: {}", scope_name(Scope::parse(&plain(scope))))
    };
    grants.iter().map(word).collect::<Vec<_>>().join(" · ")
}

/// The days that are worked, and how many others are off.
fn word_calendar(calendar: &Map<String, Value>) -> String {
    let list = |name: &str| calendar.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let worked = list("workdays")
        .iter()
        .enumerate()
        .filter(|(_, is_on)| **is_on == Value::Bool(true))
        .map(|(i, _)| weekday_name(i))
        .collect::<Vec<_>>();
    format!("{} · {}", worked.join(" "), t_now!(settings.days_off, count = list("holidays").len()))
}

/// When a working day begins and ends.
fn word_hours(hours: &Map<String, Value>) -> String {
    let time = |name: &str| hours.get(name).and_then(Value::as_u64).and_then(|minute| u16::try_from(minute).ok()).map(clock_text);
    format!("{}–{}", time("from").unwrap_or_default(), time("to").unwrap_or_default())
}

/// A text that is kept in several languages, in the one of the interface.
fn word_local(texts: &Map<String, Value>) -> String {
    texts.get(lang().code()).or_else(|| texts.values().next()).map(plain).unwrap_or_default()
}

/// Records of a kind whose name has what was typed.
async fn find(kind: EntityKind, text: String) -> Result<Vec<Choice>, Failure> {
    let wanted = muster_shared::fold::fold(text.trim());
    let all = match kind {
        EntityKind::Account | EntityKind::Contact | EntityKind::Lead | EntityKind::Opportunity => {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(field: &str, value: &Value, expected: &str) {
        let known = Uuid::from_u128(7);
        assert_eq!(word(field, value, &|id| (id == known).then(|| "Linh".to_owned())), expected);
    }

    #[test]
    fn values_are_worded_as_people_know_them() {
        let (known, unknown) = (Uuid::from_u128(7).to_string(), Uuid::from_u128(8).to_string());
        check("owner_id", &json!(known), "Linh");
        check("team_ids", &json!([known, unknown]), "Linh, another record");
        check("name", &json!({"en": "Offer", "vi": "Báo giá"}), "Offer");
        check("name", &json!({"vi": "Báo giá"}), "Báo giá");
        check("archived", &json!(true), "yes");
        check("limit_days", &Value::Null, "");
        check("probability", &json!(60), "60\u{a0}%");
        check("contract", &json!("open"), "Open");
        check("hours", &json!({"from": 450, "to": 1440}), "07:30–24:00");
        check("return_reason", &json!("other-area"), "Another area");
        check("choices", &json!([{"group": "line", "option": "core"}, {"group": "engine", "option": "petrol"}]), "core, petrol");
        check("languages", &json!(["en", "vi"]), "English, Tiếng Việt");
        check("grants", &json!({"opportunity.read": "team", "audit.read": "all"}), "See who did what: All · See deals: Team");
        check("phone", &json!("0909 123 456"), "0909 123 456");
    }
}
