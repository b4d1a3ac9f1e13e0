//! Files that somebody chose.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::event_target;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlInputElement};

/// The file that was chosen in the field an event comes from, by its name and a promise of its text; the field is empty afterwards, so
/// that the same file can be chosen again.
pub fn chosen(event: &Event) -> Option<ChosenFile> {
    let input = event_target::<HtmlInputElement>(event);
    let files = Reflect::get(&input, &"files".into()).ok()?;
    let file = Array::from(&files).get(0);
    if file.is_undefined() {
        return None;
    }
    let name = Reflect::get(&file, &"name".into()).ok()?.as_string()?;
    let size = Reflect::get(&file, &"size".into()).ok()?.as_f64()?;
    let text = Reflect::get(&file, &"text".into()).ok()?.dyn_into::<Function>().ok()?;
    let promise = text.call0(&file).ok()?.dyn_into::<Promise>().ok()?;
    input.set_value("");
    Some(ChosenFile { name, size, promise })
}

/// A file that somebody chose.
pub struct ChosenFile {
    pub name: String,
    /// Bytes.
    pub size: f64,
    promise: Promise,
}

impl ChosenFile {
    /// What stands in it; `None` where it cannot be read.
    pub async fn text(self) -> Option<String> {
        JsFuture::from(self.promise).await.ok().as_ref().and_then(JsValue::as_string)
    }
}
