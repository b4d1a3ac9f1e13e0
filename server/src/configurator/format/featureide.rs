//! FeatureIDE's XML: a tree of features, rules, and attributes with numbers.
//!
//! A configuration says of every feature whether it is there, abstract and hidden ones included: what a customer sees of a feature
//! is no condition between features.

use std::collections::BTreeMap;

use muster_shared::configurator::problem::{Constraint, Formula, Problem};
use roxmltree::Node;

use super::features::{Feature, Group, Id, Many, Tree};
use super::number::Number;
use super::xml::{Xml, text};
use super::{Format, Imported, MOST_CELLS, Result, within};

/// Elements inside each other. Reading descends by calls.
const MOST_DEPTH: usize = 150;

pub fn read(xml: &Xml<'_>) -> Result<Imported> {
    let model = xml.root();
    let sections = |name: &'static str| model.children().filter(move |child| child.has_tag_name(name));
    let mut reader = Reader { xml, tree: Tree::default(), left_out: BTreeMap::new(), cells: 0, depth: 0 };
    let structure = sections("struct").next().ok_or_else(|| xml.at(model, "<struct>, the tree of features, is missing"))?;
    let mut roots = structure.children().filter(is_feature);
    let root = roots.next().ok_or_else(|| xml.at(structure, "there is no feature in it"))?;
    if let Some(second) = roots.next() {
        return Err(xml.at(second, "a second root; put both below one feature"));
    }
    reader.feature(root, None)?;
    let mut constraints = reader.tree.constraints();
    for rule in sections("constraints").flat_map(|section| section.children()).filter(Node::is_element) {
        constraints.push(Constraint::Formula(reader.rule(rule)?));
    }
    let (vars, decimals) = reader.tree.vars()?;
    let notes =
        reader.left_out.iter().map(|(name, line)| format!("line {line}: the attribute {name} is no number; it is not kept as a weight"));
    Ok(Imported {
        name: vars[0].name.clone(),
        format: Format::FeatureIde,
        problem: Problem { domains: vec![2; vars.len()], constraints },
        notes: notes.collect(),
        vars,
        is_boolean: true,
        decimals,
    })
}

fn is_feature(node: &Node<'_, '_>) -> bool {
    matches!(node.tag_name().name(), "and" | "or" | "alt" | "feature")
}

struct Reader<'x, 'a> {
    xml: &'x Xml<'a>,
    tree: Tree,
    /// Attributes that are no numbers, with the line of the first.
    left_out: BTreeMap<String, u32>,
    cells: usize,
    depth: usize,
}

impl Reader<'_, '_> {
    fn feature(&mut self, node: Node<'_, '_>, parent: Option<Id>) -> Result<Id> {
        let name = node.attribute("name").unwrap_or_default().trim();
        if name.is_empty() {
            return Err(self.xml.at(node, "a feature has no name"));
        }
        let mut feature = Feature { name: name.to_owned(), line: self.xml.line(node), parent, ..Feature::default() };
        let mut below = Vec::new();
        for child in node.children().filter(Node::is_element) {
            match child.tag_name().name() {
                "attribute" => self.attribute(child, &mut feature)?,
                "description" | "graphics" | "property" => {}
                _ if is_feature(&child) => below.push(child),
                other => return Err(self.xml.at(child, format!("<{other}> is nothing that a feature has"))),
            }
        }
        let id = self.tree.add(feature)?;
        self.descend(node)?;
        let members = below.iter().map(|child| self.feature(*child, Some(id))).collect::<Result<Vec<_>>>()?;
        self.depth -= 1;
        self.group(node, id, &below, members)?;
        Ok(id)
    }

