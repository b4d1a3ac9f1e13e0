//! Sold products clicked together again, or any that clicks at random lead to: whether each can be, and how long the answers take.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::explain::Chosen;
use muster_shared::configurator::offer::Terms;
use muster_shared::configurator::problem::Var;
use muster_shared::configurator::session::{Answer, Limits, Session};
use serde::Serialize;

use super::check::check;
use super::format::{self, Imported};
use crate::error::Result;

/// Between two clicks at which a choice that is not open is asked for.
const ASK_EVERY: usize = 16;

/// Why nothing was replayed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("the sales file is empty; its first line names variables of the model")]
    Empty,
    #[error("line {line} of the sales: {problem}")]
    At { line: usize, problem: String },
    #[error("the model has no diagram, it would be too large; clicks are replayed on diagrams only")]
    TooLarge,
    #[error("nothing can be built of the model: its rules exclude each other")]
    Nothing,
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
        write!(f, "The model has no prices: each value was given an invented one, always the same, so that prices were really computed.")
    }
}

/// What is clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clicks {
    /// The products of a file.
    Sales(PathBuf),
    /// At least so many at random, always the same ones.
    Random(usize),
}

/// Clicks on the model in a file.
///
/// # Errors
/// Where a file cannot be read, they do not fit each other, the model has no diagram, or nothing can be built.
pub fn file(model: &Path, clicks: &Clicks) -> Result<Report> {
    let model = format::open(model)?;
    let internal = |e: Error| crate::error::Error::Internal(e.to_string());
    let diagram = check(&model).1.ok_or_else(|| internal(Error::TooLarge))?;
    let report = match clicks {
        Clicks::Sales(sales) => replay(&model, diagram, &Sales::read(&format::text(sales)?, &model).map_err(internal)?),
        Clicks::Random(count) => wander(&model, diagram, *count),
    };
    report.ok_or_else(|| internal(Error::Nothing))
}

/// Clicks all products together, one after the other; `None` where nothing can be built.
#[must_use]
pub fn replay(model: &Imported, diagram: Diagram, sales: &Sales) -> Option<Report> {
    let mut replay = Replay::new(model, diagram)?;
    for (session, chosen) in sales.0.iter().enumerate() {
        replay.session(session, chosen);
    }
    Some(replay.report(sales.0.len()))
}

/// Clicks at random, product after product, at least `count` times; `None` where nothing can be built.
#[must_use]
pub fn wander(model: &Imported, diagram: Diagram, count: usize) -> Option<Report> {
    let mut replay = Replay::new(model, diagram)?;
    let (mut session, mut clicks) = (0, 0);
    while clicks < count {
        // A product without a choice is one click as well, or this would never end.
        clicks += replay.wander(session).max(1);
        session += 1;
    }
    Some(replay.report(session))
}

struct Replay<'a> {
    model: &'a Imported,
    session: Session,
    /// Nothing chosen yet.
    start: Answer,
    dead_ends: usize,
    unanswered: usize,
    found: Vec<String>,
    click: Vec<Duration>,
    explain: Vec<Duration>,
    repair: Vec<Duration>,
    check: Vec<Duration>,
}

impl<'a> Replay<'a> {
    /// `None` where nothing can be built.
    fn new(model: &'a Imported, diagram: Diagram) -> Option<Self> {
        let prices = prices(model);
        let terms = Terms {
            keys: prices.iter().map(|price| i128::from(*price)).collect(),
            days: (0..prices.len() as u64).map(|choice| (mixed(choice) % 90) as u32).collect(),
            weights: (0..model.vars.len() as u64).map(|var| 1 + mixed(var) % 3).collect(),
            closed: Vec::new(),
            prices,
        };
        let mut session = Session::on(diagram, terms, None);
        let start = session.answer(&[], Limits::default())?;
        Some(Self {
            model,
            session,
            start,
            dead_ends: 0,
            unanswered: 0,
            found: Vec::new(),
            click: Vec::new(),
            explain: Vec::new(),
            repair: Vec::new(),
            check: Vec::new(),
        })
    }

    fn session(&mut self, session: usize, product: &[Chosen]) {
        for (place, (var, value)) in product.iter().enumerate() {
            let chosen = &product[..place];
            let is_open = |answer: &Answer, diagram: &Diagram| answer.with[diagram.choice(*var, *value) as usize].is_some();
            let answer = self.answer(chosen).filter(|answer| is_open(answer, self.session.diagram()));
            let Some(answer) = answer else {
                self.dead_end(session, (*var, *value));
                return;
            };
            if (session + place).is_multiple_of(ASK_EVERY) {
                self.ask(session * product.len() + place, chosen, &answer);
            }
        }
        self.complete(product);
    }

