//! Writing settings and rates, each with its event.

use muster_shared::access::{Permission, Scope};
use muster_shared::check::Checks;
use muster_shared::company::{Company, CompanyPatch, NewRates};
use muster_shared::event::{Action, EntityKind, Payload, RowScope};
use muster_shared::money::{EXACT_MAX, Rate};
use muster_shared::patch::Change;
use muster_shared::time::Instant;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::event::{self, NewEvent};
use crate::record::{self, Record};
use crate::sql::Sql;
use crate::writer::Tx;

/// The settings as the log sees them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    pub id: Uuid,
    #[serde(flatten)]
    pub company: Company,
    /// This is the demo company.
    #[serde(skip)]
    pub demo: bool,
}

impl Record for Settings {
    const KIND: EntityKind = EntityKind::Company;
    const READ: Permission = Permission::CompanyManage;
    const WRITE: Permission = Permission::CompanyManage;
    const DELETE: Permission = Permission::CompanyManage;

    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i64 {
        self.company.version
    }

    fn stamp(&mut self, version: i64, _now: Instant) {
        self.company.version = version;
    }

    fn scope(&self) -> RowScope {
        // They hold for every dealer, so only who reaches all of them may change them.
        RowScope::default()
    }

    fn label(&self) -> String {
        self.company.name.clone()
    }

    fn persons(&self) -> Vec<Uuid> {
        Vec::new()
    }

    fn is_deleted(&self) -> bool {
        false
    }

    fn set_deleted(&mut self, _at: Option<Instant>) {}

