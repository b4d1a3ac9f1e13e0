//! What handlers take from a request: who asks, from which version, under which key, with which body.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::access::{Operation, Subject, UserSubject};
use crate::error::{Error, Result};
use crate::state::AppState;
use crate::writer::{Answer, Envelope, Key};

/// Name of the session's cookie.
pub const COOKIE: &str = "__Host-muster";

/// The asker of one request.
#[derive(Clone, Debug)]
pub struct Caller {
    pub subject: Subject,
    /// `If-Match`, where it was sent.
    pub if_match: Option<i64>,
    pub key: Option<String>,
    /// What was asked for: a key counts for one address only.
    pub path: String,
    pub address: IpAddr,
    pub agent: String,
}

impl Caller {
    /// The signed-in person, where `operation` is theirs to ask for.
    ///
    /// # Errors
    /// 401 and 403.
    pub fn user(&self, operation: Operation) -> Result<std::sync::Arc<UserSubject>> {
        self.subject.user(operation)
    }

    /// The version the caller started from.
    ///
    /// # Errors
    /// 428 where it was not sent.
    pub fn version(&self) -> Result<i64> {
        self.if_match.ok_or_else(Error::version_required)
    }

    /// The envelope of a command without body.
    #[must_use]
    pub fn envelope(&self, operation: Operation) -> Envelope {
        self.envelope_of(operation, [0; 32])
    }

    /// The envelope of a command whose body has this hash.
    #[must_use]
    pub fn envelope_of(&self, operation: Operation, body_hash: [u8; 32]) -> Envelope {
        let asked = Sha256::new().chain_update(self.path.as_bytes()).chain_update(body_hash).finalize();
        let key = self.key.clone().map(|key| Key { key, body_hash: asked.into() });
        Envelope { actor: self.subject.actor(), operation: operation.name(), key }
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        let if_match = match parts.headers.get(header::IF_MATCH) {
            None => None,
            Some(value) => {
                let version = value.to_str().ok().and_then(|v| v.trim().trim_matches('"').parse().ok());
                Some(version.ok_or_else(|| Error::malformed("If-Match must be a version such as \"3\""))?)
            }
        };
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => {
                let key = value.to_str().ok().filter(|k| (1..=100).contains(&k.len()));
                Some(key.ok_or_else(|| Error::malformed("Idempotency-Key must be 1 to 100 visible characters"))?.to_owned())
            }
        };
        let subject = match cookie(&parts.headers, COOKIE) {
            Some(token) => state.subjects.find(state, token).await?,
            None => Subject::Nobody,
        };
        let agent = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let path = parts.uri.path().to_owned();
        Ok(Self { subject, if_match, key, path, address: address(parts, state), agent: agent.chars().take(200).collect() })
    }
}

/// The client's address; the trusted proxy's word for it where the request comes from there.
fn address(parts: &Parts, state: &AppState) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |c| c.0.ip());
    if state.config.trusted_proxy == Some(peer) {
        let forwarded = parts.headers.get("x-forwarded-for").and_then(|v| v.to_str().ok());
        if let Some(client) = forwarded.and_then(|f| f.rsplit(',').next()).and_then(|f| f.trim().parse().ok()) {
            return client;
        }
    }
    peer
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| value)
}

/// A JSON body with its hash.
#[derive(Clone, Debug)]
pub struct Body<T> {
    pub value: T,
    pub hash: [u8; 32],
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let json =
            request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|t| t.starts_with("application/json"));
        if !json {
            return Err(Error::problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "Send the body as application/json."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|e| {
            if e.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Error::problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large.")
            } else {
                Error::malformed("the body did not arrive whole")
            }
        })?;
        let value = serde_json::from_slice(&bytes).map_err(|e| Error::malformed(&e.to_string()))?;
        Ok(Self { value, hash: Sha256::digest(&bytes).into() })
    }
}

/// The address' query, read strictly.
#[derive(Clone, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|q| Self(q.0)).map_err(|e| Error::malformed(&e.body_text()))
    }
}

/// A typed piece of the path; what cannot be read names nothing.
#[derive(Clone, Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|p| Self(p.0)).map_err(|_| Error::not_found())
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => (self.status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
            None => self.status.into_response(),
        };
        if let Some(event) = self.event {
            response.headers_mut().insert("x-event-seq", event.into());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "theme=dark; __Host-muster=abc".parse().expect("a header"));
        headers.append(header::COOKIE, "lang=vi".parse().expect("a header"));
        assert_eq!(cookie(&headers, COOKIE), Some("abc"));
        assert_eq!(cookie(&headers, "lang"), Some("vi"));
        assert_eq!(cookie(&headers, "muster"), None);
    }
}
