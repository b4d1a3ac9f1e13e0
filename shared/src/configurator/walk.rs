//! Walks over a diagram: each answers a question about all configurations at once, in one pass over the arrays.

use std::ops::Add;

use super::{
    diagram::{Choice, Diagram},
    problem::{Value, Var},
};

/// What stands against a choice, by choice. A choice is open when nothing does.
pub type Barred = u8;
/// Open to every walk.
pub const OPEN: Barred = 0;
/// Not chosen, where another value of the variable is: the others stay in question, because one may change one's mind.
pub const UNCHOSEN: Barred = 1;
/// Out of the question: beyond a limit, or not of this market.
pub const CLOSED: Barred = 2;

/// What adds up along a path. Least is best.
pub trait Cost: Copy + Ord + Add<Output = Self> {
    const NOTHING: Self;
    /// No path. Far enough from the largest value that adding two of them does not overflow.
    const NEVER: Self;
}

impl Cost for i64 {
    const NOTHING: Self = 0;
    const NEVER: Self = Self::MAX / 4;
}

impl Cost for i128 {
    const NOTHING: Self = 0;
    const NEVER: Self = Self::MAX / 4;
}

/// Whether any configuration keeps to what is open.
#[must_use]
pub fn is_possible(diagram: &Diagram, barred: &[Barred], reached: &mut Vec<bool>) -> bool {
    if diagram.is_empty() {
        return false;
    }
    let (nodes, edges) = diagram.arrays();
    let end = diagram.end();
    reached.clear();
    reached.resize(end + 1, false);
    reached[0] = true;
    for node in 0..end {
        if reached[node] {
            for edge in &edges[nodes[node] as usize..nodes[node + 1] as usize] {
                if barred[edge.choice as usize] == OPEN {
                    reached[edge.to as usize] = true;
                }
            }
        }
    }
    reached[end]
}

/// Fills `below` with the least cost from each node to the end, through open choices.
pub fn least_below<C: Cost>(diagram: &Diagram, barred: &[Barred], costs: &[C], below: &mut Vec<C>) {
    let (nodes, edges) = diagram.arrays();
    let end = diagram.end();
    below.clear();
    below.resize(end + 1, C::NEVER);
    below[end] = C::NOTHING;
    for node in (0..end).rev() {
        let mut least = C::NEVER;
        for edge in &edges[nodes[node] as usize..nodes[node + 1] as usize] {
            let rest = below[edge.to as usize];
            if barred[edge.choice as usize] == OPEN && rest < C::NEVER {
                least = least.min(costs[edge.choice as usize] + rest);
            }
        }
        below[node] = least;
    }
}

/// Fills `with` with the least cost of a configuration that has each choice, if the variable's own choice is given up for it and
/// all others are kept; [`Cost::NEVER`] where there is none. `below` comes from [`least_below`].
pub fn least_with<C: Cost>(diagram: &Diagram, barred: &[Barred], costs: &[C], below: &[C], above: &mut Vec<C>, with: &mut Vec<C>) {
    let (nodes, edges) = diagram.arrays();
    let end = diagram.end();
    above.clear();
    above.resize(end + 1, C::NEVER);
    with.clear();
    with.resize(diagram.choices(), C::NEVER);
    if diagram.is_empty() {
        return;
    }
    above[0] = C::NOTHING;
    for node in 0..end {
        let before = above[node];
        if before == C::NEVER {
            continue;
        }
        for edge in &edges[nodes[node] as usize..nodes[node + 1] as usize] {
            let (choice, to) = (edge.choice as usize, edge.to as usize);
            let bar = barred[choice];
            if bar & CLOSED != 0 {
                continue;
            }
            let here = before + costs[choice];
            if bar == OPEN && here < above[to] {
                above[to] = here;
            }
            let rest = below[to];
            if rest < C::NEVER && here + rest < with[choice] {
                with[choice] = here + rest;
            }
        }
    }
}

/// Fills `below` with the shortest possible longest time from each node to the end: the slowest part decides.
pub fn soonest_below(diagram: &Diagram, barred: &[Barred], days: &[u32], below: &mut Vec<u32>) {
    let (nodes, edges) = diagram.arrays();
    let end = diagram.end();
    below.clear();
    below.resize(end + 1, u32::MAX);
    below[end] = 0;
    for node in (0..end).rev() {
        let mut soonest = u32::MAX;
        for edge in &edges[nodes[node] as usize..nodes[node + 1] as usize] {
            if barred[edge.choice as usize] == OPEN {
                soonest = soonest.min(days[edge.choice as usize].max(below[edge.to as usize]));
            }
        }
        below[node] = soonest;
    }
}

/// Fills `below` with the number of ways from each node to the end, through open choices. For models of less than 2¹²⁸
/// configurations; see [`Diagram::count`].
pub fn ways_below(diagram: &Diagram, barred: &[Barred], below: &mut Vec<u128>) {
    let (nodes, edges) = diagram.arrays();
    let end = diagram.end();
    below.clear();
    below.resize(end + 1, 0);
    below[end] = 1;
    for node in (0..end).rev() {
        let mut ways = 0_u128;
        for edge in &edges[nodes[node] as usize..nodes[node + 1] as usize] {
            if barred[edge.choice as usize] == OPEN {
                ways = ways.wrapping_add(below[edge.to as usize]);
            }
        }
        below[node] = ways;
    }
}

/// The first configuration, in the diagram's order, whose cost is the least; `None` where nothing is possible.
/// `below` comes from [`least_below`] with the same arguments.
#[must_use]
pub fn least<C: Cost>(diagram: &Diagram, barred: &[Barred], costs: &[C], below: &[C]) -> Option<Vec<Value>> {
    if diagram.is_empty() || below[0] == C::NEVER {
        return None;
    }
    let mut configuration = vec![0; diagram.domains().len()];
    let mut node = 0;
    while node != diagram.end() {
        let edge = diagram.edges(node).iter().find(|edge| {
            let rest = below[edge.to as usize];
            barred[edge.choice as usize] == OPEN && rest < C::NEVER && costs[edge.choice as usize] + rest == below[node]
        })?;
        configuration[diagram.var_of(edge.choice)] = diagram.value_of(edge.choice);
        node = edge.to as usize;
    }
    Some(configuration)
}

/// Bars the other values of what is chosen, and what is closed.
pub fn bar(diagram: &Diagram, chosen: impl IntoIterator<Item = (Var, Value)>, closed: &[Choice], barred: &mut Vec<Barred>) {
    barred.clear();
    barred.resize(diagram.choices(), OPEN);
    for choice in closed {
        barred[*choice as usize] |= CLOSED;
    }
    for (var, value) in chosen {
        for choice in diagram.choices_of(var) {
            if choice != diagram.choice(var, value) {
                barred[choice as usize] |= UNCHOSEN;
            }
        }
    }
}
