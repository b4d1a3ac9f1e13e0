//! The server around its slices: health, figures, headers, the page and its files, too much load, what goes with time.

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use clap::CommandFactory as _;
use muster_server::clock::Clock;
use muster_server::config::Cli;
use muster_server::migration::Migrator;
use muster_server::sql::Sql;
use muster_server::state::AppState;
use muster_server::{db, serve, sweep};
use muster_shared::event::Actor;
use muster_shared::time::DAY_MS;
use sea_orm_migration::MigratorTrait as _;
use serde_json::json;
use tokio::sync::oneshot;

use crate::support::{Client, Database, TestApp, Who, config, id, muster};

/// Requests to the same state with another configuration.
fn configured(app: &TestApp, change: impl FnOnce(&mut muster_server::config::Config)) -> Client {
    let mut config = config();
    change(&mut config);
    let state = AppState { config: Arc::new(config), ..app.state.clone() };
    Client::new(muster_server::router::app(state), None)
}

#[tokio::test]
async fn it_is_alive_and_ready_until_it_stops() {
    let app = TestApp::new().await;
    let nobody = app.as_(Who::Nobody);
    assert_eq!(nobody.get("/healthz").await.expect(200).text, "ok");
    assert_eq!(nobody.get("/readyz").await.expect(200).text, "ready");
    app.stop();
    assert_eq!(nobody.get("/readyz").await.expect(503).text, "stopping");
    nobody.get("/healthz").await.expect(200);
}

