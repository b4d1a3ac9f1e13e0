//! Checks from a model as it is written to what a customer is answered.

use std::collections::BTreeMap;

use super::super::{
    code::{self, Build, NotACode},
    compile::{CAP, compile},
    expression::{self, Expected, MistakeKind},
    model::{
        Attribute, ConditionalPrice, DefectKind, Group, GroupKind, GroupOption, Importance, Layout, Model, PriceList, Rule, Source, Step,
        Table,
    },
    offer::Offer,
    problem::{Constraint, Formula},
    session::{Limits, Session},
};
use crate::{money::Currency, text::LocalText, time::Day};

fn group(code: &str, importance: Importance, options: &[(&str, i64)], default: &str) -> Group {
    Group {
        code: code.to_owned(),
        name: LocalText::new(code, code),
        step: "all".to_owned(),
        kind: GroupKind::List,
        importance,
        options: options
            .iter()
            .map(|(code, weight)| GroupOption {
                code: (*code).to_owned(),
                name: LocalText::new(code, code),
                lead_days: 10,
                adds: BTreeMap::from([("weight".to_owned(), *weight)]),
                ..GroupOption::default()
            })
            .collect(),
        default: (!default.is_empty()).then(|| default.to_owned()),
    }
}

fn rule(code: &str, condition: &str) -> Rule {
    Rule {
        code: code.to_owned(),
        sentence: LocalText::new(code, code),
        owner: "product".to_owned(),
        condition: condition.to_owned(),
        table: None,
    }
}

/// A small van: engines, gearboxes, a hook, wheels, a touring pack, paint.
fn van() -> Model {
    let mut model = Model {
        name: LocalText::new("Van", "Xe tải"),
        markets: vec!["vn".to_owned(), "eu".to_owned()],
        steps: vec![Step { code: "all".to_owned(), ..Step::default() }],
        groups: vec![
            group("engine", Importance::Drive, &[("petrol", 100), ("diesel", 150), ("electric", 300)], "petrol"),
            group("gearbox", Importance::Drive, &[("manual", 40), ("auto", 60)], "manual"),
            group("wheels", Importance::Look, &[("steel-16", 40), ("alloy-18", 44), ("forged-20", 42)], "steel-16"),
            group("hook", Importance::Accessory, &[("none", 0), ("fixed", 30)], "none"),
            group("rails", Importance::Accessory, &[("none", 0), ("black", 10)], "none"),
            group("touring", Importance::Comfort, &[("no", 0), ("yes", 5)], "no"),
            group("paint", Importance::Look, &[("white", 0), ("pearl", 0)], "white"),
        ],
        rules: vec![
            rule("electric-auto", "engine = electric => gearbox = auto"),
            rule("hook-wheels", "hook = fixed => wheels in (steel-16, alloy-18)"),
            rule("touring-auto", "touring = yes => gearbox = auto and rails = black"),
            rule("weight", "hook = fixed => total weight <= 1250"),
        ],
        attributes: vec![Attribute { code: "weight".to_owned(), unit: "kg".to_owned(), base: 1_000, ..Attribute::default() }],
        ..Model::default()
    };
    model.groups[6].options[1].markets = vec!["eu".to_owned()];
    model.groups[0].options[2].lead_days = 90;
    let options = |scale: i64| {
        [("engine.diesel", 2_000), ("engine.electric", 9_000), ("gearbox.auto", 1_500), ("wheels.alloy-18", 800)]
            .into_iter()
            .chain([("wheels.forged-20", 3_000), ("hook.fixed", 600), ("rails.black", 300), ("touring.yes", 1_000), ("paint.pearl", 500)])
            .map(|(name, price)| (name.to_owned(), price * scale))
            .collect()
    };
    model.prices = vec![
        PriceList {
            code: "eu-2026".to_owned(),
            market: "eu".to_owned(),
            currency: Currency::EUR,
            from: Day(20_000),
            until: None,
            base: 20_000,
            options: options(1),
            conditional: vec![ConditionalPrice {
                name: LocalText::new("Touring with rails", "Gói Touring"),
                when: "touring = yes and rails = black".to_owned(),
                amount: -250,
            }],
        },
        PriceList {
            code: "vn-2026".to_owned(),
            market: "vn".to_owned(),
            currency: Currency::VND,
            from: Day(20_000),
            until: None,
            base: 500_000_000,
            options: options(27_000),
            conditional: Vec::new(),
        },
    ];
    model
}

