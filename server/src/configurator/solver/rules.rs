//! Which constraints say no, and which say nothing: what the product manager asks.

use muster_shared::configurator::problem::{Problem, Var};

use super::encoding::Encoding;
use super::sat::Lit;
use super::{Chosen, Solver, Unanswered};

/// A model whose constraints hold one by one.
pub struct Rules {
    encoding: Encoding,
    /// Each constraint holds where its literal does.
    held: Vec<Lit>,
    /// Each constraint is broken where its literal holds; made when it is first asked for.
    broken: Vec<Option<Lit>>,
}

impl Rules {
    fn new(problem: &Problem) -> Result<Self, Unanswered> {
        let mut encoding = Encoding::new(&problem.domains);
        let held: Vec<Lit> = problem.constraints.iter().map(|_| encoding.sat.literal()).collect();
        for (constraint, held) in problem.constraints.iter().zip(&held) {
            encoding.hold(constraint, true, *held)?;
        }
        Ok(Self { encoding, broken: vec![None; held.len()], held })
    }

    fn broken(&mut self, problem: &Problem, constraint: usize) -> Result<Lit, Unanswered> {
        if let Some(literal) = self.broken[constraint] {
            return Ok(literal);
        }
        let literal = self.encoding.sat.literal();
        self.encoding.hold(&problem.constraints[constraint], false, literal)?;
        self.broken[constraint] = Some(literal);
        Ok(literal)
    }

    /// A minimal set of constraints that cannot hold together beside the background, ascending.
    fn minimal(&mut self, background: &[Lit]) -> Result<Option<Vec<usize>>, Unanswered> {
        let found = self.encoding.sat.minimal(background, &self.held)?;
        Ok(found.map(|found| (0..self.held.len()).filter(|constraint| found.contains(&self.held[*constraint])).collect()))
    }
}

impl Solver {
    /// The constraints, by their places, that together with the choices exclude `wanted`, none of which can be left out; `None`
    /// where it is possible. What is chosen for `wanted`'s own variable does not count. With the choices of a
    /// [conflict](Self::conflict) alone, these are the rules behind it.
    pub fn reasons(&mut self, chosen: &[Chosen], wanted: Chosen) -> Result<Option<Vec<usize>>, Unanswered> {
        let (_, rules) = self.rules()?;
        let mut background = rules.encoding.beside(chosen, wanted.0);
        background.push(rules.encoding.value(wanted.0, wanted.1));
        rules.minimal(&background)
    }

    /// The constraints that cannot hold together, none of which can be left out; `None` where the model has a configuration.
    pub fn contradiction(&mut self) -> Result<Option<Vec<usize>>, Unanswered> {
        self.rules()?.1.minimal(&[])
    }

    /// The constraints that say nothing new: every configuration of all the others meets them. Of two that say the same, either one
    /// can be left out, so both are named.
    pub fn redundant(&mut self) -> Result<Vec<usize>, Unanswered> {
        let (problem, rules) = self.rules()?;
        let mut redundant = Vec::new();
        for constraint in 0..problem.constraints.len() {
            let mut assumptions = rules.held.clone();
            assumptions[constraint] = rules.broken(problem, constraint)?;
            if !rules.encoding.sat.is_possible(&assumptions)? {
                redundant.push(constraint);
            }
        }
        Ok(redundant)
    }

    /// Whether a constraint excludes nothing, even alone.
    pub fn is_void(&mut self, constraint: usize) -> Result<bool, Unanswered> {
        let (problem, rules) = self.rules()?;
        let broken = rules.broken(problem, constraint)?;
        Ok(!rules.encoding.sat.is_possible(&[broken])?)
    }

    /// The values that no configuration has.
    pub fn dead_values(&mut self) -> Result<Vec<Chosen>, Unanswered> {
        let open = self.open_at_first()?;
        let domains = self.problem.domains.iter().enumerate();
        let all = domains.flat_map(|(var, domain)| (0..*domain).map(move |value| (var, value)));
        Ok(all.filter(|(var, value)| !open[*var].contains(value)).collect())
    }

    /// The values that every configuration has; none where there is no configuration.
    pub fn core_values(&mut self) -> Result<Vec<Chosen>, Unanswered> {
        let open = self.open_at_first()?;
        let only = open.iter().enumerate().filter_map(|(var, values)| if let [value] = values[..] { Some((var, value)) } else { None });
        Ok(only.collect())
    }

    fn open_at_first(&mut self) -> Result<Vec<Vec<u32>>, Unanswered> {
        let vars: Vec<Var> = (0..self.problem.domains.len()).collect();
        self.open(&[], &vars)
    }

    /// The rules with a new account of the effort.
    fn rules(&mut self) -> Result<(&Problem, &mut Rules), Unanswered> {
        let rules = match self.rules.take() {
            Some(rules) => rules,
            None => Rules::new(&self.problem)?,
        };
        let rules = self.rules.insert(rules);
        rules.encoding.sat.allow(self.effort);
        Ok((&self.problem, rules))
    }
}
