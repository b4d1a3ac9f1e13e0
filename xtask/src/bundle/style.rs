//! One style sheet for everybody and one for each kind of page that needs more, each with what it imports, and the fonts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::workspace;

/// What every page starts with, and what comes with packs of parts.
const SHEETS: [&str; 6] = [
    "main.css",
    super::pack::DESK_SHEET,
    super::pack::ROOMS_SHEET,
    super::pack::BUILD_SHEET,
    super::pack::REQUEST_SHEET,
    super::pack::STUDIO_SHEET,
];

/// Writes the sheets, the fonts and the icons into the build's folder.
pub fn write(parts: &Path) -> Result<()> {
    let style = workspace::path("style");
    for name in SHEETS {
        let sheet = inlined(&style.join(name), &mut Vec::new())?;
        fs::write(parts.join(name), minified(&sheet))?;
    }
    copy(&style.join("fonts"), parts, "woff2")?;
    copy(&style.join("icons"), parts, "svg")
}

fn copy(from: &Path, to: &Path, end: &str) -> Result<()> {
    let entries = fs::read_dir(from).with_context(|| format!("{} is missing", from.display()))?;
    for entry in entries.flatten() {
        if entry.path().extension().is_some_and(|own| own == end) {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The sheet with each `@import` replaced by what it names, inside its layer.
fn inlined(file: &Path, above: &mut Vec<PathBuf>) -> Result<String> {
    if above.iter().any(|sheet| sheet == file) {
        bail!("{} imports itself", workspace::shown(file));
    }
    let text = fs::read_to_string(file).with_context(|| format!("the style sheet {} is missing", workspace::shown(file)))?;
    let folder = file.parent().unwrap_or(Path::new("."));
    above.push(file.to_path_buf());
    let mut sheet = String::new();
    for line in without_comments(&text).lines() {
        match import(line) {
            Some((name, layer)) => {
                let imported = inlined(&folder.join(name), above)?;
                match layer {
                    Some(layer) => sheet.push_str(&format!("@layer {layer} {{\n{imported}\n}}\n")),
                    None => sheet.push_str(&imported),
                }
            }
            None => {
                sheet.push_str(line);
                sheet.push('\n');
            }
        }
    }
    above.pop();
    Ok(sheet)
}

/// The file and the layer of a line such as `@import "./ui/button.css" layer(ui);`.
fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.trim().strip_prefix("@import")?.trim_start();
    let rest = rest.strip_prefix("url(").unwrap_or(rest);
    let quote = rest.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
    let (name, rest) = rest[1..].split_once(quote)?;
    let layer = rest.split_once("layer(").and_then(|(_, rest)| rest.split_once(')')).map(|(layer, _)| layer.trim());
    Some((name, layer))
}

fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        // A declaration on each side must not run into one word.
        kept.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    kept
}

/// Takes out the space that means nothing; quoted text stays as it is.
fn minified(sheet: &str) -> String {
    let mut small = String::with_capacity(sheet.len());
    let mut quote = None;
    let mut space = false;
    for sign in sheet.chars() {
        if let Some(open) = quote {
            small.push(sign);
            if sign == open && !small.ends_with("\\\"") && !small.ends_with("\\'") {
                quote = None;
            }
            continue;
        }
        if sign.is_whitespace() {
            space = true;
            continue;
        }
        let touches = |sign: char| matches!(sign, '{' | '}' | ';' | ',');
        let last = small.chars().next_back();
        // After a colon no space is needed; before one it may part two selectors.
        let needed = space && !touches(sign) && !last.is_none_or(|last| touches(last) || last == ':');
        if needed {
            small.push(' ');
        }
        space = false;
        if sign == '}' && small.ends_with(';') {
            small.pop();
        }
        if matches!(sign, '"' | '\'') {
            quote = Some(sign);
        }
        small.push(sign);
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_with_their_layer() {
        assert_eq!(import("@import \"./ui/button.css\" layer(ui);"), Some(("./ui/button.css", Some("ui"))));
        assert_eq!(import("@import url('base.css');"), Some(("base.css", None)));
        assert_eq!(import(".card { color: red; }"), None);
    }

    #[track_caller]
    fn check(sheet: &str, expected: &str) {
        assert_eq!(minified(&without_comments(sheet)), expected);
    }

    #[test]
    fn space_goes_where_it_means_nothing() {
        check("a {\n  color : red ;\n}\n", "a{color :red}");
        check(".a .b, .a :hover { top: calc(1px + 2px) }", ".a .b,.a :hover{top:calc(1px + 2px)}");
        check("a::after { content: \" ; }  \" }", "a::after{content:\" ; }  \"}");
        check("a{b:c}/* x */d{e:f}", "a{b:c}d{e:f}");
        check("@media (min-width: 40rem) and (hover) { a { b: c } }", "@media (min-width:40rem) and (hover){a{b:c}}");
    }
}
