//! The board in the browser: its state copied into signals, and everything that asks the server.

mod drawn;
mod moves;
mod news;

use std::collections::HashMap;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    event::LiveEvent,
    id::{OpportunityId, StageId},
    opportunity::{BoardFilter, BoardSort, Card, Pipeline, Stage, StageKind},
};

use self::drawn::{STEP, copy_lists, copy_rows, set_if_changed};
pub use self::{
    drawn::{Ages, List, Row},
    moves::{Ask, Carried},
};
use super::carry::Ghost;
use super::state::{Hold, State, Sums};
use crate::{
    api::ApiError,
    browser::{clock, focus, timer},
    event::Wording,
    i18n::lang_untracked,
    live::{LiveFeed, use_live},
    opportunity::{api, wording::wording},
    query::{Query, use_query},
    session::{Session, use_session},
    ui::{Toaster, use_toaster},
};

/// Cards a column that the server sends where it is not told, and the most that it sends.
const CARDS: std::ops::RangeInclusive<usize> = 100..=200;
/// How often what time alone changes is looked at.
const TICK_MS: u64 = 20_000;
const MARK_MS: i64 = 12_000;

/// The board's signals and actions; a handle that is passed around.
#[derive(Clone, Copy)]
pub struct Model {
    state: StoredValue<Option<State>>,
    rows: StoredValue<HashMap<OpportunityId, ArcRwSignal<Row>>>,
    lists: StoredValue<HashMap<StageId, List>>,
    pub pipeline: RwSignal<Option<Pipeline>>,
    pub sums: RwSignal<Sums>,
    pub waiting: RwSignal<usize>,
    /// The one card in the tab order.
    pub tab_stop: RwSignal<Option<OpportunityId>>,
    /// The card whose actions are shown.
    pub acting: RwSignal<Option<OpportunityId>>,
    pub carried: RwSignal<Option<Carried>>,
    /// The stage that the carried card would land in.
    pub over: RwSignal<Option<StageId>>,
    pub asking: RwSignal<Option<Ask>>,
    /// Where the dragged card is drawn.
    pub ghost: RwSignal<Option<Ghost>>,
    /// The stage whose "add" form is open.
    pub adding: RwSignal<Option<StageId>>,
    /// A pointer is down, so that a focus is not the keyboard's.
    pub is_pointing: StoredValue<bool>,
    pub query: Query,
    hovered: StoredValue<Option<OpportunityId>>,
    queue: StoredValue<Vec<LiveEvent>>,
    /// The latest events: a board that was read before them does not hold them.
    heard: StoredValue<Vec<LiveEvent>>,
    /// The whole board is being read anew.
    is_reading: StoredValue<bool>,
    /// The last own write, for the undo key.
    last_event: StoredValue<Option<(i64, OpportunityId)>>,
    /// Own writes that are being or have been taken back: the toast and the key offer the same.
    taken_back: StoredValue<Vec<i64>>,
    pub filter: Memo<BoardFilter>,
    pub session: Session,
    pub toaster: Toaster,
    wording: Wording,
    live: LiveFeed,
}

impl Model {
    /// An empty board that follows the live stream until the page is left.
    pub fn new(filter: Memo<BoardFilter>) -> Self {
        let model = Self {
            state: StoredValue::new(None),
            rows: StoredValue::new(HashMap::new()),
            lists: StoredValue::new(HashMap::new()),
            pipeline: RwSignal::new(None),
            sums: RwSignal::new(Sums::default()),
            waiting: RwSignal::new(0),
            tab_stop: RwSignal::new(None),
            acting: RwSignal::new(None),
            carried: RwSignal::new(None),
            over: RwSignal::new(None),
            asking: RwSignal::new(None),
            ghost: RwSignal::new(None),
            adding: RwSignal::new(None),
            is_pointing: StoredValue::new(false),
            query: use_query(),
            hovered: StoredValue::new(None),
            queue: StoredValue::new(Vec::new()),
            heard: StoredValue::new(Vec::new()),
            is_reading: StoredValue::new(false),
            last_event: StoredValue::new(None),
            taken_back: StoredValue::new(Vec::new()),
            filter,
            session: use_session(),
            toaster: use_toaster(),
            wording: wording(|_| None),
            live: use_live(),
        };
        let flush = timer::debounce(40, move |()| model.flush());
        let recount = timer::debounce(150, move |()| model.recount());
        model.live.hear(move |told| model.hear(told, &flush, &recount));
        timer::every(3_000, move || {
            let then = clock::now().plus_ms(-MARK_MS);
            if model.state.try_update_value(|s| s.as_mut().is_some_and(|s| s.forget_marks(then))) == Some(true) {
                model.publish();
            }
        });
        timer::every(TICK_MS, move || model.publish());
        model
    }

