//! The live stream: in order and without gap, to each only what they may see.

use std::time::Duration;

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt as _;
use muster_server::event::{self, NewEvent};
use muster_server::sql::Sql;
use muster_shared::event::{Action, Actor, EntityKind, Payload, RowScope};
use serde_json::{Value, json};

use crate::support::{Client, Shop, TestApp, Who, id};

/// One event of the stream.
#[derive(Clone, Debug, PartialEq)]
struct Heard {
    name: String,
    id: String,
    data: Value,
}

/// A subscriber that reads on.
struct Listener {
    body: Body,
    text: String,
}

impl Listener {
    /// Subscribes; the stream says hello first.
    async fn open(client: &Client, path: &str) -> (Self, Heard) {
        let response = client.open(Method::GET, path, None).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut listener = Self { body: response.into_body(), text: String::new() };
        let hello = listener.next().await.expect("a hello");
        assert_eq!(hello.name, "hello");
        (listener, hello)
    }

    /// The next event; `None` where the stream ended.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let heard = read(event);
                self.text = rest.to_owned();
                match heard {
                    Some(heard) => return Some(heard),
                    None => continue,
                }
            }
            let frame = tokio::time::timeout(Duration::from_secs(10), self.body.frame()).await.expect("the stream says something");
            let data = frame?.expect("the stream is whole").into_data().expect("data");
            self.text.push_str(std::str::from_utf8(&data).expect("text"));
        }
    }

    /// The next change.
    async fn change(&mut self) -> Heard {
        let heard = self.next().await.expect("a change");
        assert_eq!(heard.name, "change", "{heard:?}");
        heard
    }
}

/// `None` for a comment that keeps the connection alive.
fn read(event: &str) -> Option<Heard> {
    let field = |name: &str| event.lines().find_map(|l| l.strip_prefix(name)).map(|v| v.trim_start_matches(':').trim().to_owned());
    let data = serde_json::from_str(&field("data")?).expect("data is JSON");
    Some(Heard { name: field("event")?, id: field("id").unwrap_or_default(), data })
}

async fn account(app: &TestApp, who: Who, name: &str) -> Value {
    app.as_(who).post("/api/accounts", json!({ "kind": "company", "name": name })).await.expect(201).json
}

#[tokio::test]
async fn a_change_arrives_with_who_did_what() {
    let app = TestApp::new().await;
    let (mut mate, hello) = Listener::open(&app.as_(Who::Mate), "/api/stream").await;
    let sao = account(&app, Who::Rep, "Sao Mai").await;
    app.as_(Who::Rep).patch(&format!("/api/accounts/{}", id(&sao)), 1, json!({ "city": "Huế" })).await.expect(200);
    let (created, changed) = (mate.change().await, mate.change().await);
    assert_eq!((&created.data["action"], &created.data["entity_id"]), (&json!("created"), &sao["id"]));
    assert_eq!(
        (&changed.data["action"], &changed.data["fields"], &changed.data["version"]),
        (&json!("changed"), &json!(["city"]), &json!(2))
    );
    assert_eq!(changed.data["actor_name"], "Nguyễn Minh Anh");
    let log = app.state.hub.log_id();
    assert_eq!(changed.id, format!("{log}-{}", changed.data["seq"]));
    assert_eq!(hello.id, format!("{log}-{}", hello.data["seq"]));
    assert_eq!(hello.data["seq"].as_i64(), created.data["seq"].as_i64().map(|s| s - 1));
}

#[tokio::test]
async fn each_hears_only_what_they_may_see() {
    let app = TestApp::new().await;
    let mut listeners = Vec::new();
    for who in [Who::Mate, Who::Outsider, Who::DealerManager, Who::Hr, Who::Admin, Who::ProductManager] {
        listeners.push((who, Listener::open(&app.as_(who), "/api/stream").await.0));
    }
    account(&app, Who::Rep, "South").await;
    account(&app, Who::DealerRep, "Dealer").await;
    account(&app, Who::OpenRep, "Open").await;
    account(&app, Who::Outsider, "North").await;
    // Everybody at the maker hears this one; it marks the end.
    let end = json!({ "place": "accounts", "name": "End", "query": "", "shared": true });
    app.as_(Who::Manager).post("/api/views", end.clone()).await.expect(201);
    app.as_(Who::DealerManager).post("/api/views", end).await.expect(201);
    for (who, listener) in &mut listeners {
        let mut heard = Vec::new();
        loop {
            let change = listener.change().await;
            if change.data["entity"] == "view" {
                break;
            }
            assert_eq!(change.data["gone"], Value::Null);
            heard.push(
                app.as_(Who::Admin).get(&format!("/api/events/account/{}", change.data["entity_id"].as_str().expect("an id"))).await.status,
            );
        }
        let expected = match who {
            Who::Mate | Who::Outsider | Who::DealerManager => 1,
            Who::Hr => 0,
            // Their own dealer's, and those of the dealer whose contract opens them.
            _ => 3,
        };
        assert_eq!(heard.len(), expected, "{who:?}");
    }
}

