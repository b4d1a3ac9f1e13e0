//! Taking a customer's request: everything in it checked, the person known again, one card for each.

use muster_shared::catalog::{Market, ModelVersion, ProductModel, VersionState};
use muster_shared::check::TEXT_MAX;
use muster_shared::event::{Action, EntityKind, Payload, Reason};
use muster_shared::id::{DealerId, LeadId, OpportunityId};
use muster_shared::lead::{ANSWER_MINUTES, Lead, LeadSource, LeadState, RequestAnswer, ShopRequest};
use muster_shared::money::{Currency, Money};
use muster_shared::opportunity::Opportunity;
use muster_shared::time::{Day, Instant};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use super::builds::{Builds, Priced};
use super::known::{self, Customer, Keys};
use super::routing::{self, Desk, Wish};
use super::{consent, links};
use crate::catalog::{self, market};
use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::record::{self, Record as _, Write};
use crate::sql::Sql;
use crate::state::AppState;
use crate::writer::Tx;

/// A request whose every word was checked, with what the server found out itself.
#[derive(Clone, Debug)]
pub struct Checked {
    pub request: ShopRequest,
    version: ModelVersion,
    market: Market,
    list: String,
    currency: Currency,
    priced: Priced,
    is_outdated: bool,
}

/// Checks a request and prices what was built. Reads only.
///
/// # Errors
/// Field errors: everything that does not hold or does not belong together.
pub async fn check(state: &AppState, request: ShopRequest) -> Result<Checked> {
    let company = crate::company::find(&state.db).await?.ok_or_else(|| Error::field("market", "not-found"))?;
    check_on(&state.db, &state.builds, crate::clock::day_in(&company.zone, state.clock.now()), request).await
}

/// The same for a request made on the day `today`.
///
/// # Errors
/// As [`check`].
pub async fn check_on(db: &impl ConnectionTrait, builds: &Builds, today: Day, request: ShopRequest) -> Result<Checked> {
    request.check()?;
    let market = market::all(db).await?.into_iter().find(|m| m.code == request.market);
    let market = market.ok_or_else(|| Error::field("market", "not-found"))?;
    if request.province.as_ref().is_some_and(|code| !market.provinces.iter().any(|p| p.code == *code)) {
        return Err(Error::field("province", "not-found"));
    }
    let version = version(db, &request, today).await?;
    let (list, currency) = list(db, &request, today).await?;
    let priced = builds.price(db, &request.offer, &request.choices).await?;
    let shop = catalog::queries::shop(db, Some(&request.market), today).await?;
    let is_newest = shop.models.iter().any(|m| m.version_id == version.id && m.offer == request.offer);
    Ok(Checked { version, market, list, currency, priced, is_outdated: !is_newest, request })
}

/// The version asked for, which was in the shop once.
async fn version(db: &impl ConnectionTrait, request: &ShopRequest, today: Day) -> Result<ModelVersion> {
    let version = ModelVersion::load(db, request.version_id.0).await?.filter(|v| {
        let was_published = matches!(v.state, VersionState::Published | VersionState::Retired);
        was_published && !v.is_deleted() && v.diagram.is_some() && v.from_day.is_some_and(|day| day <= today)
    });
    let version = version.ok_or_else(|| Error::field("version_id", "not-found"))?;
    let model = ProductModel::load(db, version.model_id.0).await?.filter(|m| !m.is_deleted() && m.code == request.model);
    if model.is_some() { Ok(version) } else { Err(Error::field("version_id", "other-model")) }
}

/// Code and currency of the price list of the offer, which is one of the version's and of the market's.
async fn list(db: &impl ConnectionTrait, request: &ShopRequest, today: Day) -> Result<(String, Currency)> {
    let mut sql = Sql::new("SELECT list, market, currency, from_day FROM model_offer WHERE version_id = ");
    sql.bind(request.version_id.0).push_bind(" AND offer = ", request.offer.as_str()).push(" ORDER BY from_day LIMIT 1");
    let row = sql.one(db).await?.ok_or_else(|| Error::field("offer", "other-version"))?;
    if row.try_get::<String>("", "market")? != request.market {
        return Err(Error::field("offer", "other-market"));
    }
    if row.try_get::<i32>("", "from_day")? > today.0 {
        return Err(Error::field("offer", "not-found"));
    }
    let currency = Currency::parse(&row.try_get::<String>("", "currency")?);
    Ok((row.try_get("", "list")?, currency.ok_or_else(|| Error::Internal("an offer holds an unknown currency".into()))?))
}

/// A request that is kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Taken {
    pub lead_id: LeadId,
    /// It was added to what the same person asked for before.
    pub joined: bool,
    pub answer: RequestAnswer,
}

