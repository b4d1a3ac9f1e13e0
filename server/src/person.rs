//! One person's data, wherever it is: taken along and erased.

mod commands;
mod queries;
mod routes;

pub(crate) use commands::erase_lead;
pub use routes::router;

use muster_shared::access::Permission;
use muster_shared::account::{Account, AccountKind};
use muster_shared::contact::Contact;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::identity::User;
use muster_shared::lead::Lead;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::identity::users;
use crate::record::Record as _;

/// A person as Muster knows them.
#[derive(Clone, Debug)]
enum Person {
    Contact(Contact),
    /// A private customer.
    Account(Account),
    /// Somebody who asked for an offer.
    Lead(Box<Lead>),
    User(User),
    /// The row is purged; the log still speaks of it.
    Purged(EntityKind, RowScope),
}

impl Person {
    const fn kind(&self) -> EntityKind {
        match self {
            Self::Contact(_) => EntityKind::Contact,
            Self::Account(_) => EntityKind::Account,
            Self::Lead(_) => EntityKind::Lead,
            Self::User(_) => EntityKind::User,
            Self::Purged(kind, _) => *kind,
        }
    }

    fn scope(&self) -> RowScope {
        match self {
            Self::Contact(contact) => contact.scope(),
            Self::Account(account) => account.scope(),
            Self::Lead(lead) => lead.scope(),
            Self::User(user) => users::scope(user),
            Self::Purged(_, scope) => *scope,
        }
    }
}

/// The person with this id, in the trash or not, whose data `user` is in charge of.
async fn find(db: &impl ConnectionTrait, user: &UserSubject, id: Uuid) -> Result<Person> {
    let person = look_up(db, id).await?.filter(|p| user.covers(Permission::PersonManage, &p.scope()));
    person.ok_or_else(Error::not_found)
}

async fn look_up(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Person>> {
    if let Some(contact) = Contact::load(db, id).await? {
        return Ok(Some(Person::Contact(contact)));
    }
    if let Some(account) = Account::load(db, id).await? {
        // A company is nobody.
        return Ok((account.kind == AccountKind::Person).then_some(Person::Account(account)));
    }
    if let Some(lead) = Lead::load(db, id).await? {
        return Ok(Some(Person::Lead(Box::new(lead))));
    }
    if let Some(user) = users::find(db, id).await? {
        return Ok(Some(Person::User(user)));
    }
    for kind in [EntityKind::Contact, EntityKind::Account, EntityKind::Lead] {
        let events = crate::event::of_record(db, kind, id).await?;
        if let Some(scope) = events.iter().rev().find_map(|e| e.scope_after.or(e.scope_before)) {
            return Ok(Some(Person::Purged(kind, scope)));
        }
    }
    Ok(None)
}
