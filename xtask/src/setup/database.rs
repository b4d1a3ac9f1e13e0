//! The programs of PostgreSQL, as the package `postgresql` brings them.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::{Missing, apt};
use crate::process;

/// The folder that holds `initdb` and `postgres`, installed when it was missing.
pub fn ensure() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(&["postgresql"])?;
    find().ok_or_else(|| anyhow!("PostgreSQL was installed but `initdb` was not found. Put its folder on the PATH and start again."))
}

pub(super) fn missing() -> Option<Missing> {
    find().is_none().then(|| Missing::new("the server's tests run on PostgreSQL too", apt::by_hand(&["postgresql"])))
}

fn find() -> Option<PathBuf> {
    newest_debian().or_else(|| {
        let program = process::find(&["initdb"])?.canonicalize().ok()?;
        program.parent().map(PathBuf::from)
    })
}

fn newest_debian() -> Option<PathBuf> {
    std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs.join("initdb").is_file().then_some((version, programs))
        })
        .max()
        .map(|(_, programs)| programs)
}
