//! From a session's token to who that is and what they may: cached, and forgotten when an event says so.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use muster_shared::access::{Grants, Reach, Scope, union};
use muster_shared::event::{EntityKind, Event};
use muster_shared::id::{DealerId, SessionId, UserId};
use muster_shared::text::Lang;
use muster_shared::time::Instant;
use sea_orm::ConnectionTrait;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::{Subject, UserSubject};
use crate::error::Result;
use crate::sql::Sql;
use crate::state::AppState;

/// Entries kept at most; beyond it the cache starts anew.
const MOST: usize = 10_000;

/// The cache.
#[derive(Debug, Default)]
pub struct Subjects {
    known: Mutex<Known>,
    /// One look at the database a session at a time: after a restart all of its tabs come back at once.
    lanes: [tokio::sync::Mutex<()>; 8],
}

#[derive(Debug, Default)]
struct Known {
    by_token: HashMap<[u8; 32], Entry>,
    /// When each session was last used, until that is written down.
    seen: HashMap<SessionId, Instant>,
    /// Counts forgettings, so that what was read before one is not kept after it.
    generation: u64,
}

#[derive(Clone, Debug)]
struct Entry {
    user: Arc<UserSubject>,
    expires_at: Instant,
}

/// What is stored of a token.
#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Subjects {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets what `event` may have changed.
    pub fn observe(&self, event: &Event) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match event.entity {
            EntityKind::User => known.by_token.retain(|_, e| e.user.id() != event.entity_id),
            EntityKind::Role | EntityKind::Team | EntityKind::Territory | EntityKind::Dealer | EntityKind::Company => {
                known.by_token.clear();
            }
            _ => return,
        }
        known.generation += 1;
    }

    /// Forgets everything, as after a restore.
    pub fn clear(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.by_token.clear();
        known.generation += 1;
    }

    /// Who holds the session `token`; nobody where it is unknown, ended or its user deactivated.
    pub async fn find(&self, state: &AppState, token: &str) -> Result<Subject> {
        let hash = token_hash(token);
        let now = state.clock.now();
        if let Ok(user) = self.known(&hash, now) {
            return Ok(Subject::User(user));
        }
        let _lane = self.lanes[usize::from(hash[0]) % self.lanes.len()].lock().await;
        // Who was before us in the lane may have found the same one.
        let generation = match self.known(&hash, now) {
            Ok(user) => return Ok(Subject::User(user)),
            Err(generation) => generation,
        };
        let mut sql = Sql::new(
            "SELECT s.id, s.user_id, s.expires_at FROM session s JOIN app_user u ON u.id = s.user_id WHERE u.active AND s.token_hash = ",
        );
        sql.bind(hash.to_vec()).push_bind(" AND s.expires_at > ", now.0);
        let Some(row) = sql.one(&state.db).await? else { return Ok(Subject::Nobody) };
        let user = load(&state.db, row.try_get("", "user_id")?, SessionId(row.try_get("", "id")?)).await?;
        let user = Arc::new(user);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.generation == generation {
            if known.by_token.len() >= MOST {
                known.by_token.clear();
            }
            known.by_token.insert(hash, Entry { user: Arc::clone(&user), expires_at: Instant(row.try_get("", "expires_at")?) });
        }
        known.seen.insert(user.session_id, now);
        Ok(Subject::User(user))
    }

    /// Who is known to hold the session, or how much had been forgotten when nobody was.
    fn known(&self, hash: &[u8; 32], now: Instant) -> std::result::Result<Arc<UserSubject>, u64> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = known.by_token.get(hash).filter(|e| e.expires_at > now) else { return Err(known.generation) };
        let user = Arc::clone(&entry.user);
        known.seen.insert(user.session_id, now);
        Ok(user)
    }

    /// When this session was last used here, where that is not written down yet.
    #[must_use]
    pub fn seen(&self, id: SessionId) -> Option<Instant> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).seen.get(&id).copied()
    }

    /// When sessions were last used since this was asked before.
    #[must_use]
    pub fn take_seen(&self) -> Vec<(SessionId, Instant)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).seen.drain().collect()
    }
}

/// The rights of a user as stored now.
pub async fn load(db: &impl ConnectionTrait, user_id: Uuid, session_id: SessionId) -> Result<UserSubject> {
    let mut sql =
        Sql::new("SELECT u.dealer_id, u.name, u.lang, u.zone, d.maker FROM app_user u JOIN dealer d ON d.id = u.dealer_id WHERE u.id = ");
    sql.bind(user_id);
    let row = sql.one(db).await?.ok_or_else(crate::error::Error::unauthenticated)?;
    let mut sql = Sql::new("SELECT r.grants FROM user_role m JOIN role r ON r.id = m.role_id WHERE r.deleted_at IS NULL AND m.user_id = ");
    sql.bind(user_id);
    let mut roles: Vec<Grants> = Vec::new();
    for role in sql.all(db).await? {
        roles.push(serde_json::from_str(&role.try_get::<String>("", "grants")?)?);
    }
    let mut teams =
        Sql::new("SELECT c.descendant_id AS id FROM user_team m JOIN team_closure c ON c.ancestor_id = m.team_id WHERE m.user_id = ");
    teams.bind(user_id);
    let mut territories = Sql::new(
        "SELECT c.descendant_id AS id FROM user_territory m JOIN territory_closure c ON c.ancestor_id = m.territory_id WHERE m.user_id = ",
    );
    territories.bind(user_id);
    // Contracts open a dealer's rows to the maker, never to another dealer.
    let mut dealers = Sql::new(
        "SELECT id FROM dealer WHERE contract = 'open' AND deleted_at IS NULL AND EXISTS (SELECT 1 FROM dealer m WHERE m.maker AND m.id = ",
    );
    dealers.bind(row.try_get::<Uuid>("", "dealer_id")?).push(")");
    let mut ids = Vec::with_capacity(3);
    for sql in [teams, territories, dealers] {
        let rows = sql.all(db).await?;
        ids.push(rows.iter().map(|r| r.try_get("", "id")).collect::<Result<std::collections::BTreeSet<Uuid>, _>>()?);
    }
    let [teams, territories, mut open_dealers] = <[_; 3]>::try_from(ids).expect("three queries were made");
    let mut grants = union(&roles);
    if !row.try_get::<bool>("", "maker")? {
        // A contract opens a dealer's rows to the maker, never to another dealer.
        open_dealers.clear();
        for scope in grants.values_mut() {
            *scope = (*scope).min(Scope::Dealer);
        }
    }
    Ok(UserSubject {
        session_id,
        name: row.try_get("", "name")?,
        lang: Lang::parse(&row.try_get::<String>("", "lang")?).unwrap_or_default(),
        zone: row.try_get("", "zone")?,
        reach: Reach {
            user_id: UserId(user_id),
            dealer_id: DealerId(row.try_get("", "dealer_id")?),
            teams,
            territories,
            open_dealers,
            grants,
        },
    })
}
