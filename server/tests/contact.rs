//! Contacts: they belong where their account belongs.

use serde_json::{Value, json};

use crate::support::{TestApp, Who, id};

async fn account(app: &TestApp, who: Who, name: &str) -> Value {
    app.as_(who).post("/api/accounts", json!({ "kind": "company", "name": name })).await.expect(201).json
}

async fn create(app: &TestApp, who: Who, account: &Value, name: &str) -> Value {
    app.as_(who).post("/api/contacts", json!({ "account_id": account["id"], "name": name, "title": "Giám đốc" })).await.expect(201).json
}

fn path(record: &Value) -> String {
    format!("/api/contacts/{}", id(record))
}

#[tokio::test]
async fn a_contact_is_where_its_account_is() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Mate, "Sao Mai").await;
    let contact = create(&app, Who::Manager, &account, " Lê Hoa ").await;
    assert_eq!(contact["name"], "Lê Hoa");
    for field in ["dealer_id", "owner_id", "team_id", "territory_id"] {
        assert_eq!(contact[field], account[field], "{field}");
    }
    let view = app.as_(Who::Rep).get(&path(&contact)).await.ok();
    assert_eq!((&view["account_name"], &view["owner_name"]), (&json!("Sao Mai"), &json!("Trần Quốc Bảo")));
    assert_eq!((&view["can_write"], &view["can_delete"]), (&json!(false), &json!(false)));
    for (who, status) in [(Who::Outsider, 404), (Who::DealerManager, 404), (Who::Marketing, 200), (Who::Hr, 403), (Who::Nobody, 401)] {
        app.as_(who).get(&path(&contact)).await.expect(status);
    }
    app.audit().await;
}