/// Keeps a request: as a lead of its own, or as a change of what the same person asked for before.
///
/// # Errors
/// A field error where nobody can answer.
pub async fn take(tx: &mut Tx, checked: &Checked, token: &str) -> Result<Taken> {
    let request = &checked.request;
    let province = request.province.as_deref().unwrap_or_default();
    let wish = Wish::of(tx.db(), request.dealer_id, &request.place, &request.market, province).await?;
    let desk = routing::desk(tx.db(), &wish).await?;
    let keys = Keys::of(&request.phone, &request.mail);
    let (lead, joined) = match known::request(tx.db(), desk.dealer, &keys).await? {
        Some(before) => (join(tx, &before, checked).await?, true),
        None => (record(tx, checked, &desk, &keys).await?, false),
    };
    let proof = serde_json::json!({ "name": request.name.trim(), "language": request.language }).to_string();
    consent::give(tx, &lead, &proof).await?;
    links::create(tx, &lead, token, joined).await?;
    Ok(Taken { lead_id: lead.id, joined, answer: answer(tx, checked, &lead, token).await? })
}

/// The same answer again, with a link of its own: the first may not have arrived.
pub async fn answer_again(tx: &mut Tx, kept: Taken, token: &str) -> Result<RequestAnswer> {
    let lead = Lead::load(tx.db(), kept.lead_id.0).await?.ok_or_else(Error::not_found)?;
    links::create(tx, &lead, token, kept.joined).await?;
    Ok(RequestAnswer { path: links::path(token), ..kept.answer })
}

fn configure(lead: &mut Lead, checked: &Checked) {
    lead.model_id = Some(checked.version.model_id);
    lead.model_version_id = Some(checked.version.id);
    checked.request.market.clone_into(&mut lead.market);
    lead.province = checked.request.province.clone().unwrap_or_default();
    lead.list.clone_from(&checked.list);
    lead.offer = Some(checked.request.offer.clone());
    lead.choices.clone_from(&checked.request.choices);
    lead.choices.sort_unstable();
    lead.code.clone_from(&checked.priced.code);
    lead.amount = Some(Money::new(checked.priced.price, checked.currency));
}

/// Adds a request to what the same person asked for before.
async fn join(tx: &mut Tx, before: &Lead, checked: &Checked) -> Result<Lead> {
    let mut new = before.clone();
    configure(&mut new, checked);
    new.note = added(before, &checked.request);
    new.check()?;
    let reason = Reason { code: Some("asked-again".to_owned()), ..Reason::default() };
    let how = Write { action: Some(Action::Requested), reason: Some(reason), undoes: None };
    let lead = record::store_change(tx, before, new, how).await?;
    if lead.version != before.version {
        tell_deal(tx, &lead, Action::Requested).await?;
    }
    Ok(lead)
}

/// The note with what was said this time. Whoever asks again may be somebody else with the same phone: what they call themselves is
/// noted and changes nothing.
fn added(before: &Lead, request: &ShopRequest) -> String {
    let said = [&request.name, &request.phone, &request.mail, &request.place, &request.note].map(|text| text.trim());
    let known = [&before.name, &before.phone, &before.mail, &before.place, &before.note];
    let mut note = before.note.clone();
    for (text, known) in said.into_iter().zip(known) {
        if !text.is_empty() && text != known && !note.lines().any(|line| line == text) {
            note = if note.is_empty() { text.to_owned() } else { format!("{note}\n{text}") };
        }
    }
    note.chars().take(TEXT_MAX).collect()
}

async fn record(tx: &mut Tx, checked: &Checked, desk: &Desk, keys: &Keys) -> Result<Lead> {
    let request = &checked.request;
    let customer = known::customer(tx.db(), desk.dealer, keys).await?;
    let company = crate::company::load(tx.db()).await?;
    let mut lead = blank(tx, desk.dealer);
    for (text, said) in [
        (&mut lead.name, &request.name),
        (&mut lead.phone, &request.phone),
        (&mut lead.mail, &request.mail),
        (&mut lead.place, &request.place),
        (&mut lead.note, &request.note),
    ] {
        said.trim().clone_into(text);
    }
    lead.language = request.language;
    lead.due_at = Some(crate::clock::add_work_minutes(&company, tx.now, ANSWER_MINUTES));
    configure(&mut lead, checked);
    lead.check()?;
    let reason = assign(tx, &mut lead, desk, customer).await?;
    let how = Write { action: Some(Action::Requested), reason: Some(reason), undoes: None };
    let lead = record::store_new_as(tx, lead, how).await?;
    tell_deal(tx, &lead, Action::Requested).await?;
    Ok(lead)
}

