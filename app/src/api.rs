//! The one client of the API: what every request carries, and what every refusal becomes.

use std::{
    cell::RefCell,
    future::Future,
    hash::{DefaultHasher, Hash, Hasher},
    pin::Pin,
    rc::Rc,
};

use gloo_net::http::{Method, RequestBuilder};
use leptos::prelude::{Owner, on_cleanup};
use muster_shared::{
    patch,
    problem::{FieldConflict, FieldError, Params, Problem},
};
use send_wrapper::SendWrapper;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;
use web_sys::{AbortController, AbortSignal};

use crate::{browser::json, i18n::messages::problem as wording, ui::Failure};

/// Why a request did not do what was asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// The server answered that it cannot or will not.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// No answer came, or one that nobody can read: the connection is broken or a proxy stands between.
    #[error("no answer from the server")]
    Offline,
}

impl ApiError {
    /// The problem's code; `offline` where there was no answer.
    pub fn code(&self) -> &str {
        match self {
            Self::Problem(problem) => &problem.code,
            Self::Offline => "offline",
        }
    }

    /// The status of the answer; 0 where there was none.
    pub fn status(&self) -> u16 {
        match self {
            Self::Problem(problem) => problem.status,
            Self::Offline => 0,
        }
    }

    /// Which fields are wrong.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Self::Problem(problem) => &problem.errors,
            Self::Offline => &[],
        }
    }

    /// Fields that somebody else changed meanwhile.
    pub fn conflicts(&self) -> &[FieldConflict] {
        match self {
            Self::Problem(problem) => &problem.conflicts,
            Self::Offline => &[],
        }
    }

    /// The record's version now, where the problem is about its version.
    pub fn version(&self) -> Option<i64> {
        match self {
            Self::Problem(problem) => problem.version,
            Self::Offline => None,
        }
    }

    /// What to name when asking for help.
    pub fn request_id(&self) -> Option<String> {
        match self {
            Self::Problem(problem) => problem.request_id.clone(),
            Self::Offline => None,
        }
    }

    /// What happened and what to do, worded in the language of the interface; follows it.
    pub fn text(&self) -> String {
        match self {
            Self::Problem(problem) if problem.code == "invalid" && !problem.errors.is_empty() => {
                problem.errors.iter().map(word_field).collect::<Vec<_>>().join(" · ")
            }
            Self::Problem(problem) => word(wording::find, &problem.code, &problem.params),
            Self::Offline => wording::offline.text().to_owned(),
        }
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        let hint = wording::hint::find(&error.code().replace('-', "_"));
        Self {
            title: error.text(),
            text: hint.map(|hint| hint.text().to_owned()).unwrap_or_default(),
            request_id: error.request_id().filter(|_| error.status() >= 500),
            can_retry: matches!(error.status(), 0 | 429 | 500..),
        }
    }
}

/// What is wrong with one field, worded.
pub fn word_field(error: &FieldError) -> String {
    word(wording::field::find, &error.code, &error.params)
}

fn word(find: fn(&str) -> Option<&'static crate::i18n::Message>, code: &str, params: &Params) -> String {
    let message = find(&code.replace('-', "_")).unwrap_or(&wording::unknown);
    let values: Vec<(&str, String)> = params.iter().map(|(name, value)| (name.as_str(), plain(value))).collect();
    let values: Vec<(&str, &dyn std::fmt::Display)> = values.iter().map(|(name, value)| (*name, value as &dyn std::fmt::Display)).collect();
    message.with(&values)
}

/// A JSON value as text without quotes.
pub fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => json::text(other).unwrap_or_default(),
    }
}

/// What a page reads; see [`crate::ui::Reading`].
pub type Reading<T> = crate::ui::Reading<T, ApiError>;

/// What a write answered, and the event that takes it back.
#[derive(Clone, Debug, PartialEq)]
pub struct Wrote<T> {
    pub record: T,
    /// Sequence of the event, for undo; absent where nothing changed.
    pub event: Option<i64>,
}

/// Reads `path`; the request is given up when the owner that asked is cleaned up.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
    let signal = abort_on_cleanup();
    read(&send(Request { method: Method::GET, path, version: None, body: None, signal }).await?)
}

