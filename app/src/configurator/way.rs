//! A customer's way through a model, as signals: the choices, what follows from them, and the way back.

use std::sync::Arc;

use leptos::prelude::*;
use muster_shared::{
    catalog::{Market, Question},
    configurator::{
        code::{self, Build},
        diagram::Diagram,
        explain::Chosen,
        natural::Natural,
        offer::{Offer, OfferGroup, OfferOption},
        problem::{Value, Var},
        session::{Answer, Limits, Session},
    },
    event::unhex,
    id::ModelVersionId,
    lead::Choice,
    money::Money,
};

/// What a model needs to be walked through.
pub struct Kit {
    session: Session,
    counts: Vec<Natural>,
    tag: u32,
}

/// What never changes on the way.
#[derive(Clone)]
pub struct Ground {
    pub version_id: ModelVersionId,
    /// Code of the model, as the shop's addresses name it.
    pub model: String,
    /// The address of the file with the offer.
    pub file: String,
    pub offer: Offer,
    pub market: Market,
}

/// What a click changed beside what was clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// The places of the groups, each with its new option.
    pub changes: Vec<(usize, Value)>,
    /// Minor units on the road.
    pub difference: i64,
}

/// A way to have what is not possible now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// The choices that change: group and new option.
    pub changes: Vec<(usize, Value)>,
    pub chosen: Vec<Chosen>,
    /// Minor units on the road, against now.
    pub difference: i64,
}

/// Why an option is not possible now, and what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The choices that stand against it together: group and option. None where the market or the model has no such thing.
    pub against: Vec<(usize, Value)>,
    pub ways: Vec<Offered>,
}

/// The state of the builder.
#[derive(Clone, Copy)]
pub struct Way {
    kit: StoredValue<Kit, LocalStorage>,
    ground: StoredValue<Ground>,
    chosen: RwSignal<Vec<Chosen>>,
    past: RwSignal<Vec<Vec<Chosen>>>,
    answer: Memo<Arc<Answer>>,
    pub province: RwSignal<Option<String>>,
    pub consequence: RwSignal<Option<Consequence>>,
}

impl Way {
    /// `None` where the diagram cannot be read or belongs to something else. An unreadable code starts with nothing chosen.
    pub fn new(ground: Ground, bytes: &[u8], code: Option<&str>) -> Option<Self> {
        let diagram = Diagram::decode(bytes).ok()?;
        let mut session = Session::new(&ground.offer, diagram)?;
        // Without a single configuration there is nothing to show.
        session.answer(&[], Limits::default())?;
        let hash: [u8; 32] = unhex(&ground.offer.diagram)?.try_into().ok()?;
        let (counts, tag) = (session.diagram().counts(), code::tag(&hash));
        let read = code.and_then(|code| code::decode(code, tag, session.diagram(), &counts).ok()).map(|build| build.chosen());
        // A link from another market may hold what this one does not sell.
        let start = read.filter(|chosen| session.answer(chosen, Limits::default()).is_some());
        let kit = StoredValue::new_local(Kit { counts, tag, session });
        let chosen = RwSignal::new(start.unwrap_or_default());
        let answer = Memo::new(move |last: Option<&Arc<Answer>>| {
            let found = kit.try_update_value(|kit| chosen.with(|chosen| kit.session.answer(chosen, Limits::default()))).flatten();
            // Choices are only ever set to what goes together.
            found.map(Arc::new).or_else(|| last.cloned()).unwrap_or_default()
        });
        Some(Self {
            kit,
            ground: StoredValue::new(ground),
            chosen,
            past: RwSignal::default(),
            answer,
            province: RwSignal::new(None),
            consequence: RwSignal::new(None),
        })
    }

    /// Reads what never changes.
    pub fn ground<T>(self, read: impl FnOnce(&Ground) -> T) -> T {
        self.ground.with_value(read)
    }

    /// Everything that follows from the choices; tracked.
    pub fn answer(self) -> Arc<Answer> {
        self.answer.get()
    }

    /// The option that a group has now; tracked.
    pub fn value(self, group: usize) -> Value {
        self.answer.with(|answer| answer.configuration.get(Offer::var(group)).copied().unwrap_or_default())
    }

    /// Whether the customer chose the group's option; tracked.
    pub fn is_own(self, group: usize) -> bool {
        self.chosen.with(|chosen| chosen.iter().any(|(var, _)| *var == Offer::var(group)))
    }

    /// A price on the road.
    pub fn road(self, net: i64) -> i64 {
        self.province.with(|province| self.ground(|ground| ground.market.on_the_road(net, province.as_deref()).total))
    }

    /// An amount in the market's currency.
    pub fn money(self, minor: i64) -> Money {
        Money { minor, currency: self.ground(|ground| ground.offer.currency) }
    }

    /// What the whole would cost more on the road with an option, in minor units; `None` where it is not possible now. Tracked.
    pub fn difference(self, group: usize, value: Value) -> Option<i64> {
        let choice = self.choice(group, value)?;
        let (with, now) = self.answer.with(|answer| (answer.with.get(choice).copied().flatten(), answer.price));
        Some(self.road(with?) - self.road(now))
    }

    fn choice(self, group: usize, value: Value) -> Option<usize> {
        self.kit.try_with_value(|kit| kit.session.diagram().choice(Offer::var(group), value) as usize)
    }