/// A request of nobody yet.
#[must_use]
pub fn blank(tx: &Tx, dealer_id: DealerId) -> Lead {
    Lead {
        id: LeadId(tx.new_id()),
        version: 1,
        dealer_id,
        state: LeadState::Requested,
        source: LeadSource::Shop,
        name: String::new(),
        phone: String::new(),
        mail: String::new(),
        place: String::new(),
        language: Default::default(),
        owner_id: uuid::Uuid::nil().into(),
        team_id: None,
        territory_id: None,
        account_id: None,
        contact_id: None,
        opportunity_id: None,
        model_id: None,
        model_version_id: None,
        market: String::new(),
        province: String::new(),
        list: String::new(),
        offer: None,
        choices: Vec::new(),
        code: String::new(),
        amount: None,
        due_at: None,
        escalations: 0,
        return_reason: None,
        return_note: String::new(),
        score: None,
        score_reasons: Vec::new(),
        campaign_id: None,
        list_id: None,
        note: String::new(),
        custom: serde_json::Map::new(),
        created_at: tx.now,
        updated_at: tx.now,
        deleted_at: None,
    }
}

/// Finds who answers: the seller of the customer's open deal, which the request joins, or of the customer, or whoever has time; why.
async fn assign(tx: &Tx, lead: &mut Lead, desk: &Desk, customer: Option<Customer>) -> Result<Reason> {
    if let Some(customer) = customer {
        lead.account_id = Some(customer.account.id);
        lead.contact_id = customer.contact.as_ref().map(|c| c.id);
        if let Some(deal) = known::open_deal(tx.db(), customer.account.id).await? {
            let deal = Opportunity::load(tx.db(), deal.0).await?.ok_or_else(Error::not_found)?;
            lead.state = LeadState::Converted;
            lead.opportunity_id = Some(deal.id);
            routing::give_to(tx.db(), lead, deal.owner_id.0).await?;
            return Ok(Reason { code: Some("open-deal".to_owned()), ..Reason::default() });
        }
        let owner = customer.account.owner_id.0;
        if routing::can_answer(tx.db(), desk.dealer, owner).await? {
            routing::give_to(tx.db(), lead, owner).await?;
            return Ok(routing::for_customer(desk, owner).reason);
        }
    }
    let assigned = routing::rep(tx.db(), desk, &Default::default()).await?.ok_or_else(|| Error::field("place", "nobody-there"))?;
    routing::give_to(tx.db(), lead, assigned.owner).await?;
    Ok(assigned.reason)
}

/// Says at the deal of a lead, where it has one, what its customer did.
pub(super) async fn tell_deal(tx: &mut Tx, lead: &Lead, action: Action) -> Result<()> {
    let Some(OpportunityId(id)) = lead.opportunity_id else { return Ok(()) };
    let Some(deal) = Opportunity::load(tx.db(), id).await?.filter(|d| !d.is_deleted()) else { return Ok(()) };
    let mut params = muster_shared::problem::Params::from([("lead_id".to_owned(), lead.id.to_string().into())]);
    if let Some(amount) = lead.amount {
        params.insert("amount".to_owned(), serde_json::to_value(amount)?);
    }
    let reason = Reason { code: Some("request".to_owned()), params, note: None };
    let event = NewEvent {
        entity: EntityKind::Opportunity,
        entity_id: id,
        action,
        version_before: deal.version,
        version_after: deal.version,
        undoes: None,
        scope_before: Some(deal.scope()),
        scope_after: Some(deal.scope()),
        persons: deal.persons(),
        payload: Payload { label: deal.name, reason: Some(reason), ..Payload::default() },
    };
    event::append(tx, event).await.map(drop)
}

async fn answer(tx: &Tx, checked: &Checked, lead: &Lead, token: &str) -> Result<RequestAnswer> {
    let request = &checked.request;
    let (rep_name, dealer) = names(tx.db(), lead).await?;
    let price = checked.priced.price;
    let road = checked.market.on_the_road(price, request.province.as_deref());
    Ok(RequestAnswer {
        rep_name,
        dealer,
        due_at: due(tx, lead).await?,
        path: links::path(token),
        code: checked.priced.code.clone(),
        price: Money::new(price, checked.currency),
        total: Money::new(road.total, checked.currency),
        price_differs: request.price_shown.is_some_and(|shown| shown != price),
        is_outdated: checked.is_outdated,
    })
}

/// By when somebody calls: as promised, or anew where that was promised to a request before this one.
async fn due(tx: &Tx, lead: &Lead) -> Result<Instant> {
    if let Some(due) = lead.due_at.filter(|due| *due > tx.now) {
        return Ok(due);
    }
    let company = crate::company::load(tx.db()).await?;
    Ok(crate::clock::add_work_minutes(&company, tx.now, ANSWER_MINUTES))
}

/// Names of a lead's owner and dealer.
pub(super) async fn names(db: &impl ConnectionTrait, lead: &Lead) -> Result<(String, String)> {
    let mut sql = Sql::new("SELECT u.name AS owner, d.name AS dealer FROM app_user u, dealer d WHERE u.id = ");
    sql.bind(lead.owner_id.0).push_bind(" AND d.id = ", lead.dealer_id.0);
    let row = sql.one(db).await?.ok_or_else(Error::not_found)?;
    Ok((row.try_get("", "owner")?, row.try_get("", "dealer")?))
}
