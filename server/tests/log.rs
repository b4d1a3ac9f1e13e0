//! Histories and taking back.

use muster_shared::event::{Event, verify_record};
use serde_json::{Value, json};

use crate::support::{TestApp, Who, id};

async fn account(app: &TestApp, who: Who) -> Value {
    app.as_(who).post("/api/accounts", json!({ "kind": "company", "name": "Sao Mai", "city": "Huế" })).await.expect(201).json
}

#[tokio::test]
async fn a_records_history_verifies_by_itself() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep).await;
    let path = format!("/api/accounts/{}", id(&account));
    app.as_(Who::Rep).patch(&path, 1, json!({ "city": "Đà Nẵng" })).await.expect(200);
    app.as_(Who::Mate).post("/api/accounts", json!({ "kind": "person", "name": "Somebody else" })).await.expect(201);
    app.as_(Who::Manager).patch(&path, 2, json!({ "note": "VIP" })).await.expect(200);
    let history = app.as_(Who::Mate).get(&format!("/api/events/account/{}", id(&account))).await.ok();
    let mut events: Vec<Event> = serde_json::from_value(history).expect("events");
    assert_eq!(events.iter().map(|e| e.version_after).collect::<Vec<_>>(), [3, 2, 1]);
    let change = &events[1].read_payload().changes[0];
    assert_eq!((change.field.as_str(), &change.old, &change.new), ("city", &json!("Huế"), &json!("Đà Nẵng")));
    events.reverse();
    verify_record(&events).expect("the chain holds");
    events[1].payload = events[1].payload.as_ref().map(|p| p.replace("Huế", "Hue"));
    verify_record(&events).expect_err("a changed payload shows");
}

