//! The words of the studio: states, kinds, what does not hold and where, and the parts of a draft.

use leptos::prelude::*;
use muster_shared::{
    catalog::{VersionState, studio::VersionLine},
    configurator::{
        expression::{Expected, Mistake, MistakeKind},
        model::{Defect, DefectKind, GroupKind, Importance, Model},
    },
    money::Money,
    problem::FieldError,
    text::{Lang, LocalText},
};
use serde_json::Value;

use super::{draft::Draft, part::Part};
use crate::{
    api::{plain, word_field},
    browser::format::{self, DayStyle},
    event::Wording,
    i18n::{lang, messages},
    t_now,
    ui::Tone,
};

/// A name in the language of the interface; the code where it has none.
pub fn named(name: &LocalText, code: &str) -> String {
    Some(name.get(lang())).filter(|name| !name.is_empty()).unwrap_or(code).to_owned()
}

/// What a language is called.
pub fn lang_name(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "English",
        Lang::Vi => "Tiếng Việt",
    }
}

/// How the options of a group are shown.
pub fn kind_name(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::List => t_now!(studio.kind_list),
        GroupKind::Swatch => t_now!(studio.kind_swatch),
        GroupKind::Material => t_now!(studio.kind_material),
        GroupKind::Switch => t_now!(studio.kind_switch),
    }
}

/// What a change of a group means to a customer.
pub fn importance_name(importance: Importance) -> &'static str {
    match importance {
        Importance::Accessory => t_now!(studio.importance_accessory),
        Importance::Look => t_now!(studio.importance_look),
        Importance::Comfort => t_now!(studio.importance_comfort),
        Importance::Drive => t_now!(studio.importance_drive),
    }
}

/// A state as a word, and what it means.
pub fn state(state: VersionState) -> (Tone, &'static str) {
    match state {
        VersionState::Draft => (Tone::Accent, t_now!(studio.state_draft)),
        VersionState::Checked => (Tone::Good, t_now!(studio.state_checked)),
        VersionState::Published => (Tone::Good, t_now!(studio.state_published)),
        VersionState::Retired => (Tone::Neutral, t_now!(studio.state_retired)),
    }
}

/// A version's number with its state, as in "3, in the shop".
pub fn version(line: &VersionLine) -> String {
    let day = line.from_day.map(|day| format::day(day, DayStyle::Short));
    match (line.is_shown, line.state, day) {
        (true, _, _) => t_now!(studio.version_shown, number = line.number),
        (false, VersionState::Published, Some(day)) if line.from_day > Some(crate::browser::clock::today()) => {
            t_now!(studio.version_coming, number = line.number, day = day)
        }
        _ => t_now!(studio.version_is, number = line.number, state = state(line.state).1),
    }
}

/// Where something does not hold, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub part: Part,
    pub place: String,
    pub text: String,
}

/// A defect that the browser found.
pub fn defect(defect: &Defect, model: &Model) -> Trouble {
    let text = match &defect.kind {
        DefectKind::Code => t_now!(studio.defect_code).to_owned(),
        DefectKind::Twice => t_now!(studio.defect_twice).to_owned(),
        DefectKind::Unknown(name) if name.is_empty() => t_now!(studio.defect_missing).to_owned(),
        DefectKind::Unknown(name) => t_now!(studio.defect_unknown, name = name),
        DefectKind::Empty => t_now!(studio.defect_empty).to_owned(),
        DefectKind::Body => t_now!(studio.defect_body).to_owned(),
        DefectKind::Row => t_now!(studio.defect_row).to_owned(),
        DefectKind::Text(found) => mistake(found),
    };
    let (part, place) = place(&defect.field, model);
    Trouble { part, place, text }
}

/// A defect that the server found.
pub fn field_error(error: &FieldError, model: &Model) -> Trouble {
    let (part, place) = place(&error.field, model);
    let name = error.params.get("name").map(plain).unwrap_or_default();
    let text = match error.code.as_str() {
        "not-a-code" => t_now!(studio.defect_code).to_owned(),
        "taken" => t_now!(studio.defect_twice).to_owned(),
        "not-in-model" if name.is_empty() => t_now!(studio.defect_missing).to_owned(),
        "not-in-model" => t_now!(studio.defect_unknown, name = name),
        "required" => t_now!(studio.defect_empty).to_owned(),
        "rule-body" => t_now!(studio.defect_body).to_owned(),
        "row-length" => t_now!(studio.defect_row).to_owned(),
        "rule-text" => t_now!(studio.defect_text).to_owned(),
        _ => word_field(error),
    };
    Trouble { part, place, text }
}

