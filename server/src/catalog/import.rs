//! Models of other programs as drafts: their variables become groups, their conditions rules in text or tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use muster_shared::catalog::Market;
use muster_shared::configurator::model::{Attribute, Group, GroupKind, GroupOption, Importance, Model, Rule, Step, Table};
use muster_shared::configurator::problem::{Constraint, Formula, Value, Var};
use muster_shared::problem::{FieldError, Params};
use muster_shared::text::{Lang, LocalText};

use crate::configurator::format::{self, Imported};
use crate::error::{Error, Result};

/// Groups of an imported model at most: more than anybody looks after by hand.
const GROUPS_MAX: usize = 2_000;
/// Longest code.
const CODE_MAX: usize = 40;
/// The step of all imported groups.
const STEP: &str = "all";

/// Reads a model, and what its text says otherwise than the draft.
///
/// # Errors
/// `text` `not-a-model` with the `problem` in English.
pub fn read(text: &str, markets: &[Market]) -> Result<(Model, Vec<String>)> {
    if text.trim_start().starts_with('{') {
        let model = serde_json::from_str(text).map_err(|error| refused(&error.to_string()))?;
        return Ok((model, Vec::new()));
    }
    let imported = format::read(text.as_bytes(), "model").map_err(|error| refused(&error.to_string()))?;
    if imported.vars.len() > GROUPS_MAX {
        return Err(refused(&format!("the model has {} variables; {GROUPS_MAX} can be looked after", imported.vars.len())));
    }
    let model = model(&imported, markets.iter().map(|market| market.code.clone()).collect());
    Ok((model, imported.notes))
}

fn refused(problem: &str) -> Error {
    let params = Params::from([("problem".to_owned(), problem.into())]);
    vec![FieldError { field: "text".to_owned(), code: "not-a-model".to_owned(), params }].into()
}

fn model(imported: &Imported, markets: Vec<String>) -> Model {
    let codes = Codes::of(imported);
    let mut model = Model {
        name: plain(&imported.name),
        markets,
        steps: vec![Step { code: STEP.to_owned(), name: plain("All"), title: plain("All"), view: String::new() }],
        groups: imported.vars.iter().enumerate().map(|(var, it)| group(it, &codes, var)).collect(),
        ..Model::default()
    };
    for (at, constraint) in imported.problem.constraints.iter().enumerate() {
        rules(&mut model, &codes, at + 1, constraint);
    }
    model
}

fn plain(text: &str) -> LocalText {
    LocalText(BTreeMap::from([(Lang::En, text.to_owned())]))
}

fn group(var: &format::ImportedVar, codes: &Codes, at: Var) -> Group {
    let option = |(value, name): (usize, &String)| GroupOption {
        code: codes.options[at][value].clone(),
        name: plain(name),
        ..GroupOption::default()
    };
    Group {
        code: codes.groups[at].clone(),
        name: plain(&var.name),
        step: STEP.to_owned(),
        kind: if var.none.is_some() && var.values.len() == 2 { GroupKind::Switch } else { GroupKind::List },
        importance: if var.is_helper { Importance::Accessory } else { Importance::Comfort },
        options: var.values.iter().enumerate().map(option).collect(),
        default: var.none.map(|none| codes.options[at][none as usize].clone()),
    }
}