#[tokio::test]
async fn every_rule_of_a_new_contact_is_said_by_field() {
    let app = TestApp::new().await;
    let mine = account(&app, Who::Rep, "Sao Mai").await;
    let mates = account(&app, Who::Mate, "Sao Hôm").await;
    let far = account(&app, Who::Outsider, "Phương Bắc").await;
    let trashed = account(&app, Who::Rep, "Đã bỏ").await;
    let rep = app.as_(Who::Rep);
    rep.delete(&format!("/api/accounts/{}", id(&trashed)), 1).await.expect(200);
    let before = app.fingerprint().await;
    for (fields, field, code) in [
        (json!({ "name": "" }), "name", "required"),
        (json!({ "mail": "x" }), "mail", "not-a-mail"),
        (json!({ "phone": "12" }), "phone", "not-a-phone"),
        (json!({ "title": "x".repeat(201) }), "title", "too-long"),
        (json!({ "account_id": far["id"] }), "account_id", "not-found"),
        (json!({ "account_id": trashed["id"] }), "account_id", "not-found"),
        (json!({ "account_id": app.world.maker }), "account_id", "not-found"),
    ] {
        let mut contact = json!({ "account_id": mine["id"], "name": "Lê Hoa" });
        contact.as_object_mut().expect("an object").extend(fields.as_object().expect("an object").clone());
        rep.post("/api/contacts", contact).await.wrong(field, code);
    }
    rep.post("/api/contacts", json!({ "account_id": mates["id"], "name": "Lê Hoa" })).await.refused(403, "forbidden");
    rep.post("/api/contacts", json!({ "account_id": mine["id"], "name": "Lê Hoa", "owner_id": mine["owner_id"] }))
        .await
        .refused(400, "malformed");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_contact_may_change_to_another_account() {
    let app = TestApp::new().await;
    let mine = account(&app, Who::Rep, "Sao Mai").await;
    let mates = account(&app, Who::Mate, "Sao Hôm").await;
    let far = account(&app, Who::Outsider, "Phương Bắc").await;
    let contact = create(&app, Who::Rep, &mine, "Lê Hoa").await;
    let rep = app.as_(Who::Rep);
    rep.patch(&path(&contact), 1, json!({ "account_id": far["id"] })).await.wrong("account_id", "not-found");
    rep.patch(&path(&contact), 1, json!({ "account_id": mates["id"] })).await.refused(403, "forbidden");
    app.as_(Who::Outsider).patch(&path(&contact), 1, json!({ "account_id": far["id"] })).await.refused(404, "not-found");
    let moved = app.as_(Who::Manager).patch(&path(&contact), 1, json!({ "account_id": mates["id"] })).await.ok();
    assert_eq!((&moved["owner_id"], &moved["version"]), (&mates["owner_id"], &json!(2)));
    rep.patch(&path(&contact), 2, json!({ "title": "CEO" })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn changes_merge_or_are_refused_with_both_values() {
    let app = TestApp::new().await;
    let mine = account(&app, Who::Rep, "Sao Mai").await;
    let contact = create(&app, Who::Rep, &mine, "Lê Hoa").await;
    let rep = app.as_(Who::Rep);
    rep.patch(&path(&contact), 1, json!({ "title": "CEO" })).await.expect(200);
    let merged = app.as_(Who::Manager).patch(&path(&contact), 1, json!({ "mail": "hoa@saomai.vn" })).await.ok();
    assert_eq!((&merged["title"], &merged["mail"], &merged["version"]), (&json!("CEO"), &json!("hoa@saomai.vn"), &json!(3)));
    let stale = app.as_(Who::Manager).patch(&path(&contact), 1, json!({ "title": "CFO" })).await.refused(412, "stale");
    assert_eq!((&stale.json["conflicts"][0]["theirs"], &stale.json["conflicts"][0]["mine"]), (&json!("CEO"), &json!("CFO")));
    rep.send(axum::http::Method::PATCH, &path(&contact), Some("{}".into())).await.refused(428, "version-required");
    rep.send(axum::http::Method::DELETE, &path(&contact), None).await.refused(428, "version-required");
    app.audit().await;
}

#[tokio::test]
async fn the_trash_asks_for_a_living_account() {
    let app = TestApp::new().await;
    let mine = account(&app, Who::Rep, "Sao Mai").await;
    let contact = create(&app, Who::Rep, &mine, "Lê Hoa").await;
    let rep = app.as_(Who::Rep);
    app.as_(Who::Mate).delete(&path(&contact), 1).await.refused(403, "forbidden");
    app.as_(Who::DealerRep).delete(&path(&contact), 1).await.refused(404, "not-found");
    rep.delete(&path(&contact), 7).await.refused(412, "stale");
    let event = rep.delete(&path(&contact), 1).await.ok()["event"].clone();
    rep.get(&path(&contact)).await.refused(404, "not-found");
    assert_eq!(rep.get("/api/contacts?deleted=true").await.ok()["items"][0]["name"], "Lê Hoa");
    let restore = format!("{}/restore", path(&contact));
    app.as_(Who::Mate).from_version(2).post(&restore, json!({})).await.refused(403, "forbidden");
    rep.clone().from_version(2).post(&restore, json!({})).await.expect(200);
    rep.post(&format!("/api/events/{event}/undo"), json!({})).await.refused(409, "not-undoable");
    rep.delete(&path(&contact), 3).await.expect(200);
    rep.delete(&format!("/api/accounts/{}", id(&mine)), 1).await.expect(200);
    rep.clone().from_version(4).post(&restore, json!({})).await.wrong("account_id", "not-found");
    app.audit().await;
}

#[tokio::test]
async fn the_list_filters_sorts_and_pages() {
    let app = TestApp::new().await;
    let (one, two) = (account(&app, Who::Rep, "Sao Mai").await, account(&app, Who::Mate, "Sao Hôm").await);
    for name in ["Đỗ Bình", "an Khang", "Lê Hoa"] {
        create(&app, Who::Rep, &one, name).await;
    }
    create(&app, Who::Mate, &two, "Vũ Hòa").await;
    let far = account(&app, Who::Outsider, "Phương Bắc").await;
    create(&app, Who::Outsider, &far, "Hoa Bắc").await;
    let rep = app.as_(Who::Rep);
    let names = async |query: &str| -> Vec<String> {
        let page = rep.get(&format!("/api/contacts{query}")).await.ok();
        page["items"].as_array().expect("rows").iter().map(|r| r["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names("").await, ["an Khang", "Đỗ Bình", "Lê Hoa", "Vũ Hòa"]);
    assert_eq!(names("?sort=title,-name").await, ["Vũ Hòa", "Lê Hoa", "Đỗ Bình", "an Khang"]);
    assert_eq!(names(&format!("?account={}", id(&two))).await, ["Vũ Hòa"]);
    assert_eq!(names(&format!("?owner={}", app.world.user(Who::Mate))).await, ["Vũ Hòa"]);
    assert_eq!(names("?q=hoa").await, ["Lê Hoa", "Vũ Hòa"]);
    assert_eq!(names("?q=giam%20h").await, ["Lê Hoa", "Vũ Hòa"]);
    let first = rep.get("/api/contacts?limit=3").await.ok();
    let next = first["next"].as_str().expect("another page");
    assert_eq!(names(&format!("?limit=3&after={next}")).await, ["Vũ Hòa"]);
    assert_eq!(first["items"][0]["account_name"], "Sao Mai");
    rep.get("/api/contacts?sort=note").await.wrong("sort", "unknown");
}
