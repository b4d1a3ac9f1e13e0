//! Accepting, giving back and cancelling.

use serde_json::{Value, json};

use super::{ask, only};
use crate::support::{Reply, Shop, TestApp, Who, id};

/// A request in the South, which is the representative's.
async fn request(app: &TestApp) -> (Shop, Value) {
    let shop = Shop::open(app).await;
    let mut body = shop.request("Trần Thị Mai", "0903 123 456");
    body["place"] = json!("South");
    body["mail"] = json!("mai@example.vn");
    ask(app, body).await.expect(201);
    let row = only(app).await;
    assert_eq!(row["owner_id"], json!(app.world.user(Who::Rep)));
    (shop, row)
}

async fn act(app: &TestApp, who: Who, row: &Value, what: &str, body: Value) -> Reply {
    let version = row["version"].as_i64().expect("a version");
    app.as_(who).from_version(version).post(&format!("/api/leads/{}/{what}", id(row)), body).await
}

#[tokio::test]
async fn one_tap_makes_customer_contact_and_deal() {
    let app = TestApp::new().await;
    let (_, row) = request(&app).await;
    let done = act(&app, Who::Rep, &row, "accept", json!({})).await.expect(200).json;
    assert_eq!((&done["lead"]["state"], &done["lead"]["opportunity_id"]), (&json!("accepted"), &done["card"]["id"]));
    assert_eq!(done["joined"], false);
    assert_eq!((&done["card"]["name"], &done["card"]["amount"]["minor"]), (&json!("Van · Trần Thị Mai"), &json!(543_000_000)));
    assert_eq!(done["card"]["stage_id"], json!(app.world.stages["qualified"]));
    let account = app.as_(Who::Rep).get(&format!("/api/accounts/{}", done["card"]["account_id"].as_str().expect("an id"))).await.ok();
    assert_eq!((&account["account"]["kind"], &account["account"]["phone"]), (&json!("person"), &json!("0903 123 456")));
    let contacts = app.as_(Who::Rep).get("/api/contacts").await.ok();
    assert_eq!((&contacts["total"], &contacts["items"][0]["mail"]), (&json!(1), &json!("mai@example.vn")));
    assert_eq!(app.as_(Who::Rep).get("/api/board").await.ok()["columns"][0]["count"], 1);
    // Somebody else was quicker, and nobody takes it back.
    act(&app, Who::Manager, &row, "accept", json!({})).await.refused(412, "stale");
    act(&app, Who::Manager, &done["lead"], "accept", json!({})).await.refused(409, "not-waiting");
    act(&app, Who::Rep, &done["lead"], "return", json!({ "reason": "no-time" })).await.refused(409, "not-waiting");
    let events = app.as_(Who::Rep).get(&format!("/api/events/lead/{}", id(&row))).await.ok();
    assert_eq!(events[0]["action"], "accepted");
    app.as_(Who::Rep).post(&format!("/api/events/{}/undo", events[0]["seq"]), json!({})).await.refused(409, "not-undoable");
    app.audit().await;
}

#[tokio::test]
async fn accepting_makes_nobody_twice() {
    let app = TestApp::new().await;
    let (shop, row) = request(&app).await;
    // Meanwhile a colleague of another team recorded her.
    let account = json!({ "kind": "person", "name": "Mai", "phone": "+84903123456" });
    let account = app.as_(Who::Outsider).post("/api/accounts", account).await.ok();
    let done = act(&app, Who::Rep, &row, "accept", json!({})).await.expect(200).json;
    assert_eq!(done["card"]["account_id"], account["id"]);
    assert_eq!(app.as_(Who::Admin).get("/api/accounts").await.ok()["total"], 1);
    // She asks again: no second card.
    let mut body = shop.request("Mai", "0903 123 456");
    body["choices"] = json!([]);
    let answer = ask(&app, body).await.expect(201).json;
    let again = only(&app).await;
    assert_eq!((&again["state"], &again["amount"]["minor"]), (&json!("accepted"), &json!(500_000_000)));
    assert_eq!(app.as_(Who::Nobody).get(&super::link(&answer)).await.ok()["status"], "accepted");
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{}", id(&done["card"]))).await.ok();
    assert_eq!(events[0]["action"], "requested");
}

