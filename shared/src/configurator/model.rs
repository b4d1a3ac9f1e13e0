//! A product model as its product manager writes it: groups, options, rules, prices and pictures, all of it data.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    expression::{self, Mistake, Names, Vocabulary},
    problem::{Constraint, Formula, Problem, Value, Var},
};
use crate::event::named_enum;
use crate::money::Currency;
use crate::text::LocalText;
use crate::time::Day;

/// Everything that one version of a product model says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Model {
    pub name: LocalText,
    /// One sentence for who has to choose between models.
    pub summary: LocalText,
    /// Codes of the markets that it is sold in.
    pub markets: Vec<String>,
    pub steps: Vec<Step>,
    pub groups: Vec<Group>,
    pub rules: Vec<Rule>,
    pub attributes: Vec<Attribute>,
    pub prices: Vec<PriceList>,
    pub pictures: Pictures,
    pub cases: Vec<Case>,
}

/// A part of the way through a model, to be visited in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    pub code: String,
    /// A word for the way's marks.
    pub name: LocalText,
    /// The heading of the step.
    pub title: LocalText,
    /// The view of the picture that shows what is chosen here.
    pub view: String,
}

named_enum! {
    /// What a change of a group means to a customer: a repair gives up what matters less first.
    Importance {
        Accessory = "accessory",
        Look = "look",
        Comfort = "comfort",
        Drive = "drive",
    }
}

impl Importance {
    /// What a changed choice weighs: no number of lesser ones (up to 65,535) outweighs one that matters more.
    #[must_use]
    pub const fn weight(self) -> u64 {
        match self {
            Self::Accessory => 1,
            Self::Look => 1 << 16,
            Self::Comfort => 1 << 32,
            Self::Drive => 1 << 48,
        }
    }
}

named_enum! {
    /// How the options of a group are shown.
    GroupKind {
        List = "list",
        Swatch = "swatch",
        Material = "material",
        Switch = "switch",
    }
}

/// Something to choose: exactly one of its options is in every configuration; "none" is an ordinary option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub code: String,
    pub name: LocalText,
    /// The code of its step.
    pub step: String,
    pub kind: GroupKind,
    pub importance: Importance,
    pub options: Vec<GroupOption>,
    /// The code of the option that a customer gets who does not choose; whatever is cheapest where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// A value of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct GroupOption {
    pub code: String,
    pub name: LocalText,
    /// What a seller would say about it.
    #[serde(skip_serializing_if = "is_blank")]
    pub text: LocalText,
    /// `#rrggbb`, for paints and materials.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub swatch: String,
    /// Days until it can be delivered; the slowest option of a configuration decides.
    #[serde(skip_serializing_if = "is_zero")]
    pub lead_days: u32,
    /// What it adds to each attribute, by the attribute's code.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub adds: BTreeMap<String, i64>,
    /// Only in these markets; in all where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub markets: Vec<String>,
}

fn is_blank(text: &LocalText) -> bool {
    text.0.is_empty()
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A condition on every configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Rule {
    pub code: String,
    /// What a customer reads who is stopped by it.
    pub sentence: LocalText,
    /// Who answers for it.
    pub owner: String,
    /// The text form, see [`expression`]; empty where there is a table.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
}

/// Combinations of options that are possible, or impossible.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub groups: Vec<String>,
    /// An option's code for each group.
    pub rows: Vec<Vec<String>>,
    pub allowed: bool,
}

/// A number that options add up to: a weight in kilograms, a range in kilometres.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Attribute {
    pub code: String,
    pub name: LocalText,
    pub unit: String,
    /// What a configuration has before any option is counted.
    pub base: i64,
}

/// What a model costs in one market from one day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    pub code: String,
    pub market: String,
    pub currency: Currency,
    pub from: Day,
    /// The last day; without end where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Minor units, before tax.
    pub base: i64,
    /// Minor units by `group.option`; what is not named costs nothing.
    pub options: BTreeMap<String, i64>,
    /// Amounts that depend on several choices: package discounts, a paint that costs more on a larger body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditional: Vec<ConditionalPrice>,
}

/// An amount that is added where a condition holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConditionalPrice {
    pub name: LocalText,
    /// The text form of a condition, see [`expression`].
    pub when: String,
    /// Minor units; negative for a discount.
    pub amount: i64,
}

/// How a configuration looks: drawings that are laid over each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Pictures {
    pub views: Vec<View>,
    /// From behind to the front.
    pub layers: Vec<Layer>,
}

