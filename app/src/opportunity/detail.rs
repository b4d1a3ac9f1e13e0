//! A deal: its facts, its way through the stages, and its recorded history; as a page, and beside the board.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    contact::ContactFilter,
    event::EntityKind,
    id::{AccountId, OpportunityId, StageId},
    opportunity::{Card, ForecastCategory, LostReason, Move, OpportunityView, Stage, StageKind},
    patch,
};
use serde_json::Value;

use super::{
    api,
    board::{Ask, StaleDialog, reason_name},
    list::OPPORTUNITIES,
    panel::LostDialog,
    strip::StageStrip,
    wording::{category_name, use_stages, wording},
};
use crate::{
    account::ACCOUNTS,
    api::{ApiError, Reading},
    browser::{clock, format},
    contact,
    editing::{Editing, owner_options, with_current},
    event::{ConflictDialog, History, offer_undo},
    lead::DealRequests,
    live::use_live,
    people::use_people,
    records::{self, Found, Shown},
    shell::Page,
    t, t_now,
    ui::{Crumb, Fact, Facts, Glyph, Icon, InlineSelect, Panel, Pending, SelectOption, StatusPill, Tone, reactive, use_toaster},
};

/// The page of a deal.
#[component]
pub fn OpportunityPage() -> impl IntoView {
    let id = records::use_id();
    let deal = use_deal(Signal::derive(move || id.get().map(OpportunityId)));
    let title = records::title(&OPPORTUNITIES, deal.shown);
    let crumbs = Signal::derive(move || {
        let account = deal
            .found
            .with(|v| v.as_ref().map(|v| Crumb::new(v.account_name.clone(), ACCOUNTS.page(&v.opportunity.account_id.to_string()))));
        std::iter::once(records::crumb(&OPPORTUNITIES)).chain(account).collect::<Vec<_>>()
    });
    let list = records::go_to_list(&OPPORTUNITIES);
    let gone = move |_: OpportunityId| list.run(());
    view! {
        <Page title crumbs scope=move || state_pill(deal) actions=move || actions(deal, Callback::new(gone))>
            {reactive(move || wide(deal))}
        </Page>
    }
    .into_any()
}

/// A deal that is shown, and how it is read anew.
#[derive(Clone, Copy)]
pub struct Deal {
    pub found: Memo<Option<OpportunityView>>,
    shown: Memo<Option<Shown>>,
    failure: Signal<Option<ApiError>>,
    refetch: Callback<()>,
    /// Told of every write, with the card as it is now.
    on_written: StoredValue<Option<Callback<Card>>>,
}

/// Follows a deal live.
pub fn use_deal(id: Signal<Option<OpportunityId>>) -> Deal {
    let id = Signal::derive(move || id.get().map(|id| id.0));
    let Found { view, failure, refetch } = records::follow(&OPPORTUNITIES, id, |v: &OpportunityView| v.opportunity.id.0);
    let shown = Memo::new(move |_| view.with(|v| v.as_ref().map(shown)));
    Deal { found: view, shown, failure, refetch, on_written: StoredValue::new(None) }
}

fn shown(view: &OpportunityView) -> Shown {
    Shown {
        id: view.opportunity.id.0,
        version: view.opportunity.version,
        name: view.opportunity.name.clone(),
        is_deleted: view.opportunity.deleted_at.is_some(),
        can_write: view.can_write,
        can_delete: view.can_delete,
    }
}

impl Deal {
    /// Tells `hear` of every write made here.
    pub fn on_written(self, hear: Callback<Card>) -> Self {
        self.on_written.set_value(Some(hear));
        self
    }

    fn wrote(self, card: Card) {
        if let Some(Some(hear)) = self.on_written.try_get_value() {
            hear.try_run(card);
        }
        self.refetch.try_run(());
    }

    /// Its id, tracked only for whether there is one.
    fn id(self) -> Option<OpportunityId> {
        self.found.with(|v| v.as_ref().map(|v| v.opportunity.id))
    }
}

