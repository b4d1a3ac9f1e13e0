//! Every table of a backup: its columns, its key, and an order in which rows never point at what is not there yet.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Id,
    Bytes,
    Text,
    /// 64 bits.
    Big,
    /// 32 bits.
    Small,
    Bool,
}

/// One table.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    pub name: &'static str,
    pub columns: &'static [(&'static str, Kind)],
    /// Primary key: what rows are ordered by.
    pub key: &'static [&'static str],
    /// The column that names another row of the same table.
    pub parent: Option<&'static str>,
}

/// Tables that a backup leaves out: the log gets a new identity, sessions and one-time links end.
pub const LEFT_OUT: [&str; 3] = ["log", "one_time_token", "session"];

use Kind::{Big, Bool, Bytes, Id, Small, Text};

/// All tables of a backup, in the order of writing and reading.
pub const TABLES: &[Table] = &[
    Table {
        name: "event",
        columns: &[("seq", Big), ("entity", Text), ("entity_id", Id), ("action", Text), ("version_before", Big), ("version_after", Big), ("actor_kind", Text), ("actor_id", Id), ("operation_id", Id), ("undoes", Big), ("happened_at", Big), ("recorded_at", Big), ("before_there", Bool), ("before_dealer_id", Id), ("before_owner_id", Id), ("before_team_id", Id), ("before_territory_id", Id), ("after_there", Bool), ("after_dealer_id", Id), ("after_owner_id", Id), ("after_team_id", Id), ("after_territory_id", Id), ("persons", Bytes), ("payload", Text), ("salt", Bytes), ("payload_hash", Bytes), ("previous_hash", Bytes), ("record_previous_hash", Bytes), ("hash", Bytes)],
        key: &["seq"],
        parent: None,
    },
    Table {
        name: "event_person",
        columns: &[("person_id", Id), ("seq", Big)],
        key: &["person_id", "seq"],
        parent: None,
    },
    Table {
        name: "idempotency",
        columns: &[("subject", Text), ("operation", Text), ("request_key", Text), ("body_hash", Bytes), ("status", Small), ("event", Big), ("answer", Text), ("created_at", Big)],
        key: &["subject", "operation", "request_key"],
        parent: None,
    },
    Table {
        name: "outbox",
        columns: &[("id", Id), ("kind", Text), ("payload", Text), ("due_at", Big), ("attempts", Small), ("leased_until", Big), ("error", Text), ("held", Bool)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "company",
        columns: &[("id", Id), ("version", Big), ("demo", Bool), ("settings", Text), ("smtp_url", Text)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "currency_rate",
        columns: &[("currency", Text), ("day", Small), ("nano", Big)],
        key: &["currency", "day"],
        parent: None,
    },
    Table {
        name: "dealer",
        columns: &[("id", Id), ("version", Big), ("name", Text), ("maker", Bool), ("contract", Text), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "department",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("name", Text), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "team",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("name", Text), ("parent_id", Id), ("deleted_at", Big)],
        key: &["id"],
        parent: Some("parent_id"),
    },
    Table {
        name: "team_closure",
        columns: &[("ancestor_id", Id), ("descendant_id", Id)],
        key: &["ancestor_id", "descendant_id"],
        parent: None,
    },
    Table {
        name: "territory",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("name", Text), ("parent_id", Id), ("deleted_at", Big)],
        key: &["id"],
        parent: Some("parent_id"),
    },
    Table {
        name: "territory_closure",
        columns: &[("ancestor_id", Id), ("descendant_id", Id)],
        key: &["ancestor_id", "descendant_id"],
        parent: None,
    },
    Table {
        name: "role",
        columns: &[("id", Id), ("version", Big), ("name", Text), ("grants", Text), ("shipped", Bool), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "app_user",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("department_id", Id), ("name", Text), ("name_key", Text), ("mail", Text), ("mail_key", Text), ("title", Text), ("lang", Text), ("zone", Text), ("password_hash", Text), ("active", Bool), ("created_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "user_role",
        columns: &[("user_id", Id), ("role_id", Id)],
        key: &["user_id", "role_id"],
        parent: None,
    },
    Table {
        name: "user_team",
        columns: &[("user_id", Id), ("team_id", Id), ("position", Small)],
        key: &["user_id", "team_id"],
        parent: None,
    },
    Table {
        name: "user_territory",
        columns: &[("user_id", Id), ("territory_id", Id), ("position", Small)],
        key: &["user_id", "territory_id"],
        parent: None,
    },
    Table {
        name: "saved_view",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("owner_id", Id), ("place", Text), ("name", Text), ("query", Text), ("shared", Bool), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "account",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("kind", Text), ("name", Text), ("name_key", Text), ("segment", Text), ("mail", Text), ("phone", Text), ("website", Text), ("street", Text), ("city", Text), ("city_key", Text), ("country", Text), ("note", Text), ("owner_id", Id), ("team_id", Id), ("territory_id", Id), ("custom", Text), ("created_at", Big), ("updated_at", Big), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "contact",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("account_id", Id), ("name", Text), ("name_key", Text), ("title", Text), ("mail", Text), ("phone", Text), ("note", Text), ("owner_id", Id), ("team_id", Id), ("territory_id", Id), ("custom", Text), ("created_at", Big), ("updated_at", Big), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "search_word",
        columns: &[("dealer_id", Id), ("word", Text), ("entity", Text), ("entity_id", Id)],
        key: &["dealer_id", "word", "entity", "entity_id"],
        parent: None,
    },
    Table {
        name: "custom_field",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("entity", Text), ("name", Text), ("kind", Text), ("definition", Text), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "custom_value",
        columns: &[("field_id", Id), ("record_id", Id), ("text_value", Text), ("number_value", Big)],
        key: &["field_id", "record_id"],
        parent: None,
    },
    Table {
        name: "pipeline",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("name", Text), ("position", Small), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "stage",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("pipeline_id", Id), ("name", Text), ("position", Small), ("kind", Text), ("probability", Small), ("category", Text), ("limit_days", Small), ("archived", Bool)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "opportunity",
        columns: &[("id", Id), ("version", Big), ("dealer_id", Id), ("name", Text), ("name_key", Text), ("account_id", Id), ("contact_id", Id), ("pipeline_id", Id), ("stage_id", Id), ("amount_minor", Big), ("currency", Text), ("probability", Small), ("category", Text), ("close_day", Small), ("owner_id", Id), ("team_id", Id), ("territory_id", Id), ("next_step", Text), ("next_step_day", Small), ("stage_since", Big), ("stage_limit_at", Big), ("last_contact_at", Big), ("contact_limit_at", Big), ("attention_at", Big), ("lost_reason", Text), ("competitor", Text), ("closed_at", Big), ("custom", Text), ("created_at", Big), ("updated_at", Big), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
    Table {
        name: "opportunity_rank",
        columns: &[("opportunity_id", Id), ("rank", Text)],
        key: &["opportunity_id"],
        parent: None,
    },
    Table {
        name: "secret_link",
        columns: &[("id", Id), ("version", Big), ("token_hash", Bytes), ("dealer_id", Id), ("opportunity_id", Id), ("expires_at", Big), ("deleted_at", Big)],
        key: &["id"],
        parent: None,
    },
];
