//! Working calendars of markets: clocks and limits count working days, so that a holiday turns no card red.

use serde::{Deserialize, Serialize};

use crate::time::{DAY_MS, Day, Instant};

/// When people work on a working day, in minutes since midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkHours {
    pub from: u16,
    pub to: u16,
}

impl Default for WorkHours {
    fn default() -> Self {
        Self { from: 8 * 60, to: 18 * 60 }
    }
}

impl WorkHours {
    /// Whether there is time between beginning and end, within one day.
    #[must_use]
    pub const fn is_sound(self) -> bool {
        self.from < self.to && self.to <= 24 * 60
    }
}

const MINUTE_MS: i64 = 60_000;

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

    /// When `minutes` of working time have passed since `from`; both are times of the calendar's own zone, written as if they were UTC.
    ///
    /// A calendar without working days or hours counts every minute.
    #[must_use]
    pub fn add_work_minutes(&self, from: Instant, minutes: u32, hours: WorkHours) -> Instant {
        let mut left = i64::from(minutes) * MINUTE_MS;
        if !self.workdays.contains(&true) || !hours.is_sound() {
            return from.plus_ms(left);
        }
        let mut day = from.utc_day();
        // At most a year of holidays in a row would be a mistake in the data, not a reason to spin.
        for _ in 0..(u64::from(minutes) * 7 + 400) {
            let midnight = day.start_utc();
            let (open, close) = (midnight.plus_ms(i64::from(hours.from) * MINUTE_MS), midnight.plus_ms(i64::from(hours.to) * MINUTE_MS));
            let start = open.max(from);
            if self.is_workday(day) && start < close {
                if left <= close.0 - start.0 {
                    return start.plus_ms(left);
                }
                left -= close.0 - start.0;
            }
            day = day.plus(1);
        }
        from.plus_ms(left)
    }

    /// Milliseconds of working time between two times of the calendar's own zone, written as if they were UTC; none where `until` is not
    /// after `from`.
    ///
    /// A calendar without working days or hours counts every minute.
    #[must_use]
    pub fn work_ms(&self, from: Instant, until: Instant, hours: WorkHours) -> i64 {
        if until <= from || !self.workdays.contains(&true) || !hours.is_sound() {
            return (until.0 - from.0).max(0);
        }
        let worked = |day: Day| {
            let midnight = day.start_utc();
            let start = midnight.plus_ms(i64::from(hours.from) * MINUTE_MS).max(from);
            let end = midnight.plus_ms(i64::from(hours.to) * MINUTE_MS).min(until);
            if self.is_workday(day) { (end.0 - start.0).max(0) } else { 0 }
        };
        // Nobody looks a year ahead: what lies beyond is not counted.
        let first = from.utc_day();
        (0..=(until.utc_day().0 - first.0).min(366)).map(|n| worked(first.plus(n))).sum()
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

    fn time(text: &str) -> Instant {
        let (date, clock) = text.split_once(' ').expect("a day and a time");
        let (hour, minute) = clock.split_once(':').expect("hours and minutes");
        let minutes: i64 = hour.parse::<i64>().expect("hours") * 60 + minute.parse::<i64>().expect("minutes");
        day(date).start_utc().plus_ms(minutes * MINUTE_MS)
    }

    #[track_caller]
    fn check_hours(from: &str, minutes: u32, expected: &str) {
        let calendar = WorkCalendar { holidays: vec![day("2026-11-26")], ..WorkCalendar::default() };
        assert_eq!(calendar.add_work_minutes(time(from), minutes, WorkHours::default()), time(expected), "{from}");
    }

    #[test]
    fn hours_count_while_people_work() {
        // A Tuesday; the Thursday is a holiday.
        check_hours("2026-11-24 09:15", 120, "2026-11-24 11:15");
        check_hours("2026-11-24 16:00", 120, "2026-11-24 18:00");
        check_hours("2026-11-24 17:30", 120, "2026-11-25 09:30");
        check_hours("2026-11-24 05:00", 120, "2026-11-24 10:00");
        check_hours("2026-11-24 18:00", 120, "2026-11-25 10:00");
        check_hours("2026-11-25 17:00", 120, "2026-11-27 09:00");
        check_hours("2026-11-28 12:00", 120, "2026-11-30 10:00");
        check_hours("2026-11-24 08:00", 1_200, "2026-11-25 18:00");
        check_hours("2026-11-24 09:00", 0, "2026-11-24 09:00");
    }

    #[track_caller]
    fn check_work(from: &str, until: &str, minutes: i64) {
        let calendar = WorkCalendar { holidays: vec![day("2026-11-26")], ..WorkCalendar::default() };
        assert_eq!(calendar.work_ms(time(from), time(until), WorkHours::default()), minutes * MINUTE_MS, "{from} to {until}");
    }

    #[test]
    fn working_time_between_is_what_was_added() {
        check_work("2026-11-24 09:15", "2026-11-24 11:15", 120);
        check_work("2026-11-24 17:30", "2026-11-25 09:30", 120);
        check_work("2026-11-24 05:00", "2026-11-24 10:00", 120);
        check_work("2026-11-25 17:00", "2026-11-27 09:00", 120);
        check_work("2026-11-28 12:00", "2026-11-30 10:00", 120);
        check_work("2026-11-24 19:00", "2026-11-24 23:00", 0);
        check_work("2026-11-24 11:00", "2026-11-24 10:00", 0);
    }

    #[test]
    fn without_hours_every_minute_counts() {
        let calendar = WorkCalendar::default();
        assert_eq!(calendar.add_work_minutes(Instant(0), 2, WorkHours { from: 9, to: 9 }), Instant(2 * MINUTE_MS));
    }

    #[test]
    fn a_calendar_without_workdays_counts_every_day() {
        let calendar = WorkCalendar { workdays: [false; 7], ..WorkCalendar::default() };
        assert_eq!(calendar.add_workdays(Instant(0), 3), Instant(3 * DAY_MS));
    }
}
