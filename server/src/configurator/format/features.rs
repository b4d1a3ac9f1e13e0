//! Trees of features, as FeatureIDE and UVL have them, and the conditions that they stand for.

use std::collections::{BTreeMap, HashMap};

use muster_shared::configurator::problem::{Constraint, Formula};

use super::number::Number;
use super::{ImportedVar, MOST_VARIABLES, Result, at, within};

/// A feature's place in the tree, and its variable.
pub type Id = usize;

#[derive(Clone, Debug, Default)]
pub struct Feature {
    pub name: String,
    pub line: u32,
    pub parent: Option<Id>,
    /// What it may be when it is there, where it is more than just there.
    pub forms: Option<Vec<String>>,
    /// What it adds to each attribute when it is there.
    pub numbers: BTreeMap<String, Number>,
}

/// How many members of a group are there when the feature above it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Many {
    Any,
    All,
    Between(u32, u32),
}

#[derive(Clone, Debug)]
pub struct Group {
    pub parent: Id,
    pub many: Many,
    pub members: Vec<Id>,
}

#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub features: Vec<Feature>,
    pub groups: Vec<Group>,
    by_name: HashMap<String, Id>,
}

impl Tree {
    pub fn add(&mut self, feature: Feature) -> Result<Id> {
        let id = self.features.len();
        within(id + 1, MOST_VARIABLES, "features")?;
        if let Some(other) = self.by_name.insert(feature.name.clone(), id) {
            let first = self.features[other].line;
            return Err(at(feature.line, format!("the feature `{}` is there already, in line {first}; rename one of them", feature.name)));
        }
        self.features.push(feature);
        Ok(id)
    }

    pub fn find(&self, name: &str) -> Option<Id> {
        self.by_name.get(name).copied()
    }

    /// The feature is there.
    pub fn has(&self, id: Id) -> Formula {
        match &self.features[id].forms {
            None => Formula::Is(id, 1),
            Some(_) => Formula::Is(id, 0).negated(),
        }
    }

    /// Whether a feature is another one or below it.
    pub fn is_within(&self, id: Id, above: Id) -> bool {
        std::iter::successors(Some(id), |id| self.features[*id].parent).any(|id| id == above)
    }

    /// What the tree itself demands; the first feature is its root.
    pub fn constraints(&self) -> Vec<Constraint> {
        let mut formulas = vec![self.has(0)];
        for group in &self.groups {
            let parent = self.has(group.parent);
            for member in &group.members {
                let member = self.has(*member);
                formulas.push(match group.many {
                    Many::All => member.iff(parent.clone()),
                    Many::Any | Many::Between(..) => member.implies(parent.clone()),
                });
            }
            if let Many::Between(at_least, at_most) = group.many {
                let of = group.members.iter().map(|member| self.has(*member)).collect();
                formulas.push(parent.implies(Formula::Count { of, at_least, at_most }));
            }
        }
        formulas.into_iter().map(Constraint::Formula).collect()
    }

    /// The features as variables, and each attribute's decimal places.
    pub fn vars(&self) -> Result<(Vec<ImportedVar>, BTreeMap<String, u32>)> {
        let decimals = self.decimals()?;
        let vars = self.features.iter().map(|feature| variable(feature, &decimals)).collect::<Result<_>>()?;
        Ok((vars, decimals))
    }

    fn decimals(&self) -> Result<BTreeMap<String, u32>> {
        let mut decimals = BTreeMap::new();
        for feature in &self.features {
            for (attribute, number) in &feature.numbers {
                let places = number.decimals().ok_or_else(|| too_long(feature, attribute))?;
                let most: &mut u32 = decimals.entry(attribute.clone()).or_default();
                *most = places.max(*most);
            }
        }
        Ok(decimals)
    }
}

fn variable(feature: &Feature, decimals: &BTreeMap<String, u32>) -> Result<ImportedVar> {
    let mut var = ImportedVar::feature(feature.name.clone());
    if let Some(forms) = &feature.forms {
        var.values.truncate(1);
        var.values.extend_from_slice(forms);
    }
    for (attribute, number) in &feature.numbers {
        let weight = number.scaled(10_i128.pow(decimals[attribute])).ok_or_else(|| too_long(feature, attribute))?;
        let mut weights = vec![weight; var.values.len()];
        weights[0] = 0;
        var.weights.insert(attribute.clone(), weights);
    }
    Ok(var)
}

fn too_long(feature: &Feature, attribute: &str) -> super::Error {
    at(feature.line, format!("the attribute {attribute} of `{}` has too many digits; round it", feature.name))
}
