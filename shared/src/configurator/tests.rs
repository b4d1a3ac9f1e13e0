//! Checks of the engine against enumeration: every answer about small models is compared with what listing all configurations says.

mod authoring;

use proptest::prelude::*;

use super::{
    compile::{CAP, compile},
    diagram::Diagram,
    explain::{Chosen, conflict, repairs},
    natural::Natural,
    offer::Terms,
    problem::{Constraint, Formula, Problem, Value, Var},
    session::{Limits, Session},
    walk::{self, Along, Barred, Measure},
};

/// All configurations, in no order of importance.
fn enumerate(problem: &Problem) -> Vec<Vec<Value>> {
    let mut all = vec![Vec::new()];
    for size in &problem.domains {
        all = all.iter().flat_map(|head: &Vec<Value>| (0..*size).map(move |value| [head.as_slice(), &[value]].concat())).collect();
    }
    all.retain(|configuration| problem.constraints.iter().all(|constraint| constraint.holds(configuration)));
    all
}

fn formula(domains: Vec<u32>) -> impl Strategy<Value = Formula> {
    let leaf = (0..domains.len()).prop_flat_map(move |var| {
        let size = domains[var];
        prop_oneof![
            (0..size).prop_map(move |value| Formula::Is(var, value)),
            prop::collection::vec(0..size, 0..3).prop_map(move |values| Formula::In(var, values)),
        ]
    });
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(Formula::negated),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Formula::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Formula::Any),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.implies(other)),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| one.iff(other)),
            (prop::collection::vec(inner, 1..5), 0..4_u32, 0..4_u32).prop_map(|(of, low, high)| Formula::Count {
                of,
                at_least: low.min(high),
                at_most: low.max(high)
            }),
        ]
    })
}

fn constraint(domains: Vec<u32>) -> impl Strategy<Value = Constraint> {
    let count = domains.len();
    let (for_table, for_sum) = (domains.clone(), domains.clone());
    let table = (prop::sample::subsequence((0..count).collect::<Vec<Var>>(), 1..=count.min(3)), any::<bool>()).prop_flat_map(
        move |(scope, allowed)| {
            let row: Vec<_> = scope.iter().map(|var| 0..for_table[*var]).collect();
            prop::collection::vec(row, 0..10).prop_map(move |rows| Constraint::Table { scope: scope.clone(), rows, allowed })
        },
    );
    let sum = prop::sample::subsequence((0..count).collect::<Vec<Var>>(), 1..=count).prop_flat_map(move |vars| {
        let adds: Vec<_> = vars.iter().map(|var| prop::collection::vec(-5..6_i64, for_sum[*var] as usize)).collect();
        (adds, -12..12_i64, 0..15_i64).prop_map(move |(adds, low, width)| Constraint::Sum {
            terms: vars.iter().copied().zip(adds).collect(),
            at_least: low,
            at_most: low + width,
        })
    });
    prop_oneof![3 => table, 3 => formula(domains).prop_map(Constraint::Formula), 1 => sum]
}

fn problem() -> impl Strategy<Value = Problem> {
    prop::collection::vec(1..5_u32, 1..7).prop_flat_map(|domains| {
        prop::collection::vec(constraint(domains.clone()), 0..6)
            .prop_map(move |constraints| Problem { domains: domains.clone(), constraints })
    })
}

/// A problem, choices that may contradict it, one more that is wanted, and a price, a weight and days for everything.
fn question() -> impl Strategy<Value = Question> {
    problem().prop_flat_map(|problem| {
        let any: Vec<_> = problem.domains.iter().map(|size| (0..*size, any::<bool>())).collect();
        let (choices, vars) = (problem.domains.iter().sum::<u32>() as usize, problem.domains.len());
        let numbers = (
            prop::collection::vec(-50..200_i64, choices),
            prop::collection::vec(0..30_u32, choices),
            prop::collection::vec(1..4_u64, vars),
            0..vars,
        );
        (any, numbers).prop_map(move |(any, (prices, days, weights, wanted))| Question {
            problem: problem.clone(),
            chosen: any.iter().enumerate().filter(|(_, (_, is))| *is).map(|(var, (value, _))| (var, *value)).collect(),
            wanted: (wanted, any[wanted].0),
            prices,
            days,
            weights,
        })
    })
}

#[derive(Clone, Debug)]
struct Question {
    problem: Problem,
    chosen: Vec<Chosen>,
    wanted: Chosen,
    prices: Vec<i64>,
    days: Vec<u32>,
    weights: Vec<u64>,
}

fn keeps(configuration: &[Value], chosen: &[Chosen]) -> bool {
    chosen.iter().all(|(var, value)| configuration[*var] == *value)
}

