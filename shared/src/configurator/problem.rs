//! What may be built, as finite variables and the conditions between them; the common ground of all model formats.

use std::collections::BTreeSet;

/// A variable's place in [`Problem::domains`].
pub type Var = usize;
/// A value's place in its variable's domain.
pub type Value = u32;

/// A finite constraint problem. Its solutions are the configurations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    /// Number of values of each variable, at least one.
    pub domains: Vec<u32>,
    pub constraints: Vec<Constraint>,
}

/// One condition that every configuration meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// The combinations that are possible (`allowed`) or impossible; each row has a value for each variable of the scope.
    Table {
        scope: Vec<Var>,
        rows: Vec<Vec<Value>>,
        allowed: bool,
    },
    Formula(Formula),
    /// The sum of what each variable's value adds lies within the bounds, both included.
    Sum {
        terms: Vec<(Var, Vec<i64>)>,
        at_least: i64,
        at_most: i64,
    },
}

/// A logical expression over choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Formula {
    Constant(bool),
    Is(Var, Value),
    /// The variable has one of the values.
    In(Var, Vec<Value>),
    Not(Box<Formula>),
    All(Vec<Formula>),
    Any(Vec<Formula>),
    Implies(Box<Formula>, Box<Formula>),
    Iff(Box<Formula>, Box<Formula>),
    /// How many of the parts hold lies within the bounds, both included.
    Count {
        of: Vec<Formula>,
        at_least: u32,
        at_most: u32,
    },
}

impl Formula {
    /// The opposite; a double negation is taken away.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            Self::Constant(truth) => Self::Constant(!truth),
            other => Self::Not(Box::new(other)),
        }
    }

    #[must_use]
    pub fn implies(self, then: Self) -> Self {
        Self::Implies(Box::new(self), Box::new(then))
    }

    #[must_use]
    pub fn iff(self, other: Self) -> Self {
        Self::Iff(Box::new(self), Box::new(other))
    }

    /// Whether it holds for a whole configuration.
    #[must_use]
    pub fn holds(&self, configuration: &[Value]) -> bool {
        match self {
            Self::Constant(truth) => *truth,
            Self::Is(var, value) => configuration[*var] == *value,
            Self::In(var, values) => values.contains(&configuration[*var]),
            Self::Not(inner) => !inner.holds(configuration),
            Self::All(parts) => parts.iter().all(|part| part.holds(configuration)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(configuration)),
            Self::Implies(when, then) => !when.holds(configuration) || then.holds(configuration),
            Self::Iff(one, other) => one.holds(configuration) == other.holds(configuration),
            Self::Count { of, at_least, at_most } => {
                let count = of.iter().filter(|part| part.holds(configuration)).count();
                (*at_least as usize..=*at_most as usize).contains(&count)
            }
        }
    }

    /// Adds the variables that it mentions.
    pub fn mentions(&self, vars: &mut BTreeSet<Var>) {
        match self {
            Self::Constant(_) => {}
            Self::Is(var, _) | Self::In(var, _) => {
                vars.insert(*var);
            }
            Self::Not(inner) => inner.mentions(vars),
            Self::All(parts) | Self::Any(parts) | Self::Count { of: parts, .. } => parts.iter().for_each(|part| part.mentions(vars)),
            Self::Implies(one, other) | Self::Iff(one, other) => {
                one.mentions(vars);
                other.mentions(vars);
            }
        }
    }
}

impl Constraint {
    /// The variables that it mentions, each once, ascending.
    #[must_use]
    pub fn scope(&self) -> Vec<Var> {
        let mut vars = BTreeSet::new();
        match self {
            Self::Table { scope, .. } => vars.extend(scope),
            Self::Formula(formula) => formula.mentions(&mut vars),
            Self::Sum { terms, .. } => vars.extend(terms.iter().map(|(var, _)| var)),
        }
        vars.into_iter().collect()
    }

    /// Whether a whole configuration meets it.
    #[must_use]
    pub fn holds(&self, configuration: &[Value]) -> bool {
        match self {
            Self::Table { scope, rows, allowed } => {
                rows.iter().any(|row| scope.iter().zip(row).all(|(var, value)| configuration[*var] == *value)) == *allowed
            }
            Self::Formula(formula) => formula.holds(configuration),
            Self::Sum { terms, at_least, at_most } => {
                let sum: i64 = terms.iter().map(|(var, adds)| adds[configuration[*var] as usize]).sum();
                (*at_least..=*at_most).contains(&sum)
            }
        }
    }
}
