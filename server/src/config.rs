//! The command line and its `MUSTER_*` variables.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Sales force management: one binary with everything inside.
#[derive(Debug, Parser)]
#[command(name = "muster", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves the product.
    Serve(Box<Config>),
    /// Brings the database's schema up to date.
    Migrate(DatabaseArgs),
    /// Writes all data into one file, while the server runs.
    Backup {
        #[command(flatten)]
        database: DatabaseArgs,
        file: PathBuf,
        /// Says what was done as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Reads a backup into an empty database, also of the other kind.
    Restore {
        #[command(flatten)]
        database: DatabaseArgs,
        file: PathBuf,
        /// Says what was done as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Mail and the like on their way out.
    Outbox {
        #[command(subcommand)]
        command: OutboxCommand,
    },
    /// The event log.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Fills a database with invented deals for measuring.
    Seed {
        #[command(flatten)]
        database: DatabaseArgs,
        /// How many opportunities in all.
        #[arg(long, default_value_t = 10_000)]
        opportunities: u32,
        /// How many of them are open; all but the growth's history where absent.
        #[arg(long)]
        open: Option<u32>,
        /// The same seed gives the same data on the same day.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Debug, Subcommand)]
pub enum OutboxCommand {
    /// Lets go what a restore held back, or what failed too often.
    Release {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Says what was done as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Checks every hash and every link of the log.
    Verify {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Says what was found as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Where the data is.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// Folder of the embedded database.
    #[arg(long, env = "MUSTER_DATA", default_value = "data/muster")]
    pub data: PathBuf,
    /// A PostgreSQL server instead: `postgres://user:password@host/name`.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

impl DatabaseArgs {
    /// The database's address.
    #[must_use]
    pub fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| crate::db::sqlite_url(&self.data))
    }
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct Config {
    #[command(flatten)]
    pub database: DatabaseArgs,
    #[arg(long, env = "MUSTER_LISTEN", default_value = "127.0.0.1:4500")]
    pub listen: SocketAddr,
    /// Loads the demo company into an empty database and offers its people at the sign-in.
    #[arg(long, env = "MUSTER_DEMO")]
    pub demo: bool,
    /// Where people reach this server, `https://...`; needed when it listens elsewhere than on this machine.
    #[arg(long, env = "MUSTER_PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Address of the proxy whose `X-Forwarded-For` is believed.
    #[arg(long, env = "MUSTER_TRUSTED_PROXY")]
    pub trusted_proxy: Option<std::net::IpAddr>,
    /// Folder of the built browser bundle, where it is not inside the binary.
    #[arg(long, env = "MUSTER_ASSETS")]
    pub assets: Option<PathBuf>,
    /// Lets `/metrics` be read from elsewhere with this bearer token; without, only from this machine.
    #[arg(long, env = "MUSTER_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<String>,
    /// One JSON object a line instead of text.
    #[arg(long, env = "MUSTER_LOG_JSON")]
    pub log_json: bool,
}

impl Config {
    /// The start of every link that leaves the server.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.public_url.clone().map_or_else(|| format!("http://{}", self.listen), |url| url.trim_end_matches('/').to_owned())
    }

    /// What is wrong with this combination of options, in words.
    #[must_use]
    pub fn refuse(&self) -> Option<String> {
        match &self.public_url {
            None if !self.listen.ip().is_loopback() => Some(format!(
                "Listening on {} lets other machines in. Name the address people use with --public-url https://..., and put a proxy with TLS in front.",
                self.listen
            )),
            Some(url) if !url.starts_with("https://") => {
                Some("--public-url must start with https://: the session cookie is never sent over plain http.".into())
            }
            _ => None,
        }
    }
}
