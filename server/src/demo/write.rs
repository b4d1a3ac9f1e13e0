//! Writing the demo: rows and their backdated events together, in small transactions that a restart can go on from.

use std::collections::{HashMap, HashSet};
use std::time::Instant as Started;

use muster_shared::event::{Action, Actor, EntityKind, Payload, RowScope};
use muster_shared::identity::User;
use muster_shared::opportunity::{Opportunity, Stage};
use muster_shared::text::Lang;
use muster_shared::time::{DAY_MS, Day};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::block::{Block, invent};
use super::calendar::{self, Frame, PAST};
use super::cars;
use super::deal::created;
use super::dice::Dice;
use super::people::{LEAVER, People};
use super::plan::{Size, orders};
use super::requests;
use super::sales::{LEFT, Sales};
use super::{FOLLOWED, PASSWORD};
use crate::company::commands::{Settings, store_rates};
use crate::error::{Error, Result};
use crate::event::{NewEvent, PastEvent, append_many};
use crate::identity::password;
use crate::identity::roles::RoleRecord;
use crate::identity::structure::{DealerRecord, Department, Kind, Node, Team, Territory};
use crate::identity::users::UserRecord;
use crate::record::{Record, differences};
use crate::sql::Sql;
use crate::writer::{Tx, Writer};

/// Customers and deals a transaction: under 50 ms each, so that nobody waits for long.
const CUSTOMERS: usize = 150;
const DEALS: usize = 60;
/// Deals invented together.
const BLOCK: usize = 600;

/// The company before its customers.
#[derive(Clone, Debug)]
pub struct Company {
    pub frame: Frame,
    pub people: People,
    pub sales: Sales,
}

impl Company {
    /// The company of this seed as it is on the day `today`.
    #[must_use]
    pub fn new(seed: u64, today: Day) -> Self {
        let frame = Frame::new(today);
        let founded = today.plus(-(PAST + 300)).start_utc();
        let people = People::new(seed, founded);
        let sales = Sales::new(seed, &people);
        Self { frame, people, sales }
    }

    /// Invents all customers and deals block by block, until `take` has enough.
    pub fn blocks(&self, seed: u64, size: Size, mut take: impl FnMut(Block) -> bool) {
        let (first, rest) = orders(seed, size, &self.frame, &self.people, &self.sales);
        let mut dice = Dice::new(seed, 5);
        if !take(invent(&self.frame, &self.sales, &mut dice, &first, &mut HashSet::new())) {
            return;
        }
        for (orders, part) in rest.chunks(BLOCK).zip(100..) {
            let mut dice = Dice::new(seed, part);
            if !take(invent(&self.frame, &self.sales, &mut dice, orders, &mut HashSet::new())) {
                return;
            }
        }
    }
}