/// A side that a product is seen from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct View {
    pub code: String,
    pub name: LocalText,
    pub width: u32,
    pub height: u32,
}

/// One drawing of a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Layer {
    pub view: String,
    /// The drawing's address among the product's files: its SHA-256 in hexadecimal.
    pub file: String,
    /// Shown where each named group has one of the named options; always where there are none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub when: BTreeMap<String, Vec<String>>,
    #[serde(default, skip_serializing_if = "Scene::is_any")]
    pub scene: Scene,
}

named_enum! {
    /// The light that a layer belongs to.
    #[derive(Default)]
    Scene {
        #[default]
        Any = "any",
        Day = "day",
        Night = "night",
    }
}

impl Scene {
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::Any
    }
}

/// A build that must stay possible, or impossible, in every later version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Case {
    pub name: String,
    /// Option by group.
    pub choices: BTreeMap<String, String>,
    pub sellable: bool,
}

/// Where in a model something does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// A path such as `rules.7.condition`.
    pub field: String,
    pub kind: DefectKind,
}

/// What does not hold in a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DefectKind {
    /// A code is empty, too long or has characters beside `a-z`, `0-9`, `-`.
    Code,
    /// The same code twice.
    Twice,
    /// No such group, option, step, market, view or attribute.
    Unknown(String),
    /// A group without an option, a model without a group.
    Empty,
    /// A rule needs either a condition or a table.
    Body,
    /// A row of a table has not as many options as the table has groups.
    Row,
    Text(Mistake),
}

/// The variable of the market, before those of the groups.
pub const MARKET: Var = 0;

/// A model's names and their variables.
pub struct Layout<'a> {
    model: &'a Model,
    groups: BTreeMap<&'a str, Var>,
}

impl<'a> Layout<'a> {
    #[must_use]
    pub fn new(model: &'a Model) -> Self {
        Self { model, groups: model.groups.iter().enumerate().map(|(at, group)| (group.code.as_str(), at + 1)).collect() }
    }

    /// The variable of a group.
    #[must_use]
    pub fn var(&self, code: &str) -> Option<Var> {
        self.groups.get(code).copied()
    }

    /// The group of a variable; none for the market and for what only prices need.
    #[must_use]
    pub fn group_at(&self, var: Var) -> Option<&'a Group> {
        self.model.groups.get(var.checked_sub(1)?)
    }

    /// The value of a market.
    #[must_use]
    pub fn market(&self, code: &str) -> Option<Value> {
        self.model.markets.iter().position(|market| market == code).map(|at| at as Value)
    }

    /// The first variable that only prices need.
    #[must_use]
    pub fn first_hidden(&self) -> Var {
        self.model.groups.len() + 1
    }
}

impl Names for Layout<'_> {
    fn group(&self, code: &str) -> Option<Var> {
        if code == "market" { Some(MARKET) } else { self.var(code) }
    }

    fn option(&self, group: Var, code: &str) -> Option<Value> {
        match self.group_at(group) {
            None => self.market(code),
            Some(group) => group.options.iter().position(|option| option.code == code).map(|at| at as Value),
        }
    }

    fn attribute(&self, code: &str) -> Option<Vec<(Var, Vec<i64>)>> {
        let attribute = self.model.attributes.iter().find(|attribute| attribute.code == code)?;
        let mut terms = vec![(MARKET, vec![attribute.base; self.model.markets.len()])];
        for (at, group) in self.model.groups.iter().enumerate() {
            let adds: Vec<i64> = group.options.iter().map(|option| option.adds.get(code).copied().unwrap_or(0)).collect();
            if adds.iter().any(|add| *add != 0) {
                terms.push((at + 1, adds));
            }
        }
        Some(terms)
    }

    fn size(&self, group: Var) -> u32 {
        self.group_at(group).map_or(self.model.markets.len(), |group| group.options.len()) as u32
    }
}

impl Vocabulary for Layout<'_> {
    fn groups(&self) -> Vec<&str> {
        self.model.groups.iter().map(|group| group.code.as_str()).chain(["market"]).collect()
    }

    fn options(&self, group: Var) -> Vec<&str> {
        match self.group_at(group) {
            None => self.model.markets.iter().map(String::as_str).collect(),
            Some(group) => group.options.iter().map(|option| option.code.as_str()).collect(),
        }
    }

    fn attributes(&self) -> Vec<&str> {
        self.model.attributes.iter().map(|attribute| attribute.code.as_str()).collect()
    }
}

