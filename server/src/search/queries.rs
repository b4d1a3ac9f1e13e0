//! Looking records up by their words: mine and the newest first, never more work than a few thousand words.

use muster_shared::access::Permission;
use muster_shared::event::EntityKind;
use muster_shared::search::Hit;
use sea_orm::{ConnectionTrait, QueryResult};
use uuid::Uuid;

use super::{Needle, push_words};
use crate::access::{Columns, UserSubject, push_scope};
use crate::error::Result;
use crate::sql::Sql;

/// A word that more records have than this is no place to start from.
const COMMON: i64 = 2_000;

/// A kind of record that is found by its words.
struct Source {
    kind: EntityKind,
    permission: Permission,
    /// What is read, before the conditions; the record's table is `r`.
    select: &'static str,
    /// Which of somebody's own records come first; few enough to look at each.
    mine: &'static str,
}

/// The dealer's rows are never read through an index on the dealer: either words or the order of ids lead to the few that are wanted.
const SCOPE: Columns =
    Columns { dealer: "COALESCE(r.dealer_id, r.dealer_id)", owner: "r.owner_id", team: "r.team_id", territory: "r.territory_id" };

const SOURCES: [Source; 4] = [
    Source {
        kind: EntityKind::Account,
        permission: Permission::AccountRead,
        select: "SELECT r.id, r.owner_id, r.name AS title, r.city AS detail FROM account r",
        mine: " AND r.owner_id = ",
    },
    Source {
        kind: EntityKind::Contact,
        permission: Permission::AccountRead,
        select: "SELECT r.id, r.owner_id, r.name AS title, a.name AS detail FROM contact r JOIN account a ON a.id = r.account_id",
        mine: " AND r.owner_id = ",
    },
    Source {
        kind: EntityKind::Opportunity,
        permission: Permission::OpportunityRead,
        select: "SELECT r.id, r.owner_id, r.name AS title, a.name AS detail FROM opportunity r JOIN account a ON a.id = r.account_id",
        mine: " AND r.closed_at IS NULL AND r.owner_id = ",
    },
    Source {
        kind: EntityKind::Lead,
        permission: Permission::LeadRead,
        select: "SELECT r.id, r.owner_id, r.name AS title, r.place AS detail FROM lead r",
        mine: " AND r.state IN ('new', 'working', 'requested', 'returned') AND r.owner_id = ",
    },
];

/// At most `limit` records that `user` may read and that have all words of `text`.
pub async fn find(db: &impl ConnectionTrait, user: &UserSubject, text: &str, limit: u32) -> Result<Vec<Hit>> {
    let Some(needle) = Needle::read(text) else { return Ok(Vec::new()) };
    // No kind may push all others out.
    let share = (limit as usize * 2 / 5).max(1);
    let mut hits = people(db, user, &needle, share).await?;
    for source in &SOURCES {
        if user.reach.scope(source.permission).is_none() {
            continue;
        }
        let mut found = words(db, user, source, &needle.words, share).await?;
        if let Some(phone) = &needle.phone {
            found.extend(words(db, user, source, &[super::phone_term(phone)], share).await?);
        }
        first(&mut found, share);
        hits.extend(found);
    }
    first(&mut hits, limit as usize);
    Ok(hits)
}

/// Keeps the first `limit` hits, each once: mine and the newest first. Ids are in order of creation.
fn first(hits: &mut Vec<Hit>, limit: usize) {
    hits.sort_by_key(|h| (!h.mine, std::cmp::Reverse(h.id)));
    hits.dedup_by_key(|h| h.id);
    hits.truncate(limit);
}

/// The records of `source` that have all `words`.
async fn words(db: &impl ConnectionTrait, user: &UserSubject, source: &Source, words: &[String], limit: usize) -> Result<Vec<Hit>> {
    let mut rarest: Option<(i64, &String)> = None;
    for word in words {
        let mut sql = Sql::new("SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM search_word w WHERE ");
        push_words(&mut sql, user, source.permission, source.kind, word);
        sql.push_bind(" LIMIT ", COMMON + 1).push(") x");
        let n: i64 = sql.one(db).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
        if n == 0 {
            return Ok(Vec::new());
        }
        if rarest.is_none_or(|(least, _)| n < least) {
            rarest = Some((n, word));
        }
    }
    let rare = rarest.filter(|(n, _)| *n <= COMMON).map(|(_, word)| word);
    let mut rows = select(db, user, source, words, (rare, rare.is_none()), limit).await?;
    if rare.is_none() {
        rows.extend(select(db, user, source, words, (None, false), limit).await?);
    }
    rows.iter().map(|row| hit(row, source.kind, user)).collect()
}

/// Reads rows: from the few that have the word `start`, or from the newest on, either mine alone or all.
async fn select(
    db: &impl ConnectionTrait,
    user: &UserSubject,
    source: &Source,
    words: &[String],
    (start, mine): (Option<&String>, bool),
    limit: usize,
) -> Result<Vec<QueryResult>> {
    let mut sql = Sql::new(source.select);
    sql.push(" WHERE r.deleted_at IS NULL AND ");
    push_scope(&mut sql, user, source.permission, SCOPE);
    if mine {
        sql.push_bind(source.mine, user.id());
    }
    if let Some(word) = start {
        sql.push(" AND r.id IN (SELECT w.entity_id FROM search_word w WHERE ");
        push_words(&mut sql, user, source.permission, source.kind, word);
        sql.push(")");
    }
    for word in words.iter().filter(|w| Some(*w) != start) {
        sql.push(" AND ");
        super::push_exists(&mut sql, "r.id", word);
    }
    sql.push(" ORDER BY ");
    if start.is_some() {
        sql.push_bind("CASE WHEN r.owner_id = ", user.id()).push(" THEN 0 ELSE 1 END, ");
    }
    sql.push_bind("r.id DESC LIMIT ", rows(limit));
    Ok(sql.all(db).await?)
}

/// Colleagues at the same dealer; there are few enough to look at each.
async fn people(db: &impl ConnectionTrait, user: &UserSubject, needle: &Needle, limit: usize) -> Result<Vec<Hit>> {
    let mut sql =
        Sql::new("SELECT u.id, u.id AS owner_id, u.name AS title, u.title AS detail FROM app_user u WHERE u.active AND u.dealer_id = ");
    sql.bind(user.dealer_id());
    for word in &needle.words {
        // Words are letters and digits: no wildcard can be among them.
        sql.push_bind(" AND (u.name_key LIKE ", format!("{word}%")).push_bind(" OR u.name_key LIKE ", format!("% {word}%")).push(")");
    }
    sql.push_bind(" ORDER BY u.id DESC LIMIT ", rows(limit));
    sql.all(db).await?.iter().map(|row| hit(row, EntityKind::User, user)).collect()
}

fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn hit(row: &QueryResult, kind: EntityKind, user: &UserSubject) -> Result<Hit> {
    Ok(Hit {
        kind,
        id: row.try_get("", "id")?,
        title: row.try_get("", "title")?,
        detail: row.try_get("", "detail")?,
        mine: row.try_get::<Uuid>("", "owner_id")? == user.id(),
    })
}
