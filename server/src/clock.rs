//! The clock, injected so that tests and the demo can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{Offset as _, TimeZone as _};
use muster_shared::company::Company;
use muster_shared::time::{Day, Instant};

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// Added to the system's time, in milliseconds.
    offset: Arc<AtomicI64>,
}

impl Clock {
    #[must_use]
    pub fn now(&self) -> Instant {
        let system = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX));
        Instant(system + self.offset.load(Ordering::Relaxed))
    }

    /// Moves this clock by `ms` against the system's.
    pub fn shift(&self, ms: i64) {
        self.offset.fetch_add(ms, Ordering::Relaxed);
    }
}

/// The calendar day of `at` in the IANA zone `zone`; in UTC where there is no such zone.
#[must_use]
pub fn day_in(zone: &str, at: Instant) -> Day {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::UTC);
    zone.timestamp_millis_opt(at.0).single().map_or_else(|| at.utc_day(), |t| t.date_naive().into())
}

/// When `minutes` of the company's working time have passed since `from`.
#[must_use]
pub fn add_work_minutes(company: &Company, from: Instant, minutes: u32) -> Instant {
    let zone: chrono_tz::Tz = company.calendar.zone.parse().unwrap_or(chrono_tz::UTC);
    let Some(local) = zone.timestamp_millis_opt(from.0).single() else {
        return from.plus_ms(i64::from(minutes) * 60_000);
    };
    let wall = Instant(local.naive_local().and_utc().timestamp_millis());
    let due = company.calendar.add_work_minutes(wall, minutes, company.hours);
    let offset =
        |at: Instant| zone.timestamp_millis_opt(at.0).single().map_or(0, |t| i64::from(t.offset().fix().local_minus_utc()) * 1_000);
    // The offset at the end decides; where the clocks are changed in between, the first guess is an hour off.
    let guess = due.plus_ms(-offset(from));
    due.plus_ms(-offset(guess))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn today_depends_on_the_zone() {
        let late = Day::parse("2026-03-28").expect("a day").start_utc().plus_ms(23 * 3_600_000);
        assert_eq!(day_in("UTC", late).to_string(), "2026-03-28");
        assert_eq!(day_in("Asia/Ho_Chi_Minh", late).to_string(), "2026-03-29");
        assert_eq!(day_in("nowhere", late).to_string(), "2026-03-28");
    }

    #[test]
    fn working_time_is_the_zones() {
        use muster_shared::calendar::{WorkCalendar, WorkHours};
        let company = |zone: &str| Company {
            version: 1,
            name: String::new(),
            currency: muster_shared::money::Currency::VND,
            currencies: Vec::new(),
            zone: "UTC".into(),
            languages: Vec::new(),
            calendar: WorkCalendar { zone: zone.into(), ..WorkCalendar::default() },
            hours: WorkHours::default(),
            contact_limit_days: 1,
            mail_from: None,
        };
        let at = |day: &str, hour: i64| Day::parse(day).expect("a day").start_utc().plus_ms(hour * 3_600_000);
        // Tuesday 10 o'clock UTC is 17 o'clock in Hanoi: one hour today, one on Wednesday from 8 to 9.
        assert_eq!(add_work_minutes(&company("Asia/Ho_Chi_Minh"), at("2026-11-24", 10), 120), at("2026-11-25", 2));
        // Friday 17 o'clock in Berlin; on Sunday summer time begins.
        assert_eq!(add_work_minutes(&company("Europe/Berlin"), at("2026-03-27", 16), 120), at("2026-03-30", 7));
    }
}
