//! A model in work as named parts, so that two people write one draft and only the same part asks.
//!
//! | address | value |
//! | --- | --- |
//! | `name`, `summary`, `markets`, `views`, `layers` | as in [`Model`] and its pictures |
//! | `step/CODE`, `rule/CODE`, `attribute/CODE`, `case/NAME` | a step, a rule, an attribute, a case |
//! | `group/CODE` | a group without its options |
//! | `option/GROUP.CODE` | an option of the group with that address |
//! | `price/CODE` | a price list without its amounts |
//! | `amount/LIST/GROUP.OPTION` | minor units in the list with that address |
//! | `conditional/LIST` | the list's conditional prices |
//! | `place/KIND/KEY` | a whole number: where the part `KIND/KEY` stands among its like, least first |
//!
//! Whoever edits a [`Model`] needs none of these: [`Parts::changes_to`] finds what to send.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::configurator::model::{Attribute, Case, ConditionalPrice, Group, GroupOption, Layer, Model, PriceList, Rule, Step, View};
use crate::text::LocalText;

/// Parts of a draft at most.
pub const PARTS_MAX: usize = 20_000;
/// Bytes of one part at most, as JSON.
pub const PART_MAX: usize = 256 * 1024;
/// Bytes of all parts together at most, as JSON.
pub const DRAFT_MAX: usize = 4 * 1024 * 1024;
/// Between neighbours that never moved.
const STEP: i64 = 1 << 20;
/// Places lie between this and its opposite.
const PLACE_MAX: i64 = 1 << 52;

/// A model by its parts' addresses.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = Object))]
#[serde(transparent)]
pub struct Parts(pub BTreeMap<String, Value>);

/// What to change in a draft.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DraftPatch {
    /// New values by address; `null` takes a part away.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub changes: BTreeMap<String, Value>,
}

impl Parts {
    #[must_use]
    pub fn of(model: &Model) -> Self {
        Self(Writer::default().model(model, &BTreeMap::new()))
    }

    /// The model that the parts make. Parts of what is no longer there are left out.
    #[must_use]
    pub fn model(&self) -> Model {
        let mut model = Model {
            name: self.value("name"),
            summary: self.value("summary"),
            markets: self.value("markets"),
            steps: self.sorted("step").into_iter().map(|(_, step)| step).collect(),
            rules: self.sorted("rule").into_iter().map(|(_, rule)| rule).collect(),
            attributes: self.sorted("attribute").into_iter().map(|(_, attribute)| attribute).collect(),
            cases: self.sorted("case").into_iter().map(|(_, case)| case).collect(),
            ..Model::default()
        };
        model.pictures.views = self.value("views");
        model.pictures.layers = self.value("layers");
        let mut options: BTreeMap<&str, Vec<GroupOption>> = BTreeMap::new();
        for (key, option) in self.sorted("option") {
            let (group, _) = key.split_once('.').unwrap_or((key, ""));
            options.entry(group).or_default().push(option);
        }
        for (key, Whole(mut group)) in self.sorted::<Whole<Group>>("group") {
            group.options = options.remove(key).unwrap_or_default();
            model.groups.push(group);
        }
        for (key, Whole(mut list)) in self.sorted::<Whole<PriceList>>("price") {
            list.options = self.amounts(key);
            list.conditional = self.value(&format!("conditional/{key}"));
            model.prices.push(list);
        }
        model
    }

    /// What has to change for the parts to make `model`; nothing where they do.
    #[must_use]
    pub fn changes_to(&self, model: &Model) -> BTreeMap<String, Value> {
        let wanted = Writer::default().model(model, &self.0);
        let gone = self.0.keys().filter(|address| !wanted.contains_key(*address)).map(|address| (address.clone(), Value::Null));
        let mut changes: BTreeMap<String, Value> = gone.collect();
        changes.extend(wanted.into_iter().filter(|(address, value)| self.0.get(address) != Some(value)));
        changes
    }

    /// Takes changes over, whoever made them.
    pub fn apply(&mut self, changes: BTreeMap<String, Value>) {
        self.0.extend(changes);
        self.0.retain(|_, value| !value.is_null());
    }

