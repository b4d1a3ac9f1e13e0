//! Everything that must hold: checks, tests on both databases, the bundle's budget and the browser's journeys.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    bundle::{self, Mode, budget},
    house,
    postgres::{Cluster, Durability},
    process,
    server::{self, Server},
    setup, workspace,
};

/// One step of the test, by the name that `--only` takes.
struct Step {
    name: &'static str,
    what: &'static str,
    work: fn() -> Result<()>,
}

const STEPS: [Step; 9] = [
    Step { name: "format", what: "every file is formatted", work: format },
    Step { name: "house", what: "house rules", work: house::check },
    Step { name: "lint", what: "clippy without a warning", work: lint },
    Step { name: "lint-web", what: "clippy without a warning for the browser", work: lint_web },
    Step { name: "unit", what: "rules, logic and tools", work: unit },
    Step { name: "sqlite", what: "the server on SQLite", work: sqlite },
    Step { name: "postgres", what: "the server on PostgreSQL", work: postgres },
    Step { name: "bundle", what: "the bundle and its size", work: bundle_and_budget },
    Step { name: "journeys", what: "the browser's journeys", work: journeys },
];

/// The names that `--only` takes.
pub fn names() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.name).collect()
}

/// Runs all steps, or only the named ones; a failed step does not keep the others from running.
pub fn run(only: &[String]) -> Result<()> {
    let start = Instant::now();
    let mut results = Vec::new();
    for step in &STEPS {
        if !only.is_empty() && !only.iter().any(|name| name == step.name) {
            continue;
        }
        println!("\n▸ {}: {}", step.name, step.what);
        let began = Instant::now();
        let result = (step.work)();
        if let Err(cause) = &result {
            println!("  ✗ {cause:#}");
        }
        results.push((step, began.elapsed(), result.is_ok()));
    }
    summary(&results, start.elapsed())
}

fn summary(results: &[(&Step, Duration, bool)], total: Duration) -> Result<()> {
    println!();
    for (step, time, passed) in results {
        let sign = if *passed { "✓" } else { "✗" };
        println!("  {sign} {:<10} {:>7.1} s  {}", step.name, time.as_secs_f64(), step.what);
    }
    println!("    {:<10} {:>7.1} s\n", "total", total.as_secs_f64());
    let passed = results.iter().filter(|(.., passed)| *passed).count();
    let failed = results.len() - passed;
    let line = format!("{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{line}");
    }
    println!("{line}");
    Ok(())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new("cargo");
    command.args(arguments).current_dir(workspace::root());
    command
}

fn format() -> Result<()> {
    process::run(&mut cargo(&["fmt", "--all", "--", "--check", "-l"])).context("the files above differ from what `cargo fmt` writes")
}

fn lint() -> Result<()> {
    process::run(&mut cargo(&["clippy", "--all-targets", "--", "-D", "warnings"]))
}

fn lint_web() -> Result<()> {
    setup::wasm_target::ensure()?;
    process::run(&mut cargo(&["clippy", "--package", "muster-app", "--target", setup::wasm_target::TARGET, "--", "-D", "warnings"]))
}

// The default members together, always: another choice of packages would resolve other features and build everything again.
fn unit() -> Result<()> {
    process::run(&mut cargo(&["test", "--lib", "--bins"]))?;
    process::run(&mut cargo(&["test", "--package", "muster-app", "--bins"]))
}

fn sqlite() -> Result<()> {
    process::run(cargo(&["test", "--test", "server"]).env_remove("MUSTER_TEST_PG"))
}

fn postgres() -> Result<()> {
    let cluster = Cluster::start(Durability::None)?;
    process::run(cargo(&["test", "--test", "server"]).env("MUSTER_TEST_PG", cluster.url()))
}

fn bundle_and_budget() -> Result<()> {
    bundle::build(Mode::Web)?;
    budget::check()
}

fn journeys() -> Result<()> {
    setup::npm::ensure()?;
    let chromium = setup::browser::ensure()?;
    bundle::build(Mode::Web)?;
    let program = server::build()?;
    let demo = Server::start(&program, "demo", &server::fresh_data("journeys-demo")?, true)?;
    let empty = Server::start(&program, "empty", &server::fresh_data("journeys-empty")?, false)?;
    process::run(
        setup::npm::program("playwright")
            .arg("test")
            .env("MUSTER_URL", demo.url())
            .env("MUSTER_EMPTY_URL", empty.url())
            // The one-time link of the first administrator is printed there.
            .env("MUSTER_EMPTY_LOG", &empty.log)
            // Some journeys kill their server, so they start one of their own.
            .env("MUSTER_PROGRAM", &program)
            .env("MUSTER_ASSETS", workspace::site())
            .env("MUSTER_CHROMIUM", chromium),
    )
}
