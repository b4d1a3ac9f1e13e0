//! The demo company's product models: sound, without dead options or idle rules, and in step with their drawings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use muster_shared::configurator::compile::{CAP, compile};
use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::model::{Assembled, Group, GroupOption, Layout, MARKET, Model, Source};
use muster_shared::configurator::offer::Offer;
use muster_shared::configurator::problem::{Constraint, Formula, Problem, Value, Var};
use muster_shared::configurator::session::{Limits, Session};
use muster_shared::configurator::walk::{self, Barred};
use muster_shared::text::{Lang, LocalText};
use muster_shared::time::Day;
use serde_json::Value as Json;

struct Car {
    model: Model,
    assembled: Assembled,
    diagram: Diagram,
    drawings: Json,
}

static CARS: LazyLock<Vec<Car>> = LazyLock::new(|| {
    let files = [
        (include_str!("../src/demo/models/mira.json"), include_str!("../src/demo/pictures/mira.json")),
        (include_str!("../src/demo/models/vega.json"), include_str!("../src/demo/pictures/vega.json")),
        (include_str!("../src/demo/models/terra.json"), include_str!("../src/demo/pictures/terra.json")),
        (include_str!("../src/demo/models/lumen.json"), include_str!("../src/demo/pictures/lumen.json")),
    ];
    files.map(|(model, drawings)| car(model, drawings)).into()
});

fn car(model: &str, drawings: &str) -> Car {
    let model: Model = serde_json::from_str(model).expect("a model");
    let name = model.name.get(Lang::En);
    let assembled = model.assemble().unwrap_or_else(|defects| panic!("{name}: {defects:#?}"));
    let diagram = compile(&assembled.problem, CAP).unwrap_or_else(|_| panic!("{name} is too large for a diagram"));
    Car { assembled, diagram, drawings: serde_json::from_str(drawings).expect("a manifest"), model }
}

impl Car {
    fn name(&self) -> &str {
        self.model.name.get(Lang::En)
    }

    fn is_possible(&self, chosen: &[(Var, Value)]) -> bool {
        let (mut barred, mut reached) = (Barred::default(), Vec::new());
        barred.set(&self.diagram, chosen.iter().copied(), &[]);
        walk::is_possible(&self.diagram, &barred, &mut reached)
    }

    /// Each option with its variable and value.
    fn options(&self) -> impl Iterator<Item = (Var, Value, &Group, &GroupOption)> {
        self.model.groups.iter().enumerate().flat_map(|(at, group)| {
            group.options.iter().enumerate().map(move |(value, option)| (Offer::var(at), value as Value, group, option))
        })
    }
}

fn is_sold(option: &GroupOption, market: &String) -> bool {
    option.markets.is_empty() || option.markets.contains(market)
}

#[test]
fn every_model_is_a_diagram_of_a_size_that_a_phone_walks() {
    for car in CARS.iter() {
        let (groups, rules) = (car.model.groups.len(), car.model.rules.len());
        let options = car.options().count();
        let size = format!(
            "{}: {groups} groups, {options} options, {rules} rules, {} nodes, {} configurations",
            car.name(),
            car.diagram.len(),
            car.diagram.count()
        );
        assert!((25..=60).contains(&groups) && !car.diagram.is_empty() && car.diagram.len() < 20_000, "{size}");
        assert!(car.model.rules.iter().any(|rule| rule.table.is_some()), "{size}, no table");
        assert!(car.model.rules.iter().any(|rule| rule.condition.contains("=> total weight <=")), "{size}, no limit of weight");
    }
}

#[test]
fn every_option_can_be_had_wherever_it_is_sold() {
    for car in CARS.iter() {
        for (var, value, group, option) in car.options() {
            for (market, code) in car.model.markets.iter().enumerate().filter(|(_, code)| is_sold(option, code)) {
                let name = format!("{}: {}.{} in {code}", car.name(), group.code, option.code);
                assert!(car.is_possible(&[(MARKET, market as Value), (var, value)]), "{name}");
            }
        }
    }
}

