//! Backups: everything goes over, between both databases, and nothing half.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use muster_server::backup::{self, LEFT_OUT, TABLES};
use muster_server::clock::Clock;
use muster_server::db::{self, Db};
use muster_server::error::Error;
use muster_server::event;
use muster_server::sql::Sql;
use muster_shared::event::Actor;
use serde_json::json;

use crate::support::{Shop, TestApp, Who, id, muster};

/// A server in whose tables there is something everywhere that a backup reads.
async fn full() -> TestApp {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    let account = rep
        .clone()
        .with_key("one")
        .post("/api/accounts", json!({ "kind": "company", "name": "Công ty \"Đại Nam\" \\ 100 %", "note": "a\nb\u{1f697}" }))
        .await
        .ok();
    let contact = rep.post("/api/contacts", json!({ "account_id": account["id"], "name": "Lê Văn Mười" })).await.ok();
    let deal = json!({
        "name": "Terra × 12", "account_id": account["id"], "contact_id": contact["id"],
        "amount": { "minor": 1_234_567_890_123_i64, "currency": "VND" }, "close_day": "2028-02-29"
    });
    let deal = rep.post("/api/opportunities", deal).await.ok();
    let deal = id(&deal["card"]);
    let maker = app.world.maker;
    let rep_id = app.world.user(Who::Rep);
    let shop = Shop::open(&app).await;
    app.as_(Who::Nobody).post("/api/shop/requests", shop.request("Trần Thị Mai", "0903 123 456")).await.expect(201);
    let opened = json!({ "version_id": shop.version.id, "market": "vn", "signals": [{ "kind": "opened" }] });
    app.as_(Who::Nobody).post("/api/shop/signals", opened).await.expect(204);
    app.as_(Who::ProductManager).post(&format!("/api/models/{}/versions", shop.version.model_id), json!({})).await.expect(201);
    app.state
        .writer
        .run(Actor::System, move |tx| {
            Box::pin(async move {
                let (field, deal) = (tx.new_id(), deal.parse::<uuid::Uuid>().expect("an id"));
                let (document, quote) = (tx.new_id(), tx.new_id());
                let rows: [(&'static str, Vec<sea_orm::Value>); 11] = [
                    (
                        "INSERT INTO claim (id, version, dealer_id, subject_kind, subject_id, purpose, from_at, until_at, owner_id, state, reason, \
                         created_at, updated_at) VALUES ",
                        vec![
                            tx.new_id().into(),
                            1_i64.into(),
                            maker.into(),
                            "lead".into(),
                            deal.into(),
                            "offer".into(),
                            1_i64.into(),
                            2_i64.into(),
                            rep_id.into(),
                            "held".into(),
                            "".into(),
                            1_i64.into(),
                            1_i64.into(),
                        ],
                    ),
                    (
                        "INSERT INTO document (id, dealer_id, kind, media, hash, bytes, created_at) VALUES ",
                        vec![
                            document.into(),
                            maker.into(),
                            "quote".into(),
                            "application/pdf".into(),
                            "0a".into(),
                            vec![0_u8, 255].into(),
                            1_i64.into(),
                        ],
                    ),
                    (
                        "INSERT INTO quote (id, version, dealer_id, opportunity_id, number, state, expires_on, owner_id, answer, custom, created_at, \
                         updated_at) VALUES ",
                        vec![
                            quote.into(),
                            1_i64.into(),
                            maker.into(),
                            deal.into(),
                            "2026-0001".into(),
                            "draft".into(),
                            20_000_i32.into(),
                            rep_id.into(),
                            "".into(),
                            "{}".into(),
                            1_i64.into(),
                            1_i64.into(),
                        ],
                    ),
                    (
                        "INSERT INTO quote_version (id, dealer_id, quote_id, number, market, province, list, choices, code, lines, currency, \
                         list_minor, discount_minor, net_minor, tax_minor, fees_minor, total_minor, document_id, note, created_by, created_at) VALUES ",
                        vec![
                            tx.new_id().into(),
                            maker.into(),
                            quote.into(),
                            1_i32.into(),
                            "vn".into(),
                            "".into(),
                            "vn-2026".into(),
                            "[]".into(),
                            "".into(),
                            "[]".into(),
                            "VND".into(),
                            i64::MAX.into(),
                            1_i64.into(),
                            1_i64.into(),
                            1_i64.into(),
                            1_i64.into(),
                            1_i64.into(),
                            document.into(),
                            "".into(),
                            rep_id.into(),
                            1_i64.into(),
                        ],
                    ),
                    ("INSERT INTO opportunity_rank (opportunity_id, rank) VALUES ", vec![deal.into(), "a0V".into()]),
                    (
                        "INSERT INTO outbox (id, kind, payload, due_at, attempts, leased_until, error, held) VALUES ",
                        vec![
                            tx.new_id().into(),
                            "mail".into(),
                            "{}".into(),
                            1_i64.into(),
                            2_i32.into(),
                            5_i64.into(),
                            "no".into(),
                            false.into(),
                        ],
                    ),
                    (
                        "INSERT INTO custom_field (id, version, dealer_id, entity, name, kind, definition) VALUES ",
                        vec![field.into(), 1_i64.into(), maker.into(), "opportunity".into(), "trailer".into(), "bool".into(), "{}".into()],
                    ),
                    (
                        "INSERT INTO custom_value (field_id, record_id, number_value) VALUES ",
                        vec![field.into(), deal.into(), i64::MIN.into()],
                    ),
                    (
                        "INSERT INTO secret_link (id, version, token_hash, dealer_id, opportunity_id, expires_at) VALUES ",
                        vec![tx.new_id().into(), 1_i64.into(), vec![0_u8, 255].into(), maker.into(), deal.into(), i64::MAX.into()],
                    ),
                    (
                        "INSERT INTO saved_view (id, version, dealer_id, owner_id, place, name, query, shared) VALUES ",
                        vec![
                            tx.new_id().into(),
                            1_i64.into(),
                            maker.into(),
                            rep_id.into(),
                            "board".into(),
                            "Mine".into(),
                            "owner=me".into(),
                            true.into(),
                        ],
                    ),
                    (
                        "INSERT INTO one_time_token (token_hash, kind, user_id, expires_at) VALUES ",
                        vec![vec![1_u8].into(), "reset".into(), rep_id.into(), i64::MAX.into()],
                    ),
                ];
                for (text, values) in rows {
                    let mut sql = Sql::new(text);
                    sql.rows([values], |v, row| v.extend(row));
                    sql.run(tx.db()).await?;
                }
                Ok(())
            })
        })
        .await
        .expect("inserts");
    app
}

async fn opened(url: &str) -> Db {
    db::open(url, false).await.expect("opens")
}

async fn taken(db: &Db) -> Vec<u8> {
    let mut file = Vec::new();
    backup::write(db, &mut file, Clock::default().now()).await.expect("is written");
    file
}

/// The lines after the header: every row.
fn rows(file: &[u8]) -> Vec<String> {
    let mut text = String::new();
    zstd::Decoder::new(file).expect("zstd").read_to_string(&mut text).expect("UTF-8");
    text.lines().skip(1).map(str::to_owned).collect()
}

/// The rows without what a restore changes on purpose.
fn released(rows: &[String]) -> Vec<String> {
    let mut in_outbox = false;
    let change = |row: &String| {
        if row.starts_with('{') {
            in_outbox = row.contains("\"outbox\"");
        }
        if in_outbox && row.starts_with('[') { row.replace(",5,\"no\",false]", ",null,\"no\",true]") } else { row.clone() }
    };
    rows.iter().map(change).collect()
}

async fn restored(url: &str, file: &[u8]) -> Db {
    let db = opened(url).await;
    backup::read(&db, file, Clock::default().now()).await.expect("is restored");
    db
}

async fn count(db: &Db, text: &'static str) -> i64 {
    Sql::new(text).one(&db.read).await.expect("counts").expect("a row").try_get("", "n").expect("a number")
}

#[tokio::test]
async fn every_table_and_column_is_in_the_backup() {
    let app = TestApp::empty().await;
    let db = opened(app.url()).await;
    let list = if db.is_postgres() {
        "SELECT CAST(table_name AS TEXT) AS t, CAST(column_name AS TEXT) AS c, CAST(data_type AS TEXT) AS k \
         FROM information_schema.columns WHERE table_schema = 'public'"
    } else {
        "SELECT m.name AS t, c.name AS c, c.type AS k FROM sqlite_master m JOIN pragma_table_info(m.name) c \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
    };
    let mut there: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in Sql::new(list).all(&db.read).await.expect("columns can be listed") {
        let text = |name: &str| row.try_get::<String>("", name).expect("text");
        there.entry(text("t")).or_default().insert((text("c"), text("k").to_lowercase()));
    }
    there.remove("seaql_migrations");
    for name in LEFT_OUT {
        assert!(there.remove(name).is_some(), "{name} is left out and not there");
    }
    let word = |kind: backup::Kind| match (kind, db.is_postgres()) {
        (backup::Kind::Id, true) => "uuid",
        (backup::Kind::Bytes, true) => "bytea",
        (backup::Kind::Id | backup::Kind::Bytes, false) => "blob",
        (backup::Kind::Text, _) => "text",
        (backup::Kind::Big, _) => "bigint",
        (backup::Kind::Small, _) => "integer",
        (backup::Kind::Bool, _) => "boolean",
    };
    let known: BTreeMap<String, BTreeSet<(String, String)>> = TABLES
        .iter()
        .map(|t| (t.name.to_owned(), t.columns.iter().map(|(name, kind)| ((*name).to_owned(), word(*kind).to_owned())).collect()))
        .collect();
    assert_eq!(known, there);
}

#[tokio::test]
async fn rows_go_over_and_back_between_both_databases_unchanged() {
    let app = full().await;
    let first = taken(&opened(app.url()).await).await;
    let folder = tempfile::tempdir().expect("a folder");
    // Over: always to SQLite. Back: to what the tests run on.
    let over = restored(&db::sqlite_url(folder.path()), &first).await;
    let second = taken(&over).await;
    assert_eq!(rows(&second), released(&rows(&first)));
    let target = TestApp::empty().await;
    let back = restored(target.url(), &second).await;
    let third = taken(&back).await;
    assert_eq!(rows(&third), rows(&second));

    let before = event::audit(&app.state.db).await.expect("audits");
    for db in [&over, &back] {
        let after = event::audit(&db.read).await.expect("audits");
        assert_eq!((after.broken, after.events, &after.head), (None, before.events, &before.head));
        assert_ne!(after.log_id, before.log_id, "streams of the old log must not go on in the new one");
        assert_eq!(count(db, "SELECT COUNT(*) AS n FROM session").await, 0);
        assert_eq!(count(db, "SELECT COUNT(*) AS n FROM one_time_token").await, 0);
        assert_eq!(count(db, "SELECT COUNT(*) AS n FROM outbox WHERE NOT held").await, 0);
    }
    let present: BTreeSet<&str> = TABLES.iter().map(|t| t.name).collect();
    for table in present {
        let at = rows(&first).iter().position(|line| line == &format!("{{\"table\":\"{table}\"}}")).expect("named");
        assert!(rows(&first)[at + 1].starts_with('['), "the test has no row in {table}");
    }
}

#[tokio::test]
async fn nothing_is_restored_over_data() {
    let app = full().await;
    let file = taken(&opened(app.url()).await).await;
    let before = app.fingerprint().await;
    let db = opened(app.url()).await;
    let error = backup::read(&db, file.as_slice(), Clock::default().now()).await.expect_err("refused");
    assert!(matches!(&error, Error::Internal(text) if text.contains("already holds data")), "{error}");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn a_broken_backup_restores_nothing() {
    let app = full().await;
    let whole = taken(&opened(app.url()).await).await;
    let text = {
        let mut text = String::new();
        zstd::Decoder::new(whole.as_slice()).expect("zstd").read_to_string(&mut text).expect("UTF-8");
        text
    };
    let packed = |text: &str| zstd::encode_all(text.as_bytes(), 1).expect("zstd");
    let without = |word: &str| {
        let at = text.lines().position(|l| l.starts_with('[') && l.contains(word)).expect("a row");
        packed(&text.lines().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| format!("{l}\n")).collect::<String>())
    };
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x40;
    let cases = [
        ("cut off", whole[..whole.len() - 20].to_vec()),
        ("a bit turned", flipped),
        ("a row taken out", without("Lê Văn Mười")),
        ("history rewritten", packed(&text.replacen("Đại Nam", "Đại Bắc", 1))),
        ("another format", packed(&text.replacen("\"format\":1", "\"format\":9", 1))),
        ("another schema", packed(&text.replacen("\"schema\":\"", "\"schema\":\"later_", 1))),
        ("not a backup", b"PK\x03\x04".to_vec()),
        ("nothing", Vec::new()),
    ];
    for (what, file) in cases {
        let target = TestApp::empty().await;
        let before = target.fingerprint().await;
        let db = opened(target.url()).await;
        assert!(backup::read(&db, file.as_slice(), Clock::default().now()).await.is_err(), "{what}");
        assert_eq!(target.fingerprint().await, before, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_do_it_beside_a_running_server() {
    let app = full().await;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("muster.backup");
    let file = file.to_str().expect("UTF-8");
    let (done, taken, error) = muster(&["backup", file, "--json"], app.url());
    assert!(done, "{error}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(file).expect("there").permissions().mode() & 0o777, 0o600);
    }
    let target = tempfile::tempdir().expect("a folder");
    let target = db::sqlite_url(target.path());
    let (done, restored, error) = muster(&["restore", file, "--json"], &target);
    assert!(done, "{error}");
    assert_eq!((&restored["events"], &restored["head"], &restored["rows"]), (&taken["events"], &taken["head"], &taken["rows"]));
    assert_eq!(restored["held"], 1);
    let (done, audit, error) = muster(&["audit", "verify", "--json"], &target);
    assert!(done, "{error}");
    assert_eq!((&audit["head"], &audit["log_id"]), (&taken["head"], &restored["log_id"]));
    for released in [1, 0] {
        let (done, said, error) = muster(&["outbox", "release", "--json"], &target);
        assert!(done, "{error}");
        assert_eq!(said["released"], released);
    }
    let (done, _, error) = muster(&["restore", file], &target);
    assert!(!done && error.contains("already holds data"), "{error}");
    let missing = tempfile::tempdir().expect("a folder");
    let (done, _, error) = muster(&["backup", file], &db::sqlite_url(missing.path()));
    assert!(!done && error.contains("there is no database"), "{error}");
    assert!(!missing.path().join("muster.db").exists(), "a mistake makes no database");
}
