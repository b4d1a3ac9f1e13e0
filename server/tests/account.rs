//! Customers: who may see, write, trash and restore them, and what their contacts take over.

use serde_json::{Value, json};

use crate::support::{TestApp, Who, id};

/// A customer of this person's.
async fn create(app: &TestApp, who: Who, name: &str) -> Value {
    app.as_(who).post("/api/accounts", json!({ "kind": "company", "name": name })).await.expect(201).json
}

async fn contact(app: &TestApp, who: Who, account: &Value, name: &str) -> Value {
    app.as_(who).post("/api/contacts", json!({ "account_id": account["id"], "name": name })).await.expect(201).json
}

async fn deal(app: &TestApp, who: Who, account: &Value) -> Value {
    let amount = json!({ "minor": 5_000_000, "currency": "VND" });
    let deal = json!({ "name": "Fleet", "account_id": account["id"], "amount": amount, "close_day": "2027-03-31" });
    app.as_(who).post("/api/opportunities", deal).await.expect(201).json["card"].clone()
}

fn path(record: &Value) -> String {
    format!("/api/accounts/{}", id(record))
}

#[tokio::test]
async fn a_customer_belongs_to_its_owners_team_and_territory() {
    let app = TestApp::new().await;
    let account = create(&app, Who::Rep, "  Công ty Sao Mai  ").await;
    assert_eq!(account["name"], "Công ty Sao Mai");
    assert_eq!(account["version"], 1);
    assert_eq!(account["owner_id"], json!(app.world.user(Who::Rep)));
    assert_eq!(account["team_id"], json!(app.world.teams["south"]));
    assert_eq!(account["territory_id"], json!(app.world.territories["south"]));
    let elsewhere = json!({ "kind": "person", "name": "Lê Hoa", "territory_id": app.world.territories["north"] });
    let account = app.as_(Who::Director).post("/api/accounts", elsewhere).await.ok();
    assert_eq!(account["team_id"], json!(app.world.teams["vietnam"]));
    assert_eq!(account["territory_id"], json!(app.world.territories["north"]));
    app.audit().await;
}

#[tokio::test]
async fn every_rule_of_a_new_customer_is_said_by_field() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let before = app.fingerprint().await;
    for (fields, field, code) in [
        (json!({ "name": " " }), "name", "required"),
        (json!({ "name": "x".repeat(201) }), "name", "too-long"),
        (json!({ "name": "bell\u{7}" }), "name", "control-character"),
        (json!({ "mail": "nobody" }), "mail", "not-a-mail"),
        (json!({ "phone": "call me" }), "phone", "not-a-phone"),
        (json!({ "country": "vn" }), "country", "not-a-country"),
        (json!({ "website": "javascript:alert(1)" }), "website", "not-a-website"),
        (json!({ "note": "x".repeat(10_001) }), "note", "too-long"),
        (json!({ "owner_id": app.world.user(Who::DealerRep) }), "owner_id", "not-found"),
        (json!({ "owner_id": app.world.user(Who::Deactivated) }), "owner_id", "not-found"),
        (json!({ "owner_id": app.world.maker }), "owner_id", "not-found"),
        (json!({ "territory_id": app.world.territories["dealer"] }), "territory_id", "not-found"),
    ] {
        let mut account = json!({ "kind": "company", "name": "Sao Mai" });
        account.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        rep.post("/api/accounts", account).await.wrong(field, code);
    }
    rep.post("/api/accounts", json!({ "kind": "company", "name": "Sao Mai", "version": 9 })).await.refused(400, "malformed");
    rep.post("/api/accounts", json!({ "kind": "club", "name": "Sao Mai" })).await.refused(400, "malformed");
    // A representative records customers for nobody else.
    let for_mate = json!({ "kind": "company", "name": "Sao Mai", "owner_id": app.world.user(Who::Mate) });
    rep.post("/api/accounts", for_mate.clone()).await.refused(403, "forbidden");
    assert_eq!(app.fingerprint().await, before);
    app.as_(Who::Manager).post("/api/accounts", for_mate).await.expect(201);
}

