//! The requests that wait, as this browser knows them: read, followed live, and answered.

use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    event::{Action, Actor, EntityKind, LiveEvent},
    id::{LeadId, OpportunityId},
    lead::{LeadReturn, LeadRow, LeadState, LeadView},
    opportunity::Card,
    text::LocalText,
};
use uuid::Uuid;

use super::api;
use crate::{
    api::ApiError,
    browser::{focus, timer},
    i18n::lang_untracked,
    live::{Told, use_live},
    query::Query,
    session::{Session, use_session},
    t_now,
    ui::{Failure, Toaster, use_toaster},
};

/// What is to be answered, and from which version.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub id: LeadId,
    pub version: i64,
    pub name: String,
}

impl From<&LeadRow> for Subject {
    fn from(row: &LeadRow) -> Self {
        Self { id: row.id, version: row.version, name: row.name.clone() }
    }
}

impl From<&LeadView> for Subject {
    fn from(view: &LeadView) -> Self {
        Self { id: view.lead.id, version: view.lead.version, name: view.lead.name.clone() }
    }
}

/// What is asked before a request is answered.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// Why it is given back.
    Return(Subject),
    /// Whether it is to end.
    Cancel(Subject),
}

/// What the board around the lane offers.
#[derive(Clone, Copy)]
pub struct Host {
    pub query: Query,
    /// A card is in the hand: nothing may shift.
    pub is_carrying: Signal<bool>,
    /// A request became, or joined, the deal of this card.
    pub on_deal: Callback<Card>,
}

/// The requests that wait; a handle that is passed around.
#[derive(Clone, Copy)]
pub struct Requests {
    /// As the server has them; those that are being answered as well.
    rows: RwSignal<Vec<LeadRow>>,
    /// How many there are in all.
    total: RwSignal<i64>,
    /// What is being answered, and not shown meanwhile.
    answering: RwSignal<Vec<LeadId>>,
    pub asking: RwSignal<Option<Ask>>,
    pub host: Host,
    /// Read because of what was heard, and not with the board.
    pub came_live: bool,
    heard: StoredValue<BTreeMap<Uuid, LiveEvent>>,
    session: Session,
    toaster: Toaster,
}

impl Requests {
    /// Reads those that wait and follows them; `first` is what was heard of them already.
    pub fn new(host: Host, first: Option<LiveEvent>) -> Self {
        let requests = Self {
            rows: RwSignal::new(Vec::new()),
            total: RwSignal::new(0),
            answering: RwSignal::new(Vec::new()),
            asking: RwSignal::new(None),
            host,
            came_live: first.is_some(),
            heard: StoredValue::new(first.into_iter().map(|event| (event.entity_id, event)).collect()),
            session: use_session(),
            toaster: use_toaster(),
        };
        let read = timer::debounce(40, move |()| requests.refresh());
        use_live().hear(move |told| match told {
            Told::Changed(event) if event.entity == EntityKind::Lead => {
                requests.heard.try_update_value(|heard| heard.insert(event.entity_id, event.clone()));
                read(());
            }
            Told::Hello(_) | Told::Resync => read(()),
            Told::Changed(_) => {}
        });
        requests.refresh();
        requests
    }

    /// Those to show, what is due first at the top; tracked.
    pub fn shown(self) -> Vec<LeadRow> {
        let answering = self.answering.get();
        self.rows.with(|rows| rows.iter().filter(|row| !answering.contains(&row.id)).cloned().collect())
    }

    /// One of them; tracked.
    pub fn row(self, id: LeadId) -> Option<LeadRow> {
        self.rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
    }

    /// How many wait, also those beyond what was read; tracked.
    pub fn count(self) -> i64 {
        self.total.get() - i64::try_from(self.answering.with(Vec::len)).unwrap_or(0)
    }

