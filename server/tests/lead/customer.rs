//! What customers do through their link.

use serde_json::{Value, json};

use super::{all, ask, link, only};
use crate::support::{Shop, TestApp, Who, id};

async fn request(app: &TestApp) -> (Shop, String) {
    let shop = Shop::open(app).await;
    let mut body = shop.request("Quách Bích Liên", "0903 123 456");
    body["mail"] = json!("lien@example.vn");
    body["place"] = json!("Ấp Bắc, South");
    let answer = ask(app, body).await.expect(201).json;
    (shop, link(&answer))
}

#[tokio::test]
async fn the_link_shows_what_was_asked_and_nobody() {
    let app = TestApp::new().await;
    let (shop, link) = request(&app).await;
    let view = app.as_(Who::Nobody).get(&link).await.expect(200);
    assert!(!view.text.contains("Quách") && !view.text.contains("lien@") && !view.text.contains("0903"), "{}", view.text);
    let view = view.json;
    assert_eq!((&view["status"], &view["model"], &view["offer"]), (&json!("waiting"), &json!("van"), &json!(shop.vn)));
    assert_eq!(view["configuration"][0]["option"], "diesel");
    assert_eq!(view["rep_name"], "Nguyễn Minh Anh");
    app.as_(Who::Nobody).get("/api/requests/guess").await.refused(404, "not-found");
    app.state.clock.shift(91 * muster_shared::time::DAY_MS);
    app.as_(Who::Nobody).get(&link).await.refused(404, "not-found");
    for _ in 0..40 {
        app.as_(Who::Nobody).get("/api/requests/guess").await;
    }
    app.as_(Who::Nobody).get("/api/requests/guess").await.refused(429, "throttled");
}

#[tokio::test]
async fn a_configuration_can_be_changed_while_it_matters() {
    let app = TestApp::new().await;
    let (_, link) = request(&app).await;
    let nobody = app.as_(Who::Nobody);
    let change = format!("{link}/change");
    let view =
        nobody.post(&change, json!({ "choices": [{ "group": "engine", "option": "electric" }], "note": "Soon" })).await.expect(200).json;
    assert_eq!(view["price"]["minor"], 610_000_000);
    let row = only(&app).await;
    assert_eq!((&row["code"], &row["version"]), (&view["code"], &json!(2)));
    let events = app.as_(Who::Rep).get(&format!("/api/events/lead/{}", id(&row))).await.ok();
    assert_eq!((&events[0]["action"], &events[0]["actor"]["kind"]), (&json!("changed"), &json!("link")));
    nobody.post(&change, json!({ "choices": [{ "group": "paint", "option": "pearl" }] })).await.wrong("choices.0", "not-sold-here");
    let both = json!([{ "group": "engine", "option": "electric" }, { "group": "gearbox", "option": "manual" }]);
    nobody.post(&change, json!({ "choices": both })).await.wrong("choices", "impossible");
    nobody.post(&change, json!({ "choices": [], "name": "x" })).await.refused(400, "malformed");
    app.as_(Who::Rep).from_version(2).post(&format!("/api/leads/{}/accept", id(&row)), json!({})).await.expect(200);
    nobody.post(&change, json!({ "choices": [] })).await.expect(200);
    let deal = only(&app).await["opportunity_id"].as_str().expect("a deal").to_owned();
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{deal}")).await.ok();
    assert_eq!((&events[0]["action"], &events[0]["actor"]["kind"]), (&json!("requested"), &json!("link")));
    app.audit().await;
}

#[tokio::test]
async fn who_cancels_is_called_by_nobody() {
    let app = TestApp::new().await;
    let (_, link) = request(&app).await;
    let nobody = app.as_(Who::Nobody);
    let view = nobody.post(&format!("{link}/cancel"), json!({})).await.expect(200).json;
    assert_eq!((&view["status"], &view["can_change"], &view["can_forget"]), (&json!("cancelled"), &json!(false), &json!(true)));
    let row = only(&app).await;
    assert_eq!(row["state"], "cancelled");
    let consents = app.as_(Who::Rep).get(&format!("/api/leads/{}", id(&row))).await.ok()["consents"].clone();
    assert!(consents[0]["withdrawn_at"].is_i64(), "{consents}");
    nobody.post(&format!("{link}/change"), json!({ "choices": [] })).await.refused(409, "request-over");
    nobody.post(&format!("{link}/cancel"), json!({})).await.expect(200);
    assert_eq!(only(&app).await["version"], row["version"]);
}