#[tokio::test]
async fn every_answer_has_its_id_and_its_headers() {
    let app = TestApp::new().await;
    for path in ["/healthz", "/api/accounts", "/api/nothing", "/desk", "/missing.js"] {
        let reply = app.as_(Who::Nobody).get(path).await;
        assert!(reply.header("x-request-id").is_some_and(|id| id.len() == 36), "{path}");
        for (name, value) in [
            (
                "content-security-policy",
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; img-src 'self' data:; \
                 font-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            ),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}");
        }
    }
    let reply = app.as_(Who::Nobody).get("/api/nothing").await.refused(404, "not-found");
    assert_eq!(reply.json["request_id"].as_str(), reply.header("x-request-id"));
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn figures_are_for_this_machine_or_for_who_has_the_token() {
    let app = TestApp::new().await;
    app.as_(Who::Rep).get("/api/accounts").await.expect(200);
    app.as_(Who::Nobody).get("/api/accounts").await.expect(401);
    let text = app.as_(Who::Nobody).get("/metrics").await.expect(200).text;
    for line in [
        "muster_request_seconds_count{route=\"/api/accounts\",method=\"GET\",status=\"200\"} 1",
        "muster_request_seconds_count{route=\"/api/accounts\",method=\"GET\",status=\"401\"} 1",
        "muster_requests_in_flight 1",
        "muster_streams_open 0",
        "muster_writer_queue 0",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
    assert!(text.contains(&format!("muster_log_head {}\n", app.state.hub.head())), "{text}");
    app.as_(Who::Nobody).with_header("x-forwarded-for", "203.0.113.7").get("/metrics").await.refused(404, "not-found");
    let guarded = configured(&app, |config| config.metrics_token = Some("for the watcher".into()));
    guarded.get("/metrics").await.refused(404, "not-found");
    guarded.clone().with_header("authorization", "Bearer another").get("/metrics").await.refused(404, "not-found");
    guarded.with_header("authorization", "Bearer for the watcher").get("/metrics").await.expect(200);
}

#[tokio::test]
async fn a_write_moves_the_figures() {
    let app = TestApp::new().await;
    app.as_(Who::Rep).post("/api/accounts", json!({ "kind": "company", "name": "Bình Minh" })).await.expect(201);
    let text = app.as_(Who::Nobody).get("/metrics").await.expect(200).text;
    for line in ["muster_writer_commits_total 1\n", "muster_writer_commands_total 1\n", "muster_writer_last_batch 1\n"] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[tokio::test]
async fn two_may_bring_the_schema_up_to_date_at_once() {
    let database = Database::blank().await;
    let one = db::open(&database.url, false).await.expect("opens");
    let two = db::open(&database.url, false).await.expect("opens");
    assert!(!serve::is_current(&one).await.expect("reads"));
    let now = Clock::default().now();
    let (first, second) = tokio::join!(serve::migrate(&one, now), serve::migrate(&two, now));
    first.and(second).expect("one migrates, the other finds it done");
    assert!(serve::is_current(&two).await.expect("reads"));
    let logs = Sql::new("SELECT COUNT(*) AS n FROM log").one(&one.read).await.expect("counts").expect("a row");
    assert_eq!(logs.try_get::<i64>("", "n").expect("a number"), 1);
}

#[tokio::test]
async fn a_database_of_an_older_program_is_brought_up_to_date() {
    let database = Database::blank().await;
    let db = db::open(&database.url, false).await.expect("opens");
    for steps in 1..Migrator::migrations().len() {
        Migrator::up(&db.write, Some(1)).await.expect("migrates");
        assert!(!serve::is_current(&db).await.expect("reads"), "after {steps}");
    }
    serve::migrate(&db, Clock::default().now()).await.expect("migrates the rest");
    assert!(serve::is_current(&db).await.expect("reads"));
}

#[tokio::test]
async fn a_script_reads_what_was_migrated() {
    let database = Database::blank().await;
    let known: Vec<_> = Migrator::migrations().iter().map(|m| m.name().to_owned()).collect();
    for applied in [known, Vec::new()] {
        let (done, said, error) = muster(&["migrate", "--json"], &database.url);
        assert!(done, "{error}");
        assert_eq!(said, json!({ "applied": applied }));
    }
}

#[test]
fn every_option_of_serve_is_a_variable_too() {
    let cli = Cli::command();
    let serve = cli.find_subcommand("serve").expect("it is there");
    let options: Vec<_> = serve.get_arguments().filter(|a| a.get_id() != "help").collect();
    assert!(options.len() >= 9, "{options:?}");
    for option in options {
        let name = option.get_env().and_then(|name| name.to_str()).expect("a variable");
        assert!(name.starts_with("MUSTER_") || name == "DATABASE_URL", "{name}");
    }
    let said = |variable: &str, value: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_muster"));
        // It ends by itself: to listen elsewhere it asks for the address that people use.
        command.arg("serve").env("MUSTER_LISTEN", "0.0.0.0:0").env_remove("DATABASE_URL").env(variable, value);
        String::from_utf8_lossy(&command.output().expect("runs").stderr).into_owned()
    };
    for value in ["1", "true", "yes", "on", "0", "false"] {
        for variable in ["MUSTER_DEMO", "MUSTER_LOG_JSON"] {
            let said = said(variable, value);
            assert!(said.starts_with("Listening on 0.0.0.0:0"), "{variable}={value}: {said}");
        }
    }
    // A slip is no answer, and nothing is not an embedded database instead.
    for (variable, value, option) in [
        ("MUSTER_DEMO", "maybe", "--demo"),
        ("DATABASE_URL", "", "--database-url"),
        ("MUSTER_PUBLIC_URL", "", "--public-url"),
        ("MUSTER_METRICS_TOKEN", "", "--metrics-token"),
        ("MUSTER_TRUSTED_PROXY", "proxy", "--trusted-proxy"),
    ] {
        let said = said(variable, value);
        assert!(said.starts_with("error: ") && said.contains(option), "{variable}={value}: {said}");
    }
}

fn bundle() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let build = folder.path().join("b82e783de53d");
    std::fs::create_dir(&build).expect("a folder");
    let page = "<!doctype html>\n<html lang=\"en\" data-theme=\"light\">\n<link rel=\"icon\" href=\"/b82e783de53d/icon.svg\">\n<script src=\"/b82e783de53d/boot.js\"></script>";
    std::fs::write(folder.path().join("index.html"), page).expect("writes");
    std::fs::write(build.join("boot.js"), "plain").expect("writes");
    std::fs::write(build.join("boot.js.br"), "brotli").expect("writes");
    std::fs::write(build.join("boot.js.gz"), "gzip").expect("writes");
    std::fs::write(build.join("app_bg.wasm"), "wasm").expect("writes");
    std::fs::write(folder.path().join("secret.txt"), "outside of a build").expect("writes");
    folder
}

