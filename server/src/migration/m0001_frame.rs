//! The frame: log, people and rights, customers, deals.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, LOG).await?;
        super::run(manager, PEOPLE).await?;
        super::run(manager, CUSTOMERS).await?;
        super::run(manager, DEALS).await
    }

    fn use_transaction(&self) -> Option<bool> {
        // Without this SQLite would stay half-migrated after an error.
        Some(true)
    }
}

const LOG: &str = r"
CREATE TABLE log (
  id {id} PRIMARY KEY,
  created_at BIGINT NOT NULL
);
CREATE TABLE event (
  seq BIGINT PRIMARY KEY,
  entity TEXT NOT NULL,
  entity_id {id} NOT NULL,
  action TEXT NOT NULL,
  version_before BIGINT NOT NULL,
  version_after BIGINT NOT NULL,
  actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'link', 'nobody', 'system')),
  actor_id {id},
  operation_id {id} NOT NULL,
  undoes BIGINT,
  happened_at BIGINT NOT NULL,
  recorded_at BIGINT NOT NULL,
  before_there {bool} NOT NULL,
  before_dealer_id {id},
  before_owner_id {id},
  before_team_id {id},
  before_territory_id {id},
  after_there {bool} NOT NULL,
  after_dealer_id {id},
  after_owner_id {id},
  after_team_id {id},
  after_territory_id {id},
  persons {bin} NOT NULL,
  payload TEXT,
  salt {bin},
  payload_hash {bin} NOT NULL,
  previous_hash {bin} NOT NULL,
  record_previous_hash {bin} NOT NULL,
  hash {bin} NOT NULL
);
CREATE INDEX event_record ON event (entity_id, seq);
CREATE INDEX event_operation ON event (operation_id);
CREATE TABLE event_person (
  person_id {id} NOT NULL,
  seq BIGINT NOT NULL REFERENCES event (seq),
  PRIMARY KEY (person_id, seq)
);
CREATE TABLE idempotency (
  subject {key} NOT NULL,
  operation {key} NOT NULL,
  request_key {key} NOT NULL,
  body_hash {bin} NOT NULL,
  status INTEGER NOT NULL,
  event BIGINT,
  answer TEXT,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (subject, operation, request_key)
);
CREATE INDEX idempotency_age ON idempotency (created_at);
CREATE TABLE outbox (
  id {id} PRIMARY KEY,
  kind TEXT NOT NULL,
  payload TEXT NOT NULL,
  due_at BIGINT NOT NULL,
  attempts INTEGER NOT NULL,
  leased_until BIGINT,
  error TEXT,
  held {bool} NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at)
";