    /// Clicks at random until every variable was chosen; the number of clicks.
    fn wander(&mut self, session: usize) -> usize {
        let mut chosen: Vec<Chosen> = Vec::new();
        let mut is_chosen = vec![false; self.model.vars.len()];
        loop {
            let Some(answer) = self.answer(&chosen) else {
                let last = chosen.last().copied().unwrap_or_default();
                self.dead_end(session, last);
                return chosen.len();
            };
            let diagram = self.session.diagram();
            let all = (0..answer.with.len() as u32).map(|choice| (diagram.var_of(choice), diagram.value_of(choice)));
            let open: Vec<Chosen> =
                all.filter(|(var, value)| !is_chosen[*var] && answer.with[diagram.choice(*var, *value) as usize].is_some()).collect();
            // Each variable that was not chosen has something to choose, and each that was keeps what was chosen.
            let mut has_open = is_chosen.clone();
            open.iter().for_each(|(var, _)| has_open[*var] = true);
            if let Some(var) = has_open.iter().position(|has| !has) {
                self.dead_end(session, (var, 0));
                return chosen.len();
            }
            if chosen.iter().any(|(var, value)| answer.configuration[*var] != *value) {
                self.unanswered += 1;
            }
            let seed = session * self.model.vars.len() + chosen.len();
            if seed.is_multiple_of(ASK_EVERY) {
                self.ask(seed, &chosen, &answer);
            }
            if open.is_empty() {
                self.complete(&chosen);
                return chosen.len();
            }
            let next = open[mixed(seed as u64) as usize % open.len()];
            is_chosen[next.0] = true;
            chosen.push(next);
        }
    }

    /// Everything that is shown after a click.
    fn answer(&mut self, chosen: &[Chosen]) -> Option<Answer> {
        let started = Instant::now();
        let answer = self.session.answer(chosen, Limits::default());
        self.click.push(started.elapsed());
        answer
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
    fn ask(&mut self, seed: usize, chosen: &[Chosen], answer: &Answer) {
        let count = answer.with.len();
        let at = mixed(seed as u64) as usize % count.max(1);
        let is_wanted = |choice: &usize| self.start.with[*choice].is_some() && answer.with[*choice].is_none();
        let Some(choice) = (at..count).chain(0..at).find(is_wanted) else { return };
        let diagram = self.session.diagram();
        let wanted = (diagram.var_of(choice as u32), diagram.value_of(choice as u32));
        let started = Instant::now();
        let reason = self.session.conflict(chosen, wanted);
        self.explain.push(started.elapsed());
        let started = Instant::now();
        let found = self.session.repairs(chosen, wanted);
        self.repair.push(started.elapsed());
        let is_answered = reason.is_some_and(|reason| !reason.is_empty()) && !found.is_empty();
        self.unanswered += usize::from(!is_answered);
    }

    fn complete(&mut self, product: &[Chosen]) {
        let Some(answer) = self.session.answer(product, Limits::default()) else {
            self.unanswered += 1;
            return;
        };
        let started = Instant::now();
        let price = self.session.price(&answer.configuration);
        let is_valid = self.session.diagram().contains(&answer.configuration) && price == answer.lowest;
        self.check.push(started.elapsed());
        self.unanswered += usize::from(!is_valid);
    }

    fn report(self, sessions: usize) -> Report {
        Report {
            sessions,
            clicks: self.click.len(),
            dead_ends: self.dead_ends,
            unanswered: self.unanswered,
            click_us: Latency::of(self.click),
            explain_us: Latency::of(self.explain),
            repair_us: Latency::of(self.repair),
            check_us: Latency::of(self.check),
            found: self.found,
            is_counted: self.start.left.is_some(),
        }
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
        replay(&model, diagram, &Sales::read(sales, &model).expect("fits")).expect("something can be built")
    }

    #[test]
    fn clicks_at_random_end_in_products() {
        let model = format::read(MODEL.as_bytes(), "model").expect("reads");
        let diagram = check::check(&model).1.expect("is small");
        let report = wander(&model, diagram, 100).expect("something can be built");
        assert_eq!((report.sessions, report.dead_ends, report.unanswered), (50, 0, 0));
        // The look before each of two choices, and the one after the last.
        assert_eq!(report.clicks, 50 * 3);
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
        let mut replay = Replay::new(&model, diagram).expect("something can be built");
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
