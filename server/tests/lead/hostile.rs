//! What no honest browser sends.

use serde_json::{Value, json};

use super::{all, ask, only};
use crate::support::{Shop, TestApp, Who, van};

#[tokio::test]
async fn nothing_is_believed_unchecked_and_refusals_leave_no_trace() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let other = Shop::publish(&app, "truck", &van(2)).await;
    let with = |field: &str, value: Value| {
        let mut body = shop.request("Mai", "0903 123 456");
        body[field] = value;
        body
    };
    let choice = |group: &str, option: &str| json!({ "group": group, "option": option });
    let before = app.fingerprint().await;
    for (field, value, wrong, code) in [
        ("consent", json!(false), "consent", "required"),
        ("name", json!(" "), "name", "required"),
        ("phone", json!(""), "phone", "phone-or-mail"),
        ("place", json!(""), "place", "required"),
        ("market", json!("us"), "market", "not-found"),
        // The offer of another market.
        ("market", json!("eu"), "offer", "other-market"),
        ("offer", json!(shop.eu), "offer", "other-market"),
        ("offer", json!("ab".repeat(32)), "offer", "other-version"),
        // Another model's version and files.
        ("version_id", json!(other.version.id), "version_id", "other-model"),
        ("version_id", json!(uuid::Uuid::now_v7()), "version_id", "not-found"),
        ("offer", json!(other.vn), "offer", "other-version"),
        // A file that is no offer at all.
        ("offer", json!(shop.version.diagram), "offer", "other-version"),
        ("offer", json!(shop.version.body), "offer", "other-version"),
        ("model", json!("truck"), "version_id", "other-model"),
        ("province", json!("berlin"), "province", "not-found"),
        ("choices", json!([choice("paint", "pearl")]), "choices.0", "not-sold-here"),
        ("choices", json!([choice("engine", "steam")]), "choices.0", "not-in-model"),
        ("choices", json!([choice("market", "eu")]), "choices.0", "not-in-model"),
        ("choices", json!([choice("engine", "electric"), choice("gearbox", "manual")]), "choices", "impossible"),
        ("choices", json!([choice("engine", "diesel"), choice("engine", "petrol")]), "choices.1", "taken"),
        ("choices", json!(vec![choice("engine", "diesel"); 501]), "choices", "too-many"),
        ("dealer_id", json!(uuid::Uuid::nil()), "dealer_id", "not-found"),
    ] {
        ask(&app, with(field, value)).await.wrong(wrong, code);
    }
    assert_eq!(app.fingerprint().await, before);
    assert_eq!(all(&app).await.len(), 0);
}

#[tokio::test]
async fn bodies_are_bounded_and_read_strictly() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let mut body = shop.request("Mai", "0903 123 456");
    body["owner_id"] = json!(app.world.user(Who::Rep));
    ask(&app, body).await.refused(400, "malformed");
    let mut body = shop.request("Mai", "0903 123 456");
    body["choices"][0]["price"] = json!(0);
    ask(&app, body).await.refused(400, "malformed");
    let mut body = shop.request("Mai", "0903 123 456");
    body["consent"] = json!("yes");
    ask(&app, body).await.refused(400, "malformed");
    let mut body = shop.request("Mai", "0903 123 456");
    body.as_object_mut().expect("fields").remove("consent");
    ask(&app, body).await.refused(400, "malformed");
    let mut body = shop.request("Mai", "0903 123 456");
    body["note"] = json!("x".repeat(70_000));
    ask(&app, body).await.refused(413, "too-large");
    let mut body = shop.request("Mai", "0903 123 456");
    body["choices"] = json!(vec![json!({ "group": "g", "option": "o" }); 5_000]);
    assert_eq!(ask(&app, body).await.status, 413);
    assert_eq!(all(&app).await.len(), 0);
}

#[tokio::test]
async fn the_browsers_price_changes_nothing() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    for (n, shown) in [json!(1), json!(i64::MAX), json!(-5), Value::Null].into_iter().enumerate() {
        let mut body = shop.request("Mai", &format!("09031234{n}0"));
        body["price_shown"] = shown.clone();
        let answer = ask(&app, body).await.expect(201).json;
        assert_eq!((&answer["price"]["minor"], &answer["price_differs"]), (&json!(543_000_000), &json!(!shown.is_null())));
    }
    assert!(all(&app).await.iter().all(|row| row["amount"]["minor"] == 543_000_000));
}

#[tokio::test]
async fn a_version_that_is_old_is_taken_and_said_to_be_and_one_that_never_was_is_not() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    let newer = shop.publish_newer(&app).await;
    let answer = ask(&app, shop.request("Mai", "0903 123 456")).await.expect(201).json;
    assert_eq!((&answer["is_outdated"], &answer["price"]["minor"]), (&json!(true), &json!(543_000_000)));
    let answer = ask(&app, newer.request("Lan", "0903 123 457")).await.expect(201).json;
    assert_eq!((&answer["is_outdated"], &answer["price_differs"]), (&json!(false), &json!(true)));
    let retire = |id: uuid::Uuid, state: &'static str| {
        app.state.writer.run(muster_shared::event::Actor::System, move |tx| {
            Box::pin(async move {
                let mut sql = muster_server::sql::Sql::new("UPDATE model_version SET state = ");
                sql.bind(state).push_bind(" WHERE id = ", id);
                Ok(sql.run(tx.db()).await?.rows_affected())
            })
        })
    };
    retire(shop.version.id.0, "retired").await.expect("a change");
    assert_eq!(ask(&app, shop.request("Hoa", "0903 123 458")).await.expect(201).json["is_outdated"], true);
    retire(shop.version.id.0, "checked").await.expect("a change");
    ask(&app, shop.request("Cúc", "0903 123 459")).await.wrong("version_id", "not-found");
}

#[tokio::test]
async fn an_address_has_ten_requests_an_hour() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    for n in 0..10 {
        ask(&app, shop.request("Mai", &format!("09031234{n}0"))).await.expect(201);
    }
    let refused = ask(&app, shop.request("Mai", "0903 555 555")).await.refused(429, "throttled");
    let wait: i64 = refused.header("retry-after").and_then(|text| text.parse().ok()).expect("seconds");
    assert!((3_000..=3_600).contains(&wait), "{wait}");
    assert_eq!(all(&app).await.len(), 10);
    app.state.clock.shift(3_600_000);
    ask(&app, shop.request("Mai", "0903 555 555")).await.expect(201);
}

#[tokio::test]
async fn refused_tries_are_counted_apart() {
    let app = TestApp::new().await;
    let shop = Shop::open(&app).await;
    for _ in 0..59 {
        ask(&app, shop.request("", "0903 123 456")).await.wrong("name", "required");
    }
    // Who mistyped a few times still gets through, who does nothing else does not.
    ask(&app, shop.request("Mai", "0903 123 456")).await.expect(201);
    ask(&app, shop.request("Mai", "0903 123 456")).await.refused(429, "throttled");
    only(&app).await;
}