/// Adds what a constraint says.
fn rules(model: &mut Model, codes: &Codes, number: usize, constraint: &Constraint) {
    let rule = |suffix: &str| Rule { code: format!("rule-{number}{suffix}"), ..Rule::default() };
    match constraint {
        Constraint::Table { scope, rows, allowed } => {
            let row = |row: &Vec<Value>| scope.iter().zip(row).map(|(var, value)| codes.option(*var, *value).to_owned()).collect();
            let table = Table {
                groups: scope.iter().map(|var| codes.groups[*var].clone()).collect(),
                rows: rows.iter().map(row).collect(),
                allowed: *allowed,
            };
            model.rules.push(Rule { table: Some(table), ..rule("") });
        }
        Constraint::Formula(formula) => {
            let mut condition = String::new();
            write(&mut condition, codes, formula);
            model.rules.push(Rule { condition, ..rule("") });
        }
        Constraint::Sum { terms, at_least, at_most } => {
            let code = format!("sum-{number}");
            for (var, adds) in terms {
                for (option, add) in model.groups[*var].options.iter_mut().zip(adds).filter(|(_, add)| **add != 0) {
                    *option.adds.entry(code.clone()).or_default() += add;
                }
            }
            let least: i64 = terms.iter().filter_map(|(_, adds)| adds.iter().min()).sum();
            let most: i64 = terms.iter().filter_map(|(_, adds)| adds.iter().max()).sum();
            if *at_most < most {
                model.rules.push(Rule { condition: format!("total {code} <= {at_most}"), ..rule("-most") });
            }
            if *at_least > least {
                model.rules.push(Rule { condition: format!("total {code} >= {at_least}"), ..rule("-least") });
            }
            model.attributes.push(Attribute { name: plain(&format!("Sum {number}")), code, unit: String::new(), base: 0 });
        }
    }
}

/// The text form of a formula; parentheses wherever they might be needed.
fn write(text: &mut String, codes: &Codes, formula: &Formula) {
    let mut put = |piece: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = text.write_fmt(piece);
    };
    match formula {
        Formula::Constant(truth) => put(format_args!("{truth}")),
        Formula::Is(var, value) => put(format_args!("{} = {}", codes.groups[*var], codes.option(*var, *value))),
        Formula::In(_, values) if values.is_empty() => put(format_args!("false")),
        Formula::In(var, values) => {
            let options: Vec<&str> = values.iter().map(|value| codes.option(*var, *value)).collect();
            put(format_args!("{} in ({})", codes.groups[*var], options.join(", ")));
        }
        Formula::Not(inner) => {
            text.push_str("not (");
            write(text, codes, inner);
            text.push(')');
        }
        Formula::All(parts) => joined(text, codes, parts, " and ", "true"),
        Formula::Any(parts) => joined(text, codes, parts, " or ", "false"),
        Formula::Implies(when, then) => pair(text, codes, when, " => ", then),
        Formula::Iff(one, other) => pair(text, codes, one, " <=> ", other),
        Formula::Count { of, at_least, at_most } => counted(text, codes, of, *at_least, *at_most),
    }
}

fn joined(text: &mut String, codes: &Codes, parts: &[Formula], between: &str, nothing: &str) {
    if parts.is_empty() {
        text.push_str(nothing);
    }
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            text.push_str(between);
        }
        text.push('(');
        write(text, codes, part);
        text.push(')');
    }
}

fn pair(text: &mut String, codes: &Codes, one: &Formula, between: &str, other: &Formula) {
    text.push('(');
    write(text, codes, one);
    text.push(')');
    text.push_str(between);
    text.push('(');
    write(text, codes, other);
    text.push(')');
}

fn counted(text: &mut String, codes: &Codes, of: &[Formula], at_least: u32, at_most: u32) {
    let count = u32::try_from(of.len()).unwrap_or(u32::MAX);
    let bounds: Vec<String> = match (at_least, at_most.min(count)) {
        (least, most) if least > most => vec!["false".to_owned()],
        (0, most) if most == count => vec!["true".to_owned()],
        (least, most) if least == most => vec![format!("exactly {least} of ")],
        (0, most) => vec![format!("at most {most} of ")],
        (least, most) if most == count => vec![format!("at least {least} of ")],
        (least, most) => vec![format!("at least {least} of "), format!("at most {most} of ")],
    };
    for (at, bound) in bounds.iter().enumerate() {
        if at > 0 {
            text.push_str(" and ");
        }
        text.push_str(bound);
        if bound.ends_with("of ") {
            text.push('(');
            for (at, part) in of.iter().enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                write(text, codes, part);
            }
            text.push(')');
        }
    }
}

