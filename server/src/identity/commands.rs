//! Writing people and structure, each with its event.

use std::collections::BTreeMap;

use muster_shared::event::{Action, EntityKind, Payload};
use muster_shared::id::{DealerId, RoleId, UserId};
use muster_shared::identity::{Dealer, DealerContract, Role, Unit, User};
use muster_shared::text::LocalText;

use crate::error::Result;
use crate::event::{self, NewEvent};
use crate::identity::roles::{self, RoleRecord};
use crate::identity::structure::{DealerRecord, Kind, Node};
use crate::identity::users::{self, UserRecord};
use crate::record::{self, Record};
use crate::sql::Sql;
use crate::writer::Tx;

/// Records a dealer, asking nobody's rights.
pub async fn create_dealer(tx: &mut Tx, name: &str, maker: bool, contract: DealerContract) -> Result<Dealer> {
    let mut dealer = DealerRecord(Dealer { id: DealerId(tx.new_id()), version: 1, name: name.to_owned(), maker, contract });
    DealerRecord::settle(tx, None, &mut dealer).await?;
    Ok(record::store_new(tx, dealer).await?.0)
}

/// Records a department, team or territory, asking nobody's rights.
pub async fn create_unit<K: Kind>(tx: &mut Tx, dealer_id: DealerId, name: &str, parent_id: Option<uuid::Uuid>) -> Result<Unit> {
    let unit = Unit { id: tx.new_id(), version: 1, dealer_id, name: name.to_owned(), parent_id };
    let mut node = Node::<K>::new(unit);
    Node::settle(tx, None, &mut node).await?;
    Ok(record::store_new(tx, node).await?.unit)
}

/// Records a role, asking nobody's rights.
pub async fn create_role(tx: &mut Tx, name: LocalText, grants: muster_shared::access::Grants, shipped: bool) -> Result<Role> {
    let mut role = RoleRecord::new(Role { id: RoleId(tx.new_id()), version: 1, name, grants, shipped });
    RoleRecord::settle(tx, None, &mut role).await?;
    Ok(record::store_new(tx, role).await?.role)
}

/// Records the roles that come with Muster; their ids by key.
pub async fn create_shipped_roles(tx: &mut Tx) -> Result<BTreeMap<&'static str, RoleId>> {
    let mut ids = BTreeMap::new();
    for role in roles::shipped() {
        ids.insert(role.key, create_role(tx, role.name, role.grants, true).await?.id);
    }
    Ok(ids)
}

/// Records a user (id and version are given here), asking nobody's rights. Without `password_hash` they are invited.
pub async fn create_user(tx: &mut Tx, mut user: User, password_hash: Option<&str>) -> Result<User> {
    user.id = UserId(tx.new_id());
    user.version = 1;
    user.invited = password_hash.is_none();
    let mut user = UserRecord(user);
    UserRecord::settle(tx, None, &mut user).await?;
    let user = record::store_new(tx, user).await?.0;
    if let Some(hash) = password_hash {
        let mut sql = Sql::new("UPDATE app_user SET password_hash = ");
        sql.bind(hash).push_bind(" WHERE id = ", user.id.0);
        sql.run(tx.db()).await?;
    }
    Ok(user)
}

/// Notes in the log something about a user that changes no field of theirs.
pub(crate) async fn note(tx: &mut Tx, user: &User, action: Action) -> Result<i64> {
    let scope = Some(users::scope(user));
    let event = NewEvent {
        entity: EntityKind::User,
        entity_id: user.id.0,
        action,
        version_before: user.version,
        version_after: user.version,
        undoes: None,
        scope_before: scope,
        scope_after: scope,
        persons: vec![user.id.0],
        payload: Payload { label: user.name.clone(), ..Payload::default() },
    };
    event::append(tx, event).await
}
