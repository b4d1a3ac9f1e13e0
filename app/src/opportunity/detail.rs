//! A deal: its facts, its way through the stages, and its recorded history; as a page, and beside the board.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_shared::{
    contact::ContactFilter,
    event::EntityKind,
    id::{OpportunityId, StageId},
    opportunity::{Card, ForecastCategory, LostReason, Move, OpportunityView, Stage, StageKind},
    patch,
};
use serde_json::Value;

use super::{
    api,
    board::reason_name,
    panel::LostDialog,
    strip::StageStrip,
    wording::{category_name, use_stages, wording},
};
use crate::{
    api::{ApiError, Reading},
    browser::{clock, format},
    contact,
    editing::{Editing, patch_of},
    event::{self, ConflictDialog, History},
    live::use_live,
    people::use_people,
    records,
    shell::Page,
    t, t_now,
    ui::{
        Button, ButtonKind, Crumb, ErrorState, Fact, Facts, Glyph, Icon, InlineSelect, Menu, MenuItem, Panel, Pending, PopoverAlign,
        SelectOption, Skeleton, StatusPill, Toaster, Tone, reactive, use_toaster,
    },
};

/// The page of a deal.
#[component]
pub fn OpportunityPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<OpportunityId>().ok()));
    let deal = use_deal(Signal::derive(move || id.get()));
    let title =
        move || deal.found.with(|v| v.as_ref().map(|v| v.opportunity.name.clone())).unwrap_or_else(|| t_now!(opportunity.one).to_owned());
    let crumbs = Signal::derive(move || {
        let account = deal
            .found
            .with(|v| v.as_ref().map(|v| Crumb::new(v.account_name.clone(), format!("/desk/accounts/{}", v.opportunity.account_id))));
        std::iter::once(Crumb::new(t!(opportunity.title), "/desk/opportunities")).chain(account).collect::<Vec<_>>()
    });
    let navigate = StoredValue::new_local(use_navigate());
    let gone = move |_: OpportunityId| {
        navigate.try_with_value(|navigate| navigate("/desk/opportunities", Default::default()));
    };
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
    failure: Signal<Option<ApiError>>,
    refetch: Callback<()>,
    /// Told of every write, with the card as it is now.
    on_written: StoredValue<Option<Callback<Card>>>,
}

