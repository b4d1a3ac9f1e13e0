//! Finding records by a few letters.

use serde_json::{Value, json};

use crate::support::{TestApp, Who, id};

async fn account(app: &TestApp, who: Who, name: &str, phone: &str) -> Value {
    app.as_(who).post("/api/accounts", json!({ "kind": "company", "name": name, "city": "Huế", "phone": phone })).await.expect(201).json
}

async fn titles(app: &TestApp, who: Who, query: &str) -> Vec<String> {
    let hits = app.as_(who).get(&format!("/api/search?q={query}")).await.ok();
    hits.as_array()
        .expect("hits")
        .iter()
        .map(|h| format!("{} {}", h["kind"].as_str().expect("a kind"), h["title"].as_str().expect("a title")))
        .collect()
}

#[tokio::test]
async fn mine_and_the_newest_come_first() {
    let app = TestApp::new().await;
    account(&app, Who::Rep, "Sao Mai", "").await;
    account(&app, Who::Mate, "Sao Hôm", "").await;
    let newest = account(&app, Who::Mate, "Sao Khuê", "").await;
    let contact = json!({ "account_id": newest["id"], "name": "Trần Sao" });
    app.as_(Who::Mate).post("/api/contacts", contact).await.expect(201);
    assert_eq!(titles(&app, Who::Rep, "sao").await, ["account Sao Mai", "contact Trần Sao", "account Sao Khuê", "account Sao Hôm"]);
    // The city counts too: Huế.
    assert_eq!(titles(&app, Who::Rep, "sao%20h").await, ["account Sao Mai", "account Sao Khuê", "account Sao Hôm"]);
    assert_eq!(titles(&app, Who::Rep, "sao%20ho").await, ["account Sao Hôm"]);
}

#[tokio::test]
async fn all_words_count_with_and_without_diacritics() {
    let app = TestApp::new().await;
    account(&app, Who::Rep, "Công ty Đại Nam", "+84 903 123 456").await;
    account(&app, Who::Rep, "Công ty Ánh Dương", "").await;
    for query in ["dai", "%C4%90%E1%BA%A1i", "nam%20cong", "DAI%20NAM", "3456", "123%20456", "0903123456", "%2B84903123456"] {
        assert_eq!(titles(&app, Who::Rep, query).await, ["account Công ty Đại Nam"], "{query}");
    }
    for query in ["dai%20duong", "xyz", "", "%20", "%25", "90312"] {
        assert_eq!(titles(&app, Who::Rep, query).await, [""; 0], "{query}");
    }
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_see() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai", "+84 903 123 456").await;
    let amount = json!({ "minor": 5_000_000, "currency": "VND" });
    let deal = json!({ "name": "Sao Mai taxis", "account_id": account["id"], "amount": amount, "close_day": "2027-03-31" });
    app.as_(Who::Rep).post("/api/opportunities", deal).await.expect(201);
    for who in [Who::Rep, Who::Mate, Who::Manager, Who::Director, Who::Marketing, Who::Admin] {
        let mut found = titles(&app, who, "sao").await;
        // One of the administrators is called the same.
        found.retain(|t| !t.starts_with("user"));
        assert_eq!(found, ["opportunity Sao Mai taxis", "account Sao Mai"], "{who:?}");
    }
    for who in [Who::Outsider, Who::Hr, Who::DealerAdmin, Who::OpenRep] {
        assert_eq!(titles(&app, who, "sao").await, [""; 0], "{who:?}");
        assert_eq!(titles(&app, who, "123456").await, [""; 0], "{who:?}");
    }
    app.as_(Who::Nobody).get("/api/search?q=sao").await.refused(401, "unauthenticated");
    app.as_(Who::Deactivated).get("/api/search?q=sao").await.refused(401, "unauthenticated");
}

#[tokio::test]
async fn colleagues_are_found_at_ones_own_dealer() {
    let app = TestApp::new().await;
    assert_eq!(titles(&app, Who::Rep, "huong").await, ["user Lê Thị Hương"]);
    assert_eq!(titles(&app, Who::Rep, "duc%20pham").await, ["user Phạm Văn Đức"]);
    assert_eq!(titles(&app, Who::DealerRep, "huong").await, [""; 0]);
    // Who left is not offered.
    assert_eq!(titles(&app, Who::Rep, "long").await, [""; 0]);
    let me = app.as_(Who::Rep).get("/api/search?q=minh%20anh").await.ok();
    assert_eq!((&me[0]["mine"], &me[0]["id"]), (&json!(true), &json!(app.world.user(Who::Rep))));
}

#[tokio::test]
async fn words_follow_changes_and_the_trash() {
    let app = TestApp::new().await;
    let account = account(&app, Who::Rep, "Sao Mai", "").await;
    let path = format!("/api/accounts/{}", id(&account));
    app.as_(Who::Rep).patch(&path, 1, json!({ "name": "Bình Minh" })).await.expect(200);
    assert_eq!(titles(&app, Who::Rep, "mai").await, ["user Vũ Mai Khanh"]);
    assert_eq!(titles(&app, Who::Rep, "binh%20m").await, ["account Bình Minh"]);
    app.as_(Who::Rep).delete(&path, 2).await.expect(200);
    assert_eq!(titles(&app, Who::Rep, "binh%20m").await, [""; 0]);
}

#[tokio::test]
async fn words_that_thousands_have_still_find_mine_first() {
    let app = TestApp::new().await;
    let old = account(&app, Who::Rep, "Taxi Vàng", "").await;
    let template: muster_shared::account::Account = serde_json::from_value(account(&app, Who::Mate, "Taxi", "").await).expect("an account");
    app.state
        .writer
        .run(muster_shared::event::Actor::System, move |tx| {
            Box::pin(async move {
                let many: Vec<_> = (0..2_500)
                    .map(|i| muster_shared::account::Account { id: tx.new_id().into(), name: format!("Taxi {i}"), ..template.clone() })
                    .collect();
                muster_server::account::row::insert_many(tx, &many).await
            })
        })
        .await
        .expect("inserted");
    let hits = app.as_(Who::Rep).get("/api/search?q=tax&limit=5").await.ok();
    assert_eq!(hits[0]["id"], old["id"]);
    assert_eq!(hits[1]["title"], "Taxi 2499");
    assert_eq!(titles(&app, Who::Rep, "taxi%20v").await, ["account Taxi Vàng"]);
    assert_eq!(titles(&app, Who::Rep, "taxi%20hu").await.len(), 8);
    let limits: Vec<_> = [0, 1_000].map(|n| format!("/api/search?q=taxi&limit={n}")).into();
    for limit in limits {
        assert!(app.as_(Who::Rep).get(&limit).await.ok().as_array().is_some_and(|h| (1..=50).contains(&h.len())));
    }
}
