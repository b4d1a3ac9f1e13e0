//! Amounts as people type them: `850tr`, `1,2 tỷ`, `45k`, `1.284.000.000`, `39,990.50`.

use crate::fold::fold;
use crate::money::{Currency, EXACT_MAX, Money};

/// Reads an amount in `currency`, or `None` where it is not one beyond doubt.
///
/// Both `1.234,5` and `1,234.5` are understood; a single mark before exactly three digits groups thousands in
/// currencies without decimals and where it stands with others like it, and is the decimal mark otherwise.
#[must_use]
pub fn parse(text: &str, currency: Currency) -> Option<Money> {
    let folded = fold(text.trim());
    let compact: String = folded.chars().filter(|c| !c.is_whitespace() && *c != '_').collect();
    let compact = strip_currency(&compact, currency);
    let split = compact.find(|c: char| c.is_alphabetic()).unwrap_or(compact.len());
    let (number, unit) = compact.split_at(split);
    let zeros = match unit {
        "" => 0,
        "k" | "nghin" | "ngan" | "n" => 3,
        "tr" | "trieu" | "m" | "mn" | "mio" | "mil" => 6,
        "ty" | "ti" | "b" | "bn" => 9,
        _ => return None,
    };
    let (negative, number) = match number.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, number),
    };
    let (whole, fraction) = split_decimal(number, zeros, currency)?;
    let places = zeros + currency.decimals() as usize;
    let digits = fraction.trim_end_matches('0');
    if digits.len() > places {
        return None;
    }
    let mut minor = whole.parse::<i64>().ok()?.checked_mul(10_i64.checked_pow(u32::try_from(places).ok()?)?)?;
    if !digits.is_empty() {
        let scale = 10_i64.checked_pow(u32::try_from(places - digits.len()).ok()?)?;
        minor = minor.checked_add(digits.parse::<i64>().ok()?.checked_mul(scale)?)?;
    }
    (minor <= EXACT_MAX).then(|| Money::new(if negative { -minor } else { minor }, currency))
}

fn strip_currency(text: &str, currency: Currency) -> &str {
    let code = currency.code().to_ascii_lowercase();
    let mut text = text;
    for mark in [code.as_str(), "₫", "€", "£", "$", "dong"] {
        text = text.strip_prefix(mark).unwrap_or(text);
        text = text.strip_suffix(mark).unwrap_or(text);
    }
    text.strip_suffix('d').filter(|rest| currency == Currency::VND && !rest.is_empty()).unwrap_or(text)
}

/// Whole and fractional digits of `number`.
fn split_decimal(number: &str, zeros: usize, currency: Currency) -> Option<(String, String)> {
    if !number.chars().any(|c| c.is_ascii_digit()) || number.chars().any(|c| !c.is_ascii_digit() && c != '.' && c != ',') {
        return None;
    }
    let marks: Vec<(usize, char)> = number.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let Some(&(last, mark)) = marks.last() else { return Some((number.to_owned(), String::new())) };
    let same = marks.iter().filter(|(_, c)| *c == mark).count();
    let tail = number.len() - last - 1;
    let grouping = if same > 1 {
        true
    } else if marks.len() > 1 {
        false
    } else {
        // One mark only: `1.500` is fifteen hundred dong, `1,5 tỷ` is a fraction.
        tail == 3 && zeros == 0 && (currency.decimals() == 0 || mark == ',')
    };
    let (whole, fraction) = if grouping { (number, "") } else { (&number[..last], &number[last + 1..]) };
    let groups: Vec<&str> = whole.split(['.', ',']).collect();
    let well_grouped = groups.len() == 1 || (groups[1..].iter().all(|g| g.len() == 3) && (1..=3).contains(&groups[0].len()));
    well_grouped.then(|| (if whole.is_empty() { "0".to_owned() } else { groups.concat() }, fraction.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, currency: Currency, minor: Option<i64>) {
        assert_eq!(parse(text, currency).map(|m| m.minor), minor, "{text}");
    }

    #[test]
    fn vietnamese_short_forms() {
        check("850tr", Currency::VND, Some(850_000_000));
        check("1,2 tỷ", Currency::VND, Some(1_200_000_000));
        check("1.25 tỉ", Currency::VND, Some(1_250_000_000));
        check("500 nghìn", Currency::VND, Some(500_000));
        check("12 triệu đồng", Currency::VND, Some(12_000_000));
    }

    #[test]
    fn grouped_numbers() {
        check("1.284.000.000 ₫", Currency::VND, Some(1_284_000_000));
        check("1,284,000,000", Currency::VND, Some(1_284_000_000));
        check("1.500", Currency::VND, Some(1_500));
        check("39.990,50 €", Currency::EUR, Some(3_999_050));
        check("39,990.5", Currency::EUR, Some(3_999_050));
        check("£39,990", Currency::GBP, Some(3_999_000));
        check("39990.5", Currency::USD, Some(3_999_050));
    }

    #[test]
    fn short_forms_in_euro() {
        check("45k", Currency::EUR, Some(4_500_000));
        check("45.5k EUR", Currency::EUR, Some(4_550_000));
        check("1.5m", Currency::EUR, Some(150_000_000));
        check("-3k", Currency::EUR, Some(-300_000));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "abc", "12x", "1.2.3,4,5", "1..2", "--3", "5.5", "99999999999 tỷ"] {
            check(text, Currency::VND, None);
        }
        check("1.005", Currency::EUR, None);
    }
}
