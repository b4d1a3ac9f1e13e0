//! From conditions to the diagram of all configurations.

mod downward;

use std::collections::HashMap;

use super::{
    diagram::Diagram,
    order,
    problem::{Constraint, Formula, Problem, Value, Var},
    store::{FALSE, Node, Store, TRUE, TooLarge},
};

/// Nodes that a diagram may have while it is built, where nothing else is said: about a gigabyte.
pub const CAP: usize = 8_000_000;

/// The diagram of all solutions. Tries several orders with a small allowance of nodes, which grows until one is enough for
/// at least one of them, and keeps the smallest: a bad order is given up after a moment.
///
/// # Errors
/// When no order does with `cap` nodes; then a solver has to answer.
pub fn compile(problem: &Problem, cap: usize) -> Result<Diagram, TooLarge> {
    const FIRST: usize = 1 << 14;
    let orders = order::candidates(problem);
    let mut allowance = FIRST.min(cap);
    loop {
        let built = orders.iter().filter_map(|order| build(problem, order, allowance).ok().map(|built| (order, built)));
        if let Some((order, (store, root))) = built.min_by_key(|(_, (store, _))| store.len()) {
            return Ok(Diagram::flatten(&problem.domains, order, &store, root));
        }
        if allowance >= cap {
            return Err(TooLarge);
        }
        allowance = (allowance * 8).min(cap);
    }
}

/// All conditions conjoined in one order, and nothing else in the store.
fn build(problem: &Problem, order: &[Var], cap: usize) -> Result<(Store, Node), TooLarge> {
    let mut level_of = vec![0_usize; order.len()];
    for (level, var) in order.iter().enumerate() {
        level_of[*var] = level;
    }
    let sizes = order.iter().map(|var| problem.domains[*var]).collect();
    let mut builder = Builder { store: Store::new(sizes, cap), level_of };
    let mut parts = Vec::with_capacity(problem.constraints.len());
    for constraint in &problem.constraints {
        let node = builder.constraint(constraint);
        parts.push(builder.store.checked(node)?);
    }
    let mut root = [match downward::conjoin(&mut builder.store, &parts, cap) {
        Ok(root) => root,
        Err(TooLarge) => conjoin(&mut builder.store, parts)?,
    }];
    builder.store.collect(&mut root);
    Ok((builder.store, root[0]))
}

/// From the bottom up: what is joined so far only speaks of levels at or below the next condition's first one, so that each step
/// changes the top of the diagram and leaves the rest shared.
fn conjoin(store: &mut Store, mut parts: Vec<Node>) -> Result<Node, TooLarge> {
    parts.sort_by_key(|part| (store.level(*part), *part));
    let mut all = TRUE;
    let mut kept = 0;
    while let Some(part) = parts.pop() {
        let joined = store.and(all, part);
        all = store.checked(joined)?;
        if store.len() > 4 * kept + 20_000 {
            parts.push(all);
            store.collect(&mut parts);
            all = parts.pop().expect("it was pushed two lines above");
            kept = store.len();
        }
    }
    Ok(all)
}

struct Builder {
    store: Store,
    level_of: Vec<usize>,
}

impl Builder {
    fn constraint(&mut self, constraint: &Constraint) -> Node {
        match constraint {
            Constraint::Table { scope, rows, allowed } => {
                let table = self.table(scope, rows);
                if *allowed { table } else { self.store.not(table) }
            }
            Constraint::Formula(formula) => self.formula(formula),
            Constraint::Sum { terms, at_least, at_most } => self.sum(terms, *at_least, *at_most),
        }
    }

    fn table(&mut self, scope: &[Var], rows: &[Vec<Value>]) -> Node {
        let mut columns: Vec<usize> = (0..scope.len()).collect();
        columns.sort_by_key(|column| self.level_of[scope[*column]]);
        let levels: Vec<usize> = columns.iter().map(|column| self.level_of[scope[*column]]).collect();
        let mut rows: Vec<Vec<Value>> = rows.iter().map(|row| columns.iter().map(|column| row[*column]).collect()).collect();
        rows.sort_unstable();
        rows.dedup();
        self.rows(&levels, &rows, 0)
    }

    /// The sorted rows from one column on.
    fn rows(&mut self, levels: &[usize], rows: &[Vec<Value>], column: usize) -> Node {
        if rows.is_empty() {
            return FALSE;
        }
        if column == levels.len() {
            return TRUE;
        }
        let mut kids = vec![FALSE; self.store.sizes()[levels[column]] as usize];
        let mut from = 0;
        while from < rows.len() {
            let value = rows[from][column];
            let to = from + rows[from..].partition_point(|row| row[column] == value);
            kids[value as usize] = self.rows(levels, &rows[from..to], column + 1);
            from = to;
        }
        self.store.make(levels[column], &kids)
    }

    fn formula(&mut self, formula: &Formula) -> Node {
        match formula {
            Formula::Constant(truth) => Node::from(*truth),
            Formula::Is(var, value) => self.values(*var, &[*value]),
            Formula::In(var, values) => self.values(*var, values),
            Formula::Not(inner) => {
                let inner = self.formula(inner);
                self.store.not(inner)
            }
            Formula::All(parts) => self.joined(parts, TRUE, Store::and),
            Formula::Any(parts) => self.joined(parts, FALSE, Store::or),
            Formula::Implies(when, then) => {
                let (when, then) = (self.formula(when), self.formula(then));
                let not = self.store.not(when);
                self.store.or(not, then)
            }
            Formula::Iff(one, other) => {
                let (one, other) = (self.formula(one), self.formula(other));
                self.choice(one, other, |store| store.not(other))
            }
            Formula::Count { of, at_least, at_most } => self.count(of, *at_least, *at_most),
        }
    }

