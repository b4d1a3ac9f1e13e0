//! The search for a truth of every literal, with an end to its effort.

use batsat::{Callbacks, ClauseKind, SolverInterface, lbool};

use super::Unanswered;

pub use batsat::Lit;

/// Clauses, and the question whether they can all be met.
pub struct Sat {
    solver: batsat::Solver<Effort>,
    always: Lit,
    clause: Vec<Lit>,
}

/// What was spent on a question: its conflicts, and its steps.
#[derive(Default)]
struct Effort {
    spent: u64,
    allowed: u64,
}

impl Callbacks for Effort {
    fn on_new_clause(&mut self, _clause: &[Lit], kind: ClauseKind) {
        self.spent += u64::from(kind == ClauseKind::Learnt);
    }

    fn stop(&self) -> bool {
        self.spent > self.allowed
    }
}

impl Default for Sat {
    fn default() -> Self {
        let mut solver: batsat::Solver<Effort> = batsat::Solver::default();
        let always = Lit::new(solver.new_var(lbool::TRUE, false), true);
        let mut sat = Self { solver, always, clause: Vec::new() };
        sat.require(&[always]);
        sat
    }
}

impl Sat {
    /// The literal that always holds.
    pub fn always(&self) -> Lit {
        self.always
    }

    /// The literal that never holds.
    pub fn never(&self) -> Lit {
        !self.always
    }

    /// A literal that the search decides; false, where it can.
    pub fn choice(&mut self) -> Lit {
        Lit::new(self.solver.new_var(lbool::FALSE, true), true)
    }

    /// A literal that is never decided: it follows from the choices, or is assumed, or does not matter.
    pub fn literal(&mut self) -> Lit {
        Lit::new(self.solver.new_var(lbool::FALSE, false), true)
    }

    /// At least one of the literals has to hold.
    pub fn require(&mut self, clause: &[Lit]) {
        self.clause.clear();
        self.clause.extend_from_slice(clause);
        // Whether all clauses are met is asked later; here it would only be known by chance.
        let _ = self.solver.add_clause_reuse(&mut self.clause);
    }

    /// Begins a new account of the effort.
    pub fn allow(&mut self, effort: u64) {
        *self.solver.cb_mut() = Effort { spent: 0, allowed: effort };
    }

    /// Accounts for a step.
    pub fn spend(&mut self) -> Result<(), Unanswered> {
        let effort = self.solver.cb_mut();
        effort.spent += 1;
        if effort.stop() { Err(Unanswered::Effort) } else { Ok(()) }
    }

    /// Whether all clauses and all assumptions can be met.
    pub fn is_possible(&mut self, assumptions: &[Lit]) -> Result<bool, Unanswered> {
        self.spend()?;
        let answer = self.solver.solve_limited(assumptions);
        if answer == lbool::UNDEF { Err(Unanswered::Effort) } else { Ok(answer == lbool::TRUE) }
    }

    /// Whether a literal holds in what was found possible last.
    pub fn holds(&self, literal: Lit) -> bool {
        self.solver.value_lit(literal) == lbool::TRUE
    }

    /// Whether an assumption had a part in what was found impossible last.
    pub fn has_part(&self, assumption: Lit) -> bool {
        self.solver.unsat_core_contains_var(assumption.var())
    }

    /// Those of the candidates that cannot be met together beside the background, none of which can be left out; `None` where all
    /// can be met.
    pub fn minimal(&mut self, background: &[Lit], candidates: &[Lit]) -> Result<Option<Vec<Lit>>, Unanswered> {
        if self.is_possible(&[background, candidates].concat())? {
            return Ok(None);
        }
        let mut open: Vec<Lit> = candidates.iter().copied().filter(|candidate| self.has_part(*candidate)).collect();
        let mut needed = Vec::new();
        while let Some(candidate) = open.pop() {
            if self.is_possible(&[background, &needed, &open].concat())? {
                needed.push(candidate);
            } else {
                open.retain(|candidate| self.has_part(*candidate));
            }
        }
        Ok(Some(needed))
    }
}
