//! DIMACS CNF: numbered features and clauses; comments `c NUMBER NAME` name the features.

use std::collections::{HashMap, HashSet};

use muster_shared::configurator::problem::{Constraint, Formula, Problem, Var};

use super::{Format, Imported, ImportedVar, MOST_CELLS, MOST_VARIABLES, Result, at, within};

pub fn read(text: &str, name: &str) -> Result<Imported> {
    let mut clauses = Clauses::default();
    let mut names = HashMap::new();
    let mut header = None;
    for (line, content) in (1..).zip(text.lines()) {
        let content = content.trim();
        if let Some(comment) = comment(content) {
            if let Some((number, name)) = comment.split_once(char::is_whitespace)
                && let Ok(number) = number.parse::<usize>()
            {
                names.entry(number).or_insert_with(|| name.trim().to_owned());
            }
        } else if content.starts_with('p') {
            if header.is_some() {
                return Err(at(line, "a second line `p cnf`; one file holds one model"));
            }
            header = Some(numbers(line, content)?);
        } else if content.starts_with('%') {
            // Some collections end their files with it.
            break;
        } else if !content.is_empty() {
            let (count, _) = header.ok_or_else(|| at(line, "a clause before the line `p cnf VARIABLES CLAUSES`"))?;
            clauses.read(line, content, count)?;
        }
    }
    let (count, said) = header.ok_or_else(|| at(1, "the line `p cnf VARIABLES CLAUSES` is missing"))?;
    clauses.refuse_cut(said)?;
    Ok(Imported {
        name: name.to_owned(),
        format: Format::Dimacs,
        vars: named(count, &mut names),
        problem: Problem { domains: vec![2; count], constraints: clauses.done.into_iter().map(constraint).collect() },
        is_boolean: true,
        decimals: Default::default(),
        notes: Vec::new(),
    })
}

fn comment(content: &str) -> Option<&str> {
    let rest = content.strip_prefix('c')?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start())
}

/// The header's numbers of variables and clauses.
fn numbers(line: u32, content: &str) -> Result<(usize, usize)> {
    let words: Vec<&str> = content.split_whitespace().collect();
    let ["p", "cnf", variables, clauses] = words[..] else {
        return Err(at(line, format!("`{content}` should be `p cnf VARIABLES CLAUSES`")));
    };
    match (variables.parse(), clauses.parse()) {
        (Ok(variables), Ok(clauses)) => {
            within(variables, MOST_VARIABLES, "variables")?;
            Ok((variables, clauses))
        }
        _ => Err(at(line, format!("`{content}` should have two numbers after `p cnf`"))),
    }
}

/// Features by their names; one that has none, or the name of another, is told by its number.
fn named(count: usize, names: &mut HashMap<usize, String>) -> Vec<ImportedVar> {
    let mut taken = HashSet::new();
    (1..=count)
        .map(|number| {
            let mut name = names.remove(&number).filter(|name| !name.is_empty()).unwrap_or_else(|| number.to_string());
            while !taken.insert(name.clone()) {
                name = format!("{name} ({number})");
            }
            ImportedVar::feature(name)
        })
        .collect()
}

fn constraint(clause: Vec<(Var, bool)>) -> Constraint {
    Constraint::Formula(Formula::Any(clause.into_iter().map(|(var, is_there)| Formula::Is(var, u32::from(is_there))).collect()))
}

#[derive(Default)]
struct Clauses {
    done: Vec<Vec<(Var, bool)>>,
    /// The clause that no 0 has ended yet.
    open: Vec<(Var, bool)>,
    cells: usize,
    line: u32,
}

impl Clauses {
    fn read(&mut self, line: u32, content: &str, count: usize) -> Result<()> {
        self.line = line;
        for word in content.split_whitespace() {
            let number: i64 =
                word.parse().map_err(|_| at(line, format!("`{word}` is no number; a clause is a list of numbers, then 0")))?;
            if number == 0 {
                self.done.push(std::mem::take(&mut self.open));
                continue;
            }
            let var = usize::try_from(number.unsigned_abs()).unwrap_or(usize::MAX);
            if var > count {
                return Err(at(line, format!("variable {var} is beyond the {count} that the line `p cnf` announces")));
            }
            self.cells += 1;
            within(self.cells, MOST_CELLS, "parts of clauses")?;
            self.open.push((var - 1, number > 0));
        }
        Ok(())
    }

    /// A file that lost its end would allow what the whole one forbids.
    fn refuse_cut(&self, said: usize) -> Result<()> {
        let found = self.done.len();
        if !self.open.is_empty() {
            return Err(at(self.line, "the last clause has no 0 at its end; is the file whole?"));
        }
        if found != said {
            return Err(at(self.line.max(1), format!("{found} clauses where the line `p cnf` announces {said}; is the file whole?")));
        }
        Ok(())
    }
}
