//! How long the configurator's answers take on an invented range as large as a car maker's.

#[path = "support/range.rs"]
mod range;

use std::sync::OnceLock;

use divan::{Bencher, counter::ItemsCount};
use muster_shared::configurator::{
    compile::{CAP, compile},
    diagram::Diagram,
    explain::Chosen,
    offer::Offer,
    problem::Problem,
    session::{Limits, Session},
};

const SEED: u64 = 1;
/// Choices of one customer.
const CLICKS: usize = 30;
const CUSTOMERS: usize = 20;

fn main() {
    let made = made();
    println!(
        "{} variables, {} tables, {} configurations, {} nodes, {} bytes",
        made.problem.domains.len(),
        made.problem.constraints.len(),
        made.diagram.count(),
        made.diagram.len(),
        made.diagram.encode().len(),
    );
    // For who measures it elsewhere.
    if let Some(file) = std::env::var_os("MUSTER_RANGE") {
        std::fs::write(file, made.diagram.encode()).expect("the file can be written");
    }
    divan::main();
}

struct Made {
    problem: Problem,
    diagram: Diagram,
    offer: Offer,
    /// What was chosen before each click of each customer.
    chosen: Vec<Vec<Chosen>>,
    /// Each with something that is not possible beside it, though the range has it.
    refused: Vec<(Vec<Chosen>, Chosen)>,
    whole: Vec<u32>,
}

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let problem = range::range(SEED);
        let diagram = compile(&problem, CAP).expect("it was made to be compiled");
        let offer = range::offer(&problem);
        let mut session = Session::new(&offer, diagram.clone()).expect("the offer is of this range");
        let start = session.answer(&[], Limits::default()).expect("something can be built");
        let (mut chosen, mut refused) = (Vec::new(), Vec::new());
        for customer in 0..CUSTOMERS {
            let mut own: Vec<Chosen> = Vec::new();
            for click in 0..CLICKS {
                let answer = session.answer(&own, Limits::default()).expect("only what is possible is clicked");
                let choices = (0..diagram.choices() as u32).map(|choice| (diagram.var_of(choice), diagram.value_of(choice)));
                let is_open = |chosen: &Chosen| answer.with[diagram.choice(chosen.0, chosen.1) as usize].is_some();
                let is_had = |chosen: &Chosen| start.with[diagram.choice(chosen.0, chosen.1) as usize].is_some();
                let (open, shut): (Vec<Chosen>, Vec<Chosen>) = choices.filter(is_had).partition(is_open);
                let at = (customer * 7_919 + click) * 104_729;
                if !shut.is_empty() {
                    refused.push((own.clone(), shut[at % shut.len()]));
                }
                chosen.push(own.clone());
                let fresh: Vec<Chosen> = open.into_iter().filter(|(var, _)| *var > 0 && !own.iter().any(|(had, _)| had == var)).collect();
                own.push(fresh[at % fresh.len()]);
            }
        }
        Made { whole: start.configuration, problem, diagram, offer, chosen, refused }
    })
}

fn session() -> Session {
    Session::new(&made().offer, made().diagram.clone()).expect("the offer is of this range")
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn compiling() -> Diagram {
    compile(&made().problem, CAP).expect("it was made to be compiled")
}

/// Everything that follows from the choices: what is open, prices, lead time, what is left.
#[divan::bench(sample_size = 1, sample_count = 600)]
fn click(bencher: Bencher) {
    let (mut session, mut turn) = (session(), made().chosen.iter().cycle());
    bencher.with_inputs(|| turn.next().expect("there are customers")).bench_local_refs(|chosen| session.answer(chosen, Limits::default()));
}

#[divan::bench(sample_size = 1, sample_count = 500)]
fn explain(bencher: Bencher) {
    let (session, mut turn) = (session(), made().refused.iter().cycle());
    bencher
        .with_inputs(|| turn.next().expect("something is refused"))
        .bench_local_refs(|(chosen, wanted)| session.conflict(chosen, *wanted));
}

#[divan::bench(sample_size = 1, sample_count = 500)]
fn repair(bencher: Bencher) {
    let (session, mut turn) = (session(), made().refused.iter().cycle());
    bencher
        .with_inputs(|| turn.next().expect("something is refused"))
        .bench_local_refs(|(chosen, wanted)| session.repairs(chosen, *wanted));
}

/// A received configuration: whether it can be built, and its price.
#[divan::bench]
fn check(bencher: Bencher) {
    let session = session();
    bencher.counter(ItemsCount::new(1_u32)).bench_local(|| (session.diagram().contains(&made().whole), session.price(&made().whole)));
}
