//! The installation's own settings, dated rates, and the first start.

pub mod commands;
mod routes;

pub use routes::router;

use muster_shared::company::Company;
use muster_shared::money::{Currency, Rate, Rates};
use muster_shared::time::{Day, Instant};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::sql::Sql;

/// The settings, or `None` before the first start is done.
pub async fn find(db: &impl ConnectionTrait) -> Result<Option<Company>> {
    let row = Sql::new("SELECT settings FROM company").one(db).await?;
    row.map(|r| Ok(serde_json::from_str(&r.try_get::<String>("", "settings")?)?)).transpose()
}

/// The settings of a company that is there.
pub async fn load(db: &impl ConnectionTrait) -> Result<Company> {
    find(db).await?.ok_or_else(|| Error::Internal("no company is set up".into()))
}

/// The id of a company that is there.
pub async fn id(db: &impl ConnectionTrait) -> Result<Uuid> {
    let row = Sql::new("SELECT id FROM company").one(db).await?;
    Ok(row.ok_or_else(|| Error::Internal("no company is set up".into()))?.try_get("", "id")?)
}

/// The settings, and the rates of the company's today.
pub async fn today(db: &impl ConnectionTrait, now: Instant) -> Result<(Company, Rates)> {
    let company = load(db).await?;
    let day = crate::clock::day_in(&company.zone, now);
    let rates = rates(db, company.currency, day).await?;
    Ok((company, rates))
}

/// Each currency's latest rate on or before `day`.
pub async fn rates(db: &impl ConnectionTrait, base: Currency, day: Day) -> Result<Rates> {
    let mut sql = Sql::new(
        "SELECT r.currency, r.day, r.nano FROM currency_rate r JOIN (SELECT currency, MAX(day) AS day FROM currency_rate WHERE day <= ",
    );
    sql.bind(day.0).push(" GROUP BY currency) l ON l.currency = r.currency AND l.day = r.day ORDER BY r.currency");
    let mut rates = Vec::new();
    for row in sql.all(db).await? {
        let Some(currency) = Currency::parse(&row.try_get::<String>("", "currency")?) else { continue };
        rates.push(Rate { currency, day: Day(row.try_get("", "day")?), nano: row.try_get("", "nano")? });
    }
    Ok(Rates { base, rates })
}
