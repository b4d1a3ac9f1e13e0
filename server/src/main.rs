//! The `muster` command.

use std::process::ExitCode;

use clap::Parser as _;
use muster_server::clock::Clock;
use muster_server::config::{AuditCommand, Cli, Command};
use muster_server::error::Result;
use muster_server::{db, event, serve};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = matches!(&cli.command, Command::Serve(config) if config.log_json);
    start_log(json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn start_log(json: bool) {
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("MUSTER_LOG").unwrap_or_else(|_| "info,sqlx=warn,sea_orm_migration=warn".into());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { log.json().init() } else { log.init() }
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(config) => {
            serve::serve(*config).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate(database) => {
            if database.database_url.is_none() {
                std::fs::create_dir_all(&database.data).map_err(|e| muster_server::error::Error::Internal(e.to_string()))?;
            }
            serve::migrate(&db::open(&database.url(), true).await?, Clock::default().now()).await?;
            println!("The schema is up to date.");
            Ok(ExitCode::SUCCESS)
        }
        Command::Audit { command: AuditCommand::Verify { database, json } } => {
            let audit = event::audit(&db::open(&database.url(), true).await?.read).await?;
            if json {
                println!("{}", serde_json::to_string(&audit)?);
            } else {
                println!("log {}: {} events, head {}", audit.log_id, audit.events, audit.head);
                match &audit.broken {
                    Some(broken) => println!("BROKEN: {broken}"),
                    None => println!("Every hash and every link holds."),
                }
            }
            Ok(if audit.broken.is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        Command::Backup { .. } | Command::Restore { .. } | Command::Seed { .. } => Ok(ExitCode::FAILURE),
    }
}
