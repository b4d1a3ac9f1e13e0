//! The text form of rules: `seats = leather and not engine = diesel => gearbox in (auto, dual)`.
//!
//! From loose to tight: `<=>`, `=>`, `or`, `and`, `not`; then `group = option`, `group != option`, `group in (a, b)`,
//! `exactly 1 of (.., ..)`, `at least 2 of (..)`, `at most 1 of (..)`, `true`, `false`, and parentheses. A limit stands alone or after
//! one condition: `tow-bar = yes => total weight <= 3500`.

mod complete;

pub use complete::{Completion, CompletionKind, Completions, Vocabulary, complete};

use super::problem::{Constraint, Formula, Value, Var};

/// What names mean while a rule is read.
pub trait Names {
    /// The variable of a group.
    fn group(&self, code: &str) -> Option<Var>;
    /// The value of a group's option.
    fn option(&self, group: Var, code: &str) -> Option<Value>;
    /// What each value of each group adds to an attribute, groups without any left out; `None` where there is no such attribute.
    fn attribute(&self, code: &str) -> Option<Vec<(Var, Vec<i64>)>>;
    /// Number of options of a group.
    fn size(&self, group: Var) -> u32;
}

/// Where and why a rule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Byte offsets in the text.
    pub from: usize,
    pub to: usize,
    pub kind: MistakeKind,
}

/// Why a rule cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MistakeKind {
    /// This character is not used in rules.
    Character,
    /// Something else was expected here.
    Expected(Expected),
    NoGroup(String),
    NoOption {
        group: String,
        option: String,
    },
    NoAttribute(String),
    /// A number that is not a whole one of at most nine digits, or with a minus where none can be.
    Number,
    /// Parentheses within parentheses, more than anybody writes.
    TooDeep,
    /// A limit can follow one condition of one group only.
    LimitCondition,
}

/// What could follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Condition,
    Comparison,
    Option,
    Open,
    Close,
    Number,
    Of,
    End,
}

/// Reads a rule.
///
/// # Errors
/// The first mistake, with its place.
pub fn parse(text: &str, names: &dyn Names) -> Result<Constraint, Mistake> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.len(), names, depth: 0 };
    let constraint = parser.rule()?;
    match parser.peek() {
        None => Ok(constraint),
        Some(_) => Err(parser.expected(Expected::End)),
    }
}