#[test]
fn who_chooses_nothing_gets_every_default_that_is_sold() {
    for car in CARS.iter() {
        for list in &car.model.prices {
            let offer = Offer::of(&car.model, &list.code, &car.assembled.conditions, "").expect("a list of the model");
            let mut session = Session::new(&offer, car.diagram.clone()).expect("they belong together");
            let answer = session.answer(&[], Limits::default()).expect("something is possible");
            for (at, group) in car.model.groups.iter().enumerate() {
                let got = &group.options[answer.configuration[Offer::var(at)] as usize].code;
                let default = group.default.as_ref().expect("every group has a default");
                let is_there = group.options.iter().any(|option| option.code == *default && is_sold(option, &list.market));
                assert!(got == default || !is_there, "{} {}: {} is {got}", car.name(), list.code, group.code);
            }
            assert_eq!(answer.price, list.base, "{} {}: the base price is that of the defaults", car.name(), list.code);
        }
    }
}

#[test]
fn every_case_holds() {
    for car in CARS.iter() {
        let layout = Layout::new(&car.model);
        for case in &car.model.cases {
            let choice = |(group, option): (&String, &String)| match layout.market(option) {
                Some(market) if group == "market" => (MARKET, market),
                _ => layout.named(&format!("{group}.{option}")).expect("the model has no defects"),
            };
            let choices: Vec<_> = case.choices.iter().map(choice).collect();
            assert_eq!(car.is_possible(&choices), case.sellable, "{}: {}", car.name(), case.name);
        }
        let sellable = car.model.cases.iter().filter(|case| case.sellable).count();
        assert!(sellable >= 3 && car.model.cases.len() - sellable >= 3, "{}: {sellable} sellable cases", car.name());
    }
}

#[test]
fn no_rule_is_idle() {
    for car in CARS.iter() {
        let all = &car.assembled.problem;
        let sources = &car.assembled.sources;
        for (place, rule) in sources.iter().enumerate().filter_map(|(place, source)| match source {
            Source::Rule(rule) => Some((place, &car.model.rules[*rule])),
            Source::Market(..) | Source::Price => None,
        }) {
            let others = (0..sources.len()).filter(|at| *at != place && sources[*at] != Source::Price).map(|at| &all.constraints[at]);
            let others: Vec<Constraint> = others.cloned().collect();
            let is_possible = |more: &[Constraint]| {
                let constraints = others.iter().chain(more).cloned().collect();
                let problem = Problem { domains: all.domains.clone(), constraints };
                !compile(&problem, CAP).expect("no larger than the whole").is_empty()
            };
            let broken = opposite(&all.constraints[place]);
            // Where few groups are free an answer takes no time; what does not break the rule there may still do so elsewhere.
            let near = pins(car, place);
            let forbids = broken.iter().any(|broken| is_possible(&[&near[..], std::slice::from_ref(broken)].concat()))
                || broken.iter().any(|broken| is_possible(std::slice::from_ref(broken)));
            assert!(forbids, "{}: {} forbids nothing that others allow", car.name(), rule.code);
        }
    }
}

/// Constraints one of which holds wherever this one does not.
fn opposite(constraint: &Constraint) -> Vec<Constraint> {
    const FAR: i64 = i64::MAX / 8;
    match constraint {
        Constraint::Table { scope, rows, allowed } => {
            vec![Constraint::Table { scope: scope.clone(), rows: rows.clone(), allowed: !allowed }]
        }
        Constraint::Formula(formula) => vec![Constraint::Formula(formula.clone().negated())],
        Constraint::Sum { terms, at_least, at_most } => [(-FAR, at_least - 1), (at_most + 1, FAR)]
            .map(|(at_least, at_most)| Constraint::Sum { terms: terms.clone(), at_least, at_most })
            .into(),
    }
}

/// Every group at its default, but for those that the constraint is about and those that share another with them.
fn pins(car: &Car, place: usize) -> Vec<Constraint> {
    let constraints = &car.assembled.problem.constraints;
    let own: BTreeSet<Var> = constraints[place].scope().into_iter().collect();
    let mut free = own.clone();
    for scope in constraints.iter().map(Constraint::scope).filter(|scope| scope.len() <= 4 && scope.iter().any(|var| own.contains(var))) {
        free.extend(scope);
    }
    let groups = car.model.groups.iter().enumerate().filter(|(at, _)| !free.contains(&Offer::var(*at)));
    let pin = |(at, group): (usize, &Group)| {
        let default = group.options.iter().position(|option| Some(&option.code) == group.default.as_ref()).expect("a default");
        Constraint::Formula(Formula::Is(Offer::var(at), default as Value))
    };
    groups.filter(|(_, group)| group.options.iter().all(|option| option.markets.is_empty())).map(pin).collect()
}

