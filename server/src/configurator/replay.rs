//! Sold products clicked together again, option by option: whether each can be, and how long the answers take.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::explain::{Chosen, conflict, repairs};
use muster_shared::configurator::problem::Var;
use muster_shared::configurator::walk::{self, Barred, Cost as _};
use serde::Serialize;

use super::check::{check, possible};
use super::format::{self, Imported};
use crate::error::Result;

/// Between two clicks at which a choice that is not open is asked for.
const ASK_EVERY: usize = 16;
/// Repairs asked for.
const REPAIRS: usize = 3;

/// Why nothing was replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the sales file is empty; its first line names variables of the model")]
    Empty,
    #[error("line {line} of the sales: {problem}")]
    At { line: usize, problem: String },
    #[error("the model has no diagram, it would be too large; sales are replayed on diagrams only")]
    TooLarge,
}

/// Products sold, each with its choices in the order in which they are clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sales(Vec<Vec<Chosen>>);

impl Sales {
    /// Reads a line of variables' names, then a line of values for each product; tabulators between them where there are any.
    ///
    /// # Errors
    /// Where a name or value is not the model's, or a line has more or less of them than the first one.
    pub fn read(text: &str, model: &Imported) -> Result<Self, Error> {
        let known: HashMap<&str, Var> = model.vars.iter().enumerate().map(|(var, known)| (known.name.as_str(), var)).collect();
        let places = model.vars.iter().map(|var| var.values.iter().map(String::as_str).zip(0..).collect());
        let places: Vec<HashMap<&str, u32>> = places.collect();
        let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let (first, names) = lines.next().ok_or(Error::Empty)?;
        let at = |line: usize, problem: String| Error::At { line: line + 1, problem };
        let unknown = |name: &&str| at(first, format!("the model has no variable `{name}`"));
        let vars: Vec<Var> =
            words(names).iter().map(|name| known.get(name).copied().ok_or_else(|| unknown(name))).collect::<Result<_, _>>()?;
        let product = |(line, content): (usize, &str)| {
            let values = words(content);
            if values.len() != vars.len() {
                return Err(at(line, format!("it has {} values, the first line names {} variables", values.len(), vars.len())));
            }
            let chosen = vars.iter().zip(values).map(|(var, label)| {
                let value = places[*var].get(label).copied();
                Ok((*var, value.ok_or_else(|| at(line, format!("`{label}` is no value of {}", model.vars[*var].name)))?))
            });
            chosen.collect()
        };
        Ok(Self(lines.map(product).collect::<Result<_, Error>>()?))
    }
}

fn words(line: &str) -> Vec<&str> {
    if line.contains('\t') { line.split('\t').map(str::trim).collect() } else { line.split_whitespace().collect() }
}

/// How long answers took, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl Latency {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |percent: usize| {
            // The smallest time that this share of all times does not exceed.
            let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
            times.get(place).map_or(0.0, |time| (time.as_secs_f64() * 1e8).round() / 1e2)
        };
        Self { p50: at(50), p99: at(99), max: at(100) }
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10.1} {:>10.1} {:>10.1}", self.p50, self.p99, self.max)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub sessions: usize,
    pub clicks: usize,
    /// Sessions in which a sold option was not open.
    pub dead_ends: usize,
    /// Options that were not open, though some product has them, and for which there was no reason or no repair.
    pub unanswered: usize,
    /// What is open with the price it leads to, how many are left, the lowest and the highest price: everything after a click.
    pub click_us: Latency,
    pub explain_us: Latency,
    pub repair_us: Latency,
    /// Whether a whole configuration can be built, and its price.
    pub check_us: Latency,
    /// The first dead ends, for people.
    #[serde(skip)]
    pub found: Vec<String>,
    /// Whether configurations left were counted.
    #[serde(skip)]
    pub is_counted: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sessions, clicks, dead_ends, unanswered, .. } = self;
        writeln!(f, "{sessions} sessions, {clicks} clicks: {dead_ends} dead ends, {unanswered} questions without an answer")?;
        self.found.iter().try_for_each(|found| writeln!(f, "DEAD END: {found}"))?;
        writeln!(f, "microseconds {:>10} {:>10} {:>10}", "p50", "p99", "max")?;
        for (what, latency) in
            [("click", self.click_us), ("explain", self.explain_us), ("repair", self.repair_us), ("check", self.check_us)]
        {
            writeln!(f, "{what:<12} {latency}")?;
        }
        if !self.is_counted {
            writeln!(f, "The model has 2¹²⁸ configurations or more: how many are left was not counted.")?;
        }
        write!(f, "The sales have no prices: each value was given an invented one, always the same, so that prices were really computed.")
    }
}

