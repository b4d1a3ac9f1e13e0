//! The shop: what is in it, its files, and the rules behind a "no".

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Shop, TestApp, Who, van};

#[tokio::test]
async fn a_market_has_its_models_at_its_prices() {
    let app = TestApp::new().await;
    let nobody = app.as_(Who::Nobody);
    let empty = nobody.get("/api/shop").await.ok();
    assert_eq!((&empty["market"], &empty["models"]), (&Value::Null, &json!([])));
    let shop = Shop::open(&app).await;
    let vietnam = nobody.get("/api/shop").await.ok();
    assert_eq!(vietnam["market"]["code"], "vn");
    assert_eq!(vietnam["markets"].as_array().map(Vec::len), Some(2));
    assert_eq!(vietnam["models"][0]["from_price"], 500_000_000);
    assert_eq!(vietnam["models"][0]["offer"], shop.vn);
    let europe = nobody.get("/api/shop?market=eu").await.ok();
    assert_eq!((&europe["models"][0]["currency"], &europe["models"][0]["from_price"]), (&json!("EUR"), &json!(2_000_000)));
    nobody.get("/api/shop?market=moon").await.refused(404, "not-found");
    nobody.get("/api/shop?planet=moon").await.refused(400, "malformed");
    app.audit().await;
}

#[tokio::test]
async fn the_newest_version_is_in_the_shop_and_the_old_one_keeps_its_files() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let newer = shop.publish_newer(&app).await;
    let nobody = app.as_(Who::Nobody);
    let models = nobody.get("/api/shop").await.ok()["models"].clone();
    assert_eq!(models.as_array().map(Vec::len), Some(1));
    assert_eq!((&models[0]["offer"], &models[0]["from_price"]), (&json!(newer.vn), &json!(5_000_000_000_i64)));
    let old = nobody.get(&format!("/api/files/{}", shop.vn)).await.ok();
    assert_eq!((&old["base"], &old["currency"]), (&json!(500_000_000), &json!("VND")));
    // A customer's offer says nothing of rules.
    assert!(!old.to_string().contains("Electric cars"));
}

#[tokio::test]
async fn files_are_kept_by_browsers_for_ever_and_models_are_nothing_for_customers() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let nobody = app.as_(Who::Nobody);
    let diagram = shop.version.diagram.clone().expect("it is published");
    let answer = nobody.open(Method::GET, &format!("/api/files/{diagram}"), None).await;
    assert_eq!(answer.headers()["content-type"], "application/octet-stream");
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    for hidden in [shop.version.body.as_str(), "0", "%00", "..%2F..%2Fetc", &"f".repeat(64)] {
        nobody.get(&format!("/api/files/{hidden}")).await.refused(404, "not-found");
        app.as_(Who::Admin).get(&format!("/api/files/{hidden}")).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn the_rules_behind_a_no_speak_for_themselves() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let ask = |choices: Value, group: &str, option: &str| json!({ "version_id": shop.version.id, "market": "vn", "choices": choices, "group": group, "option": option });
    let nobody = app.as_(Who::Nobody);
    let path = "/api/shop/reasons";
    let electric = nobody.post(path, ask(json!({ "gearbox": "manual", "paint": "white" }), "engine", "electric")).await.ok();
    assert_eq!(electric, json!({ "sentences": [{ "en": "Electric cars shift by themselves.", "vi": "Xe điện tự sang số." }] }));
    // Possible, and what only the market decides.
    for (choices, group, option) in [(json!({}), "engine", "electric"), (json!({}), "paint", "pearl")] {
        assert_eq!(nobody.post(path, ask(choices, group, option)).await.ok(), json!({ "sentences": [] }));
    }
    nobody.post(path, ask(json!({ "gearbox": "cvt" }), "engine", "diesel")).await.wrong("choices", "not-in-model");
    nobody.post(path, ask(json!({}), "<script>", "x")).await.wrong("group", "not-in-model");
    let mut elsewhere = ask(json!({}), "engine", "diesel");
    elsewhere["market"] = json!("moon");
    nobody.post(path, elsewhere).await.wrong("market", "not-in-model");
    let mut unknown = ask(json!({}), "engine", "diesel");
    unknown["more"] = json!(1);
    nobody.post(path, unknown).await.refused(400, "malformed");
}

#[tokio::test]
async fn a_model_that_does_not_hold_is_not_published() {
    let mut model = van(1);
    model.rules[0].condition = "engine = steam".to_owned();
    let refused = muster_server::catalog::publish::compile_model(&model);
    assert!(format!("{:?}", refused.expect_err("it is not sound")).contains("rules.0.condition"));
    let mut model = van(1);
    model.rules[0].condition = "false".to_owned();
    assert!(
        format!("{:?}", muster_server::catalog::publish::compile_model(&model).expect_err("nothing can be built"))
            .contains("contradiction")
    );
}
