//! Why a choice is not possible now: the fewest choices that stand against it, and what it would take.

use std::collections::HashMap;

use super::{
    diagram::Diagram,
    problem::{Value, Var},
    walk::{self, Barred},
};

/// One thing that somebody chose.
pub type Chosen = (Var, Value);

/// The choices that together exclude `wanted`, none of which can be left out; empty where it excludes itself, `None` where it is
/// possible. Later choices are named rather than earlier ones, where either would do. (QuickXplain, Junker 2004.)
#[must_use]
pub fn conflict(diagram: &Diagram, chosen: &[Chosen], closed: &[u32], wanted: Chosen) -> Option<Vec<Chosen>> {
    let chosen: Vec<Chosen> = chosen.iter().copied().filter(|(var, _)| *var != wanted.0).collect();
    let mut oracle = Oracle { diagram, closed, wanted, barred: Barred::default(), reached: Vec::new() };
    if oracle.is_possible(&chosen) {
        return None;
    }
    if !oracle.is_possible(&[]) {
        return Some(Vec::new());
    }
    // What comes first in the list is preferred in the explanation.
    let preferred: Vec<Chosen> = chosen.into_iter().rev().collect();
    let mut found = oracle.explain(&mut Vec::new(), false, &preferred);
    found.sort_unstable();
    Some(found)
}

struct Oracle<'a> {
    diagram: &'a Diagram,
    closed: &'a [u32],
    wanted: Chosen,
    barred: Barred,
    reached: Vec<bool>,
}

impl Oracle<'_> {
    fn is_possible(&mut self, chosen: &[Chosen]) -> bool {
        self.barred.set(self.diagram, chosen.iter().copied().chain([self.wanted]), self.closed);
        walk::is_possible(self.diagram, &self.barred, &mut self.reached)
    }

    fn explain(&mut self, background: &mut Vec<Chosen>, has_grown: bool, candidates: &[Chosen]) -> Vec<Chosen> {
        if has_grown && !self.is_possible(background) {
            return Vec::new();
        }
        if candidates.len() == 1 {
            return candidates.to_vec();
        }
        let (first, second) = candidates.split_at(candidates.len() / 2);
        let held = background.len();
        background.extend_from_slice(first);
        let mut found = self.explain(background, true, second);
        background.truncate(held);
        background.extend_from_slice(&found);
        let rest = self.explain(background, !found.is_empty(), first);
        background.truncate(held);
        found.extend(rest);
        found
    }
}

/// A change of choices that makes a wanted one possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The new value of each choice that has to change, by variable; the wanted one is not among them.
    pub changes: Vec<Chosen>,
    /// What the changed choices weigh together.
    pub lost: u64,
    /// The lowest price that any configuration has after the change.
    pub price: i64,
}

/// The best changes that make `wanted` possible: least weight of changed choices, then fewest, then lowest price. Each differs from
/// the others in what it does to the choices. What was not chosen weighs nothing; `wanted` and what is closed are never touched.
#[must_use]
pub fn repairs(
    diagram: &Diagram,
    chosen: &[Chosen],
    closed: &[u32],
    wanted: Chosen,
    weights: &[u64],
    prices: &[i64],
    most: usize,
) -> Vec<Repair> {
    if diagram.is_empty() || most == 0 {
        return Vec::new();
    }
    let mut own: Vec<Option<Value>> = vec![None; diagram.domains().len()];
    for (var, value) in chosen {
        own[*var] = Some(*value);
    }
    own[wanted.0] = None;
    let mut barred = Barred::default();
    barred.set(diagram, [wanted], closed);

    // Each junction keeps its best ways to the end, no two of which change the choices alike. A way that is not among the best of its
    // junction cannot be part of the best ones of the root: whatever precedes it, the better ones could follow as well.
    let strands = diagram.strands();
    let mut changes = Changes::default();
    let mut ways: Vec<Vec<Way>> = vec![Vec::new(); strands.end() + 1];
    ways[strands.end()].push(Way { cost: Loss::NOTHING, change: Changes::NONE });
    let mut found: Vec<Way> = Vec::new();
    let mut changed: Vec<u32> = Vec::new();
    for junction in (0..strands.end()).rev() {
        found.clear();
        for strand in strands.from(junction).filter(|strand| barred.is_open(*strand)) {
            let mut cost = Loss::NOTHING;
            changed.clear();
            for step in strands.steps(strand) {
                let var = diagram.var_of(*step);
                let is_changed = own[var].is_some_and(|value| diagram.choice(var, value) != *step);
                if is_changed {
                    changed.push(*step);
                }
                let weight = if is_changed { weights[var] } else { 0 };
                cost = cost + Loss { weight, count: u32::from(is_changed), price: prices[*step as usize] };
            }
            for way in &ways[strands.to(strand)] {
                let change = changed.iter().rev().fold(way.change, |rest, step| changes.with(*step, rest));
                insert(&mut found, Way { cost: cost + way.cost, change }, most);
            }
        }
        ways[junction].extend_from_slice(&found);
    }
    ways[0]
        .iter()
        .map(|way| {
            let mut list: Vec<Chosen> = changes.list(way.change).map(|choice| (diagram.var_of(choice), diagram.value_of(choice))).collect();
            list.sort_unstable();
            Repair { changes: list, lost: way.cost.weight, price: way.cost.price }
        })
        .collect()
}

/// Keeps the list sorted, each change once at its least cost, and not longer than `most`.
fn insert(ways: &mut Vec<Way>, way: Way, most: usize) {
    if let Some(same) = ways.iter().position(|other| other.change == way.change) {
        if ways[same].cost <= way.cost {
            return;
        }
        ways.remove(same);
    }
    let place = ways.partition_point(|other| other.cost <= way.cost);
    if place < most {
        ways.truncate(most - 1);
        ways.insert(place, way);
    }
}

#[derive(Clone, Copy)]
struct Way {
    cost: Loss,
    change: u32,
}

/// What a change of choices costs, most important first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Loss {
    weight: u64,
    count: u32,
    price: i64,
}

impl std::ops::Add for Loss {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { weight: self.weight + other.weight, count: self.count + other.count, price: self.price + other.price }
    }
}

impl Loss {
    const NOTHING: Self = Self { weight: 0, count: 0, price: 0 };
}

/// Sets of changed choices as lists that share their ends, so that equal sets have equal numbers: every path has its choices in the
/// diagram's order.
#[derive(Default)]
struct Changes {
    links: Vec<(u32, u32)>,
    known: HashMap<(u32, u32), u32>,
}

impl Changes {
    const NONE: u32 = u32::MAX;

    fn with(&mut self, choice: u32, rest: u32) -> u32 {
        *self.known.entry((choice, rest)).or_insert_with(|| {
            self.links.push((choice, rest));
            self.links.len() as u32 - 1
        })
    }

    fn list(&self, change: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(self.links.get(change as usize), |(_, rest)| self.links.get(*rest as usize)).map(|(choice, _)| *choice)
    }
}
