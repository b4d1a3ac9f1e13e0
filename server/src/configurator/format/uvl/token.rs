//! Words of UVL, line by line.

use crate::configurator::format::number::Number;
use crate::configurator::format::{Result, at};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word(String),
    /// A name in double quotes, which is never a keyword.
    Quoted(String),
    /// A text in single quotes.
    Text(String),
    Number(Number),
    Symbol(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub line: u32,
}

/// What stands on one line; between brackets a line goes on in the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u32,
    pub indent: usize,
    pub tokens: Vec<Token>,
}

/// Longest first, where one begins like another.
const SYMBOLS: [&str; 24] =
    ["<=>", "=>", "==", "<=", ">=", "!=", "..", "<", ">", "!", "&", "|", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", "."];

/// All lines that say something.
pub fn lines(text: &str) -> Result<Vec<Line>> {
    let mut reader = Reader { rest: text, line: 1, open: Vec::new(), lines: Vec::new(), starts: true };
    while reader.step()? {}
    match reader.open.first() {
        Some((symbol, line)) => Err(at(*line, format!("`{symbol}` is never closed"))),
        None => Ok(reader.lines),
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    /// Brackets that are open, with their lines.
    open: Vec<(&'static str, u32)>,
    lines: Vec<Line>,
    /// Whether the next word starts a line.
    starts: bool,
}

impl<'a> Reader<'a> {
    /// Reads what comes next; false at the end.
    fn step(&mut self) -> Result<bool> {
        if self.starts && self.open.is_empty() {
            let indent = self.indent();
            self.lines.push(Line { number: self.line, indent, tokens: Vec::new() });
            self.starts = false;
        }
        let Some(next) = self.rest.chars().next() else {
            self.end_line();
            return Ok(false);
        };
        match next {
            '\n' => {
                self.skip(1);
                self.end_line();
                self.line += 1;
            }
            _ if next.is_whitespace() => self.skip(next.len_utf8()),
            '/' if self.rest.starts_with("//") => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
            '/' if self.rest.starts_with("/*") => self.comment()?,
            '"' => self.quoted('"', Kind::Quoted)?,
            '\'' => self.quoted('\'', Kind::Text)?,
            _ if next.is_alphabetic() || next == '_' => {
                let word = self.take_while(is_name);
                self.push(Kind::Word(word.to_owned()));
            }
            _ if next.is_ascii_digit() || self.is_fraction() => self.number()?,
            _ => self.symbol(next)?,
        }
        Ok(true)
    }

    /// How far the line is set in; a tabulator reaches to the next multiple of eight.
    fn indent(&mut self) -> usize {
        let mut indent = 0;
        while let Some(space @ (' ' | '\t')) = self.rest.chars().next() {
            indent = if space == '\t' { indent / 8 * 8 + 8 } else { indent + 1 };
            self.skip(1);
        }
        indent
    }

    fn end_line(&mut self) {
        if self.open.is_empty() {
            self.lines.pop_if(|line| line.tokens.is_empty());
            self.starts = true;
        }
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !belongs(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn push(&mut self, kind: Kind) {
        if let Some(line) = self.lines.last_mut() {
            line.tokens.push(Token { kind, line: self.line });
        }
    }

    fn comment(&mut self) -> Result<()> {
        let end = self.rest.find("*/").ok_or_else(|| at(self.line, "the comment `/*` is never closed"))?;
        self.line += self.rest[..end].matches('\n').count() as u32;
        self.skip(end + 2);
        Ok(())
    }

    fn quoted(&mut self, quote: char, kind: fn(String) -> Kind) -> Result<()> {
        let content = &self.rest[1..];
        let end = content.find([quote, '\n']).filter(|end| content[*end..].starts_with(quote));
        let end = end.ok_or_else(|| at(self.line, format!("the quote {quote} is not closed on its line")))?;
        let inside = content[..end].to_owned();
        self.skip(end + 2);
        self.push(kind(inside));
        Ok(())
    }

    fn is_fraction(&self) -> bool {
        let mut chars = self.rest.chars();
        chars.next() == Some('.') && chars.next().is_some_and(|c| c.is_ascii_digit())
    }

    fn number(&mut self) -> Result<()> {
        let before = self.rest;
        self.take_while(|c| c.is_ascii_digit());
        if self.is_fraction() {
            self.skip(1);
            self.take_while(|c| c.is_ascii_digit());
        }
        let text = &before[..before.len() - self.rest.len()];
        let number = Number::parse(text).ok_or_else(|| at(self.line, format!("{text} has too many digits")))?;
        self.push(Kind::Number(number));
        Ok(())
    }

    fn symbol(&mut self, next: char) -> Result<()> {
        let symbol = SYMBOLS.iter().find(|symbol| self.rest.starts_with(**symbol));
        let symbol =
            *symbol.ok_or_else(|| at(self.line, format!("`{next}` is nothing in UVL; put names with such signs in double quotes")))?;
        match symbol {
            "(" | "[" | "{" => self.open.push((symbol, self.line)),
            ")" | "]" | "}" => {
                let opened = self.open.pop().map(|(opened, _)| opened);
                if !matches!((opened, symbol), (Some("("), ")") | (Some("["), "]") | (Some("{"), "}")) {
                    return Err(at(self.line, format!("`{symbol}` closes nothing")));
                }
            }
            _ => {}
        }
        self.push(Kind::Symbol(symbol));
        self.skip(symbol.len());
        Ok(())
    }
}

/// What a name without quotes may hold after its first letter.
fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "_#§%?\\';".contains(c)
}
