//! Signing in, sessions, passwords, users, roles and structure.

use axum::http::Method;
use muster_server::sql::Sql;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, Who, id};

#[tokio::test]
async fn the_world_is_whole() {
    let app = TestApp::new().await;
    app.audit().await;
    assert_eq!(app.fingerprint().await, app.fingerprint().await);
    app.as_(Who::Rep).get("/readyz").await.expect(200);
    let before = app.fingerprint().await;
    app.as_(Who::Rep).patch("/api/profile", 1, json!({ "lang": "vi" })).await.expect(200);
    assert_ne!(app.fingerprint().await, before, "a fingerprint shows every change");
}

fn sign_in(who: Who) -> Value {
    json!({ "mail": who.mail(), "password": PASSWORD })
}

#[tokio::test]
async fn signing_in_gives_a_session_and_signing_out_ends_it() {
    let app = TestApp::new().await;
    let mut named = sign_in(Who::Rep);
    named["mail"] = json!(format!(" {} ", Who::Rep.mail().to_uppercase()));
    let reply = app.as_(Who::Nobody).post("/api/session", named).await.expect(200);
    let cookie = reply.header("set-cookie").expect("a cookie").to_owned();
    for part in ["__Host-muster=", "; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Max-Age=1209600"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(reply.json["user"]["id"], app.world.user(Who::Rep).to_string());
    assert_eq!(reply.json["dealer"]["name"], "Aurora Motors");
    assert_eq!(reply.json["grants"]["opportunity.write"], "own");
    assert_eq!(reply.json["demo"], false);
    let token = reply.session_token().expect("a token");
    let me = app.with_token(&token);
    assert_eq!(me.get("/api/session").await.ok()["session_id"], reply.json["session_id"]);
    let out = me.send(Method::DELETE, "/api/session", None).await.expect(204);
    assert!(out.header("set-cookie").expect("a cookie").contains("Max-Age=0"));
    me.get("/api/session").await.refused(401, "unauthenticated");
    me.send(Method::DELETE, "/api/session", None).await.refused(401, "unauthenticated");
    app.audit().await;
}

#[tokio::test]
async fn a_new_sign_in_ends_the_browsers_old_session_whoever_it_was() {
    let app = TestApp::new().await;
    let first = app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.session_token().expect("a token");
    app.with_token(&first).get("/api/session").await.expect(200);
    let second = app.with_token(&first).post("/api/session", sign_in(Who::Manager)).await.session_token().expect("a token");
    assert_ne!(first, second);
    app.with_token(&first).get("/api/session").await.refused(401, "unauthenticated");
    let third = app.with_token(&second).post("/api/session", sign_in(Who::Manager)).await.session_token().expect("a token");
    app.with_token(&second).get("/api/session").await.refused(401, "unauthenticated");
    app.with_token(&third).get("/api/session").await.expect(200);
}

#[tokio::test]
async fn wrong_unknown_and_deactivated_get_the_same_answer() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    for body in [
        json!({ "mail": Who::Rep.mail(), "password": "wrong horse battery" }),
        json!({ "mail": "nobody@aurora.example", "password": PASSWORD }),
        sign_in(Who::Deactivated),
        json!({ "mail": "", "password": "" }),
    ] {
        let reply = app.as_(Who::Nobody).post("/api/session", body).await.refused(401, "wrong-credentials");
        assert_eq!(reply.header("set-cookie"), None);
    }
    app.as_(Who::Nobody).post("/api/session", json!({ "mail": "a@b.vn" })).await.refused(400, "malformed");
    app.as_(Who::Nobody).post("/api/session", json!({ "mail": "a@b.vn", "password": "x", "admin": true })).await.refused(400, "malformed");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn guessing_is_throttled_by_account_and_by_address() {
    let app = TestApp::new().await;
    let wrong = json!({ "mail": Who::Rep.mail(), "password": "wrong horse battery" });
    for _ in 0..10 {
        app.as_(Who::Nobody).post("/api/session", wrong.clone()).await.refused(401, "wrong-credentials");
    }
    let reply = app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.refused(429, "throttled");
    assert!(reply.header("retry-after").is_some());
    app.as_(Who::Nobody).post("/api/session", sign_in(Who::Mate)).await.expect(200);
    for n in 10..60 {
        // Only the throttle is asked here: argon2 would make this long.
        let key = "sign-in from 127.0.0.1";
        app.state.throttle.attempt(key, 60, 300_000, app.state.clock.now()).unwrap_or_else(|e| panic!("{n}: {e}"));
    }
    app.as_(Who::Nobody).post("/api/session", sign_in(Who::Mate)).await.refused(429, "throttled");
    app.state.clock.shift(16 * 60_000);
    app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.expect(200);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_only() {
    let app = TestApp::new().await;
    let other = app.as_(Who::Nobody).with_header("user-agent", "Phone").post("/api/session", sign_in(Who::Rep)).await;
    let other = app.with_token(&other.session_token().expect("a token"));
    other.get("/api/session").await.expect(200);
    app.state.clock.shift(60_000);
    let mine = app.as_(Who::Rep);
    let list = mine.get("/api/sessions").await.ok();
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), 2);
    assert_eq!((&list[0]["current"], &list[1]["current"], &list[1]["agent"]), (&json!(true), &json!(false), &json!("Phone")));
    assert!(list[0]["seen_at"].as_i64() > list[1]["seen_at"].as_i64());
    let path = format!("/api/sessions/{}", id(&list[1]));
    app.as_(Who::Admin).send(Method::DELETE, &path, None).await.refused(404, "not-found");
    other.get("/api/session").await.expect(200);
    mine.send(Method::DELETE, &path, None).await.expect(204);
    other.get("/api/session").await.refused(401, "unauthenticated");
    mine.get("/api/session").await.expect(200);
    mine.send(Method::DELETE, &path, None).await.refused(404, "not-found");
}