    async fn load(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Self>> {
        let mut sql = Sql::new("SELECT settings, demo FROM company WHERE id = ");
        sql.bind(id);
        let Some(row) = sql.one(db).await? else { return Ok(None) };
        let company = serde_json::from_str(&row.try_get::<String>("", "settings")?)?;
        Ok(Some(Self { id, company, demo: row.try_get("", "demo")? }))
    }

    async fn settle(_tx: &Tx, _old: Option<&Self>, new: &mut Self) -> Result<()> {
        let company = &mut new.company;
        company.name = company.name.trim().to_owned();
        company.calendar.holidays.sort_unstable();
        company.calendar.holidays.dedup();
        let base = company.currency;
        company.currencies.retain(|c| *c != base);
        company.check()?;
        for (field, zone) in [("zone", &company.zone), ("calendar.zone", &company.calendar.zone)] {
            if zone.parse::<chrono_tz::Tz>().is_err() {
                return Err(Error::field(field, "not-a-zone"));
            }
        }
        Ok(())
    }

    async fn store(tx: &Tx, old: Option<&Self>, new: &Self) -> Result<()> {
        let settings = serde_json::to_string(&new.company)?;
        let mut sql;
        if old.is_none() {
            sql = Sql::new("INSERT INTO company (id, version, demo, settings) VALUES ");
            sql.rows([()], |v, ()| v.extend([new.id.into(), new.company.version.into(), new.demo.into(), settings.clone().into()]));
        } else {
            sql = Sql::new("UPDATE company SET version = ");
            sql.bind(new.company.version).push_bind(", settings = ", settings).push_bind(" WHERE id = ", new.id);
        }
        sql.run(tx.db()).await?;
        Ok(())
    }
}

/// Records the company of this installation, which has none yet, asking nobody's rights.
///
/// # Errors
/// `already-set-up`.
pub async fn create_company(tx: &mut Tx, company: Company, demo: bool) -> Result<Company> {
    if super::find(tx.db()).await?.is_some() {
        return Err(Error::problem(axum::http::StatusCode::CONFLICT, "already-set-up", "This installation has its company already."));
    }
    let mut settings = Settings { id: tx.new_id(), company, demo };
    Settings::settle(tx, None, &mut settings).await?;
    Ok(record::store_new(tx, settings).await?.company)
}

/// Records dated rates, each in place of the one of the same currency and day, with one event, asking nobody's rights.
pub async fn store_rates(tx: &mut Tx, rates: &[Rate]) -> Result<()> {
    let company_id = super::id(tx.db()).await?;
    for chunk in rates.chunks(500) {
        let mut sql = Sql::new("INSERT INTO currency_rate (currency, day, nano) VALUES ");
        sql.rows(chunk, |v, r| v.extend([r.currency.code().into(), r.day.0.into(), r.nano.into()]));
        sql.push(" ON CONFLICT (currency, day) DO UPDATE SET nano = excluded.nano");
        sql.run(tx.db()).await?;
    }
    // One chain for all rates, beside the company's own.
    let rates_id = Uuid::from_u128(company_id.as_u128() ^ 1);
    let changes =
        rates.iter().map(|r| Change { field: format!("{} {}", r.currency, r.day), old: serde_json::Value::Null, new: r.nano.into() });
    let event = NewEvent {
        entity: EntityKind::Rate,
        entity_id: rates_id,
        action: Action::Changed,
        version_before: 0,
        version_after: 0,
        undoes: None,
        scope_before: Some(RowScope::default()),
        scope_after: Some(RowScope::default()),
        persons: Vec::new(),
        payload: Payload { changes: changes.collect(), ..Payload::default() },
    };
    event::append(tx, event).await?;
    Ok(())
}

/// Changes settings. The mail server is kept apart from them: it holds a password.
pub async fn change_company(tx: &mut Tx, me: &UserSubject, from: i64, mut patch: CompanyPatch) -> Result<Company> {
    must_reach_all(me)?;
    let id = super::id(tx.db()).await?;
    if let Some(url) = patch.smtp_url.take() {
        let url = url.filter(|u| !u.trim().is_empty());
        if url.as_deref().is_some_and(|u| !crate::mail::is_server(u)) {
            return Err(Error::field("smtp_url", "not-a-mail-server"));
        }
        store_mail_server(tx, id, url).await?;
    }
    Ok(record::change::<Settings>(tx, me, id, from, &patch).await?.company)
}

/// Its event says that it is another one, never which.
async fn store_mail_server(tx: &mut Tx, id: Uuid, url: Option<String>) -> Result<()> {
    let Some(settings) = Settings::load(tx.db(), id).await? else { return Ok(()) };
    let mut sql = Sql::new("UPDATE company SET smtp_url = ");
    sql.bind(url.clone()).push_bind(" WHERE id = ", id);
    sql.run(tx.db()).await?;
    let change = Change { field: "smtp_url".to_owned(), old: serde_json::Value::Null, new: url.is_some().into() };
    let version = settings.company.version;
    let event = NewEvent {
        entity: EntityKind::Company,
        entity_id: id,
        action: Action::Changed,
        version_before: version,
        version_after: version,
        undoes: None,
        scope_before: Some(RowScope::default()),
        scope_after: Some(RowScope::default()),
        persons: Vec::new(),
        payload: Payload { label: settings.company.name, changes: vec![change], ..Payload::default() },
    };
    event::append(tx, event).await?;
    Ok(())
}

/// Settings and rates hold for every dealer: only who reaches all of them may change them.
fn must_reach_all(me: &UserSubject) -> Result<()> {
    if me.reach.scope(Permission::CompanyManage) == Some(Scope::All) { Ok(()) } else { Err(Error::forbidden()) }
}

/// Records rates of currencies that the company uses.
pub async fn add_rates(tx: &mut Tx, me: &UserSubject, new: &NewRates) -> Result<()> {
    must_reach_all(me)?;
    let company = super::load(tx.db()).await?;
    let mut checks = Checks::new();
    checks.that(!new.rates.is_empty(), "rates", "required");
    checks.that(new.rates.len() <= 1_000, "rates", "too-many");
    for (i, rate) in new.rates.iter().enumerate() {
        checks.that(company.currencies.contains(&rate.currency), &format!("rates.{i}.currency"), "not-found");
        checks.range(&format!("rates.{i}.nano"), rate.nano, 1, EXACT_MAX);
        checks.range(&format!("rates.{i}.day"), i64::from(rate.day.0), 10_957, 47_481);
        let again = new.rates[..i].iter().any(|r| (r.currency, r.day) == (rate.currency, rate.day));
        checks.that(!again, &format!("rates.{i}.day"), "taken");
    }
    checks.done()?;
    store_rates(tx, &new.rates).await
}
