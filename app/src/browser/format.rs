//! Numbers, money, days and times as the viewer's language writes them; each function follows the language.

use js_sys::Date;
use muster_shared::{
    money::{Currency, Money},
    time::{DAY_MS, Day, Instant},
};
use wasm_bindgen::JsValue;

use super::{
    clock,
    intl::{self, Kind},
};
use crate::i18n::{Lang, lang};

/// Keeps a number and its unit on one line.
const NBSP: char = '\u{a0}';

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;

/// `12,345`
pub fn integer(n: i64) -> String {
    number(to_f64(n), "maximumFractionDigits:0")
}

/// `12.5` with at most `digits` decimals.
pub fn decimal(n: f64, digits: u8) -> String {
    number(n, &format!("maximumFractionDigits:{digits}"))
}

/// `45 %`
pub fn percent(n: f64) -> String {
    format!("{}{NBSP}%", number(n, "maximumFractionDigits:1"))
}

/// The amount in full: `1,284,000,000 ₫`, `€1,200.50`.
pub fn money(money: Money) -> String {
    let decimals = money.currency.decimals();
    let digits = number(major(money), &format!("minimumFractionDigits:{decimals};maximumFractionDigits:{decimals}"));
    with_symbol(&digits, money.currency)
}

/// The amount as short as a card needs: `1.18 B ₫`, `€24.5 K`.
pub fn money_short(money: Money) -> String {
    with_symbol(&short(major(money)), money.currency)
}

/// A large number as short as a chart needs: `1.18 B`.
pub fn short(n: f64) -> String {
    let text = number(n, "notation:compact;maximumSignificantDigits:3");
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic()).trim_end();
    let unit = text[digits.len()..].trim_start();
    if unit.is_empty() {
        return text;
    }
    // CLDR shortens a thousand to a small k in English and tỷ to T in Vietnamese, which nobody there writes.
    let unit = match (lang(), unit) {
        (Lang::En, unit) => unit.replace("bn", "B").to_ascii_uppercase(),
        (Lang::Vi, "N") => "nghìn".to_owned(),
        (Lang::Vi, "Tr") => "tr".to_owned(),
        (Lang::Vi, "T") => "tỷ".to_owned(),
        (Lang::Vi, unit) => unit.to_owned(),
    };
    format!("{digits}{NBSP}{unit}")
}

/// The sign people write for a currency, or its code.
pub fn currency_symbol(currency: Currency) -> String {
    match currency.code() {
        "VND" => "₫".to_owned(),
        "EUR" => "€".to_owned(),
        "GBP" => "£".to_owned(),
        "USD" => "$".to_owned(),
        code => code.to_owned(),
    }
}

/// How much of a day to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayStyle {
    /// `12 Dec`, with the year where it is not this one.
    Short,
    /// `Thu 12 Dec 2026`
    Long,
    /// `Thu`
    Weekday,
    /// `December 2026`
    Month,
}

/// A calendar day.
pub fn day(day: Day, style: DayStyle) -> String {
    let options = match style {
        DayStyle::Short if year(day) == year(clock::today()) => "day:numeric;month:short;timeZone:UTC",
        DayStyle::Short => "day:numeric;month:short;year:numeric;timeZone:UTC",
        DayStyle::Long => "weekday:short;day:numeric;month:short;year:numeric;timeZone:UTC",
        DayStyle::Weekday => "weekday:short;timeZone:UTC",
        DayStyle::Month => "month:long;year:numeric;timeZone:UTC",
    };
    date(day.start_utc(), options)
}

/// A day as people say it when it is near: `today`, `tomorrow`, `Thu`, else `12 Dec`.
pub fn day_near(day_: Day) -> String {
    let distance = day_.0 - clock::today().0;
    match distance {
        -1..=1 => relative_value(f64::from(distance), "day"),
        2..=6 => day(day_, DayStyle::Weekday),
        _ => day(day_, DayStyle::Short),
    }
}

const TIME: &str = "hour:2-digit;minute:2-digit;hourCycle:h23";

