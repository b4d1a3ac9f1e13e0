//! Deals: recording, changing, moving, the board and its sums, pipelines.

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
async fn who_may_see_and_change_a_deal() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let stage = json!({"stage_id": app.world.stages["proposal"]});
    for who in [Who::Mate, Who::Manager, Who::Director, Who::Marketing, Who::ProductManager, Who::Admin] {
        app.as_(who).get(&path(&card)).await.expect(200);
    }
    for who in [Who::Outsider, Who::DealerRep, Who::DealerManager, Who::DealerAdmin, Who::OpenRep] {
        let before = app.fingerprint().await;
        app.as_(who).get(&path(&card)).await.refused(404, "not-found");
        app.as_(who).get(&format!("{}/card", path(&card))).await.refused(404, "not-found");
        app.as_(who).get(&format!("{}/stays", path(&card))).await.refused(404, "not-found");
        app.as_(who).get(&format!("/api/events/opportunity/{}", id(&card))).await.refused(404, "not-found");
        app.as_(who).patch(&path(&card), 1, json!({"name": "x"})).await.refused(404, "not-found");
        move_to(&app, who, &card, 1, stage.clone()).await.refused(404, "not-found");
        assert_eq!(app.as_(who).get("/api/opportunities?q=fleet").await.ok()["total"], 0, "{who:?}");
        assert_eq!(app.as_(who).get("/api/board").await.ok()["columns"][0]["count"], 0, "{who:?}");
        assert_eq!(app.fingerprint().await, before);
    }
    for who in [Who::Nobody, Who::Deactivated] {
        app.as_(who).get(&path(&card)).await.refused(401, "unauthenticated");
    }
    app.as_(Who::Hr).get(&path(&card)).await.refused(403, "forbidden");
    move_to(&app, Who::Mate, &card, 1, stage.clone()).await.refused(403, "forbidden");
    app.as_(Who::Mate).patch(&path(&card), 1, json!({"name": "x"})).await.refused(403, "forbidden");
    move_to(&app, Who::Manager, &card, 1, stage).await.expect(200);
}

#[tokio::test]
async fn only_who_may_assign_hands_a_deal_over_and_the_new_owner_brings_their_team() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    app.as_(Who::Rep).patch(&path(&card), 1, json!({"owner_id": app.world.user(Who::Mate)})).await.refused(403, "forbidden");
    app.as_(Who::Manager).patch(&path(&card), 1, json!({"owner_id": app.world.user(Who::Outsider)})).await.refused(403, "forbidden");
    app.as_(Who::Director).patch(&path(&card), 1, json!({"owner_id": app.world.user(Who::Outsider)})).await.expect(200);
    let view = app.as_(Who::Outsider).get(&path(&card)).await.ok();
    assert_eq!((&view["team_name"], &view["can_write"]), (&json!("North"), &json!(true)));
    app.as_(Who::Rep).get(&path(&card)).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_board_counts_all_deals_and_not_only_the_cards_it_sends() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai").await;
    let rep = app.as_(Who::Rep);
    for (name, minor, currency) in [("A", 100, "VND"), ("B", 50, "VND"), ("C", 2_00, "EUR")] {
        rep.post("/api/opportunities", deal(&account, name, minor, currency)).await.expect(201);
    }
    let board = rep.get("/api/board?limit=1").await.ok();
    let column = &board["columns"][0];
    assert_eq!((&column["count"], column["cards"].as_array().map(Vec::len)), (&json!(3), Some(1)));
    // Two euro at today's 30,000 dong.
    assert_eq!(column["sum"], json!({"minor": 60_150, "currency": "VND"}));
    assert_eq!(column["weighted"], json!({"minor": 12_030, "currency": "VND"}));
    assert_eq!(board["open"], column["sum"]);
    assert!(board["rate_day"].is_string());
    let euro = rep.get("/api/board?currency=EUR").await.ok();
    // 150 dong are half a cent, which goes to the even neighbour.
    assert_eq!(euro["columns"][0]["sum"], json!({"minor": 200, "currency": "EUR"}));
    assert_eq!(rep.get("/api/board?currency=JPY").await.ok()["columns"][0]["sum"], Value::Null);
    // The rest of the column, without gap and without repetition.
    let (mut names, mut next) = (vec![column["cards"][0]["name"].clone()], column["next"].clone());
    while let Some(after) = next.as_str() {
        let page = rep.get(&format!("/api/board/stages/{}?limit=1&after={after}", app.world.stages["qualified"])).await.ok();
        names.push(page["cards"][0]["name"].clone());
        next = page["next"].clone();
    }
    names.sort_by_key(|n| n.to_string());
    assert_eq!(names, ["A", "B", "C"]);
}

