//! Customers and deals made together: who buys, what they want, how it ended.

use std::collections::HashSet;

use muster_shared::account::{Account, AccountKind};
use muster_shared::contact::Contact;
use muster_shared::event::Actor;
use muster_shared::id::AccountId;
use muster_shared::money::{Currency, Money};
use muster_shared::opportunity::Opportunity;
use muster_shared::time::Day;

use super::board::Hand;
use super::calendar::{Frame, PAST};
use super::customer;
use super::deal::{self, Course, End, Plan};
use super::dice::Dice;
use super::sales::{self, Desk, Sales};
use super::words::{self, MODELS};
use crate::event::PastEvent;

/// A deal to be invented.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// Index of the desk.
    pub desk: usize,
    pub open: bool,
    /// When it was closed; by the market's seasons where absent.
    pub on: Option<Day>,
    /// Written by hand.
    pub hand: Option<Hand>,
    pub detailed: bool,
}

/// Customers and deals with their events.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub accounts: Vec<Account>,
    pub contacts: Vec<Contact>,
    pub deals: Vec<(Opportunity, Vec<PastEvent>)>,
}

impl Block {
    /// The events of customers and their contacts, in order.
    #[must_use]
    pub fn customer_events(&self) -> Vec<PastEvent> {
        let accounts = self.accounts.iter().map(|a| deal::created(a, a.created_at, Actor::User(a.owner_id.0)));
        let contacts = self.contacts.iter().map(|c| deal::created(c, c.created_at, Actor::User(c.owner_id.0)));
        let mut events: Vec<PastEvent> = accounts.chain(contacts).collect();
        events.sort_by_key(|e| e.happened_at);
        events
    }
}

/// How many deals close in a month, against others: Tết empties it, the year's end fills it.
const VIETNAM: [u32; 12] = [105, 45, 85, 90, 95, 95, 85, 70, 95, 110, 125, 160];
/// Europe registers in March and September, and rests in August.
const EUROPE: [u32; 12] = [70, 80, 130, 95, 95, 105, 80, 55, 120, 100, 105, 120];

/// A day in the past on which a deal of `desk` was closed.
pub fn closing_day(frame: &Frame, dice: &mut Dice, desk: &Desk) -> Day {
    use chrono::Datelike as _;
    loop {
        let ago = dice.between(desk.until, PAST);
        let day = frame.today.plus(-ago);
        let month = day.date().map_or(0, |d| d.month0() as usize);
        let vietnam = desk.market.places[0].country == "VN";
        let season = if vietnam { VIETNAM[month] } else { EUROPE[month] };
        // The business grows by a third a year.
        let growth = 100 - u32::try_from(ago).unwrap_or(0) * 34 / 730;
        let is_open = frame.company.calendar.is_workday(day) || (!vietnam && day.weekday() < 5);
        if is_open && (dice.below(160 * 100) as u32) < season * growth {
            return day;
        }
    }
}

/// A customer in the making: which orders are theirs.
struct Buyer {
    account: Account,
    desk: usize,
    orders: Vec<usize>,
}

/// Chooses a customer for each order: some come back, companies more often.
fn buyers(dice: &mut Dice, sales: &Sales, orders: &[Order], taken: &mut HashSet<String>) -> Vec<Buyer> {
    let mut buyers: Vec<Buyer> = Vec::new();
    for (i, order) in orders.iter().enumerate() {
        let desk = &sales.desks[order.desk];
        if order.hand.is_none() && dice.chance(52) {
            let known: Vec<usize> = buyers
                .iter()
                .enumerate()
                .filter(|(_, b)| b.desk == order.desk && (b.account.kind == AccountKind::Company || b.orders.len() < 2))
                .filter(|(_, b)| b.orders.iter().all(|o| orders[*o].hand.is_none()))
                .map(|(i, _)| i)
                .collect();
            if !known.is_empty() {
                let buyer = dice.pick(&known);
                buyers[buyer].orders.push(i);
                continue;
            }
        }
        let account = match order.hand {
            Some(hand) => {
                let kind = if hand.segment.is_empty() { AccountKind::Person } else { AccountKind::Company };
                let segment = if hand.segment.is_empty() { "Private" } else { hand.segment };
                taken.insert(hand.account.to_owned());
                customer::account(dice, desk, kind, hand.account.to_owned(), segment)
            }
            None => invented(dice, desk, taken),
        };
        buyers.push(Buyer { account, desk: order.desk, orders: vec![i] });
    }
    buyers
}

fn invented(dice: &mut Dice, desk: &Desk, taken: &mut HashSet<String>) -> Account {
    let is_company = dice.chance(desk.market.companies);
    let mut name;
    let mut segment = "Private";
    let mut tries = 0;
    loop {
        if is_company {
            (name, segment) = customer::company(dice, desk.market.names);
        } else {
            name = customer::person(dice, desk.market.names);
        }
        tries += 1;
        // A few namesakes are as it is in life, and a large database runs out of names.
        if taken.insert(name.clone()) || tries > 8 {
            break;
        }
    }
    let kind = if is_company { AccountKind::Company } else { AccountKind::Person };
    customer::account(dice, desk, kind, name, segment)
}

