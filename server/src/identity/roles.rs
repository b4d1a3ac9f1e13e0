//! Roles: named permissions with scopes, and those that come with Muster.

use muster_shared::access::{Grants, Permission, Scope};
use muster_shared::event::{EntityKind, RowScope};
use muster_shared::id::RoleId;
use muster_shared::identity::Role;
use muster_shared::text::LocalText;
use muster_shared::time::Instant;
use sea_orm::{ConnectionTrait, QueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::record::Record;
use crate::sql::Sql;
use crate::writer::Tx;

/// A role that comes with Muster.
#[derive(Clone, Debug)]
pub struct Shipped {
    /// How code names it; the database knows it by its id alone.
    pub key: &'static str,
    pub name: LocalText,
    pub grants: Grants,
}

/// The roles that come with Muster.
///
/// At a dealer the scope `all` reaches as far as `dealer`: only the maker sees others' rows.
#[must_use]
pub fn shipped() -> Vec<Shipped> {
    use Permission as P;
    use Scope::{All, Dealer, Own, Team};
    let role = |key, en, vi, grants: &[(Permission, Scope)]| Shipped {
        key,
        name: LocalText::new(en, vi),
        grants: grants.iter().copied().collect(),
    };
    let everything = |scope| Permission::ALL.iter().map(|p| (*p, scope)).collect::<Vec<_>>();
    let mut dealer = everything(Dealer);
    // Roles, catalogue and the company's settings are the maker's.
    dealer.retain(|(p, _)| !matches!(p, P::RoleManage | P::CatalogManage | P::CompanyManage));
    vec![
        role(
            "rep",
            "Sales representative",
            "Nhân viên kinh doanh",
            &[
                (P::AccountRead, Team),
                (P::AccountWrite, Own),
                (P::AccountDelete, Own),
                (P::OpportunityRead, Team),
                (P::OpportunityWrite, Own),
                (P::OpportunityDelete, Own),
                (P::LeadRead, Team),
                (P::LeadWrite, Own),
                (P::CatalogRead, Dealer),
            ],
        ),
        role(
            "manager",
            "Sales manager",
            "Trưởng nhóm kinh doanh",
            &[
                (P::AccountRead, Team),
                (P::AccountWrite, Team),
                (P::AccountDelete, Team),
                (P::OpportunityRead, Team),
                (P::OpportunityWrite, Team),
                (P::OpportunityAssign, Team),
                (P::OpportunityDelete, Team),
                (P::LeadRead, Team),
                (P::LeadWrite, Team),
                (P::CatalogRead, Dealer),
                (P::ViewShare, Dealer),
                (P::TargetManage, Team),
                (P::UserRead, Team),
            ],
        ),
        role(
            "director",
            "Sales director",
            "Giám đốc kinh doanh",
            &[
                (P::AccountRead, Dealer),
                (P::AccountWrite, Dealer),
                (P::AccountDelete, Dealer),
                (P::OpportunityRead, Dealer),
                (P::OpportunityWrite, Dealer),
                (P::OpportunityAssign, Dealer),
                (P::OpportunityDelete, Dealer),
                (P::LeadRead, Dealer),
                (P::LeadWrite, Dealer),
                (P::CatalogRead, Dealer),
                (P::PipelineManage, Dealer),
                (P::ViewShare, Dealer),
                (P::TargetManage, Dealer),
                (P::UserRead, Dealer),
                (P::AuditRead, Dealer),
            ],
        ),
        role(
            "marketing",
            "Marketing",
            "Tiếp thị",
            &[
                (P::AccountRead, Dealer),
                (P::OpportunityRead, Dealer),
                (P::LeadRead, Dealer),
                (P::CampaignManage, Dealer),
                (P::ViewShare, Dealer),
            ],
        ),
        role(
            "product-manager",
            "Product manager",
            "Quản lý sản phẩm",
            &[(P::AccountRead, All), (P::OpportunityRead, All), (P::CatalogRead, Dealer), (P::CatalogManage, Dealer)],
        ),
        role("service", "Service", "Dịch vụ", &[(P::AccountRead, Dealer), (P::OpportunityRead, Dealer)]),
        role("finance", "Finance", "Tài chính", &[(P::AccountRead, Dealer), (P::OpportunityRead, Dealer), (P::AuditRead, Dealer)]),
        role("hr", "Human resources", "Nhân sự", &[(P::UserRead, Dealer), (P::UserManage, Dealer), (P::StaffingManage, Dealer)]),
        role("employee", "Employee", "Nhân viên", &[]),
        role("dealer-admin", "Dealer administrator", "Quản trị đại lý", &dealer),
        role("admin", "Administrator", "Quản trị viên", &everything(All)),
    ]
}

/// A role as the log sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleRecord {
    pub role: Role,
    #[serde(skip)]
    deleted_at: Option<Instant>,
}

