//! All routes, and what every request passes on its way to them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate as _, SizeAbove};
use tracing::Instrument as _;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use crate::error::{Error, ProblemBody};
use crate::request::{COOKIE, cookie};
use crate::state::{AppState, REQUEST_TIMEOUT};

/// Largest body of an ordinary request, in bytes.
pub const BODY_MAX: usize = 64 * 1024;

// Schemas that only parameters refer to are not found by themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Muster",
        description = "Sales force management. Writes to a record carry `If-Match: \"version\"`; POSTs may carry `Idempotency-Key`."
    ),
    components(schemas(muster_shared::opportunity::BoardSort, muster_shared::opportunity::DealState))
)]
struct Api;

fn api() -> OpenApiRouter<AppState> {
    let slices = OpenApiRouter::new()
        .merge(crate::account::router())
        .merge(crate::catalog::router())
        .merge(crate::company::router())
        .merge(crate::contact::router())
        .merge(crate::identity::router())
        .merge(crate::lead::router())
        .merge(crate::log::router())
        .merge(crate::opportunity::router())
        .merge(crate::person::router())
        .merge(crate::search::router())
        .merge(crate::stream::router())
        .merge(crate::view::router());
    OpenApiRouter::with_openapi(Api::openapi()).nest("/api", slices).merge(crate::ops::router())
}

/// The API's description, as served.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().into_openapi()
}

/// The whole server.
pub fn app(state: AppState) -> Router {
    let (routes, _) = api().split_for_parts();
    let compression =
        CompressionLayer::new().compress_when(SizeAbove::new(1_024).and(NotForContentType::SSE).and(NotForContentType::new("font/")));
    routes
        .merge(crate::assets::router())
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(compression)
        .layer(middleware::from_fn_with_state(state.clone(), guard))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| Error::Internal("a handler panicked".into()).into_response()))
        .layer(middleware::from_fn_with_state(state.clone(), crate::metrics::measure))
        .layer(middleware::from_fn(frame))
        .with_state(state)
}

/// Gives each request its id, its log line and its time limit, and each answer its headers.
async fn frame(request: Request, next: Next) -> Response {
    let id = Uuid::now_v7();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let span = tracing::info_span!("request", %id, %method, path);
    let started = std::time::Instant::now();
    let mut response = async {
        let response = match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Error::Busy.into_response(),
        };
        let status = response.status().as_u16();
        let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        if status >= 500 {
            tracing::warn!(status, micros, "answered");
        } else {
            tracing::debug!(status, micros, "answered");
        }
        response
    }
    .instrument(span)
    .await;
    if let Some(ProblemBody(mut problem)) = response.extensions_mut().remove::<ProblemBody>() {
        problem.request_id = Some(id.to_string());
        let length = response.headers_mut().remove(header::CONTENT_LENGTH);
        drop(length);
        *response.body_mut() = serde_json::to_vec(&problem).unwrap_or_default().into();
    }
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-request-id"), HeaderValue::from_str(&id.to_string()).expect("a UUID is ASCII"));
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if path.starts_with("/api") && !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
         manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Refuses state-changing requests that a page of another origin may have sent.
async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || is_same_origin(&state, &request) {
        return next.run(request).await;
    }
    Error::problem(StatusCode::FORBIDDEN, "cross-origin", "This request came from another site.").into_response()
}

fn is_same_origin(state: &AppState, request: &Request) -> bool {
    let text = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    if let Some(origin) = text("origin") {
        return state.config.is_own_origin(origin, text("host"));
    }
    // Neither header: not a browser of today. Without a cookie there is no right to be misused.
    cookie(request.headers(), COOKIE).is_none()
}

/// An address that names nothing.
pub async fn not_found() -> Response {
    Error::not_found().into_response()
}
