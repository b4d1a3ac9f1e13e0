//! The builder's engine by itself, to measure what it weighs and how quickly it answers in a browser.

use muster_shared::configurator::{
    code::{self, Build},
    diagram::Diagram,
    explain::Chosen,
    natural::Natural,
    offer::Terms,
    session::{Answer, Limits, Session},
};
use wasm_bindgen::prelude::*;

fn main() {}

/// A customer who clicks at random, always the same way.
#[wasm_bindgen]
pub struct Engine {
    session: Session,
    counts: Vec<Natural>,
    start: Answer,
    answer: Answer,
    chosen: Vec<Chosen>,
    turn: u64,
}

#[wasm_bindgen]
impl Engine {
    /// On a published diagram, at invented prices; nothing where it is none.
    pub fn open(bytes: &[u8]) -> Option<Engine> {
        let diagram = Diagram::decode(bytes).ok()?;
        let prices: Vec<i64> = (0..diagram.choices() as u64).map(|choice| (mixed(choice) % 5_000) as i64).collect();
        let terms = Terms {
            keys: prices.iter().map(|price| i128::from(*price)).collect(),
            days: prices.iter().map(|price| (*price % 90) as u32).collect(),
            weights: vec![1; diagram.domains().len()],
            closed: Vec::new(),
            prices,
        };
        let counts = diagram.counts();
        let mut session = Session::on(diagram, terms, None);
        let start = session.answer(&[], Limits::default())?;
        Some(Self { session, counts, answer: start.clone(), start, chosen: Vec::new(), turn: 0 })
    }

    /// Clicks on something that is open, and asks for everything that follows; the number of dead ends.
    pub fn click(&mut self, count: u32) -> u32 {
        (0..count).filter(|_| self.click_once().is_none()).count() as u32
    }

    /// Asks why something is not possible, and for the ways to have it; how often there was nothing to ask.
    pub fn explain(&mut self, count: u32) -> u32 {
        (0..count).filter(|_| self.shut().and_then(|wanted| self.session.conflict(&self.chosen, wanted)).is_none()).count() as u32
    }

    /// The ways to have what is not possible; how often there was none.
    pub fn repair(&mut self, count: u32) -> u32 {
        (0..count).filter(|_| self.shut().is_none_or(|wanted| self.session.repairs(&self.chosen, wanted).is_empty())).count() as u32
    }

    /// The code of what is built now.
    pub fn code(&self) -> String {
        let build = Build { configuration: self.answer.configuration.clone(), own: self.chosen.iter().map(|(var, _)| *var).collect() };
        code::encode(&build, 0, self.session.diagram(), &self.counts)
    }

    /// How many choices a code has; nothing where it is none.
    pub fn read(&self, code: &str) -> Option<u32> {
        code::decode(code, 0, self.session.diagram(), &self.counts).ok().map(|build| build.own.len() as u32)
    }
}

impl Engine {
    fn click_once(&mut self) -> Option<()> {
        const LONGEST: usize = 30;
        if self.chosen.len() == LONGEST {
            self.chosen.clear();
        }
        let at = self.at();
        let is_fresh = |choice: &usize| {
            let var = self.session.diagram().var_of(*choice as u32);
            self.answer.with[*choice].is_some() && !self.chosen.iter().any(|(had, _)| *had == var)
        };
        let count = self.answer.with.len();
        match (at..count).chain(0..at).find(is_fresh) {
            Some(choice) => self.chosen.push(self.named(choice)),
            None => self.chosen.clear(),
        }
        self.answer = self.session.answer(&self.chosen, Limits::default())?;
        Some(())
    }

    /// Something that the model has, and that does not go with what was chosen.
    fn shut(&mut self) -> Option<Chosen> {
        let (at, count) = (self.at(), self.answer.with.len());
        let is_shut = |choice: &usize| self.start.with[*choice].is_some() && self.answer.with[*choice].is_none();
        (at..count).chain(0..at).find(is_shut).map(|choice| self.named(choice))
    }

    fn named(&self, choice: usize) -> Chosen {
        let diagram = self.session.diagram();
        (diagram.var_of(choice as u32), diagram.value_of(choice as u32))
    }

    fn at(&mut self) -> usize {
        self.turn += 1;
        (mixed(self.turn) % self.answer.with.len().max(1) as u64) as usize
    }
}

/// A number that looks arbitrary and is always the same.
fn mixed(number: u64) -> u64 {
    let number = (number ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    number ^ (number >> 27)
}
