//! What an event says: facts that stay, and words that go with the person they name.

use serde::{Deserialize, Serialize};

use super::EntityKind;
use crate::patch::Change;
use crate::problem::Params;

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
    pub(super) fn join(&mut self, words: Self) {
        self.label = words.label;
        self.changes.extend(words.changes);
        self.changes.sort_by(|a, b| a.field.cmp(&b.field));
        if let Some(note) = words.reason.and_then(|r| r.note) {
            self.reason.get_or_insert_default().note = Some(note);
        }
    }
}
