//! The server's one error; its HTTP status is chosen here, and nothing internal leaves.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use muster_shared::problem::{FieldConflict, FieldError, Problem};
use sea_orm::{DbErr, RuntimeErr};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's doing or a rule; said to the caller as it is.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// The database could not be reached or had no room; trying again may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Too many requests at once, or shutting down.
    #[error("too busy")]
    Busy,
    /// A mistake of ours: logged once, never sent.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    #[must_use]
    pub fn problem(status: StatusCode, code: &str, title: &str) -> Self {
        Self::Problem(Box::new(Problem::new(status.as_u16(), code, title)))
    }

    #[must_use]
    pub fn not_found() -> Self {
        Self::problem(StatusCode::NOT_FOUND, "not-found", "There is no such record, or it is not visible to you.")
    }

    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::problem(StatusCode::UNAUTHORIZED, "unauthenticated", "Sign in first.")
    }

    #[must_use]
    pub fn forbidden() -> Self {
        Self::problem(StatusCode::FORBIDDEN, "forbidden", "Your role does not allow this.")
    }

    #[must_use]
    pub fn version_required() -> Self {
        Self::problem(StatusCode::PRECONDITION_REQUIRED, "version-required", "Send the version you started from as If-Match.")
    }

    #[must_use]
    pub fn malformed(detail: &str) -> Self {
        let problem = Problem::new(400, "malformed", "The request could not be read.").with("detail", detail);
        Self::Problem(Box::new(problem))
    }

    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Problem::new(422, "invalid", "Some fields do not hold.");
        problem.errors = errors;
        Self::Problem(Box::new(problem))
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: &str, code: &str) -> Self {
        Self::invalid(vec![FieldError { field: field.to_owned(), code: code.to_owned(), params: Default::default() }])
    }

    #[must_use]
    pub fn stale(version: i64, conflicts: Vec<FieldConflict>) -> Self {
        let mut problem = Problem::new(412, "stale", "Somebody changed the same fields meanwhile.");
        problem.version = Some(version);
        problem.conflicts = conflicts;
        Self::Problem(Box::new(problem))
    }

    /// The problem's code, where it is one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(p) => Some(&p.code),
            _ => None,
        }
    }
}

impl From<Vec<FieldError>> for Error {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::invalid(errors)
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_unavailable(&error) { Self::Unavailable(error.to_string()) } else { Self::Internal(format!("database: {error}")) }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("stored JSON: {error}"))
    }
}

/// Whether waiting may help: no connection, locked, no room on the disk.
fn is_unavailable(error: &DbErr) -> bool {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => return true,
        DbErr::Exec(e) | DbErr::Query(e) => e,
        _ => return false,
    };
    let RuntimeErr::SqlxError(sqlx) = runtime else { return false };
    match &**sqlx {
        sea_orm::sqlx::Error::Io(_)
        | sea_orm::sqlx::Error::PoolTimedOut
        | sea_orm::sqlx::Error::PoolClosed
        | sea_orm::sqlx::Error::WorkerCrashed
        | sea_orm::sqlx::Error::Protocol(_)
        | sea_orm::sqlx::Error::Tls(_) => true,
        sea_orm::sqlx::Error::Database(e) => {
            // SQLite: busy, locked, I/O, full, cannot open. PostgreSQL: connection, resources, operator intervention, lock timeout, read-only.
            let code = e.code().unwrap_or_default();
            let sqlite = code.parse::<u32>().is_ok_and(|c| matches!(c & 0xff, 5 | 6 | 10 | 13 | 14)) && code.len() < 5;
            sqlite
                || code.starts_with("08")
                || code.starts_with("53")
                || code.starts_with("57")
                || code == "55P03"
                || code == "25006"
                || code == "25P03"
        }
        _ => false,
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = match self {
            Self::Problem(problem) => *problem,
            Self::Unavailable(detail) => {
                tracing::warn!(detail, "database unavailable");
                Problem::new(503, "unavailable", "The database cannot be reached just now. Nothing was lost; try again.")
            }
            Self::Busy => Problem::new(503, "busy", "Too much is going on just now. Try again in a moment."),
            Self::Internal(detail) => {
                tracing::error!(detail, "internal error");
                Problem::new(500, "internal", "Something went wrong on our side.")
            }
        };
        respond(&problem)
    }
}

/// Travels with a response, so that the request's id can be added on its way out.
#[derive(Clone, Debug)]
pub struct ProblemBody(pub Problem);

/// `problem` as a response, in its own media type.
#[must_use]
pub fn respond(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    response.extensions_mut().insert(ProblemBody(problem.clone()));
    if matches!(problem.status, 429 | 503) {
        let seconds = problem.params.get("retry_after").and_then(serde_json::Value::as_i64).unwrap_or(1);
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
