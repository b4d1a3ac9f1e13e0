//! The time now and the day today, as the viewer's device has them.

use js_sys::{Array, Date, Function, Object, Reflect};
use muster_shared::time::{Day, Instant};
use wasm_bindgen::{JsCast, JsValue};

/// Now, in UTC.
pub fn now() -> Instant {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of this era fit an i64 exactly")]
    Instant(Date::now() as i64)
}

/// The day it is for the viewer.
pub fn today() -> Day {
    day_of(now())
}

/// The day an instant lies in, for the viewer.
pub fn day_of(at: Instant) -> Day {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit a number of the browser exactly")]
    let date = Date::new(&JsValue::from_f64(at.0 as f64));
    let year = i32::try_from(date.get_full_year()).unwrap_or(1970);
    Day::from_ymd(year, date.get_month() + 1, date.get_date()).unwrap_or_default()
}

/// The day it is in `zone`; the viewer's where the browser does not know that zone.
pub fn today_in(zone: &str) -> Day {
    day_in(zone).unwrap_or_else(today)
}

fn day_in(zone: &str) -> Option<Day> {
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("year", "numeric"), ("month", "2-digit"), ("day", "2-digit")] {
        Reflect::set(&options, &name.into(), &value.into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let maker: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    // Swedes write days as 2026-12-31. An unknown zone is an exception, which only a construction by reflection survives.
    let formatter = Reflect::construct(&maker, &Array::of2(&"sv-SE".into(), &options)).ok()?;
    let format: Function = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()?;
    Day::parse(&format.call1(&JsValue::UNDEFINED, &Date::new_0()).ok()?.as_string()?)
}
