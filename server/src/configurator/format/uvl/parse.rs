//! The structure of a UVL file: its tree, and its conditions as they are written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::token::{Kind, Line, Token};
use crate::configurator::format::features::{Feature, Group, Id, Many, Tree};
use crate::configurator::format::number::Number;
use crate::configurator::format::{Error, MOST_CELLS, Result, at, within};

/// Parts of a condition inside each other. Reading descends by calls.
const MOST_DEPTH: usize = 150;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Integer,
    Real,
    Text,
}

/// A file as it is written.
#[derive(Debug, Default)]
pub struct Parsed {
    pub name: Option<String>,
    pub tree: Tree,
    pub types: HashMap<Id, Type>,
    /// Attributes with texts, and whether each that is a truth value holds.
    pub texts: HashMap<(Id, String), String>,
    pub truths: HashMap<(Id, String), bool>,
    pub conditions: Vec<Raw>,
    pub notes: Vec<String>,
}

/// A name with dots, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub path: Vec<String>,
    pub line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// A condition as it is written.
#[derive(Clone, Debug)]
pub enum Raw {
    Name(Reference),
    Not(Box<Raw>),
    All(Vec<Raw>),
    Any(Vec<Raw>),
    Implies(Box<Raw>, Box<Raw>),
    Iff(Box<Raw>, Box<Raw>),
    Compare { line: u32, left: Value, how: Compare, right: Value },
}

/// A number or text as it is written.
#[derive(Clone, Debug)]
pub enum Value {
    Number(Number),
    Text(String),
    Name(Reference),
    /// Each added, or taken away.
    Sum(Vec<(bool, Value)>),
    Times(Box<Value>, Box<Value>),
    Over(Box<Value>, Box<Value>),
    /// `sum(...)` and the like.
    Call {
        function: String,
        arguments: Vec<Reference>,
        line: u32,
    },
}

pub fn parse(lines: &[Line]) -> Result<Parsed> {
    let mut parsed = Parser::default();
    let mut at_line = 0;
    while let Some(line) = lines.get(at_line) {
        let end = lines[at_line + 1..].iter().position(|line| line.indent == 0).map_or(lines.len(), |more| at_line + 1 + more);
        parsed.section(line, &lines[at_line + 1..end])?;
        at_line = end;
    }
    parsed.finish(lines.last().map_or(1, |line| line.number))
}

#[derive(Default)]
struct Parser {
    parsed: Parsed,
    /// Attributes without numbers, with the line of the first.
    left_out: BTreeMap<String, u32>,
    sections: BTreeSet<String>,
    cells: usize,
}

/// What may have something below it, while the tree is read.
struct Above {
    indent: usize,
    /// How far what is directly below it is set in.
    below: Option<usize>,
    what: What,
}

#[derive(Clone, Copy)]
enum What {
    Top,
    Feature(Id),
    Group(usize),
}

impl Parser {
    fn section(&mut self, head: &Line, body: &[Line]) -> Result<()> {
        let mut reader = Words::new(head);
        let name = match head.tokens.first().map(|token| &token.kind) {
            Some(Kind::Word(name)) => name.clone(),
            _ => String::new(),
        };
        reader.at = 1;
        if !self.sections.insert(name.clone()) {
            return Err(at(head.number, format!("a second section `{name}`; put them together")));
        }
        match name.as_str() {
            "namespace" => self.parsed.name = Some(reader.reference()?.path.join(".")),
            "include" => return Ok(()),
            "imports" => return Err(at(head.number, "imports of other files are not read; copy their features in")),
            "features" => self.tree(body)?,
            "constraints" => self.conditions(body)?,
            _ => return Err(at(head.number, "a section is features, constraints, namespace, include or imports, and starts its line")),
        }
        reader.end()
    }

    fn finish(mut self, last: u32) -> Result<Parsed> {
        if self.parsed.tree.features.is_empty() {
            return Err(at(last, "there is no feature; the section `features` is missing or empty"));
        }
        for (name, line) in self.left_out {
            self.parsed.notes.push(format!("line {line}: the attribute {name} is no number; it is not kept as a weight"));
        }
        Ok(self.parsed)
    }

