//! Short names for what the main part imports: the generated ones end in a hash each, which no compression makes smaller, once in the
//! script and once in the file.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};

const SCRIPT: &str = "app.js";
const MAIN: &str = "app_bg.wasm";
/// Of the section that lists imports.
const IMPORTS: u8 = 2;
/// How long a hash is in hexadecimal digits.
const HASH: usize = 16;

/// Renames in the script and in the main part.
pub fn shorten(parts: &Path) -> Result<()> {
    let (script, main) = (parts.join(SCRIPT), parts.join(MAIN));
    let text = fs::read_to_string(&script)?;
    let short = short_names(&text);
    ensure!(!short.is_empty(), "{SCRIPT} names its imports in another way than this task knows: its generator has changed");
    fs::write(&script, renamed(&text, &short))?;
    let bytes =
        rename_imports(&fs::read(&main)?, &short).context("the main part has an import section of another kind than this task knows")?;
    fs::write(&main, bytes)?;
    Ok(())
}

/// The words of the script: letters, digits, `_` and `$`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !is_of_word(letter)).filter(|word| !word.is_empty())
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == '$'
}

/// A short name for every word that begins as generated names do and ends in a hash, none of which is in use.
fn short_names(text: &str) -> BTreeMap<&str, String> {
    let is_generated = |word: &&str| {
        let hash = word.len().checked_sub(HASH + 1).and_then(|at| word[at..].strip_prefix('_'));
        word.starts_with("__wb") && hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)))
    };
    let mut short: BTreeMap<&str, String> = words(text).filter(is_generated).map(|word| (word, String::new())).collect();
    let in_use: std::collections::BTreeSet<&str> = words(text).collect();
    let mut free = (0..).map(|number| format!("i{number}")).filter(|name| !in_use.contains(name.as_str()));
    for name in short.values_mut() {
        *name = free.next().unwrap_or_default();
    }
    short
}

fn renamed(text: &str, short: &BTreeMap<&str, String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let word = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(word);
        out.push_str(short.get(head).map_or(head, String::as_str));
        let gap = tail.find(is_of_word).unwrap_or(tail.len());
        out.push_str(&tail[..gap]);
        rest = &tail[gap..];
    }
    out
}

/// Reads what is in a WebAssembly file (see its specification, "Binary Format").
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    /// A number in groups of seven bits, the lowest first.
    fn number(&mut self) -> Option<usize> {
        let mut number = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn name(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length)
    }

    /// Least and, where that is said, greatest size.
    fn limits(&mut self) -> Option<()> {
        let has_most = self.byte()? & 1 == 1;
        self.number()?;
        if has_most {
            self.number()?;
        }
        Some(())
    }

    /// What kind of thing is imported.
    fn description(&mut self) -> Option<()> {
        match self.byte()? {
            0 => self.number().map(drop),
            1 => {
                self.byte()?;
                self.limits()
            }
            2 => self.limits(),
            3 => self.take(2).map(drop),
            _ => None,
        }
    }
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_name(out: &mut Vec<u8>, name: &[u8]) {
    put_number(out, name.len());
    out.extend_from_slice(name);
}

/// The same file with other names of imports; `None` where it is not read to its end.
fn rename_imports(file: &[u8], short: &BTreeMap<&str, String>) -> Option<Vec<u8>> {
    let mut reader = Reader(file);
    let mut out = reader.take(8)?.to_vec();
    while !reader.0.is_empty() {
        let (id, content) = (reader.byte()?, reader.name()?);
        out.push(id);
        if id == IMPORTS {
            put_name(&mut out, &imports(content, short)?);
        } else {
            put_name(&mut out, content);
        }
    }
    Some(out)
}

fn imports(section: &[u8], short: &BTreeMap<&str, String>) -> Option<Vec<u8>> {
    let mut reader = Reader(section);
    let mut out = Vec::with_capacity(section.len());
    let count = reader.number()?;
    put_number(&mut out, count);
    for _ in 0..count {
        let (module, name) = (reader.name()?, reader.name()?);
        let shorter = std::str::from_utf8(name).ok().and_then(|name| short.get(name));
        put_name(&mut out, module);
        put_name(&mut out, shorter.map_or(name, |shorter| shorter.as_bytes()));
        let before = reader.0;
        reader.description()?;
        out.extend_from_slice(&before[..before.len() - reader.0.len()]);
    }
    reader.0.is_empty().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "__wbg_get_d7176cfb76d71114";

    #[test]
    fn only_whole_generated_words_are_renamed_and_to_nothing_that_is_in_use() {
        let script = format!("{LONG}: function(i0) {{ {LONG}x(); __wbg_get; __wbindgen_cast_0000000000000001 }}");
        let short = short_names(&script);
        assert_eq!(short.values().collect::<Vec<_>>(), ["i1", "i2"]);
        assert_eq!(renamed(&script, &short), format!("i1: function(i0) {{ {LONG}x(); __wbg_get; i2 }}"));
    }

    #[test]
    fn imports_get_their_short_names_and_everything_else_stays() {
        let file = |name: &str| {
            let mut imports = vec![3];
            for (name, kind) in [(name, &[0_u8, 1][..]), ("memory", &[2, 1, 1, 0x80, 0x02]), ("table", &[1, 0x70, 0, 5])] {
                put_name(&mut imports, b"./app_bg.js");
                put_name(&mut imports, name.as_bytes());
                imports.extend_from_slice(kind);
            }
            let mut file = b"\0asm\x01\0\0\0".to_vec();
            for (id, content) in [(1, &b"types"[..]), (IMPORTS, &imports), (10, b"code")] {
                file.push(id);
                put_name(&mut file, content);
            }
            file
        };
        let short = [(LONG, "i1".to_owned())].into();
        assert_eq!(rename_imports(&file(LONG), &short), Some(file("i1")));
        assert_eq!(rename_imports(&file(LONG)[..20], &short), None);
    }
}
