//! Deals: recording, the trash, requests sent twice; what else they do is beside this file.

mod board;
mod list;
mod moving;
mod pipeline;
mod rights;

use serde_json::{Value, json};

use crate::support::{TestApp, Who, id};

/// A customer of `who`.
async fn account(app: &TestApp, who: Who, name: &str) -> String {
    id(&app.as_(who).post("/api/accounts", json!({"kind": "company", "name": name})).await.ok())
}

fn deal(account: &str, name: &str, minor: i64, currency: &str) -> Value {
    json!({"name": name, "account_id": account, "amount": {"minor": minor, "currency": currency}, "close_day": "2031-05-01"})
}

/// The card of a new deal of `who`.
async fn record(app: &TestApp, who: Who, name: &str, minor: i64) -> Value {
    let account = account(app, who, &format!("Customer of {name}")).await;
    app.as_(who).post("/api/opportunities", deal(&account, name, minor, "VND")).await.expect(201).ok()["card"].clone()
}

/// Deals of one customer whose amounts in three currencies have another order than their numbers.
async fn amounts(app: &TestApp) {
    let account = account(app, Who::Rep, "Sao Mai").await;
    for (name, minor, currency) in
        [("dong", 850_000_000, "VND"), ("euro", 5_000_000, "EUR"), ("dollar", 3_400_001, "USD"), ("same", 850_000_000, "VND")]
    {
        app.as_(Who::Rep).post("/api/opportunities", deal(&account, name, minor, currency)).await.expect(201).ok();
    }
}

fn path(card: &Value) -> String {
    format!("/api/opportunities/{}", id(card))
}

fn version(card: &Value) -> i64 {
    card["version"].as_i64().expect("a version")
}

async fn move_to(app: &TestApp, who: Who, card: &Value, from: i64, body: Value) -> crate::support::Reply {
    app.as_(who).from_version(from).post(&format!("{}/move", path(card)), body).await
}

#[tokio::test]
async fn a_new_deal_is_mine_in_the_first_stage_and_recorded() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Khách sạn Biển Xanh").await;
    let reply = app.as_(Who::Rep).post("/api/opportunities", deal(&account, " Shuttle ", 4_400_000_000, "VND")).await.expect(201);
    assert!(reply.header("x-event-seq").is_some());
    let card = &reply.json["card"];
    assert_eq!(card["name"], "Shuttle");
    assert_eq!(card["stage_id"], app.world.stages["qualified"].to_string());
    assert_eq!(card["owner_id"], app.world.user(Who::Rep).to_string());
    assert_eq!((version(card), &card["can_write"]), (1, &json!(true)));
    let view = app.as_(Who::Rep).get(&path(card)).await.ok();
    assert_eq!(view["team_name"], "South");
    assert_eq!(view["territory_name"], "South");
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{}", id(card))).await.ok();
    assert_eq!(events.as_array().map(Vec::len), Some(1));
    assert_eq!(events[0]["action"], "created");
    app.audit().await;
}

#[tokio::test]
async fn a_new_deal_says_all_that_is_wrong_with_it() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai").await;
    let rep = app.as_(Who::Rep);
    let with = |field: &str, value: Value| {
        let mut body = deal(&account, "Fleet", 5, "VND");
        body[field] = value;
        body
    };
    rep.post("/api/opportunities", with("name", json!(" "))).await.wrong("name", "required");
    rep.post("/api/opportunities", with("amount", json!({"minor": -1, "currency": "VND"}))).await.wrong("amount", "out-of-range");
    rep.post("/api/opportunities", with("amount", json!({"minor": 1, "currency": "JPY"}))).await.wrong("amount.currency", "not-found");
    rep.post("/api/opportunities", with("close_day", json!("1931-01-01"))).await.wrong("close_day", "out-of-range");
    rep.post("/api/opportunities", with("next_step_day", json!("2031-01-01"))).await.wrong("next_step", "required");
    rep.post("/api/opportunities", with("stage_id", json!(app.world.stages["won"]))).await.wrong("stage_id", "not-found");
    rep.post("/api/opportunities", with("stage_id", json!(app.world.dealer_stages["qualified"]))).await.wrong("stage_id", "not-found");
    rep.post("/api/opportunities", with("pipeline_id", json!(app.world.dealer_pipeline))).await.wrong("pipeline_id", "not-found");
    rep.post("/api/opportunities", with("owner_id", json!(app.world.user(Who::DealerRep)))).await.wrong("owner_id", "not-found");
    rep.post("/api/opportunities", with("owner_id", json!(app.world.user(Who::Deactivated)))).await.wrong("owner_id", "not-found");
    rep.post("/api/opportunities", with("owner_id", json!(app.world.user(Who::Mate)))).await.refused(403, "forbidden");
    rep.post("/api/opportunities", with("close_day", json!("tomorrow"))).await.refused(400, "malformed");
    rep.post("/api/opportunities", with("stage", json!("won"))).await.refused(400, "malformed");
    app.as_(Who::Outsider).post("/api/opportunities", deal(&account, "x", 1, "VND")).await.wrong("account_id", "not-found");
    app.as_(Who::DealerRep).post("/api/opportunities", deal(&account, "x", 1, "VND")).await.wrong("account_id", "not-found");
}

