//! The configurator's engine as a file of its own, without the app around it.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{Mode, cargo_rustc, compress, optimise};
use crate::{setup, workspace};

/// What was built.
pub struct Engine {
    /// A script that defines `wasm_bindgen`.
    pub script: PathBuf,
    pub wasm: PathBuf,
    /// Of the wasm file, after brotli.
    pub bytes: u64,
}

/// Builds the engine as the bundle is built.
pub fn build() -> Result<Engine> {
    setup::wasm_target::ensure()?;
    let compiled = cargo_rustc(Mode::Web, &["--example", "engine"], &[])?.join("examples/engine.wasm");
    let folder = workspace::target("web/engine");
    fs::create_dir_all(&folder)?;
    Bindgen::new()
        .input_path(&compiled)
        .out_name("engine")
        .no_modules(true)
        .and_then(|bindgen| bindgen.typescript(false).demangle(false).remove_name_section(true).generate(&folder))
        .context("wasm-bindgen could not write the glue")?;
    let wasm = folder.join("engine_bg.wasm");
    if setup::npm::has_optimiser() {
        optimise::file(&wasm)?;
    }
    compress::all(&folder, Mode::Web)?;
    let bytes = fs::metadata(folder.join("engine_bg.wasm.br"))?.len();
    Ok(Engine { script: folder.join("engine.js"), wasm, bytes })
}
