//! Numbers of models, exact.

use std::cmp::Ordering;

/// A fraction in lowest terms, with at most eighteen digits above and below the line, so that two of them can be compared exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    top: i128,
    bottom: i128,
}

const MOST: i128 = 1_000_000_000_000_000_000;

impl Number {
    pub const ZERO: Self = Self { top: 0, bottom: 1 };
    pub const ONE: Self = Self { top: 1, bottom: 1 };

    /// `None` where it has too many digits, or the bottom is 0.
    pub fn new(top: i128, bottom: i128) -> Option<Self> {
        let divisor = greatest_divisor(top, bottom) * bottom.signum();
        let (top, bottom) = (top.checked_div(divisor)?, bottom.checked_div(divisor)?);
        (top.abs() <= MOST && bottom <= MOST).then_some(Self { top, bottom })
    }

    pub fn whole(number: i128) -> Option<Self> {
        Self::new(number, 1)
    }

    /// A decimal number, perhaps with an exponent: `-12.50`, `1.0E7`.
    pub fn parse(text: &str) -> Option<Self> {
        let (digits, exponent) = match text.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, digits.strip_prefix('+').unwrap_or(digits)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let part = part.trim_end_matches('0');
        let all = format!("{whole}{part}");
        if whole.len() + digits.len() == 0 || !all.bytes().all(|byte| byte.is_ascii_digit()) || all.len() > 30 {
            return None;
        }
        let all: i128 = if all.is_empty() { 0 } else { all.parse().ok()? };
        let power = exponent.checked_sub(i32::try_from(part.len()).ok()?)?;
        let scale = 10_i128.checked_pow(power.unsigned_abs())?;
        if power < 0 { Self::new(sign * all, scale) } else { Self::new((sign * all).checked_mul(scale)?, 1) }
    }

    pub fn plus(self, other: Self) -> Option<Self> {
        Self::new(self.top * other.bottom + other.top * self.bottom, self.bottom * other.bottom)
    }

    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    pub fn times(self, other: Self) -> Option<Self> {
        Self::new(self.top * other.top, self.bottom * other.bottom)
    }

    pub fn over(self, other: Self) -> Option<Self> {
        Self::new(self.top * other.bottom, self.bottom * other.top)
    }

    pub fn negated(self) -> Self {
        Self { top: -self.top, bottom: self.bottom }
    }

    pub fn is_negative(self) -> bool {
        self.top < 0
    }

    pub fn is_whole(self) -> bool {
        self.bottom == 1
    }

    /// The largest whole number that is not larger.
    pub fn floor(self) -> i128 {
        self.top.div_euclid(self.bottom)
    }

    /// The smallest whole number that is not smaller.
    pub fn ceil(self) -> i128 {
        -(-self.top).div_euclid(self.bottom)
    }

    /// By which number this one becomes whole.
    pub fn bottom(self) -> i128 {
        self.bottom
    }

    /// How many decimal places it takes; `None` where no number of them is enough.
    pub fn decimals(self) -> Option<u32> {
        (0..=18).find(|places| 10_i128.pow(*places) % self.bottom == 0)
    }

    /// That many times the number, where this is whole and of a size that adds up without overflow.
    pub fn scaled(self, by: i128) -> Option<i64> {
        let scaled = self.top.checked_mul(by)?;
        let whole = if scaled % self.bottom == 0 { i64::try_from(scaled / self.bottom).ok()? } else { return None };
        (whole.abs() <= 1_000_000_000_000).then_some(whole)
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some(places) = self.decimals() else { return write!(f, "{}/{}", self.top, self.bottom) };
        let scale = 10_i128.pow(places);
        let scaled = (self.top * (scale / self.bottom)).abs();
        let sign = if self.is_negative() { "-" } else { "" };
        match places {
            0 => write!(f, "{sign}{scaled}"),
            _ => write!(f, "{sign}{}.{:0places$}", scaled / scale, scaled % scale, places = places as usize),
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.top * other.bottom).cmp(&(other.top * self.bottom))
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// At least 1 where one of the numbers is not 0.
fn greatest_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.abs(), b.abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_numbers_are_exact() {
        for (text, said) in [
            ("0", Some("0")),
            ("1.50", Some("1.5")),
            ("-12.05", Some("-12.05")),
            (".5", Some("0.5")),
            ("1.0E7", Some("10000000")),
            ("25e-3", Some("0.025")),
            ("+3", Some("3")),
            ("1e99", None),
            ("1e-2147483648", None),
            ("", None),
            ("-", None),
            ("1.2.3", None),
            ("NaN", None),
            ("12345678901234567890", None),
        ] {
            assert_eq!(Number::parse(text).map(|number| number.to_string()).as_deref(), said, "{text}");
        }
    }

    #[test]
    fn fractions_compute_and_compare() {
        let number = |text| Number::parse(text).expect("a number");
        let third = Number::ONE.over(number("3")).expect("a fraction");
        assert_eq!((third.to_string().as_str(), third.floor(), third.ceil(), third.decimals()), ("1/3", 0, 1, None));
        assert_eq!(third.negated().floor(), -1);
        assert_eq!(third.times(number("3")), Some(Number::ONE));
        assert!(third < number("0.34") && third > number("0.33"));
        assert_eq!(Number::ONE.over(Number::ZERO), None);
        assert_eq!((number("1.99").scaled(100), number("1.99").scaled(10)), (Some(199), None));
    }
}
