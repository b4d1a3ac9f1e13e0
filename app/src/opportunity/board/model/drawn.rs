//! What cards and columns are drawn from: a signal each, changed only where what they show changes.

use std::collections::{BTreeSet, HashMap};

use leptos::{prelude::*, reactive::owner::ArcStoredValue};
use muster_shared::{
    id::{OpportunityId, StageId},
    opportunity::Card,
    time::{DAY_MS, Day, Instant},
};

use super::super::state::{Mark, State, Totals};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// Cards drawn at once in a column; more are drawn while it scrolls.
pub const STEP: usize = 24;

/// A card with what its drawing depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub card: Card,
    pub mark: Option<Mark>,
    /// The server has not answered its move yet.
    pub is_moving: bool,
    pub ages: Ages,
}

/// What time alone changes on a card, as coarse as it is shown, so that a card is drawn anew only where it shows something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ages {
    /// Time in the stage, in milliseconds.
    pub in_stage: i64,
    pub is_stage_over: bool,
    /// Time since the last contact, in milliseconds.
    pub since_contact: Option<i64>,
    pub is_contact_over: bool,
    /// Next steps are overdue before this day.
    pub today: Day,
}

impl Ages {
    fn of(card: &Card, now: Instant, today: Day) -> Self {
        let is_over = |at: Option<Instant>| at.is_some_and(|at| at < now);
        Self {
            in_stage: coarse(now.0 - card.stage_since.0),
            is_stage_over: is_over(card.stage_limit_at),
            since_contact: card.last_contact_at.map(|at| coarse(now.0 - at.0)),
            is_contact_over: is_over(card.contact_limit_at),
            today,
        }
    }
}

/// A length of time in whole minutes, hours or days, whichever is shown of it.
fn coarse(ms: i64) -> i64 {
    let unit = match ms {
        ..HOUR_MS => MINUTE_MS,
        HOUR_MS..DAY_MS => HOUR_MS,
        _ => DAY_MS,
    };
    (ms - ms % unit).max(0)
}

/// A column's signals.
#[derive(Clone)]
pub struct List {
    pub ids: ArcRwSignal<Vec<OpportunityId>>,
    pub totals: ArcRwSignal<Totals>,
    pub has_more: ArcRwSignal<bool>,
    /// How many cards are drawn.
    pub drawn: ArcRwSignal<usize>,
    pub is_loading: ArcStoredValue<bool>,
}

pub fn copy_rows(state: &State, rows: &mut HashMap<OpportunityId, ArcRwSignal<Row>>, now: Instant, today: Day) {
    let mut seen = BTreeSet::new();
    for card in state.columns.iter().flat_map(|c| &c.cards) {
        seen.insert(card.id);
        let mark = state.marks.get(&card.id).map(|(mark, _)| mark);
        let (is_moving, ages) = (state.is_moving(card.id), Ages::of(card, now, today));
        let known = rows.get(&card.id);
        // Compared before it is copied: most cards of a long board are as they were.
        let is_same = |row: &Row| row.card == *card && row.mark.as_ref() == mark && row.is_moving == is_moving && row.ages == ages;
        if known.is_some_and(|known| known.with_untracked(is_same)) {
            continue;
        }
        let row = Row { card: card.clone(), mark: mark.cloned(), is_moving, ages };
        match known {
            Some(known) => known.set(row),
            None => drop(rows.insert(card.id, ArcRwSignal::new(row))),
        }
    }
    rows.retain(|id, _| seen.contains(id));
}

pub fn copy_lists(state: &State, lists: &mut HashMap<StageId, List>) {
    for column in &state.columns {
        let ids: Vec<OpportunityId> = column.cards.iter().map(|card| card.id).collect();
        let list = lists.entry(column.stage).or_insert_with(|| List {
            ids: ArcRwSignal::default(),
            totals: ArcRwSignal::default(),
            has_more: ArcRwSignal::default(),
            drawn: ArcRwSignal::new(STEP),
            is_loading: ArcStoredValue::new(false),
        });
        if list.ids.with_untracked(|known| *known != ids) {
            list.ids.set(ids);
        }
        if list.totals.with_untracked(|known| *known != column.totals) {
            list.totals.set(column.totals.clone());
        }
        if list.has_more.get_untracked() != column.next.is_some() {
            list.has_more.set(column.next.is_some());
        }
    }
}

pub fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: &RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_counts_as_coarsely_as_it_is_shown() {
        let cases = [
            (-5, 0),
            (59_999, 0),
            (61_000, MINUTE_MS),
            (HOUR_MS + 59 * MINUTE_MS, HOUR_MS),
            (DAY_MS - 1, 23 * HOUR_MS),
            (3 * DAY_MS + 7 * HOUR_MS, 3 * DAY_MS),
        ];
        for (ms, expected) in cases {
            assert_eq!(coarse(ms), expected, "{ms}");
        }
    }
}
