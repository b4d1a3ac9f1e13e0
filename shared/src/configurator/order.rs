//! In which order a diagram asks for its variables; its size depends on little else.

use std::collections::BTreeSet;

use super::problem::{Problem, Var};

/// Orders worth trying, each a permutation of the variables, first asked first.
#[must_use]
pub fn candidates(problem: &Problem) -> Vec<Vec<Var>> {
    let scopes: Vec<Vec<Var>> = problem.constraints.iter().map(super::problem::Constraint::scope).collect();
    let count = problem.domains.len();
    let given: Vec<Var> = (0..count).collect();
    let mut orders = vec![elimination(count, &scopes), force(&given, &scopes)];
    let better = force(&orders[0], &scopes);
    orders.push(better);
    orders
}

/// Variables of a condition that all want to be near each other.
const WIDE: usize = 24;

/// FORCE (Aloul, Markov, Sakallah 2003): each variable moves to the mean of the centres of the conditions it is in, until the
/// total span of the conditions no longer shrinks.
fn force(start: &[Var], scopes: &[Vec<Var>]) -> Vec<Var> {
    let count = start.len();
    let mut order = start.to_vec();
    let mut place = vec![0.0_f64; count];
    let mut best = (usize::MAX, order.clone());
    let rounds = 60 + 4 * (usize::BITS - count.leading_zeros()) as usize;
    for _ in 0..rounds {
        let mut position = vec![0_usize; count];
        for (at, var) in order.iter().enumerate() {
            position[*var] = at;
        }
        let span = scopes
            .iter()
            .filter(|scope| !scope.is_empty())
            .map(|scope| {
                let places = scope.iter().map(|var| position[*var]);
                places.clone().max().unwrap_or(0) - places.min().unwrap_or(0)
            })
            .sum::<usize>();
        if span < best.0 {
            best = (span, order.clone());
        }
        let mut sum = vec![(0.0_f64, 0_u32); count];
        for scope in scopes.iter().filter(|scope| !scope.is_empty()) {
            let centre = scope.iter().map(|var| position[*var] as f64).sum::<f64>() / scope.len() as f64;
            for var in scope {
                sum[*var].0 += centre;
                sum[*var].1 += 1;
            }
        }
        for var in 0..count {
            place[var] = if sum[var].1 == 0 { position[var] as f64 } else { sum[var].0 / f64::from(sum[var].1) };
        }
        order.sort_by(|a, b| place[*a].total_cmp(&place[*b]).then(position[*a].cmp(&position[*b])));
    }
    best.1
}

/// The depth-first walk of the elimination tree that the min-fill heuristic gives: what is joined by a condition lies on one path
/// from the root, so that independent parts of the model follow each other instead of being mixed.
fn elimination(count: usize, scopes: &[Vec<Var>]) -> Vec<Var> {
    let mut near: Vec<BTreeSet<Var>> = vec![BTreeSet::new(); count];
    for scope in scopes {
        for (at, one) in scope.iter().enumerate() {
            // A condition on very many variables, such as a limit of price, says nothing about their order, and joining each of them
            // with each other one would take longer than everything else: it is a path.
            let reach = if scope.len() > WIDE { 1 } else { scope.len() };
            for other in scope[at + 1..].iter().take(reach) {
                near[*one].insert(*other);
                near[*other].insert(*one);
            }
        }
    }
    let fill = |near: &[BTreeSet<Var>], var: Var| -> usize {
        let around: Vec<Var> = near[var].iter().copied().collect();
        around.iter().enumerate().map(|(at, one)| around[at + 1..].iter().filter(|other| !near[*one].contains(other)).count()).sum()
    };
    let mut left: BTreeSet<Var> = (0..count).collect();
    let mut cost: Vec<usize> = (0..count).map(|var| fill(&near, var)).collect();
    let mut rank = vec![0_usize; count];
    let mut bags: Vec<Vec<Var>> = vec![Vec::new(); count];
    for step in 0..count {
        let Some(var) = left.iter().copied().min_by_key(|var| (cost[*var], near[*var].len(), *var)) else { break };
        left.remove(&var);
        rank[var] = step;
        let around: Vec<Var> = near[var].iter().copied().collect();
        let mut changed: BTreeSet<Var> = around.iter().copied().collect();
        for (at, one) in around.iter().enumerate() {
            near[*one].remove(&var);
            for other in &around[at + 1..] {
                if near[*one].insert(*other) {
                    near[*other].insert(*one);
                    changed.extend(near[*one].intersection(&near[*other]));
                }
            }
        }
        for other in changed {
            if left.contains(&other) {
                cost[other] = fill(&near, other);
            }
        }
        bags[var] = around;
    }
    // The first of its neighbours to be eliminated after it.
    let parent: Vec<Option<Var>> = bags.iter().map(|bag| bag.iter().copied().min_by_key(|other| rank[*other])).collect();
    let mut children: Vec<Vec<Var>> = vec![Vec::new(); count];
    let mut roots = Vec::new();
    for (var, parent) in parent.iter().enumerate() {
        match *parent {
            Some(above) => children[above].push(var),
            None => roots.push(var),
        }
    }
    let mut below = vec![1_usize; count];
    let mut by_rank: Vec<Var> = (0..count).collect();
    by_rank.sort_by_key(|var| rank[*var]);
    for var in by_rank {
        if let Some(above) = parent[var] {
            below[above] += below[var];
        }
    }
    // Small parts first: what must be remembered across them is remembered for few levels.
    for list in children.iter_mut().chain([&mut roots]) {
        list.sort_by_key(|var| (below[*var], *var));
    }
    let mut order = Vec::with_capacity(count);
    let mut stack: Vec<Var> = roots.into_iter().rev().collect();
    while let Some(var) = stack.pop() {
        order.push(var);
        stack.extend(children[var].iter().rev());
    }
    order
}
