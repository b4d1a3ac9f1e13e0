//! The house's layers, read from the `use` lines and paths of every source file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Modules of `shared` that are about the business; the component kit knows none of them.
const DOMAIN: [&str; 6] = ["account", "company", "contact", "identity", "opportunity", "view"];

struct Source {
    path: String,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace is above the crate").to_owned()
}

fn sources(folders: &[&str]) -> Vec<Source> {
    let root = root();
    let mut found = Vec::new();
    for folder in folders {
        for entry in walkdir::WalkDir::new(root.join(folder)).into_iter().filter_entry(|e| e.file_name() != "node_modules") {
            let path = entry.expect("a readable tree").into_path();
            if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                let path = path.strip_prefix(&root).expect("below the root").to_string_lossy().replace('\\', "/");
                found.push(Source { path, text });
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folders:?}");
    found
}

/// Every path that a `use` statement of `text` names, with its groups written out.
fn used(text: &str) -> BTreeSet<String> {
    let mut paths = BTreeSet::new();
    let mut rest = text;
    while let Some(at) = rest.find("use ") {
        let begins = rest[..at].chars().next_back().is_none_or(|c| c == '\n' || c == ' ');
        rest = &rest[at + 4..];
        let line_before = begins && !rest.trim_start().starts_with('<');
        let Some(end) = rest.find(';').filter(|_| line_before) else { continue };
        let tree: String = rest[..end].chars().filter(|c| !c.is_whitespace()).collect();
        if tree.chars().all(|c| c.is_ascii_alphanumeric() || "_:{},*#".contains(c)) {
            expand("", &tree, &mut paths);
        }
    }
    paths
}

fn expand(prefix: &str, tree: &str, paths: &mut BTreeSet<String>) {
    let Some(open) = tree.find('{') else {
        paths.insert(format!("{prefix}{tree}"));
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..open]);
    let inner = tree[open + 1..].strip_suffix('}').unwrap_or(&tree[open + 1..]);
    let (mut depth, mut start) = (0_i32, 0);
    for (i, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if i > start {
                    expand(&prefix, &inner[start..i], paths);
                }
                start = i + 1;
            }
            _ => {}
        }
    }
}

/// Whether `source` names `path`, in a `use` or in the code.
fn names(source: &Source, path: &str) -> bool {
    let is_below = |used: &String| used == path || used.strip_prefix(path).is_some_and(|rest| rest.starts_with("::"));
    used(&source.text).iter().any(is_below) || code(&source.text).any(|line| contains_path(line, path))
}

fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

fn contains_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = &line[at + path.len()..];
        before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') && after.starts_with("::")
    })
}

#[track_caller]
fn none_name(sources: &[Source], paths: &[&str], rule: &str) {
    let broken: Vec<String> =
        sources.iter().flat_map(|s| paths.iter().filter(|path| names(s, path)).map(|path| format!("{} names {path}", s.path))).collect();
    assert!(broken.is_empty(), "{rule}:\n  {}", broken.join("\n  "));
}

#[test]
fn shared_does_no_input_and_output() {
    let paths = [
        "tokio",
        "futures",
        "axum",
        "sea_orm",
        "leptos",
        "web_sys",
        "std::fs",
        "std::net",
        "std::env",
        "std::process",
        "std::thread",
        "std::time",
        "chrono::Utc",
        "chrono::Local",
        "muster_server",
    ];
    none_name(&sources(&["shared/src"]), &paths, "shared is rules and types: no I/O, no clock, no HTTP");
}

#[test]
fn the_app_knows_nothing_of_the_server() {
    none_name(&sources(&["app/src"]), &["muster_server", "sea_orm", "axum", "sqlx"], "the app reaches the server through the API alone");
}

#[test]
fn the_kit_knows_no_business() {
    let kit: Vec<Source> = sources(&["app/src/ui"]);
    let paths: Vec<String> = DOMAIN.iter().flat_map(|m| [format!("muster_shared::{m}"), format!("crate::{m}")]).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).chain(["crate::api", "crate::session"]).collect();
    none_name(&kit, &paths, "ui knows no domain type");
}

#[test]
fn a_slice_uses_no_other_slices_routes() {
    let mut broken = Vec::new();
    for source in sources(&["server/src"]) {
        let own = source.path.strip_prefix("server/src/").and_then(|p| p.split(['/', '.']).next()).unwrap_or_default().to_owned();
        for path in used(&source.text) {
            let mut parts = path.split("::");
            if let (Some("crate"), Some(slice), Some("routes" | "router")) = (parts.next(), parts.next(), parts.next())
                && slice != own
                && source.path != "server/src/router.rs"
            {
                broken.push(format!("{} uses {path}", source.path));
            }
        }
        for line in code(&source.text) {
            let foreign = line.split("crate::").skip(1).find_map(|rest| {
                let (slice, tail) = rest.split_once("::")?;
                (tail.starts_with("routes::") && slice != own).then(|| slice.to_owned())
            });
            if let Some(slice) = foreign {
                broken.push(format!("{} reaches into the routes of {slice}", source.path));
            }
        }
    }
    assert!(broken.is_empty(), "a slice calls another's queries and commands, never its routes:\n  {}", broken.join("\n  "));
}

#[test]
fn rows_leave_the_server_only_as_shared_types() {
    let routes: Vec<Source> = sources(&["server/src"]).into_iter().filter(|s| s.path.ends_with("/routes.rs")).collect();
    none_name(&routes, &["sea_orm", "crate::sql"], "routes extract, authorise, call and wrap; SQL lives in queries and commands");
}

#[test]
fn routes_are_registered_in_one_way() {
    let broken: Vec<String> = sources(&["server/src"])
        .into_iter()
        .filter(|s| {
            code(&s.text).any(|line| line.contains(".route(") || line.contains(".nest_service(") || line.contains("route_service("))
        })
        .map(|s| s.path)
        .collect();
    assert!(broken.is_empty(), "only `routes!` puts a route into API, description and matrix at once: {broken:?}");
}

#[test]
fn every_file_says_what_lives_in_it() {
    let all = sources(&["shared/src", "server/src", "server/tests", "app/src", "xtask/src"]);
    let broken: Vec<&str> = all.iter().filter(|s| !s.text.starts_with("//! ")).map(|s| s.path.as_str()).collect();
    assert!(broken.is_empty(), "the first line says in `//!` what lives here: {broken:?}");
    let folders: Vec<&str> = all.iter().map(|s| s.path.as_str()).filter(|p| p.ends_with("/mod.rs")).collect();
    assert!(folders.iter().all(|p| p.starts_with("server/tests/")), "`x.rs` beside `x/`, no `mod.rs`: {folders:?}");
}

#[test]
fn use_lines_are_read_with_their_groups() {
    let text = "use a::{b, c::{d, e}};\npub use crate::x::routes::router;\nfn f() { use g::h; }\n// because we use it; well\n";
    let paths = used(text);
    for path in ["a::b", "a::c::d", "a::c::e", "crate::x::routes::router", "g::h"] {
        assert!(paths.contains(path), "{path} in {paths:?}");
    }
    assert!(contains_path("let x = std::fs::read();", "std::fs"));
    assert!(!contains_path("let x = my_std::fs::read();", "std::fs"));
}
