//! Writing contacts.

use muster_shared::account::Account;
use muster_shared::contact::{Contact, ContactPatch, NewContact};
use muster_shared::id::{AccountId, ContactId};
use uuid::Uuid;

use crate::access::UserSubject;
use crate::account::commands::take_over;
use crate::error::{Error, Result};
use crate::record::{self, Record as _};
use crate::writer::Tx;

/// Checks a contact and fills in what it has from its account, which must be there.
pub(super) async fn settle(tx: &Tx, new: &mut Contact) -> Result<()> {
    for text in [&mut new.name, &mut new.title, &mut new.mail, &mut new.phone] {
        if text.trim().len() != text.len() {
            *text = text.trim().to_owned();
        }
    }
    new.check()?;
    let account = Account::load(tx.db(), new.account_id.0).await?;
    let account = account.filter(|a| !a.is_deleted() && a.dealer_id == new.dealer_id).ok_or_else(no_account)?;
    take_over(new, &account);
    Ok(())
}

fn no_account() -> Error {
    Error::field("account_id", "not-found")
}

/// The account a contact is to be at: one that the user may see and write.
async fn account(tx: &Tx, user: &UserSubject, id: AccountId) -> Result<Account> {
    let account: Account = match record::find(tx.db(), user, id.0).await {
        Err(error) if error.code() == Some("not-found") => return Err(no_account()),
        found => found?,
    };
    if user.covers(Account::WRITE, &account.scope()) { Ok(account) } else { Err(Error::forbidden()) }
}

/// Records a contact at an account.
pub async fn create(tx: &mut Tx, user: &UserSubject, new: NewContact) -> Result<Contact> {
    let account = account(tx, user, new.account_id).await?;
    let contact = Contact {
        id: ContactId(tx.new_id()),
        version: 1,
        dealer_id: account.dealer_id,
        account_id: account.id,
        name: new.name,
        title: new.title,
        mail: new.mail,
        phone: new.phone,
        note: new.note,
        owner_id: account.owner_id,
        team_id: account.team_id,
        territory_id: account.territory_id,
        custom: serde_json::Map::new(),
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    };
    record::create(tx, user, contact).await
}

/// Changes the fields named.
pub async fn change(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, patch: &ContactPatch) -> Result<Contact> {
    // First: who may not see the contact hears nothing about the account.
    let old: Contact = record::find(tx.db(), user, id).await?;
    user.must(Contact::READ, Contact::WRITE, &old.scope())?;
    if let Some(id) = patch.account_id.filter(|id| *id != old.account_id) {
        account(tx, user, id).await?;
    }
    record::change(tx, user, old.id.0, from, patch).await
}
