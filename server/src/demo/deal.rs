//! The life of one deal: its way through the stages, what changed on the way, and the events that tell it.

use muster_shared::event::{Action, Actor, EntityKind, Payload, Reason};
use muster_shared::id::{AccountId, ContactId, OpportunityId, StageId, TeamId, TerritoryId, UserId};
use muster_shared::money::Money;
use muster_shared::opportunity::{LostReason, Opportunity, Pipeline, enter};
use muster_shared::patch::Change;
use muster_shared::time::{Day, Instant};
use serde_json::Map;

use super::calendar::Frame;
use super::dice::Dice;
use super::sales::{self, Desk};
use super::words;
use crate::event::{NewEvent, PastEvent};
use crate::record::{Record as _, differences};

/// How a deal stands today.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// In this open stage since so many days, last spoken with the customer so many days ago.
    Open { stage: usize, age: i32, contact: i32 },
    /// Won or lost on a day in the past.
    Closed { won: bool, on: Day },
}

/// What a deal is to become.
#[derive(Clone, Debug)]
pub struct Plan {
    pub account: AccountId,
    pub contact: Option<ContactId>,
    pub name: String,
    pub amount: Money,
    /// For open deals: when it should close, and what comes next.
    pub close_day: Day,
    pub step: (String, Option<Day>),
    /// Every step and every change of mind; otherwise only the moves.
    pub detailed: bool,
}

/// Something that happened to a deal.
enum Turn {
    Move { stage: StageId, lost: Option<(LostReason, &'static str)>, note: Option<&'static str> },
    Step { text: String, day: Option<Day> },
    Close(Day),
    Amount(i64),
    Owner { owner: UserId, team: Option<TeamId>, territory: Option<TerritoryId> },
}

/// Stages passed on the way to `end`, now and then with a jump or a step back.
fn path(dice: &mut Dice, end: usize) -> Vec<usize> {
    let mut at = usize::from(end > 0 && dice.chance(12));
    let mut path = vec![at];
    while at < end {
        at += if at + 2 <= end && dice.chance(7) { 2 } else { 1 };
        path.push(at);
        if at > 0 && at < end && dice.chance(6) {
            at -= 1;
            path.push(at);
        }
    }
    path
}

/// Days on which the stages of `path` were entered, the last one on `last`.
fn entries(dice: &mut Dice, path: &[usize], last: Day, fleet: bool) -> Vec<Day> {
    let usual = sales::usual(fleet);
    let mut day = last;
    let mut days = vec![last];
    for stage in path[..path.len() - 1].iter().rev() {
        day = day.plus(-dice.days(usual[*stage]).clamp(0, 24));
        days.push(day);
    }
    days.reverse();
    days
}

/// A deal's way through the stages, and when it took each step.
#[derive(Clone, Debug)]
pub struct Course {
    path: Vec<usize>,
    instants: Vec<Instant>,
    end: End,
}

impl Course {
    /// Some way on `desk` to this end.
    pub fn new(frame: &Frame, dice: &mut Dice, desk: &Desk, pipeline: &Pipeline, end: End) -> Self {
        let last_open = pipeline.stages.len() - 3;
        let (path, last) = match end {
            End::Open { stage, age, .. } => (path(dice, stage), frame.today.plus(-age.max(1))),
            End::Closed { won, on } => {
                let far = if won { last_open - usize::from(dice.chance(12)) } else { dice.weighted(&[30, 24, 18, 17, 11]) };
                let stay = dice.days(sales::usual(desk.fleet)[far]).clamp(0, 30);
                (path(dice, far), on.plus(-stay))
            }
        };
        let days = entries(dice, &path, last, desk.fleet);
        let mut instants: Vec<Instant> = days.iter().map(|day| frame.during(*day, dice)).collect();
        apart(&mut instants);
        Self { path, instants, end }
    }

