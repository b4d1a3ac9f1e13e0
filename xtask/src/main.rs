//! The developer's one door: sets up, runs, tests, measures and packs Muster.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

mod bench;
mod bundle;
mod hash;
mod house;
mod http;
mod measure;
mod postgres;
mod process;
mod run;
mod server;
mod setup;
mod test;
mod workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about, disable_help_subcommand = true)]
struct Door {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set everything up and start the product, with the demo company or without.
    Run(Serve),
    /// Check and test everything, on SQLite and on PostgreSQL, down to the browser.
    Test {
        /// Run only these steps.
        #[arg(long, num_args = 1.., value_parser = test::names())]
        only: Vec<String>,
    },
    /// Build the browser bundle into target/web/site.
    Bundle {
        /// Quick to build, large, reloads itself.
        #[arg(long)]
        dev: bool,
    },
    /// Build target/dist/muster: one binary with the bundle inside, and its sha256.
    Dist,
    /// Run, rebuild what is edited, reload open pages.
    Watch(Serve),
    /// Say what is missing on this machine and how to mend it.
    Doctor,
    /// Take pictures of pages (`/desk /desk/board`) by role, width, theme and language.
    Shots {
        /// Paths of the pages.
        #[arg(required = true)]
        pages: Vec<String>,
        /// Whose pages: roles of the demo people, or `nobody`, by comma.
        #[arg(long, default_value = "rep")]
        roles: String,
        /// A server that is already running.
        #[arg(long)]
        url: Option<String>,
    },
    /// Measure the board, live streams and first paints with many deals, and the configurator's engine.
    Bench {
        /// How many open deals.
        #[arg(long, default_value_t = 10_000)]
        opportunities: u32,
        /// A product model to measure the engine on, beside an invented range.
        #[arg(long)]
        model: Vec<PathBuf>,
        /// The engine only.
        #[arg(long)]
        engine: bool,
    },
    /// Run the long forms of the fault tests.
    Faults,
    /// Fill a data folder with deals; the same seed gives the same deals.
    Seed {
        /// How many deals.
        #[arg(long)]
        opportunities: u32,
        /// The start of the pseudo-random sequence.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// The folder.
        #[arg(long, default_value = "data/seed")]
        data: PathBuf,
    },
}

#[derive(clap::Args)]
struct Serve {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:4500")]
    listen: String,
    /// Where the data is kept; `data/demo`, or `data/own` with --empty.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Start without the demo company: the terminal shows the link to the set-up.
    #[arg(long)]
    empty: bool,
}

impl Serve {
    fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from(if self.empty { "data/own" } else { "data/demo" }))
    }
}

fn main() -> ExitCode {
    let door = Door::parse();
    match process::stop_everything_when_interrupted().and_then(|()| perform(door.task)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("\n{cause:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    match task {
        Task::Run(serve) => run::run(&serve.listen, &serve.data(), !serve.empty),
        Task::Test { only } => test::run(&only),
        Task::Bundle { dev: false } => bundle::build(bundle::Mode::Web),
        Task::Bundle { dev: true } => bundle::build(bundle::Mode::Dev),
        Task::Dist => run::dist(),
        Task::Watch(serve) => run::watch(&serve.listen, &serve.data(), !serve.empty),
        Task::Doctor => setup::doctor(),
        Task::Shots { pages, roles, url } => measure::shots(&pages, &roles, url.as_deref()),
        Task::Bench { model, engine: true, .. } => bench::engine::run(&model),
        Task::Bench { opportunities, model, engine: false } => bench::run(opportunities).and_then(|()| bench::engine::run(&model)),
        Task::Faults => measure::faults(),
        Task::Seed { opportunities, seed, data } => measure::seed(opportunities, seed, &data),
    }
}
