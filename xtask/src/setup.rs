//! What a fresh machine lacks: each part can be looked for, and installed with progress or a sentence that says what to do.

use anyhow::Result;

pub mod apt;
pub mod browser;
pub mod database;
pub mod npm;
pub mod wasm_target;

/// Something that is not there, and the command that brings it.
pub struct Missing {
    /// What is missing and for what it is needed.
    pub what: String,
    /// What to do about it.
    pub mend: String,
}

impl Missing {
    fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { what: what.into(), mend: mend.into() }
    }
}

/// Everything that could be missing here.
pub fn missing() -> Vec<Missing> {
    [wasm_target::missing(), wasm_target::missing_source(), npm::missing(), browser::missing(), database::missing()]
        .into_iter()
        .flatten()
        .collect()
}

/// Prints what is there and what is missing with its mend.
pub fn doctor() -> Result<()> {
    let parts = [
        ("wasm32 standard library", wasm_target::missing(), "cargo xtask run"),
        ("source of the standard library", wasm_target::missing_source(), "cargo xtask run"),
        ("Node, npm and the npm packages", npm::missing(), "cargo xtask test"),
        ("Chromium", browser::missing(), "cargo xtask test"),
        ("PostgreSQL", database::missing(), "cargo xtask test"),
    ];
    for (name, missing, needed_by) in &parts {
        match missing {
            None => println!("  ✓ {name}"),
            Some(part) => {
                println!("  ✗ {name} (for `{needed_by}`): {}", part.what);
                println!("    → {}", part.mend);
            }
        }
    }
    let lacking = missing().len();
    if lacking == 0 {
        println!("\nNothing is missing.");
    } else {
        println!("\n{lacking} missing. `cargo xtask run` and `cargo xtask test` install by themselves what they can.");
    }
    Ok(())
}
