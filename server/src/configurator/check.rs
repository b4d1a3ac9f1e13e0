//! What a product model comes to: how many configurations it has, what is always and what never chosen, how large its diagram is.

use std::fmt;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use muster_shared::configurator::compile::{CAP, compile};
use muster_shared::configurator::diagram::Diagram;
use serde::Serialize;

use super::format::{self, Imported};
use super::solver::Solver;
use crate::error::{Error, Result};

/// Names that a text lists before it only counts.
const LISTED: usize = 20;
const QUALITY: u32 = 11;
const WINDOW_BITS: u32 = 22;

/// Who answers questions about the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// The model's diagram, in the browser as well.
    Diagram,
    /// The solver, on the server: the diagram would be too large.
    Solver,
}

/// What was found out. A feature model's features are counted by whether they are there; other models' values one by one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    pub name: String,
    pub format: String,
    pub variables: usize,
    pub values: usize,
    /// How many there are, in decimal digits; unknown without a diagram.
    pub configurations: Option<String>,
    /// How many features or values every configuration has; unknown where finding out takes too much effort.
    pub core: Option<usize>,
    /// How many no configuration has.
    pub dead: Option<usize>,
    pub engine: Engine,
    pub nodes: Option<usize>,
    pub compile_ms: f64,
    /// Of the diagram as it is sent, compressed.
    pub payload_bytes: Option<usize>,
    /// Where the model was read otherwise than its file says.
    pub notes: Vec<String>,
    #[serde(skip)]
    pub core_names: Vec<String>,
    #[serde(skip)]
    pub dead_names: Vec<String>,
}

/// Checks the model in a file, and writes its diagram where that is wanted.
///
/// # Errors
/// Where the file cannot be read as a model, it has no diagram to write, or that cannot be written.
pub fn file(file: &Path, to: Option<&Path>) -> Result<Report> {
    let (report, diagram) = check(&format::open(file)?);
    if let Some(to) = to {
        let diagram = diagram.ok_or_else(|| Error::Internal("the model has no diagram, it would be too large".to_owned()))?;
        std::fs::write(to, diagram.encode()).map_err(|e| Error::Internal(format!("{}: {e}", to.display())))?;
    }
    Ok(report)
}

/// Compiles the model, and says what it is like. The diagram is there where it is not too large.
#[must_use]
pub fn check(model: &Imported) -> (Report, Option<Diagram>) {
    check_within(model, CAP)
}

fn check_within(model: &Imported, most_nodes: usize) -> (Report, Option<Diagram>) {
    let started = Instant::now();
    let diagram = compile(&model.problem, most_nodes).ok();
    let compile_ms = started.elapsed().as_secs_f64() * 1e3;
    let mut report = Report {
        name: model.name.clone(),
        format: model.format.to_string(),
        variables: model.vars.len(),
        values: model.vars.iter().map(|var| var.values.len()).sum(),
        configurations: None,
        core: None,
        dead: None,
        engine: Engine::Solver,
        nodes: None,
        compile_ms: (compile_ms * 1e3).round() / 1e3,
        payload_bytes: None,
        notes: model.notes.clone(),
        core_names: Vec::new(),
        dead_names: Vec::new(),
    };
    if let Some(diagram) = &diagram {
        report.engine = Engine::Diagram;
        report.configurations = Some(diagram.count().to_string());
        report.nodes = Some(diagram.len());
        report.payload_bytes = compressed(&diagram.encode());
        report.sort_out(model, &possible(diagram));
    } else if let Some(possible) = solved(model) {
        if !possible.contains(&true) {
            report.configurations = Some("0".to_owned());
        }
        report.sort_out(model, &possible);
    }
    (report, diagram)
}

/// Which choices any configuration has, by choice: every edge of a diagram is on a way to its end.
#[must_use]
pub(crate) fn possible(diagram: &Diagram) -> Vec<bool> {
    let mut possible = vec![false; diagram.choices()];
    for node in 0..diagram.end() {
        for edge in diagram.edges(node) {
            possible[edge.choice as usize] = true;
        }
    }
    possible
}

/// The same from the solver, where it finds out with the effort that it may take.
fn solved(model: &Imported) -> Option<Vec<bool>> {
    let dead = Solver::new(&model.problem).ok()?.dead_values().ok()?;
    let mut first = Vec::with_capacity(model.vars.len());
    let mut possible = Vec::new();
    for var in &model.vars {
        first.push(possible.len());
        possible.resize(possible.len() + var.values.len(), true);
    }
    for (var, value) in dead {
        possible[first[var] + value as usize] = false;
    }
    Some(possible)
}

/// Bytes of what is sent, compressed as it is sent.
pub(crate) fn compressed(bytes: &[u8]) -> Option<usize> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, QUALITY, WINDOW_BITS);
    writer.write_all(bytes).ok()?;
    Some(writer.into_inner().len())
}

impl Report {
    fn sort_out(&mut self, model: &Imported, possible: &[bool]) {
        let mut first = 0;
        for var in &model.vars {
            let possible = &possible[first..first + var.values.len()];
            first += var.values.len();
            if var.is_helper {
                continue;
            }
            match var.none {
                Some(none) if model.is_boolean => self.sort_out_feature(&var.name, possible, none as usize),
                _ => self.sort_out_values(&var.name, &var.values, possible),
            }
        }
        self.core = Some(self.core_names.len());
        self.dead = Some(self.dead_names.len());
    }