    fn conditions(&mut self, body: &[Line]) -> Result<()> {
        for line in body {
            let mut words = Words::new(line);
            let condition = words.condition()?;
            words.end()?;
            self.count(words.at)?;
            self.parsed.conditions.push(condition);
        }
        Ok(())
    }

    fn count(&mut self, words: usize) -> Result<()> {
        self.cells += words;
        within(self.cells, MOST_CELLS, "words in its conditions")
    }

    fn tree(&mut self, body: &[Line]) -> Result<()> {
        let mut stack = vec![Above { indent: 0, below: None, what: What::Top }];
        for line in body {
            while stack.len() > 1 && stack.last().is_some_and(|above| above.indent >= line.indent) {
                stack.pop();
            }
            let Some(above) = stack.last_mut() else { continue };
            if *above.below.get_or_insert(line.indent) != line.indent {
                return Err(at(line.number, "it is set in otherwise than what stands beside it; use the same indent for both"));
            }
            let what = match above.what {
                What::Top => self.root(line)?,
                What::Feature(parent) => self.group(line, parent)?,
                What::Group(group) => self.member(line, group)?,
            };
            stack.push(Above { indent: line.indent, below: None, what });
        }
        self.settle_groups()
    }

    fn root(&mut self, line: &Line) -> Result<What> {
        if self.parsed.tree.features.is_empty() {
            self.feature(line, None).map(What::Feature)
        } else {
            Err(at(line.number, "a second root; put both below one feature"))
        }
    }

    fn member(&mut self, line: &Line, group: usize) -> Result<What> {
        let parent = self.parsed.tree.groups[group].parent;
        let id = self.feature(line, Some(parent))?;
        self.parsed.tree.groups[group].members.push(id);
        Ok(What::Feature(id))
    }

    fn group(&mut self, line: &Line, parent: Id) -> Result<What> {
        let mut words = Words::new(line);
        let many = if words.is("[") {
            let (at_least, at_most) = words.cardinality()?;
            Many::Between(at_least, at_most)
        } else {
            match words.word() {
                Some("mandatory") => Many::All,
                Some("optional") => Many::Any,
                Some("or") => Many::Between(1, u32::MAX),
                Some("alternative") => Many::Between(1, 1),
                _ => return Err(at(line.number, "below a feature stands a group: mandatory, optional, or, alternative or [1..3]")),
            }
        };
        words.end()?;
        self.parsed.tree.groups.push(Group { parent, many, members: Vec::new() });
        Ok(What::Group(self.parsed.tree.groups.len() - 1))
    }

    /// A group takes as many members as it has, and not more than that.
    fn settle_groups(&mut self) -> Result<()> {
        let tree = &mut self.parsed.tree;
        for group in &mut tree.groups {
            let line = tree.features[group.parent].line;
            let count = group.members.len() as u32;
            if count == 0 {
                return Err(at(line, format!("a group of `{}` has no features", tree.features[group.parent].name)));
            }
            if let Many::Between(at_least, at_most) = &mut group.many {
                *at_most = count.min(*at_most);
                if *at_least > *at_most {
                    return Err(at(
                        line,
                        format!("a group of `{}` asks for {at_least} features and has {count}", tree.features[group.parent].name),
                    ));
                }
            }
        }
        Ok(())
    }

    fn feature(&mut self, line: &Line, parent: Option<Id>) -> Result<Id> {
        let mut words = Words::new(line);
        let kind = words.feature_type();
        let name = words.reference()?.path.join(".");
        let id = self.parsed.tree.add(Feature { name: name.clone(), line: line.number, parent, ..Feature::default() })?;
        if let Some(kind) = kind {
            self.parsed.types.insert(id, kind);
        }
        if words.word_is("cardinality") {
            let (at_least, at_most) = words.cardinality()?;
            if (at_least, at_most) != (1, 1) {
                self.parsed.notes.push(format!(
                    "line {}: `{name}` may be there several times (cardinality [{at_least}..{}]); here it is there once or not at all",
                    line.number,
                    if at_most == u32::MAX { "*".to_owned() } else { at_most.to_string() }
                ));
            }
        }
        if words.is("{") {
            self.attributes(&mut words, id, "", 0)?;
        }
        words.end()?;
        self.count(words.at)?;
        Ok(id)
    }

