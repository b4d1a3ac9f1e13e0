//! A server on a fresh database with a small world in it, and requests to it.

#![expect(dead_code, reason = "each slice's tests use a part of it")]

mod database;
mod request;
mod shop;
mod world;

use std::sync::Arc;

use axum::Router;
use clap::Parser as _;
use muster_server::clock::Clock;
use muster_server::config::{Cli, Command, Config};
use muster_server::state::{AppState, Running};
use tokio::sync::watch;

pub use database::Database;
pub use request::{Client, Reply};
pub use shop::{Shop, van};
pub use world::{PASSWORD, Who, World};

/// One server of its own for one test.
pub struct TestApp {
    pub state: AppState,
    pub world: &'static World,
    router: Router,
    stop: watch::Sender<bool>,
    running: Running,
    database: database::Database,
}

impl TestApp {
    /// A server with the world of [`World`] in it.
    pub async fn new() -> Self {
        let template = database::Template::get();
        let database = template.copy().await;
        Self::start(database, &template.world, config()).await
    }

    /// A server before its first start: a migrated database without a row.
    pub async fn empty() -> Self {
        let database = database::Database::empty().await;
        Self::start(database, &database::Template::get().world, config()).await
    }

    async fn start(database: database::Database, world: &'static World, config: Config) -> Self {
        let (stop, stopping) = watch::channel(false);
        let db = muster_server::db::open(&database.url, false).await.expect("the copy opens");
        let (state, running) = AppState::start(db, config, Clock::default(), stopping).await.expect("starts");
        Self { router: muster_server::router::app(state.clone()), state, world, stop, running, database }
    }

    /// A second node on the same database, its caches its own. It hears of events on PostgreSQL only.
    pub async fn second_node(&self) -> AppState {
        let db = muster_server::db::open(&self.database.url, false).await.expect("opens again");
        let (_, stopping) = watch::channel(false);
        AppState::start(db, config(), Clock::default(), stopping).await.expect("starts").0
    }

    /// Sends requests as this person.
    pub fn as_(&self, who: Who) -> Client {
        Client::new(self.router.clone(), who.token())
    }

    /// Sends requests with this session's token.
    pub fn with_token(&self, token: &str) -> Client {
        Client::new(self.router.clone(), Some(token.to_owned()))
    }

    /// Tells streams and the server to stop.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The database's address, for a process of its own.
    pub fn url(&self) -> &str {
        &self.database.url
    }

    /// Checks the whole log.
    pub async fn audit(&self) {
        let audit = muster_server::event::audit(&self.state.db).await.expect("the log can be read");
        assert_eq!(audit.broken, None);
    }

    /// A hash over every table, to see that nothing changed. Counters and what is kept for repeated requests do not count.
    pub async fn fingerprint(&self) -> String {
        database::fingerprint(&self.state.db).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(follower) = &self.running.follower {
            follower.abort();
        }
    }
}

/// The settings of a server under test.
pub fn config() -> Config {
    let Command::Serve(config) = Cli::parse_from(["muster", "serve"]).command else { unreachable!("serve was asked for") };
    *config
}

/// Runs `muster` on the database at `url`: whether it succeeded, the JSON it printed, and what it complained about.
pub fn muster(arguments: &[&str], url: &str) -> (bool, serde_json::Value, String) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_muster"));
    command.args(arguments).env_remove("DATABASE_URL").env_remove("MUSTER_DATA");
    match url.strip_prefix("sqlite://") {
        Some(file) => {
            let file = file.split('?').next().expect("a path");
            command.arg("--data").arg(std::path::Path::new(file).parent().expect("a folder"));
        }
        None => {
            command.env("DATABASE_URL", url);
        }
    }
    let output = command.output().expect("runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), serde_json::from_str(&text).unwrap_or_default(), error)
}

/// The id in a record's JSON.
#[track_caller]
pub fn id(record: &serde_json::Value) -> String {
    record["id"].as_str().unwrap_or_else(|| panic!("no id in {record}")).to_owned()
}

/// Shares a router's state between tasks of a test.
pub type Shared = Arc<TestApp>;