#[tokio::test]
async fn a_long_history_comes_in_pages_that_join_to_the_whole() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep).await;
    let (path, rep) = (format!("/api/accounts/{}", id(&account)), app.as_(Who::Rep));
    for version in 1..=204 {
        rep.patch(&path, version, json!({ "note": format!("call {version}") })).await.expect(200);
    }
    let history = format!("/api/events/account/{}", id(&account));
    for (query, count) in [("", 50), ("?limit=0", 1), ("?limit=7", 7), ("?limit=100000", 200), ("?before=1", 0)] {
        assert_eq!(rep.get(&format!("{history}{query}")).await.ok().as_array().map(Vec::len), Some(count), "{query}");
    }
    let mut events: Vec<Event> = Vec::new();
    let mut next = Some(format!("{history}?limit=41"));
    while let Some(page) = next {
        let reply = rep.get(&page).await.expect(200);
        next = reply.header("link").map(|link| {
            link.strip_prefix('<').and_then(|l| l.strip_suffix(r#">; rel="next""#)).expect("an address of the next page").to_owned()
        });
        events.extend(serde_json::from_value::<Vec<Event>>(reply.json).expect("events"));
    }
    assert_eq!(events.iter().map(|e| e.version_after).collect::<Vec<_>>(), (1..=205).rev().collect::<Vec<_>>());
    events.reverse();
    verify_record(&events).expect("the chain holds over all pages");
    // Where the record belongs now decides, not where it belonged on the page.
    app.as_(Who::Outsider).get(&format!("{history}?before=9")).await.refused(404, "not-found");
    rep.get(&format!("{history}?after=9")).await.refused(400, "malformed");
}

#[tokio::test]
async fn a_history_is_read_by_who_may_read_the_record() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep).await;
    let of_account = format!("/api/events/account/{}", id(&account));
    for (who, status) in [
        (Who::Rep, 200),
        (Who::Mate, 200),
        (Who::Marketing, 200),
        (Who::Outsider, 404),
        (Who::Hr, 404),
        (Who::DealerAdmin, 404),
        (Who::Nobody, 401),
        (Who::Deactivated, 401),
    ] {
        app.as_(who).get(&of_account).await.expect(status);
    }
    // The right id under another kind is nothing.
    app.as_(Who::Rep).get(&format!("/api/events/contact/{}", id(&account))).await.refused(404, "not-found");
    app.as_(Who::Rep).get(&format!("/api/events/moon/{}", id(&account))).await.refused(404, "not-found");
    let of_user = format!("/api/events/user/{}", app.world.user(Who::Rep));
    for (who, status) in [(Who::Rep, 200), (Who::Hr, 200), (Who::Mate, 404), (Who::DealerAdmin, 404)] {
        app.as_(who).get(&of_user).await.expect(status);
    }
    let of_team = format!("/api/events/team/{}", app.world.teams["south"]);
    for (who, status) in [(Who::Rep, 200), (Who::DealerRep, 404)] {
        app.as_(who).get(&of_team).await.expect(status);
    }
    let of_role = format!("/api/events/role/{}", app.world.roles["rep"]);
    for (who, status) in
        [(Who::Manager, 200), (Who::Hr, 200), (Who::Admin, 200), (Who::Rep, 404), (Who::Marketing, 404), (Who::Nobody, 401)]
    {
        app.as_(who).get(&of_role).await.expect(status);
    }
    let of_dealer = |dealer: uuid::Uuid| format!("/api/events/dealer/{dealer}");
    for (who, dealer, status) in [
        (Who::Rep, app.world.maker, 200),
        (Who::Rep, app.world.dealer, 404),
        (Who::DealerRep, app.world.dealer, 200),
        (Who::DealerAdmin, app.world.maker, 404),
        (Who::ProductManager, app.world.open_dealer, 200),
        (Who::ProductManager, app.world.dealer, 404),
        (Who::Admin, app.world.dealer, 200),
    ] {
        app.as_(who).get(&of_dealer(dealer)).await.expect(status);
    }
    let stage = json!({ "name": { "en": "Fleet" }, "probability": 20, "category": "pipeline", "limit_days": null });
    let pipeline =
        app.as_(Who::Admin).post("/api/pipelines", json!({ "name": { "en": "Fleet" }, "stages": [stage] })).await.expect(201).json;
    for (who, status) in [(Who::Rep, 200), (Who::Hr, 404), (Who::DealerAdmin, 404)] {
        app.as_(who).get(&format!("/api/events/pipeline/{}", id(&pipeline))).await.expect(status);
        app.as_(who).get(&format!("/api/events/stage/{}", id(&pipeline["stages"][0]))).await.expect(status);
    }
    let view = app.as_(Who::Rep).post("/api/views", json!({ "place": "board", "name": "Mine", "query": "" })).await.expect(201).json;
    for (who, status) in [(Who::Rep, 200), (Who::Mate, 404), (Who::Admin, 404)] {
        app.as_(who).get(&format!("/api/events/view/{}", id(&view))).await.expect(status);
    }
    // In the trash it is read by the same people; handed over, by the new ones.
    app.as_(Who::Rep).delete(&format!("/api/accounts/{}", id(&account)), 1).await.expect(200);
    app.as_(Who::Mate).get(&of_account).await.expect(200);
    app.as_(Who::Outsider).get(&of_account).await.expect(404);
}

#[tokio::test]
async fn the_company_needs_no_id() {
    let app = TestApp::new().await;
    let of_company = format!("/api/events/company/{}", uuid::Uuid::nil());
    app.as_(Who::Admin).patch("/api/company", 1, json!({ "contact_limit_days": 9 })).await.expect(200);
    let events = app.as_(Who::Rep).get(&of_company).await.ok();
    assert_eq!((&events[0]["action"], events.as_array().map(Vec::len)), (&json!("changed"), Some(2)));
    app.as_(Who::Nobody).get(&of_company).await.refused(401, "unauthenticated");
    // No other kind is asked for like this.
    app.as_(Who::Admin).get(&format!("/api/events/role/{}", uuid::Uuid::nil())).await.refused(404, "not-found");
}

#[tokio::test]
async fn what_was_handed_over_takes_its_history_along() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep).await;
    let to = json!({ "owner_id": app.world.user(Who::Outsider) });
    app.as_(Who::Director).patch(&format!("/api/accounts/{}", id(&account)), 1, to).await.expect(200);
    let history = format!("/api/events/account/{}", id(&account));
    app.as_(Who::Outsider).get(&history).await.expect(200);
    app.as_(Who::Rep).get(&history).await.expect(404);
}

