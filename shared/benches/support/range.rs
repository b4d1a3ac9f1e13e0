//! An invented range of products as large as a car maker's: one version decides most of what may be had, clusters of options depend
//! on each other, and tables say so. The same seed gives the same range.

use std::collections::BTreeMap;

use muster_shared::{
    configurator::{
        model::{GroupKind, Importance, Pictures},
        offer::{Offer, OfferGroup, OfferOption},
        problem::{Constraint, Problem, Value, Var},
    },
    money::Currency,
    text::LocalText,
};

/// Versions: bodies × engines × levels of trim.
const VERSIONS: (u32, u32, u32) = (6, 9, 6);
/// How many options have how many values.
const SIZES: [(usize, u32); 8] = [(210, 2), (25, 3), (12, 5), (8, 8), (6, 13), (3, 20), (2, 40), (1, 60)];
/// Options that have to do with each other.
const CLUSTER: usize = 9;
/// Most rows of a table.
const ROWS: usize = 50_000;
const PAIRS: usize = 46;
const WIDE: usize = 19;

/// A sequence that only its start decides (splitmix64, Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u32) -> u32 {
        (self.next() % u64::from(limit)) as u32
    }

    /// Whether something happens that does in so many of a hundred cases.
    fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }
}

/// Which values each option may have in each version; the first is always one that goes with everything else.
struct Allowed(Vec<Vec<Vec<Value>>>);

impl Allowed {
    fn of(&self, version: u32, option: usize) -> &[Value] {
        &self.0[option][version as usize]
    }

    fn invent(dice: &mut Dice, sizes: &[u32]) -> Self {
        let (bodies, engines, trims) = VERSIONS;
        let count = bodies * engines * trims;
        let one = |size: u32, dice: &mut Dice| {
            // What decides: the trim most often, else the engine or the body, else the very version.
            let by = dice.below(10);
            let key = move |version: u32| match by {
                0..=4 => version % trims,
                5..=6 => version / trims % engines,
                7..=8 => version / trims / engines,
                _ => version,
            };
            let kinds: Vec<Vec<Value>> = (0..count).map(|_| values(size, dice)).collect();
            (0..count).map(|version| kinds[key(version) as usize].clone()).collect()
        };
        Self(sizes.iter().map(|size| one(*size, dice)).collect())
    }
}

fn values(size: u32, dice: &mut Dice) -> Vec<Value> {
    let first = dice.below(size);
    let mut values = vec![first];
    let share = if size == 2 { 18 } else { 10 };
    values.extend((0..size).filter(|value| *value != first && dice.percent(share)).collect::<Vec<_>>());
    values
}

/// The range: 268 variables beside the only market, 332 tables.
pub fn range(seed: u64) -> Problem {
    let mut dice = Dice(seed);
    let (bodies, engines, trims) = VERSIONS;
    let versions = bodies * engines * trims;
    let mut sizes: Vec<u32> = SIZES.iter().flat_map(|(many, size)| vec![*size; *many]).collect();
    shuffle(&mut sizes, &mut dice);
    let allowed = Allowed::invent(&mut dice, &sizes);
    // Where each option stands in the file says nothing about what it has to do with.
    let mut vars: Vec<Var> = (1..=sizes.len() + 1).collect();
    shuffle(&mut vars, &mut dice);
    let (version, vars) = (vars[0], &vars[1..]);
    let mut constraints: Vec<Constraint> = (0..sizes.len())
        .map(|option| {
            let row = |of: u32| allowed.of(of, option).iter().map(move |value| vec![of, *value]).collect::<Vec<_>>();
            table(vec![version, vars[option]], (0..versions).flat_map(row).collect())
        })
        .collect();
    for _ in 0..PAIRS {
        let (one, other) = pair(sizes.len(), &mut dice);
        let keeps = |row: &[Value], dice: &mut Dice, is_first: bool| is_first || dice.percent(60) || row[1] == 0;
        let mut rows = Vec::new();
        for of in 0..versions {
            combinations(&allowed, of, &[one, other], &mut |row, is_first| {
                if keeps(row, &mut dice, is_first) {
                    rows.push([&[of], row].concat());
                }
            });
        }
        rows.truncate(ROWS);
        constraints.push(table(vec![version, vars[one], vars[other]], rows));
    }
    for at in 0..WIDE {
        // Some tables are as general as those of a catalogue: most of their rows are of no version.
        let is_general = at % 3 == 0;
        let cluster = dice.below((sizes.len() / CLUSTER) as u32) as usize * CLUSTER;
        let many = 3 + at % 6;
        let options: Vec<usize> = (cluster..cluster + many).collect();
        let (mut rows, most) = (Vec::new(), ROWS / versions as usize);
        for of in 0..versions {
            let from = rows.len();
            combinations(&allowed, of, &options, &mut |row, is_first| {
                if is_first || (rows.len() - from < most && dice.percent(55)) {
                    rows.push([&[of], row].concat());
                }
            });
        }
        if is_general {
            let any = |dice: &mut Dice| {
                [dice.below(versions)].into_iter().chain(options.iter().map(|option| dice.below(sizes[*option]))).collect()
            };
            rows.extend((rows.len()..ROWS).map(|_| any(&mut dice)).collect::<Vec<_>>());
        }
        constraints.push(table(std::iter::once(version).chain(options.iter().map(|option| vars[*option])).collect(), rows));
    }
    let mut domains = vec![1; vars.len() + 2];
    domains[version] = versions;
    for (option, size) in sizes.iter().enumerate() {
        domains[vars[option]] = *size;
    }
    shuffle(&mut constraints, &mut dice);
    Problem { domains, constraints }
}