    fn sort_out_feature(&mut self, name: &str, possible: &[bool], none: usize) {
        let is_ever_there = possible.iter().enumerate().any(|(value, is_possible)| *is_possible && value != none);
        if !is_ever_there {
            self.dead_names.push(name.to_owned());
        } else if !possible[none] {
            self.core_names.push(name.to_owned());
        }
    }

    fn sort_out_values(&mut self, name: &str, values: &[String], possible: &[bool]) {
        let is_only = possible.iter().filter(|is_possible| **is_possible).count() == 1;
        for (value, is_possible) in values.iter().zip(possible) {
            match is_possible {
                false => self.dead_names.push(format!("{name} = {value}")),
                true if is_only => self.core_names.push(format!("{name} = {value}")),
                true => {}
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}): {} variables with {} values", self.name, self.format, self.variables, self.values)?;
        match &self.configurations {
            Some(count) if count == "0" => writeln!(f, "NO CONFIGURATION: the conditions contradict each other.")?,
            Some(count) => writeln!(f, "configurations {count}")?,
            None => writeln!(f, "configurations unknown: the diagram would be too large, the solver answers")?,
        }
        list(f, "core", "in every configuration", &self.core_names, self.core)?;
        list(f, "dead", "in no configuration", &self.dead_names, self.dead)?;
        write!(f, "{} in {:.1} ms", if self.engine == Engine::Diagram { "compiled" } else { "given up" }, self.compile_ms)?;
        if let (Some(nodes), Some(bytes)) = (self.nodes, self.payload_bytes) {
            write!(f, ": {nodes} nodes, {bytes} bytes compressed")?;
        }
        self.notes.iter().try_for_each(|note| write!(f, "\nnote: {note}"))
    }
}

fn list(f: &mut fmt::Formatter<'_>, kind: &str, meaning: &str, names: &[String], count: Option<usize>) -> fmt::Result {
    let Some(count) = count else { return Ok(()) };
    write!(f, "{kind} {count} ({meaning})")?;
    if !names.is_empty() {
        write!(f, ": {}", names[..names.len().min(LISTED)].join(", "))?;
    }
    if names.len() > LISTED {
        write!(f, " and {} more", names.len() - LISTED)?;
    }
    writeln!(f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: &str) -> Report {
        check(&format::read(text.as_bytes(), "model").expect("reads")).0
    }

    #[test]
    fn features_are_counted_by_whether_they_are_there() {
        let found = report("p cnf 4 3\n1 0\n-1 2 0\n-3 0\nc 1 root\nc 2 wheel\nc 3 wing\n");
        assert_eq!(found.configurations.as_deref(), Some("2"));
        assert_eq!((found.core_names, found.dead_names), (vec!["root".to_owned(), "wheel".into()], vec!["wing".to_owned()]));
        assert_eq!((found.variables, found.values, found.core, found.dead), (4, 8, Some(2), Some(1)));
    }

    #[test]
    fn values_are_counted_one_by_one() {
        let found = report(
            "<instance><domains><domain name='d'>0..2</domain></domains>
             <variables><variable name='a' domain='d'/><variable name='b' domain='d'/></variables>
             <relations><relation name='r' arity='2' semantics='supports'>0 1|2 1</relation></relations>
             <constraints><constraint name='c' scope='a b' reference='r'/></constraints></instance>",
        );
        assert_eq!((found.configurations.as_deref(), found.core, found.dead), (Some("2"), Some(1), Some(3)));
        assert_eq!(found.core_names, ["b = 1"]);
        assert_eq!(found.dead_names, ["a = 1", "b = 0", "b = 2"]);
        assert!(found.nodes.is_some_and(|nodes| nodes > 0) && found.payload_bytes.is_some_and(|bytes| bytes > 0));
    }

    #[test]
    fn beyond_a_diagram_the_solver_finds_the_same() {
        for (text, count) in [
            ("p cnf 4 3\n1 0\n-1 2 0\n-3 0\n", None),
            ("p cnf 2 2\n1 0\n-1 0\n", Some("0")),
            ("features\n R\n  optional\n   Integer N\n   A\nconstraints\n A => N > 3\n N < 2\n", None),
        ] {
            let model = format::read(text.as_bytes(), "model").expect("reads");
            let (by_diagram, diagram) = check(&model);
            let (by_solver, none) = check_within(&model, 2);
            assert!(diagram.is_some() && none.is_none());
            assert_eq!((by_solver.engine, by_solver.configurations.as_deref(), by_solver.nodes), (Engine::Solver, count, None));
            assert_eq!((by_solver.core_names, by_solver.dead_names), (by_diagram.core_names, by_diagram.dead_names), "{text}");
        }
    }

    #[test]
    fn a_contradiction_is_said() {
        let found = report("p cnf 1 2\n1 0\n-1 0\n");
        assert_eq!((found.configurations.as_deref(), found.core, found.dead), (Some("0"), Some(0), Some(1)));
        assert!(found.to_string().contains("NO CONFIGURATION"), "{found}");
    }

    #[test]
    fn a_long_list_of_names_is_cut() {
        let clauses: String = (1..=30).map(|number| format!("{number} 0\n")).collect();
        let text = report(&format!("p cnf 30 30\n{clauses}")).to_string();
        assert!(text.contains("core 30 (in every configuration): 1, 2, ") && text.contains("20 and 10 more"), "{text}");
    }
}
