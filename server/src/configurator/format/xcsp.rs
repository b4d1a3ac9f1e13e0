//! XCSP 2.1: variables with finite domains, and tables of combinations that are possible or not.

use std::collections::{HashMap, HashSet};

use muster_shared::configurator::problem::{Constraint, Problem, Value, Var};
use roxmltree::Node;

use super::xml::{Xml, text};
use super::{Error, Format, Imported, ImportedVar, MOST_CELLS, MOST_VALUES, MOST_VARIABLES, Result, within};

pub fn read(xml: &Xml<'_>, name: &str) -> Result<Imported> {
    let instance = xml.root();
    let presentation = section(instance, "presentation");
    let format = presentation.and_then(|node| node.attribute("format")).or_else(|| instance.attribute("format")).unwrap_or("XCSP 2.1");
    if !format.starts_with("XCSP 2") {
        return Err(xml.at(presentation.unwrap_or(instance), format!("the format is {format}; save it as XCSP 2.1")));
    }
    let domains = domains(xml, instance)?;
    let (vars, problem) = Model { xml, relations: relations(xml, instance)? }.read(instance, &domains)?;
    let own = presentation.and_then(|node| node.attribute("name")).filter(|own| !matches!(own.trim(), "" | "?"));
    Ok(Imported {
        name: own.unwrap_or(name).to_owned(),
        format: Format::Xcsp,
        vars,
        problem,
        is_boolean: false,
        decimals: Default::default(),
        notes: Vec::new(),
    })
}

fn section<'n, 'a>(instance: Node<'n, 'a>, name: &str) -> Option<Node<'n, 'a>> {
    instance.children().find(|child| child.has_tag_name(name))
}

fn listed<'n, 'a>(instance: Node<'n, 'a>, list: &str, name: &'static str) -> impl Iterator<Item = Node<'n, 'a>> {
    section(instance, list).into_iter().flat_map(|section| section.children()).filter(move |child| child.has_tag_name(name))
}

#[derive(Clone)]
struct Domain {
    values: Vec<i64>,
    places: HashMap<i64, Value>,
    /// The value that means that the option is absent.
    none: Option<Value>,
}

struct Relation {
    arity: usize,
    is_allowed: bool,
    /// The rows, one after the other.
    cells: Vec<i64>,
}

fn domains(xml: &Xml<'_>, instance: Node<'_, '_>) -> Result<HashMap<String, Domain>> {
    let mut domains = HashMap::new();
    let mut count = 0;
    for node in listed(instance, "domains", "domain") {
        let domain = domain(xml, node)?;
        count += domain.values.len();
        within(count, MOST_VALUES, "values in its domains")?;
        let name = xml.attribute(node, "name")?;
        if domains.insert(name.to_owned(), domain).is_some() {
            return Err(xml.at(node, format!("the domain {name} is there twice")));
        }
    }
    Ok(domains)
}

fn domain(xml: &Xml<'_>, node: Node<'_, '_>) -> Result<Domain> {
    let mut values = Vec::new();
    for word in text(node).split_whitespace() {
        let (first, last) = word.split_once("..").unwrap_or((word, word));
        let (first, last) = (integer(xml, node, first)?, integer(xml, node, last)?);
        let length = last.abs_diff(first).saturating_add(1);
        if last < first {
            return Err(xml.at(node, format!("the range {word} ends before it begins")));
        }
        within(usize::try_from(length).unwrap_or(usize::MAX).saturating_add(values.len()), MOST_VALUES, "values in its domains")?;
        values.extend(first..=last);
    }
    announced(xml, node, "nbValues", values.len(), "values")?;
    let absent = node.attribute("optional").map(|word| integer(xml, node, word)).transpose()?;
    if let Some(absent) = absent
        && !values.contains(&absent)
    {
        values.push(absent);
    }
    let mut places = HashMap::new();
    for (place, value) in (0..).zip(&values) {
        if places.insert(*value, place).is_some() {
            return Err(xml.at(node, format!("the value {value} is there twice")));
        }
    }
    if values.is_empty() {
        return Err(xml.at(node, "a domain has at least one value"));
    }
    let none = absent.and_then(|absent| places.get(&absent).copied());
    Ok(Domain { values, places, none })
}

fn integer(xml: &Xml<'_>, node: Node<'_, '_>, word: &str) -> Result<i64> {
    word.parse().map_err(|_| xml.at(node, format!("`{word}` is no whole number")))
}

/// Where the file says how many there are, a part of them must not be missing.
fn announced(xml: &Xml<'_>, node: Node<'_, '_>, attribute: &str, found: usize, what: &str) -> Result<()> {
    match node.attribute(attribute) {
        Some(said) if said.trim().parse() != Ok(found) => {
            Err(xml.at(node, format!("{attribute} says {said} {what}, {found} are there; is the file whole?")))
        }
        _ => Ok(()),
    }
}

