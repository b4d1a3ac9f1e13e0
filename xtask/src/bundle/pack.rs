//! One file for all parts of an area: splitting leaves a hundred parts, and a part that is compressed by itself misses what it
//! has in common with the others (a sixth of the desk's first load).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::{Areas, LINK_MODULE};

/// The areas that a visit starts with; what they load is whole in their own pack.
const STARTS: [(&str, &str); 5] =
    [("build", "/build/"), ("desk", "/desk"), ("follow", "/follow/"), ("request", "/request/"), ("shop", "/")];

/// The area inside which all areas lie that are no start and not the builder's.
const AROUND: &str = "desk";

/// The area where a product is configured.
const BUILDER: &str = "build";

/// The area inside the builder where an offer is asked for.
const ASKING: &str = "ask";

/// The style sheet that comes with the desk.
pub const DESK_SHEET: &str = "desk.css";

/// The style sheet that comes with what several areas inside the desk need.
pub const ROOMS_SHEET: &str = "rooms.css";

/// The style sheet that comes with the builder.
pub const BUILD_SHEET: &str = "build.css";

/// The style sheet that comes with asking for an offer and with the page of such a request.
pub const REQUEST_SHEET: &str = "request.css";

/// The style sheet that comes with the studio.
pub const STUDIO_SHEET: &str = "studio.css";

/// Which sheet comes with which pack.
const SHEETS: [(&str, &str); 6] = [
    (AROUND, DESK_SHEET),
    (COMMON, ROOMS_SHEET),
    (BUILDER, BUILD_SHEET),
    (ASKING, REQUEST_SHEET),
    ("request", REQUEST_SHEET),
    ("studio", STUDIO_SHEET),
];

/// The pack of what several areas inside the desk need and the desk itself does not.
const COMMON: &str = "common";

/// The parts of each pack.
type Packs = BTreeMap<String, Vec<String>>;

/// Moves the parts into packs, and writes a link module and lists of the areas that speak of them.
pub fn write(parts: &Path, areas: &mut Areas) -> Result<()> {
    for (start, _) in STARTS {
        ensure!(areas.contains_key(start), "the bundle has no area `{start}`: is its split function still there?");
    }
    let packs = packs(areas);
    for (pack, names) in &packs {
        let mut content = Vec::new();
        let mut own = Vec::new();
        for name in names {
            let part = fs::read(parts.join(name)).with_context(|| format!("the part {name} is missing"))?;
            own.extend([json!(stem(name)), json!(part.len())]);
            content.extend_from_slice(&part);
        }
        // JSON has no line breaks of its own: the parts begin after the first.
        let head = json!({ "parts": own, "near": near(areas, &packs, pack) });
        fs::write(parts.join(file(pack)), [format!("{head}\n").as_bytes(), &content].concat())?;
    }
    for name in packs.values().flatten().collect::<BTreeSet<_>>() {
        fs::remove_file(parts.join(name))?;
    }
    let link = parts.join(LINK_MODULE);
    let script = linker(&fs::read_to_string(&link)?, areas, &packs)?;
    fs::write(&link, script)?;
    for (area, names) in areas.iter_mut() {
        let holds = |pack: &str| packs[pack].iter().any(|part| names.contains(part));
        let own: Vec<&str> = if is_whole(area) {
            vec![area]
        } else {
            [area.as_str(), COMMON].into_iter().filter(|pack| packs.contains_key(*pack) && holds(pack)).collect()
        };
        *names = own.into_iter().flat_map(|pack| [Some(file(pack)), sheet(pack)]).flatten().collect();
    }
    println!("  parts in {} files", packs.len());
    Ok(())
}

/// `chunk_17.wasm` as `17`.
fn stem(part: &str) -> &str {
    let name = part.strip_suffix(".wasm").unwrap_or(part);
    name.strip_prefix("chunk_").unwrap_or(name)
}

