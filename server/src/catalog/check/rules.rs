//! What a model's rules come to: what contradicts itself, what says nothing, what nobody or everybody gets, and cases that fail.

use muster_shared::catalog::studio::{CheckPart, CheckReport, FailedCase, OptionName, RuleName};
use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::expression::Names as _;
use muster_shared::configurator::model::{Assembled, Case, Layout, Model, Source};
use muster_shared::configurator::walk::{self, Barred};

use crate::configurator::check::possible;
use crate::configurator::solver::{Chosen, Solver, Unanswered};

/// Fills in what the rules come to.
pub fn check(report: &mut CheckReport, model: &Model, assembled: &Assembled, diagram: &Diagram) {
    let namer = Namer { model, assembled };
    let mut solver = Solver::new(&assembled.problem).ok();
    let mut ask = |part: CheckPart, question: &mut dyn FnMut(&mut Solver) -> Result<(), Unanswered>| {
        if solver.as_mut().is_none_or(|solver| question(solver).is_err()) {
            report.unanswered.push(part);
        }
    };
    if diagram.is_empty() {
        ask(CheckPart::Contradiction, &mut |solver| {
            report.contradiction = namer.names(solver.contradiction()?.unwrap_or_default());
            Ok(())
        });
        return;
    }
    (report.dead, report.core) = dead_and_core(model, diagram);
    ask(CheckPart::Void, &mut |solver| {
        let rules = (0..assembled.sources.len()).filter(|at| namer.is_rule(*at));
        let void = rules.map(|at| Ok((at, solver.is_void(at)?))).collect::<Result<Vec<_>, Unanswered>>()?;
        report.void = namer.names(void.into_iter().filter(|(_, is_void)| *is_void).map(|(at, _)| at).collect());
        Ok(())
    });
    ask(CheckPart::Redundant, &mut |solver| {
        let redundant = solver.redundant()?.into_iter().filter(|at| namer.is_rule(*at)).collect();
        let void = &report.void;
        report.redundant = namer.names(redundant).into_iter().filter(|rule| !void.contains(rule)).collect();
        Ok(())
    });
    ask(CheckPart::Cases, &mut |solver| {
        report.cases = failed_cases(&namer, diagram, solver)?;
        Ok(())
    });
}

struct Namer<'a> {
    model: &'a Model,
    assembled: &'a Assembled,
}

impl Namer<'_> {
    fn is_rule(&self, constraint: usize) -> bool {
        matches!(self.assembled.sources.get(constraint), Some(Source::Rule(_)))
    }

    /// In the order of the model; what only reckons prices is no rule of anybody's.
    fn names(&self, mut constraints: Vec<usize>) -> Vec<RuleName> {
        constraints.sort_unstable();
        let name = |constraint| match self.assembled.sources.get(constraint)? {
            Source::Rule(at) => {
                let rule = self.model.rules.get(*at)?;
                Some(RuleName { code: rule.code.clone(), sentence: rule.sentence.clone(), is_market: false })
            }
            Source::Market(group, option) => {
                let group = self.model.groups.get(*group)?;
                let option = group.options.get(*option)?;
                let code = format!("{}.{}", group.code, option.code);
                Some(RuleName { code, sentence: option.name.clone(), is_market: true })
            }
            Source::Price => None,
        };
        constraints.into_iter().filter_map(name).collect()
    }
}

/// Options in no configuration, and those that every one has although there are others.
fn dead_and_core(model: &Model, diagram: &Diagram) -> (Vec<OptionName>, Vec<OptionName>) {
    let possible = possible(diagram);
    let (mut dead, mut core) = (Vec::new(), Vec::new());
    for (at, group) in model.groups.iter().enumerate() {
        let is_open = |option: usize| possible[diagram.choice(at + 1, option as u32) as usize];
        let open = (0..group.options.len()).filter(|option| is_open(*option)).count();
        for (place, option) in group.options.iter().enumerate() {
            let name = || OptionName { group: group.code.clone(), option: option.code.clone() };
            match is_open(place) {
                false => dead.push(name()),
                true if open == 1 && group.options.len() > 1 => core.push(name()),
                true => {}
            }
        }
    }
    (dead, core)
}

fn failed_cases(namer: &Namer<'_>, diagram: &Diagram, solver: &mut Solver) -> Result<Vec<FailedCase>, Unanswered> {
    let layout = Layout::new(namer.model);
    let mut failed = Vec::new();
    let (mut barred, mut reached) = (Barred::default(), Vec::new());
    for (at, case) in namer.model.cases.iter().enumerate() {
        let chosen = choices(&layout, case);
        barred.set(diagram, chosen.iter().copied(), &[]);
        if walk::is_possible(diagram, &barred, &mut reached) == case.sellable {
            continue;
        }
        let rules = match chosen.split_last() {
            Some((wanted, chosen)) if case.sellable => namer.names(solver.reasons(chosen, *wanted)?.unwrap_or_default()),
            _ => Vec::new(),
        };
        failed.push(FailedCase { at, name: case.name.clone(), sellable: case.sellable, rules });
    }
    Ok(failed)
}

/// The choices of a case; `market` is a group as well.
fn choices(layout: &Layout<'_>, case: &Case) -> Vec<Chosen> {
    let choice = |(group, option): (&String, &String)| {
        let var = layout.group(group)?;
        Some((var, layout.option(var, option)?))
    };
    case.choices.iter().filter_map(choice).collect()
}
