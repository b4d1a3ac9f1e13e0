//! Requests through the whole router, without a socket.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, header};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tower::ServiceExt as _;

/// Sends requests as one person.
#[derive(Clone)]
pub struct Client {
    router: Router,
    token: Option<String>,
    version: Option<i64>,
    key: Option<String>,
    headers: Vec<(String, String)>,
}

impl Client {
    pub fn new(router: Router, token: Option<String>) -> Self {
        Self { router, token, version: None, key: None, headers: Vec::new() }
    }

    /// With `If-Match` of this version.
    #[expect(clippy::wrong_self_convention, reason = "a change is made from a version")]
    pub fn from_version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    /// With this `Idempotency-Key`.
    pub fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// With one more header.
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body.to_string())).await
    }

    /// A change made from `version`.
    pub async fn patch(&self, path: &str, version: i64, body: Value) -> Reply {
        self.clone().from_version(version).send(Method::PATCH, path, Some(body.to_string())).await
    }

    /// A deletion made from `version`.
    pub async fn delete(&self, path: &str, version: i64) -> Reply {
        self.clone().from_version(version).send(Method::DELETE, path, None).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<String>) -> Reply {
        Reply::read(self.open(method, path, body).await).await
    }

    /// The response with its body unread, as a stream needs it.
    pub async fn open(&self, method: Method, path: &str, body: Option<String>) -> axum::response::Response {
        let mut request = Request::builder().method(method).uri(path).header("sec-fetch-site", "same-origin");
        if let Some(token) = &self.token {
            request = request.header(header::COOKIE, format!("__Host-muster={token}"));
        }
        if let Some(version) = self.version {
            request = request.header(header::IF_MATCH, format!("\"{version}\""));
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let mut request = request.body(body.map_or_else(Body::empty, Body::from)).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        self.router.clone().oneshot(request).await.expect("the router always answers")
    }
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    /// Null where the body is no JSON.
    pub json: Value,
}

impl Reply {
    async fn read(response: axum::response::Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body arrives").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }

    /// The answer, which must have this status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The body of an answer that must be a success.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text);
        self.json
    }

    /// The answer must be this problem.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.text);
        self
    }

    /// The answer must be `invalid` with exactly one wrong field.
    #[track_caller]
    pub fn wrong(self, field: &str, code: &str) {
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        let found: Vec<_> = errors.iter().map(|e| (e["field"].as_str().unwrap_or(""), e["code"].as_str().unwrap_or(""))).collect();
        assert_eq!((self.status, found), (422, vec![(field, code)]), "{}", self.text);
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// The token in the session cookie that this answer sets.
    pub fn session_token(&self) -> Option<String> {
        let cookie = self.header("set-cookie")?;
        let value = cookie.strip_prefix("__Host-muster=")?.split(';').next()?;
        (!value.is_empty()).then(|| value.to_owned())
    }
}