/// Writes the whole company; its settings last, as the sign that it is complete.
///
/// `pace` is how many times more a transaction takes where nobody waits for another.
pub async fn write(db: &DatabaseConnection, writer: &Writer, seed: u64, today: Day, size: Size, pace: usize) -> Result<()> {
    let started = Started::now();
    eprintln!("▸ Aurora Motors: people and structure");
    let company = Company::new(seed, today);
    if !is_there(db, "SELECT 1 AS one FROM dealer WHERE id = ", company.people.dealers[0].id.0).await? {
        let hashes = hashes(company.people.users.len()).await?;
        let company = company.clone();
        writer.run(Actor::System, move |tx| Box::pin(async move { structure(tx, &company, &hashes).await })).await?;
    }
    let (blocks, mut invented) = mpsc::channel(2);
    let inventor = {
        let company = company.clone();
        tokio::task::spawn_blocking(move || company.blocks(seed, size, |block| blocks.blocking_send(block).is_ok()))
    };
    let mut progress = Progress::new(size.opportunities, started);
    let mut followed = None;
    let mut known = None;
    while let Some(block) = invented.recv().await {
        known = known.or_else(|| requests::regular(&block, company.people.user(requests::REP).id).cloned());
        if followed.is_none() {
            let account = block.accounts.iter().find(|a| a.name == FOLLOWED).map(|a| a.id);
            followed = block.deals.iter().map(|(d, _)| d).find(|d| Some(d.account_id) == account).cloned();
        }
        self::block(db, writer, &company, block, pace, &mut progress).await?;
    }
    inventor.await.map_err(|e| Error::Internal(format!("inventing the company: {e}")))?;
    eprintln!("▸ Aurora Motors: cars in the shop");
    cars::write(db, writer, company.people.dealers[0].id, today).await?;
    let requests = requests::checked(db, today, known.as_ref()).await?;
    let (events, deals) = (progress.events, progress.deals);
    let done = writer.run(Actor::System, move |tx| {
        Box::pin(async move {
            settings(tx, &company, seed, followed.as_ref()).await?;
            requests::write(tx, &company.frame, requests).await
        })
    });
    done.await?;
    eprintln!("  {deals} deals and {events} events in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// Says how far it has come, now and then.
struct Progress {
    all: u32,
    deals: usize,
    events: usize,
    started: Started,
    said: f64,
}

impl Progress {
    fn new(all: u32, started: Started) -> Self {
        Self { all, deals: 0, events: 0, started, said: 0.0 }
    }

    fn add(&mut self, deals: usize, events: usize) {
        self.deals += deals;
        self.events += events;
        let seconds = self.started.elapsed().as_secs_f64();
        if seconds - self.said > 2.0 {
            self.said = seconds;
            eprintln!("  {} of {} deals", self.deals, self.all);
        }
    }
}

async fn is_there(db: &impl ConnectionTrait, question: &'static str, id: Uuid) -> Result<bool> {
    let mut sql = Sql::new(question);
    sql.bind(id);
    Ok(sql.one(db).await?.is_some())
}

/// One hash each, so that nobody can see from them that the passwords are the same.
async fn hashes(count: usize) -> Result<Vec<String>> {
    let hashes = (0..count).map(|_| password::hash(PASSWORD.to_owned()));
    futures::future::try_join_all(hashes).await
}

/// Dealers, units, roles, people and pipelines.
async fn structure(tx: &mut Tx, company: &Company, hashes: &[String]) -> Result<()> {
    let Company { people, frame, sales } = company;
    let founded = people.founded;
    let mut events = Vec::new();
    for dealer in &people.dealers {
        let dealer = DealerRecord(dealer.clone());
        DealerRecord::store(tx, None, &dealer).await?;
        events.push(created(&dealer, founded, Actor::System));
    }
    units::<Department>(tx, &people.departments, company, &mut events).await?;
    units::<Team>(tx, &people.teams, company, &mut events).await?;
    units::<Territory>(tx, &people.territories, company, &mut events).await?;
    for role in &people.roles {
        let role = RoleRecord::new(role.clone());
        RoleRecord::store(tx, None, &role).await?;
        events.push(created(&role, founded, Actor::System));
    }
    for (user, hash) in people.users.iter().zip(hashes) {
        let was = UserRecord(user.clone());
        UserRecord::store(tx, None, &was).await?;
        events.push(created(&was, founded, Actor::System));
        let mut now = was.clone();
        if user.id == people.user(LEAVER).id {
            now = UserRecord(User { active: false, version: 2, ..user.clone() });
            let at = frame.worked(frame.today.plus(-LEFT)).start_utc().plus_ms(DAY_MS / 3);
            events.push(changed(&was, &now, Action::Deactivated, at, Actor::System));
        }
        let mut sql = Sql::new("UPDATE app_user SET password_hash = ");
        sql.bind(hash.as_str()).push_bind(", created_at = ", founded.0).push_bind(", active = ", now.0.active);
        sql.push_bind(", version = ", now.0.version).push_bind(" WHERE id = ", user.id.0);
        sql.run(tx.db()).await?;
    }
    for pipeline in &sales.pipelines {
        let mut sql = Sql::new("INSERT INTO pipeline (id, version, dealer_id, name, position) VALUES ");
        let name = serde_json::to_string(&pipeline.name)?;
        sql.rows([pipeline], |v, p| {
            v.extend([p.id.0.into(), p.version.into(), p.dealer_id.0.into(), name.as_str().into(), p.position.into()]);
        });
        sql.run(tx.db()).await?;
        let scope = RowScope { dealer_id: Some(pipeline.dealer_id.0), ..RowScope::default() };
        let mut note = |entity, id, label: &str| {
            let payload = Payload { label: label.to_owned(), ..Payload::default() };
            let event = NewEvent {
                entity,
                entity_id: id,
                action: Action::Created,
                version_before: 0,
                version_after: 1,
                undoes: None,
                scope_before: None,
                scope_after: Some(scope),
                persons: Vec::new(),
                payload,
            };
            events.push(PastEvent { event, happened_at: founded, actor: Actor::System });
        };
        note(EntityKind::Pipeline, pipeline.id.0, pipeline.name.get(Lang::En));
        let names = pipeline.stages.iter().map(|s| serde_json::to_string(&s.name)).collect::<Result<Vec<_>, _>>()?;
        let mut sql = Sql::new(
            "INSERT INTO stage (id, version, dealer_id, pipeline_id, name, position, kind, probability, category, limit_days, archived) VALUES ",
        );
        sql.rows(pipeline.stages.iter().zip(names), |v, (s, name)| {
            v.extend([
                s.id.0.into(),
                s.version.into(),
                pipeline.dealer_id.0.into(),
                s.pipeline_id.0.into(),
                name.into(),
                s.position.into(),
                s.kind.as_str().into(),
                i32::from(s.probability).into(),
                s.category.as_str().into(),
                s.limit_days.into(),
                s.archived.into(),
            ]);
        });
        sql.run(tx.db()).await?;
        for stage in &pipeline.stages {
            note(EntityKind::Stage, stage.id.0, stage.name.get(Lang::En));
        }
    }
    append_many(tx, events).await?;
    Ok(())
}

async fn units<K: Kind>(tx: &Tx, units: &[muster_shared::identity::Unit], company: &Company, events: &mut Vec<PastEvent>) -> Result<()> {
    for unit in units {
        let node = Node::<K>::new(unit.clone());
        Node::store(tx, None, &node).await?;
        events.push(created(&node, company.people.founded, Actor::System));
    }
    Ok(())
}

/// The event of a later change.
fn changed<R: Record>(old: &R, new: &R, action: Action, at: muster_shared::time::Instant, actor: Actor) -> PastEvent {
    let event = NewEvent {
        entity: R::KIND,
        entity_id: new.id(),
        action,
        version_before: old.version(),
        version_after: new.version(),
        undoes: None,
        scope_before: Some(old.scope()),
        scope_after: Some(new.scope()),
        persons: new.persons(),
        payload: Payload { label: new.label(), changes: differences(Some(old), new), ..Payload::default() },
    };
    PastEvent { event, happened_at: at, actor }
}

/// Writes a block: customers first, then their deals.
async fn block(
    db: &DatabaseConnection,
    writer: &Writer,
    company: &Company,
    block: Block,
    pace: usize,
    progress: &mut Progress,
) -> Result<()> {
    let mut events: HashMap<Uuid, PastEvent> = block.customer_events().into_iter().map(|e| (e.event.entity_id, e)).collect();
    let mut contacts: HashMap<Uuid, Vec<_>> = HashMap::new();
    for contact in block.contacts {
        contacts.entry(contact.account_id.0).or_default().push(contact);
    }
    for accounts in block.accounts.chunks(CUSTOMERS * pace) {
        if is_there(db, "SELECT 1 AS one FROM account WHERE id = ", accounts[0].id.0).await? {
            continue;
        }
        let accounts = accounts.to_vec();
        let contacts: Vec<_> = accounts.iter().flat_map(|a| contacts.remove(&a.id.0).unwrap_or_default()).collect();
        let ids = accounts.iter().map(|a| a.id.0).chain(contacts.iter().map(|c| c.id.0));
        let mut events: Vec<PastEvent> = ids.filter_map(|id| events.remove(&id)).collect();
        events.sort_by_key(|e| e.happened_at);
        progress.add(0, events.len());
        writer
            .run(Actor::System, move |tx| {
                Box::pin(async move {
                    crate::account::row::insert_many(tx, &accounts).await?;
                    crate::contact::row::insert_many(tx, &contacts).await?;
                    append_many(tx, events).await
                })
            })
            .await?;
    }
    let stages: HashMap<Uuid, Stage> = company.sales.pipelines.iter().flat_map(|p| &p.stages).map(|s| (s.id.0, s.clone())).collect();
    let stages = std::sync::Arc::new(stages);
    let mut deals = block.deals.into_iter().peekable();
    while deals.peek().is_some() {
        let (deals, events): (Vec<Opportunity>, Vec<Vec<PastEvent>>) = deals.by_ref().take(DEALS * pace).unzip();
        if is_there(db, "SELECT 1 AS one FROM opportunity WHERE id = ", deals[0].id.0).await? {
            progress.add(deals.len(), 0);
            continue;
        }
        let mut events: Vec<PastEvent> = events.into_iter().flatten().collect();
        events.sort_by_key(|e| e.happened_at);
        progress.add(deals.len(), events.len());
        let (stages, settings) = (stages.clone(), company.frame.company.clone());
        writer
            .run(Actor::System, move |tx| {
                Box::pin(async move {
                    crate::opportunity::row::insert_many(tx, &deals, |id| stages.get(&id.0), &settings).await?;
                    let words = deals.iter().map(|d| (d.id.0, d.dealer_id.0, crate::search::terms(&[&d.name], &[])));
                    crate::search::insert(tx, EntityKind::Opportunity, words).await?;
                    append_many(tx, events).await
                })
            })
            .await?;
    }
    Ok(())
}

/// Settings, rates and the link of the customer who follows.
async fn settings(tx: &mut Tx, company: &Company, seed: u64, followed: Option<&Opportunity>) -> Result<()> {
    let mut dice = Dice::new(seed, 6);
    let record = Settings { id: dice.id(company.people.founded), company: company.frame.company.clone(), demo: true };
    Settings::store(tx, None, &record).await?;
    append_many(tx, vec![created(&record, company.people.founded, Actor::System)]).await?;
    store_rates(tx, &calendar::rates(seed, company.frame.today)).await?;
    if let Some(deal) = followed {
        let expires = tx.now.plus_ms(365 * DAY_MS);
        crate::opportunity::follow::create_link(tx, deal, &super::token(), expires).await?;
    }
    Ok(())
}
