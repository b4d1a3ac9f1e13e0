//! From a model to what the shop needs of it: its diagram, and an offer for each price list.

use muster_shared::configurator::compile::{CAP, compile};
use muster_shared::configurator::diagram::Diagram;
use muster_shared::configurator::model::{Defect, DefectKind, Model, PriceList, Scene};
use muster_shared::configurator::offer::Offer;
use muster_shared::configurator::session::{Limits, Session};
use muster_shared::problem::{FieldError, Params};
use muster_shared::text::LocalText;
use serde::{Deserialize, Serialize};

use super::files;
use crate::error::Result;

/// A model ready for the shop. Made outside of any transaction: compiling takes its time.
#[derive(Clone, Debug)]
pub struct Compiled {
    pub diagram: Vec<u8>,
    pub offers: Vec<CompiledOffer>,
}

/// A price list's part of it.
#[derive(Clone, Debug)]
pub struct CompiledOffer {
    pub list: PriceList,
    pub bytes: Vec<u8>,
    /// Minor units, before tax.
    pub from_price: i64,
    pub cover: Cover,
}

/// How a model stands in the shop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    pub summary: LocalText,
    /// Files, from behind to the front.
    pub layers: Vec<String>,
    pub width: u32,
    pub height: u32,
}

/// Compiles a model and prices its offers.
///
/// # Errors
/// Field errors: everything in the model that does not hold; a model that nothing can be built of; one that needs a solver.
pub fn compile_model(model: &Model) -> Result<Compiled> {
    let assembled = model.assemble().map_err(|defects| defects.iter().map(field_error).collect::<Vec<_>>())?;
    let diagram = compile(&assembled.problem, CAP).map_err(|_| vec![error("rules", "model-too-large")])?;
    if diagram.is_empty() {
        return Err(vec![error("rules", "contradiction")].into());
    }
    let bytes = diagram.encode();
    let address = files::address(&bytes);
    let mut offers = Vec::new();
    for (at, list) in model.prices.iter().enumerate() {
        let offer = Offer::of(model, &list.code, &assembled.conditions, &address);
        let compiled = offer.and_then(|offer| priced(list, &offer, diagram.clone()));
        offers.push(compiled.ok_or_else(|| vec![error(&format!("prices.{at}"), "nothing-sold")])?);
    }
    Ok(Compiled { diagram: bytes, offers })
}

/// `None` where the market has nothing that can be built.
fn priced(list: &PriceList, offer: &Offer, diagram: Diagram) -> Option<CompiledOffer> {
    let mut session = Session::new(offer, diagram)?;
    let answer = session.answer(&[], Limits::default())?;
    let view = offer.pictures.views.first();
    let cover = view.map(|view| Cover {
        summary: offer.summary.clone(),
        layers: offer.layers(&view.code, Scene::Day, &answer.configuration).map(|layer| layer.file.clone()).collect(),
        width: view.width,
        height: view.height,
    });
    Some(CompiledOffer {
        list: list.clone(),
        bytes: serde_json::to_vec(offer).ok()?,
        from_price: answer.lowest,
        cover: cover.unwrap_or_else(|| Cover { summary: offer.summary.clone(), ..Cover::default() }),
    })
}

fn error(field: &str, code: &str) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), params: Params::new() }
}

/// A defect as a form shows it.
#[must_use]
pub fn field_error(defect: &Defect) -> FieldError {
    let (code, params) = match &defect.kind {
        DefectKind::Code => ("not-a-code", Params::new()),
        DefectKind::Twice => ("taken", Params::new()),
        DefectKind::Unknown(name) => ("not-in-model", Params::from([("name".to_owned(), name.as_str().into())])),
        DefectKind::Empty => ("required", Params::new()),
        DefectKind::Body => ("rule-body", Params::new()),
        DefectKind::Row => ("row-length", Params::new()),
        DefectKind::Text(mistake) => {
            ("rule-text", Params::from([("from".to_owned(), mistake.from.into()), ("to".to_owned(), mistake.to.into())]))
        }
    };
    FieldError { field: defect.field.clone(), code: code.to_owned(), params }
}
