//! What could stand where somebody is writing a rule.

use super::{Expected, Kind, MistakeKind, Names, Token, parse, tokens};
use crate::configurator::problem::Var;

/// The names that a rule may use, to be listed.
pub trait Vocabulary: Names {
    fn groups(&self) -> Vec<&str>;
    fn options(&self, group: Var) -> Vec<&str>;
    fn attributes(&self) -> Vec<&str>;
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    Group,
    Option,
    Attribute,
    /// A word or sign of the text form itself.
    Word,
}

/// Something that could stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    pub text: String,
    pub kind: CompletionKind,
}

/// What could stand at a place, and what it would take the place of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// Byte offsets of the word at the place; equal where there is none.
    pub from: usize,
    pub to: usize,
    /// Those that begin with what is written before the place come first, then those that hold it.
    pub words: Vec<Completion>,
}

const CONDITION: [&str; 8] = ["not", "(", "exactly", "at least", "at most", "total", "true", "false"];
const BETWEEN: [&str; 4] = ["and", "or", "=>", "<=>"];
const LIMIT: [&str; 5] = ["<=", ">=", "=", "<", ">"];

/// What could stand at `caret`, a byte offset; nothing where what stands before it cannot be read.
#[must_use]
pub fn complete(text: &str, caret: usize, names: &dyn Vocabulary) -> Completions {
    let caret = (0..=caret.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let from = text[..caret].trim_end_matches(is_inside).len();
    let to = text.len() - text[caret..].trim_start_matches(is_inside).len();
    let typed = text[from..caret].to_ascii_lowercase();
    let mut words = fitting(&text[..from], names);
    words.retain(|word| word.text.contains(&typed));
    words.sort_by_key(|word| !word.text.starts_with(&typed));
    Completions { from, to, words }
}

/// Everything that could follow.
fn fitting(before: &str, names: &dyn Vocabulary) -> Vec<Completion> {
    let Ok(tokens) = tokens(before) else { return Vec::new() };
    let last = tokens.last().map(|token| token.text);
    let expected = match parse(before, names) {
        Ok(_) => return words(&BETWEEN),
        Err(mistake) => mistake,
    };
    if expected.from < before.trim_end().len() {
        // A word of the text form that stands at the end is taken for a name, until something follows it.
        let is_last = tokens.last().is_some_and(|token| token.from == expected.from);
        return match last.filter(|_| is_last) {
            Some("at") => words(&["least", "most"]),
            Some("not") => conditions(names),
            Some("total") => all(names.attributes(), CompletionKind::Attribute),
            _ => Vec::new(),
        };
    }
    match expected.kind {
        MistakeKind::Expected(Expected::Condition) if last == Some("total") => all(names.attributes(), CompletionKind::Attribute),
        MistakeKind::Expected(Expected::Condition) => conditions(names),
        MistakeKind::Expected(Expected::Comparison) => {
            let is_limit = tokens.len() > 1 && tokens[tokens.len() - 2].text == "total";
            if is_limit { words(&LIMIT) } else { words(&["=", "!=", "in"]) }
        }
        MistakeKind::Expected(Expected::Option) => compared(&tokens)
            .and_then(|group| names.group(group))
            .map(|group| all(names.options(group), CompletionKind::Option))
            .unwrap_or_default(),
        MistakeKind::Expected(Expected::Open) => words(&["("]),
        MistakeKind::Expected(Expected::Of) => words(&["of"]),
        MistakeKind::Expected(Expected::Close) => closing(&tokens),
        _ => Vec::new(),
    }
}

/// What a condition can begin with.
fn conditions(names: &dyn Vocabulary) -> Vec<Completion> {
    let mut found = all(names.groups(), CompletionKind::Group);
    found.extend(words(&CONDITION));
    found
}

/// The group whose options are asked for.
fn compared<'a>(tokens: &[Token<'a>]) -> Option<&'a str> {
    let sign = tokens.iter().rposition(|token| matches!(token.text, "=" | "!=" | "in"))?;
    tokens.get(sign.checked_sub(1)?).map(|token| token.text)
}