/// Where a constraint of the problem comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The place of a rule in the model.
    Rule(usize),
    /// An option is not sold in every market: the group's and the option's place.
    Market(usize, usize),
    /// What a conditional price depends on.
    Price,
}

/// A model as a problem, with where each constraint comes from.
pub struct Assembled {
    pub problem: Problem,
    pub sources: Vec<Source>,
    /// The texts of conditional prices, one hidden variable each: 1 where it applies.
    pub conditions: Vec<String>,
}

impl Model {
    /// The finite problem whose solutions are the configurations.
    ///
    /// # Errors
    /// Everything in the model that does not hold.
    pub fn assemble(&self) -> Result<Assembled, Vec<Defect>> {
        let mut defects = self.defects();
        let layout = Layout::new(self);
        let mut problem = Problem { domains: vec![self.markets.len() as u32], constraints: Vec::new() };
        problem.domains.extend(self.groups.iter().map(|group| group.options.len() as u32));
        let mut sources = Vec::new();
        if defects.is_empty() {
            for (at, rule) in self.rules.iter().enumerate() {
                match constraint(rule, &layout) {
                    Ok(constraint) => {
                        problem.constraints.push(constraint);
                        sources.push(Source::Rule(at));
                    }
                    Err((field, kind)) => defects.push(Defect { field: format!("rules.{at}.{field}"), kind }),
                }
            }
            self.market_rules(&layout, &mut problem, &mut sources);
        }
        let mut conditions = Vec::new();
        if defects.is_empty() {
            conditions = self.price_rules(&layout, &mut problem, &mut sources, &mut defects);
        }
        if defects.is_empty() { Ok(Assembled { problem, sources, conditions }) } else { Err(defects) }
    }

    fn market_rules(&self, layout: &Layout<'_>, problem: &mut Problem, sources: &mut Vec<Source>) {
        for (at, group) in self.groups.iter().enumerate() {
            for (place, option) in group.options.iter().enumerate().filter(|(_, option)| !option.markets.is_empty()) {
                let markets = option.markets.iter().filter_map(|market| layout.market(market)).collect();
                let rule = Formula::Is(at + 1, place as Value).implies(Formula::In(MARKET, markets));
                problem.constraints.push(Constraint::Formula(rule));
                sources.push(Source::Market(at, place));
            }
        }
    }

    /// A variable for each different condition: the price stays a sum over choices.
    fn price_rules(&self, layout: &Layout<'_>, problem: &mut Problem, sources: &mut Vec<Source>, defects: &mut Vec<Defect>) -> Vec<String> {
        let mut conditions: Vec<String> = Vec::new();
        for (list, prices) in self.prices.iter().enumerate() {
            for (at, price) in prices.conditional.iter().enumerate() {
                if conditions.contains(&price.when) {
                    continue;
                }
                match expression::condition(&price.when, layout) {
                    Ok(formula) => {
                        let var = problem.domains.len();
                        problem.domains.push(2);
                        problem.constraints.push(Constraint::Formula(Formula::Is(var, 1).iff(formula)));
                        sources.push(Source::Price);
                        conditions.push(price.when.clone());
                    }
                    Err(mistake) => {
                        let field = format!("prices.{list}.conditional.{at}.when");
                        defects.push(Defect { field, kind: DefectKind::Text(mistake) });
                    }
                }
            }
        }
        conditions
    }

