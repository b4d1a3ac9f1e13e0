//! Readers of product models in the formats of others.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::path::Path;

use muster_shared::configurator::problem::{Problem, Value};

mod dimacs;
mod featureide;
mod features;
mod number;
#[cfg(test)]
mod tests;
mod uvl;
mod xcsp;
mod xml;

/// Bytes of the largest file that is read.
const MOST_BYTES: usize = 64 << 20;
/// Variables of the largest model that is read.
const MOST_VARIABLES: usize = 100_000;
/// Values of all its variables together.
const MOST_VALUES: usize = 1_000_000;
/// Values in all rows of all its tables and parts of all its conditions together.
const MOST_CELLS: usize = 10_000_000;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a file was not read, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("{0}")]
    Unreadable(String),
    #[error("the file is no text: byte {0} is not UTF-8. Save it as UTF-8")]
    NotText(usize),
    #[error(
        "this is none of the formats that are read: XCSP 2.1 (<instance>), FeatureIDE (<featureModel>), DIMACS CNF (p cnf) and UVL (features)"
    )]
    Unknown,
    #[error("the model has more than {most} {what}; split it, or leave out what is not chosen")]
    TooLarge { what: &'static str, most: usize },
    #[error("line {line}: {problem}")]
    At { line: u32, problem: String },
}

impl From<Error> for crate::error::Error {
    fn from(error: Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// What is wrong at a line.
fn at(line: u32, problem: impl Into<String>) -> Error {
    Error::At { line, problem: problem.into() }
}

/// Counts towards a limit.
fn within(count: usize, most: usize, what: &'static str) -> Result<()> {
    if count > most { Err(Error::TooLarge { what, most }) } else { Ok(()) }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xcsp,
    Dimacs,
    Uvl,
    FeatureIde,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Xcsp => "XCSP 2.1",
            Self::Dimacs => "DIMACS CNF",
            Self::Uvl => "UVL",
            Self::FeatureIde => "FeatureIDE",
        })
    }
}

/// A model as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub name: String,
    pub format: Format,
    /// In the order of the problem's domains.
    pub vars: Vec<ImportedVar>,
    pub problem: Problem,
    /// Whether the variables are features, which are there or not; a typed feature that is there may have several values.
    pub is_boolean: bool,
    /// In how many decimal places each attribute's weights are written: 2 where 199 means 1.99.
    pub decimals: BTreeMap<String, u32>,
    /// What the file says otherwise than this model, for people; each names its line.
    pub notes: Vec<String>,
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedVar {
    pub name: String,
    /// What each value is called.
    pub values: Vec<String>,
    /// The value that means that the option or feature is not there.
    pub none: Option<Value>,
    /// What each value adds to an attribute, in the attribute's decimal places.
    pub weights: BTreeMap<String, Vec<i64>>,
    /// Determined by the others and chosen by nobody: it only helps to state a condition.
    pub is_helper: bool,
}

impl ImportedVar {
    /// A feature without attributes, there or not.
    fn feature(name: String) -> Self {
        Self { name, values: vec!["no".to_owned(), "yes".to_owned()], none: Some(0), weights: BTreeMap::new(), is_helper: false }
    }
}

/// Reads a model from a file; where the model itself has no name, it is called like the file.
///
/// # Errors
/// Where the file cannot be read, is too large, or is not well-formed.
pub fn open(file: &Path) -> Result<Imported> {
    read(&bytes(file)?, &file.file_stem().unwrap_or_default().to_string_lossy())
}

/// The text of a file that goes with a model.
///
/// # Errors
/// Where it cannot be read, is too large, or is no text.
pub fn text(file: &Path) -> Result<String> {
    String::from_utf8(bytes(file)?).map_err(|e| Error::NotText(e.utf8_error().valid_up_to()))
}

fn bytes(file: &Path) -> Result<Vec<u8>> {
    let unreadable = |e: std::io::Error| Error::Unreadable(format!("cannot read {}: {e}", file.display()));
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    opened.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    within(bytes.len(), MOST_BYTES, "bytes")?;
    Ok(bytes)
}

/// Reads a model of any format, which its content tells.
///
/// # Errors
/// Where it is too large or not well-formed; whatever the bytes are, reading them ends.
pub fn read(bytes: &[u8], name: &str) -> Result<Imported> {
    within(bytes.len(), MOST_BYTES, "bytes")?;
    let text = std::str::from_utf8(bytes).map_err(|e| Error::NotText(e.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('<') {
        let xml = xml::Xml::parse(text)?;
        return match xml.root().tag_name().name() {
            "instance" => xcsp::read(&xml, name),
            "featureModel" | "extendedFeatureModel" => featureide::read(&xml),
            _ => Err(Error::Unknown),
        };
    }
    if text.lines().any(|line| line.split_whitespace().take(2).eq(["p", "cnf"])) {
        return dimacs::read(text, name);
    }
    let is_section = |line: &str| matches!(line.split_whitespace().next(), Some("features" | "namespace" | "include" | "imports"));
    if text.lines().any(is_section) { uvl::read(text) } else { Err(Error::Unknown) }
}
