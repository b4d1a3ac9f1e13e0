//! Dealers, and their departments, teams and territories: the two last are trees.

use std::marker::PhantomData;

use muster_shared::access::Permission;
use muster_shared::check::{Checks, NAME_MAX};
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::DealerId;
use muster_shared::identity::{Dealer, DealerContract, Unit};
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

fn dealer_from_row(row: &QueryResult) -> Result<Dealer> {
    let contract: String = row.try_get("", "contract")?;
    Ok(Dealer {
        id: DealerId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        name: row.try_get("", "name")?,
        maker: row.try_get("", "maker")?,
        contract: DealerContract::parse(&contract).ok_or_else(|| Error::Internal(format!("unknown contract {contract}")))?,
    })
}

/// The live dealer with this id.
pub async fn find_dealer(db: &impl ConnectionTrait, id: DealerId) -> Result<Option<Dealer>> {
    let mut sql = Sql::new("SELECT id, version, name, maker, contract FROM dealer WHERE deleted_at IS NULL AND id = ");
    sql.bind(id.0);
    sql.one(db).await?.as_ref().map(dealer_from_row).transpose()
}

/// All live dealers, the maker first, then by name.
pub async fn dealers(db: &impl ConnectionTrait) -> Result<Vec<Dealer>> {
    let sql = Sql::new("SELECT id, version, name, maker, contract FROM dealer WHERE deleted_at IS NULL ORDER BY maker DESC, name, id");
    sql.all(db).await?.iter().map(dealer_from_row).collect()
}

/// A dealer as the log sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DealerRecord(pub Dealer);

impl Record for DealerRecord {
    const KIND: EntityKind = EntityKind::Dealer;
    const READ: Permission = Permission::StructureManage;
    const WRITE: Permission = Permission::StructureManage;
    const DELETE: Permission = Permission::StructureManage;

    fn id(&self) -> Uuid {
        self.0.id.0
    }

    fn version(&self) -> i64 {
        self.0.version
    }

    fn stamp(&mut self, version: i64, _now: Instant) {
        self.0.version = version;
    }

    fn scope(&self) -> RowScope {
        RowScope { dealer_id: Some(self.0.id.0), ..RowScope::default() }
    }

    fn label(&self) -> String {
        self.0.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn is_deleted(&self) -> bool {
        false
    }

    fn set_deleted(&mut self, _at: Option<Instant>) {}

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        Ok(find_dealer(db, DealerId(id)).await?.map(Self))
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        let dealer = &mut new.0;
        dealer.name = dealer.name.trim().to_owned();
        let mut checks = Checks::new();
        checks.required("name", &dealer.name, NAME_MAX);
        checks.done()?;
        let taken = dealers(tx.db()).await?.iter().any(|d| d.id != dealer.id && d.name == dealer.name);
        if taken { Err(Error::field("name", "taken")) } else { Ok(()) }
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let dealer = &new.0;
        let mut sql;
        if old.is_none() {
            sql = Sql::new("INSERT INTO dealer (id, version, name, maker, contract) VALUES ");
            sql.rows([()], |v, ()| {
                v.extend([
                    dealer.id.0.into(),
                    dealer.version.into(),
                    dealer.name.as_str().into(),
                    dealer.maker.into(),
                    dealer.contract.as_str().into(),
                ]);
            });
        } else {
            sql = Sql::new("UPDATE dealer SET version = ");
            sql.bind(dealer.version).push_bind(", name = ", dealer.name.as_str());
            sql.push_bind(", contract = ", dealer.contract.as_str()).push_bind(" WHERE id = ", dealer.id.0);
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}

/// Which kind of unit.
pub trait Kind: Clone + Send + Sync + 'static {
    const ENTITY: EntityKind;
    const TABLE: &'static str;
    /// Where its ancestors are kept; `None` where units of this kind form no tree.
    const CLOSURE: Option<&'static str>;
    /// What keeps a unit from being deleted: tables and the condition before its id.
    const USES: &'static [(&'static str, &'static str)];
}

/// Marketing, sales, service ...
#[derive(Clone, Debug)]
pub enum Department {}
/// A node of the team tree.
#[derive(Clone, Debug)]
pub enum Team {}
/// A node of the territory tree.
#[derive(Clone, Debug)]
pub enum Territory {}

impl Kind for Department {
    const ENTITY: EntityKind = EntityKind::Department;
    const TABLE: &'static str = "department";
    const CLOSURE: Option<&'static str> = None;
    const USES: &'static [(&'static str, &'static str)] = &[("users", "SELECT COUNT(*) AS n FROM app_user WHERE department_id = ")];
}

impl Kind for Team {
    const ENTITY: EntityKind = EntityKind::Team;
    const TABLE: &'static str = "team";
    const CLOSURE: Option<&'static str> = Some("team_closure");
    const USES: &'static [(&'static str, &'static str)] = &[
        ("children", "SELECT COUNT(*) AS n FROM team WHERE deleted_at IS NULL AND parent_id = "),
        ("users", "SELECT COUNT(*) AS n FROM user_team WHERE team_id = "),
        ("accounts", "SELECT COUNT(*) AS n FROM account WHERE deleted_at IS NULL AND team_id = "),
        ("opportunities", "SELECT COUNT(*) AS n FROM opportunity WHERE deleted_at IS NULL AND team_id = "),
    ];
}

