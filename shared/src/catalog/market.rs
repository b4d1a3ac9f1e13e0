//! A market: its currency, its provinces, and what is added to a price until a car is on the road. All of it data.

use serde::{Deserialize, Serialize};

use crate::check::{Checks, NAME_MAX};
use crate::event::{RowScope, named_enum};
use crate::id::{DealerId, MarketId};
use crate::money::Currency;
use crate::problem::FieldError;
use crate::text::LocalText;
use crate::time::Instant;

/// A country, or a part of one, with its own prices, taxes and fees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Market {
    pub id: MarketId,
    pub version: i64,
    /// The maker.
    pub dealer_id: DealerId,
    /// As product models name it.
    pub code: String,
    pub name: LocalText,
    pub currency: Currency,
    /// The first one holds where a customer has not said.
    pub provinces: Vec<Province>,
    /// In the order of the price panel: each is of what stands above it.
    pub fees: Vec<Fee>,
    /// What a monthly rate is reckoned with; none is shown without.
    pub finance: Option<Finance>,
    pub position: i32,
    pub created_at: Instant,
    pub updated_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Instant>,
}

/// A part of a market with fees of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Province {
    pub code: String,
    pub name: LocalText,
}

named_enum! {
    /// How a fee is reckoned.
    FeeKind {
        /// Basis points of the net price.
        OfNet = "of-net",
        /// Basis points of the net price and the taxes above it.
        OfGross = "of-gross",
        /// Minor units.
        Fixed = "fixed",
    }
}

/// A tax or a fee of registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Fee {
    pub name: LocalText,
    pub kind: FeeKind,
    /// Basis points or minor units, by [`Fee::kind`].
    pub amount: i64,
    /// Only in these provinces; in all where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provinces: Vec<String>,
    /// Part of the price itself, like a value-added tax; what is not comes with the registration.
    #[serde(default)]
    pub is_tax: bool,
}

/// What a monthly rate assumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Finance {
    pub months: i32,
    /// A year's interest in basis points, on what is left.
    pub rate: i32,
    /// Basis points of the whole that are paid at once.
    pub deposit: i32,
}

/// One line of a price panel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoadLine {
    pub name: LocalText,
    /// Minor units.
    pub amount: i64,
    pub is_tax: bool,
}

/// A price with everything until the car is on the road.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OnTheRoad {
    /// Minor units, before tax.
    pub net: i64,
    pub lines: Vec<RoadLine>,
    /// Net with its taxes.
    pub gross: i64,
    /// Gross with the registration.
    pub total: i64,
    /// An estimate, see [`Finance`].
    pub monthly: Option<i64>,
}

/// Whole of the parts in 10,000, half to even.
fn share(amount: i64, basis_points: i64) -> i64 {
    let product = i128::from(amount) * i128::from(basis_points);
    let (whole, rest) = (product.div_euclid(10_000), product.rem_euclid(10_000));
    let up = rest > 5_000 || rest == 5_000 && whole % 2 != 0;
    i64::try_from(whole + i128::from(up)).unwrap_or(i64::MAX)
}

impl Market {
    #[must_use]
    pub fn scope(&self) -> RowScope {
        RowScope { dealer_id: Some(self.dealer_id.0), ..RowScope::default() }
    }

    /// What a net price comes to in a province; in the first one where it is not one of this market's.
    #[must_use]
    pub fn on_the_road(&self, net: i64, province: Option<&str>) -> OnTheRoad {
        let known = self.provinces.iter().find(|it| Some(it.code.as_str()) == province).or_else(|| self.provinces.first());
        let here = known.map(|it| it.code.as_str());
        let (mut gross, mut total) = (net, net);
        let mut lines = Vec::new();
        for fee in self.fees.iter().filter(|fee| fee.provinces.is_empty() || here.is_some_and(|it| fee.provinces.iter().any(|p| p == it))) {
            let amount = match fee.kind {
                FeeKind::OfNet => share(net, fee.amount),
                FeeKind::OfGross => share(gross, fee.amount),
                FeeKind::Fixed => fee.amount,
            };
            gross += if fee.is_tax { amount } else { 0 };
            total += amount;
            lines.push(RoadLine { name: fee.name.clone(), amount, is_tax: fee.is_tax });
        }
        OnTheRoad { net, lines, gross, total, monthly: self.finance.and_then(|finance| finance.monthly(total)) }
    }

    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.required("name", self.name.get(crate::text::Lang::En), NAME_MAX);
        c.that(is_code(&self.code), "code", "not-a-code");
        for (at, province) in self.provinces.iter().enumerate() {
            c.that(is_code(&province.code), &format!("provinces.{at}.code"), "not-a-code");
        }
        for (at, fee) in self.fees.iter().enumerate() {
            let most = if fee.kind == FeeKind::Fixed { crate::opportunity::AMOUNT_MAX } else { 50_000 };
            c.range(&format!("fees.{at}.amount"), fee.amount, 0, most);
            let is_known = fee.provinces.iter().all(|code| self.provinces.iter().any(|province| province.code == *code));
            c.that(is_known, &format!("fees.{at}.provinces"), "not-found");
        }
        if let Some(finance) = self.finance {
            c.range("finance.months", i64::from(finance.months), 1, 240);
            c.range("finance.rate", i64::from(finance.rate), 0, 10_000);
            c.range("finance.deposit", i64::from(finance.deposit), 0, 9_999);
        }
        c.done()
    }
}