#[tokio::test]
async fn using_a_session_prolongs_it() {
    let app = TestApp::new().await;
    let day = 86_400_000;
    app.state.clock.shift(13 * day);
    app.as_(Who::Rep).get("/api/session").await.expect(200);
    muster_server::identity::sessions::keep_seen(&app.state).await.expect("is written down");
    app.state.clock.shift(13 * day);
    app.as_(Who::Rep).get("/api/session").await.expect(200);
    app.as_(Who::Mate).get("/api/session").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let app = TestApp::new().await;
    let other = app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.session_token().expect("a token");
    let mine = app.as_(Who::Rep);
    let change = |old: &str, new: &str| json!({ "old": old, "new": new });
    mine.post("/api/password", change("wrong horse battery", "new horse battery")).await.wrong("old", "wrong");
    mine.post("/api/password", change(PASSWORD, "short")).await.wrong("new", "too-short");
    mine.post("/api/password", change(PASSWORD, "new horse battery")).await.expect(204);
    mine.get("/api/session").await.expect(200);
    app.with_token(&other).get("/api/session").await.refused(401, "unauthenticated");
    app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.refused(401, "wrong-credentials");
    let new = json!({ "mail": Who::Rep.mail(), "password": "new horse battery" });
    app.as_(Who::Nobody).post("/api/session", new).await.expect(200);
    app.audit().await;
}

fn token_in(url: &Value) -> String {
    let url = url.as_str().expect("a link");
    url.split_once("token=").expect("a token").1.to_owned()
}

#[tokio::test]
async fn an_invitation_is_good_once_and_for_a_week() {
    let app = TestApp::new().await;
    let new = json!({ "name": "Hồ Bảo Châu", "mail": "chau@aurora.example", "role_ids": [app.world.roles["rep"]],
        "team_ids": [app.world.teams["south"]], "territory_ids": [app.world.territories["south"]] });
    let admin = app.as_(Who::Admin).with_key("invite-1");
    let reply = admin.post("/api/users", new.clone()).await.expect(201);
    assert_eq!((&reply.json["user"]["invited"], &reply.json["user"]["zone"]), (&json!(true), &json!("Asia/Ho_Chi_Minh")));
    let token = token_in(&reply.json["link"]["url"]);
    // Repeated, the request does nothing again and shows the secret no more.
    let again = admin.post("/api/users", new.clone()).await.expect(201);
    assert_eq!((&again.json["user"], &again.json["link"]["url"]), (&reply.json["user"], &Value::Null));
    app.as_(Who::Admin).post("/api/users", new).await.wrong("mail", "taken");

    let set = |token: &str, password: &str| json!({ "token": token, "password": password });
    let nobody = app.as_(Who::Nobody);
    nobody.post("/api/password/reset", set("made-up", "a good long word")).await.refused(404, "not-found");
    nobody.post("/api/password/reset", set(&token, "chau@aurora.example")).await.wrong("password", "too-simple");
    let entered = nobody.post("/api/password/reset", set(&token, "a good long word")).await.expect(200);
    assert_eq!((&entered.json["user"]["name"], &entered.json["user"]["invited"]), (&json!("Hồ Bảo Châu"), &json!(false)));
    app.with_token(&entered.session_token().expect("a token")).get("/api/session").await.expect(200);
    nobody.post("/api/password/reset", set(&token, "another long word")).await.refused(404, "not-found");

    // The next link is a reset: an hour, and it ends the session.
    let user = id(&entered.json["user"]);
    let link = app.as_(Who::Admin).post(&format!("/api/users/{user}/invitation"), json!({})).await.ok();
    app.state.clock.shift(3_600_001);
    nobody.post("/api/password/reset", set(&token_in(&link["url"]), "a third long word")).await.refused(404, "not-found");
    let link = app.as_(Who::Admin).post(&format!("/api/users/{user}/invitation"), json!({})).await.ok();
    nobody.post("/api/password/reset", set(&token_in(&link["url"]), "a third long word")).await.expect(200);
    app.with_token(&entered.session_token().expect("a token")).get("/api/session").await.refused(401, "unauthenticated");
    app.audit().await;
}

