//! A product model as literals and clauses.

use std::collections::{BTreeSet, HashMap};

use muster_shared::configurator::problem::{Constraint, Formula, Problem, Value, Var};

use super::Unanswered;
use super::sat::{Lit, Sat};

/// The variables of a model with a literal for each value, and whatever conditions were put on them. Every other literal stands for a
/// fact that the values decide, so that it restricts nothing by itself.
pub struct Encoding {
    pub sat: Sat,
    values: Vec<Vec<Lit>>,
    /// Disjunctions that have a literal.
    disjunctions: HashMap<Vec<Lit>, Lit>,
    /// Decisions that have a literal.
    decisions: HashMap<Vec<(Lit, Lit)>, Lit>,
}

impl Encoding {
    /// Each variable has exactly one of its values; no constraint holds yet.
    pub fn new(domains: &[u32]) -> Self {
        let mut encoding = Self {
            sat: Sat::default(),
            values: Vec::with_capacity(domains.len()),
            disjunctions: HashMap::new(),
            decisions: HashMap::new(),
        };
        for domain in domains {
            let values = encoding.variable(*domain);
            encoding.values.push(values);
        }
        encoding
    }

    /// All constraints hold.
    pub fn of(problem: &Problem) -> Result<Self, Unanswered> {
        let mut encoding = Self::new(&problem.domains);
        let always = encoding.sat.always();
        for constraint in &problem.constraints {
            encoding.hold(constraint, true, always)?;
        }
        Ok(encoding)
    }

    /// The literal for a variable's value; one that never holds where it has no such value.
    pub fn value(&self, var: Var, value: Value) -> Lit {
        self.values[var].get(value as usize).copied().unwrap_or(self.sat.never())
    }

    /// All values of a variable.
    pub fn values_of(&self, var: Var) -> std::ops::Range<Value> {
        0..self.values[var].len() as Value
    }

    /// The variable's value in what was found possible last.
    pub fn found(&self, var: Var) -> Value {
        let place = self.values[var].iter().position(|literal| self.sat.holds(*literal));
        place.expect("a variable has one of its values") as Value
    }

    fn variable(&mut self, domain: u32) -> Vec<Lit> {
        match domain {
            1 => vec![self.sat.always()],
            2 => {
                let second = self.sat.choice();
                vec![!second, second]
            }
            _ => {
                let values: Vec<Lit> = (0..domain).map(|_| self.sat.choice()).collect();
                self.sat.require(&values);
                self.at_most_one(values.clone());
                values
            }
        }
    }

    /// A few at a time: a literal hands on whether any of those before it holds.
    fn at_most_one(&mut self, mut of: Vec<Lit>) {
        const FEW: usize = 6;
        while of.len() > FEW {
            let free = self.sat.literal();
            let rest = of.split_off(FEW - 2);
            of.push(free);
            self.no_two(&of);
            of = rest;
            of.push(!free);
        }
        self.no_two(&of);
    }

    fn no_two(&mut self, of: &[Lit]) {
        for (place, one) in of.iter().enumerate() {
            for other in &of[..place] {
                self.sat.require(&[!*one, !*other]);
            }
        }
    }

    /// Where `under` holds, so does the constraint, or it does not: `truth`.
    pub fn hold(&mut self, constraint: &Constraint, truth: bool, under: Lit) -> Result<(), Unanswered> {
        match constraint {
            Constraint::Table { scope, rows, allowed } => {
                let table = Table::new(scope, rows, &self.values);
                let hold = if *allowed == truth { Self::one_row } else { Self::no_row };
                hold(self, &table, under);
                Ok(())
            }
            Constraint::Formula(formula) => self.hold_formula(formula, truth, under),
            Constraint::Sum { terms, at_least, at_most } => {
                let sum = self.sum(terms, *at_least, *at_most)?;
                self.sat.require(&[!under, if truth { sum } else { !sum }]);
                Ok(())
            }
        }
    }

    fn no_row(&mut self, table: &Table, under: Lit) {
        for row in &table.rows {
            let mut clause = vec![!under];
            clause.extend(table.scope.iter().zip(row).map(|(var, value)| !self.value(*var, *value)));
            self.sat.require(&clause);
        }
    }

    /// Some row has to hold. Of a pair each value needs one beside it, which is shorter than anything that stands for rows.
    fn one_row(&mut self, table: &Table, under: Lit) {
        if let [one, other] = table.scope[..] {
            let pairs: Vec<(Lit, Lit)> = table.rows.iter().map(|row| (self.value(one, row[0]), self.value(other, row[1]))).collect();
            self.each_needs(one, &pairs, under);
            self.each_needs(other, &pairs.into_iter().map(|(one, other)| (other, one)).collect::<Vec<_>>(), under);
        } else {
            let some = self.rows_from(&table.scope, &table.rows);
            self.sat.require(&[!under, some]);
        }
    }

