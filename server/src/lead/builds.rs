//! What customers built, checked and priced by the server's own diagrams: a few of them are kept ready.

use std::sync::{Arc, Mutex, PoisonError};

use muster_shared::configurator::code::{self, Build};
use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::explain::Chosen;
use muster_shared::configurator::natural::Natural;
use muster_shared::configurator::offer::Offer;
use muster_shared::configurator::session::{Limits, Session};
use muster_shared::event::unhex;
use muster_shared::lead::{Choice, ConfigurationLine};
use muster_shared::problem::FieldError;
use sea_orm::ConnectionTrait;

use crate::catalog::files;
use crate::error::{Error, Result};

/// Offers kept ready at most.
const MOST: usize = 16;

/// Offers with their diagrams, the one used last at the end.
#[derive(Default)]
pub struct Builds {
    ready: Mutex<Vec<(String, Arc<Kit>)>>,
}

/// An offer ready to check what was built from it.
struct Kit {
    offer: Offer,
    counts: Vec<Natural>,
    tag: u32,
    session: Mutex<Session>,
}

/// A configuration that can be built, with its price.
#[derive(Clone, Debug)]
pub struct Priced {
    /// Minor units, before tax.
    pub price: i64,
    /// The configuration to read out.
    pub code: String,
    pub lines: Vec<ConfigurationLine>,
}

impl Builds {
    /// Checks choices against the offer in the file `hash` and prices them.
    ///
    /// # Errors
    /// Field errors: choices that the model does not have, that are not sold in the market, or that exclude each other.
    pub async fn price(&self, db: &impl ConnectionTrait, hash: &str, choices: &[Choice]) -> Result<Priced> {
        let kit = self.kit(db, hash).await?;
        let choices = choices.to_vec();
        away(move || kit.price(&choices)).await?
    }

    async fn kit(&self, db: &impl ConnectionTrait, hash: &str) -> Result<Arc<Kit>> {
        if let Some(kit) = self.find(hash) {
            return Ok(kit);
        }
        let missing = || Error::field("offer", "not-found");
        let offer: Offer = serde_json::from_slice(&files::read(db, hash).await?.ok_or_else(missing)?)?;
        let diagram = files::read(db, &offer.diagram).await?.ok_or_else(missing)?;
        let kit = Arc::new(away(move || Kit::new(offer, &diagram)).await?.ok_or_else(missing)?);
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have been as quick.
        if !ready.iter().any(|(known, _)| known == hash) {
            if ready.len() >= MOST {
                ready.remove(0);
            }
            ready.push((hash.to_owned(), Arc::clone(&kit)));
        }
        Ok(kit)
    }

    fn find(&self, hash: &str) -> Option<Arc<Kit>> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        let place = ready.iter().position(|(known, _)| known == hash)?;
        let found = ready.remove(place);
        let kit = Arc::clone(&found.1);
        ready.push(found);
        Some(kit)
    }
}

/// Runs what takes its time where it keeps nobody else waiting.
async fn away<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(format!("checking a configuration: {e}")))
}

impl Kit {
    /// `None` where offer and diagram do not belong together.
    fn new(offer: Offer, diagram: &[u8]) -> Option<Self> {
        let hash: [u8; 32] = unhex(&offer.diagram)?.try_into().ok()?;
        let session = Session::new(&offer, Diagram::decode(diagram).ok()?)?;
        Some(Self { counts: session.diagram().counts(), tag: code::tag(&hash), session: Mutex::new(session), offer })
    }

    fn price(&self, choices: &[Choice]) -> Result<Priced> {
        let chosen = self.read(choices)?;
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = session.answer(&chosen, Limits::default()).ok_or_else(|| Error::field("choices", "impossible"))?;
        let build = Build { configuration: answer.configuration, own: chosen.iter().map(|(var, _)| *var).collect() };
        let code = code::encode(&build, self.tag, session.diagram(), &self.counts);
        Ok(Priced { price: answer.price, code, lines: self.lines(&build) })
    }

    /// The choices by variable.
    fn read(&self, choices: &[Choice]) -> Result<Vec<Chosen>> {
        let mut chosen = Vec::with_capacity(choices.len());
        let mut errors = Vec::new();
        for (at, choice) in choices.iter().enumerate() {
            let group = self.offer.groups.iter().position(|group| group.code == choice.group);
            let found = group.and_then(|group| {
                let options = &self.offer.groups[group].options;
                options.iter().position(|option| option.code == choice.option).map(|option| (group, option))
            });
            let code = match found {
                None => "not-in-model",
                Some((group, option)) if self.offer.groups[group].options[option].is_elsewhere => "not-sold-here",
                Some((group, option)) => {
                    chosen.push((Offer::var(group), u32::try_from(option).unwrap_or(u32::MAX)));
                    continue;
                }
            };
            errors.push(FieldError { field: format!("choices.{at}"), code: code.to_owned(), params: Default::default() });
        }
        if errors.is_empty() { Ok(chosen) } else { Err(errors.into()) }
    }

    fn lines(&self, build: &Build) -> Vec<ConfigurationLine> {
        let line = |(at, group): (usize, &muster_shared::configurator::offer::OfferGroup)| {
            let var = Offer::var(at);
            let option = group.options.get(build.configuration[var] as usize)?;
            Some(ConfigurationLine {
                group: group.code.clone(),
                group_name: group.name.clone(),
                option: option.code.clone(),
                option_name: option.name.clone(),
                is_own: build.own.contains(&var),
            })
        };
        self.offer.groups.iter().enumerate().filter_map(line).collect()
    }
}
