//! What the board knows, as plain data: loaded cards, moves under way, changes that wait; the page copies it into signals.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

use muster_shared::{
    id::{OpportunityId, StageId, UserId},
    money::{Currency, Money, order_key},
    opportunity::{Board, BoardFilter, BoardSort, Card, CardPage, Pipeline, StageKind},
    time::{Day, Instant},
};

/// What the server counted in a stage, over all deals of the filter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    pub count: i64,
    pub sum: Option<Money>,
    pub weighted: Option<Money>,
    pub sums: Vec<Money>,
}

/// One stage with the cards that were loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub stage: StageId,
    pub kind: StageKind,
    pub totals: Totals,
    /// In the order of the board.
    pub cards: Vec<Card>,
    /// Where to load more.
    pub next: Option<String>,
}

/// The head line's figures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sums {
    pub open: Option<Money>,
    pub weighted: Option<Money>,
    pub rate_day: Option<Day>,
}

/// Something that another person or tab did to a card.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    pub id: OpportunityId,
    /// The card as it is now; absent where it is gone or does not fit the filter.
    pub card: Option<Card>,
    /// Who did it, where it was somebody else.
    pub by: Option<String>,
    pub at: Instant,
}

/// What must not be shifted by changes of others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hold {
    #[default]
    Nothing,
    /// The pointer is on this card.
    Card(OpportunityId),
    /// A card is being dragged or was picked up.
    Everything,
}

/// Where a card was before a move, to put it back.
#[derive(Clone, Debug, PartialEq)]
struct Origin {
    card: Card,
    /// A change of the same card that arrived meanwhile.
    arrived: Option<Arrival>,
}

/// A remark on a card that passes after a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Somebody else moved it here.
    Moved(String),
    /// Somebody else changed it.
    Changed(String),
    /// The server refused the move, and it is back.
    Refused,
}

/// The board.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub pipeline: Pipeline,
    pub columns: Vec<Column>,
    pub sums: Sums,
    /// The log's sequence when the cards were read.
    pub seq: i64,
    pub waiting: Vec<Arrival>,
    /// A fresh board was read and not shown, as it would have shifted what was held.
    pub is_behind: bool,
    pub marks: BTreeMap<OpportunityId, (Mark, Instant)>,
    moving: BTreeMap<OpportunityId, Origin>,
    /// What the person themselves moved, changed or added: it stays in sight, even beyond the loaded cards.
    pinned: BTreeSet<OpportunityId>,
    /// The log's sequence when the totals were counted.
    counted: i64,
    sort: BoardSort,
    /// By which amounts of several currencies are ordered.
    scales: Vec<(Currency, f64)>,
    me: UserId,
}

impl State {
    /// The board as it was read.
    #[must_use]
    pub fn new(board: Board, sort: BoardSort, me: UserId) -> Self {
        let sums = Sums { open: board.open, weighted: board.weighted, rate_day: board.rate_day };
        let columns = board
            .columns
            .into_iter()
            .map(|c| Column {
                stage: c.stage_id,
                kind: c.kind,
                totals: Totals { count: c.count, sum: c.sum, weighted: c.weighted, sums: c.sums },
                cards: c.cards,
                next: c.next,
            })
            .collect();
        Self {
            pipeline: board.pipeline,
            columns,
            sums,
            seq: board.seq,
            waiting: Vec::new(),
            is_behind: false,
            marks: BTreeMap::new(),
            moving: BTreeMap::new(),
            pinned: BTreeSet::new(),
            counted: board.seq,
            sort,
            scales: board.rates.scales(),
            me,
        }
    }

    /// Takes over what the server counts now; the cards stay. An answer that a later one overtook changes nothing.
    pub fn count(&mut self, board: &Board) {
        if board.seq < self.counted {
            return;
        }
        self.counted = board.seq;
        self.sums = Sums { open: board.open, weighted: board.weighted, rate_day: board.rate_day };
        for counted in &board.columns {
            if let Some(column) = self.columns.iter_mut().find(|c| c.stage == counted.stage_id) {
                column.totals = Totals { count: counted.count, sum: counted.sum, weighted: counted.weighted, sums: counted.sums.clone() };
            }
        }
    }

