//! Digests of files and folders: the name of a build, and whether anything has changed since the last one.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::workspace;

/// Bytes as hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of every file under these paths, with its name, in a stable order; a path that is absent counts as empty.
pub fn of_files<'a>(paths: impl IntoIterator<Item = &'a Path>) -> Result<String> {
    let mut digest = Sha256::new();
    for path in paths {
        let entries = WalkDir::new(path)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(|entry| entry.file_name() != "node_modules")
            .flatten()
            .filter(|entry| entry.file_type().is_file());
        for entry in entries {
            let content = fs::read(entry.path()).with_context(|| format!("{} could not be read", entry.path().display()))?;
            let name = entry.path().strip_prefix(path).unwrap_or(entry.path());
            digest.update(workspace::shown(path).as_bytes());
            digest.update(name.as_os_str().as_encoded_bytes());
            digest.update([0]);
            digest.update(Sha256::digest(&content));
        }
    }
    Ok(hex(&digest.finalize()))
}
