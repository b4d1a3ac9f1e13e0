//! The board in the browser: its state copied into signals, and everything that asks the server.

use std::collections::{BTreeSet, HashMap};

use leptos::{prelude::*, reactive::owner::ArcStoredValue, task::spawn_local};
use muster_shared::{
    event::{Actor, EntityKind, LiveEvent},
    id::{OpportunityId, StageId},
    opportunity::{BoardFilter, BoardSort, Card, Move, Pipeline, Stage, StageKind},
    time::Instant,
};

use super::carry::Ghost;
use super::state::{Arrival, Hold, Mark, State, Sums, Totals, fits};
use crate::{
    api::ApiError,
    browser::{clock, focus, timer},
    event,
    i18n::lang_untracked,
    live::{Told, use_live},
    opportunity::api,
    query::{Query, use_query},
    session::{Session, use_session},
    t_now,
    ui::{Failure, Toaster, use_toaster},
};

/// Cards drawn at once in a column; more are drawn while it scrolls.
pub const STEP: usize = 24;
/// So many changes in one breath are read as one board.
const MANY: usize = 20;
const MARK_MS: i64 = 12_000;

/// A card with what its drawing depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub card: Card,
    pub mark: Option<Mark>,
    /// The server has not answered its move yet.
    pub is_moving: bool,
}

/// A column's signals.
#[derive(Clone)]
pub struct List {
    pub ids: ArcRwSignal<Vec<OpportunityId>>,
    pub totals: ArcRwSignal<Totals>,
    pub has_more: ArcRwSignal<bool>,
    /// How many cards are drawn.
    pub drawn: ArcRwSignal<usize>,
    is_loading: ArcStoredValue<bool>,
}

/// A card on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    pub card: Card,
    /// Picked up with the keyboard; else dragged.
    pub by_key: bool,
}

