//! What staff do with a request: accept it, give it back, cancel it.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use muster_shared::account::{Account, AccountKind, NewAccount};
use muster_shared::contact::{Contact, NewContact};
use muster_shared::event::{Action, Actor, EntityKind, Reason};
use muster_shared::id::OpportunityId;
use muster_shared::lead::{ANSWER_MINUTES, Lead, LeadCancel, LeadReturn, LeadState};
use muster_shared::money::Money;
use muster_shared::opportunity::{NewOpportunity, Opportunity};
use muster_shared::patch::Change;
use muster_shared::problem::Problem;
use uuid::Uuid;

use super::known::{self, Customer, Keys};
use super::routing::{self, Wish};
use super::{consent, queries, requesting};
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::record::{self, Record as _, Write};
use crate::writer::Tx;

/// Days until a deal made of a request may be closed, where nobody has said yet.
const CLOSE_DAYS: i32 = 30;

/// The request with this id, which waits for an answer and which `user` may write, from version `from`.
async fn waiting(tx: &Tx, user: &UserSubject, id: Uuid, from: i64, to: LeadState) -> Result<Lead> {
    let lead: Lead = record::find(tx.db(), user, id).await?;
    user.must(Lead::READ, Lead::WRITE, &lead.scope())?;
    let wanted = [Change { field: "state".into(), old: serde_json::to_value(lead.state)?, new: serde_json::to_value(to)? }];
    record::refuse_conflicts(tx, &lead, from, &wanted).await?;
    if !lead.state.is_waiting() {
        let problem = Problem::new(StatusCode::CONFLICT.as_u16(), "not-waiting", "Nobody waits for an answer here any more.");
        return Err(Error::Problem(Box::new(problem.with("state", lead.state.as_str()))));
    }
    Ok(lead)
}

/// What became of a request.
pub struct Accepted {
    pub lead: Lead,
    pub deal: OpportunityId,
    /// The customer had the deal already.
    pub joined: bool,
}

/// Takes a request over and makes a deal of it, with the customer that is known already or a new one. An open deal of theirs that
/// `user` may see is joined.
///
/// # Errors
/// `not-waiting` where somebody was quicker; 403 for who works for another dealer.
pub async fn accept(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64) -> Result<Accepted> {
    let old = waiting(tx, user, id, from, LeadState::Accepted).await?;
    if user.reach.dealer_id != old.dealer_id {
        return Err(Error::forbidden());
    }
    let customer = customer(tx, user, &old).await?;
    let open = open_deal(tx, user, &customer).await?;
    let joined = open.is_some();
    let deal = match open {
        Some(deal) => deal,
        None => deal(tx, user, &old, &customer).await?.id,
    };
    let mut new = old.clone();
    routing::give_to(tx.db(), &mut new, user.id()).await?;
    new.state = LeadState::Accepted;
    new.due_at = None;
    new.account_id = Some(customer.account.id);
    new.contact_id = customer.contact.as_ref().map(|c| c.id);
    new.opportunity_id = Some(deal);
    let how = Write { action: Some(Action::Accepted), ..Write::default() };
    let lead = record::store_change(tx, &old, new, how).await?;
    consent::carry_over(tx, &lead).await?;
    if joined {
        requesting::tell_deal(tx, &lead, Action::Requested).await?;
    }
    Ok(Accepted { lead, deal, joined })
}

/// The customer's open deal, where `user` may see it: one who asks is never two cards.
async fn open_deal(tx: &Tx, user: &UserSubject, customer: &Customer) -> Result<Option<OpportunityId>> {
    let Some(id) = known::open_deal(tx.db(), customer.account.id).await? else { return Ok(None) };
    let deal = Opportunity::load(tx.db(), id.0).await?;
    Ok(deal.filter(|deal| user.covers(Opportunity::READ, &deal.scope())).map(|deal| deal.id))
}

/// The customer who asked: one known by phone or mail, or a new one.
async fn customer(tx: &mut Tx, user: &UserSubject, lead: &Lead) -> Result<Customer> {
    if let Some(found) = known::customer(tx.db(), lead.dealer_id, &Keys::of(&lead.phone, &lead.mail)).await? {
        let may_add = found.contact.is_none() && user.covers(Account::WRITE, &found.account.scope());
        let contact = if may_add { Some(contact(tx, user, lead, &found.account).await?) } else { found.contact };
        return Ok(Customer { contact, account: found.account });
    }
    let new = NewAccount {
        kind: AccountKind::Person,
        name: lead.name.clone(),
        segment: String::new(),
        mail: lead.mail.clone(),
        phone: lead.phone.clone(),
        website: String::new(),
        street: String::new(),
        city: lead.place.clone(),
        country: String::new(),
        note: String::new(),
        owner_id: None,
        territory_id: None,
    };
    let account = crate::account::commands::create(tx, user, new).await?;
    let contact = contact(tx, user, lead, &account).await?;
    Ok(Customer { account, contact: Some(contact) })
}

async fn contact(tx: &mut Tx, user: &UserSubject, lead: &Lead, account: &Account) -> Result<Contact> {
    let new = NewContact {
        account_id: account.id,
        name: lead.name.clone(),
        title: String::new(),
        mail: lead.mail.clone(),
        phone: lead.phone.clone(),
        note: String::new(),
    };
    crate::contact::commands::create(tx, user, new).await
}

