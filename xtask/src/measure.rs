//! Pictures, loads and faults: what is looked at, measured or broken on purpose.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};

use crate::{
    bundle::{self, Mode},
    postgres::{Cluster, Durability},
    process,
    server::{self, Server},
    setup, workspace,
};

/// Takes pictures of pages by role, width, theme and language, and one sheet of them all.
pub fn shots(pages: &[String], roles: &str, url: Option<&str>) -> Result<()> {
    setup::npm::ensure()?;
    let chromium = setup::browser::ensure()?;
    let mut own = None;
    if url.is_none() {
        bundle::build(Mode::Web)?;
        let program = server::build()?;
        own = Some(Server::start(&program, "shots", &server::fresh_data("shots")?, true)?);
    }
    let url = match (&own, url) {
        (Some(server), _) => server.url(),
        (None, Some(url)) => url.to_owned(),
        (None, None) => String::new(),
    };
    let folder = workspace::target("shots");
    std::fs::create_dir_all(&folder)?;
    process::run(
        setup::npm::program("playwright")
            .args(["test", "--config", "shots.config.ts"])
            .env("MUSTER_URL", url)
            .env("MUSTER_CHROMIUM", chromium)
            .env("MUSTER_SHOTS", &folder)
            .env("MUSTER_SHOT_ROLES", roles)
            .env("MUSTER_SHOT_PAGES", pages.join(" ")),
    )?;
    println!("  the sheet: {}", workspace::shown(&folder.join("sheet.png")));
    Ok(())
}

/// Fills a data folder with deals; the same seed gives the same deals.
pub fn seed(opportunities: u32, seed: u64, data: &Path) -> Result<()> {
    let program = server::build_release()?;
    seed_with(&program, opportunities, seed, data)
}

/// Fills a data folder with a program that is already built.
pub fn seed_with(program: &Path, opportunities: u32, seed: u64, data: &Path) -> Result<()> {
    process::run(
        Command::new(program)
            .args(["seed", "--opportunities", &opportunities.to_string()])
            .args(["--seed", &seed.to_string()])
            .arg("--data")
            .arg(data)
            .current_dir(workspace::root()),
    )
    .context("the server could not seed the folder")
}

/// Runs the long forms of the fault tests, on SQLite and on a PostgreSQL that really writes to disk.
pub fn faults() -> Result<()> {
    let long = |command: &mut Command| {
        command
            .args(["test", "--test", "server", "--", "faults::", "--include-ignored"])
            .args(["--nocapture", "--test-threads=1"])
            .env("MUSTER_FAULTS", "long")
            .current_dir(workspace::root());
    };
    println!("▸ faults on SQLite");
    let mut sqlite = Command::new("cargo");
    long(&mut sqlite);
    process::run(sqlite.env_remove("MUSTER_TEST_PG"))?;
    println!("▸ faults on PostgreSQL");
    let cluster = Cluster::start(Durability::Full)?;
    let mut postgres = Command::new("cargo");
    long(&mut postgres);
    process::run(postgres.env("MUSTER_TEST_PG", cluster.url()))
}
