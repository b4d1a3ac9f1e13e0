//! What must hold while things break: the real program, killed, cut off and stopped in the middle of work.
//!
//! The short form runs with the other tests; `MUSTER_FAULTS=long` makes it many rounds and a thousand streams.
//! `MUSTER_TEST_BINARY` names another build of the program, to see that a fault is noticed where a protection is missing.

mod backup;
mod client;
mod idempotency;
mod kill;
mod load;
mod node;
mod nodes;
mod stop;
mod stream;
mod update;

use muster_server::sql::Sql;
use sea_orm::DatabaseConnection;

use crate::support::TestApp;

/// `short`, or `long` where many rounds were asked for.
fn rounds(short: usize, long: usize) -> usize {
    if std::env::var("MUSTER_FAULTS").is_ok_and(|form| form == "long") { long } else { short }
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// A number out of the database.
async fn number(db: &DatabaseConnection, text: &'static str) -> i64 {
    Sql::new(text).one(db).await.expect("reads").expect("a row").try_get("", "n").expect("a number")
}

/// The whole log holds, and every deal is as its last event left it.
async fn consistent(app: &TestApp) {
    app.audit().await;
    let astray = number(
        &app.state.db,
        "SELECT COUNT(*) AS n FROM opportunity o WHERE o.version <> (SELECT MAX(e.version_after) FROM event e WHERE e.entity_id = o.id)",
    )
    .await;
    assert_eq!(astray, 0, "deals and log disagree");
}