const PEOPLE: &str = r"
CREATE TABLE company (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  demo {bool} NOT NULL,
  settings TEXT NOT NULL,
  smtp_url TEXT
);
CREATE TABLE currency_rate (
  currency {key} NOT NULL,
  day INTEGER NOT NULL,
  nano BIGINT NOT NULL CHECK (nano > 0),
  PRIMARY KEY (currency, day)
);
CREATE TABLE dealer (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  maker {bool} NOT NULL,
  contract TEXT NOT NULL CHECK (contract IN ('closed', 'open')),
  deleted_at BIGINT
);
CREATE UNIQUE INDEX dealer_name ON dealer (name) WHERE deleted_at IS NULL;
CREATE TABLE department (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  name TEXT NOT NULL,
  deleted_at BIGINT
);
CREATE TABLE team (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  name TEXT NOT NULL,
  parent_id {id} REFERENCES team (id),
  deleted_at BIGINT
);
CREATE TABLE team_closure (
  ancestor_id {id} NOT NULL REFERENCES team (id),
  descendant_id {id} NOT NULL REFERENCES team (id),
  PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE TABLE territory (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  name TEXT NOT NULL,
  parent_id {id} REFERENCES territory (id),
  deleted_at BIGINT
);
CREATE TABLE territory_closure (
  ancestor_id {id} NOT NULL REFERENCES territory (id),
  descendant_id {id} NOT NULL REFERENCES territory (id),
  PRIMARY KEY (ancestor_id, descendant_id)
);
CREATE TABLE role (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  grants TEXT NOT NULL,
  shipped {bool} NOT NULL,
  deleted_at BIGINT
);
CREATE TABLE app_user (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  department_id {id} REFERENCES department (id),
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  mail TEXT NOT NULL,
  mail_key {key} NOT NULL,
  title TEXT NOT NULL,
  lang TEXT NOT NULL CHECK (lang IN ('en', 'vi')),
  zone TEXT NOT NULL,
  password_hash TEXT,
  active {bool} NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX app_user_mail ON app_user (mail_key);
CREATE INDEX app_user_dealer ON app_user (dealer_id, name_key, id);
CREATE TABLE user_role (
  user_id {id} NOT NULL REFERENCES app_user (id),
  role_id {id} NOT NULL REFERENCES role (id),
  PRIMARY KEY (user_id, role_id)
);
CREATE TABLE user_team (
  user_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} NOT NULL REFERENCES team (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (user_id, team_id)
);
CREATE TABLE user_territory (
  user_id {id} NOT NULL REFERENCES app_user (id),
  territory_id {id} NOT NULL REFERENCES territory (id),
  position INTEGER NOT NULL,
  PRIMARY KEY (user_id, territory_id)
);
CREATE TABLE session (
  id {id} PRIMARY KEY,
  token_hash {bin} NOT NULL,
  user_id {id} NOT NULL REFERENCES app_user (id),
  agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_of_user ON session (user_id);
CREATE TABLE one_time_token (
  token_hash {bin} PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('setup', 'invitation', 'reset')),
  user_id {id} REFERENCES app_user (id),
  expires_at BIGINT NOT NULL
);
CREATE INDEX one_time_token_user ON one_time_token (user_id);
CREATE TABLE saved_view (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  owner_id {id} NOT NULL REFERENCES app_user (id),
  place TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  shared {bool} NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX saved_view_place ON saved_view (dealer_id, place)
";

const CUSTOMERS: &str = r"
CREATE TABLE account (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  kind TEXT NOT NULL CHECK (kind IN ('company', 'person')),
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  segment TEXT NOT NULL,
  mail TEXT NOT NULL,
  phone TEXT NOT NULL,
  website TEXT NOT NULL,
  street TEXT NOT NULL,
  city TEXT NOT NULL,
  city_key {key} NOT NULL,
  country TEXT NOT NULL,
  note TEXT NOT NULL,
  owner_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} REFERENCES team (id),
  territory_id {id} REFERENCES territory (id),
  custom TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX account_name ON account (dealer_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX account_owner ON account (owner_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX account_updated ON account (dealer_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE TABLE contact (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  account_id {id} NOT NULL REFERENCES account (id),
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  title TEXT NOT NULL,
  mail TEXT NOT NULL,
  phone TEXT NOT NULL,
  note TEXT NOT NULL,
  owner_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} REFERENCES team (id),
  territory_id {id} REFERENCES territory (id),
  custom TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX contact_account ON contact (account_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_name ON contact (dealer_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX contact_updated ON contact (dealer_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE TABLE search_word (
  dealer_id {id} NOT NULL,
  word {key} NOT NULL,
  entity TEXT NOT NULL,
  entity_id {id} NOT NULL,
  PRIMARY KEY (dealer_id, entity, word, entity_id)
);
CREATE INDEX search_word_record ON search_word (entity_id);
CREATE TABLE custom_field (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  entity TEXT NOT NULL,
  name {key} NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('text', 'number', 'money', 'day', 'bool', 'choice')),
  definition TEXT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX custom_field_name ON custom_field (dealer_id, entity, name) WHERE deleted_at IS NULL;
CREATE TABLE custom_value (
  field_id {id} NOT NULL REFERENCES custom_field (id),
  record_id {id} NOT NULL,
  text_value {key},
  number_value BIGINT,
  PRIMARY KEY (field_id, record_id)
);
CREATE INDEX custom_value_text ON custom_value (field_id, text_value, record_id);
CREATE INDEX custom_value_number ON custom_value (field_id, number_value, record_id)
";

const DEALS: &str = r"
CREATE TABLE pipeline (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  deleted_at BIGINT
);
CREATE TABLE stage (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  pipeline_id {id} NOT NULL REFERENCES pipeline (id),
  name TEXT NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('open', 'won', 'lost')),
  probability INTEGER NOT NULL CHECK (probability BETWEEN 0 AND 100),
  category TEXT NOT NULL CHECK (category IN ('pipeline', 'best-case', 'commit', 'closed', 'omitted')),
  limit_days INTEGER,
  archived {bool} NOT NULL
);
CREATE INDEX stage_pipeline ON stage (pipeline_id, position);
CREATE TABLE opportunity (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  account_id {id} NOT NULL REFERENCES account (id),
  contact_id {id} REFERENCES contact (id),
  pipeline_id {id} NOT NULL REFERENCES pipeline (id),
  stage_id {id} NOT NULL REFERENCES stage (id),
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  probability INTEGER CHECK (probability BETWEEN 0 AND 100),
  category TEXT CHECK (category IN ('pipeline', 'best-case', 'commit', 'closed', 'omitted')),
  close_day INTEGER NOT NULL,
  owner_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} REFERENCES team (id),
  territory_id {id} REFERENCES territory (id),
  next_step TEXT NOT NULL,
  next_step_day INTEGER,
  stage_since BIGINT NOT NULL,
  stage_limit_at BIGINT,
  last_contact_at BIGINT,
  contact_limit_at BIGINT,
  attention_at BIGINT,
  lost_reason TEXT,
  competitor TEXT NOT NULL,
  closed_at BIGINT,
  custom TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX opportunity_board ON opportunity (pipeline_id, stage_id, attention_at, id) WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX opportunity_owner ON opportunity (owner_id, attention_at, id) WHERE deleted_at IS NULL AND closed_at IS NULL;
CREATE INDEX opportunity_account ON opportunity (account_id, id) WHERE deleted_at IS NULL;
CREATE INDEX opportunity_name ON opportunity (dealer_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX opportunity_amount ON opportunity (dealer_id, amount_minor, id) WHERE deleted_at IS NULL;
CREATE INDEX opportunity_close ON opportunity (dealer_id, close_day, id) WHERE deleted_at IS NULL;
CREATE INDEX opportunity_updated ON opportunity (dealer_id, updated_at, id) WHERE deleted_at IS NULL;
CREATE TABLE opportunity_rank (
  opportunity_id {id} PRIMARY KEY REFERENCES opportunity (id),
  rank {key} NOT NULL
);
CREATE TABLE secret_link (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  token_hash {bin} NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  opportunity_id {id} NOT NULL REFERENCES opportunity (id),
  expires_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE UNIQUE INDEX secret_link_token ON secret_link (token_hash)
";