    /// A literal that holds exactly where one of the sorted rows does. Rows that end alike share what stands for their ends: a literal
    /// for each row would be many times more, and all of them would have to be set in every search.
    fn rows_from(&mut self, scope: &[Var], rows: &[Vec<Value>]) -> Lit {
        let Some(first) = rows.first() else { return self.sat.never() };
        let column = first.len() - scope.len();
        let Some(var) = scope.first() else { return self.sat.always() };
        let mut arms = Vec::new();
        let mut from = 0;
        for value in self.values_of(*var) {
            let to = from + rows[from..].partition_point(|row| row[column] == value);
            arms.push((self.value(*var, value), self.rows_from(&scope[1..], &rows[from..to])));
            from = to;
        }
        self.decided(arms)
    }

    /// Each value needs one of the literals that stand beside it.
    fn each_needs(&mut self, var: Var, pairs: &[(Lit, Lit)], under: Lit) {
        let mut needs: HashMap<Lit, Vec<Lit>> = HashMap::new();
        for (value, need) in pairs {
            needs.entry(*value).or_default().push(*need);
        }
        for value in &self.values[var] {
            let needs = needs.get(value).map_or(&[][..], Vec::as_slice);
            self.sat.require(&[&[!under, !*value], needs].concat());
        }
    }

    /// What has to hold together is taken apart, and what is left becomes one clause.
    fn hold_formula(&mut self, formula: &Formula, truth: bool, under: Lit) -> Result<(), Unanswered> {
        match (formula, truth) {
            (Formula::Not(inner), _) => self.hold_formula(inner, !truth, under),
            (Formula::All(parts), true) | (Formula::Any(parts), false) => {
                parts.iter().try_for_each(|part| self.hold_formula(part, truth, under))
            }
            (Formula::Implies(when, then), false) => {
                self.hold_formula(when, true, under)?;
                self.hold_formula(then, false, under)
            }
            _ => {
                let mut clause = vec![!under];
                self.disjuncts(formula, truth, &mut clause)?;
                self.sat.require(&clause);
                Ok(())
            }
        }
    }

    /// Adds literals of which one holds exactly where the formula does, or does not: `truth`.
    fn disjuncts(&mut self, formula: &Formula, truth: bool, clause: &mut Vec<Lit>) -> Result<(), Unanswered> {
        match (formula, truth) {
            (Formula::Not(inner), _) => self.disjuncts(inner, !truth, clause)?,
            (Formula::Any(parts), true) | (Formula::All(parts), false) => {
                parts.iter().try_for_each(|part| self.disjuncts(part, truth, clause))?;
            }
            (Formula::Implies(when, then), true) => {
                self.disjuncts(when, false, clause)?;
                self.disjuncts(then, true, clause)?;
            }
            (Formula::In(var, values), true) => clause.extend(values.iter().map(|value| self.value(*var, *value))),
            _ => {
                let literal = self.formula(formula)?;
                clause.push(if truth { literal } else { !literal });
            }
        }
        Ok(())
    }

    /// A literal that holds exactly where the formula does.
    fn formula(&mut self, formula: &Formula) -> Result<Lit, Unanswered> {
        Ok(match formula {
            Formula::Constant(true) => self.sat.always(),
            Formula::Constant(false) => self.sat.never(),
            Formula::Is(var, value) => self.value(*var, *value),
            Formula::Not(inner) => !self.formula(inner)?,
            Formula::Iff(one, other) => {
                let (one, other) = (self.formula(one)?, self.formula(other)?);
                self.decided(vec![(one, other), (!one, !other)])
            }
            Formula::Count { of, at_least, at_most } => {
                let parts: Vec<Lit> = of.iter().map(|part| self.formula(part)).collect::<Result<_, _>>()?;
                let terms = parts.into_iter().map(|part| vec![(part, 1), (!part, 0)]).collect();
                self.bounded(terms, i128::from(*at_least), i128::from(*at_most))?
            }
            Formula::All(parts) => {
                let parts = parts.iter().map(|part| self.formula(part)).collect::<Result<_, _>>()?;
                self.all(parts)
            }
            Formula::In(..) | Formula::Any(_) | Formula::Implies(..) => {
                let mut parts = Vec::new();
                self.disjuncts(formula, true, &mut parts)?;
                self.any(parts)
            }
        })
    }

