//! Fault 2: many people move the same deals at once; each version is won by exactly one of them.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::client::Connection;
use super::node::Node;
use super::{Dice, consistent, number, rounds};
use crate::support::{TestApp, Who, id};

const CLIENTS: u64 = 16;
const RECORDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn no_move_overwrites_another_that_it_did_not_know() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = rep.post("/api/accounts", json!({ "kind": "company", "name": "Contended" })).await.ok();
    let mut deals = Vec::new();
    for n in 0..RECORDS {
        let body = json!({
            "name": format!("Deal {n}"), "account_id": account["id"], "amount": { "minor": 1, "currency": "EUR" }, "close_day": "2030-01-31"
        });
        deals.push(id(&rep.post("/api/opportunities", body).await.ok()["card"]).parse::<Uuid>().expect("an id"));
    }
    let node = Node::start(app.url()).await;
    let deals = Arc::new(deals);
    let stages = ["qualified", "proposal", "negotiation"].map(|stage| app.world.stages[stage]);
    let clients: Vec<_> =
        (0..CLIENTS).map(|seed| tokio::spawn(moves(node.address.clone(), seed, Arc::clone(&deals), stages, rounds(60, 300)))).collect();
    let (mut won, mut refused) = (Vec::new(), 0);
    for client in clients {
        let (mine, stale) = client.await.expect("a client ends");
        won.extend(mine);
        refused += stale;
    }
    let distinct: HashSet<_> = won.iter().collect();
    assert_eq!(distinct.len(), won.len(), "two were told that they made the same version");
    let versions = number(&app.state.db, "SELECT CAST(SUM(version - 1) AS BIGINT) AS n FROM opportunity").await;
    assert_eq!(versions, i64::try_from(won.len()).expect("small"), "versions and acknowledgements disagree");
    assert!(won.len() > RECORDS && refused > 0, "{} moved, {refused} refused: nobody met anybody", won.len());
    consistent(&app).await;
}

/// Moves random deals from versions that were read a little earlier: what was won, and how often it was too late.
async fn moves(address: String, seed: u64, deals: Arc<Vec<Uuid>>, stages: [Uuid; 3], count: usize) -> (Vec<(Uuid, i64)>, usize) {
    let mut dice = Dice(100 + seed);
    let mut connection = Connection::open(&address, &Who::Rep.token().expect("signed in")).await.expect("connects");
    let (mut won, mut stale) = (Vec::new(), 0);
    for _ in 0..count {
        let deal = deals[usize::try_from(dice.below(RECORDS as u64)).expect("small")];
        let card = connection.send("GET", &format!("/api/opportunities/{deal}/card"), &[], None).await.expect("answers").json;
        let version = card["version"].as_i64().expect("a version");
        let here = stages.iter().position(|s| card["stage_id"] == json!(s)).expect("an open stage");
        let stage = stages[(here + 1 + usize::try_from(dice.below(2)).expect("small")) % 3];
        tokio::task::yield_now().await;
        let path = format!("/api/opportunities/{deal}/move");
        let from = format!("\"{version}\"");
        let answer = connection.send("POST", &path, &[("if-match", &from)], Some(&json!({ "stage_id": stage }))).await.expect("answers");
        match answer.status {
            // Where somebody else had the same idea, nothing is written and nothing lost.
            200 if answer.json["event"].is_null() => {}
            200 => {
                let now = answer.json["card"]["version"].as_i64().expect("a version");
                assert_eq!(now, version + 1, "a move went over one that it did not know");
                won.push((deal, now));
            }
            412 => {
                assert!(answer.json["version"].as_i64().is_some_and(|v| v > version), "{}", answer.json);
                stale += 1;
            }
            other => panic!("{other}: {}", answer.json),
        }
    }
    (won, stale)
}