#[tokio::test]
async fn taking_back_fails_where_the_field_changed_since() {
    let app = TestApp::new().await;
    let (rep, manager) = (app.as_(Who::Rep), app.as_(Who::Manager));
    let account = account(&app, Who::Rep).await;
    let path = format!("/api/accounts/{}", id(&account));
    let first = rep.patch(&path, 1, json!({ "city": "Đà Nẵng", "note": "VIP" })).await.expect(200);
    let undo = format!("/api/events/{}/undo", first.header("x-event-seq").expect("an event"));
    manager.patch(&path, 2, json!({ "city": "Hà Nội" })).await.expect(200);
    let stale = rep.post(&undo, json!({})).await.refused(412, "stale");
    let conflict = &stale.json["conflicts"][0];
    assert_eq!((&conflict["field"], &conflict["theirs"], &conflict["mine"]), (&json!("city"), &json!("Hà Nội"), &json!("Huế")));
    assert_eq!((&conflict["by"], stale.json["version"].as_i64()), (&json!("Lê Thị Hương"), Some(3)));
    // Others' changes of other fields stay.
    manager.patch(&path, 3, json!({ "city": "Đà Nẵng" })).await.expect(200);
    manager.patch(&path, 4, json!({ "phone": "+84 234 111 222" })).await.expect(200);
    rep.post(&undo, json!({})).await.refused(412, "stale");
    let second = manager.patch(&path, 5, json!({ "segment": "Taxi" })).await.expect(200);
    rep.patch(&path, 6, json!({ "mail": "hue@saomai.vn" })).await.expect(200);
    let undo = format!("/api/events/{}/undo", second.header("x-event-seq").expect("an event"));
    let undone = rep.post(&undo, json!({})).await.ok();
    let view = rep.get(&path).await.ok();
    assert_eq!((&view["account"]["segment"], &view["account"]["mail"]), (&json!(""), &json!("hue@saomai.vn")));
    let newest = rep.get(&format!("/api/events/account/{}", id(&account))).await.ok()[0].clone();
    assert_eq!((&newest["seq"], newest["undoes"].as_i64()), (&undone["event"], second.header("x-event-seq").and_then(|s| s.parse().ok())));
    // A second time there is nothing left to take back; taking back the taking back is redo.
    rep.post(&undo, json!({})).await.refused(409, "not-undoable");
    rep.post(&format!("/api/events/{}/undo", undone["event"]), json!({})).await.expect(200);
    assert_eq!(rep.get(&path).await.ok()["account"]["segment"], "Taxi");
    app.audit().await;
}

#[tokio::test]
async fn taking_back_asks_for_the_same_rights() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep).await;
    let path = format!("/api/accounts/{}", id(&account));
    let change = app.as_(Who::Rep).patch(&path, 1, json!({ "city": "Đà Nẵng" })).await.expect(200);
    let undo = format!("/api/events/{}/undo", change.header("x-event-seq").expect("an event"));
    let before = app.fingerprint().await;
    for (who, status, code) in [
        (Who::Mate, 403, "forbidden"),
        (Who::Marketing, 403, "forbidden"),
        (Who::Outsider, 404, "not-found"),
        (Who::DealerAdmin, 404, "not-found"),
        (Who::Hr, 404, "not-found"),
        (Who::Nobody, 401, "unauthenticated"),
    ] {
        app.as_(who).post(&undo, json!({})).await.refused(status, code);
    }
    app.as_(Who::Rep).post("/api/events/999999/undo", json!({})).await.refused(404, "not-found");
    // People, teams and settings are changed where they are kept.
    app.as_(Who::Admin).post("/api/events/1/undo", json!({})).await.refused(409, "not-undoable");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn recording_is_taken_back_by_the_trash() {
    let app = TestApp::new().await;
    let reply = app.as_(Who::Rep).post("/api/accounts", json!({ "kind": "company", "name": "Sao Mai" })).await.expect(201);
    let undo = format!("/api/events/{}/undo", reply.header("x-event-seq").expect("an event"));
    let deleted = app.as_(Who::Rep).post(&undo, json!({})).await.ok()["event"].clone();
    app.as_(Who::Rep).get(&format!("/api/accounts/{}", id(&reply.json))).await.expect(404);
    app.as_(Who::Rep).post(&format!("/api/events/{deleted}/undo"), json!({})).await.expect(200);
    app.as_(Who::Rep).get(&format!("/api/accounts/{}", id(&reply.json))).await.expect(200);
}
