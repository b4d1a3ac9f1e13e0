//! The clock, injected so that tests and the demo can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::TimeZone as _;
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
}
