//! Checks of the solver against enumeration and against the diagram: every answer about small models is compared with what listing all
//! configurations says.

use muster_shared::configurator::compile::{CAP, compile};
use muster_shared::configurator::explain;
use muster_shared::configurator::problem::{Constraint, Formula, Problem, Value, Var};
use muster_shared::configurator::walk::{self, Along, Barred, Measure as _};
use proptest::prelude::*;

use super::{Chosen, Repair, Solver, Unanswered};

fn formula(domains: Vec<u32>) -> impl Strategy<Value = Formula> {
    let (for_is, for_in) = (domains.clone(), domains);
    let leaf = prop_oneof![
        1 => any::<bool>().prop_map(Formula::Constant),
        6 => (0..for_is.len()).prop_flat_map(move |var| (Just(var), 0..for_is[var])).prop_map(|(var, value)| Formula::Is(var, value)),
        4 => (0..for_in.len())
            .prop_flat_map(move |var| (Just(var), prop::collection::vec(0..for_in[var], 0..4)))
            .prop_map(|(var, values)| Formula::In(var, values)),
    ];
    leaf.prop_recursive(3, 14, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Formula::Not(Box::new(inner))),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Formula::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Formula::Any),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.implies(other)),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.iff(other)),
            (prop::collection::vec(inner, 0..5), 0..5_u32, 0..6_u32).prop_map(|(of, at_least, at_most)| Formula::Count {
                of,
                at_least,
                at_most
            }),
        ]
    })
}

fn table(domains: Vec<u32>) -> impl Strategy<Value = Constraint> {
    let vars: Vec<Var> = (0..domains.len()).collect();
    (prop::sample::subsequence(vars, 1..=3).prop_shuffle(), any::<bool>()).prop_flat_map(move |(scope, allowed)| {
        let row: Vec<_> = scope.iter().map(|var| 0..domains[*var]).collect();
        prop::collection::vec(row, 0..12).prop_map(move |rows| Constraint::Table { scope: scope.clone(), rows, allowed })
    })
}

fn sum(domains: Vec<u32>) -> impl Strategy<Value = Constraint> {
    // A variable may come up more than once.
    prop::collection::vec(0..domains.len(), 0..5).prop_flat_map(move |vars| {
        let adds: Vec<_> = vars.iter().map(|var| prop::collection::vec(-4..6_i64, domains[*var] as usize)).collect();
        (adds, -10..10_i64, -1..12_i64).prop_map(move |(adds, low, width)| Constraint::Sum {
            terms: vars.iter().copied().zip(adds).collect(),
            at_least: low,
            at_most: low + width,
        })
    })
}

/// A small model with constraints of every kind.
fn problem() -> impl Strategy<Value = Problem> {
    prop::collection::vec(1..5_u32, 3..7).prop_flat_map(|domains| {
        let constraint = prop_oneof![
            3 => table(domains.clone()),
            3 => formula(domains.clone()).prop_map(Constraint::Formula),
            2 => sum(domains.clone()),
        ];
        prop::collection::vec(constraint, 2..7).prop_map(move |constraints| Problem { domains: domains.clone(), constraints })
    })
}

#[derive(Clone, Debug)]
struct Question {
    problem: Problem,
    /// May contradict the model.
    chosen: Vec<Chosen>,
    wanted: Chosen,
    weights: Vec<u64>,
}

fn question() -> impl Strategy<Value = Question> {
    problem().prop_flat_map(|problem| {
        let any: Vec<_> = problem.domains.iter().map(|size| (0..*size, any::<bool>())).collect();
        let vars = problem.domains.len();
        let chosen = any.prop_map(|any| {
            let all = any.iter().enumerate();
            all.filter(|(_, (_, is_chosen))| *is_chosen).map(|(var, (value, _))| (var, *value)).collect::<Vec<Chosen>>()
        });
        let domains = problem.domains.clone();
        let wanted = (0..vars).prop_flat_map(move |var| (Just(var), 0..domains[var]));
        (chosen.prop_shuffle(), wanted, prop::collection::vec(0..4_u64, vars)).prop_map(move |(chosen, wanted, weights)| Question {
            problem: problem.clone(),
            chosen,
            wanted,
            weights,
        })
    })
}

