//! The configurator's engine: on an invented range and on given models, in the program and in WebAssembly.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use crate::{bundle, process, server, setup, workspace};

/// What a customer loads of the engine at most, in bytes after brotli.
const GOAL: u64 = 25_000;

/// Measures everything and prints it.
pub fn run(models: &[PathBuf]) -> Result<()> {
    let folder = workspace::target("bench");
    fs::create_dir_all(&folder)?;
    println!("▸ an invented range in the program");
    let range = folder.join("range");
    process::run(
        Command::new("cargo")
            .args(["bench", "--package", "muster-shared", "--bench", "configurator"])
            .env("MUSTER_RANGE", &range)
            .current_dir(workspace::root()),
    )?;
    let mut diagrams = vec![range];
    if !models.is_empty() {
        println!("▸ models in the program");
        let program = server::build_release()?;
        for model in models {
            let name = model.file_stem().context("a model is a file")?;
            let diagram = folder.join(name);
            process::run(Command::new(&program).args(["model", "check"]).arg(model).arg("--diagram").arg(&diagram))?;
            process::run(Command::new(&program).args(["model", "replay"]).arg(model).args(["--random", "1000000"]))?;
            diagrams.push(diagram);
        }
    }
    println!("▸ the engine in WebAssembly");
    let engine = bundle::engine::build()?;
    println!("  {} bytes after brotli; {GOAL} are the goal", engine.bytes);
    setup::npm::ensure()?;
    let chromium = setup::browser::ensure()?;
    let list = std::env::join_paths(&diagrams).context("a model's name has a colon in it")?;
    process::run(
        setup::npm::program("playwright")
            .args(["test", "--config", "engine.config.ts"])
            .env("MUSTER_CHROMIUM", chromium)
            .env("MUSTER_ENGINE_SCRIPT", engine.script)
            .env("MUSTER_ENGINE_WASM", engine.wasm)
            .env("MUSTER_ENGINE_DIAGRAMS", list)
            .env("MUSTER_ENGINE_REPORT", folder.join("engine.json")),
    )
}