/// Open, won or lost with its reason.
fn state_pill(deal: Deal) -> AnyView {
    let stages = use_stages();
    let view = move || {
        let (stage, reason) = deal.found.with(|v| v.as_ref().map(|v| (v.opportunity.stage_id, v.opportunity.lost_reason)))?;
        let kind = stages.find(stage)?.kind;
        let (tone, label) = match (kind, reason) {
            (StageKind::Won, _) => (Tone::Good, t_now!(opportunity.won).to_owned()),
            (StageKind::Lost, reason) => {
                (Tone::Bad, t_now!(opportunity.lost_because, reason = reason.map(reason_name).unwrap_or_default()))
            }
            (StageKind::Open, _) => return None,
        };
        Some(view! { <StatusPill tone label /> })
    };
    reactive(view)
}

/// Delete, or out of the trash.
pub fn actions(deal: Deal, on_gone: Callback<OpportunityId>) -> AnyView {
    let gone = Callback::new(move |()| {
        if let Some(Some(id)) = deal.shown.try_with_untracked(|shown| shown.as_ref().map(|shown| shown.id)) {
            on_gone.try_run(id.into());
        }
    });
    records::actions(&OPPORTUNITIES, deal.shown, wording(|_| None), deal.refetch, gone, ViewFn::default())
}

/// The page's content: the way on top, facts beside the history.
fn wide(deal: Deal) -> AnyView {
    let id = Memo::new(move |_| deal.id());
    let content = move || match id.get() {
        None => records::absent(deal.failure, deal.refetch),
        Some(id) => {
            let editing = editing(deal, id);
            view! {
                {records::trash_note(deal.shown)}
                {sum(deal)}
                {strip(deal, id)}
                <div class="record">
                    <aside class="record__side">{clocks(deal)} {facts(deal, editing)} <DealRequests id /></aside>
                    <div class="record__main"><Panel title=t!(event.history)>{history(id, editing)}</Panel></div>
                </div>
                <ConflictDialog conflicts=editing.conflicts />
            }
            .into_any()
        }
    };
    reactive(content)
}

/// The same, one under the other, for the panel beside the board.
pub fn narrow(deal: Deal) -> AnyView {
    let id = Memo::new(move |_| deal.id());
    let content = move || match id.get() {
        None => records::absent(deal.failure, deal.refetch),
        Some(id) => {
            let editing = editing(deal, id);
            view! {
                {sum(deal)}
                {strip(deal, id)}
                {clocks(deal)}
                {facts(deal, editing)}
                <DealRequests id />
                <section>
                    <h3 class="deal-panel__title">{t!(event.history)}</h3>
                    {history(id, editing)}
                </section>
                <ConflictDialog conflicts=editing.conflicts />
            }
            .into_any()
        }
    };
    reactive(content)
}

/// What it is worth and when it is to close.
fn sum(deal: Deal) -> AnyView {
    let amount = move || deal.found.with(|v| v.as_ref().map(|v| format::money(v.opportunity.amount)));
    let close = move || {
        deal.found.with(|v| {
            let record = &v.as_ref()?.opportunity;
            let day = format::day(record.close_day, format::DayStyle::Long);
            Some(if record.closed_at.is_some() {
                t_now!(opportunity.closed_on, day = day)
            } else {
                t_now!(opportunity.closes_on, day = day)
            })
        })
    };
    view! { <p class="deal-sum"><strong>{amount}</strong> <span>{close}</span></p> }.into_any()
}