#[tokio::test]
async fn a_link_goes_by_mail_where_there_is_a_server_and_is_shown_to_nobody() {
    let app = TestApp::new().await;
    let patch = json!({ "smtp_url": "smtp://muster:canary-secret@127.0.0.1:2525", "mail_from": "muster@aurora.example" });
    let reply = app.as_(Who::Admin).patch("/api/company", 1, patch).await.expect(200);
    assert!(!reply.text.contains("canary-secret"));
    // Now who may not see the link may still send one.
    let path = format!("/api/users/{}/invitation", app.world.user(Who::Rep));
    let link = app.as_(Who::Hr).post(&path, json!({})).await.ok();
    assert_eq!(link["url"], Value::Null);
    let forgot = |mail: &str| json!({ "mail": mail });
    app.as_(Who::Nobody).post("/api/password/forgot", forgot(&Who::Mate.mail())).await.expect(202);
    app.as_(Who::Nobody).post("/api/password/forgot", forgot("nobody@aurora.example")).await.expect(202);
    app.as_(Who::Nobody).post("/api/password/forgot", forgot(&Who::Deactivated.mail())).await.expect(202);
    let mut letters = Vec::new();
    for _ in 0..200 {
        let rows = Sql::new("SELECT payload FROM outbox ORDER BY due_at, id").all(&app.state.db).await.expect("reads");
        letters = rows.iter().map(|r| r.try_get::<String>("", "payload").expect("text")).collect::<Vec<_>>();
        if letters.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters[0].contains(&Who::Rep.mail()) && letters[1].contains(&Who::Mate.mail()), "{letters:?}");
    // Nothing listens there: the letters stay for another time, and nobody is disturbed.
    assert_eq!(muster_server::outbox::work(&app.state).await.expect("tries"), 2);
    let rows = Sql::new("SELECT attempts, error FROM outbox").all(&app.state.db).await.expect("reads");
    assert!(rows.iter().all(|r| r.try_get::<i32>("", "attempts").expect("a number") == 1));
    assert_eq!(muster_server::outbox::work(&app.state).await.expect("waits"), 0);
}

#[tokio::test]
async fn without_a_mail_server_a_link_is_shown_only_to_who_may_as_much() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let of = |who: Who| format!("/api/users/{}/invitation", app.world.user(who));
    app.as_(Who::Hr).post(&of(Who::Admin), json!({})).await.refused(403, "forbidden");
    app.as_(Who::Hr).post(&of(Who::Rep), json!({})).await.refused(403, "forbidden");
    app.as_(Who::Admin).post(&of(Who::Deactivated), json!({})).await.refused(409, "deactivated");
    app.as_(Who::Admin).post(&of(Who::DealerRep), json!({})).await.refused(404, "not-found");
    assert_eq!(app.fingerprint().await, before);
    app.as_(Who::Admin).post(&of(Who::Rep), json!({})).await.expect(200);
}

#[tokio::test]
async fn a_profile_is_changed_by_its_owner_and_merges() {
    let app = TestApp::new().await;
    let mine = app.as_(Who::Rep);
    mine.send(Method::PATCH, "/api/profile", Some(json!({ "lang": "vi" }).to_string())).await.refused(428, "version-required");
    let user = mine.patch("/api/profile", 1, json!({ "lang": "vi" })).await.ok();
    assert_eq!((&user["lang"], &user["version"]), (&json!("vi"), &json!(2)));
    mine.patch("/api/profile", 1, json!({ "zone": "Europe/Berlin" })).await.expect(200);
    let stale = mine.patch("/api/profile", 1, json!({ "lang": "en", "zone": "Europe/Paris" })).await.refused(412, "stale");
    assert_eq!(stale.json["conflicts"].as_array().map(Vec::len), Some(2));
    mine.patch("/api/profile", 3, json!({ "zone": "Europe/Nowhere" })).await.wrong("zone", "not-a-zone");
    mine.patch("/api/profile", 3, json!({ "role_ids": [app.world.roles["admin"]] })).await.refused(400, "malformed");
    assert_eq!(mine.get("/api/session").await.ok()["user"]["zone"], "Europe/Berlin");
}

