//! Conditions of UVL, from names and arithmetic to what the problem's constraints can say.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use muster_shared::configurator::problem::{Constraint, Formula};

use super::forms::Forms;
use super::parse::{Compare, Parsed, Raw, Reference, Type, Value};
use crate::configurator::format::features::{Id, Tree};
use crate::configurator::format::number::Number;
use crate::configurator::format::{Error, MOST_CELLS, Result, at, within};

/// Features whose attributes one comparison of a typed feature may have on its other side.
const MOST_CASES: usize = 10;

#[derive(Clone, Debug)]
pub enum Condition {
    Constant(bool),
    Has(Id),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Implies(Box<Condition>, Box<Condition>),
    Iff(Box<Condition>, Box<Condition>),
    /// How the sum compares with 0.
    Sum {
        line: u32,
        sum: Sum,
        how: Compare,
    },
    Same(Side, Side),
}

/// What a comparison of numbers comes to, left less right.
#[derive(Clone, Debug)]
pub struct Sum {
    constant: Number,
    /// What each feature adds when it is there.
    when: BTreeMap<Id, Number>,
    /// How often each typed feature's own number is added.
    free: BTreeMap<Id, Number>,
}

/// One side of a comparison of texts.
#[derive(Clone, Debug)]
pub enum Side {
    Text(String),
    /// The text of an attribute, when its feature is there.
    When(Id, String),
    /// A typed feature's own text.
    Free(Id),
}

impl Sum {
    fn of(constant: Number) -> Self {
        Self { constant, when: BTreeMap::new(), free: BTreeMap::new() }
    }

    fn is_constant(&self) -> bool {
        self.when.is_empty() && self.free.is_empty()
    }

    fn times(mut self, by: Number) -> Option<Self> {
        self.constant = self.constant.times(by)?;
        for number in self.when.values_mut().chain(self.free.values_mut()) {
            *number = number.times(by)?;
        }
        Some(self)
    }

    fn plus(mut self, other: Self) -> Option<Self> {
        self.constant = self.constant.plus(other.constant)?;
        for (mine, others) in [(&mut self.when, other.when), (&mut self.free, other.free)] {
            for (id, number) in others {
                let sum = mine.entry(id).or_insert(Number::ZERO);
                *sum = sum.plus(number)?;
            }
            mine.retain(|_, number| *number != Number::ZERO);
        }
        Some(self)
    }
}

/// Names to features, attributes and numbers.
pub struct Resolver<'a> {
    pub parsed: &'a Parsed,
    pub forms: &'a mut Forms,
}

