//! One customer's way through a model: what was chosen, and after each click everything that follows from it.

use super::{
    diagram::Diagram,
    explain::{self, Chosen, Repair},
    model::MARKET,
    offer::{Offer, Terms, price_of},
    problem::{Value, Var},
    walk::{self, Barred, Cost},
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
    market: Value,
    is_countable: bool,
    barred: Vec<Barred>,
    keys: (Vec<i128>, Vec<i128>, Vec<i128>),
    prices: (Vec<i64>, Vec<i64>, Vec<i64>),
    rebates: Vec<i64>,
    days: Vec<u32>,
    ways: Vec<u128>,
}

impl Session {
    /// `None` where the offer does not belong to the diagram.
    #[must_use]
    pub fn new(offer: &Offer, diagram: Diagram) -> Option<Self> {
        let terms = Terms::new(offer, &diagram)?;
        Some(Self {
            is_countable: diagram.count().to_u128().is_some(),
            rebates: terms.prices.iter().map(|price| -price).collect(),
            market: offer.market,
            diagram,
            terms,
            barred: Vec::new(),
            keys: Default::default(),
            prices: Default::default(),
            days: Vec::new(),
            ways: Vec::new(),
        })
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
        let Self { diagram, terms, barred, keys, prices, .. } = self;
        walk::least_below(diagram, barred, &terms.keys, &mut keys.0);
        let configuration = walk::least(diagram, barred, &terms.keys, &keys.0)?;
        walk::least_with(diagram, barred, &terms.keys, &keys.0, &mut keys.1, &mut keys.2);
        walk::least_below(diagram, barred, &terms.prices, &mut prices.0);
        walk::least_with(diagram, barred, &terms.prices, &prices.0, &mut prices.1, &mut prices.2);
        let lowest = prices.0[0];
        if limits.price.is_some_and(|limit| lowest > limit) {
            return None;
        }
        walk::least_below(diagram, barred, &self.rebates, &mut prices.1);
        let highest = -prices.1[0];
        walk::soonest_below(diagram, barred, &terms.days, &mut self.days);
        let left = (self.is_countable && limits.price.is_none()).then(|| {
            walk::ways_below(diagram, barred, &mut self.ways);
            self.ways[0]
        });
        // Where what one gets by itself is beyond the limit, the cheapest is within it.
        let within = |usual: i64, least: i64| limits.price.map_or(usual, |limit| if usual > limit { least } else { usual });
        let with = keys.2.iter().zip(&prices.2).map(|(key, least)| {
            let is_open = *key < i128::NEVER && limits.price.is_none_or(|limit| *least <= limit);
            is_open.then(|| within(price_of(*key), *least))
        });
        let with = with.collect();
        let price = self.price(&configuration);
        let configuration = match limits.price {
            Some(limit) if price > limit => walk::least(&self.diagram, &self.barred, &self.terms.prices, &self.prices.0)?,
            _ => configuration,
        };
        Some(Answer {
            price: self.price(&configuration),
            lead_days: self.lead_days(&configuration),
            lowest,
            highest,
            soonest: self.days[0],
            left,
            with,
            configuration,
        })
    }

    fn bar(&mut self, chosen: &[Chosen], limits: Limits) {
        let all = chosen.iter().copied().chain([(MARKET, self.market)]);
        walk::bar(&self.diagram, all, &self.terms.closed, &mut self.barred);
        if let Some(limit) = limits.lead_days {
            for (bar, days) in self.barred.iter_mut().zip(&self.terms.days) {
                if *days > limit {
                    *bar |= walk::CLOSED;
                }
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
        self.bar(chosen, Limits::default());
        self.least_price()
    }

    /// The configuration that can be delivered first, the cheapest of those.
    pub fn soonest(&mut self, chosen: &[Chosen]) -> Option<Vec<Value>> {
        self.bar(chosen, Limits::default());
        walk::soonest_below(&self.diagram, &self.barred, &self.terms.days, &mut self.days);
        let soonest = self.days.first().copied()?;
        self.bar(chosen, Limits { lead_days: Some(soonest), price: None });
        self.least_price()
    }

    fn least_price(&mut self) -> Option<Vec<Value>> {
        walk::least_below(&self.diagram, &self.barred, &self.terms.prices, &mut self.prices.0);
        walk::least(&self.diagram, &self.barred, &self.terms.prices, &self.prices.0)
    }

    /// The configuration whose choices others made most often: `popularity` is how often each choice was ordered.
    pub fn most_popular(&mut self, chosen: &[Chosen], popularity: &[u32]) -> Option<Vec<Value>> {
        self.bar(chosen, Limits::default());
        // Orders of one group are independent of the others' here: the product of their shares is largest where the sum of their
        // logarithms is, in thousandths of a bit.
        let costs: Vec<i64> = popularity.iter().map(|orders| (24.0 * 1024.0 - f64::from(orders + 1).log2() * 1024.0) as i64).collect();
        let mut below = Vec::new();
        walk::least_below(&self.diagram, &self.barred, &costs, &mut below);
        walk::least(&self.diagram, &self.barred, &costs, &below)
    }
}
