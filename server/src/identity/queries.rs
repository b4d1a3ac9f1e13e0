//! Reading people and structure.

use muster_shared::id::{DealerId, TeamId, TerritoryId};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::Sql;

/// Where a person belongs; rows they own take this over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Home {
    pub dealer_id: DealerId,
    /// The first of their teams.
    pub team_id: Option<TeamId>,
    /// The first of their territories.
    pub territory_id: Option<TerritoryId>,
    pub active: bool,
}

/// Where the user `id` belongs, or `None` where there is no such user.
pub async fn home(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Home>> {
    let mut sql = Sql::new(
        "SELECT u.dealer_id, u.active, (SELECT m.team_id FROM user_team m WHERE m.user_id = u.id ORDER BY m.position LIMIT 1) AS team_id, ",
    );
    sql.push("(SELECT m.territory_id FROM user_territory m WHERE m.user_id = u.id ORDER BY m.position LIMIT 1) AS territory_id ");
    sql.push_bind("FROM app_user u WHERE u.id = ", id);
    let Some(row) = sql.one(db).await? else { return Ok(None) };
    Ok(Some(Home {
        dealer_id: DealerId(row.try_get("", "dealer_id")?),
        team_id: row.try_get::<Option<Uuid>>("", "team_id")?.map(TeamId),
        territory_id: row.try_get::<Option<Uuid>>("", "territory_id")?.map(TerritoryId),
        active: row.try_get("", "active")?,
    }))
}
