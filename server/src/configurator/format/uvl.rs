//! The Universal Variability Language: a tree of features by indentation, with attributes and conditions over them.
//!
//! A typed feature has no list of values. It stands for the regions that the conditions tell apart: with `Inch > 22` and nothing
//! else, these are `≤ 22` and `≥ 23`. A number that is not there counts as 0; a text that is not there equals no text.

use muster_shared::configurator::problem::Problem;

use super::features::Tree;
use super::{Format, Imported, ImportedVar, Result};

mod condition;
mod forms;
mod parse;
mod token;

pub fn read(text: &str) -> Result<Imported> {
    let parsed = parse::parse(&token::lines(text)?)?;
    let mut forms = forms::Forms::default();
    let mut resolver = condition::Resolver { parsed: &parsed, forms: &mut forms };
    let conditions = parsed.conditions.iter().map(|raw| resolver.resolve(raw)).collect::<Result<Vec<_>>>()?;
    let mut notes = parsed.notes.clone();
    let mut tree: Tree = parsed.tree.clone();
    forms.settle(&mut tree, &parsed.types, &mut notes)?;
    let mut written = condition::Written::new(&tree, &forms);
    conditions.iter().try_for_each(|condition| written.require(condition))?;
    let (mut vars, decimals) = tree.vars()?;
    let mut constraints = tree.constraints();
    constraints.append(&mut written.constraints);
    vars.extend(written.helpers.into_iter().map(|name| ImportedVar { is_helper: true, none: None, ..ImportedVar::feature(name) }));
    let domains = vars.iter().map(|var| var.values.len() as u32).collect();
    Ok(Imported {
        name: parsed.name.unwrap_or_else(|| vars[0].name.clone()),
        format: Format::Uvl,
        vars,
        problem: Problem { domains, constraints },
        is_boolean: true,
        decimals,
        notes,
    })
}
