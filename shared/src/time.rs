//! Instants in UTC milliseconds and calendar days; the clock itself is always passed in.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds in one day of UTC.
pub const DAY_MS: i64 = 86_400_000;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = i64))]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The instant `ms` milliseconds later (earlier where negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The UTC day this instant lies in.
    #[must_use]
    pub fn utc_day(self) -> Day {
        Day(i32::try_from(self.0.div_euclid(DAY_MS)).unwrap_or(i32::MAX))
    }
}

/// A calendar day without zone: days since 1970-01-01; `YYYY-MM-DD` on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = "date"))]
pub struct Day(pub i32);

/// 1970-01-01 counted from chrono's common era.
const EPOCH_FROM_CE: i32 = 719_163;

impl Day {
    /// The day `n` days later (earlier where negative).
    #[must_use]
    pub const fn plus(self, n: i32) -> Self {
        Self(self.0.saturating_add(n))
    }

    /// This day of the Gregorian calendar, or `None` beyond chrono's range.
    #[must_use]
    pub fn date(self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.0.checked_add(EPOCH_FROM_CE)?)
    }

    /// Midnight UTC at the start of this day.
    #[must_use]
    pub const fn start_utc(self) -> Instant {
        Instant(self.0 as i64 * DAY_MS)
    }

    /// Monday is 0, Sunday is 6.
    #[must_use]
    pub const fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// The day `year`-`month`-`day`, where there is such a one.
    #[must_use]
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::from)
    }

    /// Reads `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        let mut parts = s.split('-');
        let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || y.len() != 4 || m.len() != 2 || d.len() != 2 {
            return None;
        }
        Self::from_ymd(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }
}

impl From<NaiveDate> for Day {
    fn from(date: NaiveDate) -> Self {
        Self(date.num_days_from_ce() - EPOCH_FROM_CE)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.date() {
            Some(date) => write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
            None => write!(f, "day {}", self.0),
        }
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let s = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&s).ok_or_else(|| serde::de::Error::custom("expected a day as YYYY-MM-DD"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, days: i32, weekday: u8) {
        let day = Day::parse(text).expect("a day");
        assert_eq!((day.0, day.weekday(), day.to_string().as_str()), (days, weekday, text));
    }

    #[test]
    fn days_count_from_the_epoch() {
        check("1970-01-01", 0, 3);
        check("2024-02-29", 19_782, 3);
        check("2026-11-23", 20_780, 0);
        check("1969-12-31", -1, 2);
    }

    #[test]
    fn wrong_days_are_refused() {
        for text in ["2023-02-29", "2026-1-1", "2026-01-01x", "", "2026-13-01"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_instant_before_the_epoch_lies_in_the_day_before() {
        assert_eq!(Instant(-1).utc_day(), Day(-1));
    }
}
