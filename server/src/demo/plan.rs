//! How many deals of which kind, on which desks.

use super::block::Order;
use super::board;
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
pub fn orders(seed: u64, size: Size, people: &People, sales: &Sales) -> (Vec<Order>, Vec<Order>) {
    let mut dice = Dice::new(seed, 4);
    let (open, closed) = (size.open.min(size.opportunities) as usize, size.opportunities.saturating_sub(size.open) as usize);
    let mut first: Vec<Order> = board::deals()
        .into_iter()
        .map(|hand| {
            let owner = people.user(hand.owner).id;
            let desk = sales.desks.iter().position(|d| d.owner == owner).expect("written deals have sellers");
            Order { desk, open: true, hand: Some(hand), detailed: true }
        })
        .take(open)
        .collect();
    let weights = |weight: fn(&super::sales::Desk) -> u32| sales.desks.iter().map(weight).collect::<Vec<_>>();
    let mut more = |count: usize, open: bool, weights: &[u32]| {
        first.extend((0..count).map(|_| Order { desk: dice.weighted(weights), open, hand: None, detailed: true }));
    };
    more((OPEN as usize).min(open.saturating_sub(board::deals().len())), true, &weights(|d| d.open));
    more((CLOSED as usize).min(closed), false, &weights(|d| d.closed));
    let now_open = first.iter().filter(|o| o.open).count();
    let (grow_open, grow_closed) = (open - now_open, closed - (first.len() - now_open));
    let grow = grow_open + grow_closed;
    let rest = (0..grow).map(|i| {
        // Open ones evenly among the closed ones.
        let is_open = (i + 1) * grow_open / grow > i * grow_open / grow;
        Order { desk: dice.below(SOUTH), open: is_open, hand: None, detailed: false }
    });
    let rest = rest.collect();
    (first, rest)
}