/// A wanted value that every rule speaks of, and many choices of which each rule asks for some to change: the best repair is then hard
/// to see.
fn entangled() -> impl Strategy<Value = Question> {
    const VARS: usize = 9;
    let part = (0..VARS, 0..4_u32).prop_map(|(var, value)| Formula::Is(var, u32::from(value > 0)));
    let rule = prop::collection::vec(part, 2..5).prop_map(|parts| Constraint::Formula(Formula::Is(VARS, 1).implies(Formula::Any(parts))));
    (prop::collection::vec(rule, 3..10), prop::collection::vec(0..5_u64, VARS + 1)).prop_map(|(constraints, weights)| Question {
        problem: Problem { domains: vec![2; VARS + 1], constraints },
        chosen: (0..VARS).map(|var| (var, 0)).collect(),
        wanted: (VARS, 1),
        weights,
    })
}

/// Everything that can be put together, whatever the constraints say.
fn combinations(problem: &Problem) -> Vec<Vec<Value>> {
    let mut all = vec![Vec::new()];
    for size in &problem.domains {
        all = all.iter().flat_map(|head: &Vec<Value>| (0..*size).map(move |value| [head.as_slice(), &[value]].concat())).collect();
    }
    all
}

fn configurations(problem: &Problem) -> Vec<Vec<Value>> {
    let mut all = combinations(problem);
    all.retain(|it| problem.constraints.iter().all(|constraint| constraint.holds(it)));
    all
}

fn with_constraints(problem: &Problem, keep: impl Fn(usize) -> bool) -> Problem {
    let kept = problem.constraints.iter().enumerate().filter(|(place, _)| keep(*place));
    Problem { domains: problem.domains.clone(), constraints: kept.map(|(_, constraint)| constraint.clone()).collect() }
}

fn keeps(configuration: &[Value], chosen: &[Chosen]) -> bool {
    chosen.iter().all(|(var, value)| configuration[*var] == *value)
}

fn is_in(all: &[Vec<Value>], chosen: &[Chosen]) -> bool {
    all.iter().any(|it| keeps(it, chosen))
}

fn beside(chosen: &[Chosen], wanted: Chosen) -> Vec<Chosen> {
    chosen.iter().copied().filter(|(var, _)| *var != wanted.0).chain([wanted]).collect()
}

fn without(chosen: &[Chosen], place: usize) -> Vec<Chosen> {
    chosen.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, choice)| *choice).collect()
}

/// What each way to have the wanted value does to the choices, best first.
fn changes(all: &[Vec<Value>], question: &Question) -> Vec<(u64, usize, Vec<Chosen>)> {
    let own: Vec<Chosen> = question.chosen.iter().copied().filter(|(var, _)| *var != question.wanted.0).collect();
    let ways = all.iter().filter(|it| keeps(it, &[question.wanted]));
    let mut changes: Vec<(u64, usize, Vec<Chosen>)> = ways
        .map(|it| {
            let mut changed: Vec<Chosen> = own.iter().filter(|(var, value)| it[*var] != *value).map(|(var, _)| (*var, it[*var])).collect();
            changed.sort_unstable();
            (changed.iter().map(|(var, _)| question.weights[*var]).sum(), changed.len(), changed)
        })
        .collect();
    changes.sort_unstable();
    changes.dedup();
    changes
}