/// How the deal stands today.
fn end(frame: &Frame, dice: &mut Dice, desk: &Desk, order: &Order) -> End {
    if let Some(hand) = order.hand {
        return End::Open { stage: hand.stage, age: hand.age, contact: hand.contact };
    }
    if !order.open {
        let won = dice.chance(if desk.fleet { 31 } else { 37 });
        return End::Closed { won, on: order.on.unwrap_or_else(|| closing_day(frame, dice, desk)) };
    }
    let stage = dice.weighted(&[30, 26, 18, 16, 10]);
    let usual = sales::usual(desk.fleet)[stage];
    let limit = sales::limits(desk.fleet)[stage];
    let age = if dice.chance(14) { limit * 5 / 4 + dice.between(1, 12) } else { dice.days(usual).clamp(1, limit) };
    let contact = if dice.chance(10) { dice.between(9, 16) } else { dice.between(1, 6) };
    End::Open { stage, age, contact }
}

/// What comes next for an open deal: mostly something, mostly later.
fn next_step(frame: &Frame, dice: &mut Dice, desk: &Desk, stage: usize) -> (String, Option<Day>) {
    if dice.chance(8) {
        return (String::new(), None);
    }
    let days = match dice.weighted(&[13, 20, 67]) {
        0 => -dice.between(1, 6),
        1 => 0,
        _ => dice.between(1, 10),
    };
    let mut day = frame.today.plus(days);
    while days > 0 && !frame.company.calendar.is_workday(day) {
        day = day.plus(1);
    }
    (dice.pick(words::steps(desk.market.speech, stage)).to_owned(), Some(day))
}

/// What the customer wants, and for how much.
fn wish(dice: &mut Dice, desk: &Desk, kind: AccountKind) -> (String, Money) {
    let weights: Vec<u32> = desk.market.currencies.iter().map(|c| c.1).collect();
    let currency: Currency = desk.market.currencies[dice.weighted(&weights)].0;
    let model = MODELS[dice.weighted(if kind == AccountKind::Company { &[20, 32, 34, 14] } else { &[26, 32, 16, 26] })];
    let (low, high, unit) = model.price(currency);
    let price = i64::from(dice.between(low, high));
    let count = match kind {
        AccountKind::Person => 1,
        AccountKind::Company if desk.fleet => dice.between(4, 28),
        AccountKind::Company => dice.pick(&[1, 1, 2, 2, 2, 3, 3, 4, 5]),
    };
    let amount = Money::new(price * i64::from(count) * unit, currency);
    let name = match kind {
        AccountKind::Person => format!("Aurora {} · {}", model.name, dice.pick(words::wishes(desk.market.speech))),
        AccountKind::Company => {
            let purposes = words::purposes(desk.market.speech);
            let purpose = dice.pick(if count > 2 { &purposes[..purposes.len() - 1] } else { purposes });
            let number = if count > 1 { format!("{count} × ") } else { String::new() };
            format!("{number}Aurora {} · {purpose}", model.name)
        }
    };
    (name, amount)
}

/// Invents customers and deals for `orders`.
pub fn invent(frame: &Frame, sales: &Sales, dice: &mut Dice, orders: &[Order], taken: &mut HashSet<String>) -> Block {
    let mut block = Block::default();
    for Buyer { mut account, desk, orders: theirs } in buyers(dice, sales, orders, taken) {
        let desk = &sales.desks[desk];
        let pipeline = &sales.pipelines[desk.pipeline];
        let courses: Vec<(usize, End, Course)> = theirs
            .into_iter()
            .map(|i| {
                let end = end(frame, dice, desk, &orders[i]);
                (i, end, Course::new(frame, dice, desk, pipeline, end))
            })
            .collect();
        let first = courses.iter().map(|c| c.2.created_at()).min().expect("every customer has a deal");
        // Most were recorded with their first deal, some were known before.
        let known_at = if dice.chance(70) {
            first.plus_ms(-i64::from(dice.between(6, 40)) * 60_000)
        } else {
            frame.during(frame.day(first).plus(-dice.between(3, 60)), dice).min(first.plus_ms(-6 * 60_000))
        };
        account.id = AccountId(dice.id(known_at));
        (account.created_at, account.updated_at) = (known_at, known_at);
        let contacts = customer::contacts(dice, desk, &account);
        for (i, end, course) in courses {
            let order = &orders[i];
            let (name, amount) = match order.hand {
                Some(hand) => (hand.name.to_owned(), Money::new(hand.amount * 1_000_000, Currency::VND)),
                None => wish(dice, desk, account.kind),
            };
            let (close_day, step) = match (order.hand, end) {
                (Some(hand), _) => (frame.today.plus(hand.close), (hand.step.to_owned(), hand.step_in.map(|days| frame.today.plus(days)))),
                (None, End::Open { stage, .. }) => {
                    let left = i32::try_from(5 - stage).expect("there are five open stages");
                    let days = left * sales::usual(desk.fleet)[stage] * 2 + dice.between(2, 25);
                    (frame.today.plus(days), next_step(frame, dice, desk, stage))
                }
                (None, End::Closed { on, .. }) => (on.plus(dice.between(-8, 14)), (String::new(), None)),
            };
            let contact = (!contacts.is_empty()).then(|| contacts[dice.below(contacts.len())].id);
            let plan = Plan { account: account.id, contact, name, amount, close_day, step, detailed: order.detailed };
            block.deals.push(deal::live(frame, dice, desk, pipeline, &course, plan));
        }
        block.accounts.push(account);
        block.contacts.extend(contacts);
    }
    block.accounts.sort_by_key(|a| a.created_at);
    block.contacts.sort_by_key(|c| c.created_at);
    block.deals.sort_by_key(|(d, _)| d.created_at);
    block
}