    /// A board that was read anew: shown, or only counted while it would shift what `hold` holds. True where it is shown.
    pub fn receive(&mut self, board: Board, hold: Hold) -> bool {
        if board.seq < self.seq {
            return false;
        }
        self.count(&board);
        let mut next = self.clone();
        next.replace(board);
        let would_shift = match hold {
            Hold::Nothing => false,
            Hold::Everything => true,
            Hold::Card(id) => next.place(id) != self.place(id),
        };
        if would_shift {
            self.is_behind = true;
        } else {
            *self = next;
        }
        !would_shift
    }

    /// Takes the place of all cards but own ones: moves under way stay where they were dropped, what was written meanwhile stays as it
    /// was written, and what belongs beyond the loaded cards stays in sight.
    fn replace(&mut self, board: Board) {
        let own: Vec<Card> = self.pinned.iter().filter_map(|id| self.card(*id).cloned()).collect();
        let (marks, moving) = (std::mem::take(&mut self.marks), std::mem::take(&mut self.moving));
        *self = Self { marks, moving, ..Self::new(board, self.sort, self.me) };
        for card in own {
            let is_kept = match self.card(card.id) {
                _ if self.moving.contains_key(&card.id) => true,
                Some(fresh) => fresh.version < card.version,
                None => self.is_beyond(&card),
            };
            if is_kept {
                self.put(card);
            }
        }
    }