#[tokio::test]
async fn users_are_found_by_scope_page_and_words() {
    let app = TestApp::new().await;
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|u| u["name"].as_str().expect("a name").to_owned()).collect()
    };
    let all = app.as_(Who::Hr).get("/api/users").await.ok();
    assert_eq!(all["total"], 10);
    let team = app.as_(Who::Manager).get("/api/users").await.ok();
    assert_eq!(names(&team), ["Bùi Đình Long", "Lê Thị Hương", "Nguyễn Minh Anh", "Trần Quốc Bảo"]);
    let found = app.as_(Who::Hr).get("/api/users?q=duc%20pham").await.ok();
    assert_eq!(names(&found), ["Phạm Văn Đức"]);
    let left = app.as_(Who::Hr).get("/api/users?active=false").await.ok();
    assert_eq!(names(&left), ["Bùi Đình Long"]);
    let mut seen = Vec::new();
    let mut path = "/api/users?limit=4".to_owned();
    loop {
        let page = app.as_(Who::Hr).get(&path).await.ok();
        seen.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/users?limit=4&after={next}");
    }
    assert_eq!(seen, names(&all));
    app.as_(Who::Rep).get("/api/users").await.refused(403, "forbidden");
    app.as_(Who::Hr).get("/api/users?limit=many").await.refused(400, "malformed");
    app.as_(Who::Hr).get(&format!("/api/users/{}", app.world.user(Who::DealerRep))).await.refused(404, "not-found");
    let people = app.as_(Who::Rep).get("/api/people").await.ok();
    assert_eq!(people.as_array().map(Vec::len), Some(10));
}

#[tokio::test]
async fn nobody_grants_what_they_lack_and_nobody_their_own() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let of = |who: Who| format!("/api/users/{}", app.world.user(who));
    let role = |key: &str| json!({ "role_ids": [app.world.roles[key]] });
    app.as_(Who::Hr).patch(&of(Who::Rep), 1, role("admin")).await.wrong("role_ids", "beyond-own");
    app.as_(Who::Hr).patch(&of(Who::Admin), 1, role("employee")).await.wrong("role_ids", "beyond-own");
    app.as_(Who::Hr).patch(&of(Who::Admin), 1, json!({ "mail": "hr@evil.example" })).await.refused(403, "forbidden");
    app.as_(Who::Hr).patch(&of(Who::Hr), 1, role("employee")).await.refused(403, "forbidden");
    app.as_(Who::Admin).patch(&of(Who::Admin), 1, role("hr")).await.refused(403, "forbidden");
    app.as_(Who::Admin).patch(&of(Who::Admin), 1, json!({ "team_ids": [app.world.teams["south"]] })).await.refused(403, "forbidden");
    app.as_(Who::Admin).patch(&of(Who::Rep), 1, json!({ "active": false })).await.refused(400, "malformed");
    app.as_(Who::Admin).patch(&of(Who::Rep), 1, json!({ "team_ids": [app.world.teams["dealer"]] })).await.wrong("team_ids", "not-found");
    app.as_(Who::Admin).patch(&of(Who::Rep), 1, json!({ "role_ids": [] })).await.wrong("role_ids", "required");
    app.as_(Who::Admin).patch(&of(Who::DealerRep), 1, json!({ "title": "x" })).await.refused(404, "not-found");
    app.as_(Who::Manager).patch(&of(Who::Rep), 1, json!({ "title": "x" })).await.refused(403, "forbidden");
    let new = |dealer: uuid::Uuid, role: &str| json!({ "dealer_id": dealer, "name": "Eve", "mail": "eve@evil.example", "role_ids": [app.world.roles[role]] });
    app.as_(Who::Hr).post("/api/users", new(app.world.maker, "admin")).await.wrong("role_ids", "beyond-own");
    app.as_(Who::Admin).post("/api/users", new(app.world.dealer, "rep")).await.wrong("dealer_id", "not-found");
    app.as_(Who::DealerAdmin).post("/api/users", new(app.world.maker, "rep")).await.wrong("dealer_id", "not-found");
    app.as_(Who::DealerAdmin).post("/api/users", new(app.world.dealer, "admin")).await.wrong("role_ids", "beyond-own");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn changed_rights_hold_at_once() {
    let app = TestApp::new().await;
    app.as_(Who::Rep).get("/api/users").await.refused(403, "forbidden");
    let path = format!("/api/users/{}", app.world.user(Who::Rep));
    let roles = json!({ "role_ids": [app.world.roles["manager"], app.world.roles["rep"]], "title": "Team lead" });
    let user = app.as_(Who::Admin).patch(&path, 1, roles).await.ok();
    assert_eq!((&user["version"], &user["title"]), (&json!(2), &json!("Team lead")));
    app.as_(Who::Rep).get("/api/users").await.expect(200);
    let events = muster_server::event::of_record(&app.state.db, muster_shared::event::EntityKind::User, app.world.user(Who::Rep));
    let last = events.await.expect("events").pop().expect("one");
    assert_eq!(last.action, muster_shared::event::Action::RightsChanged);
}

