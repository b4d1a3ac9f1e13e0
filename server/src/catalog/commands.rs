//! Recording models and markets, and putting versions into the shop.

use muster_shared::catalog::{Market, ModelVersion, ProductModel, VersionState};
use muster_shared::configurator::model::Model;
use muster_shared::event::Action;
use muster_shared::id::{DealerId, ModelId, ModelVersionId};
use muster_shared::time::Day;

use super::files::{self, FileKind};
use super::publish::Compiled;
use crate::error::Result;
use crate::record::{self, Write};
use crate::sql::Sql;
use crate::writer::Tx;

/// Records a model with its first version, a draft, without asking anybody's rights.
pub async fn create_model(tx: &mut Tx, dealer_id: DealerId, code: &str, position: i32, body: &Model) -> Result<ModelVersion> {
    let model = ProductModel {
        id: ModelId(tx.new_id()),
        version: 1,
        dealer_id,
        code: code.to_owned(),
        name: body.name.clone(),
        position,
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    };
    let model = record::store_new(tx, model).await?;
    let body = files::put(tx, FileKind::Model, serde_json::to_vec(body)?).await?;
    let version = ModelVersion {
        id: ModelVersionId(tx.new_id()),
        version: 1,
        dealer_id,
        model_id: model.id,
        number: 1,
        state: VersionState::Draft,
        body,
        diagram: None,
        from_day: None,
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    };
    record::store_new(tx, version).await
}

/// Puts a compiled version into the shop from a day on, without asking anybody's rights.
pub async fn publish(tx: &mut Tx, old: &ModelVersion, compiled: Compiled, from_day: Day) -> Result<ModelVersion> {
    let diagram = offer(tx, old.id, compiled).await?;
    let new = ModelVersion { state: VersionState::Published, diagram: Some(diagram), from_day: Some(from_day), ..old.clone() };
    record::store_change(tx, old, new, Write { action: Some(Action::Published), ..Write::default() }).await
}

/// Keeps the diagram and the offers of a version; the diagram's address.
pub async fn offer(tx: &Tx, id: ModelVersionId, compiled: Compiled) -> Result<String> {
    let diagram = files::put(tx, FileKind::Diagram, compiled.diagram).await?;
    for offer in compiled.offers {
        let hash = files::put(tx, FileKind::Offer, offer.bytes).await?;
        let cover = serde_json::to_string(&offer.cover)?;
        let list = offer.list;
        let mut sql =
            Sql::new("INSERT INTO model_offer (version_id, list, market, currency, from_day, until_day, offer, from_price, cover) VALUES ");
        sql.rows([()], |v, ()| {
            v.extend([
                id.0.into(),
                list.code.as_str().into(),
                list.market.as_str().into(),
                list.currency.code().into(),
                list.from.0.into(),
                list.until.map(|day| day.0).into(),
                hash.as_str().into(),
                offer.from_price.into(),
                cover.as_str().into(),
            ]);
        });
        sql.run(tx.db()).await?;
    }
    Ok(diagram)
}

/// Records a market without asking anybody's rights.
pub async fn create_market(tx: &mut Tx, market: Market) -> Result<Market> {
    market.check()?;
    record::store_new(tx, market).await
}