    /// Chooses an option that is possible.
    pub fn choose(self, group: usize, value: Value) {
        let var = Offer::var(group);
        let mut next = self.chosen.get_untracked();
        next.retain(|(other, _)| *other != var);
        next.push((var, value));
        self.go(next, &[var]);
    }

    /// Takes an offered way.
    pub fn take(self, offered: &Offered) {
        let before = self.chosen.get_untracked();
        let touched: Vec<Var> = offered.chosen.iter().filter(|choice| !before.contains(choice)).map(|(var, _)| *var).collect();
        self.go(offered.chosen.clone(), &touched);
    }

    /// Back to before the last click, exactly.
    pub fn undo(self) {
        if let Some(before) = self.past.try_update(Vec::pop).flatten() {
            self.consequence.set(None);
            self.chosen.set(before);
        }
    }

    /// Whether there is something to take back; tracked.
    pub fn can_undo(self) -> bool {
        self.past.with(|past| !past.is_empty())
    }

    /// Nothing chosen, as at the start; can be taken back.
    pub fn start_over(self) {
        self.go(Vec::new(), &[]);
        self.consequence.set(None);
    }

    fn go(self, next: Vec<Chosen>, touched: &[Var]) {
        let before = self.answer.get_untracked();
        let past = self.chosen.get_untracked();
        if next == past {
            return;
        }
        self.past.update(|list| list.push(past));
        self.chosen.set(next);
        let now = self.answer.get_untracked();
        let groups = self.ground(|ground| ground.offer.groups.len());
        let is_new = |group: &usize| {
            let var = Offer::var(*group);
            before.configuration.get(var) != now.configuration.get(var) && !touched.contains(&var)
        };
        let changes: Vec<(usize, Value)> = (0..groups).filter(is_new).map(|group| (group, now.configuration[Offer::var(group)])).collect();
        let difference = untrack(|| self.road(now.price) - self.road(before.price));
        self.consequence.set((!changes.is_empty()).then_some(Consequence { changes, difference }));
    }

    /// Why an option is not possible, and up to three ways to have it; tracked.
    pub fn refusal(self, group: usize, value: Value) -> Option<Refusal> {
        let wanted = (Offer::var(group), value);
        let chosen = self.chosen.get();
        let now = self.answer.get().price;
        let found = self.kit.try_update_value(|kit| {
            let against = kit.session.conflict(&chosen, wanted)?;
            let repairs = if against.is_empty() { Vec::new() } else { kit.session.repairs(&chosen, wanted) };
            let ways = repairs.iter().filter_map(|repair| {
                let next = Session::repaired(&chosen, wanted, repair);
                let price = kit.session.answer(&next, Limits::default())?.price;
                Some((repair.changes.clone(), next, price))
            });
            Some((against, ways.collect::<Vec<_>>()))
        });
        let (against, ways) = found.flatten()?;
        let groups = |choices: Vec<Chosen>| -> Vec<(usize, Value)> {
            self.ground(|ground| choices.into_iter().filter_map(|(var, value)| Some((ground.offer.group_of(var)?, value))).collect())
        };
        let ways = ways.into_iter().map(|(changes, chosen, price)| Offered {
            changes: groups(changes),
            chosen,
            difference: self.road(price) - self.road(now),
        });
        Some(Refusal { ways: ways.collect(), against: groups(against) })
    }

    /// What to ask the server about the rules behind a "no"; tracked.
    pub fn question(self, group: usize, value: Value) -> Question {
        let wanted = self.choice_of(group, value);
        let mut others = self.choices();
        others.retain(|choice| choice.group != wanted.group);
        self.ground(|ground| Question {
            version_id: ground.version_id,
            market: ground.market.code.clone(),
            choices: others.into_iter().map(|choice| (choice.group, choice.option)).collect(),
            group: wanted.group,
            option: wanted.option,
        })
    }

    /// What was chosen, by codes; tracked.
    pub fn choices(self) -> Vec<Choice> {
        let chosen = self.chosen.get();
        let named = |(var, value): &Chosen| Some(self.choice_of(self.ground(|ground| ground.offer.group_of(*var))?, *value));
        chosen.iter().filter_map(named).collect()
    }

    fn choice_of(self, group: usize, value: Value) -> Choice {
        Choice { group: self.group(group, |it| it.code.clone()), option: self.option(group, value, |it| it.code.clone()) }
    }

    /// The build's code, to share; tracked.
    pub fn code(self) -> String {
        let configuration = self.answer.with(|answer| answer.configuration.clone());
        let own = self.chosen.with(|chosen| chosen.iter().map(|(var, _)| *var).collect());
        let build = Build { configuration, own };
        self.kit.try_with_value(|kit| code::encode(&build, kit.tag, kit.session.diagram(), &kit.counts)).unwrap_or_default()
    }

    /// Whether anything was chosen; tracked.
    pub fn is_begun(self) -> bool {
        self.chosen.with(|chosen| !chosen.is_empty())
    }

    /// Reads a group of the offer.
    pub fn group<T>(self, group: usize, read: impl FnOnce(&OfferGroup) -> T) -> T {
        self.ground(|ground| read(&ground.offer.groups[group]))
    }

    /// Reads an option of the offer.
    pub fn option<T>(self, group: usize, value: Value, read: impl FnOnce(&OfferOption) -> T) -> T {
        self.ground(|ground| read(&ground.offer.groups[group].options[value as usize]))
    }
}