impl Kind for Territory {
    const ENTITY: EntityKind = EntityKind::Territory;
    const TABLE: &'static str = "territory";
    const CLOSURE: Option<&'static str> = Some("territory_closure");
    const USES: &'static [(&'static str, &'static str)] = &[
        ("children", "SELECT COUNT(*) AS n FROM territory WHERE deleted_at IS NULL AND parent_id = "),
        ("users", "SELECT COUNT(*) AS n FROM user_territory WHERE territory_id = "),
        ("accounts", "SELECT COUNT(*) AS n FROM account WHERE deleted_at IS NULL AND territory_id = "),
        ("opportunities", "SELECT COUNT(*) AS n FROM opportunity WHERE deleted_at IS NULL AND territory_id = "),
    ];
}

/// A unit as the log sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Node<K> {
    pub unit: Unit,
    #[serde(skip)]
    deleted_at: Option<Instant>,
    #[serde(skip)]
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> Node<K> {
    #[must_use]
    pub const fn new(unit: Unit) -> Self {
        Self { unit, deleted_at: None, kind: PhantomData }
    }
}

fn unit_from_row<K: Kind>(row: &QueryResult) -> Result<Unit> {
    Ok(Unit {
        id: row.try_get("", "id")?,
        version: row.try_get("", "version")?,
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        name: row.try_get("", "name")?,
        parent_id: if K::CLOSURE.is_some() { row.try_get("", "parent_id")? } else { None },
    })
}

fn select<K: Kind>() -> Sql {
    let parent = if K::CLOSURE.is_some() { ", parent_id FROM " } else { " FROM " };
    let mut sql = Sql::new("SELECT id, version, dealer_id, name, deleted_at");
    sql.push(parent).push(K::TABLE);
    sql
}

/// The live units of a dealer, by name.
pub async fn units<K: Kind>(db: &impl ConnectionTrait, dealer: DealerId) -> Result<Vec<Unit>> {
    let mut sql = select::<K>();
    sql.push_bind(" WHERE deleted_at IS NULL AND dealer_id = ", dealer.0).push(" ORDER BY name, id");
    sql.all(db).await?.iter().map(unit_from_row::<K>).collect()
}

/// What still uses the unit `id`, with how often.
pub async fn uses<K: Kind>(db: &impl ConnectionTrait, id: Uuid) -> Result<Vec<(&'static str, i64)>> {
    let mut found = Vec::new();
    for (what, count) in K::USES {
        let mut sql = Sql::new(count);
        sql.bind(id);
        let n: i64 = sql.one(db).await?.map_or(Ok(0), |r| r.try_get("", "n"))?;
        if n > 0 {
            found.push((*what, n));
        }
    }
    Ok(found)
}

impl<K: Kind> Record for Node<K> {
    const KIND: EntityKind = K::ENTITY;
    const READ: Permission = Permission::StructureManage;
    const WRITE: Permission = Permission::StructureManage;
    const DELETE: Permission = Permission::StructureManage;

    fn id(&self) -> Uuid {
        self.unit.id
    }

    fn version(&self) -> i64 {
        self.unit.version
    }

    fn stamp(&mut self, version: i64, _now: Instant) {
        self.unit.version = version;
    }

    fn scope(&self) -> RowScope {
        RowScope { dealer_id: Some(self.unit.dealer_id.0), ..RowScope::default() }
    }

    fn label(&self) -> String {
        self.unit.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }

