//! Erasing a person: their rows are blanked, their events lose what they say, and the chain of hashes holds.

use axum::http::StatusCode;
use muster_shared::event::{Action, EntityKind, Payload, RowScope};
use muster_shared::fold::fold;
use muster_shared::identity::User;
use muster_shared::opportunity::Opportunity;
use uuid::Uuid;

use super::{Person, queries};
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::identity::users::UserRecord;
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

/// Stands where a name was, in every language.
const NOBODY: &str = "—";

/// Erases the person `id`.
///
/// # Errors
/// `still-active` for somebody who can still sign in.
pub(super) async fn erase(tx: &mut Tx, user: &UserSubject, id: Uuid) -> Result<()> {
    let person = super::find(tx.db(), user, id).await?;
    let named = match &person {
        Person::Contact(contact) => vec![contact.name.clone(), contact.mail.clone()],
        Person::Account(account) => vec![account.name.clone(), account.mail.clone()],
        Person::User(_) | Person::Purged(..) => Vec::new(),
    };
    for deal in queries::opportunities(tx.db(), id).await? {
        erase_from_deal(tx, deal, &named).await?;
    }
    match person {
        Person::Contact(old) => {
            let mut new = old.clone();
            NOBODY.clone_into(&mut new.name);
            for text in [&mut new.title, &mut new.mail, &mut new.phone, &mut new.note] {
                text.clear();
            }
            new.custom.clear();
            store(tx, &old, new).await?;
        }
        Person::Account(old) => {
            let mut new = old.clone();
            NOBODY.clone_into(&mut new.name);
            for text in [&mut new.mail, &mut new.phone, &mut new.website, &mut new.street, &mut new.city, &mut new.note] {
                text.clear();
            }
            new.custom.clear();
            store(tx, &old, new).await?;
            let mut sql = Sql::new("UPDATE secret_link SET deleted_at = ");
            sql.bind(tx.now.0)
                .push_bind(" WHERE deleted_at IS NULL AND opportunity_id IN (SELECT id FROM opportunity WHERE account_id = ", id);
            sql.push(")");
            sql.run(tx.db()).await?;
        }
        Person::User(old) => erase_user(tx, old).await?,
        Person::Purged(kind, scope) => append(tx, kind, id, (0, 0), (Some(scope), None)).await?,
    }
    forget(tx, id).await
}

async fn erase_user(tx: &mut Tx, old: User) -> Result<()> {
    if old.active {
        return Err(Error::problem(StatusCode::CONFLICT, "still-active", "Deactivate this person first."));
    }
    let id = old.id.0;
    let mail = old.mail.clone();
    let mut new = old.clone();
    NOBODY.clone_into(&mut new.name);
    // Addresses are unique, and nobody can ever have this one.
    new.mail = format!("{id}@erased.invalid");
    new.title.clear();
    store(tx, &UserRecord(old), UserRecord(new)).await?;
    for text in [
        "UPDATE app_user SET password_hash = NULL WHERE id = ",
        "DELETE FROM session WHERE user_id = ",
        "DELETE FROM one_time_token WHERE user_id = ",
        "UPDATE saved_view SET name = '—', query = '' WHERE NOT shared AND owner_id = ",
    ] {
        let mut sql = Sql::new(text);
        sql.bind(id);
        sql.run(tx.db()).await?;
    }
    let mut sql = Sql::new("DELETE FROM outbox WHERE payload LIKE ");
    sql.bind(containing(&mail)).push(" ESCAPE '\\'");
    sql.run(tx.db()).await?;
    Ok(())
}

/// A pattern for text that contains `part`.
fn containing(part: &str) -> String {
    let escaped = part.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// Takes the person out of what a deal says in words.
async fn erase_from_deal(tx: &mut Tx, old: Opportunity, named: &[String]) -> Result<()> {
    let mut new = old.clone();
    for text in [&mut new.name, &mut new.next_step] {
        for name in named.iter().filter(|n| !n.is_empty() && n.as_str() != NOBODY) {
            if fold(text).contains(&fold(name)) {
                *text = text.replace(name.as_str(), NOBODY);
            }
            if fold(text).contains(&fold(name)) {
                // Written in another way: no telling which letters are the name's.
                NOBODY.clone_into(text);
            }
        }
    }
    if new != old { store(tx, &old, new).await } else { Ok(()) }
}

/// Stores `new` in place of `old` with an event that says no more than that.
async fn store<R: Record>(tx: &mut Tx, old: &R, mut new: R) -> Result<()> {
    new.stamp(old.version() + 1, tx.now);
    R::store(tx, Some(old), &new).await?;
    let visible = (!old.is_deleted()).then(|| old.scope());
    append(tx, R::KIND, old.id(), (old.version(), new.version()), (visible, visible)).await
}

async fn append(
    tx: &mut Tx,
    entity: EntityKind,
    entity_id: Uuid,
    (version_before, version_after): (i64, i64),
    (scope_before, scope_after): (Option<RowScope>, Option<RowScope>),
) -> Result<()> {
    let event = NewEvent {
        entity,
        entity_id,
        action: Action::Erased,
        version_before,
        version_after,
        undoes: None,
        scope_before,
        scope_after,
        persons: Vec::new(),
        payload: Payload::default(),
    };
    event::append(tx, event).await.map(drop)
}

/// Removes what is kept of the person beside their row.
async fn forget(tx: &mut Tx, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("UPDATE event SET payload = NULL, salt = NULL WHERE seq IN (SELECT seq FROM event_person WHERE person_id = ");
    sql.bind(id).push(")");
    sql.run(tx.db()).await?;
    crate::search::forget(tx, id).await?;
    let mut sql = Sql::new("DELETE FROM custom_value WHERE record_id = ");
    sql.bind(id);
    sql.run(tx.db()).await?;
    // Answers kept for repeated requests hold copies of rows.
    let mut sql = Sql::new("DELETE FROM idempotency WHERE answer LIKE ");
    sql.bind(containing(&id.to_string())).push(" ESCAPE '\\'");
    sql.run(tx.db()).await?;
    Ok(())
}
