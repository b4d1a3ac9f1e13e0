//! The hash chain: what an event's hash covers, and checking a record's events against each other.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Action, Actor, EntityKind, Event, RowScope};
use crate::time::Instant;

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
