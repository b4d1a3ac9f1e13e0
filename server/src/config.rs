//! The command line and its `MUSTER_*` variables.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Args, Parser, Subcommand};

use crate::error::{Error, Result};

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
    Migrate {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Says what was done as JSON.
        #[arg(long)]
        json: bool,
    },
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
    /// Product models in files.
    Model {
        #[command(subcommand)]
        command: ModelCommand,
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

#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Says what a model comes to: XCSP 2.1, DIMACS CNF, UVL or FeatureIDE, which its content tells.
    Check {
        file: PathBuf,
        /// Writes the diagram there, as customers get it.
        #[arg(long)]
        diagram: Option<PathBuf>,
        /// Says what was found as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Clicks sold products together again, or at random, and says how long the answers took.
    Replay {
        file: PathBuf,
        /// A line of variables' names, then a line of values for each product.
        #[arg(long, required_unless_present = "random")]
        sales: Option<PathBuf>,
        /// At least so many clicks at random instead, always the same ones.
        #[arg(long, conflicts_with = "sales")]
        random: Option<usize>,
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
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub database_url: Option<String>,
}

impl DatabaseArgs {
    /// The database's address.
    #[must_use]
    pub fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| crate::db::sqlite_url(&self.data))
    }

    /// Makes the embedded database's folder, which other people of the machine cannot read.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn make_folder(&self) -> Result<()> {
        if self.database_url.is_some() {
            return Ok(());
        }
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.data).map_err(|e| Error::Internal(format!("cannot make the folder {}: {e}", self.data.display())))
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
    #[arg(long, env = "MUSTER_DEMO", value_parser = BoolishValueParser::new())]
    pub demo: bool,
    /// Where people reach this server, `https://...`; needed when it listens elsewhere than on this machine.
    #[arg(long, env = "MUSTER_PUBLIC_URL", value_parser = NonEmptyStringValueParser::new())]
    pub public_url: Option<String>,
    /// Address of the proxy whose `X-Forwarded-For` is believed.
    #[arg(long, env = "MUSTER_TRUSTED_PROXY")]
    pub trusted_proxy: Option<std::net::IpAddr>,
    /// Folder of the built browser bundle, where it is not inside the binary.
    #[arg(long, env = "MUSTER_ASSETS")]
    pub assets: Option<PathBuf>,
    /// Lets `/metrics` be read from elsewhere with this bearer token; without, only from this machine.
    #[arg(long, env = "MUSTER_METRICS_TOKEN", hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub metrics_token: Option<String>,
    /// One JSON object a line instead of text.
    #[arg(long, env = "MUSTER_LOG_JSON", value_parser = BoolishValueParser::new())]
    pub log_json: bool,
}

impl Config {
    /// The start of every link that leaves the server.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.public_url.clone().map_or_else(|| format!("http://{}", self.listen), |url| url.trim_end_matches('/').to_owned())
    }

    /// Whether a browser's `Origin` is that of the address people use; `host` is the one asked for, where no address is named.
    #[must_use]
    pub fn is_own_origin(&self, origin: &str, host: Option<&str>) -> bool {
        match &self.public_url {
            // Browsers write hosts in lower case and leave the usual port out.
            Some(url) => {
                let own = url.trim_end_matches('/').to_ascii_lowercase();
                origin == own.strip_suffix(":443").unwrap_or(&own)
            }
            None => host.is_some_and(|host| origin.strip_prefix("http://") == Some(host)),
        }
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
            Some(url) if !is_host(url.trim_start_matches("https://").trim_end_matches('/')) => {
                Some("--public-url is a host and perhaps a port, such as https://sales.example.com: Muster has a host of its own.".into())
            }
            _ => None,
        }
    }
}

fn is_host(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(options: &[&str]) -> Config {
        let Command::Serve(config) = Cli::parse_from(["muster", "serve"].iter().chain(options)).command else { unreachable!("serve") };
        *config
    }

    #[test]
    fn an_address_that_cannot_work_is_refused() {
        for (options, refused) in [
            (&["--listen", "127.0.0.1:80"][..], false),
            (&["--listen", "0.0.0.0:80"], true),
            (&["--listen", "0.0.0.0:80", "--public-url", "https://sales.example.com"], false),
            (&["--public-url", "https://sales.example.com:8443/"], false),
            (&["--public-url", "http://sales.example.com"], true),
            (&["--public-url", "https://"], true),
            (&["--public-url", "https://example.com/sales"], true),
            (&["--public-url", "https://me@example.com"], true),
        ] {
            assert_eq!(serve(options).refuse().is_some(), refused, "{options:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn the_data_are_nobody_elses() {
        use std::os::unix::fs::PermissionsExt as _;
        let above = tempfile::tempdir().expect("a folder");
        let data = above.path().join("new");
        let config = serve(&["--data", data.to_str().expect("UTF-8")]);
        config.database.make_folder().expect("makes it");
        config.database.make_folder().expect("finds it");
        assert_eq!(std::fs::metadata(data).expect("there").permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn the_own_origin_is_known_as_browsers_write_it() {
        let named = serve(&["--public-url", "https://Sales.Example.com:443/"]);
        for (origin, own) in [
            ("https://sales.example.com", true),
            ("https://sales.example.com.evil.com", false),
            ("http://sales.example.com", false),
            ("null", false),
        ] {
            assert_eq!(named.is_own_origin(origin, Some("sales.example.com")), own, "{origin}");
        }
        let local = serve(&[]);
        assert!(local.is_own_origin("http://127.0.0.1:4500", Some("127.0.0.1:4500")));
        assert!(!local.is_own_origin("http://evil.com", Some("127.0.0.1:4500")) && !local.is_own_origin("http://evil.com", None));
    }
}
