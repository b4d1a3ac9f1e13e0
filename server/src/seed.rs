//! `muster seed`: the demo company grown to a size worth measuring.

use sea_orm::ConnectionTrait as _;

use crate::clock::Clock;
use crate::db::Db;
use crate::demo::{self, Size};
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::writer::Writer;

/// Open deals where the caller does not say.
const OPEN: u32 = 10_000;
/// Nobody else waits for the writer.
const PACE: usize = 10;

/// Fills an empty database.
///
/// # Errors
/// Where it has a company already, or cannot be written.
pub async fn seed(db: &Db, opportunities: u32, open: Option<u32>, seed: u64) -> Result<()> {
    if crate::company::find(&db.read).await?.is_some() {
        return Err(Error::Internal("there is a company in this database already. Name an empty folder with --data.".into()));
    }
    let clock = Clock::default();
    let (writer, task) = Writer::start(db.write.clone(), Hub::start(db.read.clone()).await?, clock.clone());
    let size = Size { opportunities, open: open.unwrap_or(OPEN).min(opportunities) };
    loosen(db).await?;
    demo::fill(&db.read, &writer, &clock, seed, size, PACE).await?;
    drop(writer);
    task.await.map_err(|e| Error::Internal(format!("the writer: {e}")))?;
    settle(db).await
}

/// Lets SQLite write when it suits it: what a power failure spoils is made again.
async fn loosen(db: &Db) -> Result<()> {
    if !db.is_postgres() {
        for pragma in ["PRAGMA synchronous = OFF", "PRAGMA wal_autocheckpoint = 50000", "PRAGMA cache_size = -262144"] {
            db.write.execute_unprepared(pragma).await?;
        }
    }
    Ok(())
}

/// Puts everything on the disk.
async fn settle(db: &Db) -> Result<()> {
    if !db.is_postgres() {
        for pragma in ["PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA optimize"] {
            db.write.execute_unprepared(pragma).await?;
        }
    }
    Ok(())
}