/// An offer of the range at invented prices.
pub fn offer(problem: &Problem) -> Offer {
    let mut dice = Dice(7);
    let text = || LocalText(BTreeMap::new());
    let group = |(at, size): (usize, &u32)| OfferGroup {
        code: format!("g{at}"),
        name: text(),
        step: String::new(),
        kind: GroupKind::List,
        importance: Importance::ALL[dice.below(4) as usize],
        default: None,
        options: (0..*size).map(|value| option(value, &mut dice)).collect(),
    };
    Offer {
        diagram: String::new(),
        name: text(),
        summary: text(),
        market: 0,
        currency: Currency::EUR,
        list: String::new(),
        until: None,
        base: 2_000_000,
        steps: Vec::new(),
        groups: problem.domains[1..].iter().enumerate().map(group).collect(),
        conditional: Vec::new(),
        attributes: Vec::new(),
        pictures: Pictures::default(),
    }
}

fn option(value: u32, dice: &mut Dice) -> OfferOption {
    OfferOption {
        code: format!("o{value}"),
        name: LocalText(BTreeMap::new()),
        text: LocalText(BTreeMap::new()),
        swatch: String::new(),
        price: i64::from(dice.below(5_000)) * 100,
        lead_days: dice.below(90),
        adds: Vec::new(),
        is_elsewhere: false,
    }
}

fn table(scope: Vec<Var>, rows: Vec<Vec<Value>>) -> Constraint {
    Constraint::Table { scope, rows, allowed: true }
}

/// Two options of one cluster.
fn pair(count: usize, dice: &mut Dice) -> (usize, usize) {
    let one = dice.below(count as u32) as usize;
    let cluster = one / CLUSTER * CLUSTER;
    let size = CLUSTER.min(count - cluster);
    let other = cluster + (one - cluster + 1 + dice.below(size.max(2) as u32 - 1) as usize) % size;
    (one, other)
}

/// Every combination of what the options may have in a version; the first one goes with everything.
fn combinations(allowed: &Allowed, version: u32, options: &[usize], take: &mut impl FnMut(&[Value], bool)) {
    let lists: Vec<&[Value]> = options.iter().map(|option| allowed.of(version, *option)).collect();
    let mut at = vec![0; lists.len()];
    let mut is_first = true;
    loop {
        let row: Vec<Value> = lists.iter().zip(&at).map(|(list, at)| list[*at]).collect();
        take(&row, is_first);
        is_first = false;
        let Some(next) = (0..at.len()).rev().find(|place| at[*place] + 1 < lists[*place].len()) else { return };
        at[next] += 1;
        at[next + 1..].fill(0);
    }
}

fn shuffle<T>(list: &mut [T], dice: &mut Dice) {
    for at in (1..list.len()).rev() {
        list.swap(at, dice.below(at as u32 + 1) as usize);
    }
}