    /// What does not hold before rules can be read.
    fn defects(&self) -> Vec<Defect> {
        let mut found = Vec::new();
        let mut say = |field: String, kind: DefectKind| found.push(Defect { field, kind });
        codes("markets", self.markets.iter().map(String::as_str), &mut say);
        codes("steps", self.steps.iter().map(|step| step.code.as_str()), &mut say);
        codes("groups", self.groups.iter().map(|group| group.code.as_str()), &mut say);
        codes("rules", self.rules.iter().map(|rule| rule.code.as_str()), &mut say);
        codes("attributes", self.attributes.iter().map(|attribute| attribute.code.as_str()), &mut say);
        codes("prices", self.prices.iter().map(|list| list.code.as_str()), &mut say);
        codes("views", self.pictures.views.iter().map(|view| view.code.as_str()), &mut say);
        if self.markets.is_empty() {
            say("markets".to_owned(), DefectKind::Empty);
        }
        if self.groups.is_empty() {
            say("groups".to_owned(), DefectKind::Empty);
        }
        for (at, group) in self.groups.iter().enumerate() {
            let field = format!("groups.{at}");
            codes(&format!("{field}.options"), group.options.iter().map(|option| option.code.as_str()), &mut say);
            if group.options.is_empty() {
                say(format!("{field}.options"), DefectKind::Empty);
            }
            if !self.steps.iter().any(|step| step.code == group.step) {
                say(format!("{field}.step"), DefectKind::Unknown(group.step.clone()));
            }
            if let Some(default) = group.default.as_ref().filter(|default| !group.options.iter().any(|option| option.code == **default)) {
                say(format!("{field}.default"), DefectKind::Unknown(default.clone()));
            }
            for (place, option) in group.options.iter().enumerate() {
                for market in option.markets.iter().filter(|market| !self.markets.contains(market)) {
                    say(format!("{field}.options.{place}.markets"), DefectKind::Unknown(market.clone()));
                }
                for code in option.adds.keys().filter(|code| !self.attributes.iter().any(|attribute| attribute.code == **code)) {
                    say(format!("{field}.options.{place}.adds"), DefectKind::Unknown(code.clone()));
                }
            }
        }
        let layout = Layout::new(self);
        for (at, list) in self.prices.iter().enumerate() {
            if !self.markets.contains(&list.market) {
                say(format!("prices.{at}.market"), DefectKind::Unknown(list.market.clone()));
            }
            for name in list.options.keys().filter(|name| layout.named(name).is_none()) {
                say(format!("prices.{at}.options"), DefectKind::Unknown(name.clone()));
            }
        }
        for (at, layer) in self.pictures.layers.iter().enumerate() {
            if !self.pictures.views.iter().any(|view| view.code == layer.view) {
                say(format!("pictures.layers.{at}.view"), DefectKind::Unknown(layer.view.clone()));
            }
            for (group, option) in layer.when.iter().flat_map(|(group, options)| options.iter().map(move |option| (group, option))) {
                if layout.var(group).and_then(|var| layout.option(var, option)).is_none() {
                    say(format!("pictures.layers.{at}.when"), DefectKind::Unknown(format!("{group}.{option}")));
                }
            }
        }
        for (at, case) in self.cases.iter().enumerate() {
            for (group, option) in &case.choices {
                if layout.group(group).and_then(|var| layout.option(var, option)).is_none() {
                    say(format!("cases.{at}.choices"), DefectKind::Unknown(format!("{group}.{option}")));
                }
            }
        }
        found
    }
}

impl Layout<'_> {
    /// The choice that `group.option` names.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<(Var, Value)> {
        let (group, option) = name.split_once('.')?;
        let var = self.var(group)?;
        Some((var, self.option(var, option)?))
    }
}

fn codes<'a>(field: &str, codes: impl Iterator<Item = &'a str>, say: &mut impl FnMut(String, DefectKind)) {
    let mut seen = BTreeSet::new();
    for (at, code) in codes.enumerate() {
        let is_code = !code.is_empty()
            && code.len() <= 40
            && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !code.starts_with('-');
        if !is_code {
            say(format!("{field}.{at}.code"), DefectKind::Code);
        } else if !seen.insert(code) {
            say(format!("{field}.{at}.code"), DefectKind::Twice);
        }
    }
}

fn constraint(rule: &Rule, layout: &Layout<'_>) -> Result<Constraint, (String, DefectKind)> {
    match &rule.table {
        None if rule.condition.trim().is_empty() => Err(("condition".to_owned(), DefectKind::Body)),
        Some(_) if !rule.condition.is_empty() => Err(("condition".to_owned(), DefectKind::Body)),
        None => expression::parse(&rule.condition, layout).map_err(|mistake| ("condition".to_owned(), DefectKind::Text(mistake))),
        Some(table) => {
            let var = |group: &String| layout.group(group).ok_or_else(|| ("table.groups".to_owned(), DefectKind::Unknown(group.clone())));
            let scope = table.groups.iter().map(var).collect::<Result<Vec<_>, _>>()?;
            let rows = table.rows.iter().enumerate().map(|(at, row)| row_values(at, row, &scope, layout)).collect::<Result<Vec<_>, _>>()?;
            Ok(Constraint::Table { scope, rows, allowed: table.allowed })
        }
    }
}

fn row_values(at: usize, row: &[String], scope: &[Var], layout: &Layout<'_>) -> Result<Vec<Value>, (String, DefectKind)> {
    if row.len() != scope.len() {
        return Err((format!("table.rows.{at}"), DefectKind::Row));
    }
    let value = |(var, code): (&Var, &String)| {
        layout.option(*var, code).ok_or_else(|| (format!("table.rows.{at}"), DefectKind::Unknown(code.clone())))
    };
    scope.iter().zip(row).map(value).collect()
}