    fn value<T: DeserializeOwned + Default>(&self, address: &str) -> T {
        self.0.get(address).and_then(|value| T::deserialize(value).ok()).unwrap_or_default()
    }

    /// Keys and values of a kind, in their order.
    fn sorted<T: DeserializeOwned>(&self, kind: &str) -> Vec<(&str, T)> {
        let first = format!("{kind}/");
        let mut found: Vec<(i64, &str, T)> = Vec::new();
        for (address, value) in self.0.range(first.clone()..).take_while(|(address, _)| address.starts_with(&first)) {
            let place = self.0.get(&format!("place/{address}")).and_then(Value::as_i64).unwrap_or(i64::MAX);
            if let Ok(value) = T::deserialize(value) {
                found.push((place, &address[first.len()..], value));
            }
        }
        found.sort_by_key(|(place, ..)| *place);
        found.into_iter().map(|(_, key, value)| (key, value)).collect()
    }

    fn amounts(&self, list: &str) -> BTreeMap<String, i64> {
        let first = format!("amount/{list}/");
        let of_list = self.0.range(first.clone()..).take_while(|(address, _)| address.starts_with(&first));
        of_list.filter_map(|(address, value)| Some((address[first.len()..].to_owned(), value.as_i64()?))).collect()
    }
}

/// Whether a draft can hold a part with this address and value; `null` always goes.
///
/// # Errors
/// `not-a-part`, `too-long` or `malformed`.
pub fn check_part(address: &str, value: &Value) -> Result<(), &'static str> {
    if address.len() > 200 || address.chars().any(char::is_control) {
        return Err("not-a-part");
    }
    let (kind, key) = address.split_once('/').unwrap_or((address, ""));
    let is_key = |key: &str| !key.is_empty() && key.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-' | '_' | '~'));
    let is_option = |key: &str| key.split_once('.').is_some_and(|(group, option)| is_key(group) && is_key(option));
    let is_address = match kind {
        "name" | "summary" | "markets" | "views" | "layers" => !address.contains('/'),
        "step" | "group" | "rule" | "attribute" | "price" | "case" | "conditional" => is_key(key),
        "option" => is_option(key),
        "amount" => key.split_once('/').is_some_and(|(list, name)| is_key(list) && !name.is_empty()),
        "place" => key.split_once('/').is_some_and(|(kind, key)| match kind {
            "option" => is_option(key),
            "step" | "group" | "rule" | "attribute" | "price" | "case" => is_key(key),
            _ => false,
        }),
        _ => false,
    };
    if !is_address {
        return Err("not-a-part");
    }
    if value.is_null() {
        return Ok(());
    }
    if value.to_string().len() > PART_MAX {
        return Err("too-long");
    }
    let is_readable = match kind {
        "name" | "summary" => reads::<LocalText>(value),
        "markets" => reads::<Vec<String>>(value),
        "views" => reads::<Vec<View>>(value),
        "layers" => reads::<Vec<Layer>>(value),
        "step" => reads::<Step>(value),
        "group" => reads::<Whole<Group>>(value) && value.get("options").is_none(),
        "option" => reads::<GroupOption>(value),
        "rule" => reads::<Rule>(value),
        "attribute" => reads::<Attribute>(value),
        "price" => reads::<Whole<PriceList>>(value) && value.get("options").is_none() && value.get("conditional").is_none(),
        "conditional" => reads::<Vec<ConditionalPrice>>(value),
        "case" => reads::<Case>(value),
        "place" => value.as_i64().is_some_and(|place| (-PLACE_MAX..=PLACE_MAX).contains(&place)),
        _ => value.is_i64(),
    };
    if is_readable { Ok(()) } else { Err("malformed") }
}

fn reads<T: DeserializeOwned>(value: &Value) -> bool {
    T::deserialize(value).is_ok()
}

/// What is stored without what has addresses of its own.
struct Whole<T>(T);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Whole<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let mut fields: Map<String, Value> = Map::deserialize(deserializer)?;
        // A group's options are a list and a price list's a map: the one that fits is told by what else is there.
        let none = if fields.contains_key("currency") { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
        fields.insert("options".to_owned(), none);
        T::deserialize(Value::Object(fields)).map(Self).map_err(D::Error::custom)
    }
}

