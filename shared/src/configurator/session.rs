//! One customer's way through a model: what was chosen, and after each click everything that follows from it.

use super::{
    diagram::Diagram,
    explain::{self, Chosen, Repair},
    model::MARKET,
    offer::{Offer, Terms, price_of},
    problem::{Value, Var},
    walk::{self, Along, Barred, Measure},
};

/// What a customer will not go beyond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Minor units, before tax.
    pub price: Option<i64>,
    pub lead_days: Option<u32>,
}

/// What the choices come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// A value for every variable: the choices, and beside them as much of the defaults as goes with them, then the lowest price.
    pub configuration: Vec<Value>,
    /// Of this configuration, in minor units before tax.
    pub price: i64,
    /// Days until it can be delivered.
    pub lead_days: u32,
    /// Of all configurations that the choices leave.
    pub lowest: i64,
    pub highest: i64,
    pub soonest: u32,
    /// How many configurations the choices leave; none beyond 2¹²⁸, and none under a price limit.
    pub left: Option<u128>,
    /// What the whole would cost with each choice, by choice: what it pulls along is in it. None where it is not possible now.
    pub with: Vec<Option<i64>>,
}

/// A way through a model; reuses its memory from click to click.
pub struct Session {
    diagram: Diagram,
    terms: Terms,
    along: Along<Sum>,
    /// What is chosen before anything else: the market.
    fixed: Option<Chosen>,
    is_countable: bool,
    barred: Barred,
    below: Vec<Sum>,
    above: Vec<Least>,
    with: Vec<Least>,
}

/// Everything that is asked about the ways to the end of the diagram.
#[derive(Clone, Copy)]
struct Sum {
    least: Least,
    highest: i64,
    soonest: u32,
    /// Correct where the whole diagram has less than 2¹²⁸ ways.
    ways: u128,
}

/// What is asked about the ways through each choice: the least key, and the lowest price.
#[derive(Clone, Copy)]
struct Least {
    key: i128,
    price: i64,
}

impl Measure for Least {
    const NOTHING: Self = Self { key: 0, price: 0 };
    const NEVER: Self = Self { key: i128::NEVER, price: i64::NEVER };

    fn is_never(self) -> bool {
        self.key.is_never()
    }

    fn along(self, next: Self) -> Self {
        Self { key: self.key + next.key, price: self.price + next.price }
    }

    fn either(self, other: Self) -> Self {
        Self { key: self.key.min(other.key), price: self.price.min(other.price) }
    }
}

impl Measure for Sum {
    const NOTHING: Self = Self { least: Least::NOTHING, highest: 0, soonest: 0, ways: 1 };
    const NEVER: Self = Self { least: Least::NEVER, highest: -i64::NEVER, soonest: u32::MAX, ways: 0 };

    fn is_never(self) -> bool {
        self.least.is_never()
    }

    fn along(self, next: Self) -> Self {
        Self {
            least: self.least.along(next.least),
            highest: self.highest + next.highest,
            // The slowest part decides.
            soonest: self.soonest.max(next.soonest),
            ways: self.ways.wrapping_mul(next.ways),
        }
    }

    fn either(self, other: Self) -> Self {
        Self {
            least: self.least.either(other.least),
            highest: self.highest.max(other.highest),
            soonest: self.soonest.min(other.soonest),
            ways: self.ways.wrapping_add(other.ways),
        }
    }
}

impl Session {
    /// `None` where the offer does not belong to the diagram.
    #[must_use]
    pub fn new(offer: &Offer, diagram: Diagram) -> Option<Self> {
        let terms = Terms::new(offer, &diagram)?;
        Some(Self::on(diagram, terms, Some((MARKET, offer.market))))
    }

    /// A way on these terms, which must be of the diagram, with something chosen for good.
    #[must_use]
    pub fn on(diagram: Diagram, terms: Terms, fixed: Option<Chosen>) -> Self {
        let sum = |choice| {
            let choice = choice as usize;
            let price = terms.prices[choice];
            Sum { least: Least { key: terms.keys[choice], price }, highest: price, soonest: terms.days[choice], ways: 1 }
        };
        Self {
            is_countable: diagram.count().to_u128().is_some(),
            along: Along::new(&diagram, sum),
            fixed,
            diagram,
            terms,
            barred: Barred::default(),
            below: Vec::new(),
            above: Vec::new(),
            with: Vec::new(),
        }
    }

