//! Saved views: one's own, and shared ones.

use serde_json::{Value, json};

use crate::support::{TestApp, Who, id};

async fn save(app: &TestApp, who: Who, name: &str, shared: bool) -> Value {
    let view = json!({ "place": "accounts", "name": name, "query": "sort=-name", "shared": shared });
    app.as_(who).post("/api/views", view).await.expect(201).json
}

fn path(view: &Value) -> String {
    format!("/api/views/{}", id(view))
}

async fn names(app: &TestApp, who: Who, query: &str) -> Vec<String> {
    let views = app.as_(who).get(&format!("/api/views{query}")).await.ok();
    views.as_array().expect("views").iter().map(|v| v["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn everybody_sees_their_own_and_what_is_shared_at_their_dealer() {
    let app = TestApp::new().await;
    let own = save(&app, Who::Rep, "Của tôi", false).await;
    assert_eq!((&own["owner_name"], &own["version"]), (&json!("Nguyễn Minh Anh"), &json!(1)));
    save(&app, Who::Manager, "All ours", true).await;
    assert_eq!(names(&app, Who::Rep, "").await, ["All ours", "Của tôi"]);
    assert_eq!(names(&app, Who::Rep, "?place=accounts").await, ["All ours", "Của tôi"]);
    assert_eq!(names(&app, Who::Rep, "?place=board").await, [""; 0]);
    assert_eq!(names(&app, Who::Outsider, "").await, ["All ours"]);
    assert_eq!(names(&app, Who::DealerManager, "").await, [""; 0]);
    app.as_(Who::Rep).get("/api/views?place=moon").await.refused(400, "malformed");
    app.as_(Who::Nobody).get("/api/views").await.refused(401, "unauthenticated");
    app.as_(Who::Deactivated).get("/api/views").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn sharing_asks_for_a_permission() {
    let app = TestApp::new().await;
    let shared = json!({ "place": "board", "name": "Ours", "query": "", "shared": true });
    app.as_(Who::Rep).post("/api/views", shared).await.refused(403, "forbidden");
    let own = save(&app, Who::Rep, "Mine", false).await;
    app.as_(Who::Rep).patch(&path(&own), 1, json!({ "shared": true })).await.refused(403, "forbidden");
    let ours = save(&app, Who::Manager, "Ours", true).await;
    app.as_(Who::Rep).patch(&path(&ours), 1, json!({ "name": "Theirs" })).await.refused(403, "forbidden");
    app.as_(Who::Rep).delete(&path(&ours), 1).await.refused(403, "forbidden");
    // Who may share may also tidy up what others shared, but not what they keep for themselves.
    app.as_(Who::Director).patch(&path(&ours), 1, json!({ "name": "Everybody's" })).await.expect(200);
    app.as_(Who::Director).patch(&path(&own), 1, json!({ "name": "Yours" })).await.refused(404, "not-found");
    app.as_(Who::DealerManager).patch(&path(&ours), 2, json!({ "name": "x" })).await.refused(404, "not-found");
    app.audit().await;
}

#[tokio::test]
async fn a_view_is_changed_deleted_and_brought_back() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let own = save(&app, Who::Rep, "Mine", false).await;
    rep.post("/api/views", json!({ "place": "accounts", "name": "", "query": "" })).await.wrong("name", "required");
    rep.post("/api/views", json!({ "place": "accounts", "name": "x", "query": "x".repeat(2_001) })).await.wrong("query", "too-long");
    let renamed = rep.patch(&path(&own), 1, json!({ "name": "Renamed" })).await.expect(200);
    let merged = rep.patch(&path(&own), 1, json!({ "query": "q=sao" })).await.ok();
    assert_eq!((&merged["name"], &merged["query"], &merged["version"]), (&json!("Renamed"), &json!("q=sao"), &json!(3)));
    rep.patch(&path(&own), 1, json!({ "name": "Other" })).await.refused(412, "stale");
    let undo = format!("/api/events/{}/undo", renamed.header("x-event-seq").expect("an event"));
    app.as_(Who::Manager).post(&undo, json!({})).await.refused(404, "not-found");
    rep.post(&undo, json!({})).await.expect(200);
    assert_eq!(names(&app, Who::Rep, "").await, ["Mine"]);
    rep.delete(&path(&own), 1).await.refused(412, "stale");
    rep.send(axum::http::Method::DELETE, &path(&own), None).await.refused(428, "version-required");
    let event = rep.delete(&path(&own), 4).await.ok()["event"].clone();
    assert_eq!(names(&app, Who::Rep, "").await, [""; 0]);
    rep.patch(&path(&own), 5, json!({ "name": "Ghost" })).await.refused(404, "not-found");
    rep.post(&format!("/api/events/{event}/undo"), json!({})).await.expect(200);
    assert_eq!(names(&app, Who::Rep, "").await, ["Mine"]);
    app.audit().await;
}