#[tokio::test]
async fn a_deal_that_the_customer_has_by_now_is_joined() {
    let app = TestApp::new().await;
    let (_, row) = request(&app).await;
    let account = app.as_(Who::Rep).post("/api/accounts", json!({ "kind": "person", "name": "Mai", "phone": "0903123456" })).await.ok();
    let deal =
        json!({ "account_id": account["id"], "name": "A van", "amount": { "minor": 1, "currency": "VND" }, "close_day": "2027-01-01" });
    let card = app.as_(Who::Rep).post("/api/opportunities", deal).await.ok()["card"].clone();
    let done = act(&app, Who::Rep, &row, "accept", json!({})).await.expect(200).json;
    assert_eq!((&done["joined"], &done["card"]["id"], &done["lead"]["opportunity_id"]), (&json!(true), &card["id"], &card["id"]));
    assert_eq!(app.as_(Who::Rep).get("/api/opportunities").await.ok()["total"], 1);
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{}", id(&card))).await.ok();
    assert_eq!(events[0]["action"], "requested");
    app.audit().await;
}

#[tokio::test]
async fn accepting_is_done_once_however_often_it_is_sent() {
    let app = TestApp::new().await;
    let (_, row) = request(&app).await;
    let path = format!("/api/leads/{}/accept", id(&row));
    let rep = app.as_(Who::Rep).from_version(1).with_key("accept-1");
    let first = rep.post(&path, json!({})).await.expect(200).json;
    assert_eq!(rep.post(&path, json!({})).await.expect(200).json, first);
    assert_eq!(app.as_(Who::Rep).get("/api/opportunities").await.ok()["total"], 1);
    app.as_(Who::Rep).post(&path, json!({})).await.refused(428, "version-required");
    app.as_(Who::Rep)
        .from_version(1)
        .post(&format!("/api/leads/{}/accept", uuid::Uuid::now_v7()), json!({}))
        .await
        .refused(404, "not-found");
}

#[tokio::test]
async fn who_gives_it_back_never_has_it_again() {
    let app = TestApp::new().await;
    let (_, row) = request(&app).await;
    act(&app, Who::Rep, &row, "return", json!({ "reason": "other" })).await.wrong("note", "required");
    act(&app, Who::Rep, &row, "return", json!({ "reason": "bored" })).await.refused(400, "malformed");
    act(&app, Who::Mate, &row, "return", json!({ "reason": "no-time" })).await.refused(403, "forbidden");
    act(&app, Who::Outsider, &row, "return", json!({ "reason": "no-time" })).await.refused(404, "not-found");
    let mut owners = vec![Who::Rep, Who::Mate, Who::Outsider, Who::Manager, Who::Director, Who::Admin];
    let mut row = row;
    while let Some(who) = owners.first().copied() {
        assert_eq!(row["owner_id"], json!(app.world.user(who)), "it is the turn of {who:?}");
        let done = act(&app, who, &row, "return", json!({ "reason": "other-area", "note": "far away" })).await.expect(200).json;
        row = only(&app).await;
        owners.remove(0);
        // The managers' order is that of their ids; the last keeps it.
        assert_eq!(done["state"], if owners.is_empty() { "returned" } else { "requested" });
    }
    assert_eq!((&row["owner_id"], &row["state"]), (&json!(app.world.user(Who::Admin)), &json!("returned")));
    let view = app.as_(Who::Admin).get(&format!("/api/leads/{}", id(&row))).await.ok();
    assert_eq!((&view["lead"]["return_reason"], &view["lead"]["return_note"]), (&json!("other-area"), &json!("far away")));
    // It still waits.
    act(&app, Who::Admin, &row, "accept", json!({})).await.expect(200);
}

#[tokio::test]
async fn a_cancelled_request_is_over() {
    let app = TestApp::new().await;
    let (shop, row) = request(&app).await;
    act(&app, Who::Mate, &row, "cancel", json!({})).await.refused(403, "forbidden");
    let done = act(&app, Who::Manager, &row, "cancel", json!({ "note": "A joke" })).await.expect(200).json;
    assert_eq!((&done["state"], &done["due_at"]), (&json!("cancelled"), &Value::Null));
    act(&app, Who::Rep, &done, "accept", json!({})).await.refused(409, "not-waiting");
    // Whoever asks anew is a new request.
    ask(&app, shop.request("Mai", "0903 123 456")).await.expect(201);
    assert_eq!(super::all(&app).await.len(), 2);
}

#[tokio::test]
async fn nobody_of_another_company_accepts() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["dealer_id"] = json!(app.world.open_dealer);
    ask(&app, body).await.expect(201);
    let row = only(&app).await;
    act(&app, Who::Admin, &row, "accept", json!({})).await.refused(403, "forbidden");
    act(&app, Who::OpenRep, &row, "accept", json!({})).await.expect(200);
}

#[tokio::test]
async fn a_change_meanwhile_does_not_stop_the_tap() {
    let app = TestApp::new().await;
    let (shop, row) = request(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["choices"] = json!([]);
    ask(&app, body).await.expect(201);
    let done = act(&app, Who::Rep, &row, "accept", json!({})).await.expect(200).json;
    assert_eq!(done["card"]["amount"]["minor"], 500_000_000);
}
