//! Aurora Motors, the demo company: a function of a seed and the day of its first start.

mod block;
mod board;
mod calendar;
mod cars;
mod customer;
mod deal;
mod dice;
mod people;
mod plan;
mod requests;
mod sales;
mod words;
mod write;

use muster_shared::identity::Demo;
use muster_shared::time::{Day, Instant};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, TransactionTrait as _};
use sha2::{Digest as _, Sha256};

use crate::clock::{Clock, day_in};
use crate::error::Result;
use crate::sql::Sql;
use crate::writer::Writer;

pub use block::Block;
pub use plan::Size;
pub use requests::DEALS as REQUESTED_DEALS;

/// The demo's seed.
pub const SEED: u64 = 1;
/// Everybody's password. It works in demo data alone: no other person is ever given one.
const PASSWORD: &str = "drive-aurora-2026";
/// The deal that the customer's link follows: its customer's name.
const FOLLOWED: &str = "Trịnh Hải Nam";

/// The people of the demo to sign in as, and the path of the customer's page.
#[must_use]
pub fn accounts() -> Demo {
    Demo { accounts: people::accounts(), customer_link: format!("/follow/{}", token()) }
}

/// The token of the customer's secret link.
fn token() -> String {
    let digest: [u8; 32] = Sha256::digest(format!("the customer's link of demo {SEED}")).into();
    muster_shared::event::hex(&digest[..16])
}

/// The key of PostgreSQL's advisory lock that one node holds while it loads the demo.
const LOAD_LOCK: i64 = 0x6d75_7374_6465;

/// Loads the demo company where the database has no company. A load that was interrupted goes on.
///
/// Of several nodes one loads it and the others wait.
///
/// # Errors
/// Where the database cannot be written.
pub async fn load(db: &DatabaseConnection, writer: &Writer, clock: &Clock) -> Result<()> {
    if crate::company::find(db).await?.is_some() {
        return Ok(());
    }
    let alone = alone(db).await?;
    if crate::company::find(db).await?.is_none() {
        fill(db, writer, clock, SEED, Size::demo(), 1).await?;
    }
    alone.rollback().await?;
    Ok(())
}

/// A transaction that writes nothing: while it is open no other node loads. SQLite has one node.
async fn alone(db: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let transaction = db.begin().await?;
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(transaction);
    }
    crate::db::be_patient(&transaction).await?;
    let mut sql = Sql::new("SELECT pg_try_advisory_xact_lock(");
    sql.bind(LOAD_LOCK).push(") AS locked");
    let locked = sql.one(&transaction).await?.is_some_and(|r| r.try_get("", "locked").unwrap_or(false));
    if !locked {
        eprintln!("▸ Another node loads Aurora Motors: waiting for it");
        let mut sql = Sql::new("SELECT pg_advisory_xact_lock(");
        sql.bind(LOAD_LOCK).push(")");
        sql.run(&transaction).await?;
    }
    Ok(transaction)
}

/// Fills a database without a company with one of this size; `pace` times as much in a transaction as beside other work.
///
/// # Errors
/// Where the database cannot be written.
pub async fn fill(db: &DatabaseConnection, writer: &Writer, clock: &Clock, seed: u64, size: Size, pace: usize) -> Result<()> {
    // What was begun is finished as of the day it was begun.
    let row = Sql::new("SELECT recorded_at FROM event ORDER BY seq LIMIT 1").one(db).await?;
    let begun = row.map(|r| r.try_get("", "recorded_at")).transpose()?.map(Instant);
    let today = day_in(calendar::ZONE, begun.unwrap_or_else(|| clock.now()));
    write::write(db, writer, seed, today, size, pace).await
}

/// The invented customers and deals of this seed and day, without writing them.
#[must_use]
pub fn invent(seed: u64, today: Day, size: Size) -> Block {
    let mut whole = Block::default();
    write::Company::new(seed, today).blocks(seed, size, |block| {
        whole.accounts.extend(block.accounts);
        whole.contacts.extend(block.contacts);
        whole.deals.extend(block.deals);
        true
    });
    whole
}