    /// How many were not read; tracked.
    pub fn beyond(self) -> i64 {
        self.total.get() - i64::try_from(self.rows.with(Vec::len)).unwrap_or(0)
    }

    /// Opens the panel of a request, instead of a deal's.
    pub fn open(self, id: LeadId) {
        self.host.query.set(&[("card", None), ("request", Some(id.to_string()))]);
    }

    /// Whether somebody else looks after a request.
    pub fn is_others(self, row: &LeadRow) -> bool {
        row.owner_id != self.session.me_untracked().user.id
    }

    /// Takes a request over; its card goes at once and comes back where the server refuses.
    pub fn accept(self, subject: Subject) {
        self.answer(subject, async move |subject: &Subject| {
            let done = api::accept(subject.id, subject.version).await?;
            self.host.on_deal.try_run(done.card);
            let name = &subject.name;
            Ok(if done.joined { t_now!(lead.joined, name = name) } else { t_now!(lead.accepted, name = name) })
        });
    }

    /// Gives a request back.
    pub fn give_back(self, subject: Subject, back: LeadReturn) {
        self.answer(subject, async move |subject: &Subject| {
            let state = api::give_back(subject.id, subject.version, &back).await?;
            self.close(subject.id);
            let name = &subject.name;
            Ok(if state == LeadState::Returned { t_now!(lead.nobody_left, name = name) } else { t_now!(lead.given_back, name = name) })
        });
    }

    /// Ends a request without a deal.
    pub fn cancel(self, subject: Subject, note: String) {
        self.answer(subject, async move |subject: &Subject| {
            api::cancel(subject.id, subject.version, &muster_shared::lead::LeadCancel { note: note.clone() }).await?;
            self.close(subject.id);
            Ok(t_now!(lead.cancelled, name = subject.name))
        });
    }

    /// Hides a request while `send` answers it, and says what became of that.
    fn answer(self, subject: Subject, send: impl AsyncFnOnce(&Subject) -> Result<String, ApiError> + 'static) {
        let id = subject.id;
        if self.answering.with_untracked(|answering| answering.contains(&id)) {
            return;
        }
        hold_focus();
        self.answering.update(|answering| answering.push(id));
        spawn_local(async move {
            let said = send(&subject).await;
            match &said {
                Ok(text) => self.toaster.say(text),
                Err(error) => self.toaster.fail(refusal(&subject, error.clone()).await),
            }
            // Shown again only as the server has it by now.
            let read = api::waiting().await;
            self.answering.try_update(|answering| answering.retain(|other| *other != id));
            match read {
                Ok(page) => self.take(page.items, page.total),
                Err(_) if said.is_ok() => drop(self.rows.try_update(|rows| rows.retain(|row| row.id != id))),
                Err(_) => {}
            }
        });
    }

    /// Closes the panel of a request, where it is open.
    fn close(self, id: LeadId) {
        if untrack(|| self.host.query.get("request")) == Some(id.to_string()) {
            self.host.query.set(&[("request", None)]);
        }
    }

    /// Reads those that wait anew; without an answer they stay as they were, and the stream tells again.
    fn refresh(self) {
        let Some(heard) = self.heard.try_update_value(std::mem::take) else { return };
        spawn_local(async move {
            match api::waiting().await {
                Ok(page) => {
                    let before = self.rows.try_get_untracked().unwrap_or_default();
                    self.take(page.items, page.total);
                    for event in heard.values() {
                        self.say(event, &before);
                    }
                }
                Err(_) => drop(self.heard.try_update_value(|later| {
                    for (id, event) in heard {
                        later.entry(id).or_insert(event);
                    }
                })),
            }
        });
    }

    fn take(self, rows: Vec<LeadRow>, total: i64) {
        if self.rows.try_with_untracked(|known| *known != rows) == Some(true) {
            hold_focus();
            self.rows.try_set(rows);
        }
        if self.total.try_get_untracked() != Some(total) {
            self.total.try_set(total);
        }
    }

