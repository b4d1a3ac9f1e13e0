//! Pipelines and stages as data.

use serde_json::json;

use super::{record, version};
use crate::support::{TestApp, Who, id};

#[tokio::test]
async fn stages_are_data() {
    let app = TestApp::new().await;
    let director = app.as_(Who::Admin);
    app.as_(Who::Rep).post("/api/pipelines", json!({"name": {"en": "x"}, "stages": []})).await.refused(403, "forbidden");
    director.post("/api/pipelines", json!({"name": {"en": "Service"}, "stages": []})).await.wrong("stages", "required");
    let stage = json!({"name": {"en": "Offer", "vi": "Chào giá"}, "probability": 30, "category": "pipeline", "limit_days": 5});
    let pipeline = director.post("/api/pipelines", json!({"name": {"en": "Service"}, "stages": [stage]})).await.expect(201).ok();
    let kinds: Vec<_> = pipeline["stages"].as_array().expect("stages").iter().map(|s| s["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["open", "won", "lost"]);
    let mut second = stage.clone();
    second["probability"] = json!(60);
    let added = director.post(&format!("/api/pipelines/{}/stages", id(&pipeline)), second).await.expect(201).ok();
    assert_eq!(added["position"], 1);
    director
        .post(&format!("/api/pipelines/{}/stages", id(&pipeline)), json!({"name": {}, "probability": 101, "category": "commit"}))
        .await
        .refused(422, "invalid");
    let won = &pipeline["stages"][1];
    director.patch(&format!("/api/stages/{}", id(won)), 1, json!({"archived": true})).await.wrong("archived", "fixed-stage");
    let path = format!("/api/stages/{}", id(&added));
    director.patch(&path, 9, json!({"archived": true})).await.refused(412, "stale");
    director.patch(&path, 1, json!({"archived": true})).await.expect(200);
    director
        .patch(&format!("/api/stages/{}", id(&pipeline["stages"][0])), 1, json!({"archived": true}))
        .await
        .wrong("archived", "last-stage");
    app.as_(Who::DealerAdmin).patch(&path, 2, json!({"probability": 1})).await.refused(404, "not-found");
    director.patch(&format!("/api/pipelines/{}", id(&pipeline)), 1, json!({"name": {"en": "Aftersales"}})).await.expect(200);
    app.audit().await;
}

#[tokio::test]
async fn what_two_change_of_a_stage_merges_and_one_field_twice_is_asked() {
    let app = TestApp::new().await;
    let director = app.as_(Who::Admin);
    let path = format!("/api/stages/{}", app.world.stages["qualified"]);
    director.patch(&path, 1, json!({"limit_days": 9})).await.expect(200);
    let merged = director.patch(&path, 1, json!({"probability": 33})).await.expect(200).ok();
    assert_eq!((&merged["limit_days"], &merged["probability"]), (&json!(9), &json!(33)), "{merged}");
    let refused = director.patch(&path, 1, json!({"limit_days": 4})).await.refused(412, "stale");
    let met = &refused.json["conflicts"][0];
    assert_eq!((&met["theirs"], &met["mine"]), (&json!(9), &json!(4)), "{met}");
    let pipelines = director.get("/api/pipelines").await.ok();
    let path = format!("/api/pipelines/{}", id(&pipelines[0]));
    director.patch(&path, 1, json!({"name": {"en": "New cars"}})).await.expect(200);
    director.patch(&path, 1, json!({"position": 3})).await.expect(200);
    director.patch(&path, 1, json!({"name": {"en": "Used cars"}})).await.refused(412, "stale");
    app.audit().await;
}

#[tokio::test]
async fn a_stage_with_open_deals_is_not_archived_and_its_new_limit_moves_their_clocks() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let path = format!("/api/stages/{}", app.world.stages["qualified"]);
    app.as_(Who::Admin).patch(&path, 1, json!({"archived": true})).await.refused(409, "in-use");
    let before = card["stage_limit_at"].as_i64().expect("a limit");
    app.as_(Who::Admin).patch(&path, 1, json!({"limit_days": 1})).await.expect(200);
    let after = app.as_(Who::Rep).get(&format!("{}/card", super::path(&card))).await.ok();
    assert!(after["stage_limit_at"].as_i64().expect("a limit") < before);
    assert_eq!(version(&after), 1);
}
