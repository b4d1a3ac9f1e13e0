//! A person's rights over their data: taking it along, having it erased.

use muster_server::error::Result;
use muster_server::sql::Sql;
use muster_server::writer::Tx;
use muster_shared::event::{Actor, Event, verify_record};
use muster_shared::time::DAY_MS;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, Who, id};

async fn account(app: &TestApp, kind: &str, name: &str) -> Value {
    let body =
        json!({ "kind": kind, "name": name, "mail": "hoa@saomai.vn", "phone": "+84 903 123 456", "street": "12 Lê Lợi", "city": "Huế" });
    app.as_(Who::Rep).with_key(kind).post("/api/accounts", body).await.expect(201).json
}

async fn contact(app: &TestApp, account: &Value) -> Value {
    let body = json!({ "account_id": account["id"], "name": "Quách Thúy Hiền", "title": "Trưởng phòng", "mail": "thuyhien@saomai.vn", "phone": "+84 905 777 888", "note": "golf" });
    app.as_(Who::Rep).with_key("contact").post("/api/contacts", body).await.expect(201).json
}

async fn deal(app: &TestApp, account: &Value, contact: Option<&Value>, name: &str) -> Value {
    let mut body = json!({ "name": name, "account_id": account["id"], "amount": { "minor": 5_000_000, "currency": "VND" }, "close_day": "2027-03-31", "next_step": "Call QUÁCH THÚY HIỀN" });
    body["contact_id"] = contact.map_or(Value::Null, |c| c["id"].clone());
    app.as_(Who::Rep).with_key(&Uuid::now_v7().to_string()).post("/api/opportunities", body).await.expect(201).json["card"].clone()
}

fn export(person: &str) -> String {
    format!("/api/persons/{person}/export")
}

fn erase(person: &str) -> String {
    format!("/api/persons/{person}/erase")
}

/// Every text in every table.
async fn dump(app: &TestApp) -> String {
    let mut all = String::new();
    for (table, columns) in [
        ("event", "COALESCE(payload, '') || COALESCE(words, '')"),
        ("contact", "name || title || mail || phone || note || custom"),
        ("account", "name || mail || phone || street || city || note || custom"),
        ("opportunity", "name || next_step"),
        ("app_user", "name || mail || title"),
        ("search_word", "word"),
        ("idempotency", "answer"),
    ] {
        let mut sql = Sql::default();
        sql.push("SELECT ").push(columns).push(" AS t FROM ").push(table);
        for row in sql.all(&app.state.db).await.expect("rows") {
            all.push_str(&row.try_get::<Option<String>>("", "t").expect("text").unwrap_or_default());
            all.push('\n');
        }
    }
    all
}

/// Gives a record a value of a field that the dealer defined.
async fn custom_value(tx: &mut Tx, dealer: Uuid, record: Uuid) -> Result<()> {
    let field = tx.new_id();
    let mut sql = Sql::new("INSERT INTO custom_field (id, version, dealer_id, entity, name, kind, definition) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([field.into(), 1_i64.into(), dealer.into(), "contact".into(), "hobby".into(), "text".into(), "{}".into()]);
    });
    sql.run(tx.db()).await?;
    let mut sql = Sql::new("INSERT INTO custom_value (field_id, record_id, text_value) VALUES ");
    sql.rows([()], |v, ()| v.extend([field.into(), record.into(), "sailing".into()]));
    sql.run(tx.db()).await?;
    Ok(())
}

async fn history(app: &TestApp, who: Who, kind: &str, record: &str) -> Vec<Event> {
    let mut events: Vec<Event> =
        serde_json::from_value(app.as_(who).get(&format!("/api/events/{kind}/{record}")).await.ok()).expect("events");
    events.reverse();
    events
}

