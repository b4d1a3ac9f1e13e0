//! What it takes to make a choice possible: the best changes of the other choices.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};

use muster_shared::configurator::problem::{Value, Var};

use super::encoding::Encoding;
use super::sat::Lit;
use super::{Chosen, Solver, Unanswered};

/// A change of choices that makes a wanted one possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// The new value of each choice that has to change, by variable; the wanted one is not among them.
    pub changes: Vec<Chosen>,
    /// What the changed choices weigh together.
    pub lost: u64,
}

impl Solver {
    /// The best changes that make `wanted` possible: least weight of changed choices, then fewest; prices play no part. Each differs
    /// from the others in what it does to the choices. `weights` are by variable; what was not chosen weighs nothing, `wanted` is
    /// never touched. There are fewer than `most` where there are no more.
    pub fn repairs(&mut self, chosen: &[Chosen], wanted: Chosen, weights: &[u64], most: usize) -> Result<Vec<Repair>, Unanswered> {
        let chosen: BTreeMap<Var, Value> = chosen.iter().copied().filter(|(var, _)| *var != wanted.0).collect();
        let losses = chosen.keys().map(|var| loss(weights[*var])).collect();
        let model = self.model();
        let wanted = model.value(wanted.0, wanted.1);
        let kept = chosen.iter().map(|(var, value)| model.value(*var, *value)).collect();
        let chosen = chosen.into_iter().collect();
        let mut search = Search { model, wanted, chosen, kept, losses, known: Vec::new(), queue: BinaryHeap::new(), seen: HashSet::new() };
        search.best(most)
    }
}

/// What a change of choices costs: its weight before all, then the number of choices.
type Loss = u128;

fn loss(weight: u64) -> Loss {
    (Loss::from(weight) << 32) + 1
}

fn weight(loss: Loss) -> u64 {
    u64::try_from(loss >> 32).unwrap_or(u64::MAX)
}

/// Choices, by their places, that cannot all be kept where all of the others have another value.
struct Clash {
    kept: Vec<usize>,
    changed: Vec<usize>,
}

impl Clash {
    fn concerns(&self, changed: &[usize]) -> bool {
        self.changed.iter().all(|place| changed.contains(place)) && !self.kept.iter().any(|place| changed.contains(place))
    }
}

/// A set of choices that change, with the least that it and whatever has to change besides can cost. Least comes first, and of equal
/// ones the largest set: it is the nearest to an answer.
type Candidate = Reverse<(Loss, Reverse<usize>, Vec<usize>)>;

/// From the cheapest set of changed choices to dearer ones (A*): where the others cannot all be kept, one of those that clash has to
/// change as well, and each clash costs at least what its cheapest choice has left after other clashes were paid from it.
struct Search<'a> {
    model: &'a mut Encoding,
    wanted: Lit,
    chosen: Vec<Chosen>,
    kept: Vec<Lit>,
    losses: Vec<Loss>,
    /// Smallest first.
    known: Vec<Clash>,
    queue: BinaryHeap<Candidate>,
    seen: HashSet<Vec<usize>>,
}

/// Takes what the cheapest of these choices has left from all of them, so that no choice pays more than it costs; `None` where there
/// is none to pay.
fn pay(unpaid: &mut [Loss], kept: &[usize]) -> Option<Loss> {
    let least = kept.iter().map(|place| unpaid[*place]).min()?;
    kept.iter().for_each(|place| unpaid[*place] -= least);
    Some(least)
}

