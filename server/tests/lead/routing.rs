//! Whose a request becomes, and what happens when nobody answers.

use muster_server::lead::timers;
use muster_shared::time::DAY_MS;
use serde_json::{Value, json};

use super::{all, ask, only};
use crate::support::{Shop, TestApp, Who, id};

/// The reason in the newest event of a lead.
async fn reason(app: &TestApp, lead: &str) -> Value {
    let events = app.as_(Who::Admin).get(&format!("/api/events/lead/{lead}")).await.ok();
    let payload: Value = serde_json::from_str(events[0]["payload"].as_str().expect("a payload")).expect("JSON");
    payload["reason"].clone()
}

#[tokio::test]
async fn places_lead_to_territories_and_dealers_to_themselves() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let world = app.world;
    // What was wished for, who gets it, and why.
    let cases = [
        (json!({ "place": "North" }), vec![Who::Outsider], "territory"),
        (json!({ "place": "the north, Vietnam" }), vec![Who::Outsider], "territory"),
        (json!({ "place": "Somewhere", "province": "south" }), vec![Who::Rep, Who::Mate], "territory"),
        (json!({ "place": "Somewhere" }), vec![Who::Rep, Who::Mate, Who::Outsider], "fewest-open"),
        (json!({ "place": "", "dealer_id": world.open_dealer }), vec![Who::OpenRep], "fewest-open"),
        (json!({ "place": "North", "dealer_id": world.dealer }), vec![Who::DealerRep], "fewest-open"),
    ];
    for (n, (wish, owners, code)) in cases.into_iter().enumerate() {
        let mut body = shop.request("Mai", &format!("09031234{n}0"));
        for (field, value) in wish.as_object().expect("fields") {
            body[field] = value.clone();
        }
        let answer = ask(&app, body).await.expect(201).json;
        let mut sql = muster_server::sql::Sql::new(
            "SELECT l.owner_id, u.name FROM lead l JOIN app_user u ON u.id = l.owner_id ORDER BY l.id DESC LIMIT 1",
        );
        sql.push("");
        let row = sql.one(&app.state.db).await.expect("a row").expect("a lead");
        let owner: uuid::Uuid = row.try_get("", "owner_id").expect("an id");
        assert!(owners.iter().any(|who| world.user(*who) == owner), "{wish}: {answer}");
        assert_eq!(answer["rep_name"], row.try_get::<String>("", "name").expect("a name"));
        if owners != [Who::DealerRep] {
            let lead = all(&app).await.last().map(id).expect("a lead");
            assert_eq!(reason(&app, &lead).await["code"], code, "{wish}");
        }
    }
    let mut body = shop.request("Mai", "0903 999 999");
    body["dealer_id"] = json!(uuid::Uuid::now_v7());
    ask(&app, body).await.wrong("dealer_id", "not-found");
}

#[tokio::test]
async fn who_has_the_fewest_open_requests_is_next() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    for n in 0..4 {
        let mut body = shop.request("Mai", &format!("09031234{n}0"));
        body["place"] = json!("South");
        ask(&app, body).await.expect(201);
    }
    let owners: Vec<Value> = all(&app).await.iter().map(|row| row["owner_id"].clone()).collect();
    let (first, second) = (json!(app.world.user(Who::Rep)), json!(app.world.user(Who::Mate)));
    assert_eq!(owners, [first.clone(), second.clone(), first, second]);
}