/// Follows a deal live.
pub fn use_deal(id: Signal<Option<OpportunityId>>) -> Deal {
    let live = use_live();
    let view = Reading::new(move || {
        let id = id.get();
        if let Some(id) = id {
            live.changes_of(EntityKind::Opportunity, id.0).track();
        }
        async move { api::read(id.ok_or_else(records::not_found)?).await }
    });
    let found = Memo::new(move |_| view.get().and_then(Result::ok).filter(|v| Some(v.opportunity.id) == id.get()));
    let failure = Signal::derive(move || view.get().and_then(Result::err));
    Deal { found, failure, refetch: Callback::new(move |()| view.refetch()), on_written: StoredValue::new(None) }
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
    let toaster = use_toaster();
    let delete = move || {
        let Some(found) = deal.found.get_untracked() else { return };
        spawn_local(async move {
            let record = found.opportunity;
            match api::delete(record.id, record.version).await {
                Ok(event) => {
                    on_gone.try_run(record.id);
                    records::offer_restore(toaster, t_now!(record.deleted, name = record.name), event);
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    let restore = move || {
        let Some(found) = deal.found.get_untracked() else { return };
        spawn_local(async move {
            match api::restore(found.opportunity.id, found.opportunity.version).await {
                Ok(written) => deal.wrote(written.card),
                Err(error) => toaster.fail(error),
            }
        });
    };
    let view = move || {
        let (is_deleted, can_delete) = deal.found.with(|v| v.as_ref().map(|v| (v.opportunity.deleted_at.is_some(), v.can_delete)))?;
        Some(match (is_deleted, can_delete) {
            (_, false) => ().into_any(),
            (true, _) => view! { <Button kind=ButtonKind::Main on_press=restore>{t!(record.restore)}</Button> }.into_any(),
            (false, _) => view! {
                <Menu label=t!(record.more) align=PopoverAlign::End>
                    <MenuItem label=t!(record.delete) icon=Icon::TRASH_2 danger=true on_press=delete />
                </Menu>
            }
            .into_any(),
        })
    };
    reactive(view)
}

/// What stands in the place of a deal that is not there yet.
fn absent(deal: Deal) -> AnyView {
    match deal.failure.get() {
        Some(error) => view! { <ErrorState failure=ApiError::into(error) on_retry=move || deal.refetch.run(()) /> }.into_any(),
        None => view! { <Skeleton /> }.into_any(),
    }
}

/// The page's content: the way on top, facts beside the history.
fn wide(deal: Deal) -> AnyView {
    let id = Memo::new(move |_| deal.id());
    let content = move || match id.get() {
        None => absent(deal),
        Some(id) => {
            let editing = editing(deal, id);
            view! {
                {trash_note(deal)}
                {sum(deal)}
                {strip(deal, id)}
                <div class="record">
                    <aside class="record__side">{clocks(deal)} {facts(deal, editing)}</aside>
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
        None => absent(deal),
        Some(id) => {
            let editing = editing(deal, id);
            view! {
                {sum(deal)}
                {strip(deal, id)}
                {clocks(deal)}
                {facts(deal, editing)}
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

fn trash_note(deal: Deal) -> AnyView {
    let is_deleted = move || deal.found.with(|v| v.as_ref().is_some_and(|v| v.opportunity.deleted_at.is_some()));
    reactive(move || is_deleted().then(|| view! { <p class="banner banner--warn">{t!(record.is_in_trash)}</p> }))
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
    Editing::new(record, locked(deal), words, deal.refetch, move |version, fields| {
        Box::pin(async move {
            let written = api::change(id, version, &patch_of(fields)).await?;
            deal.wrote(written.card);
            Ok(written.event)
        }) as Pending<_>
    })
}

fn locked(deal: Deal) -> Signal<bool> {
    Signal::derive(move || !deal.found.with(|v| v.as_ref().is_some_and(|v| v.can_write && v.opportunity.deleted_at.is_none())))
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
    let toaster = use_toaster();
    let send = move |to: Move| {
        let Some(found) = deal.found.get_untracked() else { return };
        let stage = untrack(|| stages.name(to.stage_id));
        spawn_local(async move {
            match api::move_to(id, found.opportunity.version, &to).await {
                Ok(written) => {
                    deal.wrote(written.card);
                    let text = t_now!(board.moved, name = found.account_name, stage = stage);
                    match written.event {
                        Some(seq) => toaster.say_with_undo(text, move || take_back(deal, toaster, seq)),
                        None => toaster.say(text),
                    }
                }
                Err(error) => {
                    toaster.fail(error);
                    deal.refetch.try_run(());
                }
            }
        });
    };
    let pressed = move |to: StageId| match untrack(|| stages.find(to)).map(|s| s.kind) {
        Some(StageKind::Lost) => losing.set(Some(to)),
        _ => send(Move { stage_id: to, lost_reason: None, competitor: None, note: None }),
    };
    let name = Signal::derive(move || deal.found.with(|v| v.as_ref().map(|v| v.account_name.clone())).unwrap_or_default());
    let lost = move |(reason, competitor, note): (LostReason, Option<String>, Option<String>)| {
        if let Some(stage_id) = losing.get_untracked() {
            send(Move { stage_id, lost_reason: Some(reason), competitor, note });
        }
        losing.set(None);
    };
    view! {
        <StageStrip pipeline stays here=Signal::derive(move || here.get()) locked=locked(deal) on_move=pressed />
        <LostDialog open=Signal::derive(move || losing.with(Option::is_some)) name on_lost=lost on_cancel=move || losing.set(None) />
    }
    .into_any()
}

fn take_back(deal: Deal, toaster: Toaster, seq: i64) {
    spawn_local(async move {
        match event::undo(seq).await {
            Ok(_) => {
                let Some(Some(found)) = deal.found.try_get_untracked() else { return };
                if let Ok(Some(card)) = api::card(found.opportunity.id).await {
                    deal.wrote(card);
                }
            }
            Err(error) => toaster.fail(error),
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
    let owners = Signal::derive(move || {
        let all = people.active().into_iter().map(|p| (p.id.to_string(), p.name));
        let own = deal.found.with(|v| v.as_ref().map(|v| (v.opportunity.owner_id.to_string(), v.owner_name.clone())));
        with_current(all.collect(), own)
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
            .map(|v| view! { <a class="quiet-link" href=format!("/desk/accounts/{}", v.opportunity.account_id)>{v.account_name}</a> })
    };
    let fact_of = move |read: fn(&OpportunityView) -> Option<String>| deal.found.with(|v| v.as_ref().and_then(read));
    let optional = move |label: &'static str, value: Option<String>| value.map(|value| view! { <Fact label>{value}</Fact> });
    view! {
        <Facts>
            <Fact label=t!(opportunity.fields.account_id)>{reactive(account)}</Fact>
            {editing.choice("contact_id", contacts_of(deal))}
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
    let save = move |text: String| editing.save("probability", text.parse::<u64>().map_or(Value::Null, Value::from));
    view! {
        <Fact label=t!(opportunity.fields.probability)>
            <InlineSelect label=t!(opportunity.fields.probability) value=shown options disabled=editing.locked on_save=save />
        </Fact>
    }
    .into_any()
}

/// The persons at the deal's customer.
fn contacts_of(deal: Deal) -> Signal<Vec<SelectOption>> {
    let account = Memo::new(move |_| deal.found.with(|v| v.as_ref().map(|v| v.opportunity.account_id)));
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
        let own = deal.found.with(|v| v.as_ref().and_then(|v| Some((v.opportunity.contact_id?.to_string(), v.contact_name.clone()?))));
        let mut options = with_current(all.collect(), own);
        options.insert(0, SelectOption::new("", "–".to_owned()));
        options
    })
}

/// The choices, with the present one where it is none of them, such as somebody who left.
fn with_current(mut all: Vec<(String, String)>, current: Option<(String, String)>) -> Vec<SelectOption> {
    if let Some(current) = current.filter(|(id, _)| !all.iter().any(|(other, _)| other == id)) {
        all.push(current);
    }
    all.into_iter().map(|(id, name)| SelectOption::new(id, name)).collect()
}

fn history(id: OpportunityId, editing: Editing) -> AnyView {
    view! { <History kind=EntityKind::Opportunity id=id.0 wording=editing.wording hidden=&["updated_at", "stage_since", "attention_at"] /> }
        .into_any()
}