    /// Says what somebody else did, where it concerns the person here.
    fn say(self, event: &LiveEvent, before: &[LeadRow]) {
        let me = self.session.me_untracked().user.id;
        if event.actor == Actor::User(me.0) {
            return;
        }
        let id = LeadId(event.entity_id);
        let was = before.iter().find(|row| row.id == id);
        let row = self.rows.with_untracked(|rows| rows.iter().find(|row| row.id == id).cloned());
        match (event.action, row, was) {
            (Action::Requested, Some(row), None) => self.offer(id, self.arrived(&row)),
            (Action::Requested, None, _) => self.tell_asked_again(id),
            (_, Some(row), was) if was.is_none_or(|was| was.owner_id != row.owner_id) => {
                self.offer(id, t_now!(lead.passed_to, name = row.name, owner = row.owner_name));
            }
            (Action::Accepted, None, Some(was)) => {
                if let Some(who) = &event.actor_name {
                    self.toaster.note(t_now!(lead.took, who = who, name = was.name));
                }
            }
            (_, None, Some(was)) if was.owner_id == me => self.toaster.note(t_now!(lead.gone, name = was.name)),
            _ => {}
        }
    }

    fn arrived(self, row: &LeadRow) -> String {
        let model = model_name(row.model_name.as_ref());
        if self.is_others(row) {
            t_now!(lead.arrived_with, name = row.name, model = model, owner = row.owner_name)
        } else {
            t_now!(lead.arrived, name = row.name, model = model)
        }
    }

    fn offer(self, id: LeadId, text: String) {
        self.toaster.say_with_action(text, t_now!(lead.show), move || self.open(id));
    }

    /// A customer whose deal is open asked again: nothing waits, and whoever looks after them should know.
    fn tell_asked_again(self, id: LeadId) {
        let me = self.session.me_untracked().user.id;
        spawn_local(async move {
            let Ok(view) = api::view(id).await else { return };
            if let Some(deal) = view.lead.opportunity_id.filter(|_| view.lead.owner_id == me) {
                let show = move || self.show_deal(deal);
                self.toaster.say_with_action(t_now!(lead.asked_again, name = view.lead.name), t_now!(lead.show), show);
            }
        });
    }

    /// Opens a deal beside the board.
    pub fn show_deal(self, deal: OpportunityId) {
        self.host.query.set(&[("request", None), ("card", Some(deal.to_string()))]);
    }
}

/// Where a card goes that has the focus, the one beside takes it, or the page's heading where there is none.
fn hold_focus() {
    focus::hold(".request__name");
    timer::after_layout(|| {
        if focus::is_lost() {
            focus::first("#main h1");
        }
    });
}

/// A model's name in the language of the interface, or a dash.
pub fn model_name(name: Option<&LocalText>) -> String {
    name.map_or_else(|| "–".to_owned(), |name| name.get(lang_untracked()).to_owned())
}

/// Why a request could not be answered: most often because somebody else did, who is named.
async fn refusal(subject: &Subject, error: ApiError) -> Failure {
    if !matches!(error.status(), 403 | 404 | 409 | 412) {
        return error.into();
    }
    let name = &subject.name;
    let title = match api::view(subject.id).await {
        Ok(LeadView { lead, owner_name, .. }) => match lead.state {
            LeadState::Accepted | LeadState::Converted => t_now!(lead.taken, who = owner_name, name = name),
            LeadState::Cancelled => t_now!(lead.was_cancelled, name = name),
            LeadState::Requested | LeadState::Returned => t_now!(lead.moved_on, who = owner_name, name = name),
            _ => t_now!(lead.is_over, name = name),
        },
        Err(ApiError::Offline) => return ApiError::Offline.into(),
        Err(_) => t_now!(lead.gone, name = name),
    };
    Failure { title, text: t_now!(lead.not_done).to_owned(), ..Failure::default() }
}