#[tokio::test]
async fn a_customers_request_is_news_to_who_may_answer_it() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let (mut rep, _) = Listener::open(&app.as_(Who::Rep), "/api/stream").await;
    let (mut dealer, _) = Listener::open(&app.as_(Who::DealerManager), "/api/stream").await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["place"] = json!("South");
    app.as_(Who::Nobody).post("/api/shop/requests", body).await.expect(201);
    let heard = rep.change().await;
    assert_eq!((&heard.data["entity"], &heard.data["action"]), (&json!("lead"), &json!("requested")));
    // Given back it is gone for who sees one team only, and nothing of it was ever heard elsewhere.
    let path = format!("/api/leads/{}/return", heard.data["entity_id"].as_str().expect("an id"));
    for (who, version) in [(Who::Rep, 1), (Who::Mate, 2)] {
        app.as_(who).from_version(version).post(&path, json!({ "reason": "no-time" })).await.expect(200);
    }
    assert_eq!(rep.change().await.data["gone"], Value::Null);
    assert_eq!(rep.change().await.data["gone"], true);
    let own = account(&app, Who::DealerRep, "Dealer").await;
    assert_eq!(dealer.change().await.data["entity_id"], own["id"]);
}

#[tokio::test]
async fn private_views_are_nobody_elses_news() {
    let app = TestApp::new().await;
    let (mut mate, _) = Listener::open(&app.as_(Who::Manager), "/api/stream").await;
    let view = json!({ "place": "accounts", "name": "Mine", "query": "" });
    app.as_(Who::Rep).post("/api/views", view).await.expect(201);
    let sao = account(&app, Who::Rep, "Sao Mai").await;
    assert_eq!(mate.change().await.data["entity_id"], sao["id"]);
}

#[tokio::test]
async fn what_leaves_ones_sight_is_gone() {
    let app = TestApp::new().await;
    let sao = account(&app, Who::Rep, "Sao Mai").await;
    let path = format!("/api/accounts/{}", id(&sao));
    let (mut mate, _) = Listener::open(&app.as_(Who::Mate), "/api/stream").await;
    let (mut north, _) = Listener::open(&app.as_(Who::Outsider), "/api/stream").await;
    let to = json!({ "owner_id": app.world.user(Who::Outsider) });
    app.as_(Who::Director).patch(&path, 1, to).await.expect(200);
    let gone = mate.change().await.data;
    assert_eq!((&gone["gone"], &gone["entity_id"]), (&json!(true), &sao["id"]));
    // Where it went, and through whom, is no longer theirs to know.
    assert_eq!((&gone["fields"], &gone["actor_name"]), (&Value::Null, &Value::Null));
    let come = north.change().await.data;
    assert_eq!((&come["gone"], &come["action"]), (&Value::Null, &json!("reassigned")));
    app.as_(Who::Outsider).delete(&path, 2).await.expect(200);
    assert_eq!(north.change().await.data["gone"], true);
    account(&app, Who::Rep, "Next").await;
    assert_eq!(mate.change().await.data["action"], "created");
}

#[tokio::test]
async fn a_dropped_subscriber_resumes_without_gap() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let (mut first, _) = Listener::open(&rep, "/api/stream").await;
    account(&app, Who::Rep, "One").await;
    let last = first.change().await;
    drop(first);
    let mut missed = Vec::new();
    for name in ["Two", "Three", "Four"] {
        missed.push(account(&app, Who::Rep, name).await["id"].clone());
    }
    let resumed = rep.clone().with_header("last-event-id", &last.id);
    // The header goes before the address, as browsers send both on a reconnect.
    for (client, path) in [(&resumed, "/api/stream?after=elsewhere-1".to_owned()), (&rep, format!("/api/stream?after={}", last.id))] {
        let (mut again, hello) = Listener::open(client, &path).await;
        assert_eq!(hello.id, last.id);
        for id in &missed {
            assert_eq!(again.change().await.data["entity_id"], *id);
        }
    }
}

