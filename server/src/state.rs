//! What every request handler can reach.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::DatabaseConnection;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::Result;
use crate::hub::Hub;
use crate::identity::subjects::Subjects;
use crate::identity::throttle::Throttle;
use crate::lead::builds::Builds;
use crate::metrics::Metrics;
use crate::writer::Writer;

/// Shared by all requests of this node.
#[derive(Clone)]
pub struct AppState {
    pub db: DatabaseConnection,
    pub writer: Writer,
    pub hub: Arc<Hub>,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub subjects: Arc<Subjects>,
    pub throttle: Arc<Throttle>,
    pub builds: Arc<Builds>,
    pub metrics: Arc<Metrics>,
    /// Turns true when the server is about to stop.
    pub stopping: watch::Receiver<bool>,
}

/// The tasks behind a state, to be ended in order.
pub struct Running {
    pub writer: tokio::task::JoinHandle<()>,
    pub follower: Option<tokio::task::JoinHandle<()>>,
}

impl AppState {
    /// Starts writer and log reader on a migrated database.
    ///
    /// # Errors
    /// Where the database cannot be read.
    pub async fn start(db: Db, config: Config, clock: Clock, stopping: watch::Receiver<bool>) -> Result<(Self, Running)> {
        let hub = Hub::start(db.read.clone()).await?;
        let (writer, task) = Writer::start(db.write.clone(), Arc::clone(&hub), clock.clone());
        let subjects = Arc::new(Subjects::new());
        let cache = Arc::clone(&subjects);
        hub.watch(move |event| cache.observe(event));
        let follower = db.is_postgres().then(|| tokio::spawn(Arc::clone(&hub).follow(db.url.clone())));
        let state = Self {
            db: db.read,
            writer,
            hub,
            clock,
            config: Arc::new(config),
            subjects,
            throttle: Arc::new(Throttle::new()),
            builds: Arc::default(),
            metrics: Arc::default(),
            stopping,
        };
        Ok((state, Running { writer: task, follower }))
    }
}

/// Longest time any request may take, streams apart.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
