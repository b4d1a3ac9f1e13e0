//! What others do, as the board hears and shows it; and own writes that were made elsewhere.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    event::{Actor, EntityKind, LiveEvent},
    id::OpportunityId,
    opportunity::Card,
};

use super::{
    super::{
        carry,
        state::{Arrival, Hold, State, fits},
    },
    Model,
};
use crate::{browser::clock, live::Told, opportunity::api};

/// So many changes in one breath are read as one board.
const MANY: usize = 20;
/// So many events are kept for boards that were read before them.
const KEPT: usize = 200;

impl Model {
    /// Reads one card anew.
    pub async fn refresh(self, id: OpportunityId) {
        if let Ok(card) = api::card(id).await {
            let Some(filter) = self.filter.try_get_untracked() else { return };
            let card = card.filter(|card| fits(&filter, card) != Some(false));
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

    /// A card went to the trash; the focus goes to the one beside it, as what opened it is no more.
    pub fn lost_sight(self, id: OpportunityId) {
        let beside = self.read(|state| state.beside(id)).flatten().or_else(|| self.tab_stop.try_get_untracked().flatten());
        self.commit(|state| drop(state.take(id)));
        if let Some(beside) = beside {
            carry::focus_card(self, beside);
        }
        self.recount();
    }

    /// Reads again what changed after `seq`, when a board was read.
    pub(super) fn catch_up(self, seq: i64) {
        let is_news = |e: &&LiveEvent| {
            e.seq > seq && (e.gone || self.read(|state| state.knows(OpportunityId(e.entity_id), e.version)) == Some(false))
        };
        let missed = self.heard.try_with_value(|heard| heard.iter().filter(is_news).cloned().collect::<Vec<_>>());
        if let Some(missed) = missed.filter(|missed| !missed.is_empty()) {
            self.queue.try_update_value(|queue| queue.extend(missed));
            self.flush();
        }
    }

    pub(super) fn hear(self, told: &Told, flush: &impl Fn(()), recount: &impl Fn(())) {
        match told {
            Told::Changed(event) if event.entity == EntityKind::Opportunity => {
                recount(());
                self.heard.try_update_value(|heard| {
                    heard.drain(..heard.len().saturating_sub(KEPT));
                    heard.push(event.clone());
                });
                let id = OpportunityId(event.entity_id);
                if event.gone || self.read(|state| state.knows(id, event.version)) == Some(false) {
                    self.queue.try_update_value(|queue| queue.push(event.clone()));
                    flush(());
                }
            }
            Told::Changed(event) if matches!(event.entity, EntityKind::Pipeline | EntityKind::Stage) => self.reload(),
            Told::Changed(event) if event.entity == EntityKind::Rate && self.read(State::is_by_rates) == Some(true) => self.reload(),
            Told::Changed(event) if event.entity == EntityKind::Rate => recount(()),
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
    pub(super) fn flush(self) {
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
                let (Ok(card), true) = (card, self.is_of(&filter)) else { return };
                let pipeline = self.pipeline.try_get_untracked().flatten();
                let is_here = |card: &Card| pipeline.as_ref().is_some_and(|p| p.stages.iter().any(|s| s.id == card.stage_id));
                let card = card.filter(|card| is_here(card) && fits(&filter, card) != Some(false));
                let by = event.actor_name.filter(|_| event.actor != Actor::User(me.0));
                let hold = self.hold();
                self.commit(|state| state.arrive(Arrival { id, card, by, at: clock::now() }, hold));
            });
        }
    }
}
