//! Who sees and changes which deal.

use serde_json::{Value, json};

use super::{account, deal, move_to, path, record};
use crate::support::{TestApp, Who, id};

#[tokio::test]
async fn who_may_see_and_change_a_deal() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    let stage = json!({"stage_id": app.world.stages["proposal"]});
    for who in [Who::Mate, Who::Manager, Who::Director, Who::Marketing, Who::ProductManager, Who::Admin] {
        app.as_(who).get(&path(&card)).await.expect(200);
    }
    for who in [Who::Outsider, Who::DealerRep, Who::DealerManager, Who::DealerAdmin, Who::OpenRep] {
        let before = app.fingerprint().await;
        app.as_(who).get(&path(&card)).await.refused(404, "not-found");
        app.as_(who).get(&format!("{}/card", path(&card))).await.refused(404, "not-found");
        app.as_(who).get(&format!("{}/stays", path(&card))).await.refused(404, "not-found");
        app.as_(who).get(&format!("/api/events/opportunity/{}", id(&card))).await.refused(404, "not-found");
        app.as_(who).patch(&path(&card), 1, json!({"name": "x"})).await.refused(404, "not-found");
        move_to(&app, who, &card, 1, stage.clone()).await.refused(404, "not-found");
        assert_eq!(app.as_(who).get("/api/opportunities?q=fleet").await.ok()["total"], 0, "{who:?}");
        assert_eq!(app.as_(who).get("/api/board").await.ok()["columns"][0]["count"], 0, "{who:?}");
        assert_eq!(app.fingerprint().await, before);
    }
    for who in [Who::Nobody, Who::Deactivated] {
        app.as_(who).get(&path(&card)).await.refused(401, "unauthenticated");
    }
    app.as_(Who::Hr).get(&path(&card)).await.refused(403, "forbidden");
    move_to(&app, Who::Mate, &card, 1, stage.clone()).await.refused(403, "forbidden");
    app.as_(Who::Mate).patch(&path(&card), 1, json!({"name": "x"})).await.refused(403, "forbidden");
    move_to(&app, Who::Manager, &card, 1, stage).await.expect(200);
}

#[tokio::test]
async fn only_who_may_assign_hands_a_deal_over_and_the_new_owner_brings_their_team() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Fleet", 7).await;
    app.as_(Who::Rep).patch(&path(&card), 1, json!({"owner_id": app.world.user(Who::Mate)})).await.refused(403, "forbidden");
    app.as_(Who::Manager).patch(&path(&card), 1, json!({"owner_id": app.world.user(Who::Outsider)})).await.refused(403, "forbidden");
    app.as_(Who::Director).patch(&path(&card), 1, json!({"owner_id": app.world.user(Who::Outsider)})).await.expect(200);
    let view = app.as_(Who::Outsider).get(&path(&card)).await.ok();
    assert_eq!((&view["team_name"], &view["can_write"]), (&json!("North"), &json!(true)));
    app.as_(Who::Rep).get(&path(&card)).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_secret_link_shows_one_purchase_and_nothing_else() {
    let app = TestApp::new().await;
    let card = record(&app, Who::Rep, "Your Vega", 7).await;
    let deal = id(&card).parse().expect("an id");
    app.state
        .writer
        .run(muster_shared::event::Actor::System, move |tx| {
            Box::pin(async move {
                use muster_server::record::Record as _;
                let deal = muster_shared::opportunity::Opportunity::load(tx.db(), deal).await?.expect("it is there");
                let expires = tx.now.plus_ms(60_000);
                muster_server::opportunity::follow::create_link(tx, &deal, "a-secret", expires).await
            })
        })
        .await
        .expect("a link");
    let follow = app.as_(Who::Nobody).get("/api/follow/a-secret").await.expect(200).ok();
    assert_eq!(
        (&follow["name"], &follow["dealer"], &follow["steps"][0]["current"]),
        (&json!("Your Vega"), &json!("Aurora Motors"), &json!(true))
    );
    assert_eq!(follow["amount"], Value::Null);
    app.as_(Who::Nobody).get("/api/follow/another").await.refused(404, "not-found");
    app.state.clock.shift(61_000);
    app.as_(Who::Nobody).get("/api/follow/a-secret").await.refused(404, "not-found");
    for _ in 0..40 {
        app.as_(Who::Nobody).get("/api/follow/guess").await;
    }
    app.as_(Who::Nobody).get("/api/follow/guess").await.refused(429, "throttled");
}

#[tokio::test]
async fn an_open_contract_shows_a_dealers_deals_to_the_maker_and_to_no_other_dealer() {
    let app = TestApp::new().await;
    let account = account(&app, Who::OpenRep, "Autohof Nord").await;
    let card = app.as_(Who::OpenRep).post("/api/opportunities", deal(&account, "Vans", 5, "EUR")).await.ok()["card"].clone();
    app.as_(Who::Admin).get(&path(&card)).await.expect(200);
    assert_eq!(app.as_(Who::Admin).get("/api/opportunities?q=vans").await.ok()["total"], 1);
    // The scope "all" at a dealer ends at that dealer.
    let admin = app.world.roles["admin"];
    let user = app.world.user(Who::DealerRep);
    app.state
        .writer
        .run(muster_shared::event::Actor::System, move |tx| {
            Box::pin(async move {
                let mut sql = muster_server::sql::Sql::new("INSERT INTO user_role (user_id, role_id) VALUES ");
                sql.rows([()], |v, ()| v.extend([user.into(), admin.into()]));
                Ok(sql.run(tx.db()).await?)
            })
        })
        .await
        .expect("a role");
    app.as_(Who::DealerRep).get(&path(&card)).await.refused(404, "not-found");
    assert_eq!(app.as_(Who::DealerRep).get("/api/opportunities?q=vans").await.ok()["total"], 0);
    for who in [Who::Rep, Who::Manager, Who::Director, Who::Marketing] {
        app.as_(who).get(&path(&card)).await.refused(404, "not-found");
    }
}
