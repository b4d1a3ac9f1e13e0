//! Boards: what they count, order and leave out.

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use super::{account, amounts, deal, record};
use crate::support::{TestApp, Who};

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
    amounts(&app).await;
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
async fn sums_and_orders_are_read_from_indexes_alone() {
    let app = TestApp::new().await;
    if app.state.db.get_database_backend() != sea_orm::DbBackend::Sqlite {
        // PostgreSQL weighs how many rows there are, and here are none.
        return;
    }
    let open = "o.deleted_at IS NULL AND o.closed_at IS NULL AND COALESCE(o.dealer_id, o.dealer_id) = x'00' AND o.team_id IN (x'01')";
    let live = "o.deleted_at IS NULL AND o.dealer_id = x'00' AND (o.owner_id = x'01' OR o.team_id IN (x'02'))";
    for (query, index, is_ordered) in [
        (
            format!(
                "SELECT o.stage_id, o.currency, o.probability, COUNT(*), SUM(o.amount_minor) FROM opportunity o WHERE o.pipeline_id = x'00' AND {open} \
                     GROUP BY o.stage_id, o.currency, o.probability ORDER BY o.stage_id, o.currency, o.probability"
            ),
            "opportunity_sums",
            true,
        ),
        (
            format!(
                "SELECT o.id FROM opportunity o WHERE o.pipeline_id = x'00' AND o.stage_id = x'00' AND {open} \
                     ORDER BY o.attention_at NULLS LAST, o.id LIMIT 101"
            ),
            "opportunity_board",
            true,
        ),
        (
            format!("SELECT o.id FROM opportunity o WHERE {live} ORDER BY o.attention_at NULLS LAST, o.id LIMIT 51"),
            "opportunity_attention",
            true,
        ),
        (
            format!("SELECT o.id FROM opportunity o WHERE {live} AND o.currency = 'VND' ORDER BY o.amount_minor, o.id LIMIT 51"),
            "opportunity_amount",
            true,
        ),
        (
            format!("SELECT o.id FROM opportunity o WHERE {live} ORDER BY o.currency || o.amount_minor, o.id LIMIT 51"),
            "opportunity_amount",
            false,
        ),
    ] {
        let explain = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {query}"));
        let rows = app.state.db.query_all_raw(explain).await.expect("a plan");
        let plan: Vec<String> = rows.iter().map(|r| r.try_get("", "detail").expect("a step")).collect();
        assert!(plan.iter().any(|step| step.contains(&format!("USING COVERING INDEX {index} "))), "{query}: {plan:?}");
        assert_eq!(plan.iter().all(|step| !step.contains("TEMP B-TREE")), is_ordered, "{query}: {plan:?}");
    }
}
