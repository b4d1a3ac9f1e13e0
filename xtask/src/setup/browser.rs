//! The browser of the journeys: the system's own Chromium, never a download.

use std::path::PathBuf;

use anyhow::{Result, anyhow};

use super::{Missing, apt};
use crate::process;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser's program, installed when it was missing.
pub fn ensure() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    apt::install(&["chromium"])?;
    find().ok_or_else(|| {
        anyhow!("Chromium was installed but is not on the PATH. Put it there, or name it in MUSTER_CHROMIUM, and start again.")
    })
}

pub(super) fn missing() -> Option<Missing> {
    find().is_none().then(|| Missing::new("the browser journeys have no browser", apt::by_hand(&["chromium"])))
}

fn find() -> Option<PathBuf> {
    std::env::var_os("MUSTER_CHROMIUM").map(PathBuf::from).filter(|named| named.is_file()).or_else(|| process::find(&NAMES))
}
