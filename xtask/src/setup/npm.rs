//! Node and the npm packages of `end2end`: the journeys' tools and the optimiser of the bundle.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, anyhow, bail};
use sha2::{Digest, Sha256};

use super::{Missing, apt};
use crate::{process, workspace};

const OLDEST_NODE: u32 = 20;

/// Makes Node, npm and the locked packages available, or says what to do.
pub fn ensure() -> Result<()> {
    if node_version().is_none() || process::find(&["npm"]).is_none() {
        apt::install(&["nodejs", "npm"])?;
    }
    match node_version() {
        Some(version) if version >= OLDEST_NODE => {}
        Some(version) => bail!("Node {version} is too old for the browser journeys. Install Node {OLDEST_NODE} or newer and start again."),
        None => bail!("Node is missing. Install Node {OLDEST_NODE} or newer with npm and start again."),
    }
    install_packages()
}

/// Whether the optimiser for wasm is there, brought now where npm can; a word about it where it cannot.
pub fn has_optimiser() -> bool {
    if is_installed() {
        return true;
    }
    if node_version().is_none() || process::find(&["npm"]).is_none() {
        println!("  no npm here: going on without the optimiser for wasm (the bundle gets larger, not wrong)");
        return false;
    }
    install_packages().inspect_err(|cause| println!("  going on without the optimiser for wasm: {cause:#}")).is_ok()
}

/// A command for a program out of the npm packages, started in `end2end`.
pub fn program(name: &str) -> Command {
    let folder = workspace::path("end2end");
    let mut command = Command::new(folder.join("node_modules/.bin").join(name));
    command.current_dir(folder);
    command
}

pub(super) fn missing() -> Option<Missing> {
    match node_version() {
        None => Some(Missing::new("the browser journeys and the optimiser of the bundle need Node", apt::by_hand(&["nodejs", "npm"]))),
        Some(version) if version < OLDEST_NODE => {
            Some(Missing::new(format!("Node {version} is older than {OLDEST_NODE}"), format!("install Node {OLDEST_NODE} or newer")))
        }
        Some(_) if process::find(&["npm"]).is_none() => Some(Missing::new("npm is missing", apt::by_hand(&["npm"]))),
        Some(_) if !is_installed() => Some(Missing::new("the locked npm packages are not installed", "cd end2end && npm ci")),
        Some(_) => None,
    }
}

fn node_version() -> Option<u32> {
    let printed = process::output(Command::new("node").arg("--version")).ok()?;
    printed.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn install_packages() -> Result<()> {
    if is_installed() {
        return Ok(());
    }
    println!("  installing the npm packages of end2end");
    process::run(
        Command::new("npm")
            .args(["ci", "--no-fund", "--no-audit", "--loglevel=error"])
            // The journeys use the system's Chromium.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .current_dir(workspace::path("end2end")),
    )
    .map_err(|cause| anyhow!("{cause}. Make `cd end2end && npm ci` work (it needs npm's registry) and start again."))?;
    std::fs::write(stamp_path(), stamp()?).context("the npm packages' stamp could not be written")
}

fn is_installed() -> bool {
    let installed = std::fs::read_to_string(stamp_path()).unwrap_or_default();
    stamp().is_ok_and(|wanted| wanted == installed)
}

fn stamp_path() -> PathBuf {
    workspace::path("end2end/node_modules/.muster-lock")
}

fn stamp() -> Result<String> {
    let lock = std::fs::read(workspace::path("end2end/package-lock.json"))
        .context("end2end/package-lock.json is missing: restore it from the repository")?;
    Ok(crate::hash::hex(&Sha256::digest(lock)))
}
