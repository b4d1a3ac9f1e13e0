//! What the browser knows of the world: time zones, and currencies by code and by name.

use js_sys::{Array, Function, Intl, Object, Reflect};
use muster_shared::money::Currency;
use wasm_bindgen::{JsCast, JsValue};

use crate::i18n::{Lang, lang};

/// Names that browsers still use although the places were renamed long ago.
const RENAMED: [(&str, &str); 10] = [
    ("Africa/Asmera", "Africa/Asmara"),
    ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
    ("America/Indianapolis", "America/Indiana/Indianapolis"),
    ("America/Louisville", "America/Kentucky/Louisville"),
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Asia/Katmandu", "Asia/Kathmandu"),
    ("Asia/Rangoon", "Asia/Yangon"),
    ("Asia/Saigon", "Asia/Ho_Chi_Minh"),
    ("Atlantic/Faeroe", "Atlantic/Faroe"),
    ("Europe/Kiev", "Europe/Kyiv"),
];

/// Every time zone by its IANA name, the device's own first.
pub fn zones() -> Vec<String> {
    let own = device_zone();
    let others = supported("timeZone").into_iter().map(|zone| current_name(&zone)).filter(|zone| *zone != own);
    std::iter::once(own.clone()).chain(others).collect()
}

/// The zone this device is set to.
pub fn device_zone() -> String {
    let format = Intl::DateTimeFormat::new(&Array::new(), &Object::new());
    let options = Reflect::get(&format, &"resolvedOptions".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    let zone = options.and_then(|f| f.call0(&format).ok()).and_then(|options| Reflect::get(&options, &"timeZone".into()).ok());
    zone.and_then(|zone| zone.as_string()).map_or_else(|| "UTC".to_owned(), |zone| current_name(&zone))
}

fn current_name(zone: &str) -> String {
    RENAMED.iter().find(|(old, _)| *old == zone).map_or(zone, |(_, new)| new).to_owned()
}

/// Every currency in use.
pub fn currencies() -> Vec<Currency> {
    supported("currency").iter().filter_map(|code| Currency::parse(code)).collect()
}

/// What people call a currency: `Vietnamese dong`; its code where the browser has no name.
pub fn currency_name(currency: Currency) -> String {
    let locale = match lang() {
        Lang::En => "en-GB",
        Lang::Vi => "vi-VN",
    };
    let options = Object::new();
    // A plain object takes any property.
    let _ = Reflect::set(&options, &"type".into(), &"currency".into());
    let names = class("DisplayNames").and_then(|class| Reflect::construct(&class, &Array::of2(&locale.into(), &options)).ok());
    let of = names.as_ref().and_then(|names| Reflect::get(names, &"of".into()).ok()?.dyn_into::<Function>().ok());
    of.and_then(|of| of.call1(names.as_ref()?, &currency.code().into()).ok()?.as_string()).unwrap_or_else(|| currency.code().to_owned())
}

fn supported(kind: &str) -> Vec<String> {
    let list = class("supportedValuesOf").and_then(|f| f.call1(&JsValue::UNDEFINED, &kind.into()).ok());
    list.map(|list| Array::from(&list).iter().filter_map(|value| value.as_string()).collect()).unwrap_or_default()
}

/// A function of `Intl` that older browsers lack.
fn class(name: &str) -> Option<Function> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    Reflect::get(&intl, &name.into()).ok()?.dyn_into().ok()
}