    #[must_use]
    pub const fn diagram(&self) -> &Diagram {
        &self.diagram
    }

    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Everything that follows from the choices; `None` where they exclude each other or the limits.
    pub fn answer(&mut self, chosen: &[Chosen], limits: Limits) -> Option<Answer> {
        self.bar(chosen, limits);
        let Self { diagram, along, barred, below, above, with, .. } = self;
        walk::below(diagram, barred, along, below);
        let configuration = walk::first(diagram, barred, along, below, |sum| sum.least.key)?;
        let whole = below[0];
        if limits.price.is_some_and(|limit| whole.least.price > limit) {
            return None;
        }
        walk::with(diagram, barred, along, below, |sum| sum.least, above, with);
        // Where what one gets by itself is beyond the limit, the cheapest is within it.
        let within = |usual: i64, least: i64| limits.price.map_or(usual, |limit| if usual > limit { least } else { usual });
        let with = with.iter().map(|least| {
            let is_open = !least.is_never() && limits.price.is_none_or(|limit| least.price <= limit);
            is_open.then(|| within(price_of(least.key), least.price))
        });
        let with = with.collect();
        let price = self.price(&configuration);
        let configuration = match limits.price {
            Some(limit) if price > limit => self.lowest_priced()?,
            _ => configuration,
        };
        Some(Answer {
            price: self.price(&configuration),
            lead_days: self.lead_days(&configuration),
            lowest: whole.least.price,
            highest: whole.highest,
            soonest: whole.soonest,
            left: (self.is_countable && limits.price.is_none()).then_some(whole.ways),
            with,
            configuration,
        })
    }

    /// Of what the last walk left open.
    fn lowest_priced(&self) -> Option<Vec<Value>> {
        walk::first(&self.diagram, &self.barred, &self.along, &self.below, |sum| sum.least.price)
    }

    fn bar(&mut self, chosen: &[Chosen], limits: Limits) {
        let all = chosen.iter().copied().chain(self.fixed);
        self.barred.set(&self.diagram, all, &self.terms.closed);
        if let Some(limit) = limits.lead_days {
            for (choice, _) in (0..).zip(&self.terms.days).filter(|(_, days)| **days > limit) {
                self.barred.close(&self.diagram, choice);
            }
        }
    }

    /// Of a whole configuration, in minor units before tax.
    #[must_use]
    pub fn price(&self, configuration: &[Value]) -> i64 {
        self.of(configuration).map(|choice| self.terms.prices[choice]).sum()
    }

    /// Days until a whole configuration can be delivered.
    #[must_use]
    pub fn lead_days(&self, configuration: &[Value]) -> u32 {
        self.of(configuration).map(|choice| self.terms.days[choice]).max().unwrap_or(0)
    }

    fn of(&self, configuration: &[Value]) -> impl Iterator<Item = usize> {
        configuration.iter().enumerate().map(|(var, value)| self.diagram.choice(var, *value) as usize)
    }

    /// The choices that stand against a wanted one, none of which can be left out; see [`explain::conflict`].
    #[must_use]
    pub fn conflict(&self, chosen: &[Chosen], wanted: Chosen) -> Option<Vec<Chosen>> {
        explain::conflict(&self.diagram, chosen, &self.terms.closed, wanted)
    }

    /// Up to three best changes of choices that make a wanted one possible; see [`explain::repairs`].
    #[must_use]
    pub fn repairs(&self, chosen: &[Chosen], wanted: Chosen) -> Vec<Repair> {
        explain::repairs(&self.diagram, chosen, &self.terms.closed, wanted, &self.terms.weights, &self.terms.prices, 3)
    }

    /// The choices after a repair: what had to change has its new value, and the wanted one is chosen.
    #[must_use]
    pub fn repaired(chosen: &[Chosen], wanted: Chosen, repair: &Repair) -> Vec<Chosen> {
        let new = |var: Var| repair.changes.iter().find(|(changed, _)| *changed == var).map(|(_, value)| *value);
        let mut repaired: Vec<Chosen> =
            chosen.iter().filter(|(var, _)| *var != wanted.0).map(|(var, value)| (*var, new(*var).unwrap_or(*value))).collect();
        repaired.push(wanted);
        repaired
    }

    /// The cheapest configuration that the choices leave.
    pub fn cheapest(&mut self, chosen: &[Chosen]) -> Option<Vec<Value>> {
        self.cheapest_within(chosen, Limits::default())
    }

    /// The configuration that can be delivered first, the cheapest of those.
    pub fn soonest(&mut self, chosen: &[Chosen]) -> Option<Vec<Value>> {
        self.cheapest(chosen)?;
        let soonest = self.below[0].soonest;
        self.cheapest_within(chosen, Limits { lead_days: Some(soonest), price: None })
    }

    fn cheapest_within(&mut self, chosen: &[Chosen], limits: Limits) -> Option<Vec<Value>> {
        self.bar(chosen, limits);
        walk::below(&self.diagram, &self.barred, &self.along, &mut self.below);
        self.lowest_priced()
    }

    /// The configuration whose choices others made most often: `popularity` is how often each choice was ordered.
    pub fn most_popular(&mut self, chosen: &[Chosen], popularity: &[u32]) -> Option<Vec<Value>> {
        self.bar(chosen, Limits::default());
        // Orders of one group are independent of the others' here: the product of their shares is largest where the sum of their
        // logarithms is, in thousandths of a bit.
        let cost = |orders: u32| (24.0 * 1024.0 - f64::from(orders + 1).log2() * 1024.0) as i64;
        let along = Along::new(&self.diagram, |choice| cost(popularity[choice as usize]));
        let mut below = Vec::new();
        walk::below(&self.diagram, &self.barred, &along, &mut below);
        walk::first(&self.diagram, &self.barred, &along, &below, |cost| *cost)
    }
}