/// Why a rule cannot be read.
pub fn mistake(mistake: &Mistake) -> String {
    match &mistake.kind {
        MistakeKind::Character => t_now!(studio.mistake_character).to_owned(),
        MistakeKind::NoGroup(name) => t_now!(studio.mistake_group, name = name),
        MistakeKind::NoOption { group, option } => t_now!(studio.mistake_option, group = group, option = option),
        MistakeKind::NoAttribute(name) => t_now!(studio.mistake_attribute, name = name),
        MistakeKind::Number => t_now!(studio.mistake_number).to_owned(),
        MistakeKind::TooDeep => t_now!(studio.mistake_deep).to_owned(),
        MistakeKind::LimitCondition => t_now!(studio.mistake_limit).to_owned(),
        MistakeKind::Expected(expected) => match expected {
            Expected::Condition => t_now!(studio.expected_condition).to_owned(),
            Expected::Comparison => t_now!(studio.expected_comparison).to_owned(),
            Expected::Option => t_now!(studio.expected_option).to_owned(),
            Expected::Open => t_now!(studio.expected_open).to_owned(),
            Expected::Close => t_now!(studio.expected_close).to_owned(),
            Expected::Number => t_now!(studio.expected_number).to_owned(),
            Expected::Of => t_now!(studio.expected_of).to_owned(),
            Expected::End => t_now!(studio.expected_end).to_owned(),
        },
    }
}

/// What is edited at a path such as `groups.3.options.1.name`, and how it is called.
pub fn place(field: &str, model: &Model) -> (Part, String) {
    let parts: Vec<&str> = field.split('.').collect();
    let at = parts.get(1).and_then(|at| at.parse::<usize>().ok());
    let nth = |at: Option<usize>, len: usize| at.filter(|at| *at < len);
    match parts[0] {
        "groups" => {
            let Some(at) = nth(at, model.groups.len()) else { return (Part::Steps, t_now!(studio.steps).to_owned()) };
            let group = &model.groups[at];
            let option = parts.get(3).and_then(|at| group.options.get(at.parse::<usize>().ok()?));
            let name = named(&group.name, &group.code);
            let place = option.map_or_else(|| name.clone(), |option| format!("{name} · {}", named(&option.name, &option.code)));
            (Part::Group(group.code.clone()), place)
        }
        "rules" => nth(at, model.rules.len()).map_or_else(
            || (Part::About, t_now!(studio.rules).to_owned()),
            |at| (Part::Rule(model.rules[at].code.clone()), rule_name(model, at)),
        ),
        "prices" => nth(at, model.prices.len()).map_or_else(
            || (Part::About, t_now!(studio.prices).to_owned()),
            |at| (Part::Prices(model.prices[at].code.clone()), format!("{} {}", t_now!(studio.prices), model.prices[at].code)),
        ),
        "cases" => {
            let name = nth(at, model.cases.len()).map(|at| model.cases[at].name.clone()).unwrap_or_default();
            (Part::Cases, format!("{} {name}", t_now!(studio.cases)))
        }
        "steps" => {
            let name = nth(at, model.steps.len()).map(|at| named(&model.steps[at].name, &model.steps[at].code));
            (Part::Steps, name.unwrap_or_else(|| t_now!(studio.steps).to_owned()))
        }
        "attributes" => (Part::Attributes, t_now!(studio.attributes).to_owned()),
        "markets" => (Part::About, t_now!(studio.markets).to_owned()),
        _ => (Part::About, t_now!(studio.about).to_owned()),
    }
}

/// What a rule is called: what the customer reads, or its code until that is written.
pub fn rule_name(model: &Model, at: usize) -> String {
    model.rules.get(at).map(|rule| named(&rule.sentence, &rule.code)).unwrap_or_default()
}

/// An option with its group, by their codes.
pub fn option_name(model: &Model, group: &str, option: &str) -> String {
    let Some(found) = model.groups.iter().find(|it| it.code == group) else { return format!("{group} · {option}") };
    let name = found.options.iter().find(|it| it.code == option).map_or_else(|| option.to_owned(), |it| named(&it.name, option));
    format!("{} · {name}", named(&found.name, group))
}

