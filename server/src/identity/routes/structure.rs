//! Dealers, departments, teams and territories.

use axum::Json;
use axum::extract::State;
use muster_shared::id::DealerId;
use muster_shared::identity::{Dealer, DealerPatch, NewDealer, NewUnit, Unit, UnitPatch};
use muster_shared::problem::Problem;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::Operation;
use crate::error::Result;
use crate::identity::structure::{self, Kind, Node};
use crate::identity::{commands, queries};
use crate::record;
use crate::request::{Body, Caller, Path, Query};
use crate::state::AppState;
use crate::writer::Answer;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_dealers, create_dealer))
        .routes(routes!(patch_dealer))
        .merge(department::router())
        .merge(team::router())
        .merge(territory::router())
}

/// The dealers I may know of.
#[utoipa::path(get, path = "/dealers", operation_id = "dealer.list", tag = "identity", responses((status = 200, body = Vec<Dealer>)))]
async fn list_dealers(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<Dealer>>> {
    let me = caller.user(Operation::DealerList)?;
    Ok(Json(queries::list_dealers(&state.db, &me).await?))
}

/// Records a dealer.
#[utoipa::path(post, path = "/dealers", operation_id = "dealer.create", tag = "identity", request_body = NewDealer,
    responses((status = 201, body = Dealer), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create_dealer(State(state): State<AppState>, caller: Caller, body: Body<NewDealer>) -> Result<Answer> {
    let me = caller.user(Operation::DealerCreate)?;
    let envelope = caller.envelope_of(Operation::DealerCreate, body.hash);
    let once =
        state.writer.once(envelope, move |tx| Box::pin(async move { Answer::created(&commands::add_dealer(tx, &me, body.value).await?) }));
    once.await
}

/// Changes a dealer's name or contract.
#[utoipa::path(patch, path = "/dealers/{id}", operation_id = "dealer.patch", tag = "identity", params(("id" = DealerId, Path)), request_body = DealerPatch,
    responses((status = 200, body = Dealer), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
async fn patch_dealer(State(state): State<AppState>, caller: Caller, Path(id): Path<DealerId>, body: Body<DealerPatch>) -> Result<Answer> {
    let me = caller.user(Operation::DealerPatch)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(Operation::DealerPatch, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::ok(&commands::change_dealer(tx, &me, id.0, from, &body.value).await?) }));
    once.await
}

/// Whose units.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfDealer {
    /// My own where absent.
    dealer: Option<DealerId>,
}

async fn list<K: Kind>(state: AppState, caller: Caller, operation: Operation, of: OfDealer) -> Result<Json<Vec<Unit>>> {
    let me = caller.user(operation)?;
    Ok(Json(queries::list_units::<K>(&state.db, &me, of.dealer).await?))
}

async fn create<K: Kind>(state: AppState, caller: Caller, operation: Operation, body: Body<NewUnit>) -> Result<Answer> {
    let me = caller.user(operation)?;
    let envelope = caller.envelope_of(operation, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::created(&commands::add_unit::<K>(tx, &me, body.value).await?) }));
    once.await
}

async fn patch<K: Kind>(state: AppState, caller: Caller, operation: Operation, id: Uuid, body: Body<UnitPatch>) -> Result<Answer> {
    let me = caller.user(operation)?;
    let from = caller.version()?;
    let envelope = caller.envelope_of(operation, body.hash);
    let once = state
        .writer
        .once(envelope, move |tx| Box::pin(async move { Answer::ok(&record::change::<Node<K>>(tx, &me, id, from, &body.value).await?) }));
    once.await
}

async fn delete<K: Kind>(state: AppState, caller: Caller, operation: Operation, id: Uuid) -> Result<Answer> {
    let me = caller.user(operation)?;
    let from = caller.version()?;
    let once = state.writer.once(caller.envelope(operation), move |tx| {
        Box::pin(async move {
            commands::delete_unit::<K>(tx, &me, id, from).await?;
            Ok(Answer::empty())
        })
    });
    once.await
}

/// The four addresses of one kind of unit.
macro_rules! unit_routes {
    ($module:ident, $kind:ident, $list:ident $create:ident $patch:ident $delete:ident,
        $path:tt, $path_id:tt, $list_id:tt, $create_id:tt, $patch_id:tt, $delete_id:tt) => {
        mod $module {
            use super::{
                AppState, Answer, Body, Caller, Json, NewUnit, OfDealer, OpenApiRouter, Operation, Path, Problem, Query, Result, State, Unit,
                UnitPatch, Uuid, routes, structure,
            };

            pub fn router() -> OpenApiRouter<AppState> {
                OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(patch, delete))
            }

            /// The units of a dealer, by name.
            #[utoipa::path(get, path = $path, operation_id = $list_id, tag = "identity", params(OfDealer),
                responses((status = 200, body = Vec<Unit>), (status = 404, body = Problem)))]
            async fn list(State(state): State<AppState>, caller: Caller, Query(of): Query<OfDealer>) -> Result<Json<Vec<Unit>>> {
                super::list::<structure::$kind>(state, caller, Operation::$list, of).await
            }

            /// Records a unit.
            #[utoipa::path(post, path = $path, operation_id = $create_id, tag = "identity", request_body = NewUnit,
                responses((status = 201, body = Unit), (status = 403, body = Problem), (status = 422, body = Problem)))]
            async fn create(State(state): State<AppState>, caller: Caller, body: Body<NewUnit>) -> Result<Answer> {
                super::create::<structure::$kind>(state, caller, Operation::$create, body).await
            }

            /// Renames a unit or hangs it under another one.
            #[utoipa::path(patch, path = $path_id, operation_id = $patch_id, tag = "identity", params(("id" = Uuid, Path)), request_body = UnitPatch,
                responses((status = 200, body = Unit), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
            async fn patch(State(state): State<AppState>, caller: Caller, Path(id): Path<Uuid>, body: Body<UnitPatch>) -> Result<Answer> {
                super::patch::<structure::$kind>(state, caller, Operation::$patch, id, body).await
            }

            /// Deletes a unit that nothing names.
            #[utoipa::path(delete, path = $path_id, operation_id = $delete_id, tag = "identity", params(("id" = Uuid, Path)),
                responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem), (status = 412, body = Problem)))]
            async fn delete(State(state): State<AppState>, caller: Caller, Path(id): Path<Uuid>) -> Result<Answer> {
                super::delete::<structure::$kind>(state, caller, Operation::$delete, id).await
            }
        }
    };
}

unit_routes!(department, Department, DepartmentList DepartmentCreate DepartmentPatch DepartmentDelete,
    "/departments", "/departments/{id}", "department.list", "department.create", "department.patch", "department.delete");
unit_routes!(team, Team, TeamList TeamCreate TeamPatch TeamDelete,
    "/teams", "/teams/{id}", "team.list", "team.create", "team.patch", "team.delete");
unit_routes!(territory, Territory, TerritoryList TerritoryCreate TerritoryPatch TerritoryDelete,
    "/territories", "/territories/{id}", "territory.list", "territory.create", "territory.patch", "territory.delete");
