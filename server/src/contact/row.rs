//! The contact as a row: reading, writing, and what follows from its account.

use muster_shared::access::Permission;
use muster_shared::contact::Contact;
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::fold::fold;
use muster_shared::id::{AccountId, ContactId, DealerId, TeamId, TerritoryId, UserId};
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use crate::error::Result;
use crate::record::Record;
use crate::search;
use crate::sql::Sql;
use crate::writer::Tx;

/// Rows a statement.
const ROWS: usize = 500;

/// The columns after the id, in the order of [`values`].
macro_rules! columns {
    () => {
        "version, dealer_id, account_id, name, name_key, title, mail, phone, note, owner_id, team_id, territory_id, custom, created_at, \
         updated_at, deleted_at"
    };
}

/// The values after the id.
fn values(c: &Contact) -> Result<Vec<Value>> {
    Ok(vec![
        c.version.into(),
        c.dealer_id.0.into(),
        c.account_id.0.into(),
        c.name.as_str().into(),
        fold(&c.name).into(),
        c.title.as_str().into(),
        c.mail.as_str().into(),
        c.phone.as_str().into(),
        c.note.as_str().into(),
        c.owner_id.0.into(),
        c.team_id.map(Uuid::from).into(),
        c.territory_id.map(Uuid::from).into(),
        serde_json::to_string(&c.custom)?.into(),
        c.created_at.0.into(),
        c.updated_at.0.into(),
        c.deleted_at.map(|t| t.0).into(),
    ])
}

/// Inserts rows with their search words, many a statement.
pub async fn insert_many(tx: &Tx, contacts: &[Contact]) -> Result<()> {
    for chunk in contacts.chunks(ROWS) {
        let rows = chunk.iter().map(values).collect::<Result<Vec<_>>>()?;
        let mut sql = Sql::new(concat!("INSERT INTO contact (id, ", columns!(), ") VALUES "));
        sql.rows(chunk.iter().zip(rows), |v, (contact, row)| {
            v.push(contact.id.0.into());
            v.extend(row);
        });
        sql.run(tx.db()).await?;
    }
    search::insert(tx, EntityKind::Contact, contacts.iter().map(|c| (c.id.0, c.dealer_id.0, terms(c)))).await
}

/// What a contact is found by.
fn terms(c: &Contact) -> Vec<String> {
    search::terms(&[&c.name, &c.title, &c.mail], &[&c.phone])
}

fn from_row(row: &QueryResult) -> Result<Contact> {
    let text = |column: &str| row.try_get::<String>("", column);
    Ok(Contact {
        id: ContactId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        account_id: AccountId(row.try_get("", "account_id")?),
        name: text("name")?,
        title: text("title")?,
        mail: text("mail")?,
        phone: text("phone")?,
        note: text("note")?,
        owner_id: UserId(row.try_get("", "owner_id")?),
        team_id: row.try_get::<Option<Uuid>>("", "team_id")?.map(TeamId),
        territory_id: row.try_get::<Option<Uuid>>("", "territory_id")?.map(TerritoryId),
        custom: serde_json::from_str(&text("custom")?)?,
        created_at: Instant(row.try_get("", "created_at")?),
        updated_at: Instant(row.try_get("", "updated_at")?),
        deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant),
    })
}

impl Record for Contact {
    const KIND: EntityKind = EntityKind::Contact;
    const READ: Permission = Permission::AccountRead;
    const WRITE: Permission = Permission::AccountWrite;
    const DELETE: Permission = Permission::AccountDelete;

    fn id(&self) -> Uuid {
        self.id.0
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn stamp(&mut self, version: i64, now: Instant) {
        self.version = version;
        self.updated_at = now;
    }

    fn scope(&self) -> RowScope {
        Contact::scope(self)
    }

    fn label(&self) -> String {
        self.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        vec![self.id.0]
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new(concat!("SELECT id, ", columns!(), " FROM contact WHERE id = "));
        sql.bind(id);
        sql.one(db).await?.as_ref().map(from_row).transpose()
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        super::commands::settle(tx, new).await
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let Some(old) = old else { return insert_many(tx, std::slice::from_ref(new)).await };
        let mut sql = Sql::new(concat!("UPDATE contact SET (", columns!(), ") = "));
        sql.rows([values(new)?], |v, row| v.extend(row)).push_bind(" WHERE id = ", new.id.0);
        sql.run(tx.db()).await?;
        let terms_now = terms(new);
        if terms(old) != terms_now {
            search::forget(tx, new.id.0).await?;
            search::insert(tx, EntityKind::Contact, [(new.id.0, new.dealer_id.0, terms_now)]).await?;
        }
        Ok(())
    }
}
