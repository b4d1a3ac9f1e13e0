//! What a typed feature may be: the regions between the values that conditions compare it with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use muster_shared::configurator::problem::Value;

use super::parse::Type;
use crate::configurator::format::features::{Id, Tree};
use crate::configurator::format::number::Number;
use crate::configurator::format::{MOST_VALUES, Result, at, within};

/// What each typed feature is compared with, and what follows from it.
#[derive(Debug, Default)]
pub struct Forms {
    numbers: BTreeMap<Id, BTreeSet<Number>>,
    texts: BTreeMap<Id, BTreeSet<String>>,
    /// A number of each region, the first one for value 1.
    samples: HashMap<Id, Vec<Number>>,
}

/// A region of numbers, and one of them.
struct Region {
    label: String,
    sample: Number,
}

impl Forms {
    pub fn compare_number(&mut self, id: Id, with: Number) {
        self.numbers.entry(id).or_default().insert(with);
    }

    pub fn compare_text(&mut self, id: Id, with: &str) {
        self.texts.entry(id).or_default().insert(with.to_owned());
    }

    /// The value that a text has, which the feature was compared with.
    pub fn text(&self, id: Id, text: &str) -> Option<Value> {
        let place = self.texts.get(&id)?.iter().position(|known| known == text)?;
        Some(place as Value + 1)
    }

    /// The values for which a number is as wanted.
    pub fn numbers(&self, id: Id, mut is_wanted: impl FnMut(Number) -> Result<bool>) -> Result<Vec<Value>> {
        let mut wanted = Vec::new();
        for (value, sample) in (1..).zip(self.samples.get(&id).into_iter().flatten()) {
            if is_wanted(*sample)? {
                wanted.push(value);
            }
        }
        Ok(wanted)
    }

    /// Gives the features of the tree what they may be, once all comparisons are known.
    pub fn settle(&mut self, tree: &mut Tree, types: &HashMap<Id, Type>, notes: &mut Vec<String>) -> Result<()> {
        let mut typed: Vec<(Id, Type)> = types.iter().map(|(id, kind)| (*id, *kind)).collect();
        typed.sort_unstable_by_key(|(id, _)| *id);
        for (id, kind) in typed {
            let labels = self.labels(tree, id, kind)?;
            let feature = &mut tree.features[id];
            let (line, name) = (feature.line, &feature.name);
            if labels.is_empty() {
                notes.push(format!("line {line}: no condition asks for the value of `{name}`; here it is there or not"));
            } else {
                let told = labels.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
                let more = if labels.len() > 5 { ", ..." } else { "" };
                let count = labels.len();
                notes.push(format!("line {line}: `{name}` stands for the {count} regions that the conditions tell apart: {told}{more}"));
                feature.forms = Some(labels);
            }
        }
        Ok(())
    }

    fn labels(&mut self, tree: &Tree, id: Id, kind: Type) -> Result<Vec<String>> {
        if kind == Type::Text {
            let texts = self.texts.get(&id).into_iter().flatten().map(|text| format!("'{text}'"));
            let mut labels: Vec<String> = texts.collect();
            if !labels.is_empty() {
                labels.push("another text".to_owned());
            }
            return Ok(labels);
        }
        let Some(cuts) = self.numbers.get(&id) else { return Ok(Vec::new()) };
        within(2 * cuts.len() + 1, MOST_VALUES, "values")?;
        let regions = if kind == Type::Integer { whole_regions(cuts) } else { real_regions(cuts) };
        let regions = regions.ok_or_else(|| at(tree.features[id].line, "it is compared with numbers of too many digits; round them"))?;
        self.samples.insert(id, regions.iter().map(|region| region.sample).collect());
        Ok(regions.into_iter().map(|region| region.label).collect())
    }
}

fn whole_regions(cuts: &BTreeSet<Number>) -> Option<Vec<Region>> {
    let mut regions = Vec::new();
    let mut from: Option<i128> = None;
    for cut in cuts {
        let to = cut.ceil() - 1;
        if from.is_none_or(|from| from <= to) {
            regions.push(whole_region(from, Some(to))?);
        }
        if cut.is_whole() {
            regions.push(Region { label: cut.to_string(), sample: *cut });
        }
        from = Some(cut.floor() + 1);
    }
    regions.push(whole_region(from, None)?);
    Some(regions)
}

fn whole_region(from: Option<i128>, to: Option<i128>) -> Option<Region> {
    let label = match (from, to) {
        (Some(from), Some(to)) if from == to => from.to_string(),
        (Some(from), Some(to)) => format!("{from} … {to}"),
        (Some(from), None) => format!("≥ {from}"),
        (None, Some(to)) => format!("≤ {to}"),
        (None, None) => "any".to_owned(),
    };
    Some(Region { label, sample: Number::whole(from.or(to).unwrap_or(0))? })
}

fn real_regions(cuts: &BTreeSet<Number>) -> Option<Vec<Region>> {
    let mut regions = Vec::new();
    let mut before: Option<Number> = None;
    for cut in cuts {
        regions.push(match before {
            None => Region { label: format!("< {cut}"), sample: cut.minus(Number::ONE)? },
            Some(before) => Region { label: format!("> {before} and < {cut}"), sample: before.plus(*cut)?.over(Number::whole(2)?)? },
        });
        regions.push(Region { label: cut.to_string(), sample: *cut });
        before = Some(*cut);
    }
    let last = before?;
    regions.push(Region { label: format!("> {last}"), sample: last.plus(Number::ONE)? });
    Some(regions)
}
