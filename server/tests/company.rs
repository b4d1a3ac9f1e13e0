//! Settings and rates.

use serde_json::json;

use crate::support::{TestApp, Who};

#[tokio::test]
async fn settings_are_read_by_all_and_changed_by_the_makers_administrator() {
    let app = TestApp::new().await;
    let company = app.as_(Who::DealerRep).get("/api/company").await.ok();
    assert_eq!((&company["name"], &company["currency"]), (&json!("Aurora Motors"), &json!("VND")));
    app.as_(Who::Nobody).get("/api/company").await.refused(401, "unauthenticated");
    app.as_(Who::DealerAdmin).patch("/api/company", 1, json!({ "name": "Mine" })).await.refused(403, "forbidden");
    let admin = app.as_(Who::Admin);
    admin.send(axum::http::Method::PATCH, "/api/company", Some("{}".into())).await.refused(428, "version-required");
    let changed = admin.patch("/api/company", 1, json!({ "contact_limit_days": 21 })).await.expect(200);
    assert_eq!((&changed.json["version"], &changed.json["contact_limit_days"]), (&json!(2), &json!(21)));
    assert!(changed.header("x-event-seq").is_some());
    admin.patch("/api/company", 1, json!({ "name": "Aurora" })).await.expect(200);
    let stale = admin.patch("/api/company", 1, json!({ "contact_limit_days": 7 })).await.refused(412, "stale");
    assert_eq!(stale.json["conflicts"][0]["theirs"], 21);
    app.audit().await;
}

#[tokio::test]
async fn wrong_settings_are_refused() {
    let app = TestApp::new().await;
    let before = app.fingerprint().await;
    let admin = app.as_(Who::Admin);
    for (patch, field, code) in [
        (json!({ "name": " " }), "name", "required"),
        (json!({ "languages": [] }), "languages", "required"),
        (json!({ "contact_limit_days": 0 }), "contact_limit_days", "out-of-range"),
        (json!({ "zone": "Asia/Nowhere" }), "zone", "not-a-zone"),
        (json!({ "hours": { "from": 1080, "to": 480 } }), "hours", "not-hours"),
        (json!({ "hours": { "from": 480, "to": 1441 } }), "hours", "not-hours"),
        (json!({ "mail_from": "nobody" }), "mail_from", "not-a-mail"),
        (json!({ "smtp_url": "http://example.com" }), "smtp_url", "not-a-mail-server"),
        (
            json!({ "calendar": { "zone": "UTC", "workdays": [false, false, false, false, false, false, false], "holidays": [] } }),
            "calendar.workdays",
            "required",
        ),
    ] {
        admin.patch("/api/company", 1, patch).await.wrong(field, code);
    }
    admin.patch("/api/company", 1, json!({ "currency": "EUR" })).await.refused(400, "malformed");
    admin.patch("/api/company", 1, json!({ "languages": ["xx"] })).await.refused(400, "malformed");
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn holidays_are_put_in_order_and_the_own_currency_is_no_further_one() {
    let app = TestApp::new().await;
    let calendar = json!({ "zone": "Asia/Ho_Chi_Minh", "workdays": [true, true, true, true, true, true, false],
        "holidays": ["2027-02-07", "2027-02-06", "2027-02-07"] });
    let patch = json!({ "calendar": calendar, "currencies": ["VND", "EUR"] });
    let company = app.as_(Who::Admin).patch("/api/company", 1, patch).await.ok();
    assert_eq!(company["calendar"]["holidays"], json!(["2027-02-06", "2027-02-07"]));
    assert_eq!(company["currencies"], json!(["EUR"]));
}

#[tokio::test]
async fn the_latest_rate_of_each_currency_holds() {
    let app = TestApp::new().await;
    let nano = |rates: &serde_json::Value, currency: &str| -> i64 {
        let rates = rates["rates"].as_array().expect("rates");
        rates.iter().find(|r| r["currency"] == currency).expect("a rate")["nano"].as_i64().expect("a number")
    };
    let rates = app.as_(Who::Rep).get("/api/rates").await.ok();
    assert_eq!((&rates["base"], nano(&rates, "EUR")), (&json!("VND"), 30_000_000_000_000));
    let today = app.as_(Who::Rep).get("/api/session").await.ok()["today"].clone();
    let new = |currency: &str, day: &serde_json::Value, nano: i64| json!({ "rates": [{ "currency": currency, "day": day, "nano": nano }] });
    let admin = app.as_(Who::Admin);
    let written = admin.post("/api/rates", new("EUR", &today, 31_000_000_000_000)).await.expect(204);
    assert!(written.header("x-event-seq").is_some());
    admin.post("/api/rates", new("GBP", &json!("2090-01-01"), 1)).await.expect(204);
    let rates = app.as_(Who::Rep).get("/api/rates").await.ok();
    assert_eq!(nano(&rates, "EUR"), 31_000_000_000_000);
    assert_eq!(nano(&rates, "GBP"), 33_000_000_000_000, "a rate of the future does not hold yet");
    // The same day again takes the older one's place.
    admin.post("/api/rates", new("EUR", &today, 32_000_000_000_000)).await.expect(204);
    assert_eq!(nano(&app.as_(Who::Rep).get("/api/rates").await.ok(), "EUR"), 32_000_000_000_000);
    admin.post("/api/rates", json!({ "rates": [] })).await.wrong("rates", "required");
    admin.post("/api/rates", new("JPY", &today, 1)).await.wrong("rates.0.currency", "not-found");
    admin.post("/api/rates", new("EUR", &today, 0)).await.wrong("rates.0.nano", "out-of-range");
    admin.post("/api/rates", new("EUR", &json!("2026-02-30"), 1)).await.refused(400, "malformed");
    app.as_(Who::DealerAdmin).post("/api/rates", new("EUR", &today, 1)).await.refused(403, "forbidden");
    app.audit().await;
}

#[tokio::test]
async fn working_hours_are_changed_beside_everything_else() {
    let app = TestApp::new().await;
    let admin = app.as_(Who::Admin);
    assert_eq!(admin.get("/api/company").await.ok()["hours"], json!({ "from": 480, "to": 1080 }));
    let company = admin.patch("/api/company", 1, json!({ "hours": { "from": 540, "to": 1440 } })).await.ok();
    assert_eq!(company["hours"], json!({ "from": 540, "to": 1440 }));
    // Made from the version before, of other fields.
    let company = admin.patch("/api/company", 1, json!({ "contact_limit_days": 21 })).await.ok();
    assert_eq!((&company["hours"]["from"], &company["contact_limit_days"]), (&json!(540), &json!(21)));
    let stale = admin.patch("/api/company", 1, json!({ "hours": { "from": 420, "to": 960 } })).await.refused(412, "stale");
    assert_eq!(stale.json["conflicts"][0]["field"], "hours");
}
