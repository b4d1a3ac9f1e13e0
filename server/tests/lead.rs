//! Requests from the shop: what is taken, who gets it, what becomes of it.

mod answering;
mod customer;
mod hostile;
mod routing;
mod upgrade;

use serde_json::{Value, json};

use crate::support::{Reply, Shop, TestApp, Who};

/// Sends a request as a stranger would.
async fn ask(app: &TestApp, body: Value) -> Reply {
    app.as_(Who::Nobody).post("/api/shop/requests", body).await
}

/// All requests that the administrator of the maker sees.
async fn all(app: &TestApp) -> Vec<Value> {
    app.as_(Who::Admin).get("/api/leads?sort=created_at").await.ok()["items"].as_array().cloned().expect("rows")
}

async fn only(app: &TestApp) -> Value {
    let all = all(app).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

/// The link in an answer, as the API names it.
fn link(answer: &Value) -> String {
    answer["path"].as_str().expect("a path").replacen("/request/", "/api/requests/", 1)
}

#[tokio::test]
async fn a_request_says_who_calls_and_when_and_lies_before_the_rep() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let mut body = shop.request(" Trần Thị Mai ", "0903 123 456");
    body["province"] = json!("hn");
    body["mail"] = json!("mai@example.vn");
    body["note"] = json!("Evenings, please");
    let answer = ask(&app, body).await.expect(201).ok();
    let row = only(&app).await;
    assert_eq!((&answer["rep_name"], &answer["dealer"]), (&row["owner_name"], &json!("Aurora Motors")));
    assert_eq!(answer["price"], json!({ "minor": 543_000_000, "currency": "VND" }));
    assert_eq!(answer["total"], json!({ "minor": 597_300_000, "currency": "VND" }));
    assert_eq!((&answer["price_differs"], &answer["is_outdated"]), (&json!(false), &json!(false)));
    assert_eq!((&row["state"], &row["source"], &row["name"]), (&json!("requested"), &json!("shop"), &json!("Trần Thị Mai")));
    assert_eq!((&row["due_at"], &row["code"], &row["amount"]), (&answer["due_at"], &answer["code"], &answer["price"]));
    assert_eq!((&row["model_name"]["vi"], &row["place"]), (&json!("Xe tải"), &json!("Cần Thơ")));
    let company = muster_server::company::load(&app.state.db).await.expect("settings");
    let created = muster_shared::time::Instant(row["created_at"].as_i64().expect("an instant"));
    assert_eq!(answer["due_at"], json!(muster_server::clock::add_work_minutes(&company, created, 120)));
    let view = app.as_(Who::Admin).get(&format!("/api/leads/{}", crate::support::id(&row))).await.ok();
    assert_eq!((&view["model_code"], &view["lead"]["list"]), (&json!("van"), &json!("vn-2026")));
    assert_eq!(view["configuration"][0]["option_name"]["en"], "diesel");
    assert_eq!((&view["configuration"][1]["is_own"], &view["configuration"][2]["is_own"]), (&json!(true), &json!(false)));
    assert_eq!((&view["consents"][0]["purpose"], &view["consents"][0]["withdrawn_at"]), (&json!("answer-request"), &Value::Null));
    let events = app.as_(Who::Admin).get(&format!("/api/events/lead/{}", crate::support::id(&row))).await.ok();
    assert_eq!((events[0]["action"].as_str(), events[0]["actor"]["kind"].as_str()), (Some("requested"), Some("nobody")));
    let payload: Value = serde_json::from_str(events[0]["payload"].as_str().expect("a payload")).expect("JSON");
    assert_eq!(payload["reason"]["code"], "fewest-open");
    assert_eq!(payload["reason"]["params"]["dealer"], "maker");
    // Found by the end of the phone, and no card of the board.
    assert_eq!(app.as_(Who::Admin).get("/api/leads?q=123456").await.ok()["total"], 1);
    assert_eq!(app.as_(Who::Admin).get("/api/search?q=mai").await.ok()[0]["kind"], "lead");
    assert_eq!(app.as_(Who::Admin).get("/api/board").await.ok()["columns"][0]["count"], 0);
    app.audit().await;
}