fn session(model: &Model, list: &str) -> (Session, Offer) {
    let assembled = model.assemble().expect("it is sound");
    let diagram = compile(&assembled.problem, CAP).expect("small");
    let offer = Offer::of(model, list, &assembled.conditions, "").expect("there is such a list");
    (Session::new(&offer, diagram).expect("they belong together"), offer)
}

fn choose(model: &Model, choices: &[&str]) -> Vec<(usize, u32)> {
    let layout = Layout::new(model);
    choices.iter().map(|name| layout.named(name).expect("it is in the model")).collect()
}

#[test]
fn what_follows_from_a_choice_is_in_its_price() {
    let model = van();
    let (mut session, _) = session(&model, "eu-2026");
    let start = session.answer(&[], Limits::default()).expect("nothing is chosen");
    assert_eq!((start.price, start.lowest, start.lead_days), (20_000, 20_000, 10));
    let with = |answer: &super::super::session::Answer, name: &str, session: &Session| {
        let (var, value) = choose(&van(), &[name])[0];
        answer.with[session.diagram().choice(var, value) as usize]
    };
    // The touring pack brings the automatic gearbox and the rails, and its discount.
    assert_eq!(with(&start, "touring.yes", &session), Some(20_000 + 1_000 + 1_500 + 300 - 250));
    // The electric engine needs the automatic gearbox.
    assert_eq!(with(&start, "engine.electric", &session), Some(20_000 + 9_000 + 1_500));
    let chosen = choose(&model, &["touring.yes", "engine.electric"]);
    let answer = session.answer(&chosen, Limits::default()).expect("both go together");
    assert_eq!(answer.price, 20_000 + 1_000 + 1_500 + 300 - 250 + 9_000);
    assert_eq!((answer.lead_days, answer.soonest), (90, 90));
    // A chosen group's other options stay in question: what would it cost to change one's mind?
    assert_eq!(with(&answer, "engine.petrol", &session), Some(answer.price - 9_000));
    assert_eq!(with(&answer, "gearbox.manual", &session), None);
}

#[test]
fn why_not_and_what_would_help() {
    let model = van();
    let (mut session, _) = session(&model, "eu-2026");
    let chosen = choose(&model, &["engine.diesel", "wheels.forged-20", "paint.white"]);
    let hook = choose(&model, &["hook.fixed"])[0];
    // Either would do; the later choice is named.
    assert_eq!(session.conflict(&chosen, hook), Some(choose(&model, &["wheels.forged-20"])));
    let repairs = session.repairs(&chosen, hook);
    // 1,000 + 150 + 40 + 40 + 30 kg are too much: the engine has to go, whatever the wheels.
    assert!(repairs.iter().all(|repair| repair.changes.iter().any(|(var, _)| *var == 1)));
    let chosen = choose(&model, &["wheels.forged-20", "paint.white", "rails.none"]);
    let repairs = session.repairs(&chosen, hook);
    assert_eq!(repairs[0].changes, choose(&model, &["wheels.steel-16"]));
    assert_eq!(repairs[1].changes, choose(&model, &["wheels.alloy-18"]));
    let after = Session::repaired(&chosen, hook, &repairs[0]);
    let answer = session.answer(&after, Limits::default()).expect("it is mended");
    assert_eq!(answer.price, 20_600);
}

#[test]
fn accessories_go_before_the_engine() {
    let mut model = van();
    // Two accessories or the engine.
    model.rules = vec![rule("either", "touring = yes => engine = diesel or hook = none and rails = none")];
    let (session, _) = session(&model, "eu-2026");
    let chosen = choose(&model, &["engine.petrol", "hook.fixed", "rails.black"]);
    let repairs = session.repairs(&chosen, choose(&model, &["touring.yes"])[0]);
    assert_eq!(repairs[0].changes, choose(&model, &["hook.none", "rails.none"]));
}

#[test]
fn limits_close_what_is_beyond_them_and_nothing_else() {
    let model = van();
    let (mut session, _) = session(&model, "eu-2026");
    let layout = Layout::new(&model);
    let answer = session.answer(&[], Limits { price: Some(23_000), lead_days: Some(30) }).expect("there are such vans");
    assert_eq!(answer.left, None);
    for (name, is_open) in [("engine.electric", false), ("engine.diesel", true), ("touring.yes", true), ("wheels.forged-20", true)] {
        let (var, value) = layout.named(name).expect("it is in the model");
        assert_eq!(answer.with[session.diagram().choice(var, value) as usize].is_some(), is_open, "{name}");
    }
    assert!(session.answer(&[], Limits { price: Some(19_999), lead_days: None }).is_none());
    let touring = choose(&model, &["touring.yes"]);
    assert!(session.answer(&touring, Limits { price: Some(22_549), lead_days: None }).is_none());
    assert!(session.answer(&touring, Limits { price: Some(22_550), lead_days: None }).is_some());
}