    fn sum(&mut self, terms: &[(Var, Vec<i64>)], at_least: i64, at_most: i64) -> Result<Lit, Unanswered> {
        // A variable may be named twice: what it adds is put together.
        let mut adds: HashMap<Var, Vec<i128>> = HashMap::new();
        for (var, by_value) in terms {
            let sum = adds.entry(*var).or_insert_with(|| vec![0; self.values[*var].len()]);
            sum.iter_mut().zip(by_value).for_each(|(sum, add)| *sum += i128::from(*add));
        }
        let mut adds: Vec<(Var, Vec<i128>)> = adds.into_iter().collect();
        adds.sort_unstable();
        let terms = adds.into_iter().map(|(var, adds)| self.values[var].iter().copied().zip(adds).collect()).collect();
        self.bounded(terms, i128::from(at_least), i128::from(at_most))
    }

    /// A literal that holds exactly where one of the parts does.
    pub fn any(&mut self, mut parts: Vec<Lit>) -> Lit {
        let (always, never) = (self.sat.always(), self.sat.never());
        parts.sort_unstable();
        parts.dedup();
        parts.retain(|part| *part != never);
        // A literal and its opposite are neighbours.
        if parts.contains(&always) || parts.windows(2).any(|pair| pair[0] == !pair[1]) {
            return always;
        }
        if let [] | [_] = parts[..] {
            return parts.first().copied().unwrap_or(never);
        }
        if let Some(literal) = self.disjunctions.get(&parts) {
            return *literal;
        }
        let literal = self.sat.literal();
        self.sat.require(&[&[!literal], &parts[..]].concat());
        parts.iter().for_each(|part| self.sat.require(&[literal, !*part]));
        self.disjunctions.insert(parts, literal);
        literal
    }

    /// A literal that holds exactly where all parts do.
    fn all(&mut self, parts: Vec<Lit>) -> Lit {
        !self.any(parts.into_iter().map(|part| !part).collect())
    }

    /// Of the first literals exactly one holds; the answer is what the second one beside it is.
    pub fn decided(&mut self, arms: Vec<(Lit, Lit)>) -> Lit {
        let mut whens: Vec<(Lit, Vec<Lit>)> = Vec::new();
        for (when, then) in arms {
            match whens.iter_mut().find(|(same, _)| *same == then) {
                Some((_, all)) => all.push(when),
                None => whens.push((then, vec![when])),
            }
        }
        if let [(then, _)] = whens[..] {
            return then;
        }
        let arms: Vec<(Lit, Lit)> = whens.into_iter().map(|(then, whens)| (self.any(whens), then)).collect();
        if arms.len() == 2 && arms[0].1 == !arms[1].1 && [self.sat.always(), self.sat.never()].contains(&arms[0].1) {
            return if arms[0].1 == self.sat.always() { arms[0].0 } else { arms[1].0 };
        }
        if let Some(literal) = self.decisions.get(&arms) {
            return *literal;
        }
        let literal = self.sat.literal();
        for (when, then) in &arms {
            self.sat.require(&[!*when, !literal, *then]);
            self.sat.require(&[!*when, literal, !*then]);
        }
        // These follow, but not by propagation.
        let thens = arms.iter().map(|(_, then)| *then);
        self.sat.require(&thens.clone().chain([!literal]).collect::<Vec<_>>());
        self.sat.require(&thens.map(|then| !then).chain([literal]).collect::<Vec<_>>());
        self.decisions.insert(arms, literal);
        literal
    }
}

/// A table without repetitions: each variable once, each row once and in order, and no row that cannot be.
struct Table {
    scope: Vec<Var>,
    rows: Vec<Vec<Value>>,
}

impl Table {
    fn new(scope: &[Var], rows: &[Vec<Value>], values: &[Vec<Lit>]) -> Self {
        let first = |var: &Var| scope.iter().position(|other| other == var).expect("it is in the scope");
        let columns: Vec<usize> = (0..scope.len()).filter(|column| first(&scope[*column]) == *column).collect();
        let can_be = |row: &&Vec<Value>| {
            scope.iter().zip(*row).all(|(var, value)| row[first(var)] == *value && (*value as usize) < values[*var].len())
        };
        let rows: BTreeSet<Vec<Value>> =
            rows.iter().filter(can_be).map(|row| columns.iter().map(|column| row[*column]).collect()).collect();
        Self { scope: columns.into_iter().map(|column| scope[column]).collect(), rows: rows.into_iter().collect() }
    }
}