#[tokio::test]
async fn a_signed_in_person_may_ask_too_and_a_stream_tells_those_who_may_see() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    app.as_(Who::Marketing).post("/api/shop/requests", shop.request("Mai", "0903 123 456")).await.expect(201);
    assert_eq!(app.as_(Who::Marketing).get("/api/leads").await.ok()["total"], 1);
    assert_eq!(app.as_(Who::DealerRep).get("/api/leads").await.ok()["total"], 0);
    app.as_(Who::Hr).get("/api/leads").await.refused(403, "forbidden");
    app.as_(Who::Nobody).get("/api/leads").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn the_list_is_filtered_ordered_and_paged() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    for n in 0..5 {
        ask(&app, shop.request(&format!("Customer {n}"), &format!("09031234{n}0"))).await.expect(201);
        app.state.clock.shift(1_000);
    }
    let admin = app.as_(Who::Admin);
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/api/leads?state=requested&limit=2{after}")).await.ok();
        assert_eq!(page["total"], 5);
        names.extend(page["items"].as_array().expect("rows").iter().map(|row| row["name"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, (0..5).map(|n| json!(format!("Customer {n}"))).collect::<Vec<_>>());
    assert_eq!(admin.get("/api/leads?sort=-name").await.ok()["items"][0]["name"], "Customer 4");
    assert_eq!(admin.get("/api/leads?waiting=false").await.ok()["total"], 0);
    assert_eq!(admin.get("/api/leads?waiting=true&source=shop").await.ok()["total"], 5);
    assert_eq!(admin.get("/api/leads?source=list").await.ok()["total"], 0);
    let rep = app.world.user(Who::Rep);
    let mine = admin.get(&format!("/api/leads?owner={rep}")).await.ok()["total"].clone();
    assert!([json!(1), json!(2)].contains(&mine), "{mine}");
    admin.get("/api/leads?sort=phone").await.wrong("sort", "unknown");
    admin.get("/api/leads?what=1").await.refused(400, "malformed");
}

#[tokio::test]
async fn the_same_request_sent_twice_is_one_with_a_link_that_works() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let nobody = app.as_(Who::Nobody).with_key("k-1");
    let first = nobody.post("/api/shop/requests", shop.request("Mai", "0903 123 456")).await.expect(201).json;
    let again = nobody.post("/api/shop/requests", shop.request("Mai", "0903 123 456")).await.expect(201).json;
    assert_eq!((&first["code"], &first["due_at"]), (&again["code"], &again["due_at"]));
    assert_eq!(only(&app).await["version"], 1);
    for answer in [&first, &again] {
        assert_eq!(app.as_(Who::Nobody).get(&link(answer)).await.ok()["can_cancel"], true);
    }
    nobody.post("/api/shop/requests", shop.request("Other", "0903 123 457")).await.refused(422, "key-reused");
    // No copy of what was answered holds the link.
    let kept = muster_server::sql::Sql::new("SELECT answer FROM idempotency WHERE operation = 'request.create'");
    let kept: String = kept.one(&app.state.db).await.expect("a row").expect("kept").try_get("", "answer").expect("text");
    let token = first["path"].as_str().expect("a path").rsplit('/').next().expect("a token");
    assert!(!kept.contains(token) && kept.contains("lead_id"), "{kept}");
}

#[tokio::test]
async fn two_requests_at_once_are_one_card() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let (a, b) = (app.as_(Who::Nobody), app.as_(Who::Nobody));
    let (first, second) = futures::join!(
        a.post("/api/shop/requests", shop.request("Mai", "0903 123 456")),
        b.post("/api/shop/requests", shop.request("Mai", "+84 903 123 456"))
    );
    let (first, second) = (first.expect(201).json, second.expect(201).json);
    assert_eq!(first["rep_name"], second["rep_name"]);
    only(&app).await;
}

#[tokio::test]
async fn a_second_request_changes_the_first_and_whoever_knows_a_phone_learns_and_ends_nothing() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let first = ask(&app, shop.request("Trần Thị Mai", "0903 123 456")).await.expect(201).json;
    let mut body = shop.request("Somebody", "84903123456");
    body["choices"] = json!([{ "group": "engine", "option": "electric" }]);
    body["mail"] = json!("somebody@example.vn");
    let second = ask(&app, body).await.expect(201).json;
    let row = only(&app).await;
    assert_eq!((&row["version"], &row["name"], &row["code"]), (&json!(2), &json!("Trần Thị Mai"), &second["code"]));
    assert_eq!(row["amount"]["minor"], 610_000_000);
    let lead = app.as_(Who::Admin).get(&format!("/api/leads/{}", crate::support::id(&row))).await.ok()["lead"].clone();
    assert_eq!((&lead["mail"], &lead["phone"]), (&json!(""), &json!("0903 123 456")));
    assert_eq!(lead["note"], "Somebody\n84903123456\nsomebody@example.vn");
    let view = app.as_(Who::Nobody).get(&link(&second)).await;
    assert!(!view.text.contains("Mai") && !view.text.contains("0903"), "{}", view.text);
    assert_eq!(
        (&view.json["can_change"], &view.json["can_cancel"], &view.json["can_forget"]),
        (&json!(true), &json!(false), &json!(false))
    );
    for what in ["cancel", "forget"] {
        app.as_(Who::Nobody).post(&format!("{}/{what}", link(&second)), json!({})).await.refused(403, "first-link-only");
    }
    assert_eq!(app.as_(Who::Nobody).get(&link(&first)).await.ok()["can_cancel"], true);
    // The same once more says nothing new.
    ask(&app, shop.request("Trần Thị Mai", "0903 123 456")).await.expect(201);
    ask(&app, shop.request("Trần Thị Mai", "0903 123 456")).await.expect(201);
    assert_eq!(only(&app).await["version"], 3);
}

#[tokio::test]
async fn the_clock_runs_while_the_company_works() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let admin = app.as_(Who::Admin);
    let version = admin.get("/api/company").await.ok()["version"].as_i64().expect("a version");
    admin.patch("/api/company", version, json!({ "hours": { "from": 600, "to": 600 } })).await.wrong("hours", "not-hours");
    let always = json!({ "hours": { "from": 0, "to": 1440 }, "calendar": { "zone": "UTC", "workdays": [true, true, true, true, true, true, true],
        "holidays": [] } });
    admin.patch("/api/company", version, always).await.expect(200);
    ask(&app, shop.request("Mai", "0903 123 456")).await.expect(201);
    let row = only(&app).await;
    assert_eq!(row["due_at"].as_i64(), row["created_at"].as_i64().map(|at| at + 7_200_000));
}