fn editing(deal: Deal, id: OpportunityId) -> Editing {
    let record = Signal::derive(move || deal.found.with(|v| v.as_ref().map(|v| patch::fields(&v.opportunity)).unwrap_or_default()));
    let words = wording(move |other| {
        deal.found.with(|v| {
            let v = v.as_ref()?;
            let is_contact = v.opportunity.contact_id.is_some_and(|c| c.to_string() == other);
            if is_contact {
                v.contact_name.clone()
            } else {
                (v.opportunity.account_id.to_string() == other).then(|| v.account_name.clone())
            }
        })
    });
    let send = move |version, fields| {
        Box::pin(async move {
            let written = api::change(id, version, &fields).await?;
            deal.wrote(written.card);
            Ok(written.event)
        }) as Pending<_>
    };
    Editing::new(record, records::locked(deal.shown), words, deal.refetch, Arc::new(send))
}

/// The way through the stages; a press moves, lost asks why.
fn strip(deal: Deal, id: OpportunityId) -> AnyView {
    let stages = use_stages();
    let changes = use_live().changes_of(EntityKind::Opportunity, id.0);
    let here = Memo::new(move |_| deal.found.with(|v| v.as_ref().map(|v| v.opportunity.stage_id)));
    let stays = Reading::new(move || {
        changes.track();
        here.track();
        api::stays(id)
    });
    let pipeline =
        Signal::derive(move || deal.found.with(|v| v.as_ref().map(|v| v.opportunity.pipeline_id)).and_then(|id| stages.pipeline(id)));
    let stays = Signal::derive(move || stays.get().and_then(Result::ok).unwrap_or_default());
    let losing = RwSignal::new(None::<StageId>);
    let (toaster, words) = (use_toaster(), wording(|_| None));
    let undone = Callback::new(move |_: Option<ApiError>| {
        took_back(deal);
        false
    });
    let asking = RwSignal::new(None::<Ask>);
    let is_moving = StoredValue::new(false);
    let send = move |(version, to): (i64, Move)| {
        let Some(found) = deal.found.get_untracked() else { return };
        // A second press while the first is on its way would be another move.
        if is_moving.get_value() {
            return;
        }
        is_moving.set_value(true);
        let stage = untrack(|| stages.name(to.stage_id));
        spawn_local(async move {
            let moved = api::move_to(id, version, &to).await;
            is_moving.try_set_value(false);
            match moved {
                Ok(written) => {
                    deal.wrote(written.card);
                    let text = t_now!(board.moved, name = found.account_name, stage = stage);
                    offer_undo(toaster, text, written.event, words, undone);
                }
                Err(error) => {
                    deal.refetch.try_run(());
                    let now = if error.status() == 412 { api::card(id).await.ok().flatten() } else { None };
                    match now {
                        Some(card) => drop(asking.try_set(Ask::stale(card, to, &error))),
                        None => toaster.fail(error),
                    }
                }
            }
        });
    };
    let version = move || deal.found.with_untracked(|v| v.as_ref().map_or(0, |v| v.opportunity.version));
    let pressed = move |to: StageId| match untrack(|| stages.find(to)).map(|s| s.kind) {
        Some(StageKind::Lost) => losing.set(Some(to)),
        _ => send((version(), Move { stage_id: to, lost_reason: None, competitor: None, note: None })),
    };
    let name = Signal::derive(move || deal.found.with(|v| v.as_ref().map(|v| v.account_name.clone())).unwrap_or_default());
    let lost = move |(reason, competitor, note): (LostReason, Option<String>, Option<String>)| {
        if let Some(stage_id) = losing.get_untracked() {
            send((version(), Move { stage_id, lost_reason: Some(reason), competitor, note }));
        }
        losing.set(None);
    };
    let asked = move || losing.with(Option::is_some).then_some(id);
    view! {
        <StageStrip pipeline stays here=Signal::derive(move || here.get()) locked=records::locked(deal.shown) on_move=pressed />
        <LostDialog deal=Signal::derive(asked) name on_lost=lost on_cancel=move || losing.set(None) />
        <StaleDialog asking on_repeat=send />
    }
    .into_any()
}

