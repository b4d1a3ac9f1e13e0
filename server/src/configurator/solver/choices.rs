//! What is open, one way to complete it, and why not: what the customer asks.

use muster_shared::configurator::problem::{Value, Var};

use super::encoding::Encoding;
use super::sat::Lit;
use super::{Chosen, Solver, Unanswered};

impl Solver {
    /// Whether any configuration has all that is chosen.
    pub fn is_possible(&mut self, chosen: &[Chosen]) -> Result<bool, Unanswered> {
        let model = self.model();
        let chosen: Vec<Lit> = chosen.iter().map(|(var, value)| model.value(*var, *value)).collect();
        model.sat.is_possible(&chosen)
    }

    /// A configuration with all that is chosen; `None` where there is none.
    pub fn complete(&mut self, chosen: &[Chosen]) -> Result<Option<Vec<Value>>, Unanswered> {
        let is_possible = self.is_possible(chosen)?;
        Ok(is_possible.then(|| (0..self.problem.domains.len()).map(|var| self.model.found(var)).collect()))
    }

    /// The values of each of the variables that some configuration has beside everything that is chosen for the others, ascending:
    /// a variable's own choice may be taken back.
    pub fn open(&mut self, chosen: &[Chosen], vars: &[Var]) -> Result<Vec<Vec<Value>>, Unanswered> {
        let model = self.model();
        let mut found: Vec<Vec<bool>> = vars.iter().map(|var| vec![false; model.values_of(*var).len()]).collect();
        for (place, var) in vars.iter().enumerate() {
            let others = model.beside(chosen, *var);
            // One search for all values that are left: none of those that are known to be open.
            while found[place].contains(&false) {
                let known = model.values_of(*var).filter(|value| found[place][*value as usize]).map(|value| !model.value(*var, value));
                let assumptions: Vec<Lit> = others.iter().copied().chain(known).collect();
                if !model.sat.is_possible(&assumptions)? {
                    break;
                }
                witness(model, chosen, vars, &mut found);
            }
        }
        let open = |found: Vec<bool>| (0_u32..).zip(found).filter_map(|(value, is_open)| is_open.then_some(value)).collect();
        Ok(found.into_iter().map(open).collect())
    }

    /// The choices that together exclude `wanted`, none of which can be left out; empty where it excludes itself, `None` where it is
    /// possible. Later choices are named rather than earlier ones, where either would do. (QuickXplain, Junker 2004.)
    pub fn conflict(&mut self, chosen: &[Chosen], wanted: Chosen) -> Result<Option<Vec<Chosen>>, Unanswered> {
        let chosen: Vec<Chosen> = chosen.iter().copied().filter(|(var, _)| *var != wanted.0).collect();
        let mut oracle = Oracle { wanted: self.model.value(wanted.0, wanted.1), model: self.model() };
        if oracle.is_possible(&chosen)? {
            return Ok(None);
        }
        if !oracle.is_possible(&[])? {
            return Ok(Some(Vec::new()));
        }
        // What comes first in the list is preferred in the explanation.
        let preferred: Vec<Chosen> = chosen.into_iter().rev().collect();
        let mut found = oracle.explain(&mut Vec::new(), false, &preferred)?;
        found.sort_unstable();
        Ok(Some(found))
    }
}

/// Marks what the configuration that was found last shows to be open: everything, where it has all that is chosen; the new value,
/// where it differs in one choice.
fn witness(model: &Encoding, chosen: &[Chosen], vars: &[Var], found: &mut [Vec<bool>]) {
    let is_kept = |(var, value): &&Chosen| model.sat.holds(model.value(*var, *value));
    let changed: Vec<Var> = chosen.iter().filter(|choice| !is_kept(choice)).map(|(var, _)| *var).collect();
    for (place, var) in vars.iter().enumerate() {
        if changed.iter().all(|other| other == var) {
            found[place][model.found(*var) as usize] = true;
        }
    }
}

struct Oracle<'a> {
    model: &'a mut Encoding,
    wanted: Lit,
}

impl Oracle<'_> {
    fn is_possible(&mut self, chosen: &[Chosen]) -> Result<bool, Unanswered> {
        let mut assumptions: Vec<Lit> = chosen.iter().map(|(var, value)| self.model.value(*var, *value)).collect();
        assumptions.push(self.wanted);
        self.model.sat.is_possible(&assumptions)
    }

    fn explain(&mut self, background: &mut Vec<Chosen>, has_grown: bool, candidates: &[Chosen]) -> Result<Vec<Chosen>, Unanswered> {
        if has_grown && !self.is_possible(background)? {
            return Ok(Vec::new());
        }
        if candidates.len() == 1 {
            return Ok(candidates.to_vec());
        }
        let (first, second) = candidates.split_at(candidates.len() / 2);
        let held = background.len();
        background.extend_from_slice(first);
        let mut found = self.explain(background, true, second)?;
        background.truncate(held);
        background.extend_from_slice(&found);
        let rest = self.explain(background, !found.is_empty(), first)?;
        background.truncate(held);
        found.extend(rest);
        Ok(found)
    }
}