/// A code as it can stand in an address.
fn key(code: &str) -> String {
    let letter = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '-') => c,
        _ => '_',
    };
    let key: String = code.trim().chars().take(60).map(letter).collect();
    if key.is_empty() { "_".to_owned() } else { key }
}

/// A key for each code, told apart where two are alike.
fn keys<'a>(codes: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    codes
        .map(|code| {
            let key = key(code);
            let count = seen.entry(key.clone()).or_default();
            *count += 1;
            if *count == 1 { key } else { format!("{key}~{count}") }
        })
        .collect()
}

/// A value as JSON, without the fields that have addresses of their own.
fn json(value: &impl Serialize, without: &[&str]) -> Value {
    let mut value = serde_json::to_value(value).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.retain(|field, _| !without.contains(&field.as_str()));
    }
    value
}

#[derive(Default)]
struct Writer {
    parts: BTreeMap<String, Value>,
}

impl Writer {
    fn model(mut self, model: &Model, old: &BTreeMap<String, Value>) -> BTreeMap<String, Value> {
        self.put("name", json(&model.name, &[]));
        self.put("summary", json(&model.summary, &[]));
        self.put("markets", json(&model.markets, &[]));
        self.put("views", json(&model.pictures.views, &[]));
        self.put("layers", json(&model.pictures.layers, &[]));
        self.list("step", &keys(model.steps.iter().map(|step| step.code.as_str())), &model.steps, &[], old);
        self.list("rule", &keys(model.rules.iter().map(|rule| rule.code.as_str())), &model.rules, &[], old);
        self.list("attribute", &keys(model.attributes.iter().map(|it| it.code.as_str())), &model.attributes, &[], old);
        self.list("case", &keys(model.cases.iter().map(|case| case.name.as_str())), &model.cases, &[], old);
        let groups = keys(model.groups.iter().map(|group| group.code.as_str()));
        self.list("group", &groups, &model.groups, &["options"], old);
        for (group, at) in groups.iter().zip(&model.groups) {
            let options = keys(at.options.iter().map(|option| option.code.as_str()));
            let options: Vec<String> = options.iter().map(|option| format!("{group}.{option}")).collect();
            self.list("option", &options, &at.options, &[], old);
        }
        let lists = keys(model.prices.iter().map(|list| list.code.as_str()));
        self.list("price", &lists, &model.prices, &["options", "conditional"], old);
        for (key, list) in lists.iter().zip(&model.prices) {
            for (name, amount) in &list.options {
                self.put(&format!("amount/{key}/{name}"), (*amount).into());
            }
            if !list.conditional.is_empty() {
                self.put(&format!("conditional/{key}"), json(&list.conditional, &[]));
            }
        }
        self.parts
    }

    fn put(&mut self, address: &str, value: Value) {
        self.parts.insert(address.to_owned(), value);
    }

    fn list<T: Serialize>(&mut self, kind: &str, keys: &[String], items: &[T], without: &[&str], old: &BTreeMap<String, Value>) {
        let places: Vec<Option<i64>> = keys.iter().map(|key| old.get(&format!("place/{kind}/{key}")).and_then(Value::as_i64)).collect();
        for ((key, item), place) in keys.iter().zip(items).zip(placed(&places)) {
            self.put(&format!("{kind}/{key}"), json(item, without));
            self.put(&format!("place/{kind}/{key}"), place.into());
        }
    }
}