    #[must_use]
    pub fn created_at(&self) -> Instant {
        self.instants[0]
    }
}

/// Lives through `plan` on `desk`: the deal as it is today, and its events from the oldest.
pub fn live(
    frame: &Frame,
    dice: &mut Dice,
    desk: &Desk,
    pipeline: &Pipeline,
    course: &Course,
    plan: Plan,
) -> (Opportunity, Vec<PastEvent>) {
    let path = &course.path;
    let created_at = course.created_at();
    let turns = turns(frame, dice, desk, pipeline, &plan, course);
    let first_owner = if turns.iter().any(|(_, t)| matches!(t, Turn::Owner { .. })) { desk.peer.unwrap_or(desk.owner) } else { desk.owner };
    let pushed = turns.iter().filter(|(_, t)| matches!(t, Turn::Close(_))).count();
    let revised = turns.iter().any(|(_, t)| matches!(t, Turn::Amount(_)));
    let first_close = plan.close_day.plus(-i32::try_from(pushed).unwrap_or(0) * dice.between(9, 24)).max(frame.day(created_at).plus(3));
    let first_amount = if revised { around(dice, plan.amount.minor) } else { plan.amount.minor };
    let stage = &pipeline.stages[path[0]];
    let first_step = dice.pick(words::steps(desk.market.speech, path[0]));
    let deal = Opportunity {
        id: OpportunityId(dice.id(created_at)),
        version: 1,
        dealer_id: desk.dealer,
        name: plan.name,
        account_id: plan.account,
        contact_id: plan.contact,
        pipeline_id: pipeline.id,
        stage_id: stage.id,
        amount: Money::new(first_amount, plan.amount.currency),
        probability: None,
        category: None,
        close_day: first_close,
        owner_id: first_owner,
        team_id: desk.team,
        territory_id: desk.territory,
        next_step: first_step.to_owned(),
        next_step_day: Some(frame.day(created_at).plus(dice.between(1, 4))),
        stage_since: created_at,
        last_contact_at: None,
        lost_reason: None,
        competitor: String::new(),
        closed_at: None,
        custom: Map::new(),
        created_at,
        updated_at: created_at,
        deleted_at: None,
    };
    tell(frame, desk, pipeline, deal, turns)
}

/// Pulls instants apart that fell together, keeping their order.
fn apart(instants: &mut [Instant]) {
    for i in 1..instants.len() {
        instants[i] = instants[i].max(instants[i - 1].plus_ms(4 * 60_000));
    }
}

/// An amount before or after it was talked over, in the same steps.
fn around(dice: &mut Dice, minor: i64) -> i64 {
    let step = if minor > 100_000_000 { 10_000_000 } else { 10_000 };
    let percent = i64::from(dice.pick(&[-6, -4, -3, 2, 3, 4, 5, 7, 9]));
    ((minor + minor * percent / 100) / step).max(1) * step
}

/// What happened to the deal after it was recorded, in order.
fn turns(frame: &Frame, dice: &mut Dice, desk: &Desk, pipeline: &Pipeline, plan: &Plan, course: &Course) -> Vec<(Instant, Turn)> {
    let Course { path, instants, end: outcome } = course;
    let speech = desk.market.speech;
    let mut turns: Vec<(Instant, Turn)> = Vec::new();
    for (stage, at) in path.iter().zip(instants).skip(1) {
        turns.push((*at, Turn::Move { stage: pipeline.stages[*stage].id, lost: None, note: None }));
    }
    let end = match *outcome {
        End::Closed { won, on } => {
            let at = frame.during(on, dice).max(instants[instants.len() - 1].plus_ms(9 * 60_000));
            turns.push((at, closing(dice, desk, pipeline, won)));
            at
        }
        End::Open { .. } => frame.midnight(),
    };
    if plan.detailed {
        for (i, at) in instants.iter().enumerate() {
            let until = instants.get(i + 1).copied().unwrap_or(end);
            let planned = frame.day(until).plus(dice.between(-2, 2)).max(frame.day(*at).plus(1));
            let mut say = |dice: &mut Dice, at: Instant, day: Day| {
                if at < until {
                    turns.push((at, Turn::Step { text: dice.pick(words::steps(speech, path[i])).to_owned(), day: Some(day) }));
                }
            };
            let soon = at.plus_ms(i64::from(dice.between(2, 25)) * 60_000);
            say(dice, soon, planned);
            let stay = frame.day(until).0 - frame.day(*at).0;
            if stay > 3 && dice.chance(45) {
                let middle = frame.during(frame.day(*at).plus(dice.between(1, stay - 1)), dice);
                say(dice, middle.max(at.plus_ms(30 * 60_000)), planned.plus(2));
            }
        }
        if path.len() > 1 {
            let later = |dice: &mut Dice| instants[1 + dice.below(instants.len() - 1)].plus_ms(i64::from(dice.between(26, 90)) * 60_000);
            if dice.chance(30) {
                turns.push((later(dice), Turn::Amount(plan.amount.minor)));
            }
            if dice.chance(38) {
                turns.push((later(dice), Turn::Close(plan.close_day)));
            }
            if desk.peer.is_some() && dice.chance(7) {
                let (owner, team, territory) = (desk.owner, desk.team, desk.territory);
                turns.push((later(dice), Turn::Owner { owner, team, territory }));
            }
        }
    }
    turns.retain(|(at, turn)| *at < end || matches!(turn, Turn::Move { .. }));
    if let End::Open { contact, .. } = *outcome {
        let spoke = frame.during(frame.today.plus(-contact.max(1)), dice).max(instants[0].plus_ms(10 * 60_000));
        // The word spoken last is the one on the card.
        turns.retain(|(at, turn)| *at < spoke || !matches!(turn, Turn::Step { .. }));
        turns.push((spoke, Turn::Step { text: plan.step.0.clone(), day: plan.step.1 }));
    }
    turns.sort_by_key(|(at, _)| *at);
    turns
}

fn closing(dice: &mut Dice, desk: &Desk, pipeline: &Pipeline, won: bool) -> Turn {
    let [.., won_stage, lost_stage] = &pipeline.stages[..] else { unreachable!("pipelines end with won and lost") };
    if won {
        return Turn::Move { stage: won_stage.id, lost: None, note: None };
    }
    let reason = words::LOSSES[dice.weighted(&words::LOSSES.map(|l| l.1))].0;
    let rival = match reason {
        LostReason::Competitor => true,
        LostReason::Price | LostReason::Product | LostReason::LeadTime => dice.chance(45),
        _ => false,
    };
    let competitor = if rival { dice.pick(words::COMPETITORS) } else { "" };
    let note = dice.chance(25).then(|| dice.pick(words::regrets(desk.market.speech)));
    Turn::Move { stage: lost_stage.id, lost: Some((reason, competitor)), note }
}

/// Applies the turns and writes down each that changed something.
fn tell(frame: &Frame, desk: &Desk, pipeline: &Pipeline, deal: Opportunity, turns: Vec<(Instant, Turn)>) -> (Opportunity, Vec<PastEvent>) {
    let mut events = vec![created(&deal, deal.created_at, Actor::User(deal.owner_id.0))];
    let mut deal = deal;
    for (at, turn) in turns {
        let at = at.max(deal.updated_at.plus_ms(60_000));
        let mut new = deal.clone();
        let mut actor = deal.owner_id;
        let mut note = None;
        let mut action = Action::Changed;
        match turn {
            Turn::Move { stage, lost, note: said } => {
                let stage = pipeline.stages.iter().find(|s| s.id == stage).expect("turns name stages of the pipeline");
                new = enter(&deal, stage, lost.map(|l| l.0), lost.map(|l| l.1), at, frame.day(at))
                    .expect("the path keeps the rules of moving");
                (action, note) = (Action::Moved, said);
            }
            Turn::Step { text, day } => {
                new.next_step = text;
                new.next_step_day = day;
                new.last_contact_at = Some(at);
            }
            Turn::Close(day) => new.close_day = day,
            Turn::Amount(minor) => new.amount.minor = minor,
            Turn::Owner { owner, team, territory } => {
                (new.owner_id, new.team_id, new.territory_id) = (owner, team, territory);
                (action, actor) = (Action::Reassigned, desk.boss);
            }
        }
        let changes = changes(&deal, &new);
        if changes.is_empty() {
            continue;
        }
        new.stamp(deal.version + 1, at);
        let reason = note.map(|note| Reason { note: Some(note.to_owned()), ..Reason::default() });
        let event = NewEvent {
            entity: EntityKind::Opportunity,
            entity_id: new.id.0,
            action,
            version_before: deal.version,
            version_after: new.version,
            undoes: None,
            scope_before: Some(deal.scope()),
            scope_after: Some(new.scope()),
            persons: new.persons(),
            payload: Payload { label: new.label(), changes, reason, ..Payload::default() },
        };
        events.push(PastEvent { event, happened_at: at, actor: Actor::User(actor.0) });
        deal = new;
    }
    (deal, events)
}

/// As [`differences`], for the fields that a turn may change: the whole deal as JSON would cost more than all the rest.
fn changes(old: &Opportunity, new: &Opportunity) -> Vec<Change> {
    let mut changes = Vec::new();
    macro_rules! compare {
        ($($field:ident)*) => {$(
            if old.$field != new.$field {
                let json = |deal: &Opportunity| serde_json::to_value(&deal.$field).expect("fields of a deal are JSON");
                changes.push(Change { field: stringify!($field).to_owned(), old: json(old), new: json(new) });
            }
        )*};
    }
    compare!(amount close_day closed_at competitor last_contact_at lost_reason next_step next_step_day owner_id stage_id stage_since team_id territory_id);
    changes
}

/// The first event of a record.
pub fn created<R: crate::record::Record>(record: &R, at: Instant, actor: Actor) -> PastEvent {
    let event = NewEvent {
        entity: R::KIND,
        entity_id: record.id(),
        action: Action::Created,
        version_before: 0,
        version_after: 1,
        undoes: None,
        scope_before: None,
        scope_after: Some(record.scope()),
        persons: record.persons(),
        payload: Payload { label: record.label(), changes: differences(None, record), ..Payload::default() },
    };
    PastEvent { event, happened_at: at, actor }
}