#[test]
fn every_word_is_there_in_both_languages() {
    for car in CARS.iter() {
        let model = &car.model;
        let mut texts: Vec<(&str, &LocalText)> = vec![("name", &model.name), ("summary", &model.summary)];
        for step in &model.steps {
            texts.extend([(step.code.as_str(), &step.name), (step.code.as_str(), &step.title)]);
        }
        texts.extend(model.groups.iter().map(|group| (group.code.as_str(), &group.name)));
        for (_, _, _, option) in car.options() {
            texts.push((&option.code, &option.name));
            texts.extend((!option.text.0.is_empty()).then_some((option.code.as_str(), &option.text)));
        }
        texts.extend(model.rules.iter().map(|rule| (rule.code.as_str(), &rule.sentence)));
        texts.extend(model.attributes.iter().map(|attribute| (attribute.code.as_str(), &attribute.name)));
        texts.extend(model.prices.iter().flat_map(|list| list.conditional.iter().map(|price| (list.code.as_str(), &price.name))));
        for (code, text) in texts {
            let is_complete = Lang::ALL.iter().all(|lang| text.0.get(lang).is_some_and(|words| !words.trim().is_empty()));
            assert!(is_complete, "{}: {code} {text:?}", car.name());
        }
        for rule in &model.rules {
            assert!(["product", "homologation", "engineering", "market"].contains(&rule.owner.as_str()), "{}: {}", car.name(), rule.code);
        }
    }
}

#[test]
fn every_market_has_prices_for_what_it_sells_and_for_nothing_else() {
    for car in CARS.iter() {
        let model = &car.model;
        for (market, currency) in [("vn", "VND"), ("eu", "EUR"), ("gb", "GBP"), ("us", "USD")] {
            let lists = || model.prices.iter().filter(move |list| list.market == market);
            assert!(lists().any(|list| Some(list.from) == Day::parse("2026-01-01")), "{}: no list for {market}", car.name());
            assert!(lists().all(|list| list.currency.code() == currency), "{}: another currency in {market}", car.name());
        }
        assert!(model.prices.iter().any(|list| Some(list.from) == Day::parse("2027-01-01")), "{}: no list for next year", car.name());
        for list in &model.prices {
            for name in list.options.keys() {
                let named = |(_, _, group, option): &(Var, Value, &Group, &GroupOption)| format!("{}.{}", group.code, option.code) == *name;
                let (_, _, _, option) = car.options().find(named).expect("the model has no defects");
                assert!(is_sold(option, &list.market), "{} {}: {name} is not sold there", car.name(), list.code);
            }
        }
    }
}

#[test]
fn what_is_drawn_and_what_is_chosen_are_the_same() {
    for car in CARS.iter() {
        for drawn in car.drawings["groups"].as_array().expect("groups") {
            let code = drawn["code"].as_str().expect("a code");
            let group = car.model.groups.iter().find(|group| group.code == code);
            let group = group.unwrap_or_else(|| panic!("{}: {code} is drawn and cannot be chosen", car.name()));
            assert_eq!(texts(&drawn["names"]), group.name, "{}: {code}", car.name());
            let options = drawn["options"].as_array().expect("options");
            let drawn: BTreeMap<&str, LocalText> =
                options.iter().map(|option| (option["code"].as_str().expect("a code"), texts(&option["names"]))).collect();
            let chosen: BTreeMap<&str, LocalText> =
                group.options.iter().map(|option| (option.code.as_str(), option.name.clone())).collect();
            assert_eq!(drawn, chosen, "{}: {code}", car.name());
            for option in &group.options {
                let swatch = car.drawings["fills"][code][&option.code]["swatch"].as_str().unwrap_or_default();
                assert_eq!(option.swatch, swatch, "{}: {code}.{}", car.name(), option.code);
            }
        }
    }
}

fn texts(names: &Json) -> LocalText {
    serde_json::from_value(names.clone()).expect("names in both languages")
}