#[tokio::test]
async fn deactivation_ends_everything_at_once() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let path = format!("/api/users/{}", app.world.user(Who::Rep));
    let link = app.as_(Who::Admin).post(&format!("{path}/invitation"), json!({})).await.ok();
    rep.get("/api/session").await.expect(200);
    app.as_(Who::Admin).post(&format!("{path}/deactivate"), json!({})).await.refused(428, "version-required");
    let user = app.as_(Who::Hr).from_version(1).post(&format!("{path}/deactivate"), json!({})).await.ok();
    assert_eq!((&user["active"], &user["version"]), (&json!(false), &json!(2)));
    rep.get("/api/session").await.refused(401, "unauthenticated");
    app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.refused(401, "wrong-credentials");
    let reset = json!({ "token": token_in(&link["url"]), "password": "a good long word" });
    app.as_(Who::Nobody).post("/api/password/reset", reset).await.refused(404, "not-found");
    // Back again, they sign in anew.
    app.as_(Who::Hr).from_version(2).post(&format!("{path}/reactivate"), json!({})).await.wrong("role_ids", "beyond-own");
    app.as_(Who::Admin).from_version(2).post(&format!("{path}/reactivate"), json!({})).await.expect(200);
    rep.get("/api/session").await.refused(401, "unauthenticated");
    app.as_(Who::Nobody).post("/api/session", sign_in(Who::Rep)).await.expect(200);
    app.audit().await;
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let app = TestApp::new().await;
    let path = format!("/api/users/{}/deactivate", app.world.user(Who::Admin));
    app.as_(Who::Admin).from_version(1).post(&path, json!({})).await.refused(403, "forbidden");
    app.as_(Who::Hr).from_version(1).post(&path, json!({})).await.refused(409, "last-admin");
    app.as_(Who::Admin).get("/api/session").await.expect(200);
    let admin = app.as_(Who::Admin).get("/api/roles").await.ok();
    let admin = admin.as_array().expect("roles").iter().find(|r| r["name"]["en"] == "Administrator").expect("shipped").clone();
    app.as_(Who::Admin).patch(&format!("/api/roles/{}", id(&admin)), 1, json!({ "grants": {} })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn a_leavers_open_work_goes_to_the_successor() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = rep.post("/api/accounts", json!({ "kind": "company", "name": "Sao Mai" })).await.ok();
    let deal = json!({ "name": "Ten vans", "account_id": account["id"], "pipeline_id": app.world.pipeline,
        "stage_id": app.world.stages["qualified"], "amount": { "minor": 100, "currency": "VND" }, "close_day": "2027-03-01" });
    rep.post("/api/opportunities", deal).await.expect(201);
    let path = format!("/api/users/{}", app.world.user(Who::Rep));
    let work = app.as_(Who::Hr).get(&format!("{path}/work")).await.ok();
    assert_eq!(work, json!({ "accounts": 1, "opportunities": 1, "requests": 0 }));
    let hr = app.as_(Who::Hr).from_version(1);
    let refused = hr.post(&format!("{path}/deactivate"), json!({})).await.refused(409, "successor-required");
    assert_eq!(refused.json["params"], json!({ "accounts": 1, "opportunities": 1, "requests": 0 }));
    for nobody in [Who::Rep, Who::Deactivated, Who::DealerRep] {
        let body = json!({ "successor_id": app.world.user(nobody) });
        hr.post(&format!("{path}/deactivate"), body).await.wrong("successor_id", "not-found");
    }
    rep.get("/api/session").await.expect(200);
    let successor = json!({ "successor_id": app.world.user(Who::Outsider) });
    hr.post(&format!("{path}/deactivate"), successor).await.expect(200);
    let theirs = app.as_(Who::Outsider).get(&format!("/api/accounts/{}", id(&account))).await.ok();
    assert_eq!(theirs["account"]["owner_id"], app.world.user(Who::Outsider).to_string());
    assert_eq!(theirs["account"]["territory_id"], app.world.territories["north"].to_string());
    assert_eq!(app.as_(Who::Hr).get(&format!("{path}/work")).await.ok(), json!({ "accounts": 0, "opportunities": 0, "requests": 0 }));
    assert_eq!(app.as_(Who::Outsider).get("/api/opportunities").await.ok()["total"], 1);
    app.audit().await;
}