impl RoleRecord {
    #[must_use]
    pub const fn new(role: Role) -> Self {
        Self { role, deleted_at: None }
    }
}

fn from_row(row: &QueryResult) -> Result<Role> {
    Ok(Role {
        id: RoleId(row.try_get("", "id")?),
        version: row.try_get("", "version")?,
        name: serde_json::from_str(&row.try_get::<String>("", "name")?)?,
        grants: serde_json::from_str(&row.try_get::<String>("", "grants")?)?,
        shipped: row.try_get("", "shipped")?,
    })
}

/// All roles, those that come with Muster first.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Role>> {
    let sql = Sql::new("SELECT id, version, name, grants, shipped FROM role WHERE deleted_at IS NULL ORDER BY shipped DESC, id");
    sql.all(db).await?.iter().map(from_row).collect()
}

impl Record for RoleRecord {
    const KIND: EntityKind = EntityKind::Role;
    const READ: Permission = Permission::RoleManage;
    const WRITE: Permission = Permission::RoleManage;
    const DELETE: Permission = Permission::RoleManage;

    fn id(&self) -> Uuid {
        self.role.id.0
    }

    fn version(&self) -> i64 {
        self.role.version
    }

    fn stamp(&mut self, version: i64, _now: Instant) {
        self.role.version = version;
    }

    fn scope(&self) -> RowScope {
        // Roles hold for every dealer, so only who reaches all of them may change one.
        RowScope::default()
    }

    fn label(&self) -> String {
        self.role.name.get(muster_shared::text::Lang::En).to_owned()
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
        let mut sql = Sql::new("SELECT id, version, name, grants, shipped, deleted_at FROM role WHERE id = ");
        sql.bind(id);
        let Some(row) = sql.one(db).await? else { return Ok(None) };
        Ok(Some(Self { role: from_row(&row)?, deleted_at: row.try_get::<Option<i64>>("", "deleted_at")?.map(Instant) }))
    }

    async fn settle(tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        let mut checks = muster_shared::check::Checks::new();
        let names = &new.role.name.0;
        checks.that(!names.is_empty(), "name", "required");
        for name in names.values() {
            checks.required("name", name, muster_shared::check::NAME_MAX);
        }
        checks.done()?;
        let taken = list(tx.db()).await?.iter().any(|r| r.id != new.role.id && r.name.0.values().any(|n| names.values().any(|m| m == n)));
        if taken { Err(Error::field("name", "taken")) } else { Ok(()) }
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let (name, grants) = (serde_json::to_string(&new.role.name)?, serde_json::to_string(&new.role.grants)?);
        let deleted_at = new.deleted_at.map(|at| at.0);
        let mut sql;
        if old.is_none() {
            sql = Sql::new("INSERT INTO role (id, version, name, grants, shipped, deleted_at) VALUES ");
            sql.rows([()], |v, ()| {
                v.extend([
                    new.id().into(),
                    new.version().into(),
                    name.clone().into(),
                    grants.clone().into(),
                    new.role.shipped.into(),
                    deleted_at.into(),
                ]);
            });
        } else {
            sql = Sql::new("UPDATE role SET version = ");
            sql.bind(new.version()).push_bind(", name = ", name).push_bind(", grants = ", grants);
            sql.push_bind(", deleted_at = ", deleted_at).push_bind(" WHERE id = ", new.id());
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_may_grant_every_shipped_role() {
        let roles = shipped();
        let admin = &roles.iter().find(|r| r.key == "admin").expect("shipped").grants;
        for role in &roles {
            assert_eq!(muster_shared::access::beyond(admin, &role.grants), [], "{}", role.key);
        }
    }

    #[test]
    fn keys_are_unique() {
        let mut keys: Vec<_> = shipped().into_iter().map(|r| r.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), shipped().len());
    }
}
