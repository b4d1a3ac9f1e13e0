//! People at work: each records deals and moves them on, and remembers what was acknowledged.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;
use uuid::Uuid;

use super::Dice;
use super::client::{Answer, Connection};
use crate::support::{TestApp, Who, id};

/// A write that the server said it has done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    pub deal: Uuid,
    pub version: i64,
    pub event: i64,
}

/// Records the customer of all deals, while no program runs yet.
pub async fn customer(app: &TestApp) -> String {
    id(&app.as_(Who::Rep).post("/api/accounts", json!({ "kind": "company", "name": "Under load" })).await.ok())
}

/// What everybody shares.
pub struct Load {
    addresses: Vec<String>,
    account: String,
    stages: Vec<Uuid>,
    acks: Mutex<Vec<Ack>>,
    names: Mutex<Vec<String>>,
    over: AtomicBool,
    unexpected: Mutex<Vec<String>>,
    broken: AtomicUsize,
    noted: Notify,
}

impl Load {
    /// What `customer` gave, and where the nodes are.
    pub fn new(app: &TestApp, account: String, addresses: Vec<String>) -> Arc<Self> {
        Arc::new(Self {
            addresses,
            account,
            stages: ["qualified", "proposal", "negotiation"].map(|stage| app.world.stages[stage]).to_vec(),
            acks: Mutex::default(),
            names: Mutex::default(),
            over: AtomicBool::new(false),
            unexpected: Mutex::default(),
            broken: AtomicUsize::new(0),
            noted: Notify::new(),
        })
    }

    /// Sets `count` people to work.
    pub fn start(self: &Arc<Self>, count: u64) -> Vec<tokio::task::JoinHandle<()>> {
        (0..count).map(|seed| tokio::spawn(Writer::new(Arc::clone(self), seed).work())).collect()
    }

    /// Waits until so many writes were acknowledged, however fast the machine is.
    pub async fn until(&self, count: usize) {
        while self.acks.lock().expect("unpoisoned").len() < count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits for the moment in which somebody is told that a write is done.
    pub async fn next_ack(&self) {
        self.noted.notified().await;
    }

    /// Sends everybody home after the write that each is at.
    pub async fn stop(&self, people: Vec<tokio::task::JoinHandle<()>>) {
        self.over.store(true, Ordering::Relaxed);
        for one in people {
            one.await.expect("a writer ends");
        }
        let unexpected = self.unexpected.lock().expect("unpoisoned").clone();
        assert!(unexpected.is_empty(), "unexpected answers: {unexpected:?}");
    }

    pub fn acks(&self) -> Vec<Ack> {
        self.acks.lock().expect("unpoisoned").clone()
    }

    /// Names of deals whose recording was acknowledged.
    pub fn names(&self) -> Vec<String> {
        self.names.lock().expect("unpoisoned").clone()
    }

    /// Connections that broke under somebody.
    pub fn broken(&self) -> usize {
        self.broken.load(Ordering::Relaxed)
    }
}

struct Writer {
    load: Arc<Load>,
    dice: Dice,
    seed: u64,
    count: u64,
    connection: Option<Connection>,
    /// The deal at hand with its version, where that is known.
    deal: Option<(Uuid, Option<i64>)>,
}

impl Writer {
    fn new(load: Arc<Load>, seed: u64) -> Self {
        Self { load, dice: Dice(seed), seed, count: 0, connection: None, deal: None }
    }

