//! Sums within bounds as literals.

use std::collections::BTreeMap;

use super::Unanswered;
use super::encoding::Encoding;
use super::sat::Lit;

/// What one thing adds: of its literals exactly one holds.
pub type Term = Vec<(Lit, i128)>;

/// Steps of one sum, each of which is a literal with its clauses: some tens of megabytes together.
const MOST_STEPS: usize = 1 << 17;
const FAR: i128 = i128::MAX / 4;

impl Encoding {
    /// A literal that holds exactly where what the terms add lies within the bounds, both included.
    pub fn bounded(&mut self, mut terms: Vec<Term>, at_least: i128, at_most: i128) -> Result<Lit, Unanswered> {
        // What differs most decides soonest.
        terms.sort_by_key(|term| least(term) - most(term));
        let mut below = vec![(0, 0)];
        for term in terms.iter().rev() {
            let (low, high) = below[below.len() - 1];
            below.push((low + least(term), high + most(term)));
        }
        below.reverse();
        let known = vec![BTreeMap::new(); terms.len()];
        let mut sum = Sum { encoding: self, terms: &terms, below, at_least, at_most, known, steps: 0 };
        Ok(sum.from(0, 0)?.literal)
    }
}

fn least(term: &Term) -> i128 {
    term.iter().map(|(_, add)| *add).min().unwrap_or(0)
}

fn most(term: &Term) -> i128 {
    term.iter().map(|(_, add)| *add).max().unwrap_or(0)
}

struct Sum<'a> {
    encoding: &'a mut Encoding,
    terms: &'a [Term],
    /// What the terms from each on add at least and at most.
    below: Vec<(i128, i128)>,
    at_least: i128,
    at_most: i128,
    /// By the least sum of their interval.
    known: Vec<BTreeMap<i128, Step>>,
    steps: usize,
}

/// Whether the terms from one on end within the bounds, where those before it came to a sum of this interval: for all of them the
/// answer is the same. (After Abío et al. 2012, "A new look at BDDs for pseudo-Boolean constraints".)
#[derive(Clone, Copy)]
struct Step {
    low: i128,
    high: i128,
    literal: Lit,
}

impl Sum<'_> {
    fn from(&mut self, at: usize, so_far: i128) -> Result<Step, Unanswered> {
        if let Some(step) = self.decided(at, so_far).or_else(|| self.known(at, so_far)) {
            return Ok(step);
        }
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(Unanswered::TooLarge);
        }
        let (mut low, mut high) = (-FAR, FAR);
        let mut arms = Vec::with_capacity(self.terms[at].len());
        for (when, add) in &self.terms[at] {
            let next = self.from(at + 1, so_far + add)?;
            low = low.max(next.low - add);
            high = high.min(next.high - add);
            arms.push((*when, next.literal));
        }
        let step = Step { low, high, literal: self.encoding.decided(arms) };
        self.known[at].insert(low, step);
        Ok(step)
    }

    /// Where what is left makes no difference.
    fn decided(&self, at: usize, so_far: i128) -> Option<Step> {
        let (always, never) = (self.encoding.sat.always(), self.encoding.sat.never());
        let (least, most) = self.below[at];
        if so_far + least > self.at_most {
            return Some(Step { low: self.at_most - least + 1, high: FAR, literal: never });
        }
        if so_far + most < self.at_least {
            return Some(Step { low: -FAR, high: self.at_least - most - 1, literal: never });
        }
        let is_within = so_far + least >= self.at_least && so_far + most <= self.at_most;
        is_within.then(|| Step { low: self.at_least - least, high: self.at_most - most, literal: always })
    }

    fn known(&self, at: usize, so_far: i128) -> Option<Step> {
        let (_, step) = self.known[at].range(..=so_far).next_back()?;
        (so_far <= step.high).then_some(*step)
    }
}
