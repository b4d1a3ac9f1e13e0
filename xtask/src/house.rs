//! The house rules that a compiler does not keep: language keys, routes, openings of files, addresses that belong to a machine.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::{process, workspace};

/// Checks every rule and fails with the list of all that is broken.
pub fn check() -> Result<()> {
    let files = tracked()?;
    let mut broken = languages()?;
    for (path, text) in &files {
        broken.extend(addresses(path, text));
        if is_rust(path) {
            broken.extend(opening(path, text));
            broken.extend(routes(path, text));
            broken.extend(unwraps(path, text));
        }
    }
    println!("  {} files read", files.len());
    if broken.is_empty() {
        return Ok(());
    }
    bail!("{} broken:\n    {}", broken.len(), broken.join("\n    "))
}

/// Every text file of the repository, also those that are not committed yet.
fn tracked() -> Result<BTreeMap<String, String>> {
    let listed = process::output(
        Command::new("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(workspace::root()),
    )?;
    Ok(listed
        .lines()
        .filter_map(|path| {
            let text = fs::read_to_string(workspace::path(path)).ok()?;
            Some((path.to_owned(), text))
        })
        .collect())
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|end| end == "rs")
}

fn is_test(path: &str) -> bool {
    path.split('/').any(|part| part == "tests" || part == "tests.rs" || part == "benches")
}

fn opening(path: &str, text: &str) -> Option<String> {
    (!text.starts_with("//! ")).then(|| format!("{path}: the first line says in `//!` what lives here"))
}

fn routes(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("server/src/") {
        return Vec::new();
    }
    found(path, text, &[concat!(".rou", "te(")], "routes are registered through `routes!` only")
}

fn unwraps(path: &str, text: &str) -> Vec<String> {
    if is_test(path) {
        return Vec::new();
    }
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    found(path, code, &[concat!(".unw", "rap()")], "`expect(\"why it holds\")` outside tests")
}

/// Words that would tie the repository to the place where it was written.
fn addresses(path: &str, text: &str) -> Vec<String> {
    let is_lock = path.ends_with(".lock") || path.ends_with("package-lock.json");
    let mut words = vec![concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/")];
    if path.ends_with("package-lock.json") {
        words.push(concat!("\"resol", "ved\""));
    }
    if !is_lock {
        words.extend([concat!("registry.npm", "js"), concat!("index.crates", ".io"), concat!("pypi", ".org/simple")]);
    }
    found(path, text, &words, "no address of a machine or a registry")
}

fn found(path: &str, text: &str, words: &[&str], rule: &str) -> Vec<String> {
    text.lines()
        .enumerate()
        .filter_map(|(index, line)| {
            let word = words.iter().find(|word| stands_alone(line, word))?;
            Some(format!("{path}:{}: `{word}`: {rule}", index + 1))
        })
        .collect()
}

// `desk/home/` is no path of a machine.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !word.starts_with('/') || before.is_none_or(|sign| !sign.is_alphanumeric() && !matches!(sign, '.' | '-' | '_' | '}' | ')'))
    })
}

fn languages() -> Result<Vec<String>> {
    let read = |language: &str| -> Result<BTreeMap<String, String>> {
        let path = format!("app/locales/{language}.json");
        let text = fs::read_to_string(workspace::path(&path)).with_context(|| format!("{path} is missing"))?;
        let value = serde_json::from_str(&text).with_context(|| format!("{path} is not JSON"))?;
        let mut keys = BTreeMap::new();
        flatten("", &value, &mut keys);
        Ok(keys)
    };
    Ok(compare(&read("en")?, &read("vi")?))
}

fn flatten(prefix: &str, value: &Value, keys: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(entries) => {
            for (name, inner) in entries {
                let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
                flatten(&key, inner, keys);
            }
        }
        Value::String(text) => {
            keys.insert(prefix.to_owned(), text.clone());
        }
        other => {
            keys.insert(prefix.to_owned(), other.to_string());
        }
    }
}

fn compare(english: &BTreeMap<String, String>, vietnamese: &BTreeMap<String, String>) -> Vec<String> {
    let mut broken = Vec::new();
    let sides = [("en", english, vietnamese), ("vi", vietnamese, english)];
    for (language, own, other) in sides {
        for (key, text) in own {
            if text.trim().is_empty() {
                broken.push(format!("app/locales/{language}.json: `{key}` is empty"));
            }
            // Plural forms differ by nature: Vietnamese has one.
            let is_plural = plural_base(key).is_some_and(|base| other.contains_key(&base));
            if !other.contains_key(key) && !is_plural {
                broken.push(format!("app/locales/{language}.json: `{key}` is only here"));
            }
        }
    }
    broken
}

/// The key of the form that every language has, for a key of one that some have.
fn plural_base(key: &str) -> Option<String> {
    let (stem, form) = key.rsplit_once(['.', '_'])?;
    let sign = &key[stem.len()..=stem.len()];
    ["zero", "one", "two", "few", "many"].contains(&form).then(|| format!("{stem}{sign}other"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(json: &str) -> BTreeMap<String, String> {
        let mut keys = BTreeMap::new();
        flatten("", &serde_json::from_str(json).unwrap(), &mut keys);
        keys
    }

    #[test]
    fn both_languages_have_the_same_keys_and_no_empty_text() {
        let english = keys(r#"{"ui": {"save": "Save", "undo": " "}, "deals": {"one": "one", "other": "many"}}"#);
        let vietnamese = keys(r#"{"ui": {"save": "Lưu", "redo": "Làm lại"}, "deals": {"other": "nhiều"}}"#);
        assert_eq!(
            compare(&english, &vietnamese),
            [
                "app/locales/en.json: `ui.undo` is empty",
                "app/locales/en.json: `ui.undo` is only here",
                "app/locales/vi.json: `ui.redo` is only here",
            ]
        );
        assert!(compare(&vietnamese, &vietnamese).is_empty());
    }

    #[test]
    fn a_file_says_what_lives_in_it() {
        assert!(opening("a.rs", "//! Things.\n").is_none());
        assert!(opening("a.rs", "use std::fs;\n").is_some());
    }

    #[test]
    fn unwrap_is_for_tests() {
        let call = concat!("x.unw", "rap();\n");
        assert_eq!(unwraps("server/src/a.rs", call).len(), 1);
        assert!(unwraps("server/tests/a.rs", call).is_empty());
        assert!(unwraps("server/src/a.rs", &format!("#[cfg(test)]\n{call}")).is_empty());
    }

    #[test]
    fn routes_are_registered_in_one_way() {
        let call = concat!("app.rou", "te(\"/\")");
        assert_eq!(routes("server/src/router.rs", call).len(), 1);
        assert!(routes("app/src/app.rs", call).is_empty());
    }
}