    async fn work(mut self) {
        while !self.load.over.load(Ordering::Relaxed) {
            if self.step().await.is_err() {
                // What became of the last write is not known: look before the next one.
                self.connection = None;
                self.deal = self.deal.map(|(deal, _)| (deal, None));
                self.load.broken.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    async fn step(&mut self) -> std::io::Result<()> {
        match self.deal {
            Some((deal, Some(version))) if self.dice.below(8) > 0 => self.advance(deal, version).await,
            Some((deal, None)) => self.look(deal).await,
            _ => self.record().await,
        }
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&serde_json::Value>,
    ) -> std::io::Result<Answer> {
        if self.connection.is_none() {
            let at = usize::try_from(self.dice.below(self.load.addresses.len() as u64)).expect("small");
            let token = Who::Rep.token().expect("signed in");
            self.connection = Some(Connection::open(&self.load.addresses[at], &token).await?);
        }
        let connection = self.connection.as_mut().expect("just opened");
        let answer = connection.send(method, path, headers, body).await?;
        if answer.last {
            self.connection = None;
        }
        Ok(answer)
    }

    async fn record(&mut self) -> std::io::Result<()> {
        self.count += 1;
        let name = format!("Deal {} of {}", self.count, self.seed);
        let body = json!({
            "name": name, "account_id": self.load.account, "amount": { "minor": 1_000_000, "currency": "VND" }, "close_day": "2030-01-31"
        });
        let answer = self.send("POST", "/api/opportunities", &[], Some(&body)).await?;
        match answer.status {
            201 => {
                let deal = id(&answer.json["card"]).parse().expect("an id");
                self.note(deal, &answer);
                self.load.names.lock().expect("unpoisoned").push(name);
                self.deal = Some((deal, Some(1)));
            }
            503 => tokio::time::sleep(Duration::from_millis(5)).await,
            _ => self.surprise("record", &answer),
        }
        Ok(())
    }

    async fn advance(&mut self, deal: Uuid, version: i64) -> std::io::Result<()> {
        let stage = self.load.stages[usize::try_from(self.dice.below(3)).expect("small")];
        let from = format!("\"{version}\"");
        let path = format!("/api/opportunities/{deal}/move");
        let answer = self.send("POST", &path, &[("if-match", &from)], Some(&json!({ "stage_id": stage }))).await?;
        match answer.status {
            200 => {
                if answer.json["event"].is_i64() {
                    self.note(deal, &answer);
                }
                self.deal = Some((deal, answer.json["card"]["version"].as_i64()));
            }
            412 => self.deal = Some((deal, None)),
            503 => tokio::time::sleep(Duration::from_millis(5)).await,
            _ => self.surprise("move", &answer),
        }
        Ok(())
    }

    async fn look(&mut self, deal: Uuid) -> std::io::Result<()> {
        let answer = self.send("GET", &format!("/api/opportunities/{deal}/card"), &[], None).await?;
        match answer.status {
            200 => self.deal = Some((deal, answer.json["version"].as_i64())),
            503 => tokio::time::sleep(Duration::from_millis(5)).await,
            // Gone although it was acknowledged.
            _ => {
                self.surprise("look", &answer);
                self.deal = None;
            }
        }
        Ok(())
    }

    fn note(&self, deal: Uuid, answer: &Answer) {
        let version = answer.json["card"]["version"].as_i64().expect("a version");
        let event = answer.json["event"].as_i64().expect("an event");
        self.load.acks.lock().expect("unpoisoned").push(Ack { deal, version, event });
        self.load.noted.notify_waiters();
    }

    fn surprise(&self, what: &str, answer: &Answer) {
        self.load.unexpected.lock().expect("unpoisoned").push(format!("{what}: {} {}", answer.status, answer.json));
    }
}

/// Every acknowledged write is in the database's log, with the version that was told.
pub async fn all_there(app: &TestApp, acks: &[Ack]) {
    let mut after = 0;
    let mut log = std::collections::HashMap::new();
    loop {
        let events = muster_server::event::after(&app.state.db, after, 5_000).await.expect("reads");
        let Some(last) = events.last() else { break };
        after = last.seq;
        log.extend(events.into_iter().map(|e| (e.seq, (e.entity_id, e.version_after))));
    }
    let lost: Vec<&Ack> = acks.iter().filter(|ack| log.get(&ack.event) != Some(&(ack.deal, ack.version))).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged writes are lost, as {:?}", lost.len(), acks.len(), lost[0]);
}
