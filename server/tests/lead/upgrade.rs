//! Databases from before there were requests.

use std::collections::BTreeMap;

use muster_server::clock::Clock;
use muster_server::migration::Migrator;
use muster_server::sql::Sql;
use muster_server::{db, serve};
use sea_orm_migration::MigratorTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::Database;

/// Migrations before the one that brought requests.
const BEFORE: u32 = 4;

async fn insert(db: &db::Db, text: &'static str, values: Vec<sea_orm::Value>) {
    let mut sql = Sql::new(text);
    sql.rows([values], |v, row| v.extend(row));
    sql.run(&db.write).await.expect("inserts");
}

#[tokio::test]
async fn who_may_change_deals_may_answer_requests_after_it() {
    let database = Database::blank().await;
    let db = db::open(&database.url, false).await.expect("opens");
    Migrator::up(&db.write, Some(BEFORE)).await.expect("migrates");
    let role = "INSERT INTO role (id, version, name, grants, shipped) VALUES ";
    for (name, grants, shipped) in [
        ("rep", json!({ "opportunity.read": "team", "opportunity.write": "own" }), true),
        ("marketing", json!({ "opportunity.read": "dealer", "campaign.manage": "dealer" }), true),
        ("service", json!({ "opportunity.read": "dealer" }), true),
        ("own", json!({ "opportunity.write": "all" }), false),
    ] {
        insert(&db, role, vec![Uuid::now_v7().into(), 1_i64.into(), name.into(), grants.to_string().into(), shipped.into()]).await;
    }
    serve::migrate(&db, Clock::default().now()).await.expect("migrates the rest");
    let mut found: BTreeMap<String, (Value, Value)> = BTreeMap::new();
    for row in Sql::new("SELECT name, grants FROM role").all(&db.read).await.expect("roles") {
        let grants: String = row.try_get("", "grants").expect("text");
        let grants: Value = serde_json::from_str(&grants).expect("JSON");
        found.insert(row.try_get("", "name").expect("text"), (grants["lead.read"].clone(), grants["lead.write"].clone()));
    }
    assert_eq!(found["rep"], (json!("team"), json!("own")));
    assert_eq!(found["marketing"], (json!("dealer"), Value::Null));
    assert_eq!(found["service"], (Value::Null, Value::Null));
    // What a company arranged itself stays as it is.
    assert_eq!(found["own"], (Value::Null, Value::Null));
}

#[tokio::test]
async fn links_to_deals_lead_on_after_it() {
    let database = Database::blank().await;
    let db = db::open(&database.url, false).await.expect("opens");
    Migrator::up(&db.write, Some(BEFORE)).await.expect("migrates");
    let [dealer, user, account, pipeline, stage, deal, link] = [(); 7].map(|()| Uuid::now_v7());
    let (text, one): (fn(&str) -> sea_orm::Value, sea_orm::Value) = (|text| text.into(), 1_i64.into());
    let rows: [(&'static str, Vec<sea_orm::Value>); 7] = [
        (
            "INSERT INTO dealer (id, version, name, maker, contract) VALUES ",
            vec![dealer.into(), one.clone(), text("D"), true.into(), text("closed")],
        ),
        (
            "INSERT INTO app_user (id, version, dealer_id, name, name_key, mail, mail_key, title, lang, zone, active, created_at) VALUES ",
            vec![
                user.into(),
                one.clone(),
                dealer.into(),
                text("U"),
                text("u"),
                text("u@d.vn"),
                text("u@d.vn"),
                text(""),
                text("vi"),
                text("UTC"),
                true.into(),
                one.clone(),
            ],
        ),
        (
            "INSERT INTO account (id, version, dealer_id, kind, name, name_key, segment, mail, phone, website, street, city, city_key, country, \
             note, owner_id, custom, created_at, updated_at) VALUES ",
            [account.into(), one.clone(), dealer.into(), text("person")]
                .into_iter()
                .chain(["A", "a", "", "", "", "", "", "", "", "", ""].map(text))
                .chain([user.into(), text("{}"), one.clone(), one.clone()])
                .collect(),
        ),
        (
            "INSERT INTO pipeline (id, version, dealer_id, name, position) VALUES ",
            vec![pipeline.into(), one.clone(), dealer.into(), text("{}"), 0_i32.into()],
        ),
        (
            "INSERT INTO stage (id, version, dealer_id, pipeline_id, name, position, kind, probability, category, archived) VALUES ",
            vec![
                stage.into(),
                one.clone(),
                dealer.into(),
                pipeline.into(),
                text("{}"),
                0_i32.into(),
                text("open"),
                10_i32.into(),
                text("pipeline"),
                false.into(),
            ],
        ),
        (
            "INSERT INTO opportunity (id, version, dealer_id, name, name_key, account_id, pipeline_id, stage_id, amount_minor, currency, close_day, \
             owner_id, next_step, stage_since, competitor, custom, created_at, updated_at) VALUES ",
            vec![
                deal.into(),
                one.clone(),
                dealer.into(),
                text("O"),
                text("o"),
                account.into(),
                pipeline.into(),
                stage.into(),
                one.clone(),
                text("VND"),
                20_000_i32.into(),
                user.into(),
                text(""),
                one.clone(),
                text(""),
                text("{}"),
                one.clone(),
                one.clone(),
            ],
        ),
        (
            "INSERT INTO secret_link (id, version, token_hash, dealer_id, opportunity_id, expires_at) VALUES ",
            vec![
                link.into(),
                one.clone(),
                muster_server::identity::subjects::token_hash("old").to_vec().into(),
                dealer.into(),
                deal.into(),
                i64::MAX.into(),
            ],
        ),
    ];
    for (text, values) in rows {
        insert(&db, text, values).await;
    }
    serve::migrate(&db, Clock::default().now()).await.expect("migrates the rest");
    let now = Clock::default().now();
    let holder = muster_server::opportunity::follow::subject(&db.read, "old", now).await.expect("reads").expect("the link is there");
    assert_eq!((holder.id.0, holder.opportunity_id.0), (link, deal));
    assert_eq!(muster_server::lead::links::holder(&db.read, "old", now).await.expect("reads"), None);
}
