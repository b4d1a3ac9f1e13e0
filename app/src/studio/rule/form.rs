//! A rule as a form: "when this is so, that must be, or cannot be". The form and the text are the same rule.

use muster_shared::configurator::{
    expression,
    model::{Layout, MARKET, Model},
    problem::{Constraint, Formula, Value, Var},
};

/// A rule that fits the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// All of these hold; none where the rule always applies.
    pub when: Vec<Clause>,
    pub then: Then,
}

/// A group that has, or has not, one of the options.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub group: String,
    pub is: bool,
    pub options: Vec<String>,
}

impl Default for Clause {
    fn default() -> Self {
        Self { group: String::new(), is: true, options: Vec::new() }
    }
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// All of these hold.
    All(Vec<Clause>),
    /// So many of these hold.
    Count { how: How, number: u32, of: Vec<Clause> },
}

impl Default for Then {
    fn default() -> Self {
        Self::All(vec![Clause::default()])
    }
}

/// How a count is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    AtMost,
    AtLeast,
    Exactly,
}

impl How {
    pub const ALL: [Self; 3] = [Self::AtMost, Self::AtLeast, Self::Exactly];

    /// As rules say it.
    pub const fn text(self) -> &'static str {
        match self {
            Self::AtMost => "at most",
            Self::AtLeast => "at least",
            Self::Exactly => "exactly",
        }
    }

    fn of(at_least: u32, at_most: u32) -> (Self, u32) {
        match (at_least, at_most) {
            (least, u32::MAX) => (Self::AtLeast, least),
            (0, most) => (Self::AtMost, most),
            (_, most) => (Self::Exactly, most),
        }
    }
}

impl Form {
    /// Reads a rule; `None` where it says more than the form can. What is empty is a form to be filled in, and so is a beginning
    /// such as `paint = red =>`.
    pub fn read(text: &str, model: &Model) -> Option<Self> {
        let layout = Layout::new(model);
        if text.trim().is_empty() {
            return Some(Self { when: vec![Clause::default()], then: Then::default() });
        }
        if let Some(begun) = text.trim_end().strip_suffix("=>") {
            let Ok(Constraint::Formula(when)) = expression::parse(begun, &layout) else { return None };
            return Some(Self { when: all(&when, model)?, then: Then::default() });
        }
        match expression::parse(text, &layout).ok()? {
            Constraint::Formula(Formula::Implies(when, then)) => Some(Self { when: all(&when, model)?, then: follows(&then, model)? }),
            Constraint::Formula(Formula::Not(inner)) => match *inner {
                // What cannot be together: the last of them is what follows.
                Formula::All(parts) => {
                    let mut clauses = parts.iter().map(|part| clause(part, model)).collect::<Option<Vec<_>>>()?;
                    let mut last = clauses.pop()?;
                    last.is = !last.is;
                    Some(Self { when: clauses, then: Then::All(vec![last]) })
                }
                other => Some(Self { when: Vec::new(), then: follows(&Formula::Not(Box::new(other)), model)? }),
            },
            Constraint::Formula(then) => Some(Self { when: Vec::new(), then: follows(&then, model)? }),
            _ => None,
        }
    }

    /// The rule's text; `None` while something is not filled in.
    pub fn write(&self) -> Option<String> {
        let then = match &self.then {
            Then::All(clauses) => joined(clauses, " and ")?,
            Then::Count { how, number, of } => format!("{} {number} of ({})", how.text(), joined(of, ", ")?),
        };
        if self.when.is_empty() {
            return Some(then);
        }
        Some(format!("{} => {then}", joined(&self.when, " and ")?))
    }
}

fn joined(clauses: &[Clause], with: &str) -> Option<String> {
    let texts = clauses.iter().map(Clause::write).collect::<Option<Vec<_>>>()?;
    (!texts.is_empty()).then(|| texts.join(with))
}