#[tokio::test]
async fn who_takes_a_leavers_work_out_of_the_trash_goes_on_with_it() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = rep.post("/api/accounts", json!({ "kind": "company", "name": "Sao Mai" })).await.ok();
    let contact = rep.post("/api/contacts", json!({ "account_id": account["id"], "name": "Trang" })).await.ok();
    let mut deals = Vec::new();
    for (name, stage) in [("Ten vans", "qualified"), ("Two cars", "won")] {
        let deal =
            json!({ "name": name, "account_id": account["id"], "amount": { "minor": 100, "currency": "VND" }, "close_day": "2027-03-01" });
        let path = format!("/api/opportunities/{}", id(&rep.post("/api/opportunities", deal).await.ok()["card"]));
        let to = json!({ "stage_id": app.world.stages[stage] });
        let version =
            rep.clone().from_version(1).post(&format!("{path}/move"), to).await.ok()["card"]["version"].as_i64().expect("a version");
        rep.delete(&path, version).await.expect(200);
        deals.push((path, version + 1));
    }
    let account = format!("/api/accounts/{}", id(&account));
    rep.delete(&account, 1).await.expect(200);
    let leaver = app.world.user(Who::Rep);
    app.as_(Who::Hr).from_version(1).post(&format!("/api/users/{leaver}/deactivate"), json!({})).await.expect(200);
    let director = app.as_(Who::Director);
    let me = app.world.user(Who::Director);
    director.clone().from_version(2).post(&format!("{account}/restore"), json!({})).await.expect(200);
    let restored = director.get(&account).await.ok()["account"].clone();
    assert_eq!((&restored["owner_id"], &restored["team_id"]), (&json!(me), &json!(app.world.teams["vietnam"])));
    let contact = director.get(&format!("/api/contacts/{}", id(&contact))).await.ok();
    assert_eq!(contact["contact"]["owner_id"], json!(me));
    for (path, version) in &deals {
        director.clone().from_version(*version).post(&format!("{path}/restore"), json!({})).await.expect(200);
    }
    let owner = async |path: &str| director.get(path).await.ok()["opportunity"]["owner_id"].clone();
    assert_eq!(owner(&deals[0].0).await, json!(me));
    assert_eq!(owner(&deals[1].0).await, json!(leaver), "what is closed stays with who closed it");
    app.audit().await;
}

#[tokio::test]
async fn roles_are_data() {
    let app = TestApp::new().await;
    let admin = app.as_(Who::Admin);
    let new = json!({ "name": { "en": "Scout", "vi": "Trinh sát" }, "grants": { "account.read": "dealer" } });
    let role = admin.post("/api/roles", new.clone()).await.expect(201).json;
    admin.post("/api/roles", new.clone()).await.wrong("name", "taken");
    admin.post("/api/roles", json!({ "name": {}, "grants": {} })).await.wrong("name", "required");
    admin.post("/api/roles", json!({ "name": { "en": "X" }, "grants": { "moon.land": "all" } })).await.refused(400, "malformed");
    app.as_(Who::DealerAdmin).post("/api/roles", new).await.refused(403, "forbidden");
    let path = format!("/api/roles/{}", id(&role));
    let changed = admin.patch(&path, 1, json!({ "grants": { "account.read": "team" } })).await.ok();
    assert_eq!((&changed["version"], &changed["grants"]), (&json!(2), &json!({ "account.read": "team" })));
    admin.patch(&path, 1, json!({ "grants": {} })).await.refused(412, "stale");
    admin.patch(&path, 1, json!({ "name": { "en": "Ranger" } })).await.expect(200);
    let user = format!("/api/users/{}", app.world.user(Who::Marketing));
    admin.patch(&user, 1, json!({ "role_ids": [role["id"]] })).await.expect(200);
    let kept = admin.delete(&path, 3).await.refused(409, "in-use");
    assert_eq!(kept.json["params"]["users"], 1);
    admin.patch(&user, 2, json!({ "role_ids": [app.world.roles["marketing"]] })).await.expect(200);
    admin.delete(&path, 2).await.refused(412, "stale");
    admin.delete(&path, 3).await.expect(204);
    admin.delete(&path, 4).await.refused(404, "not-found");
    admin.delete(&format!("/api/roles/{}", app.world.roles["rep"]), 1).await.refused(409, "shipped");
    app.as_(Who::Rep).get("/api/roles").await.refused(403, "forbidden");
    app.audit().await;
}