    /// How many cards the longest column has loaded.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.columns.iter().map(|c| c.cards.len()).max().unwrap_or(0)
    }

    /// Adds the next cards of a column, each in its place; one that came by another way meanwhile is not shown twice.
    /// Nothing happens where the column does not end at `after` any more, because the board was read anew.
    pub fn extend(&mut self, stage: StageId, after: &str, page: CardPage) {
        let known: BTreeSet<OpportunityId> = self.columns.iter().flat_map(|c| c.cards.iter().map(|card| card.id)).collect();
        let ends_there = |c: &Column| c.stage == stage && c.next.as_deref() == Some(after);
        let Some(at) = self.columns.iter().position(ends_there) else { return };
        let mut more = page.cards.into_iter().filter(|card| !known.contains(&card.id)).peekable();
        let mut merged = Vec::new();
        for card in std::mem::take(&mut self.columns[at].cards) {
            while let Some(before) = more.next_if(|next| self.order(next, &card) == Ordering::Less) {
                merged.push(before);
            }
            merged.push(card);
        }
        merged.extend(more);
        self.columns[at].cards = merged;
        self.columns[at].next = page.next;
    }

    /// The card that takes the focus when this one goes: the next in its column, the one before, or the first of the board.
    #[must_use]
    pub fn beside(&self, id: OpportunityId) -> Option<OpportunityId> {
        let (column, row) = self.place(id)?;
        let cards = &self.columns[column].cards;
        let near = cards.get(row + 1).or_else(|| cards.get(row.checked_sub(1)?));
        let open = self.columns.iter().filter(|c| c.kind == StageKind::Open);
        near.or_else(|| open.flat_map(|c| &c.cards).find(|card| card.id != id)).map(|card| card.id)
    }

    #[must_use]
    pub fn card(&self, id: OpportunityId) -> Option<&Card> {
        self.columns.iter().flat_map(|c| &c.cards).find(|card| card.id == id)
    }

    /// Column and row of a card.
    #[must_use]
    pub fn place(&self, id: OpportunityId) -> Option<(usize, usize)> {
        self.columns.iter().enumerate().find_map(|(c, column)| Some((c, column.cards.iter().position(|card| card.id == id)?)))
    }

    /// Where `card` would stand in a column, by the order of the board.
    #[must_use]
    pub fn landing(&self, card: &Card, stage: StageId) -> usize {
        let Some(column) = self.columns.iter().find(|c| c.stage == stage) else { return 0 };
        column.cards.iter().filter(|other| other.id != card.id && self.order(other, card) == Ordering::Less).count()
    }

    /// Shows a move before the server has answered. False where there is nothing to move.
    pub fn begin_move(&mut self, id: OpportunityId, to: StageId, now: Instant) -> bool {
        let Some(before) = self.card(id).cloned() else { return false };
        if before.stage_id == to || self.moving.contains_key(&id) {
            return false;
        }
        let card = Card { stage_id: to, stage_since: now, stage_limit_at: None, ..before.clone() };
        self.marks.remove(&id);
        self.pinned.insert(id);
        self.moving.insert(id, Origin { card: before, arrived: None });
        self.take(id);
        self.insert(card);
        true
    }

    /// The server did the move. A board of another filter that was read meanwhile knows best whether it has the card.
    pub fn finish_move(&mut self, card: Card) {
        match self.moving.remove(&card.id) {
            Some(origin) => self.settle(card, origin.arrived),
            None if self.place(card.id).is_some() => self.put(card),
            None => {}
        }
    }

    /// The server refused the move: the card goes back to where it came from, or to where others put it meanwhile.
    pub fn cancel_move(&mut self, id: OpportunityId) {
        if let Some(origin) = self.moving.remove(&id) {
            self.settle(origin.card, origin.arrived);
        }
    }

    /// The same, with a remark that the move was refused.
    pub fn refuse_move(&mut self, id: OpportunityId, now: Instant) {
        self.cancel_move(id);
        if self.place(id).is_some() {
            self.marks.insert(id, (Mark::Refused, now));
        }
    }

    /// Forgets remarks made before `then`. False where there were none.
    pub fn forget_marks(&mut self, then: Instant) -> bool {
        let before = self.marks.len();
        self.marks.retain(|_, (_, at)| *at > then);
        self.marks.len() != before
    }

    /// Whether the server has not answered yet.
    #[must_use]
    pub fn is_moving(&self, id: OpportunityId) -> bool {
        self.moving.contains_key(&id)
    }

    /// A card as the server has it now, after an own write.
    pub fn put(&mut self, card: Card) {
        self.pinned.insert(card.id);
        self.take(card.id);
        self.insert(card);
    }

    /// Takes a card off the board.
    pub fn take(&mut self, id: OpportunityId) -> Option<Card> {
        let (column, row) = self.place(id)?;
        Some(self.columns[column].cards.remove(row))
    }

    /// Whether an event of this version tells nothing new.
    #[must_use]
    pub fn knows(&self, id: OpportunityId, version: i64) -> bool {
        self.waiting.iter().find(|w| w.id == id).map_or_else(
            || self.card(id).is_some_and(|card| card.version >= version),
            |w| w.card.as_ref().is_some_and(|card| card.version >= version),
        )
    }

    /// Shows a change of somebody else, or keeps it waiting while it would shift what `hold` holds.
    pub fn arrive(&mut self, arrival: Arrival, hold: Hold) {
        // Two readings of a card may answer the other way round.
        if arrival.card.as_ref().is_some_and(|card| self.knows(card.id, card.version + 1)) {
            return;
        }
        if let Some(origin) = self.moving.get_mut(&arrival.id) {
            origin.arrived = Some(arrival);
            return;
        }
        self.waiting.retain(|w| w.id != arrival.id);
        let is_nothing = arrival.card.is_none() && self.place(arrival.id).is_none();
        if is_nothing {
            return;
        }
        if self.would_shift(&arrival, hold) {
            self.waiting.push(arrival);
        } else {
            self.show(arrival);
        }
    }

    /// Shows those waiting changes that `hold` no longer stops. True where the whole board must be read anew as well.
    pub fn show_free(&mut self, hold: Hold) -> bool {
        for arrival in std::mem::take(&mut self.waiting) {
            self.arrive(arrival, hold);
        }
        hold != Hold::Everything && std::mem::take(&mut self.is_behind)
    }

    fn show(&mut self, arrival: Arrival) {
        let before = self.take(arrival.id);
        let Some(card) = arrival.card else {
            self.marks.remove(&arrival.id);
            return;
        };
        if let Some(by) = arrival.by {
            let is_here = before.as_ref().is_some_and(|b| b.stage_id == card.stage_id);
            let mark = if is_here { Mark::Changed(by) } else { Mark::Moved(by) };
            self.marks.insert(card.id, (mark, arrival.at));
        }
        self.insert(card);
    }

    fn would_shift(&self, arrival: &Arrival, hold: Hold) -> bool {
        let held = match hold {
            Hold::Nothing => return false,
            Hold::Everything => return true,
            Hold::Card(id) => id,
        };
        let Some((column, row)) = self.place(held) else { return false };
        if held == arrival.id {
            return true;
        }
        let leaves_above = self.place(arrival.id).is_some_and(|(c, r)| c == column && r < row);
        let lands_above = arrival
            .card
            .as_ref()
            .is_some_and(|card| card.stage_id == self.columns[column].stage && self.landing(card, card.stage_id) <= row);
        leaves_above || lands_above
    }

    /// After a move was answered: the newer of the server's answer and what arrived meanwhile.
    fn settle(&mut self, card: Card, arrived: Option<Arrival>) {
        match arrived {
            Some(arrival) if arrival.card.as_ref().is_none_or(|a| a.version > card.version) => self.show(arrival),
            _ => self.put(card),
        }
    }

    /// Inserts by order; a card that belongs beyond the loaded ones is left to "load more", unless it is an own one.
    fn insert(&mut self, card: Card) {
        let row = self.landing(&card, card.stage_id);
        let is_kept = self.pinned.contains(&card.id) || !self.is_beyond(&card);
        let Some(column) = self.columns.iter_mut().find(|c| c.stage == card.stage_id) else { return };
        if is_kept {
            column.cards.insert(row, card);
        }
    }

    /// Whether a card belongs beyond those that were loaded in its column.
    fn is_beyond(&self, card: &Card) -> bool {
        let Some(column) = self.columns.iter().find(|c| c.stage == card.stage_id) else { return false };
        let loaded = column.cards.iter().rev().find(|other| !self.pinned.contains(&other.id));
        column.next.is_some() && loaded.is_none_or(|last| self.order(last, card) == Ordering::Less)
    }

    /// The order of cards in a column, the same as the server's.
    fn order(&self, a: &Card, b: &Card) -> Ordering {
        let me = self.me;
        let by = match self.sort {
            BoardSort::Attention => {
                (a.owner_id != me).cmp(&(b.owner_id != me)).then_with(|| last(a.attention_at).cmp(&last(b.attention_at)))
            }
            // The server's tie-break follows its last key.
            BoardSort::Amount => (self.worth(b), b.amount.minor, b.id).cmp(&(self.worth(a), a.amount.minor, a.id)),
            BoardSort::CloseDay => a.close_day.cmp(&b.close_day),
            BoardSort::Name => muster_shared::fold::fold(&a.name).cmp(&muster_shared::fold::fold(&b.name)),
            BoardSort::StageSince => a.stage_since.cmp(&b.stage_since),
        };
        by.then_with(|| a.id.cmp(&b.id))
    }

    /// By which a card's amount is ordered; `None` where its currency has no rate.
    fn worth(&self, card: &Card) -> Option<i64> {
        let (_, scale) = self.scales.iter().find(|(currency, _)| *currency == card.amount.currency)?;
        Some(order_key(card.amount.minor, *scale))
    }

    /// Whether other rates order the cards anew.
    #[must_use]
    pub fn is_by_rates(&self) -> bool {
        self.sort == BoardSort::Amount
    }
}

fn last(at: Option<Instant>) -> Instant {
    at.unwrap_or(Instant(i64::MAX))
}

/// Whether a card belongs on a board with this filter; `None` where only the server can tell.
#[must_use]
pub fn fits(filter: &BoardFilter, card: &Card) -> Option<bool> {
    let is_outside = filter.owner.is_some_and(|owner| card.owner_id != owner)
        || filter.close_from.is_some_and(|from| card.close_day < from)
        || filter.close_to.is_some_and(|to| card.close_day > to);
    if is_outside {
        return Some(false);
    }
    (filter.team.is_none() && filter.q.is_none()).then_some(true)
}

#[cfg(test)]
mod tests;