/// Reads a file; the request is given up when the owner that asked is cleaned up.
pub async fn bytes(path: &str) -> Result<Vec<u8>, ApiError> {
    let signal = abort_on_cleanup();
    let request = RequestBuilder::new(&format!("/api{path}")).abort_signal(signal.as_ref()).build().map_err(|_| ApiError::Offline)?;
    let response = request.send().await.map_err(|_| ApiError::Offline)?;
    if response.ok() {
        return response.binary().await.map_err(|_| ApiError::Offline);
    }
    let body = response.text().await.map_err(|_| ApiError::Offline)?;
    Err(json::parse(&body).map_or(ApiError::Offline, |problem| ApiError::Problem(Box::new(problem))))
}

/// Reads `path` with the fields of `filter` as its query.
pub async fn find<T: DeserializeOwned>(path: &str, filter: &impl Serialize) -> Result<T, ApiError> {
    let query = query_of(filter);
    if query.is_empty() { get(path).await } else { get(&format!("{path}?{query}")).await }
}

/// Creates a record or sets something going.
pub async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
    Ok(create(path, body).await?.record)
}

/// Like [`post`], with the event of the write.
pub async fn create<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<Wrote<T>, ApiError> {
    wrote(&send(Request { method: Method::POST, path, version: None, body: text(body)?, signal: None }).await?)
}

/// Does something to an existing record, as far as it is still at `version`.
pub async fn post_to<T: DeserializeOwned>(path: &str, version: i64, body: &impl Serialize) -> Result<Wrote<T>, ApiError> {
    wrote(&send(Request { method: Method::POST, path, version: Some(version), body: text(body)?, signal: None }).await?)
}

/// Changes some fields of a record that was read at `version`.
pub async fn patch<T: DeserializeOwned>(path: &str, version: i64, body: &impl Serialize) -> Result<Wrote<T>, ApiError> {
    wrote(&send(Request { method: Method::PATCH, path, version: Some(version), body: text(body)?, signal: None }).await?)
}

/// Deletes a record; answers the event that takes it back, where the record goes to the trash.
pub async fn delete(path: &str, version: Option<i64>) -> Result<Option<i64>, ApiError> {
    Ok(send(Request { method: Method::DELETE, path, version, body: None, signal: None }).await?.event)
}

/// The fields of `filter` as the query of an address, without question mark; absent ones are left out.
pub fn query_of(filter: &impl Serialize) -> String {
    let pairs = patch::fields(filter).into_iter().filter(|(_, value)| !value.is_null());
    let parts: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encode(&plain(&value)))).collect();
    parts.join("&")
}

/// Reads a filter from name-value pairs of an address; what does not fit is left out, as a link may be old or mistyped.
pub fn filter_from<T: DeserializeOwned + Serialize + Default>(pairs: impl IntoIterator<Item = (String, String)>) -> T {
    let read = |(name, text): (String, String)| match fit::<T>(&name, &text) {
        Fit::Value(value) => Some((name, value)),
        Fit::Unreadable | Fit::Nothing => None,
    };
    json::from_value(&Value::Object(pairs.into_iter().filter_map(read).collect())).unwrap_or_default()
}

/// Names of the fields that the filter has and whose values in the address it cannot read.
pub fn unreadable_in<T: DeserializeOwned + Serialize>(pairs: &[(String, String)]) -> Vec<String> {
    let is_unreadable = |pair: &&(String, String)| matches!(fit::<T>(&pair.0, &pair.1), Fit::Unreadable);
    pairs.iter().filter(is_unreadable).map(|pair| pair.0.clone()).collect()
}

/// What a value of an address is to a filter.
enum Fit {
    Value(Value),
    Unreadable,
    /// Empty, or of a field that the filter does not have: it is the page's.
    Nothing,
}

