//! The list of deals: pages, orders, filters.

use serde_json::{Value, json};

use super::{account, amounts, deal};
use crate::support::{TestApp, Who};

#[tokio::test]
async fn the_list_pages_sorts_and_counts() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai").await;
    let rep = app.as_(Who::Rep);
    for (name, minor) in [("Bravo", 3), ("alpha", 1), ("Đelta", 2)] {
        rep.post("/api/opportunities", deal(&account, name, minor, "VND")).await.expect(201);
    }
    let names = |page: &Value| -> Vec<String> {
        page["items"].as_array().expect("items").iter().map(|c| c["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(&rep.get("/api/opportunities?sort=name").await.ok()), ["alpha", "Bravo", "Đelta"]);
    let page = rep.get("/api/opportunities?sort=-amount&limit=2").await.ok();
    assert_eq!((names(&page), &page["total"]), (vec!["Bravo".to_owned(), "Đelta".to_owned()], &json!(3)));
    let after = page["next"].as_str().expect("more");
    let rest = rep.get(&format!("/api/opportunities?sort=-amount&limit=2&after={after}")).await.ok();
    assert_eq!((names(&rest), &rest["next"]), (vec!["alpha".to_owned()], &Value::Null));
    for (query, total) in [
        ("state=open", 3),
        ("state=won", 0),
        ("currency=EUR", 0),
        ("q=delta", 1),
        ("q=sao%20mai", 3),
        (&format!("account={account}"), 3),
        (&format!("stage={}", app.world.stages["won"]), 0),
        (&format!("owner={}", app.world.user(Who::Mate)), 0),
    ] {
        assert_eq!(rep.get(&format!("/api/opportunities?{query}")).await.ok()["total"], total, "{query}");
    }
    rep.get("/api/opportunities?sort=owner").await.wrong("sort", "unknown");
    rep.get("/api/opportunities?color=red").await.refused(400, "malformed");
}

#[tokio::test]
async fn the_list_orders_amounts_by_what_they_are_worth_today() {
    let app = TestApp::new().await;
    let rep = app.as_(Who::Rep);
    amounts(&app).await;
    let pages = async |query: &str| {
        let (mut names, mut after) = (Vec::new(), String::new());
        loop {
            let page = rep.get(&format!("/api/opportunities?{query}&limit=1{after}")).await.ok();
            names.push(page["items"][0]["name"].as_str().expect("a name").to_owned());
            let Some(next) = page["next"].as_str() else { return names };
            after = format!("&after={next}");
        }
    };
    assert_eq!(pages("sort=-amount").await, ["euro", "dollar", "same", "dong"], "one page a deal");
    assert_eq!(pages("sort=amount").await, ["dong", "same", "dollar", "euro"]);
    assert_eq!(pages("sort=-amount&state=open").await, ["euro", "dollar", "same", "dong"]);
    assert_eq!(pages("sort=amount,-name").await, ["same", "dong", "dollar", "euro"]);
    assert_eq!(pages("sort=-amount&currency=VND").await, ["same", "dong"]);
    assert_eq!(pages("sort=-amount,name,close_day,stage_since").await, ["euro", "dollar", "dong", "same"]);
    rep.get("/api/opportunities?sort=worth").await.wrong("sort", "unknown");
    let today = rep.get("/api/session").await.ok()["today"].clone();
    let rates = json!({ "rates": [{ "currency": "EUR", "day": today, "nano": 10_000_000_000_000_i64 }] });
    app.as_(Who::Admin).post("/api/rates", rates).await.expect(204);
    assert_eq!(pages("sort=-amount").await, ["dollar", "same", "dong", "euro"], "a new rate orders anew");
}
