//! The page that starts the bundle, its start script and its manifest.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::{Areas, Mode};
use crate::workspace;

/// Which areas an address needs, the longest start first: they are asked for while the main part is still on its way.
const STARTS: [(&str, &[&str]); 13] = [
    ("/desk/settings", &["desk", "settings"]),
    ("/desk/accounts", &["desk", "records"]),
    ("/desk/contacts", &["desk", "records"]),
    ("/desk/setup", &["desk", "setup"]),
    ("/desk/sign-in", &["desk", "gate"]),
    ("/desk/opportunities", &["desk", "records"]),
    ("/desk/kit", &["desk", "kit"]),
    ("/desk/models", &["desk", "studio"]),
    ("/desk", &["desk"]),
    ("/follow/", &["follow"]),
    ("/request/", &["request"]),
    ("/build/", &["build"]),
    ("/", &["shop"]),
];

/// Writes the start script and the manifest into the build's folder.
pub fn write_parts(parts: &Path, areas: &Areas, mode: Mode) -> Result<()> {
    let mut script = start_script(areas);
    if mode == Mode::Dev {
        script.push_str(RELOAD);
    }
    fs::write(parts.join("boot.js"), script)?;
    fs::write(parts.join("manifest.webmanifest"), MANIFEST)?;
    Ok(())
}

/// Takes comments that have lines of their own, indentation and empty lines out of the scripts that generators wrote.
pub fn slim_scripts(parts: &Path) -> Result<()> {
    for file in super::files_ending(parts, "js")? {
        let script = fs::read_to_string(&file)?;
        fs::write(&file, slim(&script))?;
    }
    Ok(())
}

fn slim(script: &str) -> String {
    let mut small = String::with_capacity(script.len());
    let mut is_comment = false;
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            small.push_str(line);
            small.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    small
}

/// Writes `index.html` beside the build's folder: it names the hash and is never cached, everything else is for ever.
pub fn write_index(site: &Path, hash: &str) -> Result<()> {
    let template = workspace::path("app/index.html");
    let template = fs::read_to_string(&template).with_context(|| format!("{} is missing", workspace::shown(&template)))?;
    ensure!(
        template.contains("<html lang=\"en\" data-theme=\"light\">"),
        "app/index.html must open with `<html lang=\"en\" data-theme=\"light\">`, because the server rewrites exactly that"
    );
    fs::write(site.join("index.html"), template.replace("{hash}", hash))?;
    Ok(())
}

/// Starts the app, and asks for the area's own parts while the main one is still on its way.
fn start_script(areas: &Areas) -> String {
    let starts: Vec<_> = STARTS
        .iter()
        .map(|(start, names)| {
            let mut parts: Vec<&String> = names.iter().filter_map(|name| areas.get(*name)).flatten().collect();
            parts.sort();
            parts.dedup();
            serde_json::json!([start, parts])
        })
        .collect();
    format!(
        r#"import init from "./app.js";
const starts = {starts};
const [, parts] = starts.find(([start]) => location.pathname.startsWith(start)) ?? [];
for (const part of parts ?? []) {{
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = part.endsWith(".css") ? "style" : "fetch";
  if (link.as === "fetch") link.crossOrigin = "anonymous";
  link.href = new URL(part, import.meta.url).href;
  document.head.append(link);
}}
function failed() {{
  document.getElementById("start-failed")?.removeAttribute("hidden");
}}
// A trap ends the app: after it nothing answers any more, and that must be said.
addEventListener("error", (event) => event.error instanceof WebAssembly.RuntimeError && failed());
addEventListener("unhandledrejection", (event) => event.reason instanceof WebAssembly.RuntimeError && failed());
init({{ module_or_path: new URL("./app_bg.wasm", import.meta.url) }}).catch((cause) => {{
  console.error(cause);
  failed();
}});
"#,
        starts = serde_json::Value::from(starts),
    )
}

const RELOAD: &str = r#"setInterval(async () => {
  try {
    const page = await (await fetch("/", { cache: "no-store" })).text();
    const own = new URL(".", import.meta.url).pathname;
    if (page.includes("/boot.js") && !page.includes(own)) location.reload();
  } catch {
    // The server is being built again.
  }
}, 1000);
"#;

const MANIFEST: &str = r##"{
  "name": "Muster",
  "short_name": "Muster",
  "start_url": "/desk",
  "scope": "/",
  "display": "standalone",
  "background_color": "#faf9f6",
  "theme_color": "#faf9f6",
  "icons": [
    { "src": "./icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
    { "src": "./icon-maskable.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "maskable" }
  ]
}
"##;

#[cfg(test)]
mod tests {
    use super::slim;

    #[test]
    fn only_what_is_code_stays() {
        let script = "/**\n * @param {number} a\n */\nexport function f(a) {\n    // why\n    return a * 2; // kept\n}\n\n/* one line */\nconst b = `x`;\n";
        assert_eq!(slim(script), "export function f(a) {\nreturn a * 2; // kept\n}\nconst b = `x`;\n");
    }
}
