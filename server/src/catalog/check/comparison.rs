//! What is different from an earlier version.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::catalog::studio::{Comparison, OptionName, PriceChange};
use muster_shared::configurator::model::{Model, PriceList};
use muster_shared::id::ModelVersionId;
use uuid::Uuid;

/// The differences between two models; which version it is compared with is for the caller to say.
pub fn of(before: &Model, after: &Model) -> Comparison {
    let (old, new) = (options(before), options(after));
    let rules = |model: &Model| -> BTreeMap<String, _> { model.rules.iter().map(|rule| (rule.code.clone(), rule.clone())).collect() };
    let (old_rules, new_rules) = (rules(before), rules(after));
    let says_else = |code: &&String| {
        let (old, new) = (&old_rules[*code], new_rules.get(*code));
        new.is_some_and(|new| old.condition != new.condition || old.table != new.table)
    };
    Comparison {
        version_id: ModelVersionId(Uuid::nil()),
        number: 0,
        options_new: new.difference(&old).cloned().collect(),
        options_gone: old.difference(&new).cloned().collect(),
        rules_new: new_rules.keys().filter(|code| !old_rules.contains_key(*code)).cloned().collect(),
        rules_gone: old_rules.keys().filter(|code| !new_rules.contains_key(*code)).cloned().collect(),
        rules_changed: old_rules.keys().filter(says_else).cloned().collect(),
        prices: after.prices.iter().filter_map(|list| Some(prices(same_list(before, list)?, list))).flatten().collect(),
    }
}

fn options(model: &Model) -> BTreeSet<OptionName> {
    let of_group = |group: &muster_shared::configurator::model::Group| {
        let code = group.code.clone();
        group.options.iter().map(move |option| OptionName { group: code.clone(), option: option.code.clone() }).collect::<Vec<_>>()
    };
    model.groups.iter().flat_map(of_group).collect()
}

/// The list that another takes the place of: the one of the same code, or else the latest of its market in its currency.
pub fn same_list<'a>(before: &'a Model, list: &PriceList) -> Option<&'a PriceList> {
    let of_market = || {
        let lists = before.prices.iter().filter(|old| old.market == list.market && old.currency == list.currency);
        lists.max_by_key(|old| old.from)
    };
    before.prices.iter().find(|old| old.code == list.code && old.currency == list.currency).or_else(of_market)
}

/// Amounts that differ; what a list does not name costs nothing.
pub fn prices(before: &PriceList, after: &PriceList) -> Vec<PriceChange> {
    let change = |option: Option<OptionName>, from: i64, to: i64| {
        (from != to).then(|| PriceChange {
            list: after.code.clone(),
            currency: after.currency,
            option,
            from,
            to,
            change: percent(from, to),
        })
    };
    let names: BTreeSet<&String> = before.options.keys().chain(after.options.keys()).collect();
    let amount = |list: &PriceList, name: &String| list.options.get(name).copied().unwrap_or(0);
    let of_options = names.into_iter().filter_map(|name| change(Some(named(name)), amount(before, name), amount(after, name)));
    change(None, before.base, after.base).into_iter().chain(of_options).collect()
}

/// The option that `group.option` names.
pub fn named(name: &str) -> OptionName {
    let (group, option) = name.split_once('.').unwrap_or((name, ""));
    OptionName { group: group.to_owned(), option: option.to_owned() }
}

/// The change in hundredths of a percent of what it was, towards zero.
fn percent(from: i64, to: i64) -> Option<i64> {
    let (from, to) = (i128::from(from), i128::from(to));
    let change = ((to - from) * 10_000).checked_div(from.abs())?;
    i64::try_from(change).ok()
}