    fn attributes(&mut self, words: &mut Words<'_>, id: Id, prefix: &str, depth: usize) -> Result<()> {
        words.symbol("{")?;
        while !words.is("}") {
            if words.word_is("constraint") {
                let condition = words.condition()?;
                self.parsed.conditions.push(condition);
            } else if words.word_is("constraints") {
                self.listed_conditions(words)?;
            } else {
                let line = words.line();
                let name = format!("{prefix}{}", words.name()?);
                self.attribute(words, id, name, line, depth)?;
            }
            if !words.is("}") {
                words.symbol(",")?;
            }
        }
        words.symbol("}")
    }

    fn listed_conditions(&mut self, words: &mut Words<'_>) -> Result<()> {
        words.symbol("[")?;
        while !words.is("]") {
            let condition = words.condition()?;
            self.parsed.conditions.push(condition);
            if !words.is("]") {
                words.symbol(",")?;
            }
        }
        words.symbol("]")
    }

    fn attribute(&mut self, words: &mut Words<'_>, id: Id, name: String, line: u32, depth: usize) -> Result<()> {
        let is_negative = words.take("-");
        match words.kind() {
            Some(Kind::Number(number)) => {
                let number = if is_negative { number.negated() } else { *number };
                words.at += 1;
                self.parsed.tree.features[id].numbers.insert(name, number);
                return Ok(());
            }
            Some(Kind::Text(text)) => {
                self.parsed.texts.insert((id, name.clone()), text.clone());
                words.at += 1;
            }
            Some(Kind::Word(word)) if word == "true" || word == "false" => {
                self.parsed.truths.insert((id, name.clone()), word == "true");
                words.at += 1;
            }
            Some(Kind::Symbol("{")) if depth < MOST_DEPTH => return self.attributes(words, id, &format!("{name}."), depth + 1),
            Some(Kind::Symbol("[")) => words.skip_vector()?,
            Some(Kind::Symbol("," | "}")) if !is_negative => {
                self.parsed.truths.insert((id, name.clone()), true);
                if matches!(name.as_str(), "abstract" | "hidden") {
                    return Ok(());
                }
            }
            _ => return Err(words.unexpected("the attribute's value")),
        }
        self.left_out.entry(name).or_insert(line);
        Ok(())
    }
}

/// The words of a line, one after the other.
struct Words<'a> {
    line: &'a Line,
    at: usize,
    depth: usize,
    /// Operations of the condition that took another one in on their left side, and are not counted as depth while they are read.
    links: usize,
}

impl<'a> Words<'a> {
    fn new(line: &'a Line) -> Self {
        Self { line, at: 0, depth: 0, links: 0 }
    }

