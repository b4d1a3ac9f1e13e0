//! Carrying a card, moving it, and taking a move back.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    id::{OpportunityId, StageId},
    opportunity::{Card, Move, StageKind},
    time::Instant,
};

use super::{super::state::fits, Model};
use crate::{
    api::{ApiError, plain},
    browser::clock,
    event,
    opportunity::api,
    t_now,
    ui::Failure,
};

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

impl Ask {
    /// The question of a move that met another's; `None` where the deal is already where it was wanted.
    pub fn stale(card: Card, wanted: Move, error: &ApiError) -> Option<Self> {
        let met = error.conflicts().iter().find(|c| c.field == "stage_id").or_else(|| error.conflicts().first());
        let (by, at) = (met.and_then(|c| c.by.clone()), met.and_then(|c| c.at).map(Instant));
        (card.stage_id != wanted.stage_id).then_some(Self::Stale { card, wanted, by, at })
    }
}

impl Model {
    /// A card was picked up or a drag began. False where the person may not move it, or has one in the hand.
    pub fn pick_up(self, id: OpportunityId, by_key: bool) -> bool {
        let Some(card) = self.card(id).filter(|_| self.carried.with_untracked(Option::is_none)) else { return false };
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
        let (carried, over) = (self.carried.try_get_untracked().flatten(), self.over.try_get_untracked().flatten());
        let Some(carried) = carried else { return };
        self.carried.set(None);
        self.over.set(None);
        // A finger leaves nothing hovered, and a card that moved is not below the pointer any more.
        self.hovered.set_value(None);
        match over.filter(|to| drops && *to != carried.card.stage_id) {
            Some(to) => self.request_move(carried.card.id, to),
            None => self.toaster.announce(t_now!(board.put_back, name = carried.card.account_name)),
        }
        self.show_free();
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
                    let is_in = self.filter.try_get_untracked().and_then(|filter| fits(&filter, &written.card));
                    self.commit(|state| {
                        state.finish_move(written.card);
                        if is_in == Some(false) {
                            state.take(id);
                        }
                    });
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
        match self.card(id) {
            Some(card) => drop(self.asking.try_set(Ask::stale(card, wanted, error))),
            None => self.toaster.fail(error.clone()),
        }
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
        // The page may be gone, and its toast still offer it.
        if self.taken_back.try_with_value(|all| all.contains(&seq)).unwrap_or(false) {
            return;
        }
        self.taken_back.try_update_value(|all| all.push(seq));
        self.last_event.try_update_value(|last| *last = last.filter(|(known, _)| *known != seq));
        spawn_local(async move {
            match event::undo(seq).await {
                Ok(_) => {
                    toaster.say(t_now!(board.undone));
                    self.refresh(id).await;
                    self.recount();
                }
                Err(error) => {
                    self.taken_back.try_update_value(|all| all.retain(|known| *known != seq));
                    self.refresh(id).await;
                    self.not_undone(id, &error);
                }
            }
        });
    }

    /// What was to be taken back has another value by now: a stage is asked for again, of anything else both values are told.
    fn not_undone(self, id: OpportunityId, error: &ApiError) {
        let stage = error.conflicts().iter().find(|c| c.field == "stage_id").and_then(|c| plain(&c.mine).parse().ok());
        let ask = stage.and_then(|stage_id| {
            let back = Move { stage_id, lost_reason: None, competitor: None, note: None };
            Ask::stale(self.card(id)?, back, error)
        });
        match ask {
            Some(_) => drop(self.asking.try_set(ask)),
            None => self.toaster.fail(event::not_undone(error.clone(), self.wording)),
        }
    }
}
