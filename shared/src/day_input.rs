//! Days as people type them: `today`, `+3d`, `fri`, `thứ 6`, `cn`, `12/3`, `12 Dec`, `12 thg 12, 2026`, `31.12.2026`, `2026-12-31`.

use crate::fold::fold;
use crate::time::Day;

/// Reads a day as seen from `today`, or `None` where it is not one.
///
/// A weekday is its next one (today's name means in a week); a day and month without a year is the next such day.
/// Day before month, as in Vietnam and Europe.
#[must_use]
pub fn parse(text: &str, today: Day) -> Option<Day> {
    let folded = fold(text.trim());
    let compact: String = folded.split_whitespace().collect();
    match compact.as_str() {
        "" => return None,
        "today" | "homnay" | "nay" => return Some(today),
        "tomorrow" | "tom" | "ngaymai" | "mai" => return Some(today.plus(1)),
        "yesterday" | "homqua" => return Some(today.plus(-1)),
        _ => {}
    }
    if let Some(day) = Day::parse(&compact) {
        return Some(day);
    }
    if let Some(weekday) = weekday(&compact) {
        let ahead = (i32::from(weekday) - i32::from(today.weekday())).rem_euclid(7);
        return Some(today.plus(if ahead == 0 { 7 } else { ahead }));
    }
    if compact.starts_with(['+', '-']) {
        return relative(&compact, today);
    }
    named_month(&compact, today).or_else(|| dotted(&compact, today))
}

fn weekday(text: &str) -> Option<u8> {
    const NAMES: [&[&str]; 7] = [
        &["mon", "monday", "thu2", "t2", "thuhai"],
        &["tue", "tuesday", "thu3", "t3", "thuba"],
        &["wed", "wednesday", "thu4", "t4", "thutu"],
        &["thu", "thursday", "thu5", "t5", "thunam"],
        &["fri", "friday", "thu6", "t6", "thusau"],
        &["sat", "saturday", "thu7", "t7", "thubay"],
        &["sun", "sunday", "cn", "chunhat"],
    ];
    NAMES.iter().position(|names| names.contains(&text)).and_then(|i| u8::try_from(i).ok())
}

fn relative(text: &str, today: Day) -> Option<Day> {
    let (sign, rest) = text.split_at(1);
    let split = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, unit) = rest.split_at(split);
    let n: i32 = number.parse().ok().filter(|n| *n <= 3660)?;
    let n = if sign == "-" { -n } else { n };
    match unit {
        "" | "d" | "day" | "days" | "ngay" => Some(today.plus(n)),
        "w" | "week" | "weeks" | "t" | "tuan" => Some(today.plus(n * 7)),
        "m" | "month" | "months" | "thang" => {
            let date = today.date()?;
            let months = chrono::Months::new(n.unsigned_abs());
            let moved = if n < 0 { date.checked_sub_months(months) } else { date.checked_add_months(months) };
            moved.map(Day::from)
        }
        _ => None,
    }
}

/// `12dec`, `12december2026`, `12thg12`, `12thang12,2026`: as the app itself writes days, so that one can be corrected.
fn named_month(text: &str, today: Day) -> Option<Day> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let (day, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let day: u32 = day.parse().ok()?;
    let (word, numbers) = rest.split_at(rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()));
    let mut numbers = numbers.split([',', '.', '/']).filter(|n| !n.is_empty());
    let month = match word {
        "thg" | "thang" => numbers.next()?.parse().ok()?,
        word if word.len() >= 3 => {
            let word = if word == "sept" { "sep" } else { word };
            u32::try_from(MONTHS.iter().position(|name| name.starts_with(word))?).ok()? + 1
        }
        _ => return None,
    };
    match (numbers.next(), numbers.next()) {
        (None, _) => next_such(day, month, today),
        (Some(year), None) if year.len() == 4 => Day::from_ymd(year.parse().ok()?, month, day),
        _ => None,
    }
}

fn next_such(day: u32, month: u32, today: Day) -> Option<Day> {
    let year: i32 = today.to_string().get(..4)?.parse().ok()?;
    (year..=year + 4).filter_map(|y| Day::from_ymd(y, month, day)).find(|d| *d >= today)
}

fn dotted(text: &str, today: Day) -> Option<Day> {
    let parts: Vec<&str> = text.split(['/', '.', '-']).filter(|p| !p.is_empty()).collect();
    let number = |i: usize| parts.get(i).and_then(|p| p.parse::<u32>().ok());
    let (day, month) = (number(0)?, number(1)?);
    match parts.len() {
        2 => next_such(day, month, today),
        3 => {
            let year = i32::try_from(number(2)?).ok()?;
            Day::from_ymd(if year < 100 { 2000 + year } else { year }, month, day)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Monday.
    const TODAY: &str = "2026-11-23";

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let today = Day::parse(TODAY).expect("a day");
        assert_eq!(parse(text, today).map(|d| d.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn words_and_distances() {
        check("today", Some("2026-11-23"));
        check("Ngày mai", Some("2026-11-24"));
        check("+3d", Some("2026-11-26"));
        check("+2w", Some("2026-12-07"));
        check("+3", Some("2026-11-26"));
        check("+3m", Some("2027-02-23"));
        check("-1d", Some("2026-11-22"));
    }

    #[test]
    fn weekdays_are_the_next_ones() {
        check("fri", Some("2026-11-27"));
        check("thứ 6", Some("2026-11-27"));
        check("T6", Some("2026-11-27"));
        check("CN", Some("2026-11-29"));
        check("mon", Some("2026-11-30"));
        check("thu", Some("2026-11-26"));
    }

    #[test]
    fn day_before_month() {
        check("12/3", Some("2027-03-12"));
        check("24.11.", Some("2026-11-24"));
        check("31/12/2026", Some("2026-12-31"));
        check("31.12.26", Some("2026-12-31"));
        check("2026-12-31", Some("2026-12-31"));
        check("29/2", Some("2028-02-29"));
    }

    #[test]
    fn months_by_name_as_the_app_writes_them() {
        check("24 Dec", Some("2026-12-24"));
        check("5 Sept 2027", Some("2027-09-05"));
        check("1 march", Some("2027-03-01"));
        check("24 thg 12", Some("2026-12-24"));
        check("24 thg 12, 2027", Some("2027-12-24"));
        check("24 tháng 12", Some("2026-12-24"));
        check("31 Feb 2027", None);
        check("24 de", None);
        check("24 thg", None);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "soon", "31/2/2027", "+9999d", "1/2/3/4", "+x"] {
            check(text, None);
        }
    }
}