/// What the board has to ask before or after a move.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Why it was lost.
    Lost { card: Card, stage: StageId },
    /// Somebody else moved it meanwhile: leave it or repeat.
    Stale { card: Card, wanted: Move, by: Option<String>, at: Option<Instant> },
    /// Where to move it.
    Where(Card),
}

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
    /// The last own write, for the undo key.
    last_event: StoredValue<Option<(i64, OpportunityId)>>,
    pub filter: Memo<BoardFilter>,
    pub session: Session,
    pub toaster: Toaster,
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
            last_event: StoredValue::new(None),
            filter,
            session: use_session(),
            toaster: use_toaster(),
        };
        let flush = timer::debounce(40, move |()| model.flush());
        let recount = timer::debounce(150, move |()| model.recount());
        use_live().hear(move |told| model.hear(told, &flush, &recount));
        timer::every(3_000, move || {
            let then = clock::now().plus_ms(-MARK_MS);
            if model.state.try_update_value(|s| s.as_mut().is_some_and(|s| s.forget_marks(then))) == Some(true) {
                model.publish();
            }
        });
        model
    }

    /// Reads the board of a filter.
    ///
    /// # Errors
    /// Where the server does not give it.
    pub async fn load(self, filter: BoardFilter) -> Result<(), ApiError> {
        let board = api::board(&filter).await?;
        let me = self.session.me_untracked().user.id;
        let begins_after = use_context::<crate::live::LiveFeed>().and_then(crate::live::LiveFeed::begins_after);
        let may_miss = begins_after.is_some_and(|seq| seq > board.seq);
        let state = State::new(board, filter.sort.unwrap_or(BoardSort::Attention), me);
        self.state.try_set_value(Some(state));
        self.publish();
        if may_miss {
            self.reload();
        }
        Ok(())
    }

    /// Reads everything anew behind what is shown.
    pub fn reload(self) {
        let filter = self.filter.get_untracked();
        spawn_local(async move {
            let read = api::board(&filter).await;
            // The filter may be another one by now, or the page left.
            if let (Ok(board), true) = (read, self.filter.try_get_untracked().as_ref() == Some(&filter)) {
                self.commit(|state| state.replace(board));
            }
        });
    }

    /// Asks the server for counts and sums; never computed from the loaded cards.
    fn recount(self) {
        let Some(filter) = self.filter.try_get_untracked() else { return };
        spawn_local(async move {
            let counted = api::board(&BoardFilter { limit: Some(1), ..filter.clone() }).await;
            if let (Ok(board), true) = (counted, self.filter.try_get_untracked().as_ref() == Some(&filter)) {
                self.commit(|state| state.count(&board));
            }
        });
    }

    /// Loads the next cards of a column.
    pub fn more(self, stage: StageId) {
        let Some(list) = self.list(stage) else { return };
        let drawn = list.drawn.get_untracked();
        let loaded = list.ids.with_untracked(Vec::len);
        list.drawn.set(drawn + STEP);
        let cursor = self.read(|state| state.columns.iter().find(|c| c.stage == stage).and_then(|c| c.next.clone())).flatten();
        let Some(after) = cursor.filter(|_| drawn + 2 * STEP > loaded && !list.is_loading.get_value()) else { return };
        list.is_loading.set_value(true);
        let filter = self.filter.get_untracked();
        spawn_local(async move {
            let page = api::more(stage, &BoardFilter { after: Some(after), ..filter.clone() }).await;
            list.is_loading.set_value(false);
            if self.filter.try_get_untracked() != Some(filter) {
                return;
            }
            match page {
                Ok(page) => self.commit(|state| state.extend(stage, page)),
                Err(error) => self.toaster.fail(error),
            }
        });
    }

    /// Draws a column at least down to this row, as when the keyboard goes there.
    pub fn draw_until(self, stage: StageId, row: usize) {
        if self.list(stage).is_some_and(|list| list.drawn.get_untracked() <= row + 2) {
            self.more(stage);
        }
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
            let hold = self.hold();
            self.commit(|state| state.show_free(hold));
        }
    }

    /// Shows what waited, as the pill offers.
    pub fn show_waiting(self) {
        self.commit(State::show_waiting);
    }

    fn hold(self) -> Hold {
        if self.carried.with_untracked(Option::is_some) {
            return Hold::Everything;
        }
        self.hovered.get_value().map_or(Hold::Nothing, Hold::Card)
    }

    /// A card was picked up or a drag began. False where the person may not move it.
    pub fn pick_up(self, id: OpportunityId, by_key: bool) -> bool {
        let Some(card) = self.card(id) else { return false };
        if !card.can_write {
            self.say_no(&card);
            return false;
        }
        if self.read(|s| s.is_moving(id)) == Some(true) {
            return false;
        }
        if by_key {
            self.toaster.announce(t_now!(board.picked_up, name = card.account_name, stage = self.stage_name(card.stage_id)));
        }
        self.over.set(Some(card.stage_id));
        self.carried.set(Some(Carried { card, by_key }));
        true
    }

    /// Says that the person may not move a card.
    pub fn say_no(self, card: &Card) {
        self.toaster.fail(Failure {
            title: t_now!(board.may_not_move, name = card.account_name),
            text: t_now!(board.may_not_move_text).to_owned(),
            ..Failure::default()
        });
    }

    /// The carried card is over another stage, or over none.
    pub fn carry_over(self, stage: Option<StageId>) {
        if self.over.get_untracked() != stage {
            self.over.set(stage);
            if let (Some(stage), Some(true)) = (stage, self.carried.with_untracked(|c| c.as_ref().map(|c| c.by_key))) {
                self.toaster.announce(self.stage_name(stage));
            }
        }
    }

    /// The carried card is let go: into the stage it is over, or back.
    pub fn put_down(self, drops: bool) {
        let (carried, over) = (self.carried.get_untracked(), self.over.get_untracked());
        self.carried.set(None);
        self.over.set(None);
        // A finger leaves nothing hovered, and a card that moved is not below the pointer any more.
        self.hovered.set_value(None);
        let Some(carried) = carried else { return };
        match over.filter(|to| drops && *to != carried.card.stage_id) {
            Some(to) => self.request_move(carried.card.id, to),
            None => self.toaster.announce(t_now!(board.put_back, name = carried.card.account_name)),
        }
        let hold = self.hold();
        self.commit(|state| state.show_free(hold));
    }

    /// Moves a card, asking first what must be known.
    pub fn request_move(self, id: OpportunityId, to: StageId) {
        let Some(card) = self.card(id).filter(|card| card.stage_id != to) else { return };
        let kind = self.pipeline.with_untracked(|p| p.as_ref().and_then(|p| p.stages.iter().find(|s| s.id == to)).map(|s| s.kind));
        if kind == Some(StageKind::Lost) {
            self.asking.set(Some(Ask::Lost { card, stage: to }));
        } else {
            self.send_move(id, card.version, Move { stage_id: to, lost_reason: None, competitor: None, note: None });
        }
    }

    /// Shows a move at once, sends it, and puts the card back where the server refuses.
    pub fn send_move(self, id: OpportunityId, version: i64, to: Move) {
        let (name, stage) = (self.card(id).map(|c| c.account_name).unwrap_or_default(), self.stage_name(to.stage_id));
        let mut has_begun = false;
        self.commit(|state| has_begun = state.begin_move(id, to.stage_id, clock::now()));
        if !has_begun {
            return;
        }
        self.toaster.announce(t_now!(board.moved, name = name, stage = stage));
        spawn_local(async move {
            match api::move_to(id, version, &to).await {
                Ok(written) => {
                    self.commit(|state| state.finish_move(written.card));
                    self.offer_undo(t_now!(board.moved, name = name, stage = stage), written.event, id);
                    self.recount();
                }
                Err(error) if error.status() == 412 => self.met_another(id, to, &error).await,
                Err(error) => {
                    self.commit(|state| state.refuse_move(id, clock::now()));
                    let reason = Failure::from(error);
                    self.toaster.fail(Failure { title: t_now!(board.not_moved, name = name), text: reason.title, ..reason });
                }
            }
        });
    }

    /// A move met another's: the card shows what is true now, and the person decides.
    async fn met_another(self, id: OpportunityId, wanted: Move, error: &ApiError) {
        self.commit(|state| state.cancel_move(id));
        self.refresh(id).await;
        let met = error.conflicts().iter().find(|c| c.field == "stage_id").or_else(|| error.conflicts().first());
        let (by, at) = (met.and_then(|c| c.by.clone()), met.and_then(|c| c.at).map(Instant));
        match self.card(id) {
            Some(card) if card.stage_id != wanted.stage_id => {
                self.asking.try_set(Some(Ask::Stale { card, wanted, by, at }));
            }
            Some(_) => {}
            None => self.toaster.fail(error.clone()),
        }
    }

    /// Reads one card anew.
    pub async fn refresh(self, id: OpportunityId) {
        if let Ok(card) = api::card(id).await {
            self.commit(|state| state.arrive(Arrival { id, card, by: None, at: clock::now() }, Hold::Nothing));
        }
    }

    /// A card as the server answered an edit of it.
    pub fn took(self, card: Card) {
        let is_in = self.filter.try_get_untracked().map(|filter| fits(&filter, &card));
        self.commit(|state| {
            if is_in == Some(Some(false)) {
                state.take(card.id);
            } else {
                state.put(card);
            }
        });
        self.recount();
    }

    /// A card went to the trash.
    pub fn lost_sight(self, id: OpportunityId) {
        self.commit(|state| {
            state.take(id);
        });
        self.recount();
    }

    /// Says what was done, with the way back.
    pub fn offer_undo(self, text: String, event: Option<i64>, id: OpportunityId) {
        self.last_event.try_set_value(event.map(|seq| (seq, id)));
        match event {
            Some(seq) => self.toaster.say_with_undo(text, move || self.undo(seq, id)),
            None => self.toaster.say(text),
        }
    }

    /// Takes the last own write on this board back.
    pub fn undo_last(self) {
        if let Some((seq, id)) = self.last_event.try_update_value(Option::take).flatten() {
            self.undo(seq, id);
        }
    }

    fn undo(self, seq: i64, id: OpportunityId) {
        let toaster = self.toaster;
        spawn_local(async move {
            match event::undo(seq).await {
                Ok(_) => {
                    toaster.say(t_now!(board.undone));
                    self.refresh(id).await;
                    self.recount();
                }
                Err(error) => toaster.fail(error),
            }
        });
    }

    fn hear(self, told: &Told, flush: &impl Fn(()), recount: &impl Fn(())) {
        match told {
            Told::Changed(event) if event.entity == EntityKind::Opportunity => {
                recount(());
                let id = OpportunityId(event.entity_id);
                if event.gone || self.read(|state| state.knows(id, event.version)) == Some(false) {
                    self.queue.try_update_value(|queue| queue.push(event.clone()));
                    flush(());
                }
            }
            Told::Changed(event) if matches!(event.entity, EntityKind::Pipeline | EntityKind::Stage) => self.reload(),
            Told::Changed(_) => {}
            Told::Hello(seq) => {
                if self.read(|state| state.seq < *seq) == Some(true) {
                    self.reload();
                }
            }
            Told::Resync => self.reload(),
        }
    }

    /// Reads the cards that changed, each once.
    fn flush(self) {
        let Some(events) = self.queue.try_update_value(std::mem::take) else { return };
        let ids: BTreeSet<_> = events.iter().map(|e| e.entity_id).collect();
        let Some(filter) = self.filter.try_get_untracked() else { return };
        let only_the_server_knows = filter.team.is_some() || filter.q.is_some();
        if ids.len() > MANY || only_the_server_knows {
            self.reload();
            return;
        }
        let me = self.session.me_untracked().user.id;
        for id in ids {
            let Some(event) = events.iter().rev().find(|e| e.entity_id == id).cloned() else { continue };
            let filter = filter.clone();
            spawn_local(async move {
                let id = OpportunityId(id);
                let card = if event.gone { Ok(None) } else { api::card(id).await };
                // Without an answer the card stays as it was; the stream tells again after a reconnection.
                let Ok(card) = card else { return };
                let pipeline = self.pipeline.try_get_untracked().flatten();
                let is_here = |card: &Card| pipeline.as_ref().is_some_and(|p| p.stages.iter().any(|s| s.id == card.stage_id));
                let card = card.filter(|card| is_here(card) && fits(&filter, card) != Some(false));
                let by = event.actor_name.filter(|_| event.actor != Actor::User(me.0));
                let Some(hovered) = self.hovered.try_get_value() else { return };
                let hold =
                    if self.carried.with_untracked(Option::is_some) { Hold::Everything } else { hovered.map_or(Hold::Nothing, Hold::Card) };
                self.commit(|state| state.arrive(Arrival { id, card, by, at: clock::now() }, hold));
            });
        }
    }

    /// Changes the state and shows it; the focus stays on its card wherever that goes.
    pub fn commit(self, change: impl FnOnce(&mut State)) {
        let focused = self.tab_stop.try_get_untracked().flatten().filter(|id| focus::active().is_some_and(|e| e.id() == card_id(*id)));
        let changed = self.state.try_update_value(|state| state.as_mut().map(change).is_some());
        if changed != Some(true) {
            return;
        }
        self.publish();
        if let Some(id) = focused {
            timer::after_layout(move || {
                if focus::active().is_none_or(|e| e.id() != card_id(id)) {
                    // Given back, not asked for: the keyboard's actions must not appear by it.
                    self.is_pointing.try_set_value(true);
                    focus::by_id(&card_id(id));
                    self.is_pointing.try_set_value(false);
                }
            });
        }
    }

    /// Copies what changed into the signals.
    fn publish(self) {
        let copied = self.state.try_with_value(|state| {
            let Some(state) = state else { return };
            self.rows.update_value(|rows| copy_rows(state, rows));
            self.lists.update_value(|lists| copy_lists(state, lists));
            set_if_changed(&self.pipeline, Some(state.pipeline.clone()));
            set_if_changed(&self.sums, state.sums.clone());
            set_if_changed(&self.waiting, state.waiting.len());
            let stop = self.tab_stop.get_untracked().filter(|id| state.place(*id).is_some());
            let first = || state.columns.iter().filter(|c| c.kind == StageKind::Open).find_map(|c| c.cards.first()).map(|c| c.id);
            set_if_changed(&self.tab_stop, stop.or_else(first));
        });
        if copied.is_none() {
            leptos::logging::debug_warn!("the board was left before its answer came");
        }
    }
}

/// The id of a card's element.
pub fn card_id(id: OpportunityId) -> String {
    format!("card-{id}")
}

fn copy_rows(state: &State, rows: &mut HashMap<OpportunityId, ArcRwSignal<Row>>) {
    let mut seen = BTreeSet::new();
    for card in state.columns.iter().flat_map(|c| &c.cards) {
        seen.insert(card.id);
        let row =
            Row { card: card.clone(), mark: state.marks.get(&card.id).map(|(mark, _)| mark.clone()), is_moving: state.is_moving(card.id) };
        match rows.get(&card.id) {
            Some(known) => {
                if known.with_untracked(|known| *known != row) {
                    known.set(row);
                }
            }
            None => drop(rows.insert(card.id, ArcRwSignal::new(row))),
        }
    }
    rows.retain(|id, _| seen.contains(id));
}

fn copy_lists(state: &State, lists: &mut HashMap<StageId, List>) {
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

fn set_if_changed<T: PartialEq + Send + Sync + 'static>(signal: &RwSignal<T>, value: T) {
    if signal.with_untracked(|known| *known != value) {
        signal.set(value);
    }
}
