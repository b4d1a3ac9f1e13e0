//! What the shop shows.

use muster_shared::catalog::{MarketName, ModelVersion, Shop, ShopModel};
use muster_shared::id::ModelVersionId;
use muster_shared::money::Currency;
use muster_shared::text::LocalText;
use muster_shared::time::Day;
use sea_orm::{ConnectionTrait, QueryResult};

use super::publish::Cover;
use super::{draft, market};
use crate::error::{Error, Result};
use crate::record::Record as _;
use crate::sql::Sql;

/// The shop of a market on a day; of the first one where none is asked for.
///
/// # Errors
/// `not-found` where there is no such market.
pub async fn shop(db: &impl ConnectionTrait, asked: Option<&str>, today: Day) -> Result<Shop> {
    let mut markets = market::all(db).await?;
    let names = markets
        .iter()
        .map(|market| MarketName { code: market.code.clone(), name: market.name.clone(), currency: market.currency })
        .collect();
    let place = match asked {
        Some(code) => markets.iter().position(|market| market.code == code).ok_or_else(Error::not_found)?,
        None => 0,
    };
    let market = (place < markets.len()).then(|| markets.swap_remove(place));
    let models = match &market {
        Some(market) => models(db, &market.code, today).await?,
        None => Vec::new(),
    };
    Ok(Shop { market, markets: names, models })
}

/// Puts a version into `shop` in place of its model's, as it was previewed or published.
///
/// # Errors
/// `not-found` where it was neither, or not for this market.
pub async fn put_preview(db: &impl ConnectionTrait, shop: &mut Shop, id: ModelVersionId, today: Day) -> Result<()> {
    let market = shop.market.as_ref().ok_or_else(Error::not_found)?;
    let version = ModelVersion::load(db, id.0).await?.filter(|version| !version.is_deleted()).ok_or_else(Error::not_found)?;
    let mut sql = Sql::new(
        "SELECT m.code, m.name, v.id AS version_id, o.offer, o.currency, o.from_price, o.cover FROM model_version v \
         JOIN product_model m ON m.id = v.model_id JOIN model_offer o ON o.version_id = v.id WHERE v.id = ",
    );
    // The list that holds today, or else the one that comes next.
    sql.bind(id.0).push_bind(" AND o.market = ", market.code.as_str()).push_bind(" ORDER BY CASE WHEN o.from_day <= ", today.0);
    sql.push(" THEN -o.from_day ELSE o.from_day END LIMIT 1");
    let found = sql.one(db).await?.ok_or_else(Error::not_found)?;
    let model = ShopModel { name: name(db, &version).await?, ..shop_model(&found, found.try_get("", "code")?)? };
    match shop.models.iter_mut().find(|other| other.code == model.code) {
        Some(other) => *other = model,
        None => shop.models.push(model),
    }
    Ok(())
}

/// What the version itself calls its model.
async fn name(db: &impl ConnectionTrait, version: &ModelVersion) -> Result<LocalText> {
    Ok(draft::parts_of(db, version).await?.model().name)
}

/// Each model's newest version that is in the shop, at the latest list that holds.
async fn models(db: &impl ConnectionTrait, market: &str, today: Day) -> Result<Vec<ShopModel>> {
    let mut sql = Sql::new(
        "SELECT m.code, m.name, v.id AS version_id, o.offer, o.currency, o.from_price, o.cover FROM product_model m \
         JOIN model_version v ON v.model_id = m.id JOIN model_offer o ON o.version_id = v.id \
         WHERE m.deleted_at IS NULL AND v.deleted_at IS NULL AND v.state = 'published' AND v.from_day <= ",
    );
    sql.bind(today.0).push_bind(" AND o.market = ", market).push_bind(" AND o.from_day <= ", today.0);
    sql.push_bind(" AND (o.until_day IS NULL OR o.until_day >= ", today.0);
    sql.push(") ORDER BY m.position, m.id, v.from_day DESC, v.number DESC, o.from_day DESC");
    let mut found: Vec<ShopModel> = Vec::new();
    for row in sql.all(db).await? {
        let code: String = row.try_get("", "code")?;
        if found.last().is_none_or(|last| last.code != code) {
            found.push(shop_model(&row, code)?);
        }
    }
    Ok(found)
}

fn shop_model(row: &QueryResult, code: String) -> Result<ShopModel> {
    let text = |column: &str| row.try_get::<String>("", column);
    let cover: Cover = serde_json::from_str(&text("cover")?)?;
    let currency = text("currency")?;
    Ok(ShopModel {
        name: serde_json::from_str(&text("name")?)?,
        summary: cover.summary,
        code,
        version_id: ModelVersionId(row.try_get("", "version_id")?),
        offer: text("offer")?,
        currency: Currency::parse(&currency).ok_or_else(|| Error::Internal(format!("unknown currency {currency}")))?,
        from_price: row.try_get("", "from_price")?,
        cover: cover.layers,
        cover_width: cover.width,
        cover_height: cover.height,
    })
}
