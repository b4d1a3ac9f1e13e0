//! One file for the many small parts that splitting by area leaves, so that a page asks for a handful of files and not for dozens.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};

use super::{Areas, LINK_MODULE};

/// Parts up to this many bytes share the file: fewer than a request and its answer are worth on a phone's line.
const SMALL: u64 = 4_000;

/// The file of the small parts.
const PACK: &str = "small-parts.bin";

/// Moves the small parts into one file, and makes the link module and the areas' lists speak of it.
pub fn small_parts(parts: &Path, areas: &mut Areas) -> Result<()> {
    let link = parts.join(LINK_MODULE);
    let mut script = fs::read_to_string(&link)?;
    let mut pack = Vec::new();
    let mut packed = Vec::new();
    for name in chunks(parts)? {
        let file = parts.join(&name);
        if fs::metadata(&file)?.len() > SMALL {
            continue;
        }
        let content = fs::read(&file)?;
        let (changed, found) = redirected(&script, &name, pack.len(), content.len());
        ensure!(found, "the link module does not load {name} in the way this task knows: its generator has changed");
        script = changed;
        pack.extend_from_slice(&content);
        fs::remove_file(&file)?;
        packed.push(name);
    }
    if packed.is_empty() {
        return Ok(());
    }
    script.push_str(&reader());
    fs::write(parts.join(PACK), pack)?;
    fs::write(&link, script)?;
    for files in areas.values_mut() {
        let own = files.len();
        files.retain(|file| !packed.contains(file));
        if files.len() < own {
            files.insert(0, PACK.to_owned());
        }
    }
    println!("  {} small parts in one file", packed.len());
    Ok(())
}

fn chunks(parts: &Path) -> Result<Vec<String>> {
    let mut names: Vec<String> = fs::read_dir(parts)?
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("chunk_") && PathBuf::from(name).extension().is_some_and(|end| end == "wasm"))
        .collect();
    names.sort();
    Ok(names)
}

fn redirected(script: &str, name: &str, from: usize, length: usize) -> (String, bool) {
    let fetched = format!("fetch(new URL(\"./{name}\", import.meta.url))");
    let sliced = format!("smallPart({from}, {length})");
    (script.replace(&fetched, &sliced), script.contains(&fetched))
}

/// Hands a part out of the pack as the answer that the link module expects; a failed load is tried again the next time.
fn reader() -> String {
    format!(
        r#"let smallParts;
function smallPart(from, length) {{
  smallParts ??= fetch(new URL("./{PACK}", import.meta.url)).then((answer) => {{
    if (!answer.ok) throw new Error(`small parts: ${{answer.status}}`);
    return answer.arrayBuffer();
  }});
  smallParts.catch(() => (smallParts = undefined));
  return smallParts.then(
    (bytes) => new Response(bytes.slice(from, from + length), {{ headers: {{ "Content-Type": "application/wasm" }} }}),
  );
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::redirected;

    #[test]
    fn only_the_named_part_is_read_from_the_pack() {
        let script = "const a = fetch(new URL(\"./chunk_1.wasm\", import.meta.url));\nconst b = fetch(new URL(\"./chunk_12.wasm\", import.meta.url));";
        let (changed, found) = redirected(script, "chunk_1.wasm", 10, 20);
        assert!(found);
        assert_eq!(changed, "const a = smallPart(10, 20);\nconst b = fetch(new URL(\"./chunk_12.wasm\", import.meta.url));");
        assert!(!redirected(script, "chunk_2.wasm", 0, 0).1);
    }
}