impl Resolver<'_> {
    pub fn resolve(&mut self, raw: &Raw) -> Result<Condition> {
        let boxed = |resolver: &mut Self, raw: &Raw| resolver.resolve(raw).map(Box::new);
        Ok(match raw {
            Raw::Name(name) => self.named(name)?,
            Raw::Not(inner) => Condition::Not(boxed(self, inner)?),
            Raw::All(parts) => Condition::All(parts.iter().map(|part| self.resolve(part)).collect::<Result<_>>()?),
            Raw::Any(parts) => Condition::Any(parts.iter().map(|part| self.resolve(part)).collect::<Result<_>>()?),
            Raw::Implies(when, then) => Condition::Implies(boxed(self, when)?, boxed(self, then)?),
            Raw::Iff(one, other) => Condition::Iff(boxed(self, one)?, boxed(self, other)?),
            Raw::Compare { line, left, how, right } => self.compare(*line, left, *how, right)?,
        })
    }

    fn named(&self, name: &Reference) -> Result<Condition> {
        if let Some(id) = self.parsed.tree.find(&name.path.join(".")) {
            return Ok(Condition::Has(id));
        }
        let truth = self.attribute(name).and_then(|(id, attribute)| Some((id, *self.parsed.truths.get(&(id, attribute))?)));
        match truth {
            Some((id, true)) => Ok(Condition::Has(id)),
            Some((_, false)) => Ok(Condition::Constant(false)),
            None => Err(unknown(name)),
        }
    }

    /// The feature and the attribute that a name with dots means.
    fn attribute(&self, name: &Reference) -> Option<(Id, String)> {
        (1..name.path.len()).rev().find_map(|end| {
            let id = self.parsed.tree.find(&name.path[..end].join("."))?;
            Some((id, name.path[end..].join(".")))
        })
    }

    fn compare(&mut self, line: u32, left: &Value, how: Compare, right: &Value) -> Result<Condition> {
        match (self.side(left), self.side(right)) {
            (Some(left), Some(right)) => self.compare_texts(line, left, how, right),
            (None, None) => {
                let sum = self.difference(left, right, line)?;
                self.compare_free(line, &sum)?;
                Ok(Condition::Sum { line, sum, how })
            }
            _ => Err(at(line, "a text is compared with a number")),
        }
    }

    fn side(&self, value: &Value) -> Option<Side> {
        let name = match value {
            Value::Text(text) => return Some(Side::Text(text.clone())),
            Value::Name(name) => name,
            _ => return None,
        };
        if let Some(id) = self.parsed.tree.find(&name.path.join(".")) {
            return (self.parsed.types.get(&id) == Some(&Type::Text)).then_some(Side::Free(id));
        }
        let (id, attribute) = self.attribute(name)?;
        self.parsed.texts.get(&(id, attribute)).map(|text| Side::When(id, text.clone()))
    }

    fn compare_texts(&mut self, line: u32, left: Side, how: Compare, right: Side) -> Result<Condition> {
        match (&left, &right) {
            (Side::Free(one), Side::Free(other)) if one != other => {
                return Err(at(line, "two texts that are both free are compared; say which texts are meant, each with =="));
            }
            (Side::Free(id), Side::Text(text) | Side::When(_, text)) | (Side::Text(text) | Side::When(_, text), Side::Free(id)) => {
                self.forms.compare_text(*id, text);
            }
            _ => {}
        }
        match how {
            Compare::Equal => Ok(Condition::Same(left, right)),
            Compare::Unequal => Ok(Condition::Not(Box::new(Condition::Same(left, right)))),
            _ => Err(at(line, "texts are compared with == and != only")),
        }
    }

    fn difference(&self, left: &Value, right: &Value, line: u32) -> Result<Sum> {
        let (left, right) = (self.sum(left, line)?, self.sum(right, line)?);
        right.times(Number::ONE.negated()).and_then(|right| left.plus(right)).ok_or_else(|| too_long(line))
    }

    fn sum(&self, value: &Value, line: u32) -> Result<Sum> {
        match value {
            Value::Number(number) => Ok(Sum::of(*number)),
            Value::Text(_) => Err(at(line, "a text stands where a number should")),
            Value::Name(name) => self.number(name),
            Value::Sum(parts) => parts.iter().try_fold(Sum::of(Number::ZERO), |all, (is_added, part)| {
                let sign = if *is_added { Number::ONE } else { Number::ONE.negated() };
                let part = self.sum(part, line)?.times(sign);
                part.and_then(|part| all.plus(part)).ok_or_else(|| too_long(line))
            }),
            Value::Times(one, other) => {
                let (one, other) = (self.sum(one, line)?, self.sum(other, line)?);
                let (factor, of) = if one.is_constant() { (one, other) } else { (other, one) };
                if !factor.is_constant() {
                    return Err(at(line, "two numbers that both depend on choices are multiplied; only sums are read"));
                }
                of.times(factor.constant).ok_or_else(|| too_long(line))
            }
            Value::Over(of, by) => {
                let (of, by) = (self.sum(of, line)?, self.sum(by, line)?);
                let inverse = Some(by.constant).filter(|_| by.is_constant()).and_then(|by| Number::ONE.over(by));
                let inverse = inverse.ok_or_else(|| at(line, "it is divided by something else than a number that is not 0"))?;
                of.times(inverse).ok_or_else(|| too_long(line))
            }
            Value::Call { function, arguments, line } => self.call(function, arguments, *line),
        }
    }

    fn number(&self, name: &Reference) -> Result<Sum> {
        let mut sum = Sum::of(Number::ZERO);
        if let Some(id) = self.parsed.tree.find(&name.path.join(".")) {
            if !self.parsed.types.contains_key(&id) {
                return Err(at(
                    name.line,
                    format!("`{}` is there or not and no number; give it a type, or name its attribute", name.path.join(".")),
                ));
            }
            sum.free.insert(id, Number::ONE);
            return Ok(sum);
        }
        let (id, attribute) = self.attribute(name).ok_or_else(|| unknown(name))?;
        let number = *self.parsed.tree.features[id].numbers.get(&attribute).ok_or_else(|| unknown(name))?;
        sum.when.insert(id, number);
        Ok(sum)
    }

    fn call(&self, function: &str, arguments: &[Reference], line: u32) -> Result<Sum> {
        if function != "sum" {
            return Err(at(line, format!("{function}() is not read; write it with sum() and numbers")));
        }
        let names: Vec<String> = arguments.iter().map(|argument| argument.path.join(".")).collect();
        let (attribute, above) = match &names[..] {
            [attribute] => (attribute, None),
            [one, other] => match (self.parsed.tree.find(one), self.parsed.tree.find(other)) {
                (Some(above), _) => (other, Some(above)),
                (None, Some(above)) => (one, Some(above)),
                (None, None) => return Err(unknown(&arguments[0])),
            },
            _ => return Err(at(line, "sum() takes an attribute, and perhaps the feature above those that are meant")),
        };
        let tree = &self.parsed.tree;
        let mut sum = Sum::of(Number::ZERO);
        for (id, feature) in tree.features.iter().enumerate() {
            if let Some(number) = feature.numbers.get(attribute)
                && above.is_none_or(|above| tree.is_within(id, above))
            {
                sum.when.insert(id, *number);
            }
        }
        if sum.when.is_empty() {
            return Err(at(line, format!("no feature that is meant has a number for the attribute `{attribute}`")));
        }
        sum.when.retain(|_, number| *number != Number::ZERO);
        Ok(sum)
    }

    /// Notes where a typed feature's region changes: at each number that makes the sum 0.
    fn compare_free(&mut self, line: u32, sum: &Sum) -> Result<()> {
        if sum.free.len() > 1 {
            return Err(at(line, "two typed features are compared or added; compare each with numbers of its own"));
        }
        let Some((id, times)) = sum.free.first_key_value() else { return Ok(()) };
        for (_, rest) in cases(line, sum)? {
            let root = rest.negated().over(*times).ok_or_else(|| too_long(line))?;
            self.forms.compare_number(*id, root);
        }
        Ok(())
    }
}