fn fit<T: DeserializeOwned + Serialize>(name: &str, text: &str) -> Fit {
    if text.is_empty() {
        return Fit::Nothing;
    }
    let other = text.parse::<bool>().map(Value::Bool).or_else(|_| text.parse::<i64>().map(Value::from)).ok();
    for value in [Some(Value::String(text.to_owned())), other].into_iter().flatten() {
        match json::from_value::<T>(&Value::Object([(name.to_owned(), value.clone())].into_iter().collect())) {
            // A browser's reader passes over fields that the type does not have, another refuses them.
            Ok(filter) if patch::fields(&filter).get(name).is_none_or(Value::is_null) => return Fit::Nothing,
            Err(error) if error.is_unknown_field() => return Fit::Nothing,
            Ok(_) => return Fit::Value(value),
            Err(_) => {}
        }
    }
    Fit::Unreadable
}

/// Percent-encodes a value of a query.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' => out.push(char::from(byte)),
            _ => {
                out.push('%');
                out.push_str(&muster_shared::event::hex(&[byte]).to_ascii_uppercase());
            }
        }
    }
    out
}

/// Runs `action` whenever a request is refused because nobody is signed in any more.
pub fn on_signed_out(action: impl Fn() + 'static) {
    ON_SIGNED_OUT.with_borrow_mut(|hook| *hook = Some(Rc::new(action)));
}

/// Nobody is signed in any more.
pub fn signed_out() {
    let hook = ON_SIGNED_OUT.with_borrow(Clone::clone);
    if let Some(hook) = hook {
        hook();
    }
}

thread_local! {
    // One per document: the session is the only listener, and requests run without a reactive owner.
    static ON_SIGNED_OUT: RefCell<Option<Rc<dyn Fn()>>> = const { RefCell::new(None) };
}

struct Request<'a> {
    method: Method,
    path: &'a str,
    version: Option<i64>,
    body: Option<String>,
    signal: Option<AbortSignal>,
}

struct Answer {
    body: String,
    event: Option<i64>,
}

thread_local! {
    static UNANSWERED: RefCell<Unanswered> = const { RefCell::new(Unanswered(Vec::new())) };
}

/// Writes that may or may not have been done, because no answer came. Who tries again sends the same key, and it is done once.
struct Unanswered(Vec<(u64, Uuid)>);

impl Unanswered {
    /// More than anybody tries again at once.
    const MOST: usize = 32;

    /// The key for this write: the one of the last attempt where that had no answer.
    fn key(&mut self, write: u64) -> Uuid {
        if let Some((_, key)) = self.0.iter().find(|(other, _)| *other == write) {
            return *key;
        }
        let key = Uuid::now_v7();
        let surplus = (self.0.len() + 1).saturating_sub(Self::MOST);
        self.0.drain(..surplus);
        self.0.push((write, key));
        key
    }

    /// What is sent next is another write, even if it says the same.
    fn answered(&mut self, write: u64) {
        self.0.retain(|(other, _)| *other != write);
    }
}

impl Request<'_> {
    /// Tells one write from another without keeping what was typed.
    fn print(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.method.as_ref(), self.path, self.version, &self.body).hash(&mut hasher);
        hasher.finish()
    }
}