#[tokio::test]
async fn teams_form_a_tree_without_circles() {
    let app = TestApp::new().await;
    let admin = app.as_(Who::Admin);
    let (vietnam, south) = (app.world.teams["vietnam"], app.world.teams["south"]);
    let new = |name: &str, parent: uuid::Uuid| json!({ "name": name, "parent_id": parent });
    let saigon = admin.post("/api/teams", new("Saigon", south)).await.expect(201).json;
    admin.post("/api/teams", new("Saigon", south)).await.wrong("name", "taken");
    admin.post("/api/teams", new(" ", south)).await.wrong("name", "required");
    admin.post("/api/teams", new("Showroom", app.world.teams["dealer"])).await.wrong("parent_id", "not-found");
    let (saigon_path, south_path) = (format!("/api/teams/{}", id(&saigon)), format!("/api/teams/{south}"));
    admin.patch(&south_path, 1, json!({ "parent_id": saigon["id"] })).await.wrong("parent_id", "circle");
    admin.patch(&south_path, 1, json!({ "parent_id": south })).await.wrong("parent_id", "circle");
    assert_eq!(ancestors(&app, &saigon).await, 3);
    // Moved, the whole branch has other ancestors.
    admin.patch(&south_path, 1, json!({ "parent_id": null })).await.expect(200);
    assert_eq!(ancestors(&app, &saigon).await, 2);
    app.as_(Who::Director).get("/api/users").await.ok();
    assert_eq!(app.as_(Who::Director).get("/api/users").await.ok()["total"], 2);
    admin.patch(&south_path, 2, json!({ "parent_id": vietnam })).await.expect(200);
    assert_eq!(ancestors(&app, &saigon).await, 3);
    assert_eq!(app.as_(Who::Director).get("/api/users").await.ok()["total"], 6);
    let kept = admin.delete(&south_path, 3).await.refused(409, "in-use");
    assert_eq!(kept.json["params"], json!({ "children": 1, "users": 4 }));
    admin.patch(&saigon_path, 1, json!({ "name": "Sài Gòn" })).await.expect(200);
    admin.delete(&saigon_path, 1).await.refused(412, "stale");
    admin.delete(&saigon_path, 2).await.expect(204);
    admin.delete(&saigon_path, 2).await.refused(404, "not-found");
    app.audit().await;
}

async fn ancestors(app: &TestApp, team: &Value) -> i64 {
    let id: uuid::Uuid = id(team).parse().expect("an id");
    let mut sql = Sql::new("SELECT COUNT(*) AS n FROM team_closure WHERE descendant_id = ");
    sql.bind(id);
    sql.one(&app.state.db).await.expect("reads").expect("a row").try_get("", "n").expect("a number")
}

#[tokio::test]
async fn departments_stand_side_by_side() {
    let app = TestApp::new().await;
    let admin = app.as_(Who::Admin);
    let sales = app.world.departments["sales"];
    admin.post("/api/departments", json!({ "name": "Fleet", "parent_id": sales })).await.wrong("parent_id", "not-allowed");
    let fleet = admin.post("/api/departments", json!({ "name": "Fleet" })).await.expect(201).json;
    assert_eq!(app.as_(Who::Rep).get("/api/departments").await.ok().as_array().map(Vec::len), Some(4));
    admin.delete(&format!("/api/departments/{sales}"), 1).await.refused(409, "in-use");
    admin.delete(&format!("/api/departments/{}", id(&fleet)), 1).await.expect(204);
    app.as_(Who::Rep).post("/api/departments", json!({ "name": "Mine" })).await.refused(403, "forbidden");
}

