//! One-time links: stored as a hash, good once and for a while.

use muster_shared::identity::User;
use muster_shared::time::{DAY_MS, Instant};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::subjects::token_hash;
use crate::error::Result;
use crate::sql::Sql;
use crate::writer::Tx;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The first start.
    Setup,
    /// Somebody new chooses a password.
    Invitation,
    /// Somebody forgot theirs.
    Reset,
}

impl Purpose {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    const fn life_ms(self) -> i64 {
        match self {
            Self::Setup => 365 * DAY_MS,
            Self::Invitation => 7 * DAY_MS,
            Self::Reset => 3_600_000,
        }
    }

    /// The address that `token` makes a link of.
    #[must_use]
    pub fn url(self, base: &str, token: &str) -> String {
        let page = if self == Self::Setup { "setup" } else { "reset" };
        format!("{base}/desk/{page}?token={token}")
    }
}

/// Makes `token` good for `purpose`, in place of all earlier ones of the same user; until when.
pub async fn create(tx: &Tx, purpose: Purpose, user: Option<&User>, token: &str) -> Result<Instant> {
    match user {
        Some(user) => forget(tx, user.id.0).await?,
        None => forget_setup(tx).await?,
    }
    let expires_at = tx.now.plus_ms(purpose.life_ms());
    let mut sql = Sql::new("INSERT INTO one_time_token (token_hash, kind, user_id, expires_at) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([token_hash(token).to_vec().into(), purpose.name().into(), user.map(|u| u.id.0).into(), expires_at.0.into()]);
    });
    sql.run(tx.db()).await?;
    Ok(expires_at)
}

/// Whose password `token` may set, while it is good.
pub async fn user_of(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<Option<Uuid>> {
    let mut sql = Sql::new("SELECT user_id FROM one_time_token WHERE kind IN ('invitation', 'reset') AND token_hash = ");
    sql.bind(token_hash(token).to_vec()).push_bind(" AND expires_at > ", now.0);
    Ok(sql.one(db).await?.map(|r| r.try_get("", "user_id")).transpose()?.flatten())
}

/// Whether `token` is good for the first start.
pub async fn is_setup(db: &impl ConnectionTrait, token: &str, now: Instant) -> Result<bool> {
    let mut sql = Sql::new("SELECT kind FROM one_time_token WHERE kind = 'setup' AND token_hash = ");
    sql.bind(token_hash(token).to_vec()).push_bind(" AND expires_at > ", now.0);
    Ok(sql.one(db).await?.is_some())
}

/// Takes all links of a user out of use.
pub async fn forget(tx: &Tx, user: Uuid) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM one_time_token WHERE user_id = ");
    sql.bind(user);
    sql.run(tx.db()).await?;
    Ok(())
}

/// Takes the first start's link out of use.
pub async fn forget_setup(tx: &Tx) -> Result<()> {
    Sql::new("DELETE FROM one_time_token WHERE kind = 'setup'").run(tx.db()).await?;
    Ok(())
}