/// What an area needs beside its own pack, by the packs that have it.
fn near<'a>(areas: &'a Areas, packs: &Packs, area: &str) -> BTreeMap<&'static str, Vec<&'a str>> {
    let mut near: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for part in areas.get(area).into_iter().flatten().filter(|part| !packs[area].contains(part)) {
        let has = |pack: &&&str| packs.get(**pack).is_some_and(|parts| parts.contains(part));
        let around = if area == ASKING { BUILDER } else { AROUND };
        let pack = [COMMON, around].iter().find(has).copied().unwrap_or(around);
        near.entry(pack).or_default().push(stem(part));
    }
    near
}

fn file(pack: &str) -> String {
    format!("{pack}.bin")
}

fn sheet(pack: &str) -> Option<String> {
    SHEETS.iter().find(|(own, _)| *own == pack).map(|(_, sheet)| (*sheet).to_owned())
}

/// Whether the area's pack holds all that it needs, a start everything and the builder's area what the builder does not bring.
fn is_whole(area: &str) -> bool {
    area == ASKING || STARTS.iter().any(|(start, _)| *start == area)
}

/// Each start with all of its parts, the builder's area with what the builder lacks; each other area with what neither the desk nor
/// another area needs.
fn packs(areas: &Areas) -> Packs {
    let mut packs: Packs = areas.iter().filter(|(area, _)| is_whole(area)).map(|(area, parts)| (area.clone(), parts.clone())).collect();
    if let Some(parts) = packs.get_mut(ASKING) {
        parts.retain(|part| !areas[BUILDER].contains(part));
    }
    let inner: Vec<_> = areas.iter().filter(|(area, _)| !is_whole(area)).collect();
    let around: BTreeSet<_> = areas[AROUND].iter().collect();
    let mut placed = BTreeSet::new();
    for (area, parts) in &inner {
        for part in parts.iter().filter(|part| !around.contains(part)) {
            let is_shared = inner.iter().filter(|(_, others)| others.contains(part)).count() > 1;
            let pack = if is_shared { COMMON } else { area.as_str() };
            if placed.insert(part) {
                packs.entry(pack.to_owned()).or_default().push(part.clone());
            }
        }
    }
    packs
}

