//! What the customer does with a request through its secret link: look, change, cancel, have it forgotten.

use axum::http::StatusCode;
use muster_shared::event::Action;
use muster_shared::id::LeadId;
use muster_shared::lead::{Lead, LeadState, RequestChange, RequestStatus, RequestView};
use muster_shared::money::Money;
use muster_shared::opportunity::Opportunity;
use sea_orm::ConnectionTrait;

use super::builds::Priced;
use super::links::Holder;
use super::{consent, queries, requesting};
use crate::error::{Error, Result};
use crate::record::{self, Record as _, Write};
use crate::state::AppState;
use crate::writer::Tx;

/// What can still be done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    status: RequestStatus,
    /// It waits for an answer, or its deal goes on.
    goes_on: bool,
}

async fn open(db: &impl ConnectionTrait, lead: &Lead) -> Result<Open> {
    let deal = match lead.opportunity_id {
        Some(id) => Opportunity::load(db, id.0).await?.filter(|d| !d.is_deleted() && d.closed_at.is_none()),
        None => None,
    };
    let status = match lead.state {
        LeadState::Accepted => RequestStatus::Accepted,
        LeadState::Cancelled => RequestStatus::Cancelled,
        LeadState::Expired | LeadState::Disqualified => RequestStatus::Over,
        // Nobody took over what joined a deal by itself, and somebody calls all the same.
        _ => RequestStatus::Waiting,
    };
    let ended = matches!(status, RequestStatus::Cancelled | RequestStatus::Over);
    Ok(Open { status, goes_on: !ended && (lead.state.is_waiting() || deal.is_some()) })
}

async fn find(db: &impl ConnectionTrait, id: LeadId) -> Result<Lead> {
    Lead::load(db, id.0).await?.filter(|lead| !lead.is_deleted()).ok_or_else(Error::not_found)
}

fn over() -> Error {
    Error::problem(StatusCode::CONFLICT, "request-over", "This request has ended.")
}

/// A request as the holder of its link sees it.
pub async fn view(state: &AppState, holder: Holder) -> Result<RequestView> {
    let db = &state.db;
    let lead = find(db, holder.lead_id).await?;
    let Open { status, goes_on } = open(db, &lead).await?;
    let (rep_name, dealer) = requesting::names(db, &lead).await?;
    let (model, model_name) = queries::model(db, &lead).await?;
    Ok(RequestView {
        status,
        dealer,
        rep_name,
        due_at: lead.due_at.filter(|_| status == RequestStatus::Waiting),
        configuration: queries::configuration(state, &lead).await?,
        model,
        model_name,
        market: lead.market,
        province: lead.province,
        version_id: lead.model_version_id,
        can_change: goes_on && lead.offer.is_some(),
        can_cancel: goes_on && !holder.joined,
        can_forget: lead.opportunity_id.is_none() && !holder.joined,
        offer: lead.offer,
        choices: lead.choices,
        code: lead.code,
        price: lead.amount,
        created_at: lead.created_at,
    })
}

/// Prices another configuration of the same offer; with the offer's file. Reads only.
///
/// # Errors
/// Field errors of the choices; `request-over` where there is nothing to change any more.
pub async fn check(state: &AppState, holder: Holder, change: &RequestChange) -> Result<(String, Priced)> {
    change.check()?;
    let lead = find(&state.db, holder.lead_id).await?;
    if !open(&state.db, &lead).await?.goes_on {
        return Err(over());
    }
    let offer = lead.offer.ok_or_else(over)?;
    let priced = state.builds.price(&state.db, &offer, &change.choices).await?;
    Ok((offer, priced))
}

/// Sets another configuration in place of the one asked for.
///
/// # Errors
/// `stale` where another offer was asked for meanwhile.
pub async fn change(tx: &mut Tx, holder: Holder, change: RequestChange, (offer, priced): (String, Priced)) -> Result<Lead> {
    let old = find(tx.db(), holder.lead_id).await?;
    if !open(tx.db(), &old).await?.goes_on {
        return Err(over());
    }
    let Some(currency) = old.amount.map(|a| a.currency).filter(|_| old.offer.as_ref() == Some(&offer)) else {
        return Err(Error::stale(old.version, Vec::new()));
    };
    let mut new = old.clone();
    new.choices = change.choices;
    new.choices.sort_unstable();
    new.code = priced.code;
    new.amount = Some(Money::new(priced.price, currency));
    if let Some(note) = change.note {
        note.trim().clone_into(&mut new.note);
    }
    new.check()?;
    let lead = record::store_change(tx, &old, new, Write::default()).await?;
    if lead.version != old.version {
        requesting::tell_deal(tx, &lead, Action::Requested).await?;
    }
    Ok(lead)
}

fn first_link_only() -> Error {
    Error::problem(StatusCode::FORBIDDEN, "first-link-only", "Only the link of the first request may do this.")
}

/// Ends a request: the customer wants no call any more.
pub async fn cancel(tx: &mut Tx, holder: Holder) -> Result<()> {
    if holder.joined {
        return Err(first_link_only());
    }
    let old = find(tx.db(), holder.lead_id).await?;
    if old.state == LeadState::Cancelled {
        return Ok(());
    }
    if !open(tx.db(), &old).await?.goes_on {
        return Err(over());
    }
    let new = Lead { state: LeadState::Cancelled, due_at: None, ..old.clone() };
    let how = Write { action: Some(Action::Cancelled), ..Write::default() };
    let lead = record::store_change(tx, &old, new, how).await?;
    consent::withdraw(tx, lead.id).await?;
    requesting::tell_deal(tx, &lead, Action::Cancelled).await
}

/// Erases whose request it was; that there was one stays.
///
/// # Errors
/// `deal-exists` where a deal was made of it: then the dealer erases the customer.
pub async fn forget(tx: &mut Tx, holder: Holder) -> Result<()> {
    if holder.joined {
        return Err(first_link_only());
    }
    let lead = find(tx.db(), holder.lead_id).await?;
    if lead.opportunity_id.is_some() {
        return Err(Error::problem(StatusCode::CONFLICT, "deal-exists", "A deal was made of this request. Ask the dealer."));
    }
    crate::person::erase_lead(tx, &lead).await
}
