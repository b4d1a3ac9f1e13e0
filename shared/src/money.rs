//! Money in minor units with its currency, and conversion through dated rates.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Day;

/// An ISO 4217 code in capitals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, min_length = 3, max_length = 3))]
pub struct Currency([u8; 3]);

impl Currency {
    pub const VND: Self = Self(*b"VND");
    pub const EUR: Self = Self(*b"EUR");
    pub const GBP: Self = Self(*b"GBP");
    pub const USD: Self = Self(*b"USD");

    /// Reads a three-letter code in capitals.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        let code: [u8; 3] = s.as_bytes().try_into().ok()?;
        code.iter().all(u8::is_ascii_uppercase).then_some(Self(code))
    }

    #[must_use]
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only capital ASCII letters are let in")
    }

    /// Decimal places of the minor unit (ISO 4217).
    #[must_use]
    pub fn decimals(&self) -> u32 {
        match &self.0 {
            b"VND" | b"JPY" | b"KRW" | b"CLP" | b"ISK" | b"UGX" | b"XAF" | b"XOF" | b"XPF" | b"PYG" | b"RWF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let s = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&s).ok_or_else(|| serde::de::Error::custom("expected a currency code such as EUR"))
    }
}

/// An amount in the currency's minor unit (cents; dong have none).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Money {
    #[serde(deserialize_with = "minor")]
    pub minor: i64,
    pub currency: Currency,
}

impl Money {
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }
}

/// The largest whole number that a browser counts exactly: 2⁵³ - 1.
pub const EXACT_MAX: i64 = 9_007_199_254_740_991;

/// Reads an amount. Beyond [`EXACT_MAX`] a browser hands on the nearest number that it can hold, which is good enough for a sum that
/// is shown; what people enter is limited to less.
fn minor<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct Minor;

    impl serde::de::Visitor<'_> for Minor {
        type Value = i64;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a whole number of minor units")
        }

        fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<i64, E> {
            Ok(value)
        }

        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<i64, E> {
            i64::try_from(value).map_err(|_| E::custom("too many minor units"))
        }

        fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<i64, E> {
            let is_rounded = value.abs() > EXACT_MAX as f64 && value.abs() < i64::MAX as f64;
            if is_rounded { Ok(value as i64) } else { Err(E::custom("minor units are whole numbers")) }
        }
    }

    deserializer.deserialize_any(Minor)
}

/// One unit of `currency` is worth `nano` × 10⁻⁹ units of the company's currency on `day`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rate {
    pub currency: Currency,
    pub day: Day,
    pub nano: i64,
}

/// The rates of one day, each crossed through the company's currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rates {
    /// The company's currency: its own rate is one.
    pub base: Currency,
    pub rates: Vec<Rate>,
}

const NANO: i128 = 1_000_000_000;

/// The largest allowed amount times this fits 64 bits.
const SCALE_MAX: f64 = 9_000.0;

/// The key by which an amount is ordered among those of other currencies, from [`Rates::scales`].
#[must_use]
pub fn order_key(minor: i64, scale: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "the scales keep it within 64 bits, and a cast stops at their ends")]
    let key = (to_f64(minor) * scale).round_ties_even() as i64;
    key
}

fn to_f64(n: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "keys of an order may be equal where amounts differ by a millionth of a millionth")]
    let n = n as f64;
    n
}

impl Rates {
    fn nano(&self, currency: Currency) -> Option<i128> {
        if currency == self.base {
            return Some(NANO);
        }
        self.rates.iter().find(|r| r.currency == currency && r.nano > 0).map(|r| i128::from(r.nano))
    }

    /// The oldest day among the rates, which is what a converted sum should show.
    #[must_use]
    pub fn day(&self) -> Option<Day> {
        self.rates.iter().map(|r| r.day).min()
    }

    /// The sum of `amounts` in `target`, each converted exactly and the whole rounded once, half to even.
    ///
    /// `weights` is the numerator of a weight in percent; 100 leaves an amount as it is.
    /// `None` where a currency has no rate or the sum does not fit.
    #[must_use]
    pub fn sum(&self, amounts: impl IntoIterator<Item = (Money, i64)>, target: Currency) -> Option<Money> {
        let target_nano = self.nano(target)?;
        // Amounts of one currency share the factor 10^decimals: sum them first, then convert each currency once.
        let mut by_currency: Vec<(Currency, i128)> = Vec::new();
        for (money, percent) in amounts {
            let part = i128::from(money.minor).checked_mul(i128::from(percent))?;
            match by_currency.iter_mut().find(|(c, _)| *c == money.currency) {
                Some((_, sum)) => *sum = sum.checked_add(part)?,
                None => by_currency.push((money.currency, part)),
            }
        }
        // All terms over one denominator: 100 (percent) × target rate × 10^(largest source decimals).
        let most = by_currency.iter().map(|(c, _)| c.decimals()).max().unwrap_or(0);
        let mut numerator: i128 = 0;
        for (currency, sum) in by_currency {
            let scale = 10_i128.pow(most - currency.decimals());
            let term = sum.checked_mul(self.nano(currency)?)?.checked_mul(scale)?;
            numerator = numerator.checked_add(term)?;
        }
        numerator = numerator.checked_mul(10_i128.pow(target.decimals()))?;
        let denominator = target_nano.checked_mul(100)?.checked_mul(10_i128.pow(most))?;
        let minor = i64::try_from(divide_half_even(numerator, denominator)).ok()?;
        Some(Money::new(minor, target))
    }

