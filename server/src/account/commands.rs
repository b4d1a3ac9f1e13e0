//! Writing customers, and what their contacts take over from them.

use axum::http::StatusCode;
use muster_shared::account::{Account, NewAccount};
use muster_shared::contact::Contact;
use muster_shared::event::{Action, Reason};
use muster_shared::id::AccountId;
use muster_shared::problem::Problem;
use uuid::Uuid;

use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::identity;
use crate::record::{self, Record as _, Write};
use crate::sql::Sql;
use crate::writer::Tx;

/// Checks a customer and fills in where it belongs: to its owner's team, and to the owner's territory unless another is named.
pub(super) async fn settle(tx: &Tx, old: Option<&Account>, new: &mut Account) -> Result<()> {
    for text in [&mut new.name, &mut new.segment, &mut new.mail, &mut new.phone, &mut new.website, &mut new.street, &mut new.city] {
        if text.trim().len() != text.len() {
            *text = text.trim().to_owned();
        }
    }
    new.check()?;
    let new_owner = old.is_none_or(|o| o.owner_id != new.owner_id);
    let named_territory = new.territory_id.is_some() && old.is_none_or(|o| o.territory_id != new.territory_id);
    if new_owner {
        let home = identity::queries::home(tx.db(), new.owner_id.0).await?;
        let home = home.filter(|h| h.dealer_id == new.dealer_id && h.active).ok_or_else(|| Error::field("owner_id", "not-found"))?;
        new.team_id = home.team_id;
        if !named_territory {
            new.territory_id = home.territory_id;
        }
    }
    if named_territory {
        let mut sql = Sql::new("SELECT id FROM territory WHERE deleted_at IS NULL AND dealer_id = ");
        sql.bind(new.dealer_id.0).push_bind(" AND id = ", new.territory_id.map(Uuid::from));
        if sql.one(tx.db()).await?.is_none() {
            return Err(Error::field("territory_id", "not-found"));
        }
    }
    Ok(())
}

/// Takes contacts along: into the trash, out of it again, and to a new owner.
pub(super) async fn follow(tx: &mut Tx, old: &Account, new: &Account) -> Result<()> {
    match (old.is_deleted(), new.is_deleted()) {
        (false, true) => {
            refuse_open_deals(tx, new.id).await?;
            for contact in contacts(tx, "SELECT id FROM contact WHERE deleted_at IS NULL AND account_id = ", new.id.0).await? {
                record::put_away(tx, &contact, None).await?;
            }
        }
        (true, false) => {
            // Only those that went with it: what was in the trash before stays there.
            let mut sql = Sql::new("SELECT operation_id FROM event WHERE action = 'deleted' AND entity_id = ");
            sql.bind(new.id.0).push(" ORDER BY seq DESC LIMIT 1");
            let Some(row) = sql.one(tx.db()).await? else { return Ok(()) };
            let operation: Uuid = row.try_get("", "operation_id")?;
            let gone = "SELECT c.id FROM event e JOIN contact c ON c.id = e.entity_id WHERE e.entity = 'contact' AND e.action = 'deleted' \
                        AND c.deleted_at IS NOT NULL AND e.operation_id = ";
            for contact in contacts(tx, gone, operation).await? {
                if contact.account_id == new.id {
                    let mut back = contact.clone();
                    take_over(&mut back, new);
                    record::take_back(tx, &contact, back, None).await?;
                }
            }
        }
        _ => {}
    }
    if old.scope() != new.scope() {
        for contact in contacts(tx, "SELECT id FROM contact WHERE account_id = ", new.id.0).await? {
            let mut followed = contact.clone();
            take_over(&mut followed, new);
            record::store_change(tx, &contact, followed, Write { action: Some(Action::Reassigned), ..Write::default() }).await?;
        }
    }
    Ok(())
}

/// Sets what a contact has from its account.
pub(crate) fn take_over(contact: &mut Contact, account: &Account) {
    contact.dealer_id = account.dealer_id;
    contact.owner_id = account.owner_id;
    contact.team_id = account.team_id;
    contact.territory_id = account.territory_id;
}

/// The contacts whose ids `select` finds for `id`, in order of creation.
async fn contacts(tx: &Tx, select: &'static str, id: Uuid) -> Result<Vec<Contact>> {
    let mut sql = Sql::new(select);
    sql.bind(id);
    let mut ids = sql.all(tx.db()).await?.iter().map(|r| r.try_get("", "id")).collect::<Result<Vec<Uuid>, _>>()?;
    ids.sort_unstable();
    let mut contacts = Vec::with_capacity(ids.len());
    for id in ids {
        contacts.extend(Contact::load(tx.db(), id).await?);
    }
    Ok(contacts)
}

/// A customer with open deals is in use.
async fn refuse_open_deals(tx: &Tx, id: AccountId) -> Result<()> {
    let mut sql = Sql::new("SELECT COUNT(*) AS n FROM opportunity WHERE deleted_at IS NULL AND closed_at IS NULL AND account_id = ");
    sql.bind(id.0);
    let open: i64 = sql.one(tx.db()).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
    if open == 0 {
        return Ok(());
    }
    let problem = Problem::new(StatusCode::CONFLICT.as_u16(), "in-use", "This customer has open deals.").with("opportunities", open);
    Err(Error::Problem(Box::new(problem)))
}

/// Records a customer; by default the user's.
pub async fn create(tx: &mut Tx, user: &UserSubject, new: NewAccount) -> Result<Account> {
    let account = Account {
        id: AccountId(tx.new_id()),
        version: 1,
        dealer_id: user.reach.dealer_id,
        kind: new.kind,
        name: new.name,
        segment: new.segment,
        mail: new.mail,
        phone: new.phone,
        website: new.website,
        street: new.street,
        city: new.city,
        country: new.country,
        note: new.note,
        owner_id: new.owner_id.unwrap_or(user.reach.user_id),
        team_id: None,
        territory_id: new.territory_id,
        custom: serde_json::Map::new(),
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    };
    record::create(tx, user, account).await
}

/// Hands every customer of `from` to `to`, with their contacts; how many. For a leaver's work.
pub async fn hand_over(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<i64> {
    let mut sql = Sql::new("SELECT id FROM account WHERE deleted_at IS NULL AND owner_id = ");
    sql.bind(from).push(" ORDER BY id");
    let mut count = 0;
    for found in sql.all(tx.db()).await? {
        let Some(old) = Account::load(tx.db(), found.try_get("", "id")?).await? else { continue };
        let mut new = old.clone();
        new.owner_id = to.into();
        settle(tx, Some(&old), &mut new)
            .await
            .map_err(|e| if e.code() == Some("invalid") { Error::field("successor_id", "not-found") } else { e })?;
        let reason = Some(Reason { code: Some("leaver".into()), ..Reason::default() });
        record::store_change(tx, &old, new, Write { action: Some(Action::Reassigned), reason, undoes: None }).await?;
        count += 1;
    }
    Ok(count)
}
