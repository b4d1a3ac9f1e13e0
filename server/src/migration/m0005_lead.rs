//! Leads with consent, claims, quotes with their versions, and links for the customers of both.

use sea_orm_migration::prelude::*;
use serde_json::{Map, Value};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run(manager, LEADS).await?;
        super::run(manager, QUOTES).await?;
        super::run(manager, LINKS).await?;
        super::grant(manager, grant).await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}

const LEADS: &str = r"
CREATE TABLE lead (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  state TEXT NOT NULL CHECK (state IN
    ('new', 'working', 'requested', 'returned', 'accepted', 'converted', 'cancelled', 'disqualified', 'expired')),
  source TEXT NOT NULL CHECK (source IN ('shop', 'list', 'campaign', 'import', 'referral', 'manual')),
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  phone TEXT NOT NULL,
  phone_key {key} NOT NULL,
  mail TEXT NOT NULL,
  mail_key {key} NOT NULL,
  place TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('en', 'vi')),
  owner_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} REFERENCES team (id),
  territory_id {id} REFERENCES territory (id),
  account_id {id} REFERENCES account (id),
  contact_id {id} REFERENCES contact (id),
  opportunity_id {id} REFERENCES opportunity (id),
  model_id {id} REFERENCES product_model (id),
  model_version_id {id} REFERENCES model_version (id),
  market {key} NOT NULL,
  province {key} NOT NULL,
  list {key} NOT NULL,
  offer {key} REFERENCES file (hash),
  choices TEXT NOT NULL,
  code {key} NOT NULL,
  amount_minor BIGINT,
  currency TEXT,
  due_at BIGINT,
  escalations INTEGER NOT NULL,
  return_reason TEXT,
  return_note TEXT NOT NULL,
  score INTEGER,
  score_reasons TEXT NOT NULL,
  campaign_id {id},
  list_id {id},
  note TEXT NOT NULL,
  custom TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  CHECK ((amount_minor IS NULL) = (currency IS NULL))
);
CREATE INDEX lead_due ON lead (dealer_id, state, due_at, id, owner_id, team_id, territory_id, deleted_at) WHERE deleted_at IS NULL;
CREATE INDEX lead_owner ON lead (owner_id, state, due_at, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_late ON lead (due_at, id) WHERE deleted_at IS NULL AND state IN ('requested', 'returned');
CREATE INDEX lead_name ON lead (dealer_id, name_key, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_created ON lead (dealer_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX lead_phone ON lead (dealer_id, phone_key) WHERE deleted_at IS NULL AND phone_key <> '';
CREATE INDEX lead_mail ON lead (dealer_id, mail_key) WHERE deleted_at IS NULL AND mail_key <> '';
CREATE INDEX lead_account ON lead (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX lead_contact ON lead (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX lead_opportunity ON lead (opportunity_id) WHERE opportunity_id IS NOT NULL;
CREATE INDEX lead_list ON lead (list_id, state, id) WHERE list_id IS NOT NULL;
CREATE TABLE consent (
  id {id} PRIMARY KEY,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  account_id {id} REFERENCES account (id),
  contact_id {id} REFERENCES contact (id),
  lead_id {id} REFERENCES lead (id),
  purpose {key} NOT NULL,
  text_version TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  source TEXT NOT NULL,
  proof TEXT NOT NULL,
  CHECK (account_id IS NOT NULL OR contact_id IS NOT NULL OR lead_id IS NOT NULL)
);
CREATE INDEX consent_lead ON consent (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX consent_contact ON consent (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX consent_account ON consent (account_id) WHERE account_id IS NOT NULL;
CREATE TABLE claim (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('account', 'contact', 'lead')),
  subject_id {id} NOT NULL,
  purpose {key} NOT NULL,
  from_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  owner_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} REFERENCES team (id),
  territory_id {id} REFERENCES territory (id),
  department_id {id} REFERENCES department (id),
  state TEXT NOT NULL CHECK (state IN ('held', 'released', 'yielded', 'escalated', 'overridden', 'ended')),
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  CHECK (from_at < until_at)
);
CREATE UNIQUE INDEX claim_held ON claim (dealer_id, subject_id, purpose) WHERE state IN ('held', 'escalated');
CREATE INDEX claim_subject ON claim (subject_id, until_at);
CREATE INDEX claim_end ON claim (until_at) WHERE state IN ('held', 'escalated')
";

const QUOTES: &str = r"
CREATE TABLE document (
  id {id} PRIMARY KEY,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  kind TEXT NOT NULL,
  media TEXT NOT NULL,
  hash {key} NOT NULL,
  bytes {bin} NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX document_hash ON document (dealer_id, hash);
CREATE TABLE quote (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  opportunity_id {id} REFERENCES opportunity (id),
  lead_id {id} REFERENCES lead (id),
  number {key} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'sent', 'accepted', 'declined', 'expired', 'withdrawn')),
  expires_on INTEGER,
  owner_id {id} NOT NULL REFERENCES app_user (id),
  team_id {id} REFERENCES team (id),
  territory_id {id} REFERENCES territory (id),
  answer TEXT NOT NULL,
  answered_at BIGINT,
  custom TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT,
  CHECK (opportunity_id IS NOT NULL OR lead_id IS NOT NULL)
);
CREATE UNIQUE INDEX quote_number ON quote (dealer_id, number);
CREATE INDEX quote_opportunity ON quote (opportunity_id, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_lead ON quote (lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX quote_owner ON quote (owner_id, state, expires_on, id) WHERE deleted_at IS NULL;
CREATE INDEX quote_expiry ON quote (expires_on, id) WHERE deleted_at IS NULL AND state = 'sent';
CREATE TABLE quote_version (
  id {id} PRIMARY KEY,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  quote_id {id} NOT NULL REFERENCES quote (id),
  number INTEGER NOT NULL,
  model_id {id} REFERENCES product_model (id),
  model_version_id {id} REFERENCES model_version (id),
  market {key} NOT NULL,
  province {key} NOT NULL,
  list {key} NOT NULL,
  offer {key} REFERENCES file (hash),
  choices TEXT NOT NULL,
  code {key} NOT NULL,
  lines TEXT NOT NULL,
  currency TEXT NOT NULL,
  list_minor BIGINT NOT NULL,
  discount_minor BIGINT NOT NULL,
  discount_approved_by {id} REFERENCES app_user (id),
  net_minor BIGINT NOT NULL,
  tax_minor BIGINT NOT NULL,
  fees_minor BIGINT NOT NULL,
  total_minor BIGINT NOT NULL,
  document_id {id} REFERENCES document (id),
  note TEXT NOT NULL,
  created_by {id} NOT NULL REFERENCES app_user (id),
  created_at BIGINT NOT NULL,
  sent_at BIGINT
);
CREATE UNIQUE INDEX quote_version_number ON quote_version (quote_id, number)
";

// SQLite cannot take NOT NULL off a column: the table is written anew. Nothing points at it.
const LINKS: &str = r"
CREATE TABLE secret_link_next (
  id {id} PRIMARY KEY,
  version BIGINT NOT NULL,
  token_hash {bin} NOT NULL,
  dealer_id {id} NOT NULL REFERENCES dealer (id),
  opportunity_id {id} REFERENCES opportunity (id),
  lead_id {id} REFERENCES lead (id),
  quote_id {id} REFERENCES quote (id),
  joined {bool} NOT NULL DEFAULT FALSE,
  expires_at BIGINT NOT NULL,
  deleted_at BIGINT,
  CHECK (opportunity_id IS NOT NULL OR lead_id IS NOT NULL OR quote_id IS NOT NULL)
);
INSERT INTO secret_link_next (id, version, token_hash, dealer_id, opportunity_id, expires_at, deleted_at)
  SELECT id, version, token_hash, dealer_id, opportunity_id, expires_at, deleted_at FROM secret_link;
DROP TABLE secret_link;
ALTER TABLE secret_link_next RENAME TO secret_link;
CREATE UNIQUE INDEX secret_link_token ON secret_link (token_hash);
CREATE INDEX secret_link_lead ON secret_link (lead_id) WHERE lead_id IS NOT NULL
";

/// Who may change deals may answer requests as far; who runs campaigns may read them.
fn grant(grants: &mut Map<String, Value>) {
    let answers = grants.get("opportunity.write").cloned();
    let is_reader = answers.is_some() || grants.contains_key("campaign.manage");
    let reads = grants.get("opportunity.read").filter(|_| is_reader).cloned();
    for (name, scope) in [("lead.read", reads), ("lead.write", answers)] {
        if let Some(scope) = scope {
            grants.entry(name).or_insert(scope);
        }
    }
}
