//! Changing some fields of a record: what a patch names, what it changes, and where it collides with others' changes.
//!
//! A record and a patch are compared as JSON objects, so that one mechanism serves every kind of record, undo included.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// One field that got another value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    pub field: String,
    pub old: Value,
    pub new: Value,
}

/// Reads a present field into `Some`, so that `null` is told from absence: `Some(None)` clears, `None` leaves.
pub fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The fields of `value`, which must serialise as an object.
///
/// # Panics
/// Where `value` is not a struct with named fields.
#[must_use]
pub fn fields(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(map)) => map,
        other => panic!("records and patches serialise as objects, not as {other:?}"),
    }
}

/// What `patch` would change in `record`, in the patch's order.
#[must_use]
pub fn changes(record: &impl Serialize, patch: &impl Serialize) -> Vec<Change> {
    let record = fields(record);
    fields(patch)
        .into_iter()
        .filter_map(|(field, new)| {
            let old = record.get(&field).cloned().unwrap_or(Value::Null);
            (old != new).then_some(Change { field, old, new })
        })
        .collect()
}

/// `record` with the new values of `changes`.
///
/// # Errors
/// Where a value does not fit its field.
pub fn apply<T: Serialize + DeserializeOwned>(record: &T, changes: &[Change]) -> Result<T, serde_json::Error> {
    let mut map = fields(record);
    for change in changes {
        map.insert(change.field.clone(), change.new.clone());
    }
    serde_json::from_value(Value::Object(map))
}

/// Those of `wanted` whose field is in `changed_since`: two people set the same field to different values.
///
/// A field that both set to the same value is no change any more and so no conflict.
#[must_use]
pub fn conflicts<'a>(wanted: &'a [Change], changed_since: &[String]) -> Vec<&'a Change> {
    wanted.iter().filter(|c| changed_since.contains(&c.field)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize, Clone, PartialEq, Debug)]
    struct Record {
        name: String,
        step: Option<String>,
        amount: i64,
    }

    #[derive(Serialize, Deserialize, Default)]
    #[serde(deny_unknown_fields)]
    struct Patch {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        step: Option<Option<String>>,
    }

    fn record() -> Record {
        Record { name: "Sao Mai".into(), step: Some("call".into()), amount: 5 }
    }

    #[test]
    fn a_patch_names_only_what_it_changes() {
        let patch: Patch = serde_json::from_str(r#"{"step":null}"#).expect("a patch");
        let changes = changes(&record(), &patch);
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].old.clone(), changes[0].new.clone()), ("call".into(), Value::Null));
        assert_eq!(apply(&record(), &changes).expect("fits").step, None);
    }

    #[test]
    fn the_same_value_is_no_change() {
        let patch: Patch = serde_json::from_str(r#"{"name":"Sao Mai"}"#).expect("a patch");
        assert_eq!(changes(&record(), &patch), []);
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(serde_json::from_str::<Patch>(r#"{"amount":7}"#).is_err());
    }

    #[test]
    fn only_the_same_field_with_another_value_conflicts() {
        let patch: Patch = serde_json::from_str(r#"{"name":"Sao Hôm","step":"visit"}"#).expect("a patch");
        let wanted = changes(&record(), &patch);
        let found: Vec<_> = conflicts(&wanted, &["name".into(), "amount".into()]).into_iter().map(|c| c.field.as_str()).collect();
        assert_eq!(found, ["name"]);
    }
}