/// Which of a sum's features with attributes are there, and what it is then without typed features.
type Case = (Vec<(Id, bool)>, Number);

/// All that there are.
fn cases(line: u32, sum: &Sum) -> Result<Vec<Case>> {
    if sum.when.len() > MOST_CASES {
        return Err(at(
            line,
            format!("a typed feature is compared with the attributes of more than {MOST_CASES} features; compare it with less"),
        ));
    }
    let mut cases = vec![(Vec::new(), sum.constant)];
    for (id, number) in &sum.when {
        for (mut there, rest) in std::mem::take(&mut cases) {
            let with = rest.plus(*number).ok_or_else(|| too_long(line))?;
            let mut without = there.clone();
            without.push((*id, false));
            there.push((*id, true));
            cases.extend([(without, rest), (there, with)]);
        }
    }
    Ok(cases)
}

fn unknown(name: &Reference) -> Error {
    at(name.line, format!("there is no feature or attribute of that kind called `{}`", name.path.join(".")))
}

fn too_long(line: u32) -> Error {
    at(line, "its numbers have too many digits; round them")
}

fn compares(number: Number, how: Compare) -> bool {
    let order = number.cmp(&Number::ZERO);
    match how {
        Compare::Equal => order == Ordering::Equal,
        Compare::Unequal => order != Ordering::Equal,
        Compare::Less => order == Ordering::Less,
        Compare::AtMost => order != Ordering::Greater,
        Compare::More => order == Ordering::Greater,
        Compare::AtLeast => order != Ordering::Less,
    }
}

