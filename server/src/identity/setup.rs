//! The first start: a one-time link in the terminal, and the company that comes of it.

use axum::http::StatusCode;
use muster_shared::calendar::{WorkCalendar, WorkHours};
use muster_shared::company::{Company, Setup, SetupState};
use muster_shared::event::Actor;
use muster_shared::id::{SessionId, UserId};
use muster_shared::identity::{DealerContract, User};
use muster_shared::opportunity::{ForecastCategory, NewPipeline, NewStage};
use uuid::Uuid;

use super::links::{self, Purpose};
use super::sessions::{self, Browser};
use super::{commands, queries};
use crate::error::{Error, Result};
use crate::state::AppState;
use crate::writer::Tx;

/// How far the first start has come.
pub async fn state(state: &AppState) -> Result<SetupState> {
    let company = crate::company::find(&state.db).await?;
    let demo = state.config.demo && queries::is_demo(&state.db).await?;
    Ok(SetupState { needed: company.is_none(), demo, company: company.map(|c| c.name) })
}

/// A new link for the first start, good once; `None` where there is a company already.
///
/// Links of earlier starts end: who reads the terminal now is who may go on.
pub async fn link(state: &AppState) -> Result<Option<String>> {
    if crate::company::find(&state.db).await?.is_some() {
        return Ok(None);
    }
    let token = sessions::new_token()?;
    let url = Purpose::Setup.url(&state.config.base_url(), &token);
    state
        .writer
        .run(Actor::System, move |tx| Box::pin(async move { links::create(tx, Purpose::Setup, None, &token).await.map(drop) }))
        .await?;
    Ok(Some(url))
}

fn already() -> Error {
    Error::problem(StatusCode::CONFLICT, "already-set-up", "This installation has its company already.")
}

/// Refuses answers that cannot be taken, before the password is hashed.
pub async fn check(state: &AppState, setup: &Setup) -> Result<()> {
    if crate::company::find(&state.db).await?.is_some() {
        return Err(already());
    }
    if !links::is_setup(&state.db, &setup.token, state.clock.now()).await? {
        return Err(Error::field("token", "not-found"));
    }
    setup.check()?;
    Ok(())
}

/// Makes company, dealer, roles, administrator, pipeline, and signs the administrator in.
pub async fn run(tx: &mut Tx, setup: Setup, hash: &str, token: &str, browser: &Browser) -> Result<(UserId, SessionId)> {
    if crate::company::find(tx.db()).await?.is_some() {
        return Err(already());
    }
    if !links::is_setup(tx.db(), &setup.token, tx.now).await? {
        return Err(Error::field("token", "not-found"));
    }
    let calendar = WorkCalendar { zone: setup.zone.clone(), workdays: setup.workdays, holidays: setup.holidays };
    let company = Company {
        version: 1,
        name: setup.company.clone(),
        currency: setup.currency,
        currencies: setup.currencies,
        zone: setup.zone.clone(),
        languages: setup.languages,
        calendar,
        hours: WorkHours::default(),
        contact_limit_days: 14,
        mail_from: None,
    };
    crate::company::commands::create_company(tx, company, false).await?;
    let dealer = commands::create_dealer(tx, &setup.company, true, DealerContract::Closed).await?;
    let roles = commands::create_shipped_roles(tx).await?;
    let admin = roles.get("admin").copied().ok_or_else(|| Error::Internal("no role for administrators is shipped".into()))?;
    let user = User {
        id: UserId(Uuid::nil()),
        version: 1,
        dealer_id: dealer.id,
        department_id: None,
        name: setup.name,
        mail: setup.mail,
        title: String::new(),
        lang: setup.lang,
        zone: setup.zone,
        active: true,
        invited: false,
        role_ids: vec![admin],
        team_ids: Vec::new(),
        territory_ids: Vec::new(),
    };
    let user = commands::create_user(tx, user, Some(hash)).await?;
    let stages = setup.stages.into_iter().map(|s| NewStage {
        name: s.name,
        probability: s.probability,
        category: category(s.probability),
        limit_days: s.limit_days,
    });
    let pipeline = NewPipeline { name: setup.pipeline, stages: stages.collect() };
    crate::opportunity::pipeline::create(tx, dealer.id, &pipeline).await?;
    links::forget_setup(tx).await?;
    let session = sessions::open(tx, &user, token, browser).await?;
    Ok((user.id, session))
}

/// A stage's forecast category where only its probability was asked for.
const fn category(probability: u8) -> ForecastCategory {
    match probability {
        80.. => ForecastCategory::Commit,
        50.. => ForecastCategory::BestCase,
        _ => ForecastCategory::Pipeline,
    }
}