#[test]
fn a_market_has_its_own_options_and_prices() {
    let model = van();
    let (mut session, offer) = session(&model, "vn-2026");
    let answer = session.answer(&[], Limits::default()).expect("nothing is chosen");
    assert_eq!(answer.price, 500_000_000);
    let pearl = choose(&model, &["paint.pearl"])[0];
    assert_eq!(answer.with[session.diagram().choice(pearl.0, pearl.1) as usize], None);
    assert!(offer.groups[6].options[1].is_elsewhere);
    assert_eq!(session.conflict(&[], pearl), Some(Vec::new()));
    assert!(session.repairs(&[], pearl).is_empty());
}

#[test]
fn completions_keep_the_choices() {
    let model = van();
    let (mut session, _) = session(&model, "eu-2026");
    let electric = choose(&model, &["engine.electric"]);
    let cheapest = session.cheapest(&electric).expect("possible");
    assert_eq!(session.price(&cheapest), 30_500);
    let soonest = session.soonest(&[]).expect("possible");
    assert_eq!(session.lead_days(&soonest), 10);
    let mut popularity = vec![0; session.diagram().choices()];
    for (var, value) in choose(&model, &["engine.diesel", "paint.pearl"]) {
        popularity[session.diagram().choice(var, value) as usize] = 500;
    }
    let popular = session.most_popular(&[], &popularity).expect("possible");
    assert_eq!((popular[1], popular[7]), (1, 1));
}

#[test]
fn a_code_brings_back_the_build_and_notices_a_wrong_letter() {
    let model = van();
    let (mut session, _) = session(&model, "eu-2026");
    let chosen = choose(&model, &["touring.yes", "wheels.alloy-18"]);
    let configuration = session.answer(&chosen, Limits::default()).expect("possible").configuration;
    let counts = session.diagram().counts();
    let build = Build { configuration, own: vec![3, 6] };
    let tag = code::tag(&[0xAB; 32]);
    let text = code::encode(&build, tag, session.diagram(), &counts);
    assert!(text.len() < 20, "{text}");
    assert_eq!(code::decode(&text, tag, session.diagram(), &counts), Ok(build.clone()));
    assert_eq!(code::decode(&text.to_lowercase().replace('-', " "), tag, session.diagram(), &counts), Ok(build));
    assert_eq!(code::tag_of(&text), Ok(tag));
    assert_eq!(code::decode(&text, tag ^ 1, session.diagram(), &counts), Err(NotACode::OtherModel));
    for (at, letter) in text.char_indices().filter(|(_, letter)| *letter != '-') {
        let other = if letter == 'Z' { "Y" } else { "Z" };
        let mut wrong = text.clone();
        wrong.replace_range(at..=at, other);
        assert!(code::decode(&wrong, tag, session.diagram(), &counts).is_err(), "{wrong}");
    }
    for hostile in ["", "-", "0", "ZZZZZ-ZZZZZ-ZZZZZ", "<script>", "ÁÉÍ", &"7".repeat(5_000)] {
        assert!(code::decode(hostile, tag, session.diagram(), &counts).is_err(), "{hostile}");
    }
}

#[track_caller]
fn reads(text: &str, expected: Formula) {
    let model = van();
    assert_eq!(expression::parse(text, &Layout::new(&model)), Ok(Constraint::Formula(expected)), "{text}");
}

#[test]
fn rules_read_as_they_are_meant() {
    let (petrol, diesel, auto, hook) = (Formula::Is(1, 0), Formula::Is(1, 1), Formula::Is(2, 1), Formula::Is(4, 1));
    reads("engine = petrol", petrol.clone());
    reads("engine=petrol or engine=diesel and gearbox=auto", Formula::Any(vec![petrol.clone(), Formula::All(vec![diesel, auto.clone()])]));
    reads("not engine = petrol => hook = fixed => gearbox = auto", petrol.clone().negated().implies(hook.clone().implies(auto.clone())));
    reads("engine != petrol <=> (gearbox = auto)", petrol.clone().negated().iff(auto.clone()));
    reads("engine in (petrol, diesel)", Formula::In(1, vec![0, 1]));
    reads(
        "at least 2 of (engine = petrol, gearbox = auto, hook = fixed)",
        Formula::Count { of: vec![petrol, auto, hook], at_least: 2, at_most: u32::MAX },
    );
    reads("wheels = alloy-18", Formula::Is(3, 1));
    reads("market = eu", Formula::Is(0, 1));
    reads("true", Formula::Constant(true));
}