    /// Reads the board of a filter.
    ///
    /// # Errors
    /// Where the server does not give it.
    pub async fn load(self, filter: BoardFilter) -> Result<(), ApiError> {
        let board = api::board(&filter).await?;
        if !self.is_of(&filter) {
            return Ok(());
        }
        let (me, seq) = (self.session.me_untracked().user.id, board.seq);
        self.state.set_value(Some(State::new(board, filter.sort.unwrap_or(BoardSort::Attention), me)));
        self.publish();
        if self.live.begins_after().is_some_and(|begins_after| begins_after > seq) {
            self.reload();
        } else {
            self.catch_up(seq);
        }
        Ok(())
    }

    /// Whether an answer for this filter still has its board: another may have been chosen meanwhile, or the page left.
    fn is_of(self, filter: &BoardFilter) -> bool {
        self.filter.try_get_untracked().as_ref() == Some(filter)
    }

    /// Reads everything anew behind what is shown, as far as it was loaded; later, while a card is in the hand.
    pub fn reload(self) {
        let Some(filter) = self.filter.try_get_untracked() else { return };
        let loaded = self.read(State::longest).unwrap_or(0).min(*CARDS.end());
        let limit = u32::try_from(loaded).ok().filter(|_| loaded > *CARDS.start());
        self.is_reading.set_value(true);
        spawn_local(async move {
            let read = api::board(&BoardFilter { limit, ..filter.clone() }).await;
            self.is_reading.try_set_value(false);
            if let (Ok(board), true) = (read, self.is_of(&filter)) {
                let (hold, seq) = (self.hold(), board.seq);
                let mut is_shown = false;
                self.commit(|state| is_shown = state.receive(board, hold));
                if is_shown {
                    self.catch_up(seq);
                }
            }
        });
    }

    /// Asks the server for counts and sums; never computed from the loaded cards.
    fn recount(self) {
        let Some(filter) = self.filter.try_get_untracked() else { return };
        spawn_local(async move {
            let counted = api::board(&BoardFilter { limit: Some(1), ..filter.clone() }).await;
            if let (Ok(board), true) = (counted, self.is_of(&filter)) {
                self.commit(|state| state.count(&board));
            }
        });
    }

    /// Draws more of a column.
    pub fn more(self, stage: StageId) {
        if let Some(list) = self.list(stage) {
            self.draw(stage, list.drawn.get_untracked() + STEP);
        }
    }

    /// Draws a column at least down to this row, as when the keyboard goes there.
    pub fn draw_until(self, stage: StageId, row: usize) {
        if self.list(stage).is_some_and(|list| list.drawn.get_untracked() <= row + 2) {
            self.draw(stage, row + STEP);
        }
    }

    /// Draws so many cards of a column, and loads the next ones before they are asked for.
    fn draw(self, stage: StageId, count: usize) {
        let Some(list) = self.list(stage) else { return };
        let loaded = list.ids.with_untracked(Vec::len);
        // Scrolling on while the next ones are on their way must not draw them all at once when they come.
        list.drawn.set(count.min(loaded + STEP));
        let cursor = self.read(|state| state.columns.iter().find(|c| c.stage == stage).and_then(|c| c.next.clone())).flatten();
        let Some(after) = cursor.filter(|_| count + STEP > loaded && !list.is_loading.get_value()) else { return };
        list.is_loading.set_value(true);
        let filter = self.filter.get_untracked();
        spawn_local(async move {
            let page = api::more(stage, &BoardFilter { after: Some(after.clone()), ..filter.clone() }).await;
            list.is_loading.set_value(false);
            if !self.is_of(&filter) {
                return;
            }
            match page {
                Ok(page) => self.commit(|state| state.extend(stage, &after, page)),
                Err(error) => self.toaster.fail(error),
            }
        });
    }

    /// A card's signal.
    pub fn row(self, id: OpportunityId) -> Option<ArcRwSignal<Row>> {
        self.rows.try_with_value(|rows| rows.get(&id).cloned()).flatten()
    }

    /// A column's signals.
    pub fn list(self, stage: StageId) -> Option<List> {
        self.lists.try_with_value(|lists| lists.get(&stage).cloned()).flatten()
    }

    /// Something of the state, not tracked; `None` before the board was read.
    pub fn read<T>(self, read: impl FnOnce(&State) -> T) -> Option<T> {
        self.state.try_with_value(|state| state.as_ref().map(read)).flatten()
    }

    /// A card as it is known now.
    pub fn card(self, id: OpportunityId) -> Option<Card> {
        self.read(|state| state.card(id).cloned()).flatten()
    }

    /// A stage of the pipeline, tracked.
    pub fn stage(self, id: StageId) -> Option<Stage> {
        self.pipeline.with(|p| p.as_ref()?.stages.iter().find(|s| s.id == id).cloned())
    }