    /// Longest first: deep parts are joined before what lies above them.
    fn joined(&mut self, parts: &[Formula], none: Node, join: fn(&mut Store, Node, Node) -> Node) -> Node {
        let mut nodes: Vec<Node> = parts.iter().map(|part| self.formula(part)).collect();
        nodes.sort_by_key(|node| self.store.level(*node));
        nodes.into_iter().rev().fold(none, |all, node| join(&mut self.store, all, node))
    }

    /// `then` where `when` holds, and the other elsewhere.
    fn choice(&mut self, when: Node, then: Node, otherwise: impl FnOnce(&mut Store) -> Node) -> Node {
        let otherwise = otherwise(&mut self.store);
        let not = self.store.not(when);
        let (yes, no) = (self.store.and(when, then), self.store.and(not, otherwise));
        self.store.or(yes, no)
    }

    fn values(&mut self, var: Var, values: &[Value]) -> Node {
        let level = self.level_of[var];
        let mut kids = vec![FALSE; self.store.sizes()[level] as usize];
        for value in values {
            kids[*value as usize] = TRUE;
        }
        self.store.make(level, &kids)
    }

    fn count(&mut self, of: &[Formula], at_least: u32, at_most: u32) -> Node {
        let mut nodes: Vec<Node> = of.iter().map(|part| self.formula(part)).collect();
        nodes.sort_by_key(|node| self.store.level(*node));
        let mut known = HashMap::new();
        self.counted(&nodes, 0, at_least, at_most, &mut known)
    }

    fn counted(&mut self, nodes: &[Node], so_far: u32, at_least: u32, at_most: u32, known: &mut HashMap<(usize, u32), Node>) -> Node {
        let left = nodes.len() as u32;
        if so_far > at_most || so_far + left < at_least {
            return FALSE;
        }
        if so_far >= at_least && so_far + left <= at_most {
            return TRUE;
        }
        if let Some(found) = known.get(&(nodes.len(), so_far)) {
            return *found;
        }
        let with = self.counted(&nodes[1..], so_far + 1, at_least, at_most, known);
        let without = self.counted(&nodes[1..], so_far, at_least, at_most, known);
        let node = self.choice(nodes[0], with, |_| without);
        known.insert((nodes.len(), so_far), node);
        node
    }

    fn sum(&mut self, terms: &[(Var, Vec<i64>)], at_least: i64, at_most: i64) -> Node {
        // A variable may be named twice: what it adds is put together.
        let mut adds: HashMap<Var, Vec<i64>> = HashMap::new();
        for (var, by_value) in terms {
            let sum = adds.entry(*var).or_insert_with(|| vec![0; by_value.len()]);
            sum.iter_mut().zip(by_value).for_each(|(sum, add)| *sum += add);
        }
        let mut terms: Vec<Term> =
            adds.into_iter().map(|(var, adds)| Term { level: self.level_of[var], adds, least_below: 0, most_below: 0 }).collect();
        terms.sort_by_key(|term| term.level);
        let (mut least, mut most) = (0, 0);
        for term in terms.iter_mut().rev() {
            (term.least_below, term.most_below) = (least, most);
            least += term.adds.iter().min().copied().unwrap_or(0);
            most += term.adds.iter().max().copied().unwrap_or(0);
        }
        let mut known = vec![Vec::new(); terms.len()];
        self.summed(&terms, 0, (least, most), 0, (at_least, at_most), &mut known).0
    }

    /// The node for what is added so far, with the interval of sums that have the same node (after Abío et al. 2012, "A new look at
    /// BDDs for pseudo-Boolean constraints").
    fn summed(
        &mut self,
        terms: &[Term],
        at: usize,
        (least, most): (i64, i64),
        so_far: i64,
        (at_least, at_most): (i64, i64),
        known: &mut Vec<Vec<(i64, i64, Node)>>,
    ) -> (Node, i64, i64) {
        const FAR: i64 = i64::MAX / 4;
        if so_far + least > at_most {
            return (FALSE, at_most - least + 1, FAR);
        }
        if so_far + most < at_least {
            return (FALSE, -FAR, at_least - most - 1);
        }
        if so_far + least >= at_least && so_far + most <= at_most {
            return (TRUE, at_least - least, at_most - most);
        }
        let row = &known[at];
        let after = row.partition_point(|interval| interval.0 <= so_far);
        if after > 0 && so_far <= row[after - 1].1 {
            let (from, to, node) = row[after - 1];
            return (node, from, to);
        }
        let term = &terms[at];
        let (mut from, mut to) = (-FAR, FAR);
        let mut kids = Vec::with_capacity(term.adds.len());
        for add in &term.adds {
            let (node, low, high) =
                self.summed(terms, at + 1, (term.least_below, term.most_below), so_far + add, (at_least, at_most), known);
            from = from.max(low - add);
            to = to.min(high - add);
            kids.push(node);
        }
        let node = self.store.make(term.level, &kids);
        let row = &mut known[at];
        let place = row.partition_point(|interval| interval.0 <= from);
        row.insert(place, (from, to, node));
        (node, from, to)
    }
}

/// A variable of a sum.
struct Term {
    level: usize,
    adds: Vec<i64>,
    /// What the terms after it add at least and at most.
    least_below: i64,
    most_below: i64,
}
