//! One file for all parts of an area: splitting leaves a hundred parts, and a part that is compressed by itself misses what it
//! has in common with the others (a sixth of the desk's first load).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
};

use anyhow::{Context, Result, ensure};

use super::{Areas, LINK_MODULE};

/// The areas that a visit starts with; what they load is whole in their own pack.
const STARTS: [(&str, &str); 4] = [("build", "/build/"), ("desk", "/desk"), ("follow", "/follow/"), ("shop", "/")];

/// The area inside which all areas lie that are no start.
const AROUND: &str = "desk";

/// The area where a product is configured.
const BUILDER: &str = "build";

/// The style sheet that comes with the desk.
pub const DESK_SHEET: &str = "desk.css";

/// The style sheet that comes with what several areas inside the desk need.
pub const ROOMS_SHEET: &str = "rooms.css";

/// The style sheet that comes with the builder.
pub const BUILD_SHEET: &str = "build.css";

/// The area where product managers write models.
const STUDIO: &str = "studio";

/// The style sheet that comes with the studio.
pub const STUDIO_SHEET: &str = "studio.css";

/// The pack of what several areas inside the desk need and the desk itself does not.
const COMMON: &str = "common";

/// The parts of each pack.
type Packs = BTreeMap<String, Vec<String>>;

/// Moves the parts into packs, and makes the link module and the areas' lists speak of them.
pub fn write(parts: &Path, areas: &mut Areas) -> Result<()> {
    for (start, _) in STARTS {
        ensure!(areas.contains_key(start), "the bundle has no area `{start}`: is its split function still there?");
    }
    let packs = packs(areas);
    let link = parts.join(LINK_MODULE);
    let mut script = fs::read_to_string(&link)?;
    let mut table = String::new();
    for (pack, names) in &packs {
        let mut content = Vec::new();
        write!(table, "\n{pack}: \"")?;
        for name in names {
            let part = fs::read(parts.join(name)).with_context(|| format!("the part {name} is missing"))?;
            write!(table, "{name} {} ", part.len())?;
            content.extend_from_slice(&part);
        }
        table.push_str("\",");
        fs::write(parts.join(file(pack)), content)?;
    }
    for name in packs.values().flatten().collect::<BTreeSet<_>>() {
        let fetched = format!("fetch(new URL(\"./{name}\", import.meta.url))");
        ensure!(script.contains(&fetched), "the link module does not load {name} in the way this task knows: its generator has changed");
        script = script.replace(&fetched, &format!("part(\"{name}\")"));
        fs::remove_file(parts.join(name))?;
    }
    script.push_str(&reader(&table));
    fs::write(&link, script)?;
    for (area, names) in areas.iter_mut() {
        let holds = |pack: &str| packs[pack].iter().any(|part| names.contains(part));
        *names = if area == AROUND {
            vec![file(area), DESK_SHEET.to_owned()]
        } else if area == BUILDER {
            vec![file(area), BUILD_SHEET.to_owned()]
        } else if STARTS.iter().any(|(start, _)| start == area) {
            vec![file(area)]
        } else {
            let own = [area.as_str(), COMMON].into_iter().filter(|pack| packs.contains_key(*pack) && holds(pack));
            own.flat_map(|pack| [Some(file(pack)), inner_sheet(pack).map(str::to_owned)]).flatten().collect()
        };
    }
    println!("  parts in {} files", packs.len());
    Ok(())
}

/// The sheet that comes with a pack inside the desk.
fn inner_sheet(pack: &str) -> Option<&'static str> {
    match pack {
        COMMON => Some(ROOMS_SHEET),
        STUDIO => Some(STUDIO_SHEET),
        _ => None,
    }
}

fn file(pack: &str) -> String {
    format!("{pack}.bin")
}

/// Each start with all of its parts; each other area with what neither the desk nor another area needs.
fn packs(areas: &Areas) -> Packs {
    let is_start = |area: &str| STARTS.iter().any(|(start, _)| *start == area);
    let mut packs: Packs = areas.iter().filter(|(area, _)| is_start(area)).map(|(area, parts)| (area.clone(), parts.clone())).collect();
    let inner: Vec<_> = areas.iter().filter(|(area, _)| !is_start(area)).collect();
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

/// Hands a part out of a pack as the answer that the link module expects; a failed load is tried again the next time. A part in
/// several packs comes from one that is there, or else from the one of the address.
fn reader(table: &str) -> String {
    let starts: Vec<String> = STARTS.iter().map(|(area, start)| format!("[\"{area}\",\"{start}\"]")).collect();
    format!(
        r#"const packs = {{{table}
}};
for (const [pack, parts] of Object.entries(packs)) {{
  const words = parts.split(" ");
  packs[pack] = {{}};
  for (let i = 0, from = 0; i + 1 < words.length; i += 2) {{
    const length = Number(words[i + 1]);
    packs[pack][words[i]] = [from, length];
    from += length;
  }}
}}
const sheets = {{ {AROUND}: "./{DESK_SHEET}", {COMMON}: "./{ROOMS_SHEET}", {BUILDER}: "./{BUILD_SHEET}", {STUDIO}: "./{STUDIO_SHEET}" }};
const loads = {{}};
function sheet(name) {{
  return new Promise((done, failed) => {{
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL(name, import.meta.url).href;
    link.onload = done;
    link.onerror = () => (link.remove(), failed(new Error(name)));
    document.head.append(link);
  }});
}}
async function bytes(pack) {{
  const dressed = sheets[pack] && sheet(sheets[pack]);
  const answer = await fetch(new URL(`./${{pack}}.bin`, import.meta.url));
  if (!answer.ok) throw new Error(`${{pack}}: ${{answer.status}}`);
  const content = await answer.arrayBuffer();
  await dressed;
  return content;
}}
function load(pack) {{
  const loading = (loads[pack] ??= bytes(pack));
  loading.catch(() => delete loads[pack]);
  return loading;
}}
function part(name) {{
  const holders = Object.keys(packs).filter((pack) => packs[pack][name]);
  const start = [{starts}].find(([, path]) => location.pathname.startsWith(path))[0];
  const pack = holders.find((pack) => loads[pack]) ?? holders.find((pack) => pack === start) ?? holders[0];
  const [from, length] = packs[pack][name];
  return load(pack).then((bytes) => new Response(bytes.slice(from, from + length), {{ headers: {{ "Content-Type": "application/wasm" }} }}));
}}
"#,
        starts = starts.join(","),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_start_loads_is_whole_and_nothing_else_comes_twice() {
        let areas: Areas = [
            ("shop", vec!["a", "shop"]),
            ("build", vec!["a", "build"]),
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
        assert_eq!(parts("desk"), "a b desk");
        assert_eq!(parts("records"), "records");
        assert_eq!(parts("settings"), "settings");
        assert_eq!(parts("common"), "c");
    }
}
