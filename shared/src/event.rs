//! The event log's shape: what a write leaves behind, and the hash chain that shows nothing was changed later.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::opportunity;
use crate::patch::Change;
use crate::problem::Params;
use crate::time::Instant;

macro_rules! named_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

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
        Link = "link",
        Rate = "rate",
    }
}

impl EntityKind {
    /// Fields whose values name nobody. Events of such a kind keep their words apart, so that a person's erasure leaves
    /// these readable; where there are none, everything an event says goes with the person.
    #[must_use]
    pub const fn facts(self) -> &'static [&'static str] {
        match self {
            Self::Opportunity => &opportunity::FACTS,
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

/// Why, as code and parameters (the app words it), with what the actor wrote beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    #[serde(default, skip_serializing_if = "Params::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The erasable part of an event: everything that may name a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Payload {
    /// What the record was called.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Hex of SHA-256 over salt and text of the words, where they are kept apart from this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
}

impl Payload {
    /// What outlives the erasure of a person, and the words that do not: label, fields that are no facts, what the actor wrote.
    #[must_use]
    pub fn split(self, entity: EntityKind) -> (Self, Option<Self>) {
        let facts = entity.facts();
        if facts.is_empty() {
            return (self, None);
        }
        let (kept, worded) = self.changes.into_iter().partition(|c: &Change| facts.contains(&c.field.as_str()));
        let mut reason = self.reason;
        let note = reason.as_mut().and_then(|r| r.note.take());
        let words = Self {
            label: self.label,
            changes: worded,
            reason: note.map(|note| Reason { note: Some(note), ..Reason::default() }),
            seal: None,
        };
        let kept = Self { label: String::new(), changes: kept, reason: reason.filter(|r| *r != Reason::default()), seal: None };
        (kept, (words != Self::default()).then_some(words))
    }

    /// Puts the words back to what they were split from.
    fn join(&mut self, words: Self) {
        self.label = words.label;
        self.changes.extend(words.changes);
        self.changes.sort_by(|a, b| a.field.cmp(&b.field));
        if let Some(note) = words.reason.and_then(|r| r.note) {
            self.reason.get_or_insert_default().note = Some(note);
        }
    }
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

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// The predecessor of the first event.
pub const GENESIS: Hash = [0; 32];

/// What an event's hash covers.
#[derive(Clone, Debug)]
pub struct Links<'a> {
    pub seq: i64,
    pub previous: Hash,
    pub record_previous: Hash,
    pub entity: EntityKind,
    pub entity_id: Uuid,
    pub action: Action,
    pub version_before: i64,
    pub version_after: i64,
    pub actor: Actor,
    pub operation_id: Uuid,
    pub undoes: Option<i64>,
    pub happened_at: Instant,
    pub recorded_at: Instant,
    pub scope_before: Option<RowScope>,
    pub scope_after: Option<RowScope>,
    /// Ascending.
    pub persons: &'a [Uuid],
    pub payload_hash: Hash,
}

/// SHA-256 over the salt and the payload's text.
#[must_use]
pub fn payload_hash(salt: &[u8], payload: &str) -> Hash {
    Sha256::new().chain_update(salt).chain_update(payload.as_bytes()).finalize().into()
}

impl Links<'_> {
    /// SHA-256 over a canonical encoding: fixed order, fixed widths in big endian, texts and lists with their length,
    /// a zero or one byte before what may be absent.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut h = Canonical(Sha256::new());
        h.int(self.seq);
        h.bytes(&self.previous);
        h.bytes(&self.record_previous);
        h.text(self.entity.as_str());
        h.bytes(self.entity_id.as_bytes());
        h.text(self.action.as_str());
        h.int(self.version_before);
        h.int(self.version_after);
        h.text(self.actor.kind());
        h.id(self.actor.id());
        h.bytes(self.operation_id.as_bytes());
        h.maybe(self.undoes.is_some());
        h.int(self.undoes.unwrap_or(0));
        h.int(self.happened_at.0);
        h.int(self.recorded_at.0);
        for scope in [self.scope_before, self.scope_after] {
            h.maybe(scope.is_some());
            let scope = scope.unwrap_or_default();
            h.id(scope.dealer_id);
            h.id(scope.owner_id);
            h.id(scope.team_id);
            h.id(scope.territory_id);
        }
        h.int(i64::try_from(self.persons.len()).unwrap_or(i64::MAX));
        for person in self.persons {
            h.bytes(person.as_bytes());
        }
        h.bytes(&self.payload_hash);
        h.0.finalize().into()
    }
}

