//! Whom a dealer knows already, by phone or mail: customers, contacts, and those who asked before.

use muster_shared::account::Account;
use muster_shared::contact::Contact;
use muster_shared::event::EntityKind;
use muster_shared::fold;
use muster_shared::id::{AccountId, DealerId, OpportunityId};
use muster_shared::lead::{Lead, mail_key, phone_key};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::row;
use crate::error::Result;
use crate::record::Record as _;
use crate::sql::Sql;

/// Shorter numbers are extensions and slips: nobody is known by them.
const DIGITS: usize = 6;

/// A phone number and a mail address in the form in which they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub phone: String,
    pub mail: String,
}

impl Keys {
    pub fn of(phone: &str, mail: &str) -> Self {
        let phone = phone_key(phone);
        Self { phone: if phone.len() < DIGITS { String::new() } else { phone }, mail: mail_key(mail) }
    }

    fn fit(&self, phone: &str, mail: &str) -> bool {
        (!self.phone.is_empty() && self.phone == phone_key(phone)) || (!self.mail.is_empty() && self.mail == mail_key(mail))
    }
}

/// A customer whom a dealer knows.
#[derive(Clone, Debug)]
pub struct Customer {
    pub account: Account,
    pub contact: Option<Contact>,
}

/// The customer of the dealer with this phone or mail; the one known for longest where there are several.
pub async fn customer(db: &impl ConnectionTrait, dealer: DealerId, keys: &Keys) -> Result<Option<Customer>> {
    for id in candidates(db, dealer, EntityKind::Contact, keys).await? {
        let Some(contact) = Contact::load(db, id).await?.filter(|c| !c.is_deleted() && keys.fit(&c.phone, &c.mail)) else { continue };
        if let Some(account) = Account::load(db, contact.account_id.0).await?.filter(|a| !a.is_deleted()) {
            return Ok(Some(Customer { account, contact: Some(contact) }));
        }
    }
    for id in candidates(db, dealer, EntityKind::Account, keys).await? {
        if let Some(account) = Account::load(db, id).await?.filter(|a| !a.is_deleted() && keys.fit(&a.phone, &a.mail)) {
            return Ok(Some(Customer { account, contact: None }));
        }
    }
    Ok(None)
}

/// Records of a kind whose search words may be those of the phone or the mail, in order of creation.
async fn candidates(db: &impl ConnectionTrait, dealer: DealerId, kind: EntityKind, keys: &Keys) -> Result<Vec<Uuid>> {
    let mut found: Vec<Uuid> = Vec::new();
    if !keys.phone.is_empty() {
        let word = format!("#{}", keys.phone);
        let mut sql = words_of(dealer, kind);
        sql.push_bind(" AND w.word >= ", word.as_str()).push_bind(" AND w.word < ", format!("{word}\u{10ffff}"));
        found.extend(ids(db, sql).await?);
    }
    let local = keys.mail.split('@').next().unwrap_or_default();
    if let Some(word) = fold::words(local).into_iter().max_by_key(String::len) {
        // The longest word before the @ leads to few rows; the address itself decides.
        let mut sql = words_of(dealer, kind);
        sql.push_bind(" AND w.word = ", word);
        sql.push(if kind == EntityKind::Contact {
            " AND EXISTS (SELECT 1 FROM contact r WHERE r.id = w.entity_id AND LOWER(r.mail) = "
        } else {
            " AND EXISTS (SELECT 1 FROM account r WHERE r.id = w.entity_id AND LOWER(r.mail) = "
        });
        sql.bind(keys.mail.as_str()).push(")");
        found.extend(ids(db, sql).await?);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn words_of(dealer: DealerId, kind: EntityKind) -> Sql {
    let mut sql = Sql::new("SELECT w.entity_id AS id FROM search_word w WHERE w.dealer_id = ");
    sql.bind(dealer.0).push_bind(" AND w.entity = ", kind.as_str());
    sql
}

async fn ids(db: &impl ConnectionTrait, sql: Sql) -> Result<Vec<Uuid>> {
    Ok(sql.all(db).await?.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?)
}

/// The oldest open deal of a customer.
pub async fn open_deal(db: &impl ConnectionTrait, account: AccountId) -> Result<Option<OpportunityId>> {
    let mut sql = Sql::new("SELECT id FROM opportunity WHERE deleted_at IS NULL AND closed_at IS NULL AND account_id = ");
    sql.bind(account.0).push(" ORDER BY id LIMIT 1");
    Ok(sql.one(db).await?.map(|row| row.try_get("", "id")).transpose()?.map(OpportunityId))
}

/// What the same person asked the dealer for before and what still goes on: a request that waits, or one whose deal is open.
pub async fn request(db: &impl ConnectionTrait, dealer: DealerId, keys: &Keys) -> Result<Option<Lead>> {
    if keys.phone.is_empty() && keys.mail.is_empty() {
        return Ok(None);
    }
    let mut sql = Sql::new("l.dealer_id = ");
    sql.bind(dealer.0).push(" AND (");
    if !keys.phone.is_empty() {
        sql.push_bind("(l.phone_key <> '' AND l.phone_key = ", keys.phone.as_str()).push(")");
    }
    if !keys.phone.is_empty() && !keys.mail.is_empty() {
        sql.push(" OR ");
    }
    if !keys.mail.is_empty() {
        sql.push_bind("(l.mail_key <> '' AND l.mail_key = ", keys.mail.as_str()).push(")");
    }
    sql.push(
        ") AND (l.state IN ('requested', 'returned') OR (l.state IN ('accepted', 'converted') AND EXISTS (SELECT 1 FROM opportunity o ",
    );
    sql.push("WHERE o.id = l.opportunity_id AND o.deleted_at IS NULL AND o.closed_at IS NULL)))");
    let found = row::select(db, sql).await?;
    let waiting = found.iter().position(|lead| lead.state.is_waiting()).unwrap_or(0);
    Ok(found.into_iter().nth(waiting))
}
