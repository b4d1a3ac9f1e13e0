//! What a model lacks without being wrong: texts in a language, and pictures.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::catalog::studio::{MissingText, OptionName};
use muster_shared::configurator::model::Model;
use muster_shared::text::{Lang, LocalText};

/// Options that mean that nothing is there, and so have no picture.
const NOTHING: [&str; 2] = ["none", "no"];

/// Texts that a language lacks. A sales text that nobody wrote in any language is none.
pub fn texts(model: &Model) -> Vec<MissingText> {
    let mut found = Vec::new();
    let mut look = |field: String, code: &str, text: &LocalText| {
        for lang in Lang::ALL {
            if text.0.get(&lang).is_none_or(|text| text.trim().is_empty()) {
                found.push(MissingText { field: field.clone(), code: code.to_owned(), lang });
            }
        }
    };
    look("name".to_owned(), "", &model.name);
    look("summary".to_owned(), "", &model.summary);
    for (at, step) in model.steps.iter().enumerate() {
        look(format!("steps.{at}.name"), &step.code, &step.name);
        look(format!("steps.{at}.title"), &step.code, &step.title);
    }
    for (at, group) in model.groups.iter().enumerate() {
        look(format!("groups.{at}.name"), &group.code, &group.name);
        for (place, option) in group.options.iter().enumerate() {
            let code = format!("{}.{}", group.code, option.code);
            look(format!("groups.{at}.options.{place}.name"), &code, &option.name);
            if option.text.0.values().any(|text| !text.trim().is_empty()) {
                look(format!("groups.{at}.options.{place}.text"), &code, &option.text);
            }
        }
    }
    for (at, rule) in model.rules.iter().enumerate() {
        look(format!("rules.{at}.sentence"), &rule.code, &rule.sentence);
    }
    for (at, attribute) in model.attributes.iter().enumerate() {
        look(format!("attributes.{at}.name"), &attribute.code, &attribute.name);
    }
    for (at, list) in model.prices.iter().enumerate() {
        for (place, price) in list.conditional.iter().enumerate() {
            look(format!("prices.{at}.conditional.{place}.name"), &list.code, &price.name);
        }
    }
    for (at, view) in model.pictures.views.iter().enumerate() {
        look(format!("pictures.views.{at}.name"), &view.code, &view.name);
    }
    found
}

/// Options that no layer shows, of groups that layers show.
pub fn pictures(model: &Model) -> Vec<OptionName> {
    let mut shown: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (group, options) in model.pictures.layers.iter().flat_map(|layer| &layer.when) {
        shown.entry(group).or_default().extend(options.iter().map(String::as_str));
    }
    let mut missing = Vec::new();
    for group in &model.groups {
        let Some(shown) = shown.get(group.code.as_str()) else { continue };
        let unseen =
            group.options.iter().filter(|option| !shown.contains(option.code.as_str()) && !NOTHING.contains(&option.code.as_str()));
        missing.extend(unseen.map(|option| OptionName { group: group.code.clone(), option: option.code.clone() }));
    }
    missing
}