/// Reads a condition: a rule without a limit.
///
/// # Errors
/// The first mistake, with its place.
pub fn condition(text: &str, names: &dyn Names) -> Result<Formula, Mistake> {
    match parse(text, names)? {
        Constraint::Formula(formula) => Ok(formula),
        _ => Err(Mistake { from: 0, to: text.len(), kind: MistakeKind::Expected(Expected::Condition) }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Number,
    Sign,
}

#[derive(Clone, Copy)]
struct Token<'a> {
    text: &'a str,
    from: usize,
    kind: Kind,
}

const SIGNS: [&str; 12] = ["<=>", "=>", "<=", ">=", "!=", "=", "<", ">", "(", ")", ",", "-"];
/// Deeper than anybody writes, and far from the end of the stack.
const DEEPEST: usize = 64;

fn tokens(text: &str) -> Result<Vec<Token<'_>>, Mistake> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let token = if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            Token { text: &rest[..sign.len()], from: at, kind: Kind::Sign }
        } else {
            let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let length = rest.find(|c| !is_inside(c)).unwrap_or(rest.len());
            if length == 0 {
                return Err(Mistake { from: at, to: at + first.len_utf8(), kind: MistakeKind::Character });
            }
            let word = &rest[..length];
            let kind = if word.bytes().all(|byte| byte.is_ascii_digit()) { Kind::Number } else { Kind::Word };
            Token { text: word, from: at, kind }
        };
        at += token.text.len();
        tokens.push(token);
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    end: usize,
    names: &'a dyn Names,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).map(|token| token.text)
    }

    fn is_ahead(&self, by: usize, text: &str) -> bool {
        self.tokens.get(self.at + by).is_some_and(|token| token.text == text)
    }

    fn take(&mut self, text: &str) -> bool {
        let is_there = self.is_ahead(0, text);
        self.at += usize::from(is_there);
        is_there
    }

    fn need(&mut self, text: &str, expected: Expected) -> Result<(), Mistake> {
        if self.take(text) { Ok(()) } else { Err(self.expected(expected)) }
    }

    fn expected(&self, expected: Expected) -> Mistake {
        self.mistake(MistakeKind::Expected(expected))
    }

    /// At the next token, or at the end.
    fn mistake(&self, kind: MistakeKind) -> Mistake {
        let (from, to) = self.tokens.get(self.at).map_or((self.end, self.end), |token| (token.from, token.from + token.text.len()));
        Mistake { from, to, kind }
    }

    fn rule(&mut self) -> Result<Constraint, Mistake> {
        if self.is_limit() {
            return self.limit(None);
        }
        let start = self.at;
        let when = self.disjunction()?;
        if self.is_ahead(0, "=>")
            && self.tokens.get(self.at + 1).is_some_and(|token| token.text == "total")
            && !self.is_compared(self.at + 2)
        {
            self.at += 1;
            return match when {
                Formula::Is(var, value) => self.limit(Some((var, vec![value]))),
                Formula::In(var, values) => self.limit(Some((var, values))),
                _ => {
                    self.at = start;
                    Err(self.mistake(MistakeKind::LimitCondition))
                }
            };
        }
        self.at = start;
        Ok(Constraint::Formula(self.equivalence()?))
    }

    /// A group may be called `total` too: then it is compared.
    fn is_limit(&self) -> bool {
        self.is_ahead(0, "total") && !self.is_compared(self.at + 1)
    }

    fn is_compared(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|token| token.kind == Kind::Sign || token.text == "in")
    }

    fn limit(&mut self, when: Option<(Var, Vec<Value>)>) -> Result<Constraint, Mistake> {
        self.need("total", Expected::Condition)?;
        let name = self.peek().ok_or_else(|| self.expected(Expected::Condition))?;
        let mut terms = self.names.attribute(name).ok_or_else(|| self.mistake(MistakeKind::NoAttribute(name.to_owned())))?;
        self.at += 1;
        let sign =
            self.peek().filter(|sign| matches!(*sign, "<=" | ">=" | "=" | "<" | ">")).ok_or_else(|| self.expected(Expected::Comparison))?;
        self.at += 1;
        let number = self.number()?;
        let least: i64 = terms.iter().filter_map(|(_, adds)| adds.iter().min()).sum();
        let most: i64 = terms.iter().filter_map(|(_, adds)| adds.iter().max()).sum();
        let (at_least, at_most) = match sign {
            "<=" => (least, number),
            "<" => (least, number - 1),
            ">=" => (number, most),
            ">" => (number + 1, most),
            _ => (number, number),
        };
        if let Some((var, values)) = when {
            // Where the condition does not hold, enough is taken off (or added) for the bound to hold whatever else is chosen.
            let slack = if sign == "<=" || sign == "<" { at_most - most } else { at_least - least };
            if sign == "=" {
                return Err(self.mistake(MistakeKind::LimitCondition));
            }
            let is_upper = sign == "<=" || sign == "<";
            let free = if is_upper { slack.min(0) } else { slack.max(0) };
            let adds = (0..self.names.size(var)).map(|value| if values.contains(&value) { 0 } else { free }).collect();
            terms.push((var, adds));
            let (low, high) = if is_upper { (i64::MIN / 8, at_most) } else { (at_least, i64::MAX / 8) };
            return Ok(Constraint::Sum { terms, at_least: low, at_most: high });
        }
        Ok(Constraint::Sum { terms, at_least, at_most })
    }

    fn number(&mut self) -> Result<i64, Mistake> {
        let is_negative = self.take("-");
        let token =
            self.tokens.get(self.at).copied().filter(|token| token.kind == Kind::Number).ok_or_else(|| self.expected(Expected::Number))?;
        if token.text.len() > 9 {
            return Err(self.mistake(MistakeKind::Number));
        }
        let number: i64 = token.text.parse().map_err(|_| self.mistake(MistakeKind::Number))?;
        self.at += 1;
        Ok(if is_negative { -number } else { number })
    }

    fn equivalence(&mut self) -> Result<Formula, Mistake> {
        let mut left = self.implication()?;
        while self.take("<=>") {
            left = left.iff(self.implication()?);
        }
        Ok(left)
    }

    fn implication(&mut self) -> Result<Formula, Mistake> {
        let when = self.disjunction()?;
        if !self.take("=>") {
            return Ok(when);
        }
        self.deeper(|parser| Ok(when.implies(parser.implication()?)))
    }

    fn disjunction(&mut self) -> Result<Formula, Mistake> {
        let mut parts = vec![self.conjunction()?];
        while self.take("or") {
            parts.push(self.conjunction()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Formula::Any(parts) })
    }

    fn conjunction(&mut self) -> Result<Formula, Mistake> {
        let mut parts = vec![self.negation()?];
        while self.take("and") {
            parts.push(self.negation()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Formula::All(parts) })
    }

    fn negation(&mut self) -> Result<Formula, Mistake> {
        if self.is_ahead(0, "not") && !self.is_compared(self.at + 1) || self.is_ahead(0, "not") && self.is_ahead(1, "(") {
            self.at += 1;
            return self.deeper(|parser| Ok(parser.negation()?.negated()));
        }
        self.atom()
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Mistake>) -> Result<T, Mistake> {
        if self.depth == DEEPEST {
            return Err(self.mistake(MistakeKind::TooDeep));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn atom(&mut self) -> Result<Formula, Mistake> {
        if self.take("(") {
            let inner = self.deeper(Self::equivalence)?;
            self.need(")", Expected::Close)?;
            return Ok(inner);
        }
        let token =
            self.tokens.get(self.at).copied().filter(|token| token.kind != Kind::Sign).ok_or_else(|| self.expected(Expected::Condition))?;
        let is_alone = !self.is_compared(self.at + 1);
        match token.text {
            "true" | "false" if !self.is_ahead(1, "=") && !self.is_ahead(1, "!=") && !self.is_ahead(1, "in") => {
                self.at += 1;
                Ok(Formula::Constant(token.text == "true"))
            }
            "exactly" if is_alone => {
                self.at += 1;
                let count = self.count()?;
                self.counted(count, count)
            }
            "at" if is_alone && self.is_ahead(1, "least") => {
                self.at += 2;
                let count = self.count()?;
                self.counted(count, u32::MAX)
            }
            "at" if is_alone && self.is_ahead(1, "most") => {
                self.at += 2;
                let count = self.count()?;
                self.counted(0, count)
            }
            _ => self.comparison(),
        }
    }

    fn count(&mut self) -> Result<u32, Mistake> {
        let number = self.number()?;
        u32::try_from(number).map_err(|_| self.mistake(MistakeKind::Number))
    }

    fn counted(&mut self, at_least: u32, at_most: u32) -> Result<Formula, Mistake> {
        self.need("of", Expected::Of)?;
        self.need("(", Expected::Open)?;
        let mut of = vec![self.deeper(Self::equivalence)?];
        while self.take(",") {
            of.push(self.deeper(Self::equivalence)?);
        }
        self.need(")", Expected::Close)?;
        Ok(Formula::Count { of, at_least, at_most })
    }

    fn comparison(&mut self) -> Result<Formula, Mistake> {
        let name = self.peek().ok_or_else(|| self.expected(Expected::Condition))?;
        let group = self.names.group(name).ok_or_else(|| self.mistake(MistakeKind::NoGroup(name.to_owned())))?;
        self.at += 1;
        if self.take("in") {
            self.need("(", Expected::Open)?;
            let mut values = vec![self.option(group, name)?];
            while self.take(",") {
                values.push(self.option(group, name)?);
            }
            self.need(")", Expected::Close)?;
            return Ok(Formula::In(group, values));
        }
        if self.take("=") {
            return Ok(Formula::Is(group, self.option(group, name)?));
        }
        self.need("!=", Expected::Comparison)?;
        Ok(Formula::Is(group, self.option(group, name)?).negated())
    }

    fn option(&mut self, group: Var, name: &str) -> Result<Value, Mistake> {
        let token =
            self.tokens.get(self.at).copied().filter(|token| token.kind != Kind::Sign).ok_or_else(|| self.expected(Expected::Option))?;
        let value = self
            .names
            .option(group, token.text)
            .ok_or_else(|| self.mistake(MistakeKind::NoOption { group: name.to_owned(), option: token.text.to_owned() }))?;
        self.at += 1;
        Ok(value)
    }
}
