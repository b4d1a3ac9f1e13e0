//! Walks over a diagram: each answers a question about all configurations at once, in one pass over its strands.

use super::{
    diagram::{Choice, Diagram},
    problem::{Value, Var},
};

/// Nothing stands against it.
const OPEN: u8 = 0;
/// Not chosen, where another value of the variable is: the others stay in question, because one may change one's mind. Of a strand:
/// one of its choices is, and nothing else stands against it.
const UNCHOSEN: u8 = 1;
/// Out of the question: beyond a limit, or not of this market. Of a strand: whatever one changed one's mind about.
const CLOSED: u8 = 2;

/// What stands against choices and strands.
#[derive(Clone, Debug, Default)]
pub struct Barred {
    choices: Vec<u8>,
    strands: Vec<u8>,
}

impl Barred {
    /// Bars the other values of what is chosen, and what is closed; everything else is open again.
    pub fn set(&mut self, diagram: &Diagram, chosen: impl IntoIterator<Item = (Var, Value)>, closed: &[Choice]) {
        self.choices.clear();
        self.choices.resize(diagram.choices(), OPEN);
        self.strands.clear();
        self.strands.resize(diagram.strands().len(), OPEN);
        for choice in closed {
            self.close(diagram, *choice);
        }
        for (var, value) in chosen {
            let own = diagram.choice(var, value);
            for choice in diagram.choices_of(var).filter(|choice| *choice != own) {
                let bar = &mut self.choices[choice as usize];
                if *bar & UNCHOSEN == 0 {
                    *bar |= UNCHOSEN;
                    for strand in diagram.strands().holders(choice) {
                        let bar = &mut self.strands[*strand as usize];
                        *bar = if *bar == OPEN { UNCHOSEN } else { CLOSED };
                    }
                }
            }
        }
    }

    /// Takes a choice out of the question.
    pub fn close(&mut self, diagram: &Diagram, choice: Choice) {
        self.choices[choice as usize] |= CLOSED;
        for strand in diagram.strands().holders(choice) {
            self.strands[*strand as usize] = CLOSED;
        }
    }

    /// Whether nothing stands against any choice of a strand.
    pub(super) fn is_open(&self, strand: usize) -> bool {
        self.strands[strand] == OPEN
    }
}

/// What is asked about ways: something of each choice, put together along a way and compared between ways (a semiring).
pub trait Measure: Copy {
    /// Of a way without a step.
    const NOTHING: Self;
    /// Where there is no way.
    const NEVER: Self;

    fn is_never(self) -> bool;

    /// Of a way that goes on with another; neither is [`Measure::NEVER`].
    fn along(self, next: Self) -> Self;

    /// Of two ways to the same place.
    fn either(self, other: Self) -> Self;
}

/// The least sum.
macro_rules! least_sum {
    ($($number:ty),*) => {$(
        impl Measure for $number {
            const NOTHING: Self = 0;
            // Far enough from the largest value that adding two of them does not overflow.
            const NEVER: Self = Self::MAX / 4;

            fn is_never(self) -> bool {
                self >= Self::NEVER
            }

            fn along(self, next: Self) -> Self {
                self + next
            }

            fn either(self, other: Self) -> Self {
                self.min(other)
            }
        }
    )*};
}

least_sum!(i64, i128);

/// Measures of all strands.
#[derive(Clone, Debug)]
pub struct Along<M>(Vec<M>);

impl<M: Measure> Along<M> {
    /// From the measure of each choice.
    #[must_use]
    pub fn new(diagram: &Diagram, of: impl Fn(Choice) -> M) -> Self {
        let strands = diagram.strands();
        let whole = |strand| strands.steps(strand).iter().fold(M::NOTHING, |sum, step| sum.along(of(*step)));
        Self((0..strands.len()).map(whole).collect())
    }
}