/// Day and time in the viewer's zone as people say them when the day is near: `tomorrow 10:00`, `Thu 10:00`.
pub fn time_near(at: Instant) -> String {
    let (day, time) = (clock::day_of(at), date(at, TIME));
    // Vietnamese begins "today" as a sentence does.
    let is_word = (day.0 - clock::today().0).abs() <= 1;
    let day = if is_word { day_near(day).to_lowercase() } else { day_near(day) };
    match lang() {
        Lang::En => format!("{day} {time}"),
        Lang::Vi => format!("{time} {day}"),
    }
}

/// Day and time in the viewer's zone: `12 Dec 2026, 16:30`.
pub fn date_time(at: Instant) -> String {
    date(at, "day:numeric;month:short;year:numeric;hour:2-digit;minute:2-digit;hourCycle:h23")
}

/// As [`time_near`], without the day where that is today: `16:30`.
pub fn time_short(at: Instant) -> String {
    if clock::day_of(at) == clock::today() { date(at, TIME) } else { time_near(at) }
}

/// The day an instant lies in, in the viewer's zone: `12 Dec 2026`.
pub fn date_of(at: Instant) -> String {
    date(at, "day:numeric;month:short;year:numeric")
}

/// How long ago or ahead: `3 minutes ago`, `in 2 days`.
pub fn relative(at: Instant) -> String {
    let distance = at.0 - clock::now().0;
    let (per_unit, unit) = match distance.abs() {
        d if d < MINUTE_MS => return relative_value(0.0, "second"),
        d if d < HOUR_MS => (MINUTE_MS, "minute"),
        d if d < DAY_MS => (HOUR_MS, "hour"),
        d if d < 30 * DAY_MS => (DAY_MS, "day"),
        d if d < 365 * DAY_MS => (30 * DAY_MS, "month"),
        _ => (365 * DAY_MS, "year"),
    };
    relative_value(to_f64(distance / per_unit), unit)
}

/// How long: `6 d`, `2 h`, `5 min`.
pub fn duration(ms: i64) -> String {
    let (value, unit) = match ms.abs() {
        d if d < HOUR_MS => (ms / MINUTE_MS, "minute"),
        d if d < DAY_MS => (ms / HOUR_MS, "hour"),
        _ => (ms / DAY_MS, "day"),
    };
    match (lang(), unit) {
        (Lang::En, "minute") => format!("{}{NBSP}min", integer(value)),
        (Lang::En, unit) => format!("{}{NBSP}{}", integer(value), &unit[..1]),
        (Lang::Vi, _) => number(to_f64(value), &format!("style:unit;unit:{unit};unitDisplay:long")),
    }
}

fn number(n: f64, options: &str) -> String {
    intl::format(lang(), Kind::Number, options, &JsValue::from_f64(n))
}

fn date(at: Instant, options: &str) -> String {
    intl::format(lang(), Kind::Date, options, &Date::new(&JsValue::from_f64(to_f64(at.0))))
}

fn relative_value(value: f64, unit: &str) -> String {
    let format = intl::formatter(lang(), Kind::Relative, "numeric:auto");
    format.call2(&JsValue::UNDEFINED, &JsValue::from_f64(value), &unit.into()).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

/// The dong follows its number everywhere; other signs stand where the language has them.
fn with_symbol(digits: &str, currency: Currency) -> String {
    let symbol = currency_symbol(currency);
    if symbol.chars().count() == 1 && symbol != "₫" && lang() == Lang::En {
        return match digits.strip_prefix('-') {
            Some(rest) => format!("-{symbol}{rest}"),
            None => format!("{symbol}{digits}"),
        };
    }
    format!("{digits}{NBSP}{symbol}")
}

fn year(day: Day) -> String {
    day.to_string().split('-').next().unwrap_or_default().to_owned()
}

fn major(money: Money) -> f64 {
    to_f64(money.minor) / 10_f64.powi(i32::try_from(money.currency.decimals()).unwrap_or(0))
}

#[expect(clippy::cast_precision_loss, reason = "only for display; amounts stay below 2^53")]
const fn to_f64(n: i64) -> f64 {
    n as f64
}
