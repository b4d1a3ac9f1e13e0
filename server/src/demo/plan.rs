//! How many deals of which kind, on which desks.

use muster_shared::time::Day;

use super::block::{Order, closing_day};
use super::board;
use super::calendar::Frame;
use super::dice::Dice;
use super::people::People;
use super::sales::{SOUTH, Sales};

/// How large the company is to be.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub opportunities: u32,
    pub open: u32,
}

/// The demo's closed deals and its open ones not written by hand.
const CLOSED: u32 = 1_017;
const OPEN: u32 = 152;

impl Size {
    /// As the demo is.
    #[must_use]
    pub fn demo() -> Self {
        let open = OPEN + u32::try_from(board::deals().len()).unwrap_or(0);
        Self { opportunities: CLOSED + open, open }
    }
}

/// The orders of the demo, and those that make it larger: the second grow in Vietnam South alone.
#[must_use]
pub fn orders(seed: u64, size: Size, frame: &Frame, people: &People, sales: &Sales) -> (Vec<Order>, Vec<Order>) {
    let mut dice = Dice::new(seed, 4);
    let (open, closed) = (size.open.min(size.opportunities) as usize, size.opportunities.saturating_sub(size.open) as usize);
    let mut first: Vec<Order> = board::deals()
        .into_iter()
        .map(|hand| {
            let owner = people.user(hand.owner).id;
            let desk = sales.desks.iter().position(|d| d.owner == owner).expect("written deals have sellers");
            Order { desk, open: true, on: None, hand: Some(hand), detailed: true }
        })
        .take(open)
        .collect();
    let weights = |weight: fn(&super::sales::Desk) -> u32| sales.desks.iter().map(weight).collect::<Vec<_>>();
    let mut more = |count: usize, open: bool, weights: &[u32]| {
        first.extend((0..count).map(|_| Order { desk: dice.weighted(weights), open, on: None, hand: None, detailed: true }));
    };
    more((OPEN as usize).min(open.saturating_sub(board::deals().len())), true, &weights(|d| d.open));
    more((CLOSED as usize).min(closed), false, &weights(|d| d.closed));
    let now_open = first.iter().filter(|o| o.open).count();
    let (grow_open, grow_closed) = (open - now_open, closed - (first.len() - now_open));
    let mut order = |on: Option<Day>| Order { desk: dice.below(SOUTH), open: on.is_none(), on, hand: None, detailed: false };
    let mut rest: Vec<Order> = Vec::with_capacity(grow_open + grow_closed);
    let mut seasons = Dice::new(seed, 7);
    let mut days: Vec<Day> = (0..grow_closed).map(|_| closing_day(frame, &mut seasons, &sales.desks[0])).collect();
    // In the order in which it happened, so that what is written together lies together.
    days.sort_unstable();
    rest.extend(days.into_iter().map(|day| order(Some(day))));
    rest.extend((0..grow_open).map(|_| order(None)));
    (first, rest)
}