#[tokio::test]
async fn a_column_that_the_board_does_not_have_is_not_there() {
    let app = TestApp::new().await;
    let (rep, admin) = (app.as_(Who::Rep), app.as_(Who::Admin));
    let column = |stage: String| format!("/api/board/stages/{stage}");
    rep.get(&column(app.world.stages["proposal"].to_string())).await.expect(200);
    for stage in [app.world.stages["won"], app.world.dealer_stages["proposal"], app.world.open_stages["proposal"], uuid::Uuid::now_v7()] {
        rep.get(&column(stage.to_string())).await.refused(404, "not-found");
        admin.get(&column(stage.to_string())).await.refused(404, "not-found");
    }
    let proposal = app.world.stages["proposal"].to_string();
    admin.patch(&format!("/api/stages/{proposal}"), 1, json!({"archived": true})).await.expect(200);
    rep.get(&column(proposal)).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_board_filters_and_puts_mine_first() {
    let app = TestApp::new().await;
    record(&app, Who::Mate, "Đội xe tải", 9).await;
    record(&app, Who::Rep, "Shuttle", 5).await;
    let rep = app.as_(Who::Rep);
    let names = |board: Value| -> Vec<String> {
        board["columns"][0]["cards"].as_array().expect("cards").iter().map(|c| c["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(rep.get("/api/board").await.ok()), ["Shuttle", "Đội xe tải"]);
    assert_eq!(names(app.as_(Who::Mate).get("/api/board").await.ok()), ["Đội xe tải", "Shuttle"]);
    assert_eq!(names(rep.get("/api/board?sort=amount").await.ok()), ["Đội xe tải", "Shuttle"]);
    assert_eq!(names(rep.get("/api/board?sort=name").await.ok()), ["Đội xe tải", "Shuttle"]);
    assert_eq!(names(rep.get("/api/board?q=doi%20xe").await.ok()), ["Đội xe tải"]);
    assert_eq!(names(rep.get("/api/board?q=customer%20shut").await.ok()), ["Shuttle"]);
    assert_eq!(names(rep.get(&format!("/api/board?owner={}", app.world.user(Who::Mate))).await.ok()), ["Đội xe tải"]);
    assert_eq!(names(rep.get(&format!("/api/board?team={}", app.world.teams["vietnam"])).await.ok()).len(), 2);
    assert_eq!(names(rep.get(&format!("/api/board?team={}", app.world.teams["north"])).await.ok()).len(), 0);
    assert_eq!(names(rep.get("/api/board?close_to=2031-04-30").await.ok()).len(), 0);
    assert_eq!(names(rep.get("/api/board?close_from=2031-05-01&close_to=2031-05-01").await.ok()).len(), 2);
    rep.get("/api/board?sort=secret").await.refused(400, "malformed");
    rep.get(&format!("/api/board?pipeline={}", app.world.dealer_pipeline)).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_board_orders_amounts_by_what_they_are_worth_today() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = account(&app, Who::Rep, "Sao Mai").await;
    for (name, minor, currency) in
        [("dong", 850_000_000, "VND"), ("euro", 5_000_000, "EUR"), ("dollar", 3_400_001, "USD"), ("same", 850_000_000, "VND")]
    {
        rep.post("/api/opportunities", deal(&account, name, minor, currency)).await.expect(201).ok();
    }
    let stage = app.world.stages["qualified"];
    let (mut names, mut after) = (Vec::new(), String::new());
    loop {
        let page = rep.get(&format!("/api/board/stages/{stage}?sort=amount&limit=1{after}")).await.ok();
        names.push(page["cards"][0]["name"].as_str().expect("a name").to_owned());
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(names, ["euro", "dollar", "same", "dong"], "one page a deal");
    let today = rep.get("/api/session").await.ok()["today"].clone();
    let rates = json!({ "rates": [{ "currency": "EUR", "day": today, "nano": 10_000_000_000_000_i64 }] });
    app.as_(Who::Admin).post("/api/rates", rates).await.expect(204);
    let board = rep.get("/api/board?sort=amount").await.ok();
    let names: Vec<&str> = board["columns"][0]["cards"].as_array().expect("cards").iter().filter_map(|c| c["name"].as_str()).collect();
    assert_eq!(names, ["dollar", "same", "dong", "euro"], "a new rate orders anew");
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
async fn a_stage_with_open_deals_is_not_archived_and_its_new_limit_moves_their_clocks() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let path = format!("/api/stages/{}", app.world.stages["qualified"]);
    app.as_(Who::Admin).patch(&path, 1, json!({"archived": true})).await.refused(409, "in-use");
    let before = card["stage_limit_at"].as_i64().expect("a limit");
    app.as_(Who::Admin).patch(&path, 1, json!({"limit_days": 1})).await.expect(200);
    let after = app.as_(Who::Rep).get(&format!("{}/card", self::path(&card))).await.ok();
    assert!(after["stage_limit_at"].as_i64().expect("a limit") < before);
    assert_eq!(version(&after), 1);
}

#[tokio::test]
async fn the_list_pages_sorts_and_counts() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai").await;
    let rep = app.as_(Who::Rep);
    for (name, minor) in [("Bravo", 3), ("alpha", 1), ("Đelta", 2)] {
        rep.post("/api/opportunities", deal(&account, name, minor, "VND")).await.expect(201);
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|c| c["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&rep.get("/api/opportunities?sort=name").await.ok()), ["alpha", "Bravo", "Đelta"]);
    let page = rep.get("/api/opportunities?sort=-amount&limit=2").await.ok();
    assert_eq!((names(&page), &page["total"]), (vec!["Bravo".to_owned(), "Đelta".to_owned()], &json!(3)));
    let after = page["next"].as_str().expect("more");
    let rest = rep.get(&format!("/api/opportunities?sort=-amount&limit=2&after={after}")).await.ok();
    assert_eq!((names(&rest), &rest["next"]), (vec!["alpha".to_owned()], &Value::Null));
    for (query, total) in [
        ("state=open", 3),
        ("state=won", 0),
        ("currency=EUR", 0),
        ("q=delta", 1),
        ("q=sao%20mai", 3),
        (&format!("account={account}"), 3),
        (&format!("stage={}", app.world.stages["won"]), 0),
        (&format!("owner={}", app.world.user(Who::Mate)), 0),
    ] {
        assert_eq!(rep.get(&format!("/api/opportunities?{query}")).await.ok()["total"], total, "{query}");
    }
    rep.get("/api/opportunities?sort=owner").await.wrong("sort", "unknown");
    rep.get("/api/opportunities?color=red").await.refused(400, "malformed");
}

#[tokio::test]
async fn a_secret_link_shows_one_purchase_and_nothing_else() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Your Vega", 7).await;
    let deal = id(&card).parse().expect("an id");
    app.state
        .writer
        .run(muster_shared::event::Actor::System, move |tx| {
            Box::pin(async move {
                use muster_server::record::Record as _;
                let deal = muster_shared::opportunity::Opportunity::load(tx.db(), deal).await?.expect("it is there");
                let expires = tx.now.plus_ms(60_000);
                muster_server::opportunity::follow::create_link(tx, &deal, "a-secret", expires).await
            })
        })
        .await
        .expect("a link");
    let follow = app.as_(Who::Nobody).get("/api/follow/a-secret").await.expect(200).ok();
    assert_eq!(
        (&follow["name"], &follow["dealer"], &follow["steps"][0]["current"]),
        (&json!("Your Vega"), &json!("Aurora Motors"), &json!(true))
    );
    assert_eq!(follow["amount"], Value::Null);
    app.as_(Who::Nobody).get("/api/follow/another").await.refused(404, "not-found");
    app.state.clock.shift(61_000);
    app.as_(Who::Nobody).get("/api/follow/a-secret").await.refused(404, "not-found");
    for _ in 0..40 {
        app.as_(Who::Nobody).get("/api/follow/guess").await;
    }
    app.as_(Who::Nobody).get("/api/follow/guess").await.refused(429, "throttled");
}

#[tokio::test]
async fn an_open_contract_shows_a_dealers_deals_to_the_maker_and_to_no_other_dealer() {
    let app = TestApp::new().await;
    let account = account(&app, Who::OpenRep, "Autohof Nord").await;
    let card = app.as_(Who::OpenRep).post("/api/opportunities", deal(&account, "Vans", 5, "EUR")).await.ok()["card"].clone();
    app.as_(Who::Admin).get(&path(&card)).await.expect(200);
    assert_eq!(app.as_(Who::Admin).get("/api/opportunities?q=vans").await.ok()["total"], 1);
    // The scope "all" at a dealer ends at that dealer.
    let admin = app.world.roles["admin"];
    let user = app.world.user(Who::DealerRep);
    app.state
        .writer
        .run(muster_shared::event::Actor::System, move |tx| {
            Box::pin(async move {
                let mut sql = muster_server::sql::Sql::new("INSERT INTO user_role (user_id, role_id) VALUES ");
                sql.rows([()], |v, ()| v.extend([user.into(), admin.into()]));
                Ok(sql.run(tx.db()).await?)
            })
        })
        .await
        .expect("a role");
    app.as_(Who::DealerRep).get(&path(&card)).await.refused(404, "not-found");
    assert_eq!(app.as_(Who::DealerRep).get("/api/opportunities?q=vans").await.ok()["total"], 0);
    for who in [Who::Rep, Who::Manager, Who::Director, Who::Marketing] {
        app.as_(who).get(&path(&card)).await.refused(404, "not-found");
    }
}