#[tokio::test]
async fn a_known_customer_goes_to_their_own_rep_and_another_dealers_customer_does_not() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let account = json!({ "kind": "person", "name": "Mai", "phone": "+84 903 123 456" });
    app.as_(Who::Outsider).post("/api/accounts", account).await.ok();
    let company = app.as_(Who::Outsider).post("/api/accounts", json!({ "kind": "company", "name": "Sao Mai" })).await.ok();
    let contact = json!({ "account_id": company["id"], "name": "Hoa", "mail": "hoa.tran@gmail.com" });
    app.as_(Who::Outsider).post("/api/contacts", contact).await.ok();
    app.as_(Who::DealerRep).post("/api/accounts", json!({ "kind": "person", "name": "Lan", "phone": "0905 777 888" })).await.ok();
    let mut body = shop.request("Mai", "0903123456");
    body["place"] = json!("South");
    ask(&app, body.clone()).await.expect(201);
    body["phone"] = json!("");
    body["mail"] = json!("Hoa.Tran@Gmail.com");
    ask(&app, body.clone()).await.expect(201);
    body["mail"] = json!("");
    body["phone"] = json!("0905777888");
    ask(&app, body).await.expect(201);
    let rows = all(&app).await;
    let outsider = json!(app.world.user(Who::Outsider));
    assert_eq!((&rows[0]["owner_id"], &rows[1]["owner_id"]), (&outsider, &outsider));
    assert_eq!(reason(&app, &id(&rows[0])).await["code"], "customer-owner");
    assert_ne!(rows[2]["owner_id"], outsider);
    assert_eq!(reason(&app, &id(&rows[2])).await["code"], "territory");
}

#[tokio::test]
async fn a_request_of_a_customer_with_an_open_deal_joins_it() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let account = app.as_(Who::Rep).post("/api/accounts", json!({ "kind": "person", "name": "Mai", "phone": "0903 123 456" })).await.ok();
    let deal =
        json!({ "account_id": account["id"], "name": "A van", "amount": { "minor": 1, "currency": "VND" }, "close_day": "2027-01-01" });
    let card = app.as_(Who::Rep).post("/api/opportunities", deal).await.ok()["card"].clone();
    let answer = ask(&app, shop.request("Mai", "0903 123 456")).await.expect(201).json;
    let row = only(&app).await;
    assert_eq!(
        (&row["state"], &row["opportunity_id"], &row["owner_id"]),
        (&json!("converted"), &card["id"], &json!(app.world.user(Who::Rep)))
    );
    assert_eq!(app.as_(Who::Rep).get("/api/opportunities").await.ok()["total"], 1);
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{}", id(&card))).await.ok();
    assert_eq!((&events[0]["action"], &events[0]["version_after"]), (&json!("requested"), &json!(1)));
    // The customer is not told that there was a deal.
    assert_eq!(app.as_(Who::Nobody).get(&super::link(&answer)).await.ok()["status"], "waiting");
    // Asking once more is no second card either.
    let mut body = shop.request("Mai", "0903 123 456");
    body["choices"] = json!([]);
    ask(&app, body).await.expect(201);
    assert_eq!(only(&app).await["amount"]["minor"], 500_000_000);
    let events = app.as_(Who::Rep).get(&format!("/api/events/opportunity/{}", id(&card))).await.ok();
    assert_eq!((events.as_array().map(Vec::len), &events[0]["action"]), (Some(3), &json!("requested")));
    // The deal itself can still be moved from the version that everybody knows.
    app.as_(Who::Rep).patch(&format!("/api/opportunities/{}", id(&card)), 1, json!({ "name": "Two vans" })).await.expect(200);
    app.audit().await;
}

#[tokio::test]
async fn what_nobody_answers_goes_on_and_in_the_end_to_who_leads() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["place"] = json!("South");
    ask(&app, body).await.expect(201);
    assert_eq!(timers::run(&app.state).await.expect("runs"), 0);
    let mut owners = vec![only(&app).await["owner_id"].clone()];
    for round in 1..=3 {
        app.state.clock.shift(4 * DAY_MS);
        assert_eq!(timers::run(&app.state).await.expect("runs"), 1, "round {round}");
        assert_eq!(timers::run(&app.state).await.expect("runs"), 0, "round {round}");
        let row = only(&app).await;
        assert_eq!((&row["escalations"], &row["state"]), (&json!(round), &json!("requested")));
        let why = reason(&app, &id(&row)).await;
        assert_eq!((&why["code"], why["params"]["manager_id"].is_string()), (&json!("unanswered"), true));
        owners.push(row["owner_id"].clone());
    }
    let user = |who| json!(app.world.user(who));
    assert_eq!(owners[..3], [user(Who::Rep), user(Who::Mate), user(Who::Outsider)]);
    // The outsider's team is North: who leads it is above both.
    assert_eq!(owners[3], user(Who::Director));
    let due = only(&app).await["due_at"].as_i64().expect("a clock");
    assert!(due > app.state.clock.now().0, "whoever leads has time too");
    app.state.clock.shift(4 * DAY_MS);
    assert_eq!(timers::run(&app.state).await.expect("runs"), 0);
    app.state.clock.shift(20 * DAY_MS);
    assert_eq!(timers::run(&app.state).await.expect("runs"), 1);
    // By now everybody has to sign in again.
    let row = muster_server::sql::Sql::new("SELECT state, due_at FROM lead").one(&app.state.db).await.expect("a row").expect("a lead");
    assert_eq!((row.try_get("", "state"), row.try_get("", "due_at")), (Ok("expired".to_owned()), Ok(None::<i64>)));
    app.audit().await;
}

