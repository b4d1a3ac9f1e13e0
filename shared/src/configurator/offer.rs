//! What a customer of one market sees of a published model: names, prices and pictures, without rules and what only the maker knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    diagram::{Choice, Diagram},
    model::{Group, GroupKind, Importance, Layer, Layout, MARKET, Model, Pictures, Scene, Step},
    problem::{Value, Var},
};
use crate::money::Currency;
use crate::text::LocalText;
use crate::time::Day;

/// A model in one market, at the prices of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Offer {
    /// The address of the diagram: its SHA-256 in hexadecimal.
    pub diagram: String,
    pub name: LocalText,
    pub summary: LocalText,
    /// The place of the market among the model's.
    pub market: Value,
    pub currency: Currency,
    /// The price list's code.
    pub list: String,
    /// The last day of the list.
    pub until: Option<Day>,
    /// Minor units, before tax.
    pub base: i64,
    pub steps: Vec<Step>,
    pub groups: Vec<OfferGroup>,
    /// What depends on several choices, in the order of the diagram's last variables.
    pub conditional: Vec<OfferCondition>,
    pub attributes: Vec<OfferAttribute>,
    pub pictures: Pictures,
}

/// A group in an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferGroup {
    pub code: String,
    pub name: LocalText,
    pub step: String,
    pub kind: GroupKind,
    pub importance: Importance,
    pub default: Option<Value>,
    pub options: Vec<OfferOption>,
}

/// An option in an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferOption {
    pub code: String,
    pub name: LocalText,
    pub text: LocalText,
    pub swatch: String,
    /// Minor units, before tax.
    pub price: i64,
    pub lead_days: u32,
    /// What it adds to each attribute, in the order of [`Offer::attributes`].
    pub adds: Vec<i64>,
    /// Not sold in this market at all.
    pub is_elsewhere: bool,
}

/// An amount of an offer that depends on several choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferCondition {
    pub name: LocalText,
    /// Minor units, 0 where the list has none.
    pub amount: i64,
}

/// An attribute in an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferAttribute {
    pub code: String,
    pub name: LocalText,
    pub unit: String,
    pub base: i64,
}

impl Offer {
    /// The model at the prices of a list; `None` where there is no such list or its market is not the model's.
    /// `conditions` are those of [`super::model::Assembled`].
    #[must_use]
    pub fn of(model: &Model, list: &str, conditions: &[String], diagram: &str) -> Option<Self> {
        let prices = model.prices.iter().find(|prices| prices.code == list)?;
        let layout = Layout::new(model);
        let conditional = conditions
            .iter()
            .map(|when| {
                let all = prices.conditional.iter().filter(|price| price.when == *when);
                let name = all.clone().next().map(|price| price.name.clone()).unwrap_or_default();
                OfferCondition { name, amount: all.map(|price| price.amount).sum() }
            })
            .collect();
        Some(Self {
            diagram: diagram.to_owned(),
            name: model.name.clone(),
            summary: model.summary.clone(),
            market: layout.market(&prices.market)?,
            currency: prices.currency,
            list: prices.code.clone(),
            until: prices.until,
            base: prices.base,
            steps: model.steps.clone(),
            groups: model.groups.iter().map(|group| offer_group(group, model, &prices.options, &prices.market)).collect(),
            conditional,
            attributes: model
                .attributes
                .iter()
                .map(|it| OfferAttribute { code: it.code.clone(), name: it.name.clone(), unit: it.unit.clone(), base: it.base })
                .collect(),
            pictures: model.pictures.clone(),
        })
    }

    /// The drawings of a view, from behind to the front, as a configuration looks in this light.
    pub fn layers<'a>(&'a self, view: &'a str, scene: Scene, configuration: &'a [Value]) -> impl Iterator<Item = &'a Layer> {
        let has = move |group: &String, options: &Vec<String>| {
            let Some(at) = self.groups.iter().position(|it| it.code == *group) else { return false };
            let chosen = self.groups[at].options.get(configuration[Self::var(at)] as usize);
            chosen.is_some_and(|option| options.contains(&option.code))
        };
        let layers = self.pictures.layers.iter().filter(move |layer| layer.view == view && (layer.scene.is_any() || layer.scene == scene));
        layers.filter(move |layer| layer.when.iter().all(|(group, options)| has(group, options)))
    }

    /// The variable of the group at a place.
    #[must_use]
    pub const fn var(group: usize) -> Var {
        group + 1
    }

    /// The place of a variable's group; none for the market and for what only prices need.
    #[must_use]
    pub fn group_of(&self, var: Var) -> Option<usize> {
        var.checked_sub(1).filter(|group| *group < self.groups.len())
    }
}