/// The link module: it loads an area by its packs, where the generated one loads each part by itself. What failed is tried again the
/// next time; what is there already, because another area brought it, is not made twice.
fn linker(generated: &str, areas: &Areas, packs: &Packs) -> Result<String> {
    let unknown = "the link module is not written in the way this task knows: its generator has changed";
    let (_, rest) = generated.split_once("const {").context(unknown)?;
    let (shared, _) = rest.split_once("} = initSync(undefined, undefined);").context(unknown)?;
    let exported = generated.matches("export const __wasm_split_load_").count();
    ensure!(exported == areas.len(), unknown);
    let mut exports = String::new();
    for area in areas.keys() {
        let export = format!("export const __wasm_split_load_{area} =");
        ensure!(generated.contains(&export), unknown);
        writeln!(exports, "{export} loading(\"{area}\");")?;
    }
    let sheets: BTreeMap<&str, String> = SHEETS.iter().map(|(pack, sheet)| (*pack, format!("./{sheet}"))).collect();
    let nears: BTreeMap<&str, Vec<&str>> = areas
        .keys()
        .map(|area| (area.as_str(), near(areas, packs, area).into_keys().collect::<Vec<_>>()))
        .filter(|(_, near)| !near.is_empty())
        .collect();
    Ok(format!(
        r#"import {{ initSync }} from "./app.js";
const sheets = {sheets};
const nears = {nears};
const [packs, instances, loads, worn] = [{{}}, {{}}, {{}}, {{}}];
let shared;
function imports() {{
  if (!shared) {{
    const {{{shared}}} = initSync(undefined, undefined);
    shared = {{ __wasm_split: {{{shared}}} }};
  }}
  return shared;
}}
function once(kept, key, begin) {{
  return (kept[key] ??= begin().catch((cause) => {{
    delete kept[key];
    throw cause;
  }}));
}}
function dressed(name) {{
  return new Promise((done, failed) => {{
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(name, import.meta.url).href;
    link.onload = done;
    link.onerror = () => (link.remove(), failed(new Error(name)));
    document.head.append(link);
  }});
}}
async function fetched(name) {{
  const sheet = sheets[name] && once(worn, sheets[name], () => dressed(sheets[name]));
  const answer = await fetch(new URL(`./${{name}}.bin`, import.meta.url));
  if (!answer.ok) throw new Error(`${{name}}: ${{answer.status}}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let from = bytes.indexOf(10) + 1;
  const {{ parts, near }} = JSON.parse(new TextDecoder().decode(bytes.subarray(0, from)));
  await sheet;
  const cut = {{}};
  for (let i = 0; i < parts.length; i += 2) cut[parts[i]] = bytes.subarray(from, (from += parts[i + 1]));
  return {{ near, parts: cut }};
}}
const pack = (name) => once(packs, name, () => fetched(name));
const all = ({{ parts }}, names) => Promise.all(names.map((name) => once(instances, name, () => WebAssembly.instantiate(parts[name], imports()))));
async function area(name) {{
  for (const other of nears[name] ?? []) pack(other).catch(() => {{}});
  const own = await pack(name);
  const last = `split_${{name}}`;
  const near = Object.entries(own.near).map(async ([other, names]) => all(await pack(other), names));
  await Promise.all([...near, all(own, Object.keys(own.parts).filter((part) => part !== last))]);
  await all(own, [last]);
}}
const loading = (name) => async (index, data) => {{
  let is_there = true;
  try {{
    await once(loads, name, () => area(name));
  }} catch (cause) {{
    console.error(cause);
    is_there = false;
  }}
  imports().__wasm_split.__indirect_function_table.get(index)(data, is_there);
}};
{exports}"#,
        sheets = json!(sheets),
        nears = json!(nears),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_start_loads_is_whole_and_nothing_else_comes_twice() {
        let areas: Areas = [
            ("shop", vec!["a", "shop"]),
            ("build", vec!["a", "build"]),
            ("ask", vec!["a", "build", "c", "ask"]),
            ("follow", vec!["a", "follow"]),
            ("desk", vec!["a", "b", "desk"]),
            ("records", vec!["a", "b", "c", "records"]),
            ("settings", vec!["a", "c", "settings"]),
        ]
        .into_iter()
        .map(|(area, parts)| (area.to_owned(), parts.into_iter().map(str::to_owned).collect()))
        .collect();
        let packs = packs(&areas);
        let parts = |pack: &str| packs[pack].join(" ");
        assert_eq!(parts("shop"), "a shop");
        assert_eq!(parts("build"), "a build");
        assert_eq!(parts("ask"), "c ask");
        assert_eq!(parts("desk"), "a b desk");
        assert_eq!(parts("records"), "records");
        assert_eq!(parts("settings"), "settings");
        assert_eq!(parts("common"), "c");
        assert_eq!(near(&areas, &packs, "shop"), [].into());
        assert_eq!(near(&areas, &packs, "ask"), [("build", vec!["a", "build"])].into());
        assert_eq!(near(&areas, &packs, "records"), [("common", vec!["c"]), ("desk", vec!["a", "b"])].into());
    }

    #[test]
    fn a_link_module_of_another_kind_is_refused() {
        let areas: Areas = [("shop".to_owned(), vec!["split_shop.wasm".to_owned()])].into();
        let packs = [("shop".to_owned(), areas["shop"].clone())].into();
        let generated = "const { memory,  } = initSync(undefined, undefined);\nexport const __wasm_split_load_shop = wrapAsyncCb(";
        let written = linker(generated, &areas, &packs).unwrap();
        assert!(written.contains("{ __wasm_split: { memory,  } }"), "{written}");
        assert!(written.ends_with("export const __wasm_split_load_shop = loading(\"shop\");\n"));
        for other in ["", "const { memory } = initSync(undefined, undefined);", &generated.replace("shop", "desk")] {
            assert!(linker(other, &areas, &packs).is_err(), "{other}");
        }
    }
}
