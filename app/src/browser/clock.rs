//! The time now and the day today, as the viewer's device has them.

use js_sys::Date;
use muster_shared::time::{Day, Instant};

/// Now, in UTC.
pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of this era fit an i64 exactly")]
    Instant(Date::now() as i64)
}

/// The day it is for the viewer.
pub fn today() -> Day {
    let date = Date::new_0();
    let year = i32::try_from(date.get_full_year()).unwrap_or(1970);
    Day::from_ymd(year, date.get_month() + 1, date.get_date()).unwrap_or_default()
}
