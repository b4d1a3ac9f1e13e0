//! What the API answers when it cannot do what was asked (RFC 9457), as codes that the app words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Values that the worded message needs, such as a limit or a name.
pub type Params = BTreeMap<String, Value>;

/// A problem document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:muster:problem:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// English, for who reads the raw API.
    pub title: String,
    pub status: u16,
    /// Stable, in kebab case; what the app words its message by.
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
    /// Which fields are wrong, and how.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Fields that somebody else changed to another value meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflicts: Vec<FieldConflict>,
    /// The record's version now, where the problem is about its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// To be named when asking for help; also in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem of this status and code without further detail.
    #[must_use]
    pub fn new(status: u16, code: &str, title: &str) -> Self {
        Self {
            kind: format!("urn:muster:problem:{code}"),
            title: title.to_owned(),
            status,
            code: code.to_owned(),
            params: Params::new(),
            errors: Vec::new(),
            conflicts: Vec::new(),
            version: None,
            request_id: None,
        }
    }

    /// The same problem with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }
}

/// One wrong field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// The field's name in the request; nested ones with dots.
    pub field: String,
    /// `required`, `too-long`, `out-of-range`, `not-found`, `taken`, ...
    pub code: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: Params,
}

/// One field that two people set to different values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldConflict {
    pub field: String,
    /// The value now stored.
    pub theirs: Value,
    /// The value of the refused request.
    pub mine: Value,
    /// Display name of who set `theirs`, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// When `theirs` was recorded, milliseconds UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}