/// Whether a text can stand in an address: lower case letters, digits and inner hyphens, 40 at most.
#[must_use]
pub fn is_code(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

impl Finance {
    /// The monthly rate of an annuity, rounded up to whole minor units: what remains after the deposit, paid back with interest in
    /// equal parts at each month's end. An estimate for people, not a contract: reckoned in floating point.
    #[must_use]
    pub fn monthly(self, total: i64) -> Option<i64> {
        let principal = total - share(total, i64::from(self.deposit));
        if principal <= 0 || self.months <= 0 {
            return None;
        }
        let (principal, months) = (principal as f64, f64::from(self.months));
        let rate = f64::from(self.rate) / 10_000.0 / 12.0;
        let monthly = if rate == 0.0 { principal / months } else { principal * rate / (1.0 - (1.0 + rate).powf(-months)) };
        Some(monthly.ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn vietnam() -> Market {
        let fee = |name: &str, kind, amount, provinces: &[&str], is_tax| Fee {
            name: LocalText::new(name, name),
            kind,
            amount,
            provinces: provinces.iter().map(|it| (*it).to_owned()).collect(),
            is_tax,
        };
        let province = |code: &str| Province { code: code.to_owned(), name: LocalText::new(code, code) };
        Market {
            id: MarketId(Uuid::nil()),
            version: 1,
            dealer_id: DealerId(Uuid::nil()),
            code: "vn".to_owned(),
            name: LocalText::new("Vietnam", "Việt Nam"),
            currency: Currency::VND,
            provinces: vec![province("hcm"), province("hn")],
            fees: vec![
                fee("VAT", FeeKind::OfNet, 1_000, &[], true),
                fee("Registration 10", FeeKind::OfGross, 1_000, &["hcm"], false),
                fee("Registration 12", FeeKind::OfGross, 1_200, &["hn"], false),
                fee("Plate", FeeKind::Fixed, 20_000_000, &[], false),
            ],
            finance: Some(Finance { months: 60, rate: 900, deposit: 3_000 }),
            position: 0,
            created_at: Instant(0),
            updated_at: Instant(0),
            deleted_at: None,
        }
    }

    #[test]
    fn a_price_is_followed_to_the_road() {
        let road = vietnam().on_the_road(1_000_000_000, None);
        assert_eq!((road.gross, road.total), (1_100_000_000, 1_230_000_000));
        assert_eq!(road.lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [100_000_000, 110_000_000, 20_000_000]);
        let hanoi = vietnam().on_the_road(1_000_000_000, Some("hn"));
        assert_eq!(hanoi.total, 1_252_000_000);
        assert_eq!(vietnam().on_the_road(1_000_000_000, Some("elsewhere")), road);
    }

    #[test]
    fn a_rate_pays_back_what_was_lent_with_its_interest() {
        let finance = Finance { months: 60, rate: 900, deposit: 3_000 };
        // 861 million at 0.75 % a month over 60 months.
        assert_eq!(finance.monthly(1_230_000_000), Some(17_872_944));
        assert_eq!(Finance { rate: 0, months: 7, deposit: 0 }.monthly(700), Some(100));
        assert_eq!(finance.monthly(0), None);
    }

    #[test]
    fn halves_go_to_the_even_neighbour() {
        assert_eq!((share(5, 1_000), share(15, 1_000), share(25, 1_000), share(26, 1_000)), (0, 2, 2, 3));
    }

    #[test]
    fn a_market_says_what_is_wrong_with_it() {
        assert_eq!(vietnam().check(), Ok(()));
        let mut market = vietnam();
        market.code = "Việt".to_owned();
        market.fees[1].provinces = vec!["danang".to_owned()];
        market.fees[3].amount = -1;
        let fields: Vec<String> = market.check().expect_err("three are").into_iter().map(|error| error.field).collect();
        assert_eq!(fields, ["code", "fees.1.provinces", "fees.3.amount"]);
    }
}