/// Whether these constraints exclude the choices, and no fewer of them do.
fn exclude_minimally(problem: &Problem, constraints: &[usize], chosen: &[Chosen]) -> bool {
    let left = |left_out: Option<usize>| {
        configurations(&with_constraints(problem, |place| constraints.contains(&place) && Some(place) != left_out))
    };
    !is_in(&left(None), chosen) && constraints.iter().all(|constraint| is_in(&left(Some(*constraint)), chosen))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_open_is_what_listing_says(question in question()) {
        let Question { problem, chosen, .. } = question;
        let all = configurations(&problem);
        let mut solver = Solver::new(&problem).unwrap();
        prop_assert_eq!(solver.is_possible(&chosen).unwrap(), is_in(&all, &chosen));
        let completed = solver.complete(&chosen).unwrap();
        prop_assert_eq!(completed.is_some(), is_in(&all, &chosen));
        prop_assert!(completed.is_none_or(|it| all.contains(&it) && keeps(&it, &chosen)));
        let vars: Vec<Var> = (0..problem.domains.len()).rev().collect();
        for (var, open) in vars.iter().zip(solver.open(&chosen, &vars).unwrap()) {
            let expected: Vec<Value> = (0..problem.domains[*var]).filter(|value| is_in(&all, &beside(&chosen, (*var, *value)))).collect();
            prop_assert_eq!(open, expected);
        }
        let (dead, core) = (solver.dead_values().unwrap(), solver.core_values().unwrap());
        for (var, domain) in problem.domains.iter().enumerate() {
            for value in 0..*domain {
                prop_assert_eq!(dead.contains(&(var, value)), !is_in(&all, &[(var, value)]));
                let is_core = !all.is_empty() && all.iter().all(|it| it[var] == value);
                prop_assert_eq!(core.contains(&(var, value)), is_core);
            }
        }
    }

    #[test]
    fn no_named_choice_can_be_left_out(question in question()) {
        let Question { problem, chosen, wanted, .. } = question;
        let all = configurations(&problem);
        match Solver::new(&problem).unwrap().conflict(&chosen, wanted).unwrap() {
            None => prop_assert!(is_in(&all, &beside(&chosen, wanted))),
            Some(named) => {
                prop_assert!(named.iter().all(|choice| chosen.contains(choice)));
                prop_assert!(!is_in(&all, &beside(&named, wanted)));
                for place in 0..named.len() {
                    prop_assert!(is_in(&all, &beside(&without(&named, place), wanted)));
                }
            }
        }
    }

    #[test]
    fn repairs_are_the_best_there_are(question in prop_oneof![question(), entangled()], most in 0..6_usize) {
        let all = configurations(&question.problem);
        let found = Solver::new(&question.problem).unwrap().repairs(&question.chosen, question.wanted, &question.weights, most).unwrap();
        let possible = changes(&all, &question);
        let costs = |lost: u64, count: usize| (lost, count);
        let expected: Vec<_> = possible.iter().take(most).map(|(lost, count, _)| costs(*lost, *count)).collect();
        prop_assert_eq!(found.iter().map(|repair| costs(repair.lost, repair.changes.len())).collect::<Vec<_>>(), expected);
        for (place, repair) in found.iter().enumerate() {
            prop_assert!(possible.iter().any(|(_, _, changes)| *changes == repair.changes));
            prop_assert!(found[..place].iter().all(|other| other.changes != repair.changes));
        }
    }

    #[test]
    fn solver_and_diagram_agree(question in question()) {
        let Question { problem, chosen, wanted, weights } = question;
        let diagram = compile(&problem, CAP).unwrap();
        let mut solver = Solver::new(&problem).unwrap();
        let (mut barred, mut reached) = (Barred::default(), Vec::new());
        barred.set(&diagram, chosen.iter().copied(), &[]);
        prop_assert_eq!(solver.is_possible(&chosen).unwrap(), walk::is_possible(&diagram, &barred, &mut reached));
        let along = Along::new(&diagram, |_| 0_i64);
        let (mut below, mut above, mut with) = (Vec::new(), Vec::new(), Vec::new());
        walk::below(&diagram, &barred, &along, &mut below);
        walk::with(&diagram, &barred, &along, &below, |cost| *cost, &mut above, &mut with);
        let vars: Vec<Var> = (0..problem.domains.len()).collect();
        for (var, open) in vars.iter().zip(solver.open(&chosen, &vars).unwrap()) {
            for value in 0..problem.domains[*var] {
                let is_open = with[diagram.choice(*var, value) as usize] < i64::NEVER;
                prop_assert_eq!(open.contains(&value), is_open);
            }
        }
        prop_assert_eq!(solver.conflict(&chosen, wanted).unwrap(), explain::conflict(&diagram, &chosen, &[], wanted));
        let costs = |lost: u64, changes: &[Chosen]| (lost, changes.len());
        let by_diagram = explain::repairs(&diagram, &chosen, &[], wanted, &weights, &vec![0; diagram.choices()], 3);
        let by_solver = solver.repairs(&chosen, wanted, &weights, 3).unwrap();
        prop_assert_eq!(
            by_solver.iter().map(|repair| costs(repair.lost, &repair.changes)).collect::<Vec<_>>(),
            by_diagram.iter().map(|repair| costs(repair.lost, &repair.changes)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn no_named_rule_can_be_left_out(question in question()) {
        let Question { problem, chosen, wanted, .. } = question;
        let mut solver = Solver::new(&problem).unwrap();
        let asked = beside(&chosen, wanted);
        match solver.reasons(&chosen, wanted).unwrap() {
            None => prop_assert!(is_in(&configurations(&problem), &asked)),
            Some(named) => prop_assert!(exclude_minimally(&problem, &named, &asked)),
        }
        match solver.contradiction().unwrap() {
            None => prop_assert!(!configurations(&problem).is_empty()),
            Some(named) => prop_assert!(exclude_minimally(&problem, &named, &[])),
        }
    }

    #[test]
    fn redundant_and_void_rules_are_those_that_change_nothing(problem in problem()) {
        let mut solver = Solver::new(&problem).unwrap();
        let redundant = solver.redundant().unwrap();
        let (all, any) = (configurations(&problem), combinations(&problem));
        for (place, constraint) in problem.constraints.iter().enumerate() {
            let others = configurations(&with_constraints(&problem, |other| other != place));
            prop_assert_eq!(redundant.contains(&place), others == all);
            prop_assert_eq!(solver.is_void(place).unwrap(), any.iter().all(|it| constraint.holds(it)));
        }
        // What was asked about single rules leaves no trace.
        prop_assert_eq!(solver.contradiction().unwrap().is_none(), !all.is_empty());
    }
}

/// That the constraint allows exactly what it says, whether it has to hold or to be broken.
#[track_caller]
fn check(domains: &[u32], constraint: Constraint) {
    let problem = Problem { domains: domains.to_vec(), constraints: vec![constraint.clone()] };
    let mut solver = Solver::new(&problem).unwrap();
    let mut is_void = true;
    for it in combinations(&problem) {
        let chosen: Vec<Chosen> = it.iter().copied().enumerate().collect();
        assert_eq!(solver.is_possible(&chosen), Ok(constraint.holds(&it)), "{it:?}");
        is_void &= constraint.holds(&it);
    }
    assert_eq!(solver.is_void(0), Ok(is_void));
}

fn counted(of: Vec<Formula>, at_least: u32, at_most: u32) -> Constraint {
    Constraint::Formula(Formula::Count { of, at_least, at_most })
}

#[test]
fn tables_at_their_edges() {
    for allowed in [true, false] {
        let table = |scope: &[Var], rows: &[&[Value]]| Constraint::Table {
            scope: scope.to_vec(),
            rows: rows.iter().map(|row| row.to_vec()).collect(),
            allowed,
        };
        check(&[2, 3], table(&[], &[]));
        check(&[2, 3], table(&[], &[&[]]));
        check(&[2, 3], table(&[1], &[]));
        check(&[2, 3], table(&[0, 1], &[]));
        check(&[2, 3], table(&[1], &[&[2], &[2]]));
        check(&[1, 1], table(&[0, 1], &[&[0, 0]]));
        check(&[1, 3, 2], table(&[0, 1, 2], &[&[0, 1, 1], &[0, 2, 0]]));
        check(&[2, 2], table(&[0, 1], &[&[0, 0], &[0, 1], &[1, 0], &[1, 1]]));
        // A variable named twice, and a value that its variable does not have.
        check(&[3, 2], table(&[0, 1, 0], &[&[1, 0, 1], &[1, 1, 2], &[2, 1, 2]]));
        check(&[2, 2], table(&[0, 1], &[&[2, 0], &[1, 1]]));
    }
}

#[test]
fn formulas_at_their_edges() {
    let is = |value| Formula::Is(0, value);
    for formula in [
        Formula::Constant(true),
        Formula::Constant(false),
        Formula::All(vec![]),
        Formula::Any(vec![]),
        Formula::In(0, vec![]),
        Formula::In(0, vec![0, 1, 2]),
        Formula::In(0, vec![2, 2, 0]),
        Formula::In(1, vec![0]),
        Formula::Is(1, 0),
        Formula::Is(0, 7),
        is(1).negated().negated(),
        is(1).implies(Formula::Constant(false)),
        is(1).iff(Formula::Any(vec![])),
        is(1).iff(is(1)),
        is(1).iff(is(1).negated()),
        is(1).iff(Formula::Is(2, 1)).iff(is(2).iff(Formula::Is(2, 0))),
        Formula::Any(vec![is(0), is(0).negated()]),
        Formula::All(vec![is(0), is(1)]),
    ] {
        check(&[3, 1, 2], Constraint::Formula(formula.clone()));
        check(&[3, 1, 2], Constraint::Formula(Formula::Not(Box::new(formula))));
    }
}

#[test]
fn counts_at_their_edges() {
    let parts = || vec![Formula::Is(0, 1), Formula::Is(1, 2), Formula::Is(2, 0), Formula::In(1, vec![1, 2])];
    for (at_least, at_most) in [(0, 0), (0, 1), (1, 1), (2, 3), (4, 4), (0, 4), (0, 99), (5, 9), (3, 2), (0, u32::MAX)] {
        check(&[2, 3, 2], counted(parts(), at_least, at_most));
        check(&[2, 3, 2], counted(vec![], at_least, at_most));
    }
    // The same part more than once counts more than once.
    check(&[2, 3], counted(vec![Formula::Is(0, 1), Formula::Is(0, 1), Formula::Is(1, 0)], 2, 2));
}

#[test]
fn sums_at_their_edges() {
    let terms = || vec![(0, vec![-3, 4]), (1, vec![0, -7, 2]), (0, vec![1, -1]), (2, vec![5])];
    for (at_least, at_most) in
        [(0, 0), (-20, -2), (-5, 5), (6, 100), (100, 200), (3, -3), (i64::MIN, 4), (4, i64::MAX), (i64::MIN, i64::MAX)]
    {
        let sum = |terms| Constraint::Sum { terms, at_least, at_most };
        check(&[2, 3, 1], sum(terms()));
        check(&[2, 3, 1], sum(vec![]));
        check(&[2, 3, 1], sum(vec![(2, vec![-4])]));
    }
}

#[test]
fn a_large_domain_has_one_value_at_a_time() {
    let problem = Problem { domains: vec![23], constraints: vec![] };
    let mut solver = Solver::new(&problem).unwrap();
    assert_eq!(solver.open(&[], &[0]).unwrap(), [(0..23).collect::<Vec<Value>>()]);
    for one in 0..23 {
        assert!((0..23).all(|other| solver.is_possible(&[(0, one), (0, other)]) == Ok(one == other)));
    }
}

#[test]
fn what_is_not_in_the_model_is_impossible() {
    let problem = Problem { domains: vec![2, 3], constraints: vec![] };
    let mut solver = Solver::new(&problem).unwrap();
    assert_eq!(solver.is_possible(&[(1, 3)]), Ok(false));
    assert_eq!(solver.conflict(&[(0, 1)], (1, 3)), Ok(Some(vec![])));
    assert_eq!(solver.repairs(&[(0, 1)], (1, 3), &[1, 1], 3), Ok(vec![]));
    assert_eq!(solver.reasons(&[(0, 1)], (1, 3)), Ok(Some(vec![])));
}

#[test]
fn a_repair_changes_what_matters_least() {
    let needs = |when: Chosen, then: Chosen| Constraint::Formula(Formula::Is(when.0, when.1).implies(Formula::Is(then.0, then.1)));
    let problem = Problem {
        domains: vec![2, 2, 3, 2],
        constraints: vec![
            Constraint::Formula(Formula::Is(0, 1).implies(Formula::Any(vec![Formula::Is(1, 1), Formula::Is(2, 1), Formula::Is(2, 2)]))),
            needs((1, 1), (3, 1)),
        ],
    };
    let mut solver = Solver::new(&problem).unwrap();
    let chosen = [(0, 0), (1, 0), (2, 0), (3, 0)];
    let found = solver.repairs(&chosen, (0, 1), &[1, 2, 9, 3], 3).unwrap();
    let repair = |changes: &[Chosen], lost| Repair { changes: changes.to_vec(), lost };
    assert_eq!(found, [repair(&[(1, 1), (3, 1)], 5), repair(&[(2, 1)], 9), repair(&[(2, 2)], 9)]);
}

/// One pigeon more than there are holes: nothing a solver would see at a glance.
fn pigeons(holes: u32) -> Problem {
    let pigeons = holes as usize + 1;
    let one_each = |hole| counted((0..pigeons).map(|pigeon| Formula::Is(pigeon, hole)).collect(), 0, 1);
    Problem { domains: vec![holes; pigeons], constraints: (0..holes).map(one_each).collect() }
}

#[test]
fn a_solver_can_be_kept_between_requests() {
    fn is_send<T: Send + 'static>(_: T) {}
    is_send(Solver::new(&Problem::default()).unwrap());
}

#[test]
fn effort_has_an_end() {
    let mut problem = pigeons(9);
    problem.constraints.push(Constraint::Formula(Formula::Is(0, 0)));
    let mut solver = Solver::new(&problem).unwrap().with_effort(50);
    assert_eq!(solver.is_possible(&[]), Err(Unanswered::Effort));
    assert_eq!(solver.complete(&[]), Err(Unanswered::Effort));
    assert_eq!(solver.open(&[], &[0]), Err(Unanswered::Effort));
    assert_eq!(solver.conflict(&[(1, 1)], (0, 0)), Err(Unanswered::Effort));
    assert_eq!(solver.repairs(&[(1, 1)], (0, 0), &[1; 10], 3), Err(Unanswered::Effort));
    assert_eq!(solver.reasons(&[(1, 1)], (0, 0)), Err(Unanswered::Effort));
    assert_eq!(solver.contradiction(), Err(Unanswered::Effort));
    assert_eq!(solver.redundant(), Err(Unanswered::Effort));
    assert_eq!(solver.dead_values(), Err(Unanswered::Effort));
    // The next question has an account of its own.
    assert_eq!(solver.is_void(0), Ok(false));
    assert_eq!(Solver::new(&pigeons(4)).unwrap().contradiction(), Ok(Some(vec![0, 1, 2, 3])));
}

#[test]
fn a_sum_of_too_many_results_is_refused() {
    let terms = (0..80).map(|var| (var, vec![0, (var as i64 + 1).pow(5) % 1_000_003])).collect();
    let sum = Constraint::Sum { terms, at_least: 20_000_000, at_most: 20_000_003 };
    let problem = Problem { domains: vec![2; 80], constraints: vec![sum] };
    assert_eq!(Solver::new(&problem).err(), Some(Unanswered::TooLarge));
}
