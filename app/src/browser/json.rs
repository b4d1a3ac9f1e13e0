//! JSON by the browser's own reader and writer: another one, with its tables for fractions, would be a twelfth of what the desk loads.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Why a text or a value could not be carried over, for the console.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(String);

impl Unfit {
    /// Whether the type has no such field. Only the reader of the tests says so; a browser's passes over it.
    pub fn is_unknown_field(&self) -> bool {
        self.0.starts_with("unknown field")
    }
}

/// Reads a text.
///
/// # Errors
/// Where it is no JSON, or does not fit the type.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Unfit> {
    engine::read(engine::parse(text)?)
}

/// Reads what was read without a type.
///
/// # Errors
/// Where it does not fit the type.
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Unfit> {
    engine::read(engine::write(value)?)
}

/// Writes a value as text.
///
/// # Errors
/// Where a number is larger than a browser counts exactly.
pub fn text(value: &impl Serialize) -> Result<String, Unfit> {
    engine::text(&engine::write(value)?)
}

#[cfg(target_arch = "wasm32")]
mod engine {
    use serde::{Serialize, de::DeserializeOwned};
    use serde_wasm_bindgen::{Error, Serializer};
    use wasm_bindgen::JsValue;

    use super::Unfit;

    impl From<Error> for Unfit {
        fn from(error: Error) -> Self {
            Self(error.to_string())
        }
    }

    impl From<JsValue> for Unfit {
        fn from(error: JsValue) -> Self {
            Error::from(error).into()
        }
    }

    pub fn parse(text: &str) -> Result<JsValue, Unfit> {
        Ok(js_sys::JSON::parse(text)?)
    }

    pub fn read<T: DeserializeOwned>(value: JsValue) -> Result<T, Unfit> {
        Ok(serde_wasm_bindgen::from_value(value)?)
    }

    pub fn write(value: &impl Serialize) -> Result<JsValue, Unfit> {
        Ok(value.serialize(&Serializer::json_compatible())?)
    }

    pub fn text(value: &JsValue) -> Result<String, Unfit> {
        Ok(js_sys::JSON::stringify(value)?.into())
    }
}

// The tests run outside of a browser.
#[cfg(not(target_arch = "wasm32"))]
mod engine {
    use serde::{Serialize, de::DeserializeOwned};
    use serde_json::{Error, Value};

    use super::Unfit;

    impl From<Error> for Unfit {
        fn from(error: Error) -> Self {
            Self(error.to_string())
        }
    }

    pub fn parse(text: &str) -> Result<Value, Unfit> {
        Ok(serde_json::from_str(text)?)
    }

    pub fn read<T: DeserializeOwned>(value: Value) -> Result<T, Unfit> {
        Ok(serde_json::from_value(value)?)
    }

    pub fn write(value: &impl Serialize) -> Result<Value, Unfit> {
        Ok(serde_json::to_value(value)?)
    }

    pub fn text(value: &Value) -> Result<String, Unfit> {
        Ok(value.to_string())
    }
}