fn relations(xml: &Xml<'_>, instance: Node<'_, '_>) -> Result<HashMap<String, Relation>> {
    let mut relations = HashMap::new();
    let mut count = 0;
    for node in listed(instance, "relations", "relation") {
        let relation = relation(xml, node)?;
        count += relation.cells.len();
        within(count, MOST_CELLS, "values in its tables")?;
        let name = xml.attribute(node, "name")?;
        if relations.insert(name.to_owned(), relation).is_some() {
            return Err(xml.at(node, format!("the relation {name} is there twice")));
        }
    }
    Ok(relations)
}

fn relation(xml: &Xml<'_>, node: Node<'_, '_>) -> Result<Relation> {
    let is_allowed = match node.attribute("semantics") {
        Some("supports") => true,
        Some("conflicts") => false,
        other => return Err(xml.at(node, format!("semantics is supports or conflicts, not {}", other.unwrap_or("absent")))),
    };
    let said = xml.attribute(node, "arity")?;
    let arity = said.trim().parse().ok().filter(|arity| *arity > 0);
    let arity: usize = arity.ok_or_else(|| xml.at(node, format!("arity is a number from 1, not {said}")))?;
    let mut cells = Vec::new();
    let mut rows = 0;
    for row in text(node).split('|').filter(|row| !row.trim().is_empty()) {
        let start = cells.len();
        for word in row.split_whitespace() {
            cells.push(integer(xml, node, word)?);
        }
        if cells.len() - start != arity {
            return Err(xml.at(node, format!("the row `{}` has not {arity} values", row.trim())));
        }
        rows += 1;
    }
    announced(xml, node, "nbTuples", rows, "rows")?;
    Ok(Relation { arity, is_allowed, cells })
}

struct Model<'x, 'a> {
    xml: &'x Xml<'a>,
    relations: HashMap<String, Relation>,
}

/// Variables by name, each with its domain.
type Known<'d> = HashMap<String, (Var, &'d Domain)>;

impl Model<'_, '_> {
    fn read(&self, instance: Node<'_, '_>, domains: &HashMap<String, Domain>) -> Result<(Vec<ImportedVar>, Problem)> {
        let mut vars: Vec<ImportedVar> = Vec::new();
        let mut known = HashMap::new();
        let mut count = 0;
        for node in listed(instance, "variables", "variable") {
            let (name, domain) = (self.xml.attribute(node, "name")?, node.attribute("domain").unwrap_or_default());
            let domain = domains.get(domain).ok_or_else(|| self.xml.at(node, format!("there is no domain `{domain}`")))?;
            count += domain.values.len();
            within(count, MOST_VALUES, "values")?;
            within(vars.len() + 1, MOST_VARIABLES, "variables")?;
            if known.insert(name.to_owned(), (vars.len(), domain)).is_some() {
                return Err(self.xml.at(node, format!("the variable {name} is there twice")));
            }
            vars.push(variable(name, domain));
        }
        let mut constraints = Vec::new();
        let mut cells = 0;
        for node in listed(instance, "constraints", "constraint") {
            let constraint = self.constraint(node, &known)?;
            if let Constraint::Table { scope, rows, .. } = &constraint {
                cells += scope.len() * (rows.len() + 1);
                within(cells, MOST_CELLS, "values in its tables")?;
            }
            constraints.push(constraint);
        }
        let domains = vars.iter().map(|var| var.values.len() as u32).collect();
        Ok((vars, Problem { domains, constraints }))
    }

    fn constraint(&self, node: Node<'_, '_>, known: &Known<'_>) -> Result<Constraint> {
        let reference = node.attribute("reference").unwrap_or_default();
        let relation = self.relations.get(reference).ok_or_else(|| {
            self.xml
                .at(node, format!("`{reference}` is no relation of this file; write what is no table (predicates, global:...) as a table"))
        })?;
        let scope = self.scope(node, known)?;
        if scope.len() != relation.arity {
            let (names, arity) = (scope.len(), relation.arity);
            return Err(self.xml.at(node, format!("it names {names} variables, and {reference} has {arity} columns")));
        }
        let row = |row: &[i64]| scope.iter().zip(row).map(|((_, domain), cell)| domain.places.get(cell).copied()).collect();
        // A row with a value that a variable cannot have is never met: it allows nothing and forbids nothing.
        let rows = relation.cells.chunks_exact(relation.arity).filter_map(row).collect();
        Ok(Constraint::Table { scope: scope.into_iter().map(|(var, _)| var).collect(), rows, allowed: relation.is_allowed })
    }

    fn scope<'d>(&self, node: Node<'_, '_>, known: &Known<'d>) -> Result<Vec<(Var, &'d Domain)>> {
        let mut seen = HashSet::new();
        let one = |name: &str| -> Result<(Var, &'d Domain), Error> {
            let var = known.get(name).copied().ok_or_else(|| self.xml.at(node, format!("there is no variable {name}")))?;
            if seen.insert(var.0) { Ok(var) } else { Err(self.xml.at(node, format!("it names {name} twice; leave one column out"))) }
        };
        node.attribute("scope").unwrap_or_default().split_whitespace().map(one).collect()
    }
}

fn variable(name: &str, domain: &Domain) -> ImportedVar {
    ImportedVar {
        name: name.to_owned(),
        values: domain.values.iter().map(i64::to_string).collect(),
        none: domain.none,
        weights: Default::default(),
        is_helper: false,
    }
}
