//! What the browser itself finds in a model: what does not hold, or else all its configurations.

use std::sync::Arc;

use muster_shared::configurator::{
    compile,
    diagram::Diagram,
    model::{Defect, Model},
    natural::Natural,
    offer::Offer,
    problem::Problem,
    session::{Answer, Limits, Session},
};

use crate::browser::format;

/// Nodes that a diagram may have which is made while somebody types; what takes more is left to the check.
const NODES: usize = 1 << 17;
/// Groups of a model that is compiled while somebody types.
const GROUPS: usize = 150;

/// A model as it was looked at.
#[derive(Clone, Default)]
pub struct Findings {
    pub model: Arc<Model>,
    pub defects: Vec<Defect>,
    /// None where something does not hold, or it takes too long while one types.
    pub built: Option<Built>,
}

/// All configurations of a model.
#[derive(Clone)]
pub struct Built {
    pub diagram: Arc<Diagram>,
    /// The texts that conditional prices depend on.
    pub conditions: Arc<Vec<String>>,
    pub problem: Arc<Problem>,
    pub count: Natural,
}

/// A configuration at the prices of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub offer: Offer,
    pub answer: Answer,
}

impl Findings {
    /// Looks at a model.
    pub fn of(model: Model) -> Self {
        let model = Arc::new(model);
        match model.assemble() {
            Err(defects) => Self { model, defects, built: None },
            Ok(assembled) => {
                let diagram = (model.groups.len() <= GROUPS).then(|| compile::compile(&assembled.problem, NODES).ok()).flatten();
                let built = diagram.map(|diagram| Built {
                    count: diagram.count(),
                    diagram: Arc::new(diagram),
                    conditions: Arc::new(assembled.conditions),
                    problem: Arc::new(assembled.problem),
                });
                Self { model, defects: Vec::new(), built }
            }
        }
    }

    /// A walk through the configurations at the prices of a list.
    pub fn session(&self, list: &str) -> Option<(Offer, Session)> {
        let built = self.built.as_ref()?;
        let offer = Offer::of(&self.model, list, &built.conditions, "")?;
        let session = Session::new(&offer, Diagram::clone(&built.diagram))?;
        Some((offer, session))
    }

    /// What choices come to, as `(group, option)`; those that are no longer there are passed over.
    pub fn shown(&self, list: &str, choices: &[(String, String)]) -> Option<Shown> {
        let (offer, mut session) = self.session(list)?;
        let chosen = chosen(&offer, choices);
        let answer = session.answer(&chosen, Limits::default()).or_else(|| session.answer(&[], Limits::default()))?;
        Some(Shown { offer, answer })
    }

    /// How many configurations there would be without the rule at this place.
    pub fn count_without(&self, rule: usize) -> Option<Natural> {
        let mut problem = Problem::clone(&self.built.as_ref()?.problem);
        if rule >= self.model.rules.len() {
            return None;
        }
        // The rules come first among the constraints, in their order.
        problem.constraints.remove(rule);
        Some(compile::compile(&problem, NODES).ok()?.count())
    }

    /// Whether choices are in any configuration, in a market that has prices.
    pub fn is_sellable(&self, choices: &[(String, String)]) -> Option<bool> {
        self.built.as_ref()?;
        let market = choices.iter().find(|(group, _)| group == "market").map(|(_, market)| market);
        let lists = self.model.prices.iter().filter(|list| market.is_none_or(|market| *market == list.market));
        let mut is_any = false;
        for list in lists {
            let (offer, mut session) = self.session(&list.code)?;
            let chosen = chosen(&offer, choices);
            is_any |= session.answer(&chosen, Limits::default()).is_some();
        }
        Some(is_any)
    }
}

/// Choices by name as the engine counts them.
pub fn chosen(offer: &Offer, choices: &[(String, String)]) -> Vec<(usize, u32)> {
    let find = |(group, option): &(String, String)| {
        let at = offer.groups.iter().position(|it| it.code == *group)?;
        let value = offer.groups[at].options.iter().position(|it| it.code == *option)?;
        Some((Offer::var(at), u32::try_from(value).ok()?))
    };
    choices.iter().filter_map(find).collect()
}

/// A count as people read it.
pub fn count_text(count: &Natural) -> String {
    match count.to_u128().and_then(|count| i64::try_from(count).ok()) {
        Some(count) => format::integer(count),
        None => {
            let digits = count.to_string();
            format!("{}.{} × 10^{}", &digits[..1], &digits[1..3], digits.len() - 1)
        }
    }
}
