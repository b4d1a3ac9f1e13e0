//! The event log's shape: what a write leaves behind, and the hash chain that shows nothing was changed later.

mod chain;
mod payload;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::chain::{Broken, GENESIS, Hash, Links, hex, payload_hash, unhex, verify_record};
pub use self::payload::{Payload, Reason};
use crate::lead;
use crate::opportunity;
use crate::time::Instant;

macro_rules! named_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[cfg_attr(feature = "openapi", schema(rename = $text))] $variant),* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the database and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// Reads the name in the database or on the wire.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::unknown_variant(&text, &[$($text),*]))
            }
        }
    };
}
pub(crate) use named_enum;

named_enum! {
    /// Kinds of records that have events.
    EntityKind {
        Company = "company",
        Dealer = "dealer",
        Department = "department",
        Team = "team",
        Territory = "territory",
        Role = "role",
        User = "user",
        Account = "account",
        Contact = "contact",
        Pipeline = "pipeline",
        Stage = "stage",
        Opportunity = "opportunity",
        View = "view",
        Lead = "lead",
        Link = "link",
        Rate = "rate",
        Model = "model",
        ModelVersion = "model-version",
        Market = "market",
    }
}

impl EntityKind {
    /// Fields whose values name nobody. Events of such a kind keep their words apart, so that a person's erasure leaves
    /// these readable; where there are none, everything an event says goes with the person.
    #[must_use]
    pub const fn facts(self) -> &'static [&'static str] {
        match self {
            Self::Opportunity => &opportunity::FACTS,
            Self::Lead => &lead::FACTS,
            _ => &[],
        }
    }
}

named_enum! {
    /// What happened to a record.
    Action {
        Created = "created",
        Changed = "changed",
        /// An opportunity entered another stage.
        Moved = "moved",
        /// Another owner, team, territory or dealer.
        Reassigned = "reassigned",
        Deleted = "deleted",
        Restored = "restored",
        Purged = "purged",
        /// Personal data was removed for good.
        Erased = "erased",
        SignedIn = "signed-in",
        SignedOut = "signed-out",
        Deactivated = "deactivated",
        Reactivated = "reactivated",
        /// Roles or memberships of a user changed.
        RightsChanged = "rights-changed",
        PasswordChanged = "password-changed",
        Invited = "invited",
        Opened = "opened",
        Published = "published",
        Retired = "retired",
        /// A customer asked for an offer, or for another one.
        Requested = "requested",
        /// Somebody took a request over, and it became a deal.
        Accepted = "accepted",
        /// Somebody gave a request back, and it went on to another.
        Returned = "returned",
        /// Nobody answered a request in time, and it went on to another.
        Escalated = "escalated",
        Cancelled = "cancelled",
        /// Nobody answered a request at all.
        Expired = "expired",
    }
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", content = "id", rename_all = "lowercase")]
pub enum Actor {
    User(Uuid),
    /// A customer with a secret link.
    Link(Uuid),
    /// Nobody signed in: first start, reset links.
    Nobody,
    /// Muster itself: rules, jobs, demo data.
    System,
}

impl Actor {
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Link(_) => "link",
            Self::Nobody => "nobody",
            Self::System => "system",
        }
    }

    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::User(id) | Self::Link(id) => Some(id),
            Self::Nobody | Self::System => None,
        }
    }

    /// The actor stored as `kind` and `id`.
    #[must_use]
    pub fn from_parts(kind: &str, id: Option<Uuid>) -> Option<Self> {
        match (kind, id) {
            ("user", Some(id)) => Some(Self::User(id)),
            ("link", Some(id)) => Some(Self::Link(id)),
            ("nobody", None) => Some(Self::Nobody),
            ("system", None) => Some(Self::System),
            _ => None,
        }
    }
}

/// The columns that decide who may see a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowScope {
    /// `None` only for rows of the whole installation (company, roles).
    pub dealer_id: Option<Uuid>,
    pub owner_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub territory_id: Option<Uuid>,
}

/// An event as the API shows it, with all that is needed to verify the record's own chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    pub seq: i64,
    pub entity: EntityKind,
    pub entity_id: Uuid,
    pub action: Action,
    pub version_before: i64,
    pub version_after: i64,
    pub actor: Actor,
    /// Events of one request share this.
    pub operation_id: Uuid,
    /// The event whose effect this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<i64>,
    pub happened_at: Instant,
    pub recorded_at: Instant,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_before: Option<RowScope>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_after: Option<RowScope>,
    /// The persons this event concerns, for export and erasure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Uuid>,
    /// The exact text that was hashed; absent after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Hex; absent after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    /// What the payload says in words, where that is kept apart; the exact text that was sealed, absent after erasure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// Hex; absent with the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words_salt: Option<String>,
    /// Hex of SHA-256 over salt and payload.
    pub payload_hash: String,
    /// Hex; the hash of the event before this one in the whole log.
    pub previous_hash: String,
    /// Hex; the hash of this record's event before this one, zeros at its first.
    pub record_previous_hash: String,
    /// Hex.
    pub hash: String,
}

impl Event {
    /// The payload read back with its words; what was erased or is unreadable is empty.
    #[must_use]
    pub fn read_payload(&self) -> Payload {
        let read = |text: &Option<String>| text.as_deref().and_then(|p| serde_json::from_str::<Payload>(p).ok());
        let mut payload = read(&self.payload).unwrap_or_default();
        if let Some(words) = read(&self.words) {
            payload.join(words);
        }
        payload
    }

    /// Whether nothing of what it says was erased.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.payload.is_some() && (self.words.is_some() || self.seal().is_none())
    }

    /// The words' hash that the payload holds.
    fn seal(&self) -> Option<String> {
        serde_json::from_str::<Payload>(self.payload.as_deref()?).ok()?.seal
    }
}

/// Which part of a record's history is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct HistoryFilter {
    /// Only events before the one with this sequence: the last of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Events of a page, at most 200; a page with fewer than asked for is the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What a subscriber of the live stream gets for one event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveEvent {
    pub seq: i64,
    pub entity: EntityKind,
    pub entity_id: Uuid,
    pub action: Action,
    pub version: i64,
    pub actor: Actor,
    /// Display name of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_name: Option<String>,
    pub operation_id: Uuid,
    pub recorded_at: Instant,
    /// Names of the fields that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// The row left what the subscriber may see: forget it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
}

#[cfg(test)]
mod tests;