#[track_caller]
fn refuses(text: &str, place: &str, kind: MistakeKind) {
    let model = van();
    let mistake = expression::parse(text, &Layout::new(&model)).expect_err(text);
    assert_eq!((&text[mistake.from..mistake.to], &mistake.kind), (place, &kind), "{text}");
}

#[test]
fn a_mistake_says_where_and_what() {
    refuses("engin = petrol", "engin", MistakeKind::NoGroup("engin".to_owned()));
    refuses("engine = benzin", "benzin", MistakeKind::NoOption { group: "engine".to_owned(), option: "benzin".to_owned() });
    refuses("engine = ", "", MistakeKind::Expected(Expected::Option));
    refuses("engine petrol", "petrol", MistakeKind::Expected(Expected::Comparison));
    refuses("engine = petrol gearbox = auto", "gearbox", MistakeKind::Expected(Expected::End));
    refuses("(engine = petrol", "", MistakeKind::Expected(Expected::Close));
    refuses("engine = petrol & gearbox = auto", "&", MistakeKind::Character);
    refuses("total length <= 3", "length", MistakeKind::NoAttribute("length".to_owned()));
    refuses("total weight <= 12345678901", "12345678901", MistakeKind::Number);
    refuses("engine = petrol or gearbox = auto => total weight <= 3", "engine", MistakeKind::LimitCondition);
    refuses(&"(".repeat(200), "(", MistakeKind::TooDeep);
    refuses("", "", MistakeKind::Expected(Expected::Condition));
}

#[test]
fn a_model_says_everything_that_is_wrong_with_it() {
    let mut model = van();
    model.groups[0].code = "Engine!".to_owned();
    model.groups[1].default = Some("cvt".to_owned());
    model.groups[2].step = "nowhere".to_owned();
    model.groups[3].options[1].code = "none".to_owned();
    model.prices[0].market = "us".to_owned();
    let defects = model.assemble().err().expect("it is full of them");
    let fields: Vec<&str> = defects.iter().map(|defect| defect.field.as_str()).collect();
    for field in ["groups.0.code", "groups.1.default", "groups.2.step", "groups.3.options.1.code", "prices.0.market"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    let mut model = van();
    model.rules.push(rule("bad", "engine = steam"));
    model.rules.push(Rule { condition: String::new(), ..rule("empty", "") });
    model.rules.push(Rule {
        table: Some(Table {
            groups: vec!["engine".to_owned(), "gearbox".to_owned()],
            rows: vec![vec!["petrol".to_owned()]],
            allowed: true,
        }),
        ..rule("short", "")
    });
    let defects = model.assemble().err().expect("three rules cannot be read");
    let kinds: Vec<(&str, bool)> =
        defects.iter().map(|defect| (defect.field.as_str(), matches!(defect.kind, DefectKind::Text(_)))).collect();
    assert_eq!(kinds, [("rules.4.condition", true), ("rules.5.condition", false), ("rules.6.table.rows.0", false)]);
}

#[test]
fn tables_and_where_constraints_come_from() {
    let mut model = van();
    model.rules = vec![Rule {
        table: Some(Table {
            groups: vec!["engine".to_owned(), "gearbox".to_owned()],
            rows: [["petrol", "manual"], ["diesel", "auto"], ["electric", "auto"]].map(|row| row.map(str::to_owned).to_vec()).to_vec(),
            allowed: true,
        }),
        ..rule("drives", "")
    }];
    let assembled = model.assemble().expect("sound");
    assert_eq!(assembled.sources, [Source::Rule(0), Source::Market(6, 1), Source::Price]);
    let diagram = compile(&assembled.problem, CAP).expect("small");
    // Three drives; wheels, hook, rails and touring as one likes; pearl in one market only.
    assert_eq!(diagram.count().to_u128(), Some(3 * 3 * 2 * 2 * 2 * 3));
}
