//! The product on this machine: with the demo company for whoever tries it, rebuilt while it is edited, or packed as one file.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use anyhow::{Result, anyhow, bail};
use sha2::{Digest, Sha256};

use crate::{
    bundle::{self, Mode},
    hash,
    process::{self, Running},
    server, setup, workspace,
};

/// Sets up, builds and serves until it is stopped.
pub fn run(listen: &str, data: &Path, demo: bool) -> Result<()> {
    println!("▸ set-up");
    setup::wasm_target::ensure()?;
    println!("▸ server and browser bundle");
    let program = both()?;
    println!("▸ start");
    let status = Running::start(&mut server::serve(&program, listen, data, demo))?.wait()?;
    if !status.success() {
        bail!("the server ended: {status}. If the address {listen} is taken, name another with --listen.");
    }
    Ok(())
}

/// Builds the server beside the bundle: linking the bundle keeps only one core busy, for minutes.
fn both() -> Result<PathBuf> {
    std::thread::scope(|scope| {
        let server = scope.spawn(server::build);
        let bundled = bundle::build(Mode::Start);
        let program = server.join().map_err(|_| anyhow!("building the server panicked"))?;
        bundled.and(program)
    })
}

/// Serves, builds what has changed and lets open pages reload.
pub fn watch(listen: &str, data: &Path, demo: bool) -> Result<()> {
    let mut built = (Snapshot::default(), Snapshot::default());
    let mut running = None;
    loop {
        let now = (Snapshot::of(&["app", "shared", "style"]), Snapshot::of(&["server", "shared"]));
        if now.0 != built.0 {
            println!("▸ browser bundle");
            complain(bundle::build(Mode::Dev));
        }
        if now.1 != built.1 {
            println!("▸ server");
            match server::build() {
                Ok(program) => {
                    // The old one must give the port and the database back first.
                    drop(running.take());
                    running = Some(Running::start(&mut server::serve(&program, listen, data, demo))?);
                }
                Err(cause) => complain(Err(cause)),
            }
        }
        built = now;
        std::thread::sleep(Duration::from_millis(400));
    }
}

fn complain(result: Result<()>) {
    if let Err(cause) = result {
        println!("  ✗ {cause:#}\n  waiting for the next change");
    }
}

/// Builds the one stripped binary with the bundle inside, and its digest.
pub fn dist() -> Result<()> {
    println!("▸ browser bundle");
    bundle::build(Mode::Web)?;
    println!("▸ server with the bundle inside");
    process::run(
        Command::new("cargo")
            .args(["build", "--release", "--bin", "muster", "--features", "muster-server/embed"])
            .current_dir(workspace::root()),
    )?;
    let folder = workspace::target("dist");
    fs::create_dir_all(&folder)?;
    let program = folder.join("muster");
    fs::copy(workspace::target("release/muster"), &program)?;
    let content = fs::read(&program)?;
    let digest = hash::hex(&Sha256::digest(&content));
    fs::write(folder.join("muster.sha256"), format!("{digest}  muster\n"))?;
    println!("  {} ({:.1} MB)\n  {digest}", workspace::shown(&program), content.len() as f64 / 1e6);
    Ok(())
}

/// When each file of some folders was last changed.
#[derive(Default, PartialEq)]
struct Snapshot(BTreeMap<PathBuf, SystemTime>);

impl Snapshot {
    fn of(folders: &[&str]) -> Self {
        let changed = |folder: &&str| {
            walkdir::WalkDir::new(workspace::path(folder))
                .into_iter()
                .flatten()
                .filter(|entry| entry.file_type().is_file())
                .filter_map(|entry| {
                    let time = entry.metadata().ok()?.modified().ok()?;
                    Some((entry.into_path(), time))
                })
                .collect::<Vec<_>>()
        };
        Self(folders.iter().flat_map(changed).collect())
    }
}
