//! Exchange rates as people type them: `27.500`, `27,500.25`, `1,085`.

use leptos::prelude::*;
use muster_shared::{
    fold::fold,
    money::{Currency, Rates},
};

use crate::{
    browser::format,
    t,
    ui::{FieldContext, reactive, unique_id},
};

const NANO: i64 = 1_000_000_000;

/// A field for how many units of `base` one unit of another currency is worth, in billionths.
#[component]
pub fn RateInput(
    value: RwSignal<Option<i64>>,
    #[prop(into)] base: Signal<Currency>,
    /// Whether what was typed is no rate.
    is_wrong: RwSignal<bool>,
) -> impl IntoView {
    let field = FieldContext::here();
    let text = RwSignal::new(String::new());
    let wrong = field.is_wrong;
    Effect::new(move |_| is_wrong.set(wrong.get()));
    let says = unique_id("says");
    let described_by = field.described_with(says.clone(), wrong);
    // The field is emptied from outside once the rates are recorded.
    Effect::new(move |_| {
        if value.with(Option::is_none) && text.with_untracked(|t| parse(t, base.get_untracked()).is_some()) {
            text.set(String::new());
        }
    });
    let typed = move |typed: String| {
        let rate = parse(&typed, base.get_untracked());
        wrong.set(rate.is_none() && !typed.trim().is_empty());
        value.set(rate);
        text.set(typed);
    };
    view! {
        <span class="money-input">
            <input
                class="input"
                id=field.id
                inputmode="decimal"
                autocomplete="off"
                prop:value=move || text.get()
                aria-describedby=described_by
                data-unreadable=move || wrong.get().then_some("")
                aria-invalid=move || (field.is_invalid.get() || wrong.get()).then_some("true")
                on:input=move |event| typed(event_target_value(&event))
            />
            <span class="money-input__currency">{reactive(move || format::currency_symbol(base.get()))}</span>
            <span class="money-input__says" id=says role="status">{reactive(move || wrong.get().then(|| t!(company.not_a_rate)()))}</span>
        </span>
    }
    .into_any()
}

/// Reads a rate in billionths, or `None` where it is none beyond doubt.
///
/// A single mark before exactly three digits groups thousands where `base` has no decimals, and is the decimal mark elsewhere.
fn parse(text: &str, base: Currency) -> Option<i64> {
    let compact: String = fold(text).chars().filter(|c| !c.is_whitespace()).collect();
    if compact.is_empty() || !compact.chars().all(|c| c.is_ascii_digit() || c == '.' || c == ',') {
        return None;
    }
    let marks: Vec<char> = compact.chars().filter(|c| !c.is_ascii_digit()).collect();
    let decimal = match marks.as_slice() {
        [] => None,
        [mark] => {
            let (whole, fraction) = compact.split_once(*mark)?;
            let groups = fraction.len() == 3 && base.decimals() == 0 && !whole.is_empty() && whole != "0";
            (!groups).then_some(*mark)
        }
        [first, .., last] if first != last => Some(*last),
        _ => None,
    };
    let (whole, fraction) = match decimal {
        Some(mark) => compact.rsplit_once(mark)?,
        None => (compact.as_str(), ""),
    };
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if fraction.len() > 9 || !fraction.chars().all(|c| c.is_ascii_digit()) {
        return None;
    }
    let billionths: i64 = format!("{fraction:0<9}").parse().ok()?;
    let nano = whole.parse::<i64>().unwrap_or(0).checked_mul(NANO)?.checked_add(billionths)?;
    (nano > 0).then_some(nano)
}

/// What one unit of `currency` is worth in the company's own, written out: `27,500.25`.
pub fn unit_price(rates: &Rates, currency: Currency) -> Option<String> {
    let nano = rates.rates.iter().find(|rate| rate.currency == currency)?.nano;
    #[expect(clippy::cast_precision_loss, reason = "only for display; six digits are shown")]
    let price = nano as f64 / NANO as f64;
    Some(format::decimal(price, if price < 10.0 { 6 } else { 2 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, base: Currency, expected: Option<i64>) {
        assert_eq!(parse(text, base), expected, "{text}");
    }

    #[test]
    fn rates_are_read_with_either_mark() {
        check("27.500", Currency::VND, Some(27_500 * NANO));
        check("27,500", Currency::VND, Some(27_500 * NANO));
        check("27,500.25", Currency::VND, Some(27_500 * NANO + 250_000_000));
        check("27.500,25", Currency::VND, Some(27_500 * NANO + 250_000_000));
        check("1,085", Currency::EUR, Some(1_085_000_000));
        check("1.1", Currency::EUR, Some(1_100_000_000));
        check("0.000036", Currency::EUR, Some(36_000));
        check(".5", Currency::EUR, Some(500_000_000));
        check("0.036", Currency::VND, Some(36_000_000));
        check("1 085", Currency::EUR, Some(1_085 * NANO));
    }

    #[test]
    fn what_is_no_rate_is_refused() {
        for text in ["", "0", "abc", "1.2345678901", "-1", "99999999999999"] {
            check(text, Currency::EUR, None);
        }
    }
}
