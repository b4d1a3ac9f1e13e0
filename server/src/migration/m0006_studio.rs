//! What product managers work on, and what customers did in the builder, counted by day.

use sea_orm_migration::prelude::*;
use serde_json::{Map, Value};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, STUDIO).await?;
        super::grant(manager, grant).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const STUDIO: &str = r"
CREATE TABLE model_draft (
  version_id {id} PRIMARY KEY REFERENCES model_version (id),
  parts TEXT NOT NULL
);
CREATE TABLE shop_signal (
  day INTEGER NOT NULL,
  model_id {id} NOT NULL REFERENCES product_model (id),
  market {key} NOT NULL,
  kind {key} NOT NULL CHECK (kind IN ('opened', 'refused', 'left')),
  what {key} NOT NULL,
  times BIGINT NOT NULL,
  PRIMARY KEY (model_id, day, market, kind, what)
)
";

/// Who looks after products may read them as far; who sells them, at their own company.
fn grant(grants: &mut Map<String, Value>) {
    let scope = grants.get("catalog.manage").cloned().or_else(|| grants.contains_key("opportunity.write").then(|| "dealer".into()));
    if let Some(scope) = scope {
        grants.entry("catalog.read").or_insert(scope);
    }
}
