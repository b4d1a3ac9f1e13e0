//! Prices that cannot be meant.
//!
//! An amount stands out where it is below a tenth or above ten times of what it is measured by: its own amount in the version before,
//! or, where there is none, the median of the other amounts in its group, of at least two. A free option is measured by its own past
//! only; an amount whose sign turned stands out as well. The cheapest whole configuration is measured by the version before. A base or a
//! cheapest configuration of nothing, or less, stands out by itself.

use muster_shared::catalog::studio::{ListSpan, PriceOutlier, Yardstick};
use muster_shared::configurator::model::{Group, Model, PriceList};

use super::comparison::same_list;

/// The model before, and the lowest price of each of its lists.
type Before<'a> = Option<(&'a Model, &'a [(String, i64)])>;

/// All amounts that stand out, list by list.
pub fn outliers(model: &Model, lists: &[ListSpan], before: Before<'_>) -> Vec<PriceOutlier> {
    let mut found = Vec::new();
    for list in &model.prices {
        let old = before.and_then(|(model, _)| same_list(model, list));
        let say = |address: String, amount: i64, (yardstick, usual): (Yardstick, i64)| PriceOutlier {
            address,
            list: list.code.clone(),
            currency: list.currency,
            amount,
            yardstick,
            usual,
            is_accepted: false,
        };
        if let Some(by) = whole(list.base, old.map(|old| old.base)) {
            found.push(say(format!("price/{}", list.code), list.base, by));
        }
        for group in &model.groups {
            for option in &group.options {
                let name = format!("{}.{}", group.code, option.code);
                let amount = list.options.get(&name).copied().unwrap_or(0);
                let past = old.and_then(|old| old.options.get(&name).copied());
                if let Some(by) = part(amount, past, || median(list, group, &option.code)) {
                    found.push(say(format!("amount/{}/{name}", list.code), amount, by));
                }
            }
        }
        if let Some(span) = lists.iter().find(|span| span.list == list.code) {
            let lowest = old.zip(before).and_then(|(old, (_, lowest))| lowest.iter().find(|(code, _)| *code == old.code));
            if let Some(by) = whole(span.lowest, lowest.map(|(_, lowest)| *lowest)) {
                found.push(say(format!("lowest/{}", list.code), span.lowest, by));
            }
        }
    }
    found
}

/// What the price of a whole stands out from.
fn whole(amount: i64, past: Option<i64>) -> Option<(Yardstick, i64)> {
    if amount <= 0 {
        return Some((Yardstick::Sense, 0));
    }
    past.filter(|past| is_far(amount, *past)).map(|past| (Yardstick::Before, past))
}

/// What the price of an option stands out from.
fn part(amount: i64, past: Option<i64>, median: impl FnOnce() -> Option<i64>) -> Option<(Yardstick, i64)> {
    match past.filter(|past| *past != 0) {
        Some(past) => is_far(amount, past).then_some((Yardstick::Before, past)),
        None => median().filter(|usual| amount > 0 && is_far(amount, *usual)).map(|usual| (Yardstick::Group, usual)),
    }
}

fn is_far(amount: i64, usual: i64) -> bool {
    let (amount, usual) = (i128::from(amount), i128::from(usual));
    usual != 0 && (amount.signum() == -usual.signum() || amount.abs() * 10 < usual.abs() || amount.abs() > usual.abs() * 10)
}

/// The lower median of what the other options of the group cost, of those that cost something; none of fewer than two.
fn median(list: &PriceList, group: &Group, option: &str) -> Option<i64> {
    let others = group.options.iter().filter(|other| other.code != option);
    let amounts = others.filter_map(|other| list.options.get(&format!("{}.{}", group.code, other.code)).copied());
    let mut amounts: Vec<i64> = amounts.filter(|amount| *amount > 0).collect();
    amounts.sort_unstable();
    if amounts.len() < 2 { None } else { amounts.get((amounts.len() - 1) / 2).copied() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_and_ten_times_stand_out() {
        for (amount, usual, expected) in
            [(10, 100, false), (9, 100, true), (1_000, 100, false), (1_001, 100, true), (0, 100, true), (-100, 100, true), (5, 0, false)]
        {
            assert_eq!(is_far(amount, usual), expected, "{amount} of {usual}");
        }
        assert_eq!(whole(0, None), Some((Yardstick::Sense, 0)));
        assert_eq!(whole(5, None), None);
        assert_eq!(part(0, None, || Some(100)), None);
        assert_eq!(part(5, None, || Some(100)), Some((Yardstick::Group, 100)));
        assert_eq!(part(5, Some(6), || Some(100)), None);
        assert_eq!(part(5, Some(100), || None), Some((Yardstick::Before, 100)));
    }
}