fn offer_group(group: &Group, model: &Model, prices: &BTreeMap<String, i64>, market: &String) -> OfferGroup {
    OfferGroup {
        code: group.code.clone(),
        name: group.name.clone(),
        step: group.step.clone(),
        kind: group.kind,
        importance: group.importance,
        default: group.default.as_ref().and_then(|code| group.options.iter().position(|option| option.code == *code)).map(|at| at as Value),
        options: group
            .options
            .iter()
            .map(|option| OfferOption {
                code: option.code.clone(),
                name: option.name.clone(),
                text: option.text.clone(),
                swatch: option.swatch.clone(),
                price: prices.get(&format!("{}.{}", group.code, option.code)).copied().unwrap_or(0),
                lead_days: option.lead_days,
                adds: model.attributes.iter().map(|attribute| option.adds.get(&attribute.code).copied().unwrap_or(0)).collect(),
                is_elsewhere: !option.markets.is_empty() && !option.markets.contains(market),
            })
            .collect(),
    }
}

/// An offer's numbers as walks need them, by choice.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Minor units; the base price is in the market's choice.
    pub prices: Vec<i64>,
    pub days: Vec<u32>,
    /// What a configuration costs to choose by itself: first how much of the defaults it gives up, then its price.
    pub keys: Vec<i128>,
    /// What a changed choice weighs, by variable.
    pub weights: Vec<u64>,
    /// The other markets.
    pub closed: Vec<Choice>,
}

/// Puts a price behind a weight, so that comparing and adding do both.
pub(super) fn key(weight: u64, price: i64) -> i128 {
    (i128::from(weight) << 64) + i128::from(price)
}

/// The price of a key or of a sum of keys.
pub(super) fn price_of(key: i128) -> i64 {
    key as i64
}

impl Terms {
    /// `None` where the offer does not belong to the diagram.
    #[must_use]
    pub fn new(offer: &Offer, diagram: &Diagram) -> Option<Self> {
        let sizes = std::iter::once(None)
            .chain(offer.groups.iter().map(|group| Some(group.options.len() as u32)))
            .chain(offer.conditional.iter().map(|_| Some(2)));
        let fits = diagram.domains().len() == 1 + offer.groups.len() + offer.conditional.len()
            && diagram.domains()[MARKET] > offer.market
            && sizes.zip(diagram.domains()).all(|(size, domain)| size.is_none_or(|size| size == *domain));
        fits.then(|| {
            let mut terms = Self {
                prices: vec![0; diagram.choices()],
                days: vec![0; diagram.choices()],
                keys: vec![0; diagram.choices()],
                weights: vec![0; diagram.domains().len()],
                closed: diagram.choices_of(MARKET).filter(|choice| diagram.value_of(*choice) != offer.market).collect(),
            };
            terms.prices[diagram.choice(MARKET, offer.market) as usize] = offer.base;
            for (at, group) in offer.groups.iter().enumerate() {
                let weight = group.importance.weight();
                terms.weights[Offer::var(at)] = weight;
                for (choice, (value, option)) in diagram.choices_of(Offer::var(at)).zip(group.options.iter().enumerate()) {
                    let gives_up = group.default.is_some_and(|default| default as usize != value);
                    terms.prices[choice as usize] = option.price;
                    terms.days[choice as usize] = option.lead_days;
                    terms.keys[choice as usize] = key(if gives_up { weight } else { 0 }, 0);
                }
            }
            for (at, condition) in offer.conditional.iter().enumerate() {
                terms.prices[diagram.choice(1 + offer.groups.len() + at, 1) as usize] = condition.amount;
            }
            for (key, price) in terms.keys.iter_mut().zip(&terms.prices) {
                *key += i128::from(*price);
            }
            terms
        })
    }
}