impl Clause {
    fn write(&self) -> Option<String> {
        let group = &self.group;
        match (self.options.as_slice(), self.is) {
            ([], _) => None,
            _ if group.is_empty() => None,
            ([option], true) => Some(format!("{group} = {option}")),
            ([option], false) => Some(format!("{group} != {option}")),
            (options, true) => Some(format!("{group} in ({})", options.join(", "))),
            (options, false) => Some(format!("not {group} in ({})", options.join(", "))),
        }
    }
}

fn all(formula: &Formula, model: &Model) -> Option<Vec<Clause>> {
    match formula {
        Formula::All(parts) => parts.iter().map(|part| clause(part, model)).collect(),
        other => Some(vec![clause(other, model)?]),
    }
}

fn follows(formula: &Formula, model: &Model) -> Option<Then> {
    match formula {
        Formula::Count { of, at_least, at_most } => {
            let (how, number) = How::of(*at_least, *at_most);
            Some(Then::Count { how, number, of: of.iter().map(|part| clause(part, model)).collect::<Option<_>>()? })
        }
        other => Some(Then::All(all(other, model)?)),
    }
}

fn clause(formula: &Formula, model: &Model) -> Option<Clause> {
    let (is, inner) = match formula {
        Formula::Not(inner) => (false, inner.as_ref()),
        other => (true, other),
    };
    let (var, values) = match inner {
        Formula::Is(var, value) => (*var, vec![*value]),
        Formula::In(var, values) => (*var, values.clone()),
        _ => return None,
    };
    let (group, options) = names(var, &values, model)?;
    Some(Clause { group, is, options })
}

fn names(var: Var, values: &[Value], model: &Model) -> Option<(String, Vec<String>)> {
    if var == MARKET {
        let options = values.iter().map(|value| model.markets.get(*value as usize).cloned()).collect::<Option<_>>()?;
        return Some(("market".to_owned(), options));
    }
    let group = model.groups.get(var.checked_sub(1)?)?;
    let options = values.iter().map(|value| group.options.get(*value as usize).map(|option| option.code.clone())).collect::<Option<_>>()?;
    Some((group.code.clone(), options))
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        configurator::model::{Group, GroupKind, GroupOption, Importance},
        text::LocalText,
    };

    use super::*;

    fn model() -> Model {
        let group = |code: &str, options: &[&str]| Group {
            code: code.into(),
            name: LocalText::default(),
            step: String::new(),
            kind: GroupKind::List,
            importance: Importance::Look,
            options: options.iter().map(|code| GroupOption { code: (*code).into(), ..GroupOption::default() }).collect(),
            default: None,
        };
        Model {
            markets: vec!["vn".into(), "eu".into()],
            groups: vec![group("paint", &["red", "blue", "white"]), group("line", &["core", "plus"]), group("roof", &["none", "glass"])],
            ..Model::default()
        }
    }

    /// A text that the form reads, and the text that it writes of it.
    #[track_caller]
    fn check(text: &str, written: &str) {
        let form = Form::read(text, &model()).expect("the form holds it");
        assert_eq!(form.write().as_deref(), Some(written));
    }

    #[test]
    fn form_and_text_are_the_same_rule() {
        for text in [
            "paint = red => line = plus",
            "paint in (red, blue) and line != core => roof = glass",
            "market = eu => not paint in (red, white)",
            "at most 1 of (paint = red, roof = glass)",
            "line = core => exactly 1 of (paint = white, roof = none)",
            "line = plus",
            "paint = red => line = plus and roof = glass",
        ] {
            check(text, text);
        }
        check("not (paint = red and line = core)", "paint = red => line != core");
    }

    #[test]
    fn what_the_form_cannot_say_is_left_to_the_text() {
        for text in ["paint = red or line = core => roof = glass", "paint = red <=> line = plus", "paint = pink => line = plus"] {
            assert_eq!(Form::read(text, &model()), None, "{text}");
        }
    }

    #[test]
    fn a_form_that_is_not_filled_in_is_no_rule_yet() {
        assert_eq!(Form::read("", &model()).and_then(|form| form.write()), None);
        let begun = Form::read("paint = red => ", &model()).expect("a beginning fits");
        assert_eq!(begun.when[0].group, "paint");
        assert_eq!(begun.write(), None);
    }
}