#[tokio::test]
async fn the_page_says_what_may_be_done() {
    let app = TestApp::new().await;
    let account = create(&app, Who::Rep, "Sao Mai").await;
    for (who, status, can_write) in [
        (Who::Rep, 200, true),
        (Who::Mate, 200, false),
        (Who::Manager, 200, true),
        (Who::Director, 200, true),
        (Who::Marketing, 200, false),
        (Who::Admin, 200, true),
        (Who::Outsider, 404, false),
        (Who::DealerManager, 404, false),
        (Who::DealerAdmin, 404, false),
        (Who::Hr, 403, false),
        (Who::Deactivated, 401, false),
        (Who::Nobody, 401, false),
    ] {
        let reply = app.as_(who).get(&path(&account)).await;
        assert_eq!(reply.status, status, "{who:?}: {}", reply.text);
        if status == 200 {
            assert_eq!((&reply.json["can_write"], &reply.json["can_delete"]), (&json!(can_write), &json!(can_write)), "{who:?}");
        }
    }
    let view = app.as_(Who::Rep).get(&path(&account)).await.ok();
    assert_eq!(view["owner_name"], "Nguyễn Minh Anh");
    assert_eq!(view["territory_name"], "South");
    assert_eq!(view["account"], account);
    app.as_(Who::Rep).get(&format!("/api/accounts/{}", app.world.maker)).await.refused(404, "not-found");
    app.as_(Who::Rep).get("/api/accounts/7").await.refused(404, "not-found");
}

#[tokio::test]
async fn the_maker_reads_customers_of_dealers_whose_contract_is_open() {
    let app = TestApp::new().await;
    let open = create(&app, Who::OpenRep, "Autohaus Kunde").await;
    let closed = create(&app, Who::DealerRep, "Khách của đại lý").await;
    app.as_(Who::ProductManager).get(&path(&open)).await.expect(200);
    app.as_(Who::ProductManager).get(&path(&closed)).await.refused(404, "not-found");
    app.as_(Who::Director).get(&path(&open)).await.refused(404, "not-found");
    let list = app.as_(Who::ProductManager).get("/api/accounts?q=kunde").await.ok();
    assert_eq!((list["total"].as_i64(), &list["items"][0]["id"]), (Some(1), &open["id"]));
}

#[tokio::test]
async fn a_change_names_its_fields_and_merges_with_others() {
    let app = TestApp::new().await;
    let account = create(&app, Who::Rep, "Sao Mai").await;
    let (rep, manager) = (app.as_(Who::Rep), app.as_(Who::Manager));
    rep.patch(&path(&account), 1, json!({ "city": "Đà Nẵng" })).await.expect(200);
    // Made from version 1, another field: both stay.
    let merged = manager.patch(&path(&account), 1, json!({ "phone": "+84 236 123 456" })).await.ok();
    assert_eq!((&merged["city"], &merged["phone"], &merged["version"]), (&json!("Đà Nẵng"), &json!("+84 236 123 456"), &json!(3)));
    // The same field: refused, with both values.
    let stale = manager.patch(&path(&account), 1, json!({ "city": "Huế", "note": "x" })).await.refused(412, "stale");
    assert_eq!(stale.json["version"], 3);
    let conflict = &stale.json["conflicts"][0];
    assert_eq!((&conflict["field"], &conflict["theirs"], &conflict["mine"]), (&json!("city"), &json!("Đà Nẵng"), &json!("Huế")));
    assert_eq!(conflict["by"], "Nguyễn Minh Anh");
    // The same value is no conflict, and nothing to write.
    let same = manager.patch(&path(&account), 1, json!({ "city": "Đà Nẵng" })).await.expect(200);
    assert_eq!((same.json["version"].as_i64(), same.header("x-event-seq")), (Some(3), None));
    rep.send(axum::http::Method::PATCH, &path(&account), Some("{}".into())).await.refused(428, "version-required");
    rep.patch(&path(&account), 9, json!({ "city": "Huế" })).await.refused(412, "stale");
    rep.patch(&path(&account), 3, json!({ "name": "" })).await.wrong("name", "required");
    rep.patch(&path(&account), 3, json!({ "dealer_id": app.world.dealer })).await.refused(400, "malformed");
    app.as_(Who::Mate).patch(&path(&account), 3, json!({ "city": "Huế" })).await.refused(403, "forbidden");
    app.as_(Who::Outsider).patch(&path(&account), 3, json!({ "city": "Huế" })).await.refused(404, "not-found");
    app.audit().await;
}