    /// What a stage is called now, not tracked.
    pub fn stage_name(self, id: StageId) -> String {
        let name = |p: &Option<Pipeline>| Some(p.as_ref()?.stages.iter().find(|s| s.id == id)?.name.get(lang_untracked()).to_owned());
        self.pipeline.with_untracked(name).unwrap_or_default()
    }

    /// The stages a card can be moved to, won and lost at the end; not tracked.
    pub fn targets(self) -> Vec<Stage> {
        self.pipeline.with_untracked(|p| p.as_ref().map(|p| p.stages.iter().filter(|s| !s.archived).cloned().collect()).unwrap_or_default())
    }

    /// Where the carried card would land in `stage`; tracked.
    pub fn slot(self, stage: StageId) -> Option<usize> {
        let over = self.over.get();
        let carried = self.carried.get()?;
        (over == Some(stage) && carried.card.stage_id != stage).then(|| self.read(|s| s.landing(&carried.card, stage)).unwrap_or(0))
    }

    /// The pointer came to a card, or left it; changes of others leave the card in its place meanwhile.
    pub fn hover(self, id: Option<OpportunityId>) {
        self.hovered.try_set_value(id);
        if self.waiting.try_get_untracked().unwrap_or(0) > 0 {
            self.show_free();
        }
    }

    /// Shows what waited, as the pill offers.
    pub fn show_waiting(self) {
        self.hovered.set_value(None);
        self.show_free();
    }

    /// Shows what the hand does not hold back any more.
    fn show_free(self) {
        let hold = self.hold();
        let mut is_behind = false;
        self.commit(|state| is_behind = state.show_free(hold));
        if is_behind && !self.is_reading.get_value() {
            self.reload();
        }
    }

    fn hold(self) -> Hold {
        if self.carried.try_with_untracked(Option::is_some) == Some(true) {
            return Hold::Everything;
        }
        self.hovered.try_get_value().flatten().map_or(Hold::Nothing, Hold::Card)
    }

    /// Changes the state and shows it; the focus stays on its card wherever that goes, and where it goes away, on the one beside.
    pub fn commit<'a>(self, change: impl FnOnce(&mut State) + 'a) {
        self.change(Box::new(change));
    }

    /// Apart from the generic part, so that it is compiled once.
    fn change(self, change: Box<dyn FnOnce(&mut State) + '_>) {
        let Some(stop) = self.tab_stop.try_get_untracked() else { return };
        let is_focused = stop.is_some_and(|id| focus::active().is_some_and(|e| e.id() == card_id(id)));
        let next = self.state.try_update_value(|state| {
            let state = state.as_mut()?;
            let beside = stop.and_then(|id| state.beside(id));
            change(state);
            Some(stop.filter(|id| state.place(*id).is_some()).or_else(|| beside.filter(|id| state.place(*id).is_some())))
        });
        let Some(next) = next.flatten() else { return };
        set_if_changed(&self.tab_stop, next);
        self.publish();
        if let Some(id) = next.filter(|_| is_focused) {
            timer::after_layout(move || self.refocus(id));
        }
    }

    /// Gives the focus back to a card that moved.
    fn refocus(self, id: OpportunityId) {
        if focus::active().is_none_or(|e| e.id() != card_id(id)) {
            // Given back, not asked for: the keyboard's actions must not appear by it.
            self.is_pointing.try_set_value(true);
            focus::by_id(&card_id(id));
            self.is_pointing.try_set_value(false);
        }
    }

    /// Copies what changed into the signals.
    fn publish(self) {
        let (now, today) = (clock::now(), self.session.today());
        self.state.try_with_value(|state| {
            let Some(state) = state else { return };
            self.rows.update_value(|rows| copy_rows(state, rows, now, today));
            self.lists.update_value(|lists| copy_lists(state, lists));
            set_if_changed(&self.pipeline, Some(state.pipeline.clone()));
            set_if_changed(&self.sums, state.sums.clone());
            set_if_changed(&self.waiting, state.waiting.len() + usize::from(state.is_behind));
            let stop = self.tab_stop.get_untracked().filter(|id| state.place(*id).is_some());
            let first = || state.columns.iter().filter(|c| c.kind == StageKind::Open).find_map(|c| c.cards.first()).map(|c| c.id);
            let stop = stop.or_else(first);
            set_if_changed(&self.tab_stop, stop);
            // Where the keyboard is must be drawn, however far down an own move took it.
            if let Some((column, row)) = stop.and_then(|id| state.place(id))
                && let Some(list) = self.list(state.columns[column].stage)
                && list.drawn.get_untracked() <= row
            {
                list.drawn.set(row + 2);
            }
        });
    }
}

/// The id of a card's element.
pub fn card_id(id: OpportunityId) -> String {
    format!("card-{id}")
}