#[tokio::test]
async fn the_page_starts_every_address_of_the_app() {
    let (app, folder) = (TestApp::new().await, bundle());
    let site = configured(&app, |config| config.assets = Some(folder.path().to_owned()));
    let browser = site.clone().with_header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    for path in ["/", "/desk", "/desk/opportunities/0190c5f2-0000-7000-8000-000000000001?q=a", "/follow/abc"] {
        let reply = browser.get(path).await.expect(200);
        assert!(reply.text.contains("<html lang=\"en\" data-theme=\"system\">"), "{path}: {}", reply.text);
        assert_eq!(reply.header("cache-control"), Some("no-cache"), "{path}");
        assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
    }
    let chosen = browser.clone().with_header("cookie", "lang=vi; theme=dark").get("/").await.expect(200);
    assert!(chosen.text.contains("<html lang=\"vi\" data-theme=\"dark\">"), "{}", chosen.text);
    let tag = chosen.header("etag").expect("a tag").to_owned();
    browser.clone().with_header("cookie", "lang=vi; theme=dark").with_header("if-none-match", &tag).get("/").await.expect(304);
    browser.clone().with_header("if-none-match", &tag).get("/").await.expect(200);
    for path in ["/api", "/api/desk", "/secret.txt", "/b82e783de53d/../secret.txt", "/000000000000/boot.js"] {
        browser.get(path).await.refused(404, "not-found");
    }
    let icon = site.get("/favicon.ico").await.expect(307);
    assert_eq!(icon.header("location"), Some("/b82e783de53d/icon.svg"));
    let demo = configured(&app, |config| (config.assets, config.demo) = (Some(folder.path().to_owned()), true));
    let page = demo.with_header("accept", "text/html").get("/desk/sign-in").await.expect(200);
    assert!(page.text.contains("<html lang=\"en\" data-theme=\"system\" data-demo>"), "{}", page.text);
    site.clone().with_header("accept", "application/json").get("/desk").await.refused(404, "not-found");
    site.send(Method::POST, "/desk", None).await.refused(404, "not-found");
}

