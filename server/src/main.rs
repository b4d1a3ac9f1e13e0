//! The `muster` command.

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use muster_server::clock::Clock;
use muster_server::config::{AuditCommand, Cli, Command, DatabaseArgs, ModelCommand, OutboxCommand};
use muster_server::configurator::{self, replay::Clicks};
use muster_server::db::Db;
use muster_server::error::{Error, Result};
use muster_server::{backup, db, event, serve};

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
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    if json { log.json().init() } else { log.init() }
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Serve(config) => {
            serve::serve(*config).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Migrate { database, json } => {
            database.make_folder()?;
            let applied = serve::migrate(&db::open(&database.url(), true).await?, Clock::default().now()).await?;
            if json {
                println!("{}", serde_json::json!({ "applied": applied }));
            } else {
                println!("The schema is up to date.");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Outbox { command: OutboxCommand::Release { database, json } } => {
            let released = backup::release(&open_existing(&database).await?, Clock::default().now()).await?;
            if json {
                println!("{}", serde_json::json!({ "released": released }));
            } else {
                println!("{released} messages go out as soon as the server runs.");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Audit { command: AuditCommand::Verify { database, json } } => {
            let audit = event::audit(&open_existing(&database).await?.read).await?;
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
        Command::Backup { database, file, json } => {
            let summary = backup::to_file(&open_existing(&database).await?, &file, Clock::default().now()).await?;
            if json {
                println!("{}", serde_json::to_string(&summary)?);
            } else {
                println!("{}: {} rows, {} events, head {}", file.display(), summary.rows, summary.events, summary.head);
                println!("It holds everything, passwords' hashes included: keep it where only you can read it.");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore { database, file, json } => {
            database.make_folder()?;
            let summary = backup::from_file(&db::open(&database.url(), true).await?, &file, Clock::default().now()).await?;
            if json {
                println!("{}", serde_json::to_string(&summary)?);
            } else {
                println!("{} rows and {} events are back, every hash holds, head {}.", summary.rows, summary.events, summary.head);
                println!(
                    "The log is now {}. Nobody is signed in; {} messages are held back until `muster outbox release`.",
                    summary.log_id,
                    summary.held.unwrap_or(0)
                );
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Model { command: ModelCommand::Check { file, diagram, json } } => {
            let report = configurator::check::file(&file, diagram.as_deref())?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                println!("{report}");
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Model { command: ModelCommand::Replay { file, sales, random, json } } => {
            let clicks = sales.map_or(Clicks::Random(random.unwrap_or_default()), Clicks::Sales);
            let report = configurator::replay::file(&file, &clicks)?;
            if json {
                println!("{}", serde_json::to_string(&report)?);
            } else {
                println!("{report}");
            }
            Ok(if report.dead_ends + report.unanswered > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        }
        Command::Seed { database, opportunities, open, seed } => {
            database.make_folder()?;
            let db = db::open(&database.url(), true).await?;
            serve::migrate(&db, Clock::default().now()).await?;
            muster_server::seed::seed(&db, opportunities, open, seed).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Opens a database without making a new one by mistake.
async fn open_existing(database: &DatabaseArgs) -> Result<Db> {
    let file = database.data.join("muster.db");
    if database.database_url.is_none() && !file.exists() {
        let hint = "Name the server's folder with --data, or its database with --database-url.";
        return Err(Error::Internal(format!("there is no database at {}. {hint}", file.display())));
    }
    Ok(db::open(&database.url(), true).await?)
}
