//! Formatters of the browser's `Intl`, built once for each language and set of options.

use std::{cell::RefCell, collections::HashMap};

use js_sys::{Array, Function, Intl, JsString, Object, Reflect};
use muster_shared::text::Lang;
use wasm_bindgen::{JsCast, JsValue};

thread_local! {
    // Building a formatter takes a tenth of a millisecond, and a board formats a thousand values.
    static CACHE: RefCell<HashMap<(Lang, Kind, String), Function>> = RefCell::new(HashMap::new());
}

/// Which constructor of `Intl`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    Number,
    Date,
    /// `format` takes a value and a unit.
    Relative,
}

/// The bound `format` function for these options, written as `name:value;name:value`.
pub fn formatter(lang: Lang, kind: Kind, options: &str) -> Function {
    let key = (lang, kind, options.to_owned());
    if let Some(found) = CACHE.with_borrow(|cache| cache.get(&key).cloned()) {
        return found;
    }
    let built = build(lang, kind, options);
    CACHE.with_borrow_mut(|cache| cache.insert(key, built.clone()));
    built
}

/// Formats one value; a value that `Intl` refuses gives an empty text.
pub fn format(lang: Lang, kind: Kind, options: &str, value: &JsValue) -> String {
    formatter(lang, kind, options).call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn build(lang: Lang, kind: Kind, options: &str) -> Function {
    let locales = Array::of1(&JsString::from(locale(lang)).into());
    let object = Object::new();
    for (name, value) in options.split(';').filter_map(|option| option.split_once(':')) {
        let value = match value {
            "true" => JsValue::TRUE,
            "false" => JsValue::FALSE,
            _ => value.parse::<u32>().map_or_else(|_| JsValue::from_str(value), JsValue::from),
        };
        // A plain object takes any property.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    match kind {
        Kind::Number => Intl::NumberFormat::new(&locales, &object).format(),
        Kind::Date => Intl::DateTimeFormat::new(&locales, &object).format(),
        Kind::Relative => {
            let formatter = Intl::RelativeTimeFormat::new(&locales, &object);
            let format: Function =
                Reflect::get(&formatter, &"format".into()).expect("every RelativeTimeFormat has format").unchecked_into();
            format.bind0(&formatter)
        }
    }
}

/// English is the British one: days before months, as everywhere the company sells.
const fn locale(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "en-GB",
        Lang::Vi => "vi-VN",
    }
}
