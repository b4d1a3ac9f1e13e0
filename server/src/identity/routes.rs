//! The addresses of people, rights and structure.

mod role;
mod session;
mod setup;
mod structure;
mod user;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(session::router())
        .merge(setup::router())
        .merge(user::router())
        .merge(role::router())
        .merge(structure::router())
}