async fn deal(tx: &mut Tx, user: &UserSubject, lead: &Lead, customer: &Customer) -> Result<Opportunity> {
    let (_, model) = queries::model(tx.db(), lead).await?;
    let company = crate::company::load(tx.db()).await?;
    let name = match model {
        Some(model) => format!("{} · {}", model.get(user.lang), lead.name),
        None => lead.name.clone(),
    };
    let new = NewOpportunity {
        name: name.chars().take(muster_shared::check::NAME_MAX).collect(),
        account_id: customer.account.id,
        contact_id: customer.contact.as_ref().map(|c| c.id),
        pipeline_id: None,
        stage_id: None,
        amount: lead.amount.unwrap_or(Money::new(0, company.currency)),
        close_day: crate::clock::day_in(&company.zone, tx.now).plus(CLOSE_DAYS),
        owner_id: None,
        next_step: String::new(),
        next_step_day: None,
    };
    // The customer asked this person: a colleague's customer is no reason to make them twice.
    crate::opportunity::commands::create_at(tx, user, customer.account.dealer_id, new).await
}

/// Gives a request back; it goes on to the next who had it never, or to who leads them, or waits with its last owner.
pub async fn give_back(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, back: LeadReturn) -> Result<Lead> {
    back.check()?;
    let old = waiting(tx, user, id, from, LeadState::Requested).await?;
    let mut but = owners(tx, &old).await?;
    but.insert(user.id());
    let mut new = old.clone();
    let to = pass(tx, &mut new, &but).await?;
    new.state = if to.is_some() { LeadState::Requested } else { LeadState::Returned };
    new.return_reason = Some(back.reason);
    back.note.trim().clone_into(&mut new.return_note);
    let mut reason = to.unwrap_or_else(|| Reason { code: Some("nobody-left".to_owned()), ..Reason::default() });
    reason.params.insert("reason".to_owned(), back.reason.as_str().into());
    let how = Write { action: Some(Action::Returned), reason: Some(reason), undoes: None };
    record::store_change(tx, &old, new, how).await
}

/// Gives a request to the next in turn who is none of `but`, with a new clock; why to them. `None` where nobody is left.
pub(super) async fn pass(tx: &Tx, lead: &mut Lead, but: &BTreeSet<Uuid>) -> Result<Option<Reason>> {
    let wish = Wish::of(tx.db(), Some(lead.dealer_id), &lead.place, &lead.market, &lead.province).await?;
    let next = match routing::desk(tx.db(), &wish).await {
        Ok(desk) => routing::rep(tx.db(), &desk, but).await?,
        // Everybody left this dealer.
        Err(error) if error.code() == Some("invalid") => None,
        Err(error) => return Err(error),
    };
    let Some(next) = next else { return Ok(None) };
    give(tx, lead, next.owner).await?;
    Ok(Some(next.reason))
}

/// Makes somebody the owner of a request, with a new clock.
pub(super) async fn give(tx: &Tx, lead: &mut Lead, owner: Uuid) -> Result<()> {
    routing::give_to(tx.db(), lead, owner).await?;
    let company = crate::company::load(tx.db()).await?;
    lead.due_at = Some(crate::clock::add_work_minutes(&company, tx.now, ANSWER_MINUTES));
    Ok(())
}

/// Everybody who had a request, or gave it back.
pub(super) async fn owners(tx: &Tx, lead: &Lead) -> Result<BTreeSet<Uuid>> {
    let mut owners = BTreeSet::from([lead.owner_id.0]);
    for event in crate::event::of_record(tx.db(), EntityKind::Lead, lead.id.0).await? {
        if let (Action::Returned, Actor::User(id)) = (event.action, event.actor) {
            owners.insert(id);
        }
        owners.extend([event.scope_before, event.scope_after].into_iter().flatten().filter_map(|scope| scope.owner_id));
    }
    Ok(owners)
}

/// Ends a request without a deal.
pub async fn cancel(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, cancel: LeadCancel) -> Result<Lead> {
    cancel.check()?;
    let old = waiting(tx, user, id, from, LeadState::Cancelled).await?;
    let new = Lead { state: LeadState::Cancelled, due_at: None, ..old.clone() };
    let note = Some(cancel.note.trim().to_owned()).filter(|note| !note.is_empty());
    let reason = note.map(|note| Reason { note: Some(note), ..Reason::default() });
    record::store_change(tx, &old, new, Write { action: Some(Action::Cancelled), reason, undoes: None }).await
}

/// Hands the requests that wait for `from` to `to`, or to the next in turn; how many. For a leaver's work.
pub async fn hand_over(tx: &mut Tx, from: Uuid, to: Option<Uuid>) -> Result<i64> {
    let mut condition = crate::sql::Sql::new("l.state IN ('new', 'working', 'requested', 'returned') AND l.owner_id = ");
    condition.bind(from);
    let mut count = 0;
    for old in super::row::select(tx.db(), condition).await? {
        let mut new = old.clone();
        match to {
            Some(to) => give(tx, &mut new, to).await?,
            None if pass(tx, &mut new, &BTreeSet::from([from])).await?.is_none() => continue,
            None => {}
        }
        if !old.state.is_waiting() {
            new.due_at = old.due_at;
        }
        let reason = Some(Reason { code: Some("leaver".into()), ..Reason::default() });
        record::store_change(tx, &old, new, Write { action: Some(Action::Reassigned), reason, undoes: None }).await?;
        count += 1;
    }
    Ok(count)
}