/// Every text that may say who somebody is.
async fn dump(app: &TestApp) -> String {
    let mut text = String::new();
    for (table, columns) in [
        ("event", "COALESCE(payload, '') || COALESCE(words, '')"),
        ("lead", "name || phone || phone_key || mail || mail_key || place || note || return_note || custom"),
        ("consent", "proof"),
        ("search_word", "word"),
        ("idempotency", "answer"),
        ("account", "name || phone || mail"),
        ("contact", "name || phone || mail"),
        ("opportunity", "name"),
    ] {
        let mut sql = muster_server::sql::Sql::default();
        sql.push("SELECT ").push(columns).push(" AS t FROM ").push(table);
        for row in sql.all(&app.state.db).await.expect("rows") {
            text.push_str(&row.try_get::<Option<String>>("", "t").expect("text").unwrap_or_default());
            text.push('\n');
        }
    }
    text
}

#[tokio::test]
async fn a_forgotten_request_says_nothing_of_anybody() {
    let app = TestApp::new().await;
    let (_, link) = request(&app).await;
    let text = dump(&app).await;
    assert!(text.contains("Quách") && text.contains("654321309") && text.contains("lien@example.vn"));
    app.as_(Who::Nobody).post(&format!("{link}/forget"), json!({})).await.expect(204);
    let text = dump(&app).await;
    for trace in ["Quách", "quach", "lien", "0903", "654321309", "Ấp Bắc"] {
        assert!(!text.contains(trace), "{trace} in {text}");
    }
    let row = only(&app).await;
    assert_eq!((&row["name"], &row["state"], &row["amount"]["minor"]), (&json!("—"), &json!("cancelled"), &json!(543_000_000)));
    app.as_(Who::Nobody).get(&link).await.refused(404, "not-found");
    app.as_(Who::Nobody).post(&format!("{link}/forget"), json!({})).await.refused(404, "not-found");
    // Facts stay: who had it, and how it was answered.
    let events = app.as_(Who::Rep).get(&format!("/api/events/lead/{}", id(&row))).await.ok();
    assert_eq!(events[0]["action"], "erased");
    app.audit().await;
}

#[tokio::test]
async fn what_became_a_deal_is_erased_with_its_customer() {
    let app = TestApp::new().await;
    let (_, link) = request(&app).await;
    let row = only(&app).await;
    let done = app.as_(Who::Rep).from_version(1).post(&format!("/api/leads/{}/accept", id(&row)), json!({})).await.ok();
    app.as_(Who::Nobody).post(&format!("{link}/forget"), json!({})).await.refused(409, "deal-exists");
    let account = done["card"]["account_id"].as_str().expect("an id").to_owned();
    let lead = app.as_(Who::Rep).get(&format!("/api/leads/{}", id(&row))).await.ok()["lead"].clone();
    let contact = lead["contact_id"].as_str().expect("an id").to_owned();
    let document = app.as_(Who::Admin).get(&format!("/api/persons/{contact}/export")).await.ok();
    assert_eq!(document["requests"][0]["request"]["phone"], "0903 123 456");
    assert_eq!(document["requests"][0]["consents"][0]["purpose"], "answer-request");
    for person in [&contact, &account] {
        app.as_(Who::Admin).post(&format!("/api/persons/{person}/erase"), json!({})).await.expect(204);
    }
    let text = dump(&app).await;
    for trace in ["Quách", "quach", "lien", "0903", "654321309", "Ấp Bắc"] {
        assert!(!text.contains(trace), "{trace} in {text}");
    }
    let rows = all(&app).await;
    assert_eq!((&rows[0]["name"], &rows[0]["state"]), (&json!("—"), &json!("accepted")));
    app.as_(Who::Nobody).get(&link).await.refused(404, "not-found");
    app.audit().await;
}

#[tokio::test]
async fn staff_erase_a_request_that_became_nothing() {
    let app = TestApp::new().await;
    let (_, _link) = request(&app).await;
    let lead = id(&only(&app).await);
    let document = app.as_(Who::Admin).get(&format!("/api/persons/{lead}/export")).await.ok();
    assert_eq!((&document["kind"], &document["person"]["mail"]), (&json!("lead"), &json!("lien@example.vn")));
    app.as_(Who::DealerAdmin).get(&format!("/api/persons/{lead}/export")).await.refused(404, "not-found");
    app.as_(Who::Admin).post(&format!("/api/persons/{lead}/erase"), json!({})).await.expect(204);
    assert!(!dump(&app).await.contains("Quách"));
    assert_eq!(only(&app).await["due_at"], Value::Null);
    app.audit().await;
}
