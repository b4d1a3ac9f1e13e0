//! Makes the parts of the bundle smaller, with last time's results for those that are as they were.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use sha2::{Digest as _, Sha256};

use super::{files_ending, in_parallel};
use crate::{hash, process::Running, workspace};

const SCRIPT: &str = "support/optimise.mjs";

/// Replaces each part by its small form: a change of a style sheet costs seconds, not minutes.
pub fn parts(parts: &Path) -> Result<()> {
    let files = files_ending(parts, "wasm")?;
    let (last, kept) = (workspace::target("web/optimised"), workspace::target("web/optimised.next"));
    if kept.exists() {
        fs::remove_dir_all(&kept)?;
    }
    fs::create_dir_all(&kept)?;
    let script = fs::read(workspace::path("end2end").join(SCRIPT))?;
    in_parallel(
        &files,
        || None,
        |optimiser, file| {
            // By what it holds alone: parts change their numbers with every area.
            let name = hash::hex(&Sha256::new_with_prefix(&script).chain_update(fs::read(file)?).finalize());
            let optimised = kept.join(&name);
            if fs::rename(last.join(&name), &optimised).is_err() {
                running(optimiser)?.optimise(file, &optimised)?;
            }
            fs::copy(&optimised, file)?;
            Ok(())
        },
    )?;
    if last.exists() {
        fs::remove_dir_all(&last)?;
    }
    fs::rename(&kept, &last)?;
    Ok(())
}

/// Replaces one file by its small form.
pub fn file(file: &Path) -> Result<()> {
    Optimiser::start()?.optimise(file, file)
}

/// The optimiser, started when it is first needed.
fn running(optimiser: &mut Option<Optimiser>) -> Result<&mut Optimiser> {
    match optimiser {
        Some(running) => Ok(running),
        none => Ok(none.insert(Optimiser::start()?)),
    }
}

/// A process that optimises one file after the other.
struct Optimiser {
    _running: Running,
    orders: ChildStdin,
    done: BufReader<ChildStdout>,
}

impl Optimiser {
    fn start() -> Result<Self> {
        let mut command = Command::new("node");
        command.arg(SCRIPT).current_dir(workspace::path("end2end"));
        let mut running = Running::start(command.stdin(Stdio::piped()).stdout(Stdio::piped()))?;
        let (orders, done) = running.pipes().context("the optimiser has no pipes")?;
        Ok(Self { _running: running, orders, done: BufReader::new(done) })
    }

    fn optimise(&mut self, from: &Path, to: &Path) -> Result<()> {
        writeln!(self.orders, "{}\t{}", from.display(), to.display())?;
        let mut line = String::new();
        self.done.read_line(&mut line)?;
        ensure!(line == "done\n", "the optimiser could not read {}: {line}", from.display());
        Ok(())
    }
}
