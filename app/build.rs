//! Turns the locale files into one static per message, so that an unknown key or a missing language fails the build.

use std::{env, fmt::Write as _, fs, path::Path};

use serde_json::{Map, Value};

fn main() {
    println!("cargo:rerun-if-changed=locales");
    let en = read("locales/en.json");
    let vi = read("locales/vi.json");
    let mut code = String::new();
    group(&mut code, "", &en, &vi);
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    fs::write(Path::new(&out).join("messages.rs"), code).expect("OUT_DIR is writable");
}

fn read(path: &str) -> Map<String, Value> {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// One module per group; every module can also be asked for a message by the code it carries at run time.
fn group(code: &mut String, path: &str, en: &Map<String, Value>, vi: &Map<String, Value>) {
    if let Some(key) = vi.keys().find(|key| !en.contains_key(*key)) {
        panic!("locales/en.json lacks `{path}{key}`");
    }
    let mut arms = String::new();
    for (key, english) in en {
        let here = format!("{path}{key}");
        assert!(key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "`{here}` is not snake case");
        assert!(key != "find", "`{here}` has the name of the generated function");
        let vietnamese = vi.get(key).unwrap_or_else(|| panic!("locales/vi.json lacks `{here}`"));
        match (english, vietnamese) {
            (Value::Object(e), Value::Object(v)) if e.contains_key("one") && e.contains_key("other") => {
                message(code, &mut arms, key, forms(&here, e), forms(&here, v));
            }
            (Value::Object(e), Value::Object(v)) => {
                writeln!(code, "pub mod {key} {{ use crate::i18n::Message;").expect("writing to a string");
                group(code, &format!("{here}."), e, v);
                code.push_str("}\n");
            }
            (Value::String(e), Value::String(v)) => {
                assert!(!e.trim().is_empty() && !v.trim().is_empty(), "`{here}` is empty");
                message(code, &mut arms, key, (e, e), (v, v));
            }
            _ => panic!("`{here}` must be a text or a group in both languages"),
        }
    }
    if !arms.is_empty() {
        writeln!(code, "pub fn find(of_code: &str) -> Option<&'static Message> {{ match of_code {{ {arms} _ => None }} }}")
            .expect("writing to a string");
    }
}

fn forms<'a>(path: &str, forms: &'a Map<String, Value>) -> (&'a str, &'a str) {
    let form = |name: &str| forms.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("`{path}` lacks the form `{name}`"));
    (form("one"), form("other"))
}

fn message(code: &mut String, arms: &mut String, key: &str, en: (&str, &str), vi: (&str, &str)) {
    writeln!(code, "pub static {key}: Message = Message::new({en:?}, {vi:?});").expect("writing to a string");
    write!(arms, "{key:?} => Some(&{key}),").expect("writing to a string");
}