/// Whether any configuration keeps to what is open.
#[must_use]
pub fn is_possible(diagram: &Diagram, barred: &Barred, reached: &mut Vec<bool>) -> bool {
    if diagram.is_empty() {
        return false;
    }
    let strands = diagram.strands();
    let end = strands.end();
    reached.clear();
    reached.resize(end + 1, false);
    reached[0] = true;
    for junction in 0..end {
        if reached[junction] {
            for strand in strands.from(junction).filter(|strand| barred.is_open(*strand)) {
                reached[strands.to(strand)] = true;
            }
        }
    }
    reached[end]
}

/// Fills `below` with the measure of all ways from each junction to the end, through what is open. The first is that of the whole.
pub fn below<M: Measure>(diagram: &Diagram, barred: &Barred, along: &Along<M>, below: &mut Vec<M>) {
    let strands = diagram.strands();
    below.clear();
    below.resize(strands.end() + 1, M::NEVER);
    below[strands.end()] = M::NOTHING;
    for junction in (0..strands.end()).rev() {
        let mut all = M::NEVER;
        for strand in strands.from(junction).filter(|strand| barred.is_open(*strand)) {
            let rest = below[strands.to(strand)];
            if !rest.is_never() {
                all = all.either(along.0[strand].along(rest));
            }
        }
        below[junction] = all;
    }
}

/// Fills `with` with the measure of all configurations that have each choice, if the variable's own choice is given up for it and
/// all others are kept. `below` comes from [`below`]; `part` takes what is asked for out of its measures.
pub fn with<M: Measure, P: Measure>(
    diagram: &Diagram,
    barred: &Barred,
    along: &Along<M>,
    below: &[M],
    part: impl Fn(&M) -> P,
    above: &mut Vec<P>,
    with: &mut Vec<P>,
) {
    let strands = diagram.strands();
    let end = strands.end();
    above.clear();
    above.resize(end + 1, P::NEVER);
    with.clear();
    with.resize(diagram.choices(), P::NEVER);
    if diagram.is_empty() {
        return;
    }
    above[0] = P::NOTHING;
    for junction in 0..end {
        let before = above[junction];
        if before.is_never() {
            continue;
        }
        for strand in strands.from(junction) {
            let bar = barred.strands[strand];
            if bar == CLOSED {
                continue;
            }
            let to = strands.to(strand);
            let here = before.along(part(&along.0[strand]));
            if bar == OPEN {
                above[to] = above[to].either(here);
            }
            let rest = part(&below[to]);
            if rest.is_never() {
                continue;
            }
            let whole = here.along(rest);
            for step in strands.steps(strand) {
                // With one choice of the strand given up, only that one leads through it.
                if bar == OPEN || barred.choices[*step as usize] != OPEN {
                    let all = &mut with[*step as usize];
                    *all = all.either(whole);
                }
            }
        }
    }
}

/// The first configuration, in the diagram's order, of the measure of the whole; `None` where nothing is possible. `below` comes from
/// [`below`] with the same arguments; `part` takes out of it what is the measure of one of the ways.
#[must_use]
pub fn first<M: Measure, P: Measure + PartialEq>(
    diagram: &Diagram,
    barred: &Barred,
    along: &Along<M>,
    below: &[M],
    part: impl Fn(&M) -> P,
) -> Option<Vec<Value>> {
    if diagram.is_empty() || below[0].is_never() {
        return None;
    }
    let strands = diagram.strands();
    let mut configuration = vec![0; diagram.domains().len()];
    let mut junction = 0;
    while junction != strands.end() {
        let wanted = part(&below[junction]);
        let strand = strands.from(junction).filter(|strand| barred.is_open(*strand)).find(|strand| {
            let rest = part(&below[strands.to(*strand)]);
            !rest.is_never() && part(&along.0[*strand]).along(rest) == wanted
        })?;
        for step in strands.steps(strand) {
            configuration[diagram.var_of(*step)] = diagram.value_of(*step);
        }
        junction = strands.to(strand);
    }
    Some(configuration)
}