/// Names as codes: each its own among its like.
struct Codes {
    groups: Vec<String>,
    options: Vec<Vec<String>>,
}

impl Codes {
    fn of(imported: &Imported) -> Self {
        Self {
            groups: unique(imported.vars.iter().map(|var| var.name.as_str()), "group"),
            options: imported.vars.iter().map(|var| unique(var.values.iter().map(String::as_str), "option")).collect(),
        }
    }

    fn option(&self, var: Var, value: Value) -> &str {
        self.options[var].get(value as usize).map_or("", String::as_str)
    }
}

fn unique<'a>(names: impl Iterator<Item = &'a str>, otherwise: &str) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut codes = Vec::new();
    for name in names {
        let mut base: String = muster_shared::fold::fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        base = base.trim_matches('-').chars().take(CODE_MAX - 6).collect();
        // Words of the text form would be read as such.
        if base.is_empty() || base.bytes().all(|byte| byte.is_ascii_digit()) || WORDS.contains(&base.as_str()) {
            base = format!("{otherwise}-{base}").trim_end_matches('-').to_owned();
        }
        let base = base.trim_end_matches('-').to_owned();
        let mut code = base.clone();
        while seen.contains_key(&code) {
            let count = seen.entry(base.clone()).or_default();
            *count += 1;
            code = format!("{base}-{count}");
        }
        seen.insert(code.clone(), 1);
        codes.push(code);
    }
    codes
}

const WORDS: [&str; 13] = ["and", "or", "not", "in", "of", "at", "least", "most", "exactly", "total", "true", "false", "market"];

#[cfg(test)]
mod tests {
    use super::*;
    use muster_shared::configurator::compile::{CAP, compile};

    /// How many configurations the draft has, by the diagram; one market.
    #[track_caller]
    fn check(text: &str) {
        let imported = format::read(text.as_bytes(), "model").expect("it is a model");
        let expected = compile(&imported.problem, CAP).expect("it is small").count();
        let mut draft = model(&imported, vec!["vn".to_owned()]);
        draft.prices.clear();
        let assembled = draft.assemble().unwrap_or_else(|defects| panic!("{defects:?}"));
        assert_eq!(compile(&assembled.problem, CAP).expect("it is small").count(), expected, "{text}");
    }

    #[test]
    fn an_import_has_as_many_configurations_as_what_it_is_of() {
        check("p cnf 4 3\n1 0\n-1 2 0\n-3 0\n");
        check("features\n R\n  optional\n   Integer N\n   A\nconstraints\n A => N > 3\n N < 2\n");
        check(
            "features\n Car\n  mandatory\n   Engine\n    alternative\n     Petrol\n     Diesel\n  optional\n   Hook\n   \"Sun roof\"\nconstraints\n Hook => Diesel\n",
        );
        check("features\n Shop\n  [2..3]\n   A\n   B\n   C\n   not\n");
        check(
            "<instance><domains><domain name='d'>0..2</domain></domains>
             <variables><variable name='a' domain='d'/><variable name='b' domain='d'/></variables>
             <relations><relation name='r' arity='2' semantics='supports'>0 1|2 1</relation></relations>
             <constraints><constraint name='c' scope='a b' reference='r'/></constraints></instance>",
        );
    }

    #[test]
    fn names_become_codes_of_their_own() {
        let names = ["Sơn ngoài", "son-ngoai", "Đỏ!", "and", "", "12", "son ngoai"];
        assert_eq!(unique(names.into_iter(), "group"), ["son-ngoai", "son-ngoai-2", "do", "group-and", "group", "group-12", "son-ngoai-3"]);
    }

    #[test]
    fn what_is_no_model_is_refused() {
        for text in ["", "nothing", "{", "{\"more\":1}", "<a/>"] {
            assert!(read(text, &[]).is_err(), "{text}");
        }
    }
}