fn total(diagram: &Diagram, prices: &[i64], configuration: &[Value]) -> i64 {
    configuration.iter().enumerate().map(|(var, value)| prices[diagram.choice(var, *value) as usize]).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_diagram_has_exactly_the_configurations(problem in problem()) {
        let diagram = compile(&problem, CAP).expect("small");
        let all = enumerate(&problem);
        prop_assert_eq!(diagram.count(), Natural::from(all.len() as u128));
        let counts = diagram.counts();
        let mut ranks = Vec::new();
        for configuration in &all {
            prop_assert!(diagram.contains(configuration));
            let rank = diagram.rank(configuration, &counts).expect("it is one");
            prop_assert_eq!(diagram.at_rank(rank.clone(), &counts), Some(configuration.clone()));
            ranks.push(rank.to_u128().expect("few"));
        }
        ranks.sort_unstable();
        prop_assert!(ranks.into_iter().eq(0..all.len() as u128));
        let outside = Problem { domains: problem.domains, constraints: Vec::new() };
        for configuration in enumerate(&outside) {
            prop_assert_eq!(diagram.contains(&configuration), all.contains(&configuration));
        }
        prop_assert_eq!(Diagram::decode(&diagram.encode()), Ok(diagram));
    }

    #[test]
    fn walks_say_what_listing_says(question in question()) {
        let Question { problem, chosen, prices, days, .. } = question;
        let diagram = compile(&problem, CAP).expect("small");
        let all = enumerate(&problem);
        let mut barred = Barred::default();
        barred.set(&diagram, chosen.iter().copied(), &[]);
        let left: Vec<&Vec<Value>> = all.iter().filter(|configuration| keeps(configuration, &chosen)).collect();
        let (mut below, mut above, mut with) = (Vec::new(), Vec::new(), Vec::new());
        let along = Along::new(&diagram, |choice| prices[choice as usize]);
        walk::below(&diagram, &barred, &along, &mut below);
        walk::with(&diagram, &barred, &along, &below, |price| *price, &mut above, &mut with);
        let cheapest = left.iter().map(|configuration| total(&diagram, &prices, configuration)).min();
        let found = walk::first(&diagram, &barred, &along, &below, |price| *price);
        prop_assert_eq!(found.as_ref().map(|configuration| total(&diagram, &prices, configuration)), cheapest);
        prop_assert!(found.is_none_or(|configuration| left.contains(&&configuration)));
        for choice in 0..diagram.choices() as u32 {
            let (var, value) = (diagram.var_of(choice), diagram.value_of(choice));
            let others: Vec<Chosen> = chosen.iter().copied().filter(|(other, _)| *other != var).chain([(var, value)]).collect();
            let best = all.iter().filter(|it| keeps(it, &others)).map(|it| total(&diagram, &prices, it)).min();
            prop_assert_eq!(with[choice as usize], best.unwrap_or(i64::NEVER));
        }
        let terms = Terms {
            keys: prices.iter().map(|price| i128::from(*price)).collect(),
            days: days.clone(),
            weights: Vec::new(),
            closed: Vec::new(),
            prices: prices.clone(),
        };
        let answer = Session::on(diagram.clone(), terms, None).answer(&chosen, Limits::default());
        prop_assert_eq!(answer.is_some(), !left.is_empty());
        if let Some(answer) = answer {
            let of = |it: &&Vec<Value>| total(&diagram, &prices, it);
            let slowest = |it: &&Vec<Value>| it.iter().enumerate().map(|(var, value)| days[diagram.choice(var, *value) as usize]).max();
            prop_assert_eq!(answer.left, Some(left.len() as u128));
            prop_assert_eq!((Some(answer.lowest), Some(answer.price)), (cheapest, cheapest));
            prop_assert_eq!(Some(answer.highest), left.iter().map(of).max());
            prop_assert_eq!(Some(answer.soonest), left.iter().filter_map(slowest).min());
            let with: Vec<Option<i64>> = with.iter().map(|price| (!price.is_never()).then_some(*price)).collect();
            prop_assert_eq!(answer.with, with);
        }
    }

    #[test]
    fn no_named_choice_of_an_explanation_can_be_left_out(question in question()) {
        let Question { problem, chosen, wanted, .. } = question;
        let diagram = compile(&problem, CAP).expect("small");
        let all = enumerate(&problem);
        let others: Vec<Chosen> = chosen.iter().copied().filter(|(var, _)| *var != wanted.0).collect();
        let is_possible = |chosen: &[Chosen]| all.iter().any(|it| keeps(it, chosen) && keeps(it, &[wanted]));
        match conflict(&diagram, &chosen, &[], wanted) {
            None => prop_assert!(is_possible(&others)),
            Some(named) => {
                prop_assert!(named.iter().all(|choice| others.contains(choice)));
                prop_assert!(!is_possible(&named));
                for left_out in &named {
                    let rest: Vec<Chosen> = named.iter().copied().filter(|choice| choice != left_out).collect();
                    prop_assert!(is_possible(&rest));
                }
            }
        }
    }

    #[test]
    fn repairs_are_the_best_there_are(question in question()) {
        let Question { problem, chosen, wanted, prices, weights, .. } = question;
        let diagram = compile(&problem, CAP).expect("small");
        let own: Vec<Chosen> = chosen.iter().copied().filter(|(var, _)| *var != wanted.0).collect();
        // What each way to have it does to the choices, at its best price.
        let mut best: Vec<(u64, usize, i64, Vec<Chosen>)> = Vec::new();
        for configuration in enumerate(&problem).iter().filter(|it| keeps(it, &[wanted])) {
            let mut changes: Vec<Chosen> =
                own.iter().filter(|(var, value)| configuration[*var] != *value).map(|(var, _)| (*var, configuration[*var])).collect();
            changes.sort_unstable();
            let lost = changes.iter().map(|(var, _)| weights[*var]).sum();
            best.push((lost, changes.len(), total(&diagram, &prices, configuration), changes));
        }
        best.sort();
        let mut seen = Vec::new();
        best.retain(|(_, _, _, changes)| !seen.contains(changes) && { seen.push(changes.clone()); true });
        let found = repairs(&diagram, &chosen, &[], wanted, &weights, &prices, 3);
        let costs: Vec<(u64, usize, i64)> = found.iter().map(|repair| (repair.lost, repair.changes.len(), repair.price)).collect();
        let expected: Vec<(u64, usize, i64)> = best.iter().take(3).map(|(lost, count, price, _)| (*lost, *count, *price)).collect();
        prop_assert_eq!(costs, expected);
        for repair in found {
            prop_assert!(best.iter().any(|other| other.3 == repair.changes && (other.0, other.2) == (repair.lost, repair.price)));
        }
    }

    #[test]
    fn a_rule_that_matters_changes_the_count(problem in problem()) {
        let all = enumerate(&problem).len();
        for left_out in 0..problem.constraints.len() {
            let mut fewer = problem.clone();
            fewer.constraints.remove(left_out);
            let count = compile(&fewer, CAP).expect("small").count();
            let listed = enumerate(&fewer).len();
            prop_assert_eq!(count, Natural::from(listed as u128));
            prop_assert!(listed >= all);
        }
    }

    #[test]
    fn no_bytes_make_a_reader_stumble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Diagram::decode(&bytes);
    }

    #[test]
    fn numbers_beyond_words_add_compare_and_print(a in any::<u64>(), b in any::<u64>(), c in any::<u128>()) {
        let (a, b) = (u128::from(a), u128::from(b));
        let mut sum = Natural::from(a);
        sum += &Natural::from(b);
        prop_assert_eq!(sum.to_string(), (a + b).to_string());
        prop_assert_eq!(sum.clone().less(&Natural::from(b)), Some(Natural::from(a)));
        prop_assert_eq!(Natural::from(a).cmp(&Natural::from(c)), a.cmp(&c));
        prop_assert_eq!(Natural::from(c).to_u128(), Some(c));
        prop_assert_eq!(c.to_string().parse(), Ok(Natural::from(c)));
    }
}

#[test]
fn counts_go_beyond_words() {
    let problem = Problem { domains: vec![4; 100], constraints: Vec::new() };
    let count = compile(&problem, CAP).expect("a chain").count();
    assert_eq!(count.to_u128(), None);
    // 4¹⁰⁰
    assert_eq!(count.to_string(), "1606938044258990275541962092341162602522202993782792835301376");
    assert_eq!("1606938044258990275541962092341162602522202993782792835301376".parse(), Ok(count));
}

#[test]
fn a_model_that_is_too_large_says_so() {
    // Which of 14 things is in which of 14 places: every order remembers sets of places.
    let count = 14;
    let mut problem = Problem { domains: vec![count; count as usize], constraints: Vec::new() };
    for one in 0..count as usize {
        for other in 0..one {
            let same = |value| Formula::All(vec![Formula::Is(one, value), Formula::Is(other, value)]).negated();
            problem.constraints.push(Constraint::Formula(Formula::All((0..count).map(same).collect())));
        }
    }
    assert!(compile(&problem, 2_000).is_err());
}