/// Replays the sales in one file on the model in another.
///
/// # Errors
/// Where one of the files cannot be read, they do not fit each other, or the model has no diagram.
pub fn files(model: &Path, sales: &Path) -> Result<Report> {
    let model = format::open(model)?;
    let sales = Sales::read(&format::text(sales)?, &model).map_err(|e| crate::error::Error::Internal(e.to_string()))?;
    match check(&model) {
        (_, Some(diagram)) => Ok(replay(&model, &diagram, &sales)),
        (_, None) => Err(crate::error::Error::Internal(Error::TooLarge.to_string())),
    }
}

/// Clicks all products together, one after the other.
#[must_use]
pub fn replay(model: &Imported, diagram: &Diagram, sales: &Sales) -> Report {
    let mut replay = Replay::new(model, diagram);
    for (session, chosen) in sales.0.iter().enumerate() {
        replay.session(session, chosen);
    }
    Report {
        sessions: sales.0.len(),
        clicks: replay.click.len(),
        dead_ends: replay.dead_ends,
        unanswered: replay.unanswered,
        click_us: Latency::of(replay.click),
        explain_us: Latency::of(replay.explain),
        repair_us: Latency::of(replay.repair),
        check_us: Latency::of(replay.check),
        found: replay.found,
        is_counted: replay.is_counted,
    }
}

struct Replay<'a> {
    model: &'a Imported,
    diagram: &'a Diagram,
    prices: Vec<i64>,
    /// Negative, so that the least of them is the highest price.
    rebates: Vec<i64>,
    weights: Vec<u64>,
    /// Choices that some configuration has.
    possible: Vec<bool>,
    is_counted: bool,
    state: State,
    dead_ends: usize,
    unanswered: usize,
    found: Vec<String>,
    click: Vec<Duration>,
    explain: Vec<Duration>,
    repair: Vec<Duration>,
    check: Vec<Duration>,
}

/// What follows from the choices, in memory that is used again.
#[derive(Default)]
struct State {
    barred: Vec<Barred>,
    below: Vec<i64>,
    above: Vec<i64>,
    /// The least price with each choice.
    with: Vec<i64>,
    dearest_below: Vec<i64>,
    ways: Vec<u128>,
}

impl<'a> Replay<'a> {
    fn new(model: &'a Imported, diagram: &'a Diagram) -> Self {
        let prices = prices(model);
        Self {
            model,
            diagram,
            rebates: prices.iter().map(|price| -price).collect(),
            prices,
            weights: (0..model.vars.len() as u64).map(|var| 1 + mixed(var) % 3).collect(),
            possible: possible(diagram),
            is_counted: diagram.count().to_u128().is_some(),
            state: State::default(),
            dead_ends: 0,
            unanswered: 0,
            found: Vec::new(),
            click: Vec::new(),
            explain: Vec::new(),
            repair: Vec::new(),
            check: Vec::new(),
        }
    }

    fn session(&mut self, session: usize, product: &[Chosen]) {
        for (place, (var, value)) in product.iter().enumerate() {
            let chosen = &product[..place];
            let started = Instant::now();
            self.compute(chosen);
            self.click.push(started.elapsed());
            if self.state.with[self.diagram.choice(*var, *value) as usize] == i64::NEVER {
                self.dead_end(session, (*var, *value));
                return;
            }
            if (session + place).is_multiple_of(ASK_EVERY) {
                self.ask(session * product.len() + place, chosen);
            }
        }
        self.complete(product);
    }

    /// Everything that is shown after a click.
    fn compute(&mut self, chosen: &[Chosen]) {
        const NOTHING_CLOSED: &[u32] = &[];
        let (diagram, state) = (self.diagram, &mut self.state);
        walk::bar(diagram, chosen.iter().copied(), NOTHING_CLOSED, &mut state.barred);
        walk::least_below(diagram, &state.barred, &self.prices, &mut state.below);
        walk::least_with(diagram, &state.barred, &self.prices, &state.below, &mut state.above, &mut state.with);
        walk::least_below(diagram, &state.barred, &self.rebates, &mut state.dearest_below);
        if self.is_counted {
            walk::ways_below(diagram, &state.barred, &mut state.ways);
        }
    }

    fn dead_end(&mut self, session: usize, (var, value): Chosen) {
        const LISTED: usize = 5;
        self.dead_ends += 1;
        if self.found.len() < LISTED {
            let known = &self.model.vars[var];
            self.found.push(format!("product {}: {} = {} is not open", session + 1, known.name, known.values[value as usize]));
        }
    }

