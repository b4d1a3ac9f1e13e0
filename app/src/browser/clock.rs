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

/// What the clocks in `zone` show at an instant, written as if it were UTC; UTC's where the browser does not know that zone.
pub fn wall_in(zone: &str, at: Instant) -> Instant {
    wall(zone, at).unwrap_or(at)
}

fn wall(zone: &str, at: Instant) -> Option<Instant> {
    let options = [("hour", "2-digit"), ("minute", "2-digit"), ("hourCycle", "h23")];
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era fit an f64 exactly")]
    let text = written(zone, &options, &Date::new(&JsValue::from_f64(at.0 as f64)))?;
    let (day, time) = text.split_once(' ')?;
    let (hour, minute) = time.split_once(':')?;
    let minutes = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()?;
    Some(Day::parse(day)?.start_utc().plus_ms(minutes * 60_000))
}

fn day_in(zone: &str) -> Option<Day> {
    Day::parse(&written(zone, &[], &Date::new_0())?)
}

/// The day, and what else is asked for, as it is written in Sweden, where days are 2026-12-31.
fn written(zone: &str, more: &[(&str, &str)], at: &Date) -> Option<String> {
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("year", "numeric"), ("month", "2-digit"), ("day", "2-digit")].iter().chain(more) {
        Reflect::set(&options, &(*name).into(), &(*value).into()).ok()?;
    }
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let maker: Function = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?.dyn_into().ok()?;
    // An unknown zone is an exception, which only a construction by reflection survives.
    let formatter = Reflect::construct(&maker, &Array::of2(&"sv-SE".into(), &options)).ok()?;
    let format: Function = Reflect::get(&formatter, &"format".into()).ok()?.dyn_into().ok()?;
    format.call1(&JsValue::UNDEFINED, at).ok()?.as_string()
}