    fn set_deleted(&mut self, at: Option<Instant>) {
        self.deleted_at = at;
    }

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = select::<K>();
        sql.push_bind(" WHERE id = ", id);
        let Some(row) = sql.one(db).await? else { return Ok(None) };
        let deleted_at = row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant);
        Ok(Some(Self { unit: unit_from_row::<K>(&row)?, deleted_at, kind: PhantomData }))
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        let unit = &mut new.unit;
        unit.name = unit.name.trim().to_owned();
        let mut checks = Checks::new();
        checks.required("name", &unit.name, NAME_MAX);
        checks.that(K::CLOSURE.is_some() || unit.parent_id.is_none(), "parent_id", "not-allowed");
        checks.done()?;
        if find_dealer(tx.db(), unit.dealer_id).await?.is_none() {
            return Err(Error::field("dealer_id", "not-found"));
        }
        let others = units::<K>(tx.db(), unit.dealer_id).await?;
        if others.iter().any(|o| o.id != unit.id && o.parent_id == unit.parent_id && o.name == unit.name) {
            return Err(Error::field("name", "taken"));
        }
        if let Some(parent) = unit.parent_id {
            if !others.iter().any(|o| o.id == parent) {
                return Err(Error::field("parent_id", "not-found"));
            }
            // Up from the parent to the root: meeting the unit itself would close a circle.
            let mut above = Some(parent);
            while let Some(id) = above {
                if id == unit.id {
                    return Err(Error::field("parent_id", "circle"));
                }
                above = others.iter().find(|o| o.id == id).and_then(|o| o.parent_id);
            }
        }
        Ok(())
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let unit = &new.unit;
        let mut sql = Sql::default();
        if old.is_none() {
            sql.push("INSERT INTO ").push(K::TABLE).push(" (id, version, dealer_id, name");
            sql.push(if K::CLOSURE.is_some() { ", parent_id) VALUES " } else { ") VALUES " });
            sql.rows([()], |v, ()| {
                v.extend([unit.id.into(), unit.version.into(), unit.dealer_id.0.into(), unit.name.as_str().into()]);
                if K::CLOSURE.is_some() {
                    v.push(unit.parent_id.into());
                }
            });
        } else {
            sql.push("UPDATE ").push(K::TABLE).push_bind(" SET version = ", unit.version).push_bind(", name = ", unit.name.as_str());
            if K::CLOSURE.is_some() {
                sql.push_bind(", parent_id = ", unit.parent_id);
            }
            sql.push_bind(", deleted_at = ", new.deleted_at.map(|at| at.0)).push_bind(" WHERE id = ", unit.id);
        }
        sql.run(tx.db()).await?;
        match K::CLOSURE {
            Some(closure) if old.is_none() => grow(tx, closure, unit).await,
            Some(closure) if old.is_some_and(|o| o.unit.parent_id != unit.parent_id) => regrow(tx, closure, unit).await,
            _ => Ok(()),
        }
    }
}

/// Enters a new leaf under itself and under all its ancestors.
async fn grow(tx: &Tx, closure: &'static str, unit: &Unit) -> Result<()> {
    let mut sql = Sql::new("INSERT INTO ");
    sql.push(closure).push(" (ancestor_id, descendant_id) VALUES ").rows([()], |v, ()| v.extend([unit.id.into(), unit.id.into()]));
    sql.run(tx.db()).await?;
    hang(tx, closure, unit).await
}

/// Takes a subtree off its old ancestors and hangs it under the new ones.
async fn regrow(tx: &Tx, closure: &'static str, unit: &Unit) -> Result<()> {
    let mut sql = Sql::new("DELETE FROM ");
    sql.push(closure).push(" WHERE descendant_id IN (SELECT descendant_id FROM ").push(closure);
    sql.push_bind(" WHERE ancestor_id = ", unit.id).push(") AND ancestor_id NOT IN (SELECT descendant_id FROM ").push(closure);
    sql.push_bind(" WHERE ancestor_id = ", unit.id).push(")");
    sql.run(tx.db()).await?;
    hang(tx, closure, unit).await
}

async fn hang(tx: &Tx, closure: &'static str, unit: &Unit) -> Result<()> {
    let Some(parent) = unit.parent_id else { return Ok(()) };
    let mut sql = Sql::new("INSERT INTO ");
    sql.push(closure)
        .push(" (ancestor_id, descendant_id) SELECT a.ancestor_id, d.descendant_id FROM ")
        .push(closure)
        .push(" a CROSS JOIN ");
    sql.push(closure).push_bind(" d WHERE a.descendant_id = ", parent).push_bind(" AND d.ancestor_id = ", unit.id);
    sql.run(tx.db()).await?;
    Ok(())
}