struct Canonical(Sha256);

impl Canonical {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }
    fn int(&mut self, n: i64) {
        self.bytes(&n.to_be_bytes());
    }
    fn maybe(&mut self, there: bool) {
        self.bytes(&[u8::from(there)]);
    }
    fn id(&mut self, id: Option<Uuid>) {
        self.maybe(id.is_some());
        self.bytes(id.unwrap_or_default().as_bytes());
    }
    fn text(&mut self, text: &str) {
        self.int(i64::try_from(text.len()).unwrap_or(i64::MAX));
        self.bytes(text.as_bytes());
    }
}

/// Lower-case hex of `bytes`.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut s, b| {
        s.push(char::from_digit(u32::from(b >> 4), 16).expect("a nibble is a hex digit"));
        s.push(char::from_digit(u32::from(b & 15), 16).expect("a nibble is a hex digit"));
        s
    })
}

/// Reads hex of any case.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).ok()).collect()
}

fn unhex32(text: &str) -> Option<Hash> {
    unhex(text)?.try_into().ok()
}

/// Where a record's chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("event {0}: its payload is not the one that was recorded")]
    Payload(i64),
    #[error("event {0}: its facts are not the ones that were recorded")]
    Hash(i64),
    #[error("event {0}: the event before it is missing or another one")]
    Link(i64),
}

impl Event {
    /// Checks this event alone: payload against its hash, facts against theirs.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn verify(&self) -> Result<Hash, Broken> {
        let payload_hash = unhex32(&self.payload_hash).ok_or(Broken::Payload(self.seq))?;
        if let Some(payload) = &self.payload {
            let salt = self.salt.as_deref().and_then(unhex).ok_or(Broken::Payload(self.seq))?;
            if self::payload_hash(&salt, payload) != payload_hash {
                return Err(Broken::Payload(self.seq));
            }
        }
        if let Some(words) = &self.words {
            let salt = self.words_salt.as_deref().and_then(unhex).ok_or(Broken::Payload(self.seq))?;
            if self.seal() != Some(hex(&self::payload_hash(&salt, words))) {
                return Err(Broken::Payload(self.seq));
            }
        }
        let bad = || Broken::Hash(self.seq);
        let hash = Links {
            seq: self.seq,
            previous: unhex32(&self.previous_hash).ok_or_else(bad)?,
            record_previous: unhex32(&self.record_previous_hash).ok_or_else(bad)?,
            entity: self.entity,
            entity_id: self.entity_id,
            action: self.action,
            version_before: self.version_before,
            version_after: self.version_after,
            actor: self.actor,
            operation_id: self.operation_id,
            undoes: self.undoes,
            happened_at: self.happened_at,
            recorded_at: self.recorded_at,
            scope_before: self.scope_before,
            scope_after: self.scope_after,
            persons: &self.persons,
            payload_hash,
        }
        .hash();
        if unhex32(&self.hash) == Some(hash) { Ok(hash) } else { Err(bad()) }
    }
}

