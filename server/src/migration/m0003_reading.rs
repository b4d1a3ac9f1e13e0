//! Indexes that board and lists of deals are read from alone, without a look at each row.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, READING).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

// Statistics of the old indexes without any of the new ones would mislead SQLite.
//
// `deleted_at` and `closed_at` hold nothing here, but without them SQLite looks at the row for what the condition says already.
const READING: &str = r"
DROP INDEX opportunity_board;
CREATE INDEX opportunity_board ON opportunity
  (pipeline_id, stage_id, attention_at, id, dealer_id, owner_id, team_id, territory_id, close_day, deleted_at, closed_at)
  WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX opportunity_sums ON opportunity
  (pipeline_id, stage_id, currency, probability, amount_minor DESC, id DESC, dealer_id, owner_id, team_id, territory_id, close_day, deleted_at, closed_at)
  WHERE deleted_at IS NULL AND closed_at IS NULL;
DROP INDEX opportunity_amount;
CREATE INDEX opportunity_amount ON opportunity (dealer_id, currency, amount_minor DESC, id DESC, owner_id, team_id, territory_id, deleted_at)
  WHERE deleted_at IS NULL;
CREATE INDEX opportunity_attention ON opportunity (dealer_id, attention_at, id, owner_id, team_id, territory_id, deleted_at)
  WHERE deleted_at IS NULL;
ANALYZE opportunity
";