impl Search<'_> {
    fn best(&mut self, most: usize) -> Result<Vec<Repair>, Unanswered> {
        let mut found = Vec::new();
        self.first_clashes()?;
        self.offer(Vec::new());
        while found.len() < most
            && let Some(Reverse((_, _, changed))) = self.queue.pop()
        {
            self.model.sat.spend()?;
            self.extend(&changed, &mut found, most)?;
        }
        Ok(found)
    }

    /// Takes a set for an answer, where it is one, and goes on to larger ones.
    fn extend(&mut self, changed: &[usize], found: &mut Vec<Repair>, most: usize) -> Result<(), Unanswered> {
        let more = match self.clash(changed)? {
            Some(kept) => kept,
            None => {
                self.values(changed, &mut Vec::new(), found, most)?;
                (0..self.chosen.len()).collect()
            }
        };
        for place in more {
            if let Err(at) = changed.binary_search(&place) {
                let mut larger = changed.to_vec();
                larger.insert(at, place);
                self.offer(larger);
            }
        }
        Ok(())
    }

    fn offer(&mut self, changed: Vec<usize>) {
        if self.seen.insert(changed.clone())
            && let Some(least) = self.least(&changed)
        {
            self.queue.push(Reverse((least, Reverse(changed.len()), changed)));
        }
    }

    /// What a set and all that has to change with it cost at least; `None` where nothing helps.
    fn least(&self, changed: &[usize]) -> Option<Loss> {
        let mut unpaid = self.losses.clone();
        let mut cost: Loss = changed.iter().map(|place| self.losses[*place]).sum();
        for clash in self.known.iter().filter(|clash| clash.concerns(changed)) {
            cost += pay(&mut unpaid, &clash.kept)?;
        }
        Some(cost)
    }

    /// Choices of which one has to change as well, none where nothing helps; `None` where these can be all that change.
    fn clash(&mut self, changed: &[usize]) -> Result<Option<Vec<usize>>, Unanswered> {
        if let Some(clash) = self.known.iter().find(|clash| clash.concerns(changed)) {
            return Ok(Some(clash.kept.clone()));
        }
        let assumptions = self.only(changed);
        Ok(self.model.sat.minimal(&[self.wanted], &assumptions)?.map(|found| self.learn(&found)))
    }

    /// Finds clashes until they tell no more: from the start it is known what it takes at least.
    fn first_clashes(&mut self) -> Result<(), Unanswered> {
        let mut unpaid = self.losses.clone();
        loop {
            let open = (0..self.kept.len()).filter(|place| unpaid[*place] > 0);
            let open: Vec<Lit> = open.map(|place| self.kept[place]).collect();
            let Some(found) = self.model.sat.minimal(&[self.wanted], &open)? else { return Ok(()) };
            let kept = self.learn(&found);
            if pay(&mut unpaid, &kept).is_none() {
                return Ok(());
            }
        }
    }

    fn learn(&mut self, found: &[Lit]) -> Vec<usize> {
        let places = || 0..self.kept.len();
        let kept: Vec<usize> = places().filter(|place| found.contains(&self.kept[*place])).collect();
        let changed = places().filter(|place| found.contains(&!self.kept[*place])).collect();
        let at = self.known.partition_point(|clash| clash.kept.len() <= kept.len());
        self.known.insert(at, Clash { kept: kept.clone(), changed });
        kept
    }

    /// These choices change and no others. What is last is the first to be left out of a clash: those that change, so that it holds
    /// for more sets.
    fn only(&self, changed: &[usize]) -> Vec<Lit> {
        let kept = self.kept.iter().enumerate().filter(|(place, _)| !changed.contains(place)).map(|(_, literal)| *literal);
        kept.chain(changed.iter().map(|place| !self.kept[*place])).collect()
    }

    /// The new values that the changed choices can have together, each combination a repair.
    fn values(&mut self, changed: &[usize], fixed: &mut Vec<Chosen>, found: &mut Vec<Repair>, most: usize) -> Result<(), Unanswered> {
        let Some(place) = changed.get(fixed.len()) else {
            let lost: Loss = changed.iter().map(|place| self.losses[*place]).sum();
            found.push(Repair { changes: fixed.clone(), lost: weight(lost) });
            return Ok(());
        };
        let (var, own) = self.chosen[*place];
        for value in self.model.values_of(var).filter(|value| *value != own) {
            if found.len() >= most {
                break;
            }
            fixed.push((var, value));
            let mut assumptions = self.only(changed);
            assumptions.push(self.wanted);
            assumptions.extend(fixed.iter().map(|(var, value)| self.model.value(*var, *value)));
            if self.model.sat.is_possible(&assumptions)? {
                self.values(changed, fixed, found, most)?;
            }
            fixed.pop();
        }
        Ok(())
    }
}