/// Checks all events of one record, oldest first: each by itself and each against the one before.
///
/// # Errors
/// The first thing that does not hold.
pub fn verify_record(events: &[Event]) -> Result<(), Broken> {
    let mut previous = GENESIS;
    for event in events {
        if unhex32(&event.record_previous_hash) != Some(previous) {
            return Err(Broken::Link(event.seq));
        }
        previous = event.verify()?;
    }
    Ok(())
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
mod tests {
    use super::*;

    fn chain(n: i64) -> Vec<Event> {
        let mut previous = GENESIS;
        (1..=n)
            .map(|seq| {
                let words = format!(r#"{{"label":"deal {seq}"}}"#);
                let (salt, words_salt) = ([7_u8; 16], [8_u8; 16]);
                let payload = format!(r#"{{"seal":"{}"}}"#, hex(&payload_hash(&words_salt, &words)));
                let links = Links {
                    seq,
                    previous,
                    record_previous: previous,
                    entity: EntityKind::Opportunity,
                    entity_id: Uuid::from_u128(1),
                    action: Action::Changed,
                    version_before: seq - 1,
                    version_after: seq,
                    actor: Actor::User(Uuid::from_u128(2)),
                    operation_id: Uuid::from_u128(3),
                    undoes: (seq == 2).then_some(1),
                    happened_at: Instant(seq),
                    recorded_at: Instant(seq + 1),
                    scope_before: None,
                    scope_after: Some(RowScope { dealer_id: Some(Uuid::from_u128(4)), ..RowScope::default() }),
                    persons: &[],
                    payload_hash: payload_hash(&salt, &payload),
                };
                let hash = links.hash();
                let event = Event {
                    seq,
                    entity: links.entity,
                    entity_id: links.entity_id,
                    action: links.action,
                    version_before: links.version_before,
                    version_after: links.version_after,
                    actor: links.actor,
                    operation_id: links.operation_id,
                    undoes: links.undoes,
                    happened_at: links.happened_at,
                    recorded_at: links.recorded_at,
                    scope_before: None,
                    scope_after: links.scope_after,
                    persons: Vec::new(),
                    payload_hash: hex(&links.payload_hash),
                    payload: Some(payload),
                    salt: Some(hex(&salt)),
                    words: Some(words),
                    words_salt: Some(hex(&words_salt)),
                    previous_hash: hex(&previous),
                    record_previous_hash: hex(&previous),
                    hash: hex(&hash),
                };
                previous = hash;
                event
            })
            .collect()
    }

    #[track_caller]
    fn check(tamper: impl FnOnce(&mut Vec<Event>), expected: Result<(), Broken>) {
        let mut events = chain(3);
        tamper(&mut events);
        assert_eq!(verify_record(&events), expected);
    }

    #[test]
    fn an_untouched_chain_holds() {
        check(|_| {}, Ok(()));
    }

    #[test]
    fn erasure_keeps_the_chain() {
        check(
            |e| {
                e[1].payload = None;
                e[1].salt = None;
                e[1].words = None;
                e[1].words_salt = None;
            },
            Ok(()),
        );
        check(
            |e| {
                e[1].words = None;
                e[1].words_salt = None;
                assert!(e[0].is_whole() && !e[1].is_whole());
            },
            Ok(()),
        );
    }

    #[test]
    fn words_are_told_from_facts_and_put_back() {
        let change = |field: &str| Change { field: field.into(), old: 1.into(), new: 2.into() };
        let reason = Reason { code: Some("leaver".into()), note: Some("for Hiền".into()), ..Reason::default() };
        let whole =
            Payload { label: "Hiền's taxi".into(), changes: vec![change("name"), change("stage_id")], reason: Some(reason), seal: None };
        assert_eq!(whole.clone().split(EntityKind::Account), (whole.clone(), None));
        let (mut facts, words) = whole.clone().split(EntityKind::Opportunity);
        let told = serde_json::to_string(&facts).expect("JSON");
        assert!(told.contains("stage_id") && told.contains("leaver") && !told.contains("Hiền") && !told.contains("name"), "{told}");
        facts.join(words.expect("there are some"));
        assert_eq!(facts, whole);
        assert_eq!(Payload::default().split(EntityKind::Opportunity), (Payload::default(), None));
    }

    #[test]
    fn every_tampering_shows() {
        check(|e| e[1].payload = Some("{}".into()), Err(Broken::Payload(2)));
        check(|e| e[1].words = Some("{}".into()), Err(Broken::Payload(2)));
        check(|e| e[1].words_salt = None, Err(Broken::Payload(2)));
        check(|e| (e[1].payload, e[1].salt) = (None, None), Err(Broken::Payload(2)));
        check(|e| e[1].happened_at = Instant(0), Err(Broken::Hash(2)));
        check(|e| e[1].actor = Actor::System, Err(Broken::Hash(2)));
        check(|e| e[1].undoes = None, Err(Broken::Hash(2)));
        check(|e| e[1].persons = vec![Uuid::from_u128(9)], Err(Broken::Hash(2)));
        check(|e| e[1].scope_after = None, Err(Broken::Hash(2)));
        check(|e| drop(e.remove(1)), Err(Broken::Link(3)));
        check(|e| e.swap(1, 2), Err(Broken::Link(3)));
    }

    #[test]
    fn hex_reads_back() {
        assert_eq!(unhex(&hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
        assert_eq!(unhex("é0"), None);
        assert_eq!(unhex("abc"), None);
    }
}