    fn descend(&mut self, node: Node<'_, '_>) -> Result<()> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(self.xml.at(node, format!("more than {MOST_DEPTH} elements are inside each other; flatten the model")));
        }
        Ok(())
    }

    fn group(&mut self, node: Node<'_, '_>, parent: Id, below: &[Node<'_, '_>], members: Vec<Id>) -> Result<()> {
        if members.is_empty() {
            return Ok(());
        }
        let count = members.len() as u32;
        match node.tag_name().name() {
            "or" => self.tree.groups.push(Group { parent, many: Many::Between(1, count), members }),
            "alt" => self.tree.groups.push(Group { parent, many: Many::Between(1, 1), members }),
            "and" => {
                let is_mandatory = |node: &Node<'_, '_>| node.attribute("mandatory") == Some("true");
                let (all, any): (Vec<_>, Vec<_>) = members.into_iter().zip(below).partition(|(_, node)| is_mandatory(node));
                for (many, part) in [(Many::All, all), (Many::Any, any)] {
                    let members = part.into_iter().map(|(id, _)| id).collect();
                    self.tree.groups.push(Group { parent, many, members });
                }
            }
            _ => return Err(self.xml.at(node, "a <feature> has no features below it; make it <and>, <or> or <alt>")),
        }
        Ok(())
    }

    /// An attribute without a value is only announced for those below, which say it themselves.
    fn attribute(&mut self, node: Node<'_, '_>, feature: &mut Feature) -> Result<()> {
        let name = node.attribute("name").unwrap_or_default().trim();
        let Some(value) = node.attribute("value").map(str::trim).filter(|value| !value.is_empty()) else { return Ok(()) };
        match node.attribute("type") {
            Some("long" | "double") => {
                let number =
                    Number::parse(value).ok_or_else(|| self.xml.at(node, format!("{name}: `{value}` is no number that is read")))?;
                feature.numbers.insert(name.to_owned(), number);
            }
            _ => {
                self.left_out.entry(name.to_owned()).or_insert(self.xml.line(node));
            }
        }
        Ok(())
    }

    fn rule(&mut self, node: Node<'_, '_>) -> Result<Formula> {
        if node.tag_name().name() != "rule" {
            return Err(self.xml.at(node, "only <rule> is read here"));
        }
        let mut parts = self.parts(node)?;
        match parts.pop() {
            Some(only) if parts.is_empty() => Ok(only),
            _ => Err(self.xml.at(node, "a rule has one expression")),
        }
    }

    /// The expressions in an element; what only describes it is passed over.
    fn parts(&mut self, node: Node<'_, '_>) -> Result<Vec<Formula>> {
        let describes = |child: &Node<'_, '_>| matches!(child.tag_name().name(), "description" | "tags" | "graphics");
        node.children().filter(|child| child.is_element() && !describes(child)).map(|child| self.expression(child)).collect()
    }

    fn expression(&mut self, node: Node<'_, '_>) -> Result<Formula> {
        self.cells += 1;
        within(self.cells, MOST_CELLS, "parts of rules")?;
        let kind = node.tag_name().name();
        if kind == "var" {
            let text = text(node);
            let name = text.trim();
            let id = self.tree.find(name).ok_or_else(|| self.xml.at(node, format!("there is no feature `{name}`")))?;
            return Ok(self.tree.has(id));
        }
        self.descend(node)?;
        let parts = self.parts(node)?;
        self.depth -= 1;
        match (kind, <[Formula; 2]>::try_from(parts)) {
            ("imp", Ok([when, then])) => Ok(when.implies(then)),
            ("eq", Ok([one, other])) => Ok(one.iff(other)),
            ("imp" | "eq", Err(_)) => Err(self.xml.at(node, "it has two parts")),
            (_, Ok(parts)) => self.joined(node, parts.into()),
            (_, Err(parts)) => self.joined(node, parts),
        }
    }

    fn joined(&self, node: Node<'_, '_>, mut of: Vec<Formula>) -> Result<Formula> {
        match node.tag_name().name() {
            "conj" => Ok(Formula::All(of)),
            "disj" => Ok(Formula::Any(of)),
            "atmost1" => Ok(Formula::Count { of, at_least: 0, at_most: 1 }),
            "not" => match (of.pop(), of.is_empty()) {
                (Some(only), true) => Ok(only.negated()),
                _ => Err(self.xml.at(node, "it has one part")),
            },
            _ => Err(self.xml.at(node, "this expression is not read; write it with var, not, conj, disj, imp, eq and atmost1")),
        }
    }
}
