//! The page that starts the bundle, its start script and its manifest.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::{Areas, Mode};
use crate::workspace;

const DESK: &str = "desk";
const SHOP: &str = "shop";

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
    let list = |area: &str| {
        let names = areas.get(area).map_or(&[][..], Vec::as_slice);
        serde_json::json!(names).to_string()
    };
    format!(
        r#"import init from "./app.js";
const parts = /^\/desk(\/|$)/.test(location.pathname) ? {desk} : {shop};
for (const part of parts) {{
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "fetch";
  link.crossOrigin = "anonymous";
  link.href = new URL(part, import.meta.url).href;
  document.head.append(link);
}}
init({{ module_or_path: new URL("./app_bg.wasm", import.meta.url) }}).catch((cause) => {{
  console.error(cause);
  document.getElementById("start-failed")?.removeAttribute("hidden");
}});
"#,
        desk = list(DESK),
        shop = list(SHOP),
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
