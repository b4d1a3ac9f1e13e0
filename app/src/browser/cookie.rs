//! The two cookies that the server reads before the first paint: `theme` and `lang`.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlDocument;

const YEAR_S: u32 = 31_536_000;

/// The value of a cookie that scripts may read.
pub fn get(name: &str) -> Option<String> {
    let all = html_document()?.cookie().ok()?;
    all.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

/// Keeps a cookie for a year, for the whole site.
pub fn set(name: &str, value: &str) {
    let secure = if leptos::prelude::window().location().protocol().is_ok_and(|p| p == "https:") { "; Secure" } else { "" };
    if let Some(document) = html_document() {
        // A browser that refuses cookies only loses the choice at the next visit.
        let _ = document.set_cookie(&format!("{name}={value}; Path=/; Max-Age={YEAR_S}; SameSite=Lax{secure}"));
    }
}

fn html_document() -> Option<HtmlDocument> {
    document().dyn_into().ok()
}