#[tokio::test]
async fn a_contact_must_be_of_the_same_customer() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let (one, two) = (account(&app, Who::Rep, "One").await, account(&app, Who::Rep, "Two").await);
    let contact = id(&rep.post("/api/contacts", json!({"account_id": two, "name": "Trang"})).await.ok());
    let mut body = deal(&one, "Fleet", 5, "VND");
    body["contact_id"] = json!(contact);
    rep.post("/api/opportunities", body.clone()).await.wrong("contact_id", "not-found");
    body["account_id"] = json!(two);
    let card = rep.post("/api/opportunities", body).await.ok()["card"].clone();
    // With another customer the old contact stays behind.
    rep.patch(&path(&card), 1, json!({"account_id": one})).await.expect(200);
    assert_eq!(rep.get(&path(&card)).await.ok()["opportunity"]["contact_id"], Value::Null);
}

#[tokio::test]
async fn deleted_deals_come_back_whole() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let rep = app.as_(Who::Rep);
    rep.delete(&path(&card), 9).await.refused(412, "stale");
    app.as_(Who::Mate).delete(&path(&card), 1).await.refused(403, "forbidden");
    let event = rep.delete(&path(&card), 1).await.expect(200).ok()["event"].clone();
    rep.get(&format!("{}/card", path(&card))).await.refused(404, "not-found");
    assert_eq!(rep.get("/api/opportunities?deleted=true").await.ok()["total"], 1);
    rep.patch(&path(&card), 2, json!({"name": "x"})).await.refused(404, "not-found");
    rep.post(&format!("/api/events/{event}/undo"), json!({})).await.expect(200);
    assert_eq!(rep.get(&format!("{}/card", path(&card))).await.ok()["version"], 3);
    assert_eq!(rep.get("/api/opportunities?q=fleet").await.ok()["total"], 1);
}

#[tokio::test]
async fn a_repeated_request_with_the_same_key_is_done_once() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai").await;
    let rep = app.as_(Who::Rep).with_key("k-1");
    let first = rep.post("/api/opportunities", deal(&account, "Fleet", 7, "VND")).await.expect(201);
    let again = rep.post("/api/opportunities", deal(&account, "Fleet", 7, "VND")).await.expect(201);
    assert_eq!((first.json, first.headers.get("x-event-seq")), (again.json, again.headers.get("x-event-seq")));
    rep.post("/api/opportunities", deal(&account, "Another", 7, "VND")).await.refused(422, "key-reused");
    app.as_(Who::Mate).with_key("k-1").post("/api/opportunities", deal(&account, "Another", 7, "VND")).await.expect(201);
    assert_eq!(app.as_(Who::Rep).get("/api/opportunities").await.ok()["total"], 2);
    // A refused request may be mended and sent again.
    let rep = app.as_(Who::Rep).with_key("k-2");
    rep.post("/api/opportunities", deal(&account, "", 7, "VND")).await.refused(422, "invalid");
    rep.post("/api/opportunities", deal(&account, "Mended", 7, "VND")).await.expect(201);
}