/// Conditions written as constraints; the features of the tree are the first variables.
pub struct Written<'a> {
    tree: &'a Tree,
    forms: &'a Forms,
    pub constraints: Vec<Constraint>,
    /// Names of variables that stand for whether a sum is within its bound.
    pub helpers: Vec<String>,
    cells: usize,
}

/// A sum of whole numbers, and between what it lies.
struct Whole {
    terms: Vec<(Id, Vec<i64>)>,
    constant: i64,
    least: i64,
    most: i64,
}

impl<'a> Written<'a> {
    pub fn new(tree: &'a Tree, forms: &'a Forms) -> Self {
        Self { tree, forms, constraints: Vec::new(), helpers: Vec::new(), cells: 0 }
    }

    pub fn require(&mut self, condition: &Condition) -> Result<()> {
        match condition {
            Condition::All(parts) => parts.iter().try_for_each(|part| self.require(part)),
            Condition::Sum { line, sum, how } if sum.free.is_empty() && sum.when.len() > 1 && *how != Compare::Unequal => {
                let whole = self.whole(*line, sum)?;
                let (least, most, zero) = (whole.least, whole.most, -whole.constant);
                let (at_least, at_most) = match how {
                    Compare::Less => (least, zero - 1),
                    Compare::AtMost => (least, zero),
                    Compare::More => (zero + 1, most),
                    Compare::AtLeast => (zero, most),
                    Compare::Equal | Compare::Unequal => (zero, zero),
                };
                self.constraints.push(Constraint::Sum { terms: whole.terms, at_least, at_most });
                Ok(())
            }
            _ => {
                let formula = self.formula(condition)?;
                self.constraints.push(Constraint::Formula(formula));
                Ok(())
            }
        }
    }

    fn formula(&mut self, condition: &Condition) -> Result<Formula> {
        self.count(1)?;
        Ok(match condition {
            Condition::Constant(truth) => Formula::Constant(*truth),
            Condition::Has(id) => self.tree.has(*id),
            Condition::Not(inner) => self.formula(inner)?.negated(),
            Condition::All(parts) => Formula::All(parts.iter().map(|part| self.formula(part)).collect::<Result<_>>()?),
            Condition::Any(parts) => Formula::Any(parts.iter().map(|part| self.formula(part)).collect::<Result<_>>()?),
            Condition::Implies(when, then) => self.formula(when)?.implies(self.formula(then)?),
            Condition::Iff(one, other) => self.formula(one)?.iff(self.formula(other)?),
            Condition::Same(left, right) => self.same(left, right),
            Condition::Sum { line, sum, how } => match sum.free.first_key_value() {
                Some((id, times)) => self.compare_free(*line, sum, *id, *times, *how)?,
                None if sum.when.len() <= 1 => self.compare_one(*line, sum, *how)?,
                None => self.compare_many(*line, sum, *how)?,
            },
        })
    }

    fn count(&mut self, cells: usize) -> Result<()> {
        self.cells += cells;
        within(self.cells, MOST_CELLS, "parts of conditions")
    }

    fn same(&self, left: &Side, right: &Side) -> Formula {
        let there = |side: &Side| match side {
            Side::Text(_) => Formula::Constant(true),
            Side::When(id, _) | Side::Free(id) => self.tree.has(*id),
        };
        match (left, right) {
            (Side::Free(id), Side::Free(_)) => self.tree.has(*id),
            (Side::Free(id), Side::Text(text) | Side::When(_, text)) | (Side::Text(text) | Side::When(_, text), Side::Free(id)) => {
                let is = self.forms.text(*id, text).map_or(Formula::Constant(false), |value| Formula::Is(*id, value));
                Formula::All(vec![is, there(left), there(right)])
            }
            (Side::Text(one) | Side::When(_, one), Side::Text(other) | Side::When(_, other)) if one == other => {
                Formula::All(vec![there(left), there(right)])
            }
            _ => Formula::Constant(false),
        }
    }

