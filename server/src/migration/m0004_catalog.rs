//! Files, markets, product models with their versions, and what of them is in the shop.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, CATALOG).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const CATALOG: &str = r"
CREATE TABLE file (
  hash {key} PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('picture', 'diagram', 'offer', 'model')),
  media TEXT NOT NULL,
  bytes {bin} NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE market (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  code {key} NOT NULL,
  name TEXT NOT NULL,
  currency TEXT NOT NULL,
  provinces TEXT NOT NULL,
  fees TEXT NOT NULL,
  finance TEXT,
  position INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX market_code ON market (dealer_id, code) WHERE deleted_at IS NULL;
CREATE TABLE product_model (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  code {key} NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX product_model_code ON product_model (dealer_id, code) WHERE deleted_at IS NULL;
CREATE TABLE model_version (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  model_id {id} NOT NULL REFERENCES product_model (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'checked', 'published', 'retired')),
  body {key} NOT NULL REFERENCES file (hash),
  diagram {key} REFERENCES file (hash),
  from_day INTEGER,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX model_version_number ON model_version (model_id, number);
CREATE INDEX model_version_shop ON model_version (state, from_day, model_id) WHERE deleted_at IS NULL;
CREATE TABLE model_offer (
  version_id {id} NOT NULL REFERENCES model_version (id),
  list {key} NOT NULL,
  market {key} NOT NULL,
  currency TEXT NOT NULL,
  from_day INTEGER NOT NULL,
  until_day INTEGER,
  offer {key} NOT NULL REFERENCES file (hash),
  from_price BIGINT NOT NULL,
  cover TEXT NOT NULL,
  PRIMARY KEY (version_id, list)
)
";
