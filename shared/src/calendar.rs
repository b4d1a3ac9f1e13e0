//! Working calendars of markets: clocks and limits count working days, so that a holiday turns no card red.

use serde::{Deserialize, Serialize};

use crate::time::{DAY_MS, Day, Instant};

/// Which days of a market are worked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkCalendar {
    /// IANA zone, such as `Asia/Ho_Chi_Minh`.
    pub zone: String,
    /// Monday first.
    pub workdays: [bool; 7],
    /// Days off although their weekday is worked, ascending.
    pub holidays: Vec<Day>,
}

impl Default for WorkCalendar {
    fn default() -> Self {
        Self { zone: "UTC".to_owned(), workdays: [true, true, true, true, true, false, false], holidays: Vec::new() }
    }
}

impl WorkCalendar {
    /// Whether people work on `day`.
    #[must_use]
    pub fn is_workday(&self, day: Day) -> bool {
        self.workdays[usize::from(day.weekday())] && self.holidays.binary_search(&day).is_err()
    }

    /// The same time of day, `n` working days after `from`. The day of `from` does not count.
    ///
    /// A calendar without any working day counts every day.
    #[must_use]
    pub fn add_workdays(&self, from: Instant, n: u32) -> Instant {
        if !self.workdays.contains(&true) {
            return from.plus_ms(i64::from(n) * DAY_MS);
        }
        let start = from.utc_day();
        let mut day = start;
        let mut left = n;
        // At most a year of holidays in a row would be a mistake in the data, not a reason to spin.
        for _ in 0..(u64::from(n) * 7 + 400) {
            if left == 0 {
                break;
            }
            day = day.plus(1);
            if self.is_workday(day) {
                left -= 1;
            }
        }
        from.plus_ms(i64::from(day.0 - start.0) * DAY_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[track_caller]
    fn check(from: &str, n: u32, expected: &str) {
        let tet = (0..7).map(|i| day("2026-02-16").plus(i)).collect();
        let calendar = WorkCalendar { holidays: tet, ..WorkCalendar::default() };
        let noon = |d: &str| day(d).start_utc().plus_ms(DAY_MS / 2);
        assert_eq!(calendar.add_workdays(noon(from), n), noon(expected));
    }

    #[test]
    fn weekends_do_not_count() {
        check("2026-11-23", 0, "2026-11-23");
        check("2026-11-23", 4, "2026-11-27");
        check("2026-11-23", 5, "2026-11-30");
        check("2026-11-27", 1, "2026-11-30");
    }

    #[test]
    fn holidays_do_not_count() {
        check("2026-02-13", 1, "2026-02-23");
    }

    #[test]
    fn a_calendar_without_workdays_counts_every_day() {
        let calendar = WorkCalendar { workdays: [false; 7], ..WorkCalendar::default() };
        assert_eq!(calendar.add_workdays(Instant(0), 3), Instant(3 * DAY_MS));
    }
}