    fn kind(&self) -> Option<&'a Kind> {
        self.line.tokens.get(self.at).map(|token| &token.kind)
    }

    /// The line of the next word, or of the last one.
    fn line(&self) -> u32 {
        let token: Option<&Token> = self.line.tokens.get(self.at).or(self.line.tokens.last());
        token.map_or(self.line.number, |token| token.line)
    }

    fn unexpected(&self, wanted: &str) -> Error {
        let found = match self.kind() {
            None => "the end of the line".to_owned(),
            Some(Kind::Word(name) | Kind::Quoted(name)) => format!("`{name}`"),
            Some(Kind::Text(text)) => format!("'{text}'"),
            Some(Kind::Number(number)) => number.to_string(),
            Some(Kind::Symbol(symbol)) => format!("`{symbol}`"),
        };
        at(self.line(), format!("{wanted} should be here, not {found}"))
    }

    fn end(&self) -> Result<()> {
        if self.kind().is_none() { Ok(()) } else { Err(self.unexpected("the end of the line")) }
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self.kind(), Some(Kind::Symbol(found)) if *found == symbol)
    }

    fn take(&mut self, symbol: &str) -> bool {
        let is = self.is(symbol);
        self.at += usize::from(is);
        is
    }

    fn symbol(&mut self, symbol: &str) -> Result<()> {
        if self.take(symbol) { Ok(()) } else { Err(self.unexpected(&format!("`{symbol}`"))) }
    }

    /// The next word, if it has no quotes.
    fn word(&mut self) -> Option<&'a str> {
        match self.kind() {
            Some(Kind::Word(word)) => {
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    /// Takes a keyword, where it is the next word.
    fn word_is(&mut self, keyword: &str) -> bool {
        let is = matches!(self.kind(), Some(Kind::Word(word)) if word == keyword);
        self.at += usize::from(is);
        is
    }

    fn name(&mut self) -> Result<String> {
        match self.kind() {
            Some(Kind::Word(name) | Kind::Quoted(name)) => {
                self.at += 1;
                Ok(name.clone())
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn reference(&mut self) -> Result<Reference> {
        let line = self.line();
        let mut path = vec![self.name()?];
        while self.take(".") {
            path.push(self.name()?);
        }
        Ok(Reference { path, line })
    }

    /// A type before a feature's name; a feature may itself be called like one.
    fn feature_type(&mut self) -> Option<Type> {
        let has_name = matches!(self.line.tokens.get(1).map(|token| &token.kind), Some(Kind::Word(name)) if name != "cardinality")
            || matches!(self.line.tokens.get(1).map(|token| &token.kind), Some(Kind::Quoted(_)));
        let kind = match self.kind() {
            Some(Kind::Word(word)) if has_name => match word.as_str() {
                "Integer" => Some(Type::Integer),
                "Real" => Some(Type::Real),
                "String" => Some(Type::Text),
                "Boolean" => None,
                _ => return None,
            },
            _ => return None,
        };
        self.at += 1;
        kind
    }

    /// `[2]`, `[1..3]` or `[1..*]`.
    fn cardinality(&mut self) -> Result<(u32, u32)> {
        self.symbol("[")?;
        let at_least = self.count()?;
        let at_most = match self.take("..") {
            true if self.take("*") => u32::MAX,
            true => self.count()?,
            false => at_least,
        };
        if at_most < at_least {
            return Err(at(self.line(), format!("[{at_least}..{at_most}] ends before it begins")));
        }
        self.symbol("]")?;
        Ok((at_least, at_most))
    }

    fn count(&mut self) -> Result<u32> {
        let count = match self.kind() {
            Some(Kind::Number(number)) if number.is_whole() => u32::try_from(number.floor()).ok(),
            _ => None,
        };
        let count = count.ok_or_else(|| self.unexpected("a whole number"))?;
        self.at += 1;
        Ok(count)
    }

    fn skip_vector(&mut self) -> Result<()> {
        let mut open = 0_usize;
        while let Some(kind) = self.kind() {
            self.at += 1;
            match kind {
                Kind::Symbol("[") => open += 1,
                Kind::Symbol("]") if open == 1 => return Ok(()),
                Kind::Symbol("]") => open -= 1,
                _ => {}
            }
        }
        Err(self.unexpected("`]`"))
    }

    /// Counts an operation that holds others in it.
    fn deeper(&mut self) -> Result<()> {
        self.depth += 1;
        self.bounded(self.depth)
    }

    fn linked(&mut self) -> Result<()> {
        self.links += 1;
        self.bounded(self.links)
    }

    fn bounded(&self, count: usize) -> Result<()> {
        if count > MOST_DEPTH {
            return Err(at(self.line(), format!("the condition has more than {MOST_DEPTH} parts inside each other; write several lines")));
        }
        Ok(())
    }

    /// `<=>` binds least, then `=>`, `|`, `&` and `!`; equals are taken from the left.
    fn condition(&mut self) -> Result<Raw> {
        let depth = self.depth;
        self.links *= usize::from(depth > 0);
        self.deeper()?;
        let mut left = self.implication()?;
        while self.take("<=>") {
            self.linked()?;
            left = Raw::Iff(Box::new(left), Box::new(self.implication()?));
        }
        self.depth = depth;
        Ok(left)
    }

    fn implication(&mut self) -> Result<Raw> {
        let mut left = self.list("|", |words| words.list("&", Self::unary, Raw::All), Raw::Any)?;
        while self.take("=>") {
            self.linked()?;
            let right = self.list("|", |words| words.list("&", Self::unary, Raw::All), Raw::Any)?;
            left = Raw::Implies(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn list(&mut self, between: &str, part: impl Fn(&mut Self) -> Result<Raw>, join: fn(Vec<Raw>) -> Raw) -> Result<Raw> {
        let first = part(self)?;
        if !self.is(between) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.take(between) {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn unary(&mut self) -> Result<Raw> {
        if self.take("!") {
            let depth = self.depth;
            self.deeper()?;
            let inner = self.unary()?;
            self.depth = depth;
            return Ok(Raw::Not(Box::new(inner)));
        }
        // What stands in parentheses may be a condition or a number: only a comparison after it tells.
        let (start, depth, links) = (self.at, self.depth, self.links);
        match (self.value(), self.compare()) {
            (Ok(left), Some(how)) => {
                let line = self.line();
                self.at += 1;
                return Ok(Raw::Compare { line, left, how, right: self.value()? });
            }
            (Err(error), _) if self.links.max(self.depth) > MOST_DEPTH => return Err(error),
            _ => {}
        }
        (self.at, self.depth, self.links) = (start, depth, links);
        if self.take("(") {
            let inner = self.condition()?;
            self.symbol(")")?;
            return Ok(inner);
        }
        Ok(Raw::Name(self.reference()?))
    }

    fn compare(&self) -> Option<Compare> {
        match self.kind()? {
            Kind::Symbol("==") => Some(Compare::Equal),
            Kind::Symbol("!=") => Some(Compare::Unequal),
            Kind::Symbol("<") => Some(Compare::Less),
            Kind::Symbol("<=") => Some(Compare::AtMost),
            Kind::Symbol(">") => Some(Compare::More),
            Kind::Symbol(">=") => Some(Compare::AtLeast),
            _ => None,
        }
    }

    fn value(&mut self) -> Result<Value> {
        let depth = self.depth;
        self.deeper()?;
        let first = self.product()?;
        let mut parts = vec![(true, first)];
        while self.is("+") || self.is("-") {
            let is_added = self.is("+");
            self.at += 1;
            parts.push((is_added, self.product()?));
        }
        self.depth = depth;
        Ok(match parts.pop() {
            Some((_, only)) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Value::Sum(parts)
            }
        })
    }

    fn product(&mut self) -> Result<Value> {
        let mut left = self.primary()?;
        while self.is("*") || self.is("/") {
            self.linked()?;
            let make = if self.is("*") { Value::Times } else { Value::Over };
            self.at += 1;
            left = make(Box::new(left), Box::new(self.primary()?));
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<Value> {
        let is_negative = self.take("-");
        let value = match self.kind() {
            Some(Kind::Number(number)) => {
                self.at += 1;
                Value::Number(*number)
            }
            Some(Kind::Text(text)) => {
                self.at += 1;
                Value::Text(text.clone())
            }
            Some(Kind::Symbol("(")) => {
                self.at += 1;
                let inner = self.value()?;
                self.symbol(")")?;
                inner
            }
            _ => self.named_value()?,
        };
        Ok(if is_negative { Value::Sum(vec![(false, value)]) } else { value })
    }

    fn named_value(&mut self) -> Result<Value> {
        let line = self.line();
        let function = match (self.kind(), self.line.tokens.get(self.at + 1).map(|token| &token.kind)) {
            (Some(Kind::Word(function)), Some(Kind::Symbol("("))) => function.clone(),
            _ => return Ok(Value::Name(self.reference()?)),
        };
        self.at += 2;
        let mut arguments = vec![self.reference()?];
        while self.take(",") {
            arguments.push(self.reference()?);
        }
        self.symbol(")")?;
        Ok(Value::Call { function, arguments, line })
    }
}