/// What can stand before a parenthesis is closed: in a list of options no more than another one.
fn closing(tokens: &[Token<'_>]) -> Vec<Completion> {
    let mut depth = 0_i32;
    let open = tokens.iter().rposition(|token| {
        depth += i32::from(token.kind == Kind::Sign && token.text == ")") - i32::from(token.kind == Kind::Sign && token.text == "(");
        depth < 0
    });
    let before = open.and_then(|open| open.checked_sub(1)).and_then(|at| tokens.get(at)).map(|token| token.text);
    let mut found = match before {
        Some("in") => words(&[","]),
        Some("of") => words(&["and", "or", "=>", "<=>", ","]),
        _ => words(&BETWEEN),
    };
    found.extend(words(&[")"]));
    found
}

fn words(texts: &[&str]) -> Vec<Completion> {
    all(texts.to_vec(), CompletionKind::Word)
}

fn all(texts: Vec<&str>, kind: CompletionKind) -> Vec<Completion> {
    texts.into_iter().map(|text| Completion { text: text.to_owned(), kind }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configurator::model::{Attribute, Group, GroupKind, GroupOption, Importance, Layout, Model};
    use crate::text::LocalText;

    fn model() -> Model {
        let group = |code: &str, options: &[&str]| Group {
            code: code.to_owned(),
            name: LocalText::default(),
            step: String::new(),
            kind: GroupKind::List,
            importance: Importance::Drive,
            options: options.iter().map(|code| GroupOption { code: (*code).to_owned(), ..GroupOption::default() }).collect(),
            default: None,
        };
        Model {
            markets: vec!["vn".to_owned(), "eu".to_owned()],
            groups: vec![group("engine", &["petrol", "diesel"]), group("tow-bar", &["no", "yes"])],
            attributes: vec![Attribute { code: "weight".to_owned(), ..Attribute::default() }],
            ..Model::default()
        }
    }

    /// What could stand where the text has `|`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let caret = text.find('|').expect("a caret");
        let found = complete(&text.replace('|', ""), caret, &Layout::new(&model()));
        let words: Vec<&str> = found.words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(words, expected, "{text}");
    }

    #[test]
    fn what_fits_is_offered_and_nothing_else() {
        const ALL: [&str; 11] = ["engine", "tow-bar", "market", "not", "(", "exactly", "at least", "at most", "total", "true", "false"];
        check("|", &ALL);
        check("not |", &ALL);
        check("engine = diesel => |", &ALL);
        check("exactly 1 of (|", &ALL);
        check("engine |", &["=", "!=", "in"]);
        check("engine = |", &["petrol", "diesel"]);
        check("market != |", &["vn", "eu"]);
        check("engine in |", &["("]);
        check("engine in (|", &["petrol", "diesel"]);
        check("engine in (petrol, |", &["petrol", "diesel"]);
        check("engine in (petrol |", &[",", ")"]);
        check("engine = diesel |", &["and", "or", "=>", "<=>"]);
        check("(engine = diesel |", &["and", "or", "=>", "<=>", ")"]);
        check("at least 1 of (engine = diesel |", &["and", "or", "=>", "<=>", ",", ")"]);
        check("at |", &["least", "most"]);
        check("exactly |", &[]);
        check("exactly 2 |", &["of"]);
        check("total |", &["weight"]);
        check("tow-bar = yes => total weight |", &["<=", ">=", "=", "<", ">"]);
        check("total weight <= |", &[]);
        check("nothing = |", &[]);
        check("engine = ! |", &[]);
    }

    #[test]
    fn what_is_written_already_narrows_it() {
        check("en|", &["engine"]);
        check("bar|", &["tow-bar"]);
        check("t|", &["tow-bar", "total", "true", "market", "not", "exactly", "at least", "at most"]);
        check("engine = d|", &["diesel"]);
        let found = complete("engine = die or true", 11, &Layout::new(&model()));
        assert_eq!((found.from, found.to), (9, 12));
        let found = complete("đỏ", 1, &Layout::new(&model()));
        assert_eq!((found.from, found.to), (0, 0));
    }
}