#[tokio::test]
async fn dealers_know_nothing_of_each_other() {
    let app = TestApp::new().await;
    let names = |list: &Value| -> Vec<String> {
        list.as_array().expect("a list").iter().map(|d| d["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&app.as_(Who::Admin).get("/api/dealers").await.ok()), ["Aurora Motors", "Autohaus Lindner", "Sao Mai Auto"]);
    assert_eq!(names(&app.as_(Who::Rep).get("/api/dealers").await.ok()), ["Aurora Motors"]);
    assert_eq!(names(&app.as_(Who::DealerAdmin).get("/api/dealers").await.ok()), ["Sao Mai Auto"]);
    let units = |dealer: uuid::Uuid| format!("/api/teams?dealer={dealer}");
    app.as_(Who::DealerAdmin).get(&units(app.world.maker)).await.refused(404, "not-found");
    app.as_(Who::DealerAdmin).get(&units(app.world.open_dealer)).await.refused(404, "not-found");
    app.as_(Who::Admin).get(&units(app.world.dealer)).await.refused(404, "not-found");
    app.as_(Who::Admin).get(&units(app.world.open_dealer)).await.expect(200);
    let path = format!("/api/dealers/{}", app.world.dealer);
    app.as_(Who::DealerAdmin).patch(&path, 1, json!({ "contract": "open" })).await.refused(403, "forbidden");
    app.as_(Who::DealerAdmin)
        .patch(&format!("/api/dealers/{}", app.world.maker), 1, json!({ "name": "x" }))
        .await
        .refused(404, "not-found");
    app.as_(Who::Admin).patch(&path, 1, json!({ "name": "Aurora Motors" })).await.wrong("name", "taken");
    app.as_(Who::Admin).patch(&path, 1, json!({ "contract": "open" })).await.expect(200);
    app.as_(Who::Admin).get(&units(app.world.dealer)).await.expect(200);
}

#[tokio::test]
async fn the_maker_looks_after_a_dealer_until_it_has_somebody() {
    let app = TestApp::new().await;
    let admin = app.as_(Who::Admin);
    app.as_(Who::DealerAdmin).post("/api/dealers", json!({ "name": "X", "contract": "open" })).await.refused(403, "forbidden");
    let dealer = admin.post("/api/dealers", json!({ "name": "Auto Phương Nam", "contract": "closed" })).await.expect(201).json;
    admin.post("/api/teams", json!({ "dealer_id": dealer["id"], "name": "Showroom" })).await.expect(201);
    let new =
        |mail: &str| json!({ "dealer_id": dealer["id"], "name": "Tạ Quang", "mail": mail, "role_ids": [app.world.roles["dealer-admin"]] });
    let first = admin.post("/api/users", new("quang@phuongnam.example")).await.expect(201).json;
    let again = admin.post(&format!("/api/users/{}/invitation", id(&first["user"])), json!({})).await.ok();
    let enter = json!({ "token": token_in(&again["url"]), "password": "a good long word" });
    let entered = app.as_(Who::Nobody).post("/api/password/reset", enter).await.expect(200);
    assert_eq!(entered.json["grants"]["account.read"], "dealer");
    // From here on its people are its own.
    admin.post("/api/users", new("second@phuongnam.example")).await.wrong("dealer_id", "not-found");
    admin.get(&format!("/api/users/{}", id(&first["user"]))).await.refused(404, "not-found");
    let theirs = app.with_token(&entered.session_token().expect("a token"));
    theirs.post("/api/users", new("second@phuongnam.example")).await.expect(201);
}

#[tokio::test]
async fn the_first_start_makes_a_company_through_its_link() {
    let app = TestApp::empty().await;
    let nobody = app.as_(Who::Nobody);
    assert_eq!(nobody.get("/api/setup").await.ok(), json!({ "needed": true, "demo": false, "company": null }));
    let old = muster_server::identity::setup::link(&app.state).await.expect("a link").expect("one is needed");
    let url = muster_server::identity::setup::link(&app.state).await.expect("a link").expect("one is needed");
    let body = |token: &str| {
        json!({ "token": token, "company": "Nhà xe Bình Minh", "currency": "VND", "currencies": ["EUR"], "zone": "Asia/Ho_Chi_Minh",
            "languages": ["vi", "en"], "workdays": [true, true, true, true, true, true, false], "holidays": ["2027-02-06"],
            "pipeline": { "vi": "Bán hàng" }, "stages": [
                { "name": { "vi": "Mới" }, "probability": 20, "limit_days": 10 },
                { "name": { "vi": "Báo giá" }, "probability": 60, "limit_days": null }],
            "name": "Trương Bình", "mail": "binh@binhminh.example", "password": "sáng sớm tinh mơ", "lang": "vi" })
    };
    let before = app.fingerprint().await;
    nobody.post("/api/setup", body(&token_in(&json!(old)))).await.wrong("token", "not-found");
    let token = token_in(&json!(url));
    let mut short = body(&token);
    short["password"] = json!("short");
    nobody.post("/api/setup", short).await.wrong("password", "too-short");
    let mut nowhere = body(&token);
    nowhere["zone"] = json!("Asia/Nowhere");
    nobody.post("/api/setup", nowhere).await.wrong("zone", "not-a-zone");
    assert_eq!(app.fingerprint().await, before);
    let reply = nobody.post("/api/setup", body(&token)).await.expect(200);
    assert_eq!((&reply.json["company"]["name"], &reply.json["grants"]["role.manage"]), (&json!("Nhà xe Bình Minh"), &json!("all")));
    nobody.post("/api/setup", body(&token)).await.refused(409, "already-set-up");
    assert!(muster_server::identity::setup::link(&app.state).await.expect("asks").is_none());
    assert_eq!(nobody.get("/api/setup").await.ok(), json!({ "needed": false, "demo": false, "company": "Nhà xe Bình Minh" }));
    let admin = app.with_token(&reply.session_token().expect("a token"));
    let pipelines = admin.get("/api/pipelines").await.ok();
    assert_eq!(pipelines[0]["stages"].as_array().map(Vec::len), Some(4));
    admin.get("/api/demo").await.refused(404, "not-found");
    app.audit().await;
}