#[tokio::test]
async fn a_leavers_requests_go_on() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["place"] = json!("South");
    ask(&app, body).await.expect(201);
    let rep = app.world.user(Who::Rep);
    let user = app.as_(Who::Admin).get(&format!("/api/users/{rep}")).await.ok();
    let version = user["version"].as_i64().or(user["user"]["version"].as_i64()).expect("a version");
    let work = app.as_(Who::Admin).get(&format!("/api/users/{rep}/work")).await.ok();
    assert_eq!(work, json!({ "accounts": 0, "opportunities": 0, "requests": 1 }));
    app.as_(Who::Admin).from_version(version).post(&format!("/api/users/{rep}/deactivate"), json!({})).await.expect(200);
    assert_eq!(only(&app).await["owner_id"], json!(app.world.user(Who::Mate)));
}

#[tokio::test]
async fn a_leavers_requests_go_to_the_successor_who_is_named_and_never_stay_with_somebody_gone() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["place"] = json!("South");
    ask(&app, body.clone()).await.expect(201);
    let leave = async |who: Who, body: Value| {
        let path = format!("/api/users/{}", app.world.user(who));
        let user = app.as_(Who::Admin).get(&path).await.ok();
        let version = user["version"].as_i64().or(user["user"]["version"].as_i64()).expect("a version");
        app.as_(Who::Admin).from_version(version).post(&format!("{path}/deactivate"), body).await
    };
    for nobody in [Who::Rep, Who::Deactivated, Who::DealerRep] {
        leave(Who::Rep, json!({ "successor_id": app.world.user(nobody) })).await.wrong("successor_id", "not-found");
    }
    leave(Who::Rep, json!({ "successor_id": app.world.user(Who::Outsider) })).await.expect(200);
    assert_eq!(only(&app).await["owner_id"], json!(app.world.user(Who::Outsider)));
    // At this dealer nobody else is there to answer.
    body["dealer_id"] = json!(app.world.open_dealer);
    body["phone"] = json!("0903 123 457");
    ask(&app, body).await.expect(201);
    let refused = leave(Who::OpenRep, json!({})).await.refused(409, "successor-required");
    assert_eq!(refused.json["params"]["requests"], 1);
}

#[tokio::test]
async fn customers_may_name_dealers_where_somebody_answers() {
    let app = TestApp::new().await;
    let names = |dealers: &Value| dealers.as_array().expect("dealers").iter().map(|d| d["name"].clone()).collect::<Vec<_>>();
    let dealers = app.as_(Who::Nobody).get("/api/shop/dealers").await.ok();
    assert_eq!(names(&dealers), ["Aurora Motors", "Autohaus Lindner", "Sao Mai Auto"]);
    let gone = app.world.user(Who::OpenRep);
    app.as_(Who::Admin).from_version(1).post(&format!("/api/users/{gone}/deactivate"), json!({})).await.expect(200);
    assert_eq!(names(&app.as_(Who::Nobody).get("/api/shop/dealers").await.ok()), ["Aurora Motors", "Sao Mai Auto"]);
    let shop = Shop::open(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["dealer_id"] = json!(app.world.open_dealer);
    ask(&app, body).await.wrong("dealer_id", "nobody-there");
}