    fn there(&self, there: &[(Id, bool)]) -> Vec<Formula> {
        there.iter().map(|(id, is_there)| if *is_there { self.tree.has(*id) } else { self.tree.has(*id).negated() }).collect()
    }

    fn compare_one(&self, line: u32, sum: &Sum, how: Compare) -> Result<Formula> {
        let held = cases(line, sum)?.into_iter().filter(|(_, total)| compares(*total, how));
        Ok(Formula::Any(held.map(|(there, _)| Formula::All(self.there(&there))).collect()))
    }

    fn compare_free(&mut self, line: u32, sum: &Sum, id: Id, times: Number, how: Compare) -> Result<Formula> {
        let mut any = Vec::new();
        for (there, rest) in cases(line, sum)? {
            let mut values = self.forms.numbers(id, |number| {
                let total = number.times(times).and_then(|own| own.plus(rest)).ok_or_else(|| too_long(line))?;
                Ok(compares(total, how))
            })?;
            if compares(rest, how) {
                values.push(0);
            }
            self.count(values.len() + there.len())?;
            let mut all = self.there(&there);
            all.push(Formula::In(id, values));
            any.push(Formula::All(all));
        }
        Ok(Formula::Any(any))
    }

    fn compare_many(&mut self, line: u32, sum: &Sum, how: Compare) -> Result<Formula> {
        let whole = self.whole(line, sum)?;
        let zero = -whole.constant;
        Ok(match how {
            Compare::Less => self.at_most(line, &whole, zero - 1),
            Compare::AtMost => self.at_most(line, &whole, zero),
            Compare::More => self.at_most(line, &whole, zero).negated(),
            Compare::AtLeast => self.at_most(line, &whole, zero - 1).negated(),
            Compare::Equal => Formula::All(vec![self.at_most(line, &whole, zero), self.at_most(line, &whole, zero - 1).negated()]),
            Compare::Unequal => Formula::Any(vec![self.at_most(line, &whole, zero).negated(), self.at_most(line, &whole, zero - 1)]),
        })
    }

    /// Whether the sum is at most that, as a variable that two sums determine: with it the sum is at most `bound`, and
    /// without it at least one more, because what the variable adds takes up the slack of the other case.
    fn at_most(&mut self, line: u32, whole: &Whole, bound: i64) -> Formula {
        if bound >= whole.most || bound < whole.least {
            return Formula::Constant(bound >= whole.most);
        }
        let var = self.tree.features.len() + self.helpers.len();
        self.helpers.push(format!("the sum of line {line} is at most {bound} ({})", self.helpers.len() + 1));
        let with = |adds: i64| {
            let mut terms = whole.terms.clone();
            terms.push((var, vec![0, adds]));
            terms
        };
        let below = Constraint::Sum { terms: with(whole.most - bound), at_least: whole.least, at_most: whole.most };
        let slack = bound + 1 - whole.least;
        let above = Constraint::Sum { terms: with(slack), at_least: bound + 1, at_most: whole.most + slack };
        self.constraints.extend([below, above]);
        Formula::Is(var, 1)
    }

    /// The sum in units in which all its numbers are whole.
    fn whole(&mut self, line: u32, sum: &Sum) -> Result<Whole> {
        let numbers = || sum.when.values().chain([&sum.constant]);
        let unit = numbers().try_fold(1_i128, |unit, number| Number::new(number.bottom(), unit)?.bottom().checked_mul(number.bottom()));
        let unit = unit.ok_or_else(|| too_long(line))?;
        let scaled = |number: &Number| number.scaled(unit).ok_or_else(|| too_long(line));
        let mut whole = Whole { terms: Vec::new(), constant: scaled(&sum.constant)?, least: 0, most: 0 };
        for (id, number) in &sum.when {
            let adds = scaled(number)?;
            whole.least += adds.min(0);
            whole.most += adds.max(0);
            let values = self.tree.features[*id].forms.as_ref().map_or(2, |forms| forms.len() + 1);
            let mut by_value = vec![adds; values];
            by_value[0] = 0;
            self.count(values)?;
            whole.terms.push((*id, by_value));
        }
        Ok(whole)
    }
}