/// Ascending places, as many of the old ones kept as stand in order already.
fn placed(old: &[Option<i64>]) -> Vec<i64> {
    let kept = ascending(old);
    let mut places = vec![0; old.len()];
    let mut at = 0;
    while at < old.len() {
        if let (true, Some(place)) = (kept[at], old[at]) {
            places[at] = place;
            at += 1;
            continue;
        }
        let end = (at..old.len()).find(|next| kept[*next]).unwrap_or(old.len());
        let count = (end - at) as i64;
        let before = at.checked_sub(1).map(|before| places[before]);
        let after = old.get(end).copied().flatten();
        let (first, step) = match (before, after) {
            (None, None) => (0, STEP),
            (Some(before), None) => (before, STEP),
            (None, Some(after)) => (after.saturating_sub((count + 1) * STEP), STEP),
            (Some(before), Some(after)) => (before, (after - before) / (count + 1)),
        };
        if step < 1 {
            return (1..=old.len() as i64).map(|place| place * STEP).collect();
        }
        for nth in 1..=count {
            places[at] = first.saturating_add(nth * step);
            at += 1;
        }
    }
    places
}

/// Which places are in a longest ascending row of them.
fn ascending(places: &[Option<i64>]) -> Vec<bool> {
    let mut longest: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
    let mut last: Option<usize> = None;
    for (at, place) in places.iter().enumerate() {
        let before = place.and_then(|place| {
            let earlier = (0..at).filter(|other| places[*other].is_some_and(|other| other < place));
            earlier.max_by_key(|other| longest[*other].0)
        });
        longest.push((before.map_or(1, |before| longest[before].0 + 1), before));
        if place.is_some() && last.is_none_or(|last| longest[at].0 > longest[last].0) {
            last = Some(at);
        }
    }
    let mut kept = vec![false; places.len()];
    while let Some(at) = last {
        kept[at] = true;
        last = longest[at].1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configurator::model::{GroupKind, Importance, Table};
    use crate::money::Currency;
    use crate::time::Day;

    fn option(code: &str) -> GroupOption {
        GroupOption { code: code.to_owned(), name: LocalText::new(code, code), ..GroupOption::default() }
    }

    fn group(code: &str, options: &[&str]) -> Group {
        Group {
            code: code.to_owned(),
            name: LocalText::new(code, code),
            step: "look".to_owned(),
            kind: GroupKind::List,
            importance: Importance::Look,
            options: options.iter().map(|code| option(code)).collect(),
            default: None,
        }
    }

    fn model() -> Model {
        let table = Table { groups: vec!["paint".to_owned()], rows: vec![vec!["red".to_owned()]], allowed: true };
        Model {
            name: LocalText::new("Van", "Xe van"),
            markets: vec!["vn".to_owned()],
            steps: vec![Step { code: "look".to_owned(), ..Step::default() }],
            groups: vec![group("paint", &["red", "white", "black"]), group("seats", &["cloth", "leather"]), group("roof", &["steel"])],
            rules: vec![Rule { code: "one".to_owned(), table: Some(table), ..Rule::default() }],
            prices: vec![PriceList {
                code: "vn-2026".to_owned(),
                market: "vn".to_owned(),
                currency: Currency::VND,
                from: Day(20_000),
                until: None,
                base: 5,
                options: BTreeMap::from([("paint.red".to_owned(), 7)]),
                conditional: vec![ConditionalPrice { name: LocalText::default(), when: "paint = red".to_owned(), amount: -1 }],
            }],
            cases: vec![Case { name: "Đỏ, always".to_owned(), ..Case::default() }],
            ..Model::default()
        }
    }

    /// Changes a model as two people would, and says what they send.
    #[track_caller]
    fn changed(model: &Model, change: impl FnOnce(&mut Model)) -> BTreeMap<String, Value> {
        let parts = Parts::of(model);
        let mut wanted = model.clone();
        change(&mut wanted);
        let changes = parts.changes_to(&wanted);
        for (address, value) in &changes {
            assert_eq!(check_part(address, value), Ok(()), "{address}");
        }
        let mut after = parts;
        after.apply(changes.clone());
        assert_eq!(after.model(), wanted);
        changes
    }

    fn addresses(changes: &BTreeMap<String, Value>) -> Vec<&str> {
        changes.keys().map(String::as_str).collect()
    }

    #[test]
    fn parts_make_the_model_they_are_of() {
        let parts = Parts::of(&model());
        assert_eq!(parts.model(), model());
        assert!(parts.changes_to(&model()).is_empty());
        for (address, value) in &parts.0 {
            assert_eq!(check_part(address, value), Ok(()), "{address}");
        }
        assert_eq!(Parts::of(&Model::default()).model(), Model::default());
    }

    #[test]
    fn a_change_names_what_it_changes_and_nothing_else() {
        let sent = changed(&model(), |model| model.groups[0].options[1].lead_days = 9);
        assert_eq!(addresses(&sent), ["option/paint.white"]);
        let sent = changed(&model(), |model| model.prices[0].options.extend([("paint.white".to_owned(), 3)]));
        assert_eq!(addresses(&sent), ["amount/vn-2026/paint.white"]);
        let sent = changed(&model(), |model| model.groups.rotate_left(1));
        assert_eq!(addresses(&sent), ["place/group/paint"]);
        let sent = changed(&model(), |model| model.groups[0].options.swap(0, 1));
        assert_eq!(sent.len(), 1);
        let sent = changed(&model(), |model| model.groups.insert(1, group("new", &["a"])));
        assert_eq!(addresses(&sent), ["group/new", "option/new.a", "place/group/new", "place/option/new.a"]);
        let sent = changed(&model(), |model| drop(model.groups.remove(0)));
        assert!(sent.values().all(Value::is_null));
    }

    #[test]
    fn two_people_add_at_the_same_place() {
        let mut parts = Parts::of(&model());
        for code in ["mine", "yours"] {
            parts.apply(changed(&model(), |model| model.groups.push(group(code, &["a"]))));
        }
        let codes: Vec<String> = parts.model().groups.into_iter().map(|group| group.code).collect();
        assert_eq!(codes, ["paint", "seats", "roof", "mine", "yours"]);
    }

    #[test]
    fn codes_that_are_none_yet_have_a_part_too() {
        changed(&model(), |model| {
            model.groups.push(group("", &["", ""]));
            model.groups.push(group("Sơn ngoài.1/2", &["đỏ", "do"]));
            model.groups.push(group("paint", &["red"]));
        });
    }

    #[test]
    fn what_nobody_holds_any_more_is_left_out() {
        let mut parts = Parts::of(&model());
        let gone = changed(&model(), |model| drop(model.prices.remove(0)));
        parts.apply(BTreeMap::from([("amount/vn-2026/paint.black".to_owned(), 1.into())]));
        parts.apply(gone);
        assert!(parts.model().prices.is_empty());
    }

    #[test]
    fn places_are_found_between_neighbours() {
        assert_eq!(placed(&[None, None]), [STEP, 2 * STEP]);
        assert_eq!(placed(&[Some(10), None, Some(20)]), [10, 15, 20]);
        assert_eq!(placed(&[Some(10), None, Some(11)]), [STEP, 2 * STEP, 3 * STEP]);
        assert_eq!(placed(&[None, Some(10)]), [10 - STEP, 10]);
        assert_eq!(placed(&[Some(30), Some(10), Some(20)]), [10 - STEP, 10, 20]);
        assert_eq!(placed(&[Some(5), Some(5)]), [5, 5 + STEP]);
    }

    #[test]
    fn a_draft_holds_parts_only() {
        for (address, value, expected) in [
            ("group/paint", Value::Null, Ok(())),
            ("id", Value::Null, Err("not-a-part")),
            ("state", "published".into(), Err("not-a-part")),
            ("name/x", Value::Null, Err("not-a-part")),
            ("option/paint", Value::Null, Err("not-a-part")),
            ("group/../x", Value::Null, Err("not-a-part")),
            ("place/amount/x", 1.into(), Err("not-a-part")),
            ("place/group/paint", 1.5.into(), Err("malformed")),
            ("amount/vn/paint.red", "7".into(), Err("malformed")),
            ("group/paint", serde_json::json!({ "code": "paint" }), Err("malformed")),
            ("rule/one", serde_json::json!({ "code": "one", "more": 1 }), Err("malformed")),
            ("rule/one", serde_json::json!({ "code": "x".repeat(PART_MAX) }), Err("too-long")),
        ] {
            assert_eq!(check_part(address, &value), expected, "{address}");
        }
    }
}