#[tokio::test]
async fn files_of_a_build_come_as_small_as_the_browser_takes_them_and_stay() {
    let (app, folder) = (TestApp::new().await, bundle());
    let site = configured(&app, |config| config.assets = Some(folder.path().to_owned()));
    for (accepted, encoding, text) in
        [("gzip, deflate, br", Some("br"), "brotli"), ("gzip", Some("gzip"), "gzip"), ("br;q=0, gzip;q=0", None, "plain")]
    {
        let reply = site.clone().with_header("accept-encoding", accepted).get("/b82e783de53d/boot.js").await.expect(200);
        assert_eq!((reply.header("content-encoding"), reply.text.as_str()), (encoding, text), "{accepted}");
        assert_eq!(reply.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(reply.header("content-type"), Some("text/javascript"));
        let tag = reply.header("etag").expect("a tag").to_owned();
        let again = site.clone().with_header("accept-encoding", accepted).with_header("if-none-match", &tag);
        assert_eq!(again.get("/b82e783de53d/boot.js").await.expect(304).text, "");
    }
    let wasm = site.with_header("accept-encoding", "br").get("/b82e783de53d/app_bg.wasm").await.expect(200);
    assert_eq!((wasm.header("content-type"), wasm.text.as_str()), (Some("application/wasm"), "wasm"));
}

#[cfg(not(feature = "embed"))]
#[tokio::test]
async fn without_a_bundle_it_says_what_to_do() {
    let app = TestApp::new().await;
    let reply = app.as_(Who::Nobody).get("/desk").await.expect(503);
    assert!(reply.text.contains("cargo xtask run"), "{}", reply.text);
}

#[tokio::test]
async fn too_many_at_once_are_turned_away_quickly() {
    let app = TestApp::new().await;
    let (go, wait) = oneshot::channel::<()>();
    let (held, holding) = oneshot::channel();
    let writer = app.state.writer.clone();
    let blocked = tokio::spawn(async move {
        let hold = writer.run(Actor::System, move |_| {
            Box::pin(async move {
                held.send(()).expect("waited for");
                wait.await.expect("let go");
                Ok(())
            })
        });
        hold.await
    });
    holding.await.expect("holds the writer");
    let rep = app.as_(Who::Rep);
    let many: Vec<_> = (0..600)
        .map(|n| {
            let rep = rep.clone();
            tokio::spawn(async move { rep.post("/api/accounts", json!({ "kind": "company", "name": format!("Firm {n}") })).await })
        })
        .collect();
    let refused_at_once =
        |text: &str| text.lines().any(|line| line.strip_prefix("muster_requests_refused_total ").is_some_and(|n| n != "0"));
    // Those who watch are heard all the same.
    while !refused_at_once(&app.as_(Who::Nobody).get("/metrics").await.expect(200).text) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    app.as_(Who::Nobody).get("/healthz").await.expect(200);
    go.send(()).expect("still held");
    blocked.await.expect("ends").expect("commits");
    let (mut done, mut refused) = (0, 0);
    for one in many {
        let reply = one.await.expect("answered");
        match reply.status {
            201 => done += 1,
            503 => {
                assert_eq!(reply.header("retry-after"), Some("1"));
                reply.refused(503, "busy");
                refused += 1;
            }
            other => panic!("{other}: {}", reply.text),
        }
    }
    assert!(done >= 400 && refused >= 1, "{done} done, {refused} refused");
    let page = rep.get("/api/accounts?limit=1").await.ok();
    assert_eq!(page["total"], done, "what was refused left nothing behind");
}

#[tokio::test]
async fn a_session_cannot_open_streams_without_end() {
    let app = TestApp::new().await;
    let mut open = Vec::new();
    for _ in 0..40 {
        let response = app.as_(Who::Rep).open(Method::GET, "/api/stream", None).await;
        assert_eq!(response.status(), 200);
        open.push(response);
    }
    app.as_(Who::Rep).get("/api/stream").await.refused(503, "busy");
    assert_eq!(app.as_(Who::Mate).open(Method::GET, "/api/stream", None).await.status(), 200);
    drop(open);
    assert_eq!(app.as_(Who::Rep).open(Method::GET, "/api/stream", None).await.status(), 200);
}

#[tokio::test]
async fn a_stop_says_goodbye_to_streams() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let stream = tokio::spawn(async move { rep.get("/api/stream").await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    app.stop();
    let text = stream.await.expect("ends by itself").expect(200).text;
    assert!(text.starts_with("event: hello") && text.contains("event: bye"), "{text}");
}

#[tokio::test]
async fn a_write_from_another_process_does_not_stop_the_streams() {
    let app = TestApp::new().await;
    let other = app.second_node().await;
    let other = Client::new(muster_server::router::app(other), Who::Rep.token());
    let rep = app.as_(Who::Rep);
    let stream = tokio::spawn(async move { rep.get("/api/stream").await });
    tokio::time::sleep(Duration::from_millis(50)).await;
    let elsewhere = other.post("/api/accounts", json!({ "kind": "company", "name": "Elsewhere" })).await.ok();
    let here = app.as_(Who::Rep).post("/api/accounts", json!({ "kind": "company", "name": "Here" })).await.ok();
    // On PostgreSQL a notice brings it.
    let last = muster_server::event::Head::read(&app.state.db).await.expect("reads").seq;
    app.state.hub.subscribe().wait_for(|head| *head >= last).await.expect("the hub goes on");
    tokio::time::sleep(Duration::from_millis(50)).await;
    app.stop();
    let text = stream.await.expect("ends").expect(200).text;
    let (first, second) = (text.find(&id(&elsewhere)).expect("heard of"), text.find(&id(&here)).expect("heard of"));
    assert!(first < second, "{text}");
}

#[tokio::test]
async fn the_trash_is_emptied_after_thirty_days() {
    let app = TestApp::new().await;
    let admin = app.as_(Who::Admin);
    let account = admin.post("/api/accounts", json!({ "kind": "person", "name": "Trần Văn Tám" })).await.ok();
    let kept = admin.post("/api/accounts", json!({ "kind": "company", "name": "Kept" })).await.ok();
    let contact = admin.post("/api/contacts", json!({ "account_id": account["id"], "name": "Trần Thị Chín" })).await.ok();
    admin.delete(&format!("/api/contacts/{}", id(&contact)), 1).await.expect(200);
    admin.delete(&format!("/api/accounts/{}", id(&account)), 1).await.expect(200);
    assert_eq!(sweep::sweep(&app.state).await.expect("sweeps").purged, 0, "the trash keeps things for a while");
    app.state.clock.shift(30 * DAY_MS + 1_000);
    assert_eq!(sweep::sweep(&app.state).await.expect("sweeps").purged, 2);
    for (table, rows) in [("account", 1_i64), ("contact", 0), ("session", 0), ("search_word", 1)] {
        let text: &'static str = match table {
            "account" => "SELECT COUNT(*) AS n FROM account",
            "contact" => "SELECT COUNT(*) AS n FROM contact",
            "session" => "SELECT COUNT(*) AS n FROM session",
            _ => "SELECT COUNT(*) AS n FROM search_word",
        };
        let row = Sql::new(text).one(&app.state.db).await.expect("counts").expect("a row");
        assert_eq!(row.try_get::<i64>("", "n").expect("a number"), rows, "{table}");
    }
    let last = muster_server::event::find(&app.state.db, app.state.hub.head()).await.expect("reads").expect("there");
    assert_eq!((last.action.as_str(), last.entity_id.to_string()), ("purged", id(&account)));
    assert_ne!(last.entity_id.to_string(), id(&kept));
    app.audit().await;
}