    /// Asks for a choice that is possible, but not beside what was chosen.
    fn ask(&mut self, seed: usize, chosen: &[Chosen]) {
        let count = self.diagram.choices();
        let start = mixed(seed as u64) as usize % count.max(1);
        let is_wanted = |choice: &usize| self.possible[*choice] && self.state.with[*choice] == i64::NEVER;
        let Some(choice) = (start..count).chain(0..start).find(is_wanted) else { return };
        let wanted = (self.diagram.var_of(choice as u32), self.diagram.value_of(choice as u32));
        let started = Instant::now();
        let reason = conflict(self.diagram, chosen, &[], wanted);
        self.explain.push(started.elapsed());
        let started = Instant::now();
        let found = repairs(self.diagram, chosen, &[], wanted, &self.weights, &self.prices, REPAIRS);
        self.repair.push(started.elapsed());
        let is_answered = reason.is_some_and(|reason| !reason.is_empty()) && !found.is_empty();
        self.unanswered += usize::from(!is_answered);
    }

    fn complete(&mut self, product: &[Chosen]) {
        self.compute(product);
        let state = &self.state;
        let Some(whole) = walk::least(self.diagram, &state.barred, &self.prices, &state.below) else {
            self.unanswered += 1;
            return;
        };
        let started = Instant::now();
        let price: i64 = (0..).zip(&whole).map(|(var, value)| self.prices[self.diagram.choice(var, *value) as usize]).sum();
        let is_valid = self.diagram.contains(&whole) && price == state.below[0];
        self.check.push(started.elapsed());
        self.unanswered += usize::from(!is_valid);
    }
}

/// Invented prices by choice, the same for the same model; what is absent costs nothing.
fn prices(model: &Imported) -> Vec<i64> {
    let by_var = model.vars.iter().enumerate().flat_map(|(var, known)| {
        (0..known.values.len() as u32)
            .map(move |value| if known.none == Some(value) { 0 } else { (mixed((var as u64) << 32 | u64::from(value)) % 5_000) as i64 })
    });
    by_var.collect()
}

/// A number that looks arbitrary and is always the same.
fn mixed(number: u64) -> u64 {
    let number = (number ^ 0x9E37_79B9_7F4A_7C15).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configurator::{check, format};

    /// Colour and roof go together, except that a glass roof takes the third colour.
    const MODEL: &str = "<instance><domains><domain name='d'>0..2</domain><domain name='e' optional='-1'>-1 0</domain></domains>
        <variables><variable name='colour' domain='d'/><variable name='roof' domain='e'/></variables>
        <relations><relation name='r' arity='2' semantics='supports'>0 -1|1 -1|2 0</relation></relations>
        <constraints><constraint name='c' scope='colour roof' reference='r'/></constraints></instance>";

    fn replayed(sales: &str) -> Report {
        let model = format::read(MODEL.as_bytes(), "model").expect("reads");
        let diagram = check::check(&model).1.expect("is small");
        replay(&model, &diagram, &Sales::read(sales, &model).expect("fits"))
    }

    #[test]
    fn what_can_be_built_has_no_dead_end() {
        let report = replayed("colour roof\n0 -1\n\n2 0\n1 -1\n");
        assert_eq!((report.sessions, report.clicks, report.dead_ends, report.unanswered), (3, 6, 0, 0));
        assert!(report.click_us.p50 <= report.click_us.p99 && report.click_us.p99 <= report.click_us.max);
    }

    #[test]
    fn what_cannot_be_built_is_a_dead_end_and_named() {
        let report = replayed("roof\tcolour\n0\t2\n0\t1\n");
        assert_eq!((report.sessions, report.dead_ends), (2, 1));
        assert_eq!(report.found, ["product 2: colour = 1 is not open"]);
    }

    #[test]
    fn what_is_not_open_gets_a_reason_and_a_repair() {
        let sales: String = "roof colour\n".chars().chain("0 2\n".repeat(40).chars()).collect();
        let model = format::read(MODEL.as_bytes(), "model").expect("reads");
        let diagram = check::check(&model).1.expect("is small");
        let sales = Sales::read(&sales, &model).expect("fits");
        let mut replay = Replay::new(&model, &diagram);
        sales.0.iter().enumerate().for_each(|(session, product)| replay.session(session, product));
        assert_eq!(replay.unanswered, 0);
        assert!(!replay.explain.is_empty() && replay.explain.len() == replay.repair.len());
    }

    #[test]
    fn sales_that_do_not_fit_the_model_are_refused_by_line() {
        let model = format::read(MODEL.as_bytes(), "model").expect("reads");
        for (sales, said) in [
            ("", "the sales file is empty; its first line names variables of the model"),
            ("colour hood\n", "line 1 of the sales: the model has no variable `hood`"),
            ("colour roof\n0 -1\n1\n", "line 3 of the sales: it has 1 values, the first line names 2 variables"),
            ("colour roof\n0 7\n", "line 2 of the sales: `7` is no value of roof"),
        ] {
            assert_eq!(Sales::read(sales, &model).map_err(|e| e.to_string()), Err(said.to_owned()));
        }
    }

    #[test]
    fn percentiles_are_times_that_happened() {
        let times = (1..=200).map(Duration::from_micros).collect();
        assert_eq!(Latency::of(times), Latency { p50: 100.0, p99: 198.0, max: 200.0 });
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }
}
