//! How fields of customers and their values are worded.

use leptos::prelude::*;
use muster_shared::{account::AccountKind, id::UserId};
use serde_json::Value;

use crate::{
    api::plain,
    editing::with_current,
    event::Wording,
    i18n::messages,
    people::{People, use_people},
    ui::SelectOption,
};

/// The kind, worded; follows the language.
pub fn kind_name(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Company => messages::account::kind_company.text(),
        AccountKind::Person => messages::account::kind_person.text(),
    }
}

/// For history and conflicts.
pub fn wording() -> Wording {
    let people = use_people();
    Wording::new(messages::account::fields::find, move |field, value| word(field, value, people))
}

fn word(field: &str, value: &Value, people: People) -> String {
    let text = plain(value);
    match field {
        "kind" => AccountKind::parse(&text).map_or(text, |kind| kind_name(kind).to_owned()),
        "owner_id" => text.parse::<UserId>().ok().and_then(|id| people.name(id)).unwrap_or_default(),
        _ => text,
    }
}

/// The countries offered first; others are typed as their code.
pub fn countries() -> Vec<(&'static str, &'static str)> {
    ["VN", "DE", "FR", "IT", "ES", "NL", "GB", "US", "AT", "BE", "CH", "PL", "SE", "TH", "SG"]
        .iter()
        .filter_map(|code| Some((*code, messages::account::countries::find(&code.to_lowercase())?.text())))
        .collect()
}

/// The countries to choose from, with the present one where it is none of those offered first.
pub fn land_options(current: Option<&str>) -> Vec<SelectOption> {
    let all = countries().into_iter().map(|(code, name)| (code.to_owned(), name.to_owned())).collect();
    let current = current.filter(|code| !code.is_empty()).map(|code| (code.to_owned(), country_name(code)));
    with_current(all, current)
}

/// A country's name in the language of the interface, or its code.
pub fn country_name(code: &str) -> String {
    let known = untrack(countries).into_iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(_, name)| name.to_owned())
}
