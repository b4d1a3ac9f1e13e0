//! Moves, edits that meet, and taking back.

use serde_json::{Value, json};

use super::{move_to, path, record, version};
use crate::support::{TestApp, Who, id};

#[tokio::test]
async fn a_move_is_an_event_that_everybody_can_count_on() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let proposal = app.world.stages["proposal"];
    let written = move_to(&app, Who::Rep, &card, 1, json!({"stage_id": proposal, "note": "liked the drive"})).await.expect(200).ok();
    assert_eq!((written["card"]["stage_id"].clone(), version(&written["card"])), (json!(proposal), 2));
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{}", id(&card))).await.ok();
    assert_eq!((&events[0]["action"], &events[0]["seq"]), (&json!("moved"), &written["event"]));
    assert!(events[0]["words"].as_str().expect("what was said").contains("liked the drive"));
    let stays = app.as_(Who::Rep).get(&format!("{}/stays", path(&card))).await.ok();
    assert_eq!(stays.as_array().map(Vec::len), Some(2));
    assert_eq!((&stays[1]["stage_id"], &stays[1]["to"]), (&json!(proposal), &Value::Null));
    app.audit().await;
}

#[tokio::test]
async fn moves_obey_the_rules() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let stages = &app.world.stages;
    move_to(&app, Who::Rep, &card, 1, json!({"stage_id": stages["lost"]})).await.wrong("lost_reason", "required");
    let stage = json!({"name": {"en": "Fleet"}, "probability": 20, "category": "pipeline", "limit_days": null});
    let other = app.as_(Who::Admin).post("/api/pipelines", json!({"name": {"en": "Fleet"}, "stages": [stage]})).await.expect(201).ok();
    move_to(&app, Who::Rep, &card, 1, json!({"stage_id": other["stages"][0]["id"]})).await.wrong("stage_id", "other-pipeline");
    // Another dealer's stage is not there.
    move_to(&app, Who::Rep, &card, 1, json!({"stage_id": app.world.dealer_stages["proposal"]})).await.wrong("stage_id", "not-found");
    move_to(&app, Who::Rep, &card, 1, json!({"stage_id": id(&card)})).await.wrong("stage_id", "not-found");
    app.as_(Who::Rep)
        .post(&format!("{}/move", path(&card)), json!({"stage_id": stages["proposal"]}))
        .await
        .refused(428, "version-required");
    let lost =
        move_to(&app, Who::Rep, &card, 1, json!({"stage_id": stages["lost"], "lost_reason": "price", "competitor": "Volta"})).await.ok();
    assert_eq!(lost["card"]["attention_at"], Value::Null);
    let view = app.as_(Who::Rep).get(&path(&card)).await.ok();
    assert_eq!((&view["opportunity"]["lost_reason"], &view["opportunity"]["competitor"]), (&json!("price"), &json!("Volta")));
    assert!(view["opportunity"]["closed_at"].is_i64());
}

#[tokio::test]
async fn a_stale_move_is_refused_with_both_stages_and_leaves_no_trace() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let stages = &app.world.stages;
    move_to(&app, Who::Manager, &card, 1, json!({"stage_id": stages["negotiation"]})).await.expect(200);
    let before = app.fingerprint().await;
    let refused = move_to(&app, Who::Rep, &card, 1, json!({"stage_id": stages["proposal"]})).await.refused(412, "stale");
    let conflict = &refused.json["conflicts"][0];
    assert_eq!(
        (&conflict["field"], &conflict["theirs"], &conflict["mine"]),
        (&json!("stage_id"), &json!(stages["negotiation"]), &json!(stages["proposal"]))
    );
    assert_eq!(conflict["by"], "Lê Thị Hương");
    assert_eq!(refused.json["version"], 2);
    assert_eq!(app.fingerprint().await, before);
    move_to(&app, Who::Rep, &card, 2, json!({"stage_id": stages["proposal"]})).await.expect(200);
}

#[tokio::test]
async fn edits_of_different_fields_merge_and_of_the_same_field_ask() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    app.as_(Who::Manager).patch(&path(&card), 1, json!({"close_day": "2031-06-01"})).await.expect(200);
    app.as_(Who::Rep).patch(&path(&card), 1, json!({"name": "Fleet of five"})).await.expect(200);
    // A move does not disturb an edit, nor the other way round.
    move_to(&app, Who::Rep, &card, 1, json!({"stage_id": app.world.stages["proposal"]})).await.expect(200);
    app.as_(Who::Manager).patch(&path(&card), 1, json!({"next_step": "call"})).await.expect(200);
    let view = app.as_(Who::Rep).get(&path(&card)).await.ok();
    let deal = &view["opportunity"];
    assert_eq!((&deal["close_day"], &deal["name"], &deal["next_step"]), (&json!("2031-06-01"), &json!("Fleet of five"), &json!("call")));
    assert_eq!((version(deal), &deal["stage_id"]), (5, &json!(app.world.stages["proposal"])));
    let refused = app.as_(Who::Rep).patch(&path(&card), 1, json!({"close_day": "2031-07-01"})).await.refused(412, "stale");
    assert_eq!(refused.json["conflicts"][0]["theirs"], "2031-06-01");
    // The same value twice is no conflict and no event.
    let before = app.fingerprint().await;
    app.as_(Who::Rep).patch(&path(&card), 1, json!({"close_day": "2031-06-01"})).await.expect(200);
    assert_eq!(app.fingerprint().await, before);
    app.as_(Who::Rep).patch(&path(&card), 99, json!({"name": "x"})).await.refused(412, "stale");
}

#[tokio::test]
async fn undo_takes_back_what_nobody_touched_since() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let stages = &app.world.stages;
    let rep = app.as_(Who::Rep);
    let before = rep.get(&path(&card)).await.ok();
    let moved = move_to(&app, Who::Rep, &card, 1, json!({"stage_id": stages["lost"], "lost_reason": "price"})).await.ok();
    rep.post(&format!("/api/events/{}/undo", moved["event"]), json!({})).await.expect(200);
    let after = rep.get(&path(&card)).await.ok();
    for field in ["stage_id", "stage_since", "closed_at", "lost_reason", "close_day"] {
        assert_eq!(after["opportunity"][field], before["opportunity"][field], "{field}");
    }
    assert_eq!(after["attention_at"], before["attention_at"]);
    let moved = move_to(&app, Who::Rep, &card, 3, json!({"stage_id": stages["proposal"]})).await.ok();
    move_to(&app, Who::Manager, &card, 4, json!({"stage_id": stages["negotiation"]})).await.expect(200);
    rep.post(&format!("/api/events/{}/undo", moved["event"]), json!({})).await.refused(412, "stale");
    app.as_(Who::Outsider).post(&format!("/api/events/{}/undo", moved["event"]), json!({})).await.refused(404, "not-found");
    app.audit().await;
}