/// Boxed: each kind of record has a future of its own around this one, which would else be in all of them.
fn send(request: Request<'_>) -> Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + '_>> {
    Box::pin(exchange(request))
}

async fn exchange(request: Request<'_>) -> Result<Answer, ApiError> {
    let is_read = request.method == Method::GET;
    let print = request.print();
    let mut builder =
        RequestBuilder::new(&format!("/api{}", request.path)).method(request.method.clone()).abort_signal(request.signal.as_ref());
    if let Some(version) = request.version {
        builder = builder.header("If-Match", &format!("\"{version}\""));
    }
    if !is_read {
        let key = UNANSWERED.with_borrow_mut(|all| all.key(print));
        builder = builder.header("Idempotency-Key", &key.to_string());
    }
    let sent = match request.body {
        Some(body) => builder.header("Content-Type", "application/json").body(body),
        None => builder.build(),
    };
    let response = sent.map_err(|_| ApiError::Offline)?.send().await.map_err(|_| ApiError::Offline)?;
    let header = response.headers().get("X-Event-Seq");
    let body = response.text().await.map_err(|_| ApiError::Offline)?;
    // After a failure of the server it is as unknown as after none.
    if response.status() < 500 {
        UNANSWERED.with_borrow_mut(|all| all.answered(print));
    }
    if response.ok() {
        let event = header.and_then(|seq| seq.parse().ok()).or_else(|| if is_read { None } else { event_in(&body) });
        return Ok(Answer { body, event });
    }
    let problem: Problem = json::parse(&body).map_err(|_| ApiError::Offline)?;
    if problem.status == 401 && request.path != "/session" {
        signed_out();
    }
    Err(ApiError::Problem(Box::new(problem)))
}

/// The event named in the answer of a write, where the header is absent.
fn event_in(body: &str) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Named {
        event: Option<i64>,
    }
    json::parse::<Named>(body).ok()?.event
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, ApiError> {
    // An answer without content stands for the unit type.
    let body = if answer.body.is_empty() { "null" } else { &answer.body };
    json::parse(body).map_err(|error| {
        leptos::logging::error!("an answer does not fit its type: {error}");
        ApiError::Offline
    })
}

fn wrote<T: DeserializeOwned>(answer: &Answer) -> Result<Wrote<T>, ApiError> {
    Ok(Wrote { record: read(answer)?, event: answer.event })
}

fn text(body: &impl Serialize) -> Result<Option<String>, ApiError> {
    json::text(body).map(Some).map_err(|error| {
        leptos::logging::error!("a request cannot be written: {error}");
        ApiError::Problem(Box::new(Problem::new(422, "invalid", "a number is too large")))
    })
}

/// A signal that gives a request up when the owner that made it is cleaned up.
fn abort_on_cleanup() -> Option<AbortSignal> {
    drop(Owner::current()?);
    let controller = SendWrapper::new(AbortController::new().ok()?);
    let signal = controller.signal();
    on_cleanup(move || controller.abort());
    Some(signal)
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        opportunity::{BoardFilter, BoardSort, OpportunityFilter},
        time::Day,
    };

    use super::*;

    #[test]
    fn a_filter_travels_through_an_address_and_back() {
        let filter = BoardFilter { q: Some("phở & bún".into()), sort: Some(BoardSort::CloseDay), ..BoardFilter::default() };
        assert_eq!(query_of(&filter), "q=ph%E1%BB%9F%20%26%20b%C3%BAn&sort=close-day");
        let pairs = [("q", "phở & bún"), ("sort", "close-day"), ("owner", "not-an-id"), ("card", "7"), ("team", "")];
        let pairs = pairs.map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(filter_from::<BoardFilter>(pairs.clone()), filter);
        // The card is the page's own.
        assert_eq!(unreadable_in::<BoardFilter>(&pairs), ["owner"]);
    }

    #[test]
    fn one_unreadable_value_leaves_the_others() {
        let pairs = [
            ("q", "true"),
            ("state", "maybe"),
            ("close_from", "2026-13-01"),
            ("close_to", "2026-12-01"),
            ("deleted", "true"),
            ("limit", "5"),
        ];
        let pairs = pairs.map(|(n, v)| (n.to_owned(), v.to_owned()));
        let expected = OpportunityFilter {
            q: Some("true".into()),
            close_to: Day::parse("2026-12-01"),
            deleted: Some(true),
            limit: Some(5),
            ..OpportunityFilter::default()
        };
        assert_eq!(filter_from::<OpportunityFilter>(pairs.clone()), expected);
        assert_eq!(unreadable_in::<OpportunityFilter>(&pairs), ["state", "close_from"]);
    }

    #[test]
    fn a_write_without_an_answer_is_tried_again_under_its_key() {
        let write = |body: &str| {
            let request = Request { method: Method::POST, path: "/accounts", version: None, body: Some(body.to_owned()), signal: None };
            request.print()
        };
        let mut unanswered = Unanswered(Vec::new());
        let first = unanswered.key(write("{\"name\":\"Sao Mai\"}"));
        assert_eq!(unanswered.key(write("{\"name\":\"Sao Mai\"}")), first);
        assert_ne!(unanswered.key(write("{\"name\":\"Sao Mai 2\"}")), first, "another body is another write");
        unanswered.answered(write("{\"name\":\"Sao Mai\"}"));
        assert_ne!(unanswered.key(write("{\"name\":\"Sao Mai\"}")), first, "after an answer it is meant anew");
        for no in 0..100 {
            unanswered.key(no);
        }
        assert_eq!(unanswered.0.len(), Unanswered::MOST);
    }
}