#[tokio::test]
async fn only_who_is_in_charge_of_persons_may() {
    let app = TestApp::new().await;
    let contact = id(&contact(&app, &account(&app, "company", "Sao Mai").await).await);
    let before = app.fingerprint().await;
    for (who, status) in [
        (Who::Rep, 403),
        (Who::Manager, 403),
        (Who::Marketing, 403),
        (Who::Hr, 403),
        (Who::DealerAdmin, 404),
        (Who::Nobody, 401),
        (Who::Deactivated, 401),
    ] {
        app.as_(who).get(&export(&contact)).await.expect(status);
        app.as_(who).post(&erase(&contact), json!({})).await.expect(status);
    }
    app.as_(Who::Admin).get(&export(&app.world.maker.to_string())).await.refused(404, "not-found");
    app.as_(Who::Admin).post(&erase(&app.world.maker.to_string()), json!({})).await.refused(404, "not-found");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn an_export_holds_the_row_its_deals_and_its_events() {
    let app = TestApp::new().await;
    let account = account(&app, "company", "Sao Mai").await;
    let contact = contact(&app, &account).await;
    app.as_(Who::Rep).patch(&format!("/api/contacts/{}", id(&contact)), 1, json!({ "note": "tennis" })).await.expect(200);
    let card = deal(&app, &account, Some(&contact), "Fleet").await;
    let reply = app.as_(Who::Admin).get(&export(&id(&contact))).await.expect(200);
    assert_eq!(reply.header("content-disposition"), Some(format!("attachment; filename=\"person-{}.json\"", id(&contact)).as_str()));
    let document = reply.json;
    assert_eq!((&document["kind"], &document["person"]["note"]), (&json!("contact"), &json!("tennis")));
    assert_eq!(document["opportunities"][0]["id"], card["id"]);
    let kinds: Vec<_> = document["events"].as_array().expect("events").iter().map(|e| e["entity"].clone()).collect();
    assert_eq!(kinds, ["contact", "contact", "opportunity"]);
    // A company is nobody.
    app.as_(Who::Admin).get(&export(&id(&account))).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_users_export_holds_what_they_did_and_no_secret() {
    let app = TestApp::new().await;
    let account = account(&app, "company", "Sao Mai").await;
    let reply = app.as_(Who::Admin).get(&export(&app.world.user(Who::Rep).to_string())).await.expect(200);
    assert_eq!(reply.json["person"]["mail"], "rep@aurora.example");
    assert_eq!(reply.json["did"][0]["entity_id"], account["id"]);
    assert_eq!(reply.json["sessions"][0]["agent"], "tests");
    assert!(!reply.text.contains("argon2") && !reply.text.contains("session-of"), "{}", reply.text);
}

#[tokio::test]
async fn an_erased_contact_is_nowhere_and_the_chain_holds() {
    let app = TestApp::new().await;
    let account = account(&app, "company", "Sao Mai").await;
    let contact = contact(&app, &account).await;
    let path = format!("/api/contacts/{}", id(&contact));
    app.as_(Who::Rep).patch(&path, 1, json!({ "note": "tennis" })).await.expect(200);
    let card = deal(&app, &account, Some(&contact), "Quách Thúy Hiền: 2 taxis").await;
    let (person, dealer) = (id(&contact).parse::<Uuid>().expect("an id"), app.world.maker);
    app.state.writer.run(Actor::System, move |tx| Box::pin(custom_value(tx, dealer, person))).await.expect("recorded");
    assert_eq!(app.as_(Who::Admin).get(&export(&id(&contact))).await.ok()["custom_values"], json!({ "hobby": "sailing" }));
    app.as_(Who::Admin).post(&erase(&id(&contact)), json!({})).await.expect(204);
    assert_eq!(app.as_(Who::Admin).get(&export(&id(&contact))).await.ok()["custom_values"], json!({}));
    let all = dump(&app).await;
    for trace in ["Quách", "quach", "hien", "777 888", "golf", "tennis", "Trưởng phòng"] {
        assert_eq!(all.lines().find(|l| l.contains(trace)), None, "{trace} is still there");
    }
    // The account keeps what is its own.
    assert!(all.contains("Sao Mai") && all.contains("Lê Lợi"));
    let view = app.as_(Who::Rep).get(&path).await.ok();
    assert_eq!((&view["contact"]["name"], &view["contact"]["mail"], &view["contact"]["version"]), (&json!("—"), &json!(""), &json!(3)));
    let events = history(&app, Who::Rep, "contact", &id(&contact)).await;
    assert_eq!(
        events.iter().map(|e| (e.action.as_str(), e.payload.is_some())).collect::<Vec<_>>(),
        [("created", false), ("changed", false), ("erased", true)]
    );
    verify_record(&events).expect("the chain holds");
    verify_record(&history(&app, Who::Rep, "opportunity", &id(&card)).await).expect("the deal's chain holds");
    let deal = app.as_(Who::Rep).get(&format!("/api/opportunities/{}", id(&card))).await.ok();
    assert_eq!((&deal["opportunity"]["name"], &deal["opportunity"]["next_step"]), (&json!("—: 2 taxis"), &json!("—")));
    app.audit().await;
    // What was erased cannot be brought back: neither by undo nor by a change made before.
    app.as_(Who::Rep).post(&format!("/api/events/{}/undo", events[1].seq), json!({})).await.refused(409, "not-undoable");
    app.as_(Who::Rep).patch(&path, 2, json!({ "note": "tennis" })).await.refused(412, "stale");
    let again = json!({ "account_id": account["id"], "name": "Quách Thúy Hiền", "title": "Trưởng phòng", "mail": "thuyhien@saomai.vn", "phone": "+84 905 777 888", "note": "golf" });
    let repeated = app.as_(Who::Rep).with_key("contact").post("/api/contacts", again).await.expect(201).json;
    assert_ne!(repeated["id"], contact["id"]);
    // A second erasure finds nothing to do and does no harm.
    app.as_(Who::Admin).post(&erase(&id(&contact)), json!({})).await.expect(204);
    app.audit().await;
}

#[tokio::test]
async fn a_private_customer_is_erased_with_their_address() {
    let app = TestApp::new().await;
    let account = account(&app, "person", "Quách Thúy Hiền").await;
    deal(&app, &account, None, "Aurora S").await;
    app.as_(Who::Admin).post(&erase(&id(&account)), json!({})).await.expect(204);
    let all = dump(&app).await;
    for trace in ["Quách", "quach", "saomai", "Lê Lợi", "903 123"] {
        assert_eq!(all.lines().find(|l| l.contains(trace)), None, "{trace} is still there");
    }
    let list = app.as_(Who::Rep).get("/api/accounts").await.ok();
    assert_eq!((&list["items"][0]["name"], &list["items"][0]["open_opportunities"]), (&json!("—"), &json!(1)));
    verify_record(&history(&app, Who::Rep, "account", &id(&account)).await).expect("the chain holds");
    app.audit().await;
}

/// The fields that changed, with old and new value, of each event that still says so.
fn told(events: &[Event], field: &str) -> Vec<(Value, Value)> {
    let changes = events.iter().flat_map(|e| e.read_payload().changes);
    changes.filter(|c| c.field == field).map(|c| (c.old, c.new)).collect()
}

#[tokio::test]
async fn what_became_of_a_deal_outlives_its_customer() {
    let app = TestApp::new().await;
    let (rep, director) = (app.as_(Who::Rep), app.as_(Who::Director));
    let account = account(&app, "person", "Quách Thúy Hiền").await;
    let card = deal(&app, &account, None, "Quách Thúy Hiền: 2 taxis").await;
    let (path, stages) = (format!("/api/opportunities/{}", id(&card)), &app.world.stages);
    let moved = json!({ "stage_id": stages["proposal"], "note": "Quách liked the drive" });
    rep.clone().from_version(1).post(&format!("{path}/move"), moved).await.expect(200);
    let both =
        json!({ "amount": { "minor": 7_000_000, "currency": "VND" }, "close_day": "2027-05-31", "next_step": "Offer for quach thuy hien" });
    let both = rep.patch(&path, 2, both).await.expect(200);
    director.patch(&path, 3, json!({ "owner_id": app.world.user(Who::Mate) })).await.expect(200);
    let mate = app.as_(Who::Mate);
    let lost = json!({ "stage_id": stages["lost"], "lost_reason": "price" });
    mate.clone().from_version(4).post(&format!("{path}/move"), lost).await.expect(200);
    let facts = ["stage_id", "amount", "close_day", "owner_id", "lost_reason"];
    let before = history(&app, Who::Rep, "opportunity", &id(&card)).await;
    let stays = rep.get(&format!("{path}/stays")).await.ok();
    assert_eq!((told(&before, "stage_id").len(), told(&before, "amount").len(), told(&before, "owner_id").len()), (3, 2, 2));
    app.as_(Who::Admin).post(&erase(&id(&account)), json!({})).await.expect(204);
    let after = history(&app, Who::Rep, "opportunity", &id(&card)).await;
    for field in facts {
        assert_eq!(told(&after, field), told(&before, field), "{field}");
    }
    let who_and_when = |events: &[Event]| events[..5].iter().map(|e| (e.seq, e.actor, e.happened_at, e.action)).collect::<Vec<_>>();
    assert_eq!(who_and_when(&after), who_and_when(&before));
    assert_eq!(rep.get(&format!("{path}/stays")).await.ok(), stays);
    assert_eq!(after.last().map(|e| e.action.as_str()), Some("erased"));
    let all = dump(&app).await;
    for trace in ["Quách", "quach", "liked", "Offer for"] {
        assert_eq!(all.lines().find(|l| l.contains(trace)), None, "{trace} is still there");
    }
    verify_record(&after).expect("the chain holds");
    app.audit().await;
    // Half of a change cannot be taken back, nor a change be made from before.
    let undo = format!("/api/events/{}/undo", both.header("x-event-seq").expect("an event"));
    mate.post(&undo, json!({})).await.refused(409, "not-undoable");
    mate.patch(&path, 4, json!({ "next_step": "Call" })).await.refused(412, "stale");
    // What comes after is as before.
    let version = after.last().expect("events").version_after;
    let next = mate.patch(&path, version, json!({ "probability": 40 })).await.expect(200);
    mate.post(&format!("/api/events/{}/undo", next.header("x-event-seq").expect("an event")), json!({})).await.expect(200);
    // The customer's own record says nothing any more.
    let own = history(&app, Who::Rep, "account", &id(&account)).await;
    assert!(own.iter().all(|e| e.read_payload().changes.is_empty() && e.read_payload().label.is_empty()));
}

#[tokio::test]
async fn a_deal_forgets_whom_it_named_before_it_knew_them() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = account(&app, "company", "Sao Mai").await;
    let contact = contact(&app, &account).await;
    let contact_path = format!("/api/contacts/{}", id(&contact));
    rep.patch(&contact_path, 1, json!({ "name": "Quách Hiền" })).await.expect(200);
    let card = deal(&app, &account, None, "Hiền of Sao Mai").await;
    let path = format!("/api/opportunities/{}", id(&card));
    rep.patch(&path, 1, json!({ "next_step": "Ask Quách Hiền" })).await.expect(200);
    rep.patch(&path, 2, json!({ "contact_id": contact["id"] })).await.expect(200);
    rep.patch(&path, 3, json!({ "contact_id": null, "next_step": "Ask the director" })).await.expect(200);
    rep.patch(&path, 4, json!({ "probability": 40 })).await.expect(200);
    app.as_(Who::Admin).post(&erase(&id(&contact)), json!({})).await.expect(204);
    let all = dump(&app).await;
    // Neither under the name of then nor under the present one; in the deal itself nothing is left to take out.
    for trace in ["QUÁCH THÚY", "Quách Hiền"] {
        assert_eq!(all.lines().find(|l| l.contains(trace)), None, "{trace} is still there");
    }
    let events = history(&app, Who::Rep, "opportunity", &id(&card)).await;
    assert_eq!(events.iter().map(Event::is_whole).collect::<Vec<_>>(), [false, false, false, false, true]);
    assert_eq!(events.last().expect("events").read_payload().label, "Hiền of Sao Mai");
    verify_record(&events).expect("the chain holds");
    app.audit().await;
}

/// Makes what is in the trash old enough to be purged.
async fn backdate(app: &TestApp, update: &'static str) {
    let long_ago = app.state.clock.now().0 - 31 * DAY_MS;
    let backdated = app.state.writer.run(Actor::System, move |tx| {
        Box::pin(async move {
            let mut sql = Sql::new(update);
            sql.bind(long_ago).push(" WHERE deleted_at IS NOT NULL");
            Ok(sql.run(tx.db()).await?)
        })
    });
    backdated.await.expect("backdated");
}

#[tokio::test]
async fn a_purged_deal_says_no_name() {
    let app = TestApp::new().await;
    let account = account(&app, "person", "Quách Thúy Hiền").await;
    let card = deal(&app, &account, None, "Quách Thúy Hiền: 2 taxis").await;
    app.as_(Who::Rep).delete(&format!("/api/opportunities/{}", id(&card)), 1).await.expect(200);
    backdate(&app, "UPDATE opportunity SET deleted_at = ").await;
    assert_eq!(muster_server::sweep::sweep(&app.state).await.expect("sweeps").purged, 1);
    app.as_(Who::Admin).post(&erase(&id(&account)), json!({})).await.expect(204);
    assert_eq!(dump(&app).await.lines().find(|l| l.contains("Quách")), None);
    app.audit().await;
}

#[tokio::test]
async fn a_purged_person_is_erased_from_the_log() {
    let app = TestApp::new().await;
    let account = account(&app, "person", "Quách Thúy Hiền").await;
    app.as_(Who::Rep).delete(&format!("/api/accounts/{}", id(&account)), 1).await.expect(200);
    backdate(&app, "UPDATE account SET deleted_at = ").await;
    muster_server::sweep::sweep(&app.state).await.expect("sweeps");
    let document = app.as_(Who::Admin).get(&export(&id(&account))).await.ok();
    assert_eq!((&document["person"], document["events"][0]["action"].as_str()), (&Value::Null, Some("created")));
    app.as_(Who::Admin).post(&erase(&id(&account)), json!({})).await.expect(204);
    assert_eq!(dump(&app).await.lines().find(|l| l.contains("Quách")), None);
    app.audit().await;
}

#[tokio::test]
async fn a_user_is_erased_after_they_left() {
    let app = TestApp::new().await;
    app.as_(Who::Admin).post(&erase(&app.world.user(Who::Rep).to_string()), json!({})).await.refused(409, "still-active");
    let left = app.world.user(Who::Deactivated).to_string();
    app.as_(Who::Admin).post(&erase(&left), json!({})).await.expect(204);
    let all = dump(&app).await;
    for trace in ["Bùi", "Đình Long", "deactivated@aurora"] {
        assert_eq!(all.lines().find(|l| l.contains(trace)), None, "{trace} is still there");
    }
    let user = app.as_(Who::Admin).get(&format!("/api/users/{left}")).await.ok();
    assert_eq!((&user["name"], &user["active"]), (&json!("—"), &json!(false)));
    verify_record(&history(&app, Who::Admin, "user", &left).await).expect("the chain holds");
    app.audit().await;
}
