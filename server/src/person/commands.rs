//! Erasing a person: their rows are blanked, their events lose what they say, and the chain of hashes holds.
//!
//! Of the deals that name the person the words go and the facts stay: stages, amounts, days, owners, and when.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use muster_shared::event::{Action, EntityKind, Payload, RowScope};
use muster_shared::fold::fold;
use muster_shared::identity::User;
use muster_shared::lead::{Lead, LeadState};
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
    for lead in queries::leads_of(tx.db(), id).await? {
        erase_lead(tx, &lead).await?;
    }
    if !matches!(person, Person::User(_)) {
        let called = called(tx, &person, id).await?;
        for deal in queries::deals_of(tx.db(), id).await? {
            erase_from_words(tx, deal, &called).await?;
            forget_answers(tx, deal).await?;
            if let Some(deal) = Opportunity::load(tx.db(), deal).await? {
                erase_from_deal(tx, deal, &called).await?;
            }
        }
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
        // Erased already, like all requests of a person.
        Person::Lead(_) => {}
        Person::User(old) => erase_user(tx, old).await?,
        Person::Purged(kind, scope) => append(tx, kind, id, (0, 0), (Some(scope), None)).await?,
    }
    forget(tx, id).await
}

/// Erases whose request it was: what was asked for stays, without saying by whom. Nobody waits for an answer any more.
pub(crate) async fn erase_lead(tx: &mut Tx, old: &Lead) -> Result<()> {
    let mut new = old.clone();
    NOBODY.clone_into(&mut new.name);
    for text in [&mut new.phone, &mut new.mail, &mut new.place, &mut new.note, &mut new.return_note] {
        text.clear();
    }
    new.custom.clear();
    if new.state.is_waiting() {
        new.state = LeadState::Cancelled;
        new.due_at = None;
    }
    store(tx, old, new).await?;
    crate::lead::consent::forget(tx, old.id).await?;
    crate::lead::links::end(tx, old.id).await?;
    forget(tx, old.id.0).await
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

/// The names and mail addresses that the person has and had, as they were written.
async fn called(tx: &Tx, person: &Person, id: Uuid) -> Result<BTreeSet<String>> {
    let mut called: BTreeSet<String> = match person {
        Person::Contact(contact) => [contact.name.clone(), contact.mail.clone()].into(),
        Person::Account(account) => [account.name.clone(), account.mail.clone()].into(),
        Person::Lead(lead) => [lead.name.clone(), lead.mail.clone()].into(),
        Person::User(_) | Person::Purged(..) => BTreeSet::new(),
    };
    for event in event::of_record(tx.db(), person.kind(), id).await? {
        let payload = event.read_payload();
        called.insert(payload.label);
        for change in payload.changes.iter().filter(|c| matches!(c.field.as_str(), "name" | "mail")) {
            called.extend([&change.old, &change.new].into_iter().filter_map(|v| v.as_str()).map(str::to_owned));
        }
    }
    called.retain(|name| !fold(name).trim().is_empty() && name != NOBODY);
    Ok(called)
}

/// Takes away the words of a deal's events that name the person, written before the deal itself did.
async fn erase_from_words(tx: &Tx, deal: Uuid, called: &BTreeSet<String>) -> Result<()> {
    for event in event::of_record(tx.db(), EntityKind::Opportunity, deal).await? {
        // In JSON quotation marks are escaped.
        let words = event.words.map(|words| words.replace("\\\"", "\""));
        if words.is_some_and(|words| called.iter().any(|name| mentions(&words, name))) {
            event::forget_words(tx, event.seq).await?;
        }
    }
    Ok(())
}

/// Takes the person out of what a deal says in words.
async fn erase_from_deal(tx: &mut Tx, old: Opportunity, called: &BTreeSet<String>) -> Result<()> {
    let mut new = old.clone();
    for text in [&mut new.name, &mut new.next_step, &mut new.competitor] {
        for name in called {
            if mentions(text, name) {
                *text = text.replace(name.as_str(), NOBODY);
            }
            if mentions(text, name) {
                // Written in another way: no telling which letters are the name's.
                NOBODY.clone_into(text);
            }
        }
    }
    if new != old { store(tx, &old, new).await } else { Ok(()) }
}

/// Whether `text` has `name` in it as words of its own, written in whatever way.
fn mentions(text: &str, name: &str) -> bool {
    let (text, name) = (fold(text), fold(name));
    let is_edge = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    text.match_indices(&name).any(|(at, _)| is_edge(text[..at].chars().next_back()) && is_edge(text[at + name.len()..].chars().next()))
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
    event::forget(tx, id).await?;
    crate::search::forget(tx, id).await?;
    let mut sql = Sql::new("DELETE FROM custom_value WHERE record_id = ");
    sql.bind(id);
    sql.run(tx.db()).await?;
    forget_answers(tx, id).await
}

/// Answers kept for repeated requests hold copies of rows.
async fn forget_answers(tx: &Tx, id: Uuid) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM idempotency WHERE answer LIKE ");
    sql.bind(containing(&id.to_string())).push(" ESCAPE '\\'");
    sql.run(tx.db()).await?;
    Ok(())
}