#[tokio::test]
async fn another_logs_position_starts_anew() {
    let app = TestApp::new().await;
    let (log, head) = (app.state.hub.log_id(), app.state.hub.head());
    for unknown in [format!("{}-{head}", app.world.maker), "nonsense".to_owned(), format!("{log}-{}", head + 7), format!("{log}-x")] {
        let (mut listener, _) = Listener::open(&app.as_(Who::Rep), &format!("/api/stream?after={unknown}")).await;
        let resync = listener.next().await.expect("an event");
        assert_eq!((resync.name.as_str(), resync.id), ("resync", format!("{log}-{head}")), "{unknown}");
    }
}

#[tokio::test]
async fn changed_rights_ask_to_start_anew() {
    let app = TestApp::new().await;
    let (mut rep, _) = Listener::open(&app.as_(Who::Rep), "/api/stream").await;
    let team = json!({ "name": "Saigon" });
    app.as_(Who::Admin).patch(&format!("/api/teams/{}", app.world.teams["south"]), 1, team).await.expect(200);
    assert_eq!(rep.next().await.expect("an event").name, "resync");
    assert_eq!(rep.change().await.data["entity"], "team");
}

#[tokio::test]
async fn who_is_deactivated_hears_nothing_more() {
    let app = TestApp::new().await;
    let (mut rep, _) = Listener::open(&app.as_(Who::Rep), "/api/stream").await;
    let left = app.world.user(Who::Rep);
    let dealer = app.world.maker;
    app.state
        .writer
        .run(Actor::System, move |tx| {
            Box::pin(async move {
                let mut sql = Sql::new("UPDATE app_user SET active = ");
                sql.bind(false).push_bind(" WHERE id = ", left);
                sql.run(tx.db()).await?;
                let scope = Some(RowScope { dealer_id: Some(dealer), owner_id: Some(left), ..RowScope::default() });
                let event = NewEvent {
                    entity: EntityKind::User,
                    entity_id: left,
                    action: Action::Deactivated,
                    version_before: 1,
                    version_after: 2,
                    undoes: None,
                    scope_before: scope,
                    scope_after: scope,
                    persons: vec![left],
                    payload: Payload::default(),
                };
                event::append(tx, event).await
            })
        })
        .await
        .expect("deactivated");
    assert_eq!(rep.next().await.expect("a farewell").name, "bye");
    assert_eq!(rep.next().await, None);
    app.as_(Who::Rep).get("/api/stream").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn stopping_says_bye_and_the_next_server_goes_on() {
    let app = TestApp::new().await;
    let (mut rep, hello) = Listener::open(&app.as_(Who::Rep), "/api/stream").await;
    let sao = account(&app, Who::Rep, "Sao Mai").await;
    app.stop();
    // What was committed before is said before the farewell, or by the next server.
    let mut last = hello.id;
    loop {
        let heard = rep.next().await.expect("a farewell");
        if heard.name == "bye" {
            break;
        }
        last = heard.id;
    }
    assert_eq!(rep.next().await, None);
    let next = app.second_node().await;
    let client = Client::new(muster_server::router::app(next), Who::Rep.token()).with_header("last-event-id", &last);
    let (_, hello) = Listener::open(&client, "/api/stream").await;
    assert_eq!(hello.id, last);
    let history = client.get(&format!("/api/events/account/{}", id(&sao))).await.ok();
    let seq = history[0]["seq"].as_i64().expect("a sequence");
    let before = Client::new(client_router(&app).await, Who::Rep.token())
        .with_header("last-event-id", &format!("{}-{}", app.state.hub.log_id(), seq - 1));
    let (mut again, _) = Listener::open(&before, "/api/stream").await;
    assert_eq!(again.change().await.data["entity_id"], sao["id"]);
}

/// Another server on the same database.
async fn client_router(app: &TestApp) -> axum::Router {
    muster_server::router::app(app.second_node().await)
}

#[tokio::test]
async fn a_stream_is_for_who_is_signed_in() {
    let app = TestApp::new().await;
    app.as_(Who::Nobody).get("/api/stream").await.refused(401, "unauthenticated");
    app.as_(Who::Deactivated).get("/api/stream").await.refused(401, "unauthenticated");
    app.as_(Who::Rep).get("/api/stream?from=1").await.refused(400, "malformed");
}
