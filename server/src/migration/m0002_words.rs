//! The words of an event apart from its facts, so that erasing a person leaves the facts of their deals.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, WORDS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const WORDS: &str = r"
ALTER TABLE event ADD COLUMN words TEXT;
ALTER TABLE event ADD COLUMN words_salt {bin}
";
