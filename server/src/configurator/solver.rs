//! A SAT solver's answers about a product model: for models that no diagram holds, and for the sentences of the rules behind a "no".

mod choices;
mod encoding;
mod repair;
mod rules;
mod sat;
mod sum;
#[cfg(test)]
mod tests;

use muster_shared::configurator::problem::{Problem, Value, Var};

pub use repair::Repair;

use encoding::Encoding;
use rules::Rules;
use sat::Lit;

/// One thing that somebody chose.
pub type Chosen = (Var, Value);

/// Effort that one question may take, where nothing else is said: some seconds at the very most.
const EFFORT: u64 = 50_000;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("the answer is not known: finding it takes more effort than a question may")]
    Effort,
    #[error("a sum has too many different results")]
    TooLarge,
}

/// Answers questions about one model. It learns from each, so that the next one like it is answered sooner.
pub struct Solver {
    problem: Problem,
    effort: u64,
    /// All constraints hold: what the customer asks.
    model: Encoding,
    /// Constraints hold where a question says so: what the product manager asks. Built at the first such question.
    rules: Option<Rules>,
}

impl Solver {
    /// # Errors
    /// [`Unanswered::TooLarge`] where a sum or a count takes too many steps.
    pub fn new(problem: &Problem) -> Result<Self, Unanswered> {
        Ok(Self { problem: problem.clone(), effort: EFFORT, model: Encoding::of(problem)?, rules: None })
    }

    /// With a limit to what each question may cost: the conflicts of its searches, and one for each search. Past it the answer is
    /// [`Unanswered::Effort`], from every method.
    #[must_use]
    pub fn with_effort(mut self, effort: u64) -> Self {
        self.effort = effort;
        self
    }

    /// The model with a new account of the effort.
    fn model(&mut self) -> &mut Encoding {
        self.model.sat.allow(self.effort);
        &mut self.model
    }
}

impl Encoding {
    /// The literals of choices, without those that `wanted` takes the place of.
    fn beside(&self, chosen: &[Chosen], wanted: Var) -> Vec<Lit> {
        chosen.iter().filter(|(var, _)| *var != wanted).map(|(var, value)| self.value(*var, *value)).collect()
    }
}