#[tokio::test]
async fn contacts_go_along_to_a_new_owner() {
    let app = TestApp::new().await;
    let account = create(&app, Who::Rep, "Sao Mai").await;
    let hoa = contact(&app, Who::Rep, &account, "Lê Hoa").await;
    let away = json!({ "owner_id": app.world.user(Who::Outsider) });
    // Neither a representative nor the team's manager hands a customer out of their reach.
    app.as_(Who::Rep).patch(&path(&account), 1, away.clone()).await.refused(403, "forbidden");
    app.as_(Who::Manager).patch(&path(&account), 1, away.clone()).await.refused(403, "forbidden");
    let reply = app.as_(Who::Director).patch(&path(&account), 1, away).await.expect(200);
    assert_eq!(
        (&reply.json["team_id"], &reply.json["territory_id"]),
        (&json!(app.world.teams["north"]), &json!(app.world.territories["north"]))
    );
    let view = app.as_(Who::Outsider).get(&format!("/api/contacts/{}", id(&hoa))).await.ok();
    assert_eq!(view["contact"]["owner_id"], json!(app.world.user(Who::Outsider)));
    assert_eq!(view["contact"]["version"], 2);
    app.as_(Who::Rep).get(&format!("/api/contacts/{}", id(&hoa))).await.refused(404, "not-found");
    // The answer names the account's own event: taking it back brings the contacts back too.
    let event = reply.header("x-event-seq").expect("an event").to_owned();
    app.as_(Who::Director).post(&format!("/api/events/{event}/undo"), json!({})).await.expect(200);
    let view = app.as_(Who::Rep).get(&format!("/api/contacts/{}", id(&hoa))).await.ok();
    assert_eq!((&view["contact"]["owner_id"], &view["contact"]["version"]), (&json!(app.world.user(Who::Rep)), &json!(3)));
    let history = app.as_(Who::Rep).get(&format!("/api/events/contact/{}", id(&hoa))).await.ok();
    let actions: Vec<_> = history.as_array().expect("events").iter().map(|e| e["action"].clone()).collect();
    assert_eq!(actions, ["reassigned", "reassigned", "created"]);
    app.audit().await;
}

#[tokio::test]
async fn the_trash_takes_contacts_along_and_gives_them_back() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = create(&app, Who::Rep, "Sao Mai").await;
    let hoa = contact(&app, Who::Rep, &account, "Lê Hoa").await;
    let gone = contact(&app, Who::Rep, &account, "Trần Nam").await;
    rep.delete(&format!("/api/contacts/{}", id(&gone)), 1).await.expect(200);
    app.as_(Who::Mate).delete(&path(&account), 1).await.refused(403, "forbidden");
    app.as_(Who::Outsider).delete(&path(&account), 1).await.refused(404, "not-found");
    rep.delete(&path(&account), 2).await.refused(412, "stale");
    let deleted = rep.delete(&path(&account), 1).await.expect(200);
    assert!(deleted.json["event"].is_i64(), "{}", deleted.text);
    rep.get(&path(&account)).await.refused(404, "not-found");
    rep.get(&format!("/api/contacts/{}", id(&hoa))).await.refused(404, "not-found");
    rep.patch(&path(&account), 2, json!({ "city": "Huế" })).await.refused(404, "not-found");
    assert_eq!(rep.get("/api/accounts").await.ok()["total"], 0);
    let trash = rep.get("/api/accounts?deleted=true").await.ok();
    assert_eq!((&trash["total"], &trash["items"][0]["version"]), (&json!(1), &json!(2)));
    app.as_(Who::Mate).from_version(2).post(&format!("{}/restore", path(&account)), json!({})).await.refused(403, "forbidden");
    app.as_(Who::DealerManager).from_version(2).post(&format!("{}/restore", path(&account)), json!({})).await.refused(404, "not-found");
    rep.clone().from_version(1).post(&format!("{}/restore", path(&account)), json!({})).await.refused(412, "stale");
    rep.clone().from_version(2).post(&format!("{}/restore", path(&account)), json!({})).await.expect(200);
    rep.get(&format!("/api/contacts/{}", id(&hoa))).await.expect(200);
    // What was thrown away before stays there.
    rep.get(&format!("/api/contacts/{}", id(&gone))).await.refused(404, "not-found");
    // The toast's undo does the same as restoring.
    let event = rep.delete(&path(&account), 3).await.ok()["event"].clone();
    rep.post(&format!("/api/events/{event}/undo"), json!({})).await.expect(200);
    rep.get(&format!("/api/contacts/{}", id(&hoa))).await.expect(200);
    app.audit().await;
}

#[tokio::test]
async fn a_customer_with_open_deals_stays() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = create(&app, Who::Rep, "Sao Mai").await;
    let card = deal(&app, Who::Rep, &account).await;
    assert_eq!(rep.get("/api/accounts").await.ok()["items"][0]["open_opportunities"], 1);
    // Who may not see deals does not count them either.
    let before = app.fingerprint().await;
    let refused = rep.delete(&path(&account), 1).await.refused(409, "in-use");
    assert_eq!(refused.json["params"]["opportunities"], 1);
    assert_eq!(app.fingerprint().await, before);
    let to = json!({ "stage_id": app.world.stages["won"] });
    let moved = rep.clone().from_version(card["version"].as_i64().expect("a version"));
    moved.post(&format!("/api/opportunities/{}/move", id(&card)), to).await.expect(200);
    assert_eq!(rep.get("/api/accounts").await.ok()["items"][0]["open_opportunities"], 0);
    rep.delete(&path(&account), 1).await.expect(200);
}