/// The parts of a draft for its history and for what met another's.
pub fn parts(draft: Draft) -> Wording {
    let name = move |address: &str| {
        // The page may be gone when its history is worded.
        draft.model.try_with_untracked(|model| part_name(address, model)).flatten()
    };
    let value = move |address: &str, value: &Value| {
        let amount = address.strip_prefix("amount/").and_then(|rest| rest.split_once('/')).zip(value.as_i64());
        let currency = amount.and_then(|((list, _), _)| {
            draft.model.try_with_untracked(|model| model.prices.iter().find(|it| it.code == list).map(|it| it.currency)).flatten()
        });
        match (currency, amount) {
            (Some(currency), Some((_, minor))) => format::money(Money::new(minor, currency)),
            _ if value.is_null() && !address.contains('/') => String::new(),
            _ => described(value),
        }
    };
    Wording::new(messages::studio::fields::find, value).naming(name)
}

/// What a part's address is called; none where the address is a field of the version itself.
fn part_name(address: &str, model: &Model) -> Option<String> {
    let (kind, key) = address.split_once('/')?;
    Some(match kind {
        "group" => model.groups.iter().find(|it| it.code == key).map_or_else(|| key.to_owned(), |it| named(&it.name, key)),
        "option" => key.split_once('.').map_or_else(|| key.to_owned(), |(group, option)| option_name(model, group, option)),
        "rule" => model.rules.iter().position(|it| it.code == key).map_or_else(|| key.to_owned(), |at| rule_name(model, at)),
        "step" => model.steps.iter().find(|it| it.code == key).map_or_else(|| key.to_owned(), |it| named(&it.name, key)),
        "case" => format!("{} {key}", t_now!(studio.cases)),
        "price" | "conditional" => format!("{} {key}", t_now!(studio.prices)),
        "amount" => {
            let (list, name) = key.split_once('/')?;
            let option = name.split_once('.').map_or_else(|| name.to_owned(), |(group, option)| option_name(model, group, option));
            format!("{option}, {list}")
        }
        "place" => {
            let of = part_name(key, model).unwrap_or_else(|| key.to_owned());
            t_now!(studio.place_of, what = of)
        }
        _ => key.to_owned(),
    })
}

/// A part's value in a line.
fn described(value: &Value) -> String {
    match value {
        Value::Null => t_now!(studio.gone).to_owned(),
        Value::Array(items) => items.iter().map(described).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => match fields.get(lang().code()).or_else(|| fields.get("en")) {
            Some(Value::String(text)) => text.clone(),
            _ => {
                let line = |(name, value): (&String, &Value)| {
                    let said = described(value);
                    let label = messages::studio::fields::find(name).map_or(name.as_str(), |message| message.text());
                    (name != "code" && !said.is_empty()).then(|| format!("{label}: {said}"))
                };
                fields.iter().filter_map(line).collect::<Vec<_>>().join("; ")
            }
        },
        other => plain(other),
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::configurator::model::{GroupOption, Rule};

    use super::*;
    use muster_shared::configurator::model::Group;

    fn model() -> Model {
        let option = GroupOption { code: "red".into(), name: LocalText::new("Crimson", "Đỏ"), ..GroupOption::default() };
        let group = Group {
            code: "paint".into(),
            name: LocalText::new("Paint", "Màu sơn"),
            step: "look".into(),
            kind: GroupKind::Swatch,
            importance: Importance::Look,
            options: vec![option],
            default: None,
        };
        Model { groups: vec![group], rules: vec![Rule { code: "r".into(), ..Rule::default() }], ..Model::default() }
    }

    #[test]
    fn a_path_leads_to_the_part_where_it_is_mended() {
        let model = model();
        assert_eq!(place("groups.0.options.0.name", &model), (Part::Group("paint".into()), "Paint · Crimson".into()));
        assert_eq!(place("groups.7.name", &model).0, Part::Steps);
        assert_eq!(place("rules.0.condition", &model), (Part::Rule("r".into()), "r".into()));
        assert_eq!(place("markets", &model).0, Part::About);
    }

    #[test]
    fn an_address_is_called_as_people_call_the_part() {
        let model = model();
        assert_eq!(part_name("option/paint.red", &model), Some("Paint · Crimson".into()));
        assert_eq!(part_name("amount/vn/paint.red", &model), Some("Paint · Crimson, vn".into()));
        assert_eq!(part_name("name", &model), None);
        assert_eq!(described(&serde_json::json!({ "en": "Red", "vi": "Đỏ" })), "Red");
    }
}