/// Reads the card anew after a move was taken back, for the board beside.
fn took_back(deal: Deal) {
    let Some(id) = deal.found.try_with_untracked(|v| v.as_ref().map(|v| v.opportunity.id)).flatten() else { return };
    spawn_local(async move {
        if let Ok(Some(card)) = api::card(id).await {
            deal.wrote(card);
        }
    });
}

/// Time in the stage and since the last contact, against their limits.
fn clocks(deal: Deal) -> AnyView {
    let view = move || {
        let found = deal.found.get()?;
        let record = found.opportunity;
        if record.closed_at.is_some() {
            return None;
        }
        let now = clock::now();
        let stay = format::duration(now.0 - record.stage_since.0);
        let stage = match found.stage_limit_at {
            Some(at) if at < now => (Tone::Bad, t_now!(opportunity.stage_over, age = stay, when = format::relative(at))),
            Some(at) => (Tone::Neutral, t_now!(opportunity.stage_until, age = stay, day = format::date_of(at))),
            None => (Tone::Neutral, t_now!(opportunity.stage_age, age = stay)),
        };
        let contact = match (record.last_contact_at, found.contact_limit_at) {
            (Some(at), Some(limit)) if limit < now => (Tone::Bad, t_now!(opportunity.contact_over, ago = format::relative(at))),
            (Some(at), _) => (Tone::Neutral, t_now!(opportunity.contact_ago, ago = format::relative(at))),
            (None, Some(limit)) if limit < now => (Tone::Bad, t_now!(opportunity.contact_never_over).to_owned()),
            (None, _) => (Tone::Neutral, t_now!(opportunity.contact_never).to_owned()),
        };
        let line = |icon: Icon, (tone, text): (Tone, String)| {
            let class = if tone == Tone::Bad { "clock clock--over" } else { "clock" };
            view! { <p class=class><Glyph icon />{text}</p> }
        };
        Some(view! { <div class="clocks">{line(Icon::CLOCK, stage)}{line(Icon::PHONE, contact)}</div> })
    };
    reactive(view)
}

fn facts(deal: Deal, editing: Editing) -> AnyView {
    let people = use_people();
    let own = move || deal.found.with(|v| v.as_ref().map(|v| (v.opportunity.owner_id.to_string(), v.owner_name.clone())));
    let owners = Signal::derive(move || owner_options(people, own()));
    let account_id = Signal::derive(move || deal.found.with(|v| v.as_ref().map(|v| v.opportunity.account_id)));
    let contact = Signal::derive(move || {
        deal.found.with(|v| v.as_ref().and_then(|v| Some((v.opportunity.contact_id?.to_string(), v.contact_name.clone()?))))
    });
    let stage = stage_of(deal);
    let categories = Signal::derive(move || {
        let all = ForecastCategory::ALL.iter().map(|c| SelectOption::new(c.as_str(), move || category_name(*c)));
        let of_stage = stage.get().map(|s| category_name(s.category).to_owned()).unwrap_or_default();
        std::iter::once(SelectOption::new("", t_now!(opportunity.of_the_stage, value = of_stage))).chain(all).collect()
    });
    let account = move || {
        deal.found
            .get()
            .map(|v| view! { <a class="quiet-link" href=ACCOUNTS.page(&v.opportunity.account_id.to_string())>{v.account_name}</a> })
    };
    let fact_of = move |read: fn(&OpportunityView) -> Option<String>| deal.found.with(|v| v.as_ref().and_then(read));
    let optional = move |label: &'static str, value: Option<String>| value.map(|value| view! { <Fact label>{value}</Fact> });
    view! {
        <Facts>
            <Fact label=t!(opportunity.fields.account_id)>{reactive(account)}</Fact>
            {editing.choice("contact_id", contact_options(account_id, contact))}
            {editing.text("name")}
            {editing.money("amount")}
            {editing.day("close_day", true)}
            {editing.text("next_step")}
            {editing.day("next_step_day", false)}
            {owner(deal, editing, owners)}
            {probability(editing, stage)}
            {editing.choice("category", categories)}
            {reactive(move || optional(t_now!(opportunity.team), fact_of(|v| v.team_name.clone())))}
            {reactive(move || optional(t_now!(opportunity.territory), fact_of(|v| v.territory_name.clone())))}
            {reactive(move || optional(t_now!(opportunity.fields.competitor), fact_of(|v| Some(v.opportunity.competitor.clone()).filter(|c| !c.is_empty()))))}
            {reactive(move || optional(t_now!(opportunity.created), fact_of(|v| Some(format::date_of(v.opportunity.created_at)))))}
        </Facts>
    }
    .into_any()
}