#[tokio::test]
async fn a_repeated_request_records_one_customer() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep).with_key("one");
    let body = json!({ "kind": "company", "name": "Sao Mai" });
    let first = rep.post("/api/accounts", body.clone()).await.expect(201).json;
    assert_eq!(rep.post("/api/accounts", body).await.expect(201).json, first);
    rep.post("/api/accounts", json!({ "kind": "company", "name": "Sao Hôm" })).await.refused(422, "key-reused");
    assert_eq!(app.as_(Who::Rep).get("/api/accounts").await.ok()["total"], 1);
    // A key counts for one address: deleting another customer is not deleting this one again.
    let other = create(&app, Who::Rep, "Sao Hôm").await;
    let deleted = rep.delete(&path(&first), 1).await.expect(200).json;
    assert_eq!(rep.delete(&path(&first), 1).await.expect(200).json, deleted);
    rep.delete(&path(&other), 1).await.refused(422, "key-reused");
    app.as_(Who::Rep).get(&path(&other)).await.expect(200);
}

#[tokio::test]
async fn the_list_filters_sorts_and_pages() {
    let app = TestApp::new().await;
    let (rep, manager) = (app.as_(Who::Rep), app.as_(Who::Manager));
    for (name, city, segment, country, phone) in [
        ("Đại Nam", "Huế", "Taxi", "VN", "+84 903 123 456"),
        ("Ánh Dương", "Đà Nẵng", "Bus", "VN", ""),
        ("Zürich Cars", "Zürich", "Bus", "CH", "+41 44 555 12 12"),
        ("Cửu Long", "Cần Thơ", "Taxi", "VN", ""),
        ("an bình", "Huế", "Bus", "VN", ""),
    ] {
        let body = json!({ "kind": "company", "name": name, "city": city, "segment": segment, "country": country, "phone": phone });
        rep.post("/api/accounts", body).await.expect(201);
    }
    create(&app, Who::Mate, "Riêng").await;
    create(&app, Who::Outsider, "Phương Bắc").await;
    let names = async |query: &str| -> Vec<String> {
        let page = manager.get(&format!("/api/accounts{query}")).await.ok();
        page["items"].as_array().expect("rows").iter().map(|r| r["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names("").await, ["an bình", "Ánh Dương", "Cửu Long", "Đại Nam", "Riêng", "Zürich Cars"]);
    assert_eq!(names("?sort=-name").await, ["Zürich Cars", "Riêng", "Đại Nam", "Cửu Long", "Ánh Dương", "an bình"]);
    assert_eq!(names("?sort=segment,-city").await.last().map(String::as_str), Some("Cửu Long"));
    assert_eq!(names("?country=CH").await, ["Zürich Cars"]);
    assert_eq!(names("?segment=Taxi").await, ["Cửu Long", "Đại Nam"]);
    assert_eq!(names("?kind=person").await, [""; 0]);
    assert_eq!(names(&format!("?owner={}", app.world.user(Who::Mate))).await, ["Riêng"]);
    for (q, found) in [
        ("dai", "Đại Nam"),
        ("NAM%20hue", "Đại Nam"),
        ("123456", "Đại Nam"),
        ("0903%20123%20456", "Đại Nam"),
        ("zur", "Zürich Cars"),
        ("12%2012", "Zürich Cars"),
    ] {
        assert_eq!(names(&format!("?q={q}")).await, [found], "{q}");
    }
    assert_eq!(names("?q=nam%20zur").await, [""; 0]);
    assert_eq!(names("?q=phuong").await, [""; 0]);
    let first = manager.get("/api/accounts?limit=4").await.ok();
    assert_eq!((first["total"].as_i64(), first["items"].as_array().map(Vec::len)), (Some(6), Some(4)));
    let next = first["next"].as_str().expect("another page");
    assert_eq!(names(&format!("?limit=4&after={next}")).await, ["Riêng", "Zürich Cars"]);
    manager.get("/api/accounts?sort=note").await.wrong("sort", "unknown");
    manager.get(&format!("/api/accounts?sort=city&after={next}")).await.wrong("after", "unknown");
    manager.get("/api/accounts?limit=many").await.refused(400, "malformed");
    manager.get("/api/accounts?colour=red").await.refused(400, "malformed");
    app.as_(Who::Hr).get("/api/accounts").await.refused(403, "forbidden");
    app.as_(Who::Nobody).get("/api/accounts").await.refused(401, "unauthenticated");
}