    /// What minor units of each currency are multiplied with to be compared: for the keys of an order, never for sums.
    ///
    /// Amounts stay within 64 bits, whatever the rates.
    #[must_use]
    pub fn scales(&self) -> Vec<(Currency, f64)> {
        let currencies = std::iter::once(self.base).chain(self.rates.iter().map(|r| r.currency).filter(|c| *c != self.base));
        let mut scales: Vec<(Currency, f64)> = currencies
            .filter_map(|c| Some((c, to_f64(i64::try_from(self.nano(c)?).ok()?) / 10_f64.powi(i32::try_from(c.decimals()).ok()?))))
            .collect();
        let own = scales.first().map_or(1.0, |(_, scale)| *scale);
        let most = scales.iter().map(|(_, scale)| scale / own).fold(1.0, f64::max);
        for (_, scale) in &mut scales {
            *scale = *scale / own * (SCALE_MAX / most).min(1.0);
        }
        scales
    }

    /// `money` in `target`, rounded half to even; `None` where a rate is missing.
    #[must_use]
    pub fn convert(&self, money: Money, target: Currency) -> Option<Money> {
        self.sum([(money, 100)], target)
    }
}

/// `n / d` rounded to the nearest integer, a tie to the even one. `d` is positive.
fn divide_half_even(n: i128, d: i128) -> i128 {
    let (quotient, rest) = (n.div_euclid(d), n.rem_euclid(d));
    match (rest * 2).cmp(&d) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + (quotient & 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        let rate = |currency, nano| Rate { currency, day: Day(20_000), nano };
        // Per dong: one euro is 28,000 dong, one dollar 25,000.
        Rates { base: Currency::VND, rates: vec![rate(Currency::EUR, 28_000 * 1_000_000_000), rate(Currency::USD, 25_000 * 1_000_000_000)] }
    }

    #[track_caller]
    fn check(amounts: &[(i64, Currency, i64)], target: Currency, expected: Option<i64>) {
        let sum = rates().sum(amounts.iter().map(|&(m, c, w)| (Money::new(m, c), w)), target);
        assert_eq!(sum.map(|m| m.minor), expected);
    }

    #[test]
    fn sums_cross_through_the_company_currency() {
        check(&[(1_00, Currency::EUR, 100)], Currency::VND, Some(28_000));
        check(&[(28_000, Currency::VND, 100)], Currency::EUR, Some(1_00));
        check(&[(1_00, Currency::EUR, 100)], Currency::USD, Some(1_12));
        check(&[(1_00, Currency::EUR, 50), (25_000, Currency::VND, 100)], Currency::VND, Some(39_000));
        check(&[], Currency::EUR, Some(0));
    }

    #[test]
    fn a_missing_rate_gives_no_sum_rather_than_a_wrong_one() {
        check(&[(1, Currency::GBP, 100)], Currency::VND, None);
        check(&[(1, Currency::VND, 100)], Currency::GBP, None);
    }

    #[test]
    fn ties_go_to_the_even_neighbour_and_are_rounded_once() {
        // 140 dong are half a cent each.
        check(&[(140, Currency::VND, 100)], Currency::EUR, Some(0));
        check(&[(420, Currency::VND, 100)], Currency::EUR, Some(2));
        check(&[(140, Currency::VND, 100), (140, Currency::VND, 100)], Currency::EUR, Some(1));
        check(&[(-140, Currency::VND, 100)], Currency::EUR, Some(0));
    }

    #[test]
    fn amounts_of_all_currencies_are_ordered_by_what_they_are_worth() {
        let key =
            |rates: &Rates, minor, currency| rates.scales().iter().find(|(c, _)| *c == currency).map(|(_, scale)| order_key(minor, *scale));
        let rates = rates();
        assert_eq!(key(&rates, 850_000_000, Currency::VND), Some(850_000_000));
        assert_eq!(key(&rates, 5_000_000, Currency::EUR), Some(1_400_000_000));
        assert_eq!(key(&rates, 1, Currency::GBP), None);
        let max = crate::opportunity::AMOUNT_MAX;
        let dear = Rates { base: Currency::VND, rates: vec![Rate { currency: Currency::EUR, day: Day(1), nano: i64::MAX }] };
        let (mine, theirs) = (key(&dear, max, Currency::VND), key(&dear, max, Currency::EUR));
        assert!(mine > Some(0) && mine < theirs && theirs < Some(i64::MAX), "{mine:?} {theirs:?}");
    }

    #[test]
    fn a_sum_that_a_browser_rounds_is_read_and_a_fraction_is_not() {
        let read = |minor: &str| serde_json::from_str::<Money>(&format!(r#"{{"minor":{minor},"currency":"VND"}}"#)).ok().map(|m| m.minor);
        assert_eq!(read("-7"), Some(-7));
        assert_eq!(read("9007199254740993"), Some(9_007_199_254_740_993));
        assert_eq!(read("1.8e16"), Some(18_000_000_000_000_000));
        assert_eq!(read("1.5"), None);
        assert_eq!(read("1e3"), None);
        assert_eq!(read("1e300"), None);
        assert_eq!(read("null"), None);
    }

    #[test]
    fn large_sums_do_not_overflow() {
        check(&[(i64::MAX, Currency::VND, 100)], Currency::VND, Some(i64::MAX));
        check(&[(i64::MAX, Currency::VND, 100), (1, Currency::VND, 100)], Currency::VND, None);
    }
}