fn stage_of(deal: Deal) -> Memo<Option<Stage>> {
    let stages = use_stages();
    Memo::new(move |_| deal.found.with(|v| v.as_ref().map(|v| v.opportunity.stage_id)).and_then(|id| stages.find(id)))
}

/// The owner, changed only by who may assign.
fn owner(deal: Deal, editing: Editing, owners: Signal<Vec<SelectOption>>) -> AnyView {
    let can_assign = Memo::new(move |_| deal.found.with(|v| v.as_ref().is_some_and(|v| v.can_assign)));
    let view = move || {
        if can_assign.get() {
            return editing.choice("owner_id", owners);
        }
        view! { <Fact label=t!(opportunity.owner)>{reactive(move || deal.found.with(|v| v.as_ref().map(|v| v.owner_name.clone())))}</Fact> }
            .into_any()
    };
    reactive(view)
}

/// Percent, the stage's where empty.
fn probability(editing: Editing, stage: Memo<Option<Stage>>) -> AnyView {
    let value = editing.value("probability");
    let options = Signal::derive(move || {
        let now = value.get().as_u64();
        let mut all: Vec<u64> = (0..=10).map(|n| n * 10).collect();
        all.extend(now.filter(|n| n % 10 != 0));
        all.sort_unstable();
        let choices = all.into_iter().map(|n| SelectOption::new(n.to_string(), format!("{n}\u{a0}%")));
        let of_stage = stage.get().map(|s| format!("{}\u{a0}%", s.probability)).unwrap_or_default();
        std::iter::once(SelectOption::new("", t_now!(opportunity.of_the_stage, value = of_stage))).chain(choices).collect::<Vec<_>>()
    });
    let shown = Signal::derive(move || value.get().as_u64().map(|n| n.to_string()).unwrap_or_default());
    let begun = editing.begin();
    let save = move |text: String| begun.save("probability", text.parse::<u64>().map_or(Value::Null, Value::from));
    view! {
        <Fact label=t!(opportunity.fields.probability)>
            <InlineSelect label=t!(opportunity.fields.probability) value=shown options disabled=editing.locked on_begin=begun.on_begin() on_save=save />
        </Fact>
    }
    .into_any()
}

/// The persons at a customer, with `own` where it is none of them; first of all nobody.
pub fn contact_options(account: Signal<Option<AccountId>>, own: Signal<Option<(String, String)>>) -> Signal<Vec<SelectOption>> {
    let account = Memo::new(move |_| account.get());
    let people = Reading::new(move || {
        let account = account.get();
        async move {
            match account {
                Some(_) => contact::api::list(&ContactFilter { account, ..ContactFilter::default() }).await.map(|page| page.items),
                None => Ok(Vec::new()),
            }
        }
    });
    Signal::derive(move || {
        let all = people.get().and_then(Result::ok).unwrap_or_default().into_iter().map(|row| (row.id.to_string(), row.name));
        std::iter::once(SelectOption::new("", "–".to_owned())).chain(with_current(all.collect(), own.get())).collect::<Vec<_>>()
    })
}

fn history(id: OpportunityId, editing: Editing) -> AnyView {
    view! { <History kind=EntityKind::Opportunity id=id.0 wording=editing.wording hidden=&["updated_at", "stage_since", "attention_at"] /> }
        .into_any()
}
