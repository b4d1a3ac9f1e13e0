//! The product manager's work: drafts of several people, checks, publication, previews, prices, reports.

use std::collections::BTreeMap;

use axum::http::Method;
use muster_server::clock::Clock;
use muster_server::migration::Migrator;
use muster_server::sql::Sql;
use muster_server::{db, serve, sweep};
use muster_shared::catalog::Parts;
use muster_shared::catalog::studio::{CheckReport, PriceReport, Saved, VersionView, Yardstick};
use muster_shared::configurator::model::{Case, Model};
use muster_shared::time::DAY_MS;
use sea_orm_migration::MigratorTrait as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Database, Shop, TestApp, Who, van};

/// A van in the shop, and a draft of its next version.
struct Studio {
    app: TestApp,
    shop: Shop,
    manager: Client,
    draft: VersionView,
}

impl Studio {
    async fn open() -> Self {
        let app = TestApp::new().await;
        let shop = Shop::open(&app).await;
        let manager = app.as_(Who::ProductManager);
        let path = format!("/api/models/{}/versions", shop.version.model_id);
        let draft = serde_json::from_value(manager.post(&path, json!({})).await.expect(201).json).expect("a version");
        Self { app, shop, manager, draft }
    }

    fn path(&self, end: &str) -> String {
        format!("/api/model-versions/{}{end}", self.draft.version.id)
    }

    async fn read(&self) -> VersionView {
        serde_json::from_value(self.manager.get(&self.path("")).await.ok()).expect("a version")
    }

    /// Changes the draft as somebody does who sees it as it is now.
    async fn edit(&self, change: impl FnOnce(&mut Model)) -> Saved {
        let view = self.read().await;
        let mut model = view.parts.model();
        change(&mut model);
        let changes = view.parts.changes_to(&model);
        let saved = self.manager.patch(&self.path(""), view.version.version, json!({ "changes": changes })).await.ok();
        serde_json::from_value(saved).expect("saved")
    }

    async fn check(&self, accepted: &[&str]) -> CheckReport {
        let version = self.read().await.version.version;
        let client = self.manager.clone().from_version(version);
        serde_json::from_value(client.post(&self.path("/check"), json!({ "accepted": accepted })).await.ok()).expect("a report")
    }

    async fn publish(&self, day: &str) -> Value {
        let version = self.read().await.version.version;
        self.manager.clone().from_version(version).post(&self.path("/publish"), json!({ "from_day": day })).await.ok()
    }

    async fn today(&self) -> String {
        let company = muster_server::company::load(&self.app.state.db).await.expect("a company");
        let day = muster_server::clock::day_in(&company.zone, self.app.state.clock.now());
        serde_json::to_value(day).expect("a day").as_str().expect("a text").to_owned()
    }

    /// What customers see of the van.
    async fn shown(&self) -> Value {
        self.app.as_(Who::Nobody).get("/api/shop").await.ok()["models"][0].clone()
    }
}

#[tokio::test]
async fn a_draft_begins_as_what_was_published_and_there_is_one() {
    let studio = Studio::open().await;
    assert_eq!(studio.draft.parts.model(), van(1));
    assert_eq!((studio.draft.version.number, studio.draft.version.version), (2, 1));
    let path = format!("/api/models/{}/versions", studio.shop.version.model_id);
    let refused = studio.manager.post(&path, json!({})).await.refused(409, "draft-exists");
    assert_eq!(refused.json["params"]["version_id"], studio.draft.version.id.to_string());
    studio.manager.post(&path, json!({ "from": Uuid::nil() })).await.wrong("from", "not-found");
    let list = studio.manager.get("/api/models").await.ok();
    assert_eq!((&list[0]["code"], &list[0]["draft"]["number"], &list[0]["shown"]["number"]), (&json!("van"), &json!(2), &json!(1)));
    assert_eq!((&list[0]["options"], &list[0]["problems"]), (&json!(7), &json!(0)));
    let view = studio.manager.get(&format!("/api/models/{}", studio.shop.version.model_id)).await.ok();
    assert_eq!((&view["versions"][0]["created_by"], &view["versions"][1]["created_by"]), (&json!("Clara Weber"), &Value::Null));
    assert_eq!((&view["versions"][1]["is_shown"], &view["versions"][1]["can_return"]), (&json!(true), &json!(false)));
    studio.app.audit().await;
}

#[tokio::test]
async fn two_people_write_one_draft() {
    let studio = Studio::open().await;
    let (path, base) = (studio.path(""), studio.draft.parts.clone());
    let colleague = studio.app.as_(Who::Admin);
    let change = |change: fn(&mut Model)| {
        let mut model = base.model();
        change(&mut model);
        json!({ "changes": base.changes_to(&model) })
    };
    // Both from the first version: another option of the same group, and a price.
    studio.manager.patch(&path, 1, change(|model| model.groups[0].options[1].lead_days = 9)).await.ok();
    let saved = colleague.patch(&path, 1, change(|model| model.groups[0].options[2].lead_days = 30)).await.ok();
    let saved: Saved = serde_json::from_value(saved).expect("saved");
    assert_eq!(saved.version.version, 3);
    assert_eq!(saved.merged.keys().collect::<Vec<_>>(), ["option/engine.diesel"]);
    let mut theirs = base.clone();
    theirs.apply(saved.merged);
    assert_eq!(theirs.model().groups[0].options[1].lead_days, 9);
    // The same part to something else asks, with both values.
    let refused = colleague.patch(&path, 1, change(|model| model.groups[0].options[1].lead_days = 7)).await.refused(412, "stale");
    let conflict = &refused.json["conflicts"][0];
    assert_eq!(conflict["field"], "option/engine.diesel");
    assert_eq!((&conflict["theirs"]["lead_days"], &conflict["mine"]["lead_days"]), (&json!(9), &json!(7)));
    // Nothing at all: what others did is still told.
    let nothing: Saved = serde_json::from_value(colleague.patch(&path, 1, json!({ "changes": {} })).await.ok()).expect("saved");
    assert_eq!((nothing.version.version, nothing.merged.len()), (3, 2));
    let model = studio.read().await.parts.model();
    assert_eq!((model.groups[0].options[1].lead_days, model.groups[0].options[2].lead_days), (9, 30));
    studio.app.audit().await;
}

#[tokio::test]
async fn a_change_is_taken_back_and_a_draft_thrown_away() {
    let studio = Studio::open().await;
    let path = studio.path("");
    let mut model = studio.draft.parts.model();
    model.groups.remove(2);
    let changes = json!({ "changes": studio.draft.parts.changes_to(&model) });
    let changed = studio.manager.patch(&path, 1, changes).await.expect(200);
    let event = changed.header("x-event-seq").expect("an event").to_owned();
    assert_eq!(studio.read().await.parts.model().groups.len(), 2);
    studio.manager.post(&format!("/api/events/{event}/undo"), json!({})).await.ok();
    assert_eq!(studio.read().await.parts.model(), van(1));
    let history = studio.manager.get(&format!("/api/events/model-version/{}", studio.draft.version.id)).await.ok();
    assert!(history[0]["payload"].as_str().is_some_and(|payload| payload.contains("group/paint")));
    let gone = studio.manager.delete(&path, 3).await.ok();
    studio.manager.get(&path).await.refused(404, "not-found");
    studio.manager.post(&format!("/api/events/{}/undo", gone["event"]), json!({})).await.ok();
    assert_eq!(studio.read().await.parts.model(), van(1));
    studio.app.audit().await;
}

#[tokio::test]
async fn what_is_no_part_is_refused() {
    let studio = Studio::open().await;
    let path = studio.path("");
    let try_ = async |changes: Value| studio.manager.patch(&path, 1, json!({ "changes": changes })).await;
    try_(json!({ "state": "published" })).await.wrong("state", "not-a-part");
    try_(json!({ "from_day": null })).await.wrong("from_day", "not-a-part");
    try_(json!({ "group/paint": { "code": "paint" } })).await.wrong("group/paint", "malformed");
    try_(json!({ "rule/x": { "code": "x", "more": 1 } })).await.wrong("rule/x", "malformed");
    try_(json!({ "rule/x": { "code": "x".repeat(300_000) } })).await.wrong("rule/x", "too-long");
    let too_much: BTreeMap<String, Value> =
        (0..16).map(|at| (format!("rule/r{at}"), json!({ "code": "x", "condition": "x".repeat(255_000) }))).collect();
    for part in too_much.into_iter().collect::<Vec<_>>().chunks(8) {
        let changes: BTreeMap<_, _> = part.iter().cloned().collect();
        studio.manager.patch(&path, 1, json!({ "changes": changes })).await;
    }
    let version = studio.read().await.version.version;
    let last = json!({ "changes": { "rule/last": { "code": "x", "condition": "x".repeat(255_000) } } });
    studio.manager.patch(&path, version, last).await.wrong("changes", "too-large");
    studio.manager.clone().send(Method::PATCH, &path, Some("{\"changes\":{}}".to_owned())).await.refused(428, "version-required");
    assert_eq!(studio.read().await.version.state.as_str(), "draft");
}

#[tokio::test]
async fn an_incomplete_draft_says_what_it_lacks() {
    let app = TestApp::new().await;
    let manager = app.as_(Who::ProductManager);
    let new = |code: &str| json!({ "code": code, "name": { "en": "Wagon" } });
    manager.post("/api/models", new("Wagon!")).await.wrong("code", "not-a-code");
    let made = manager.post("/api/models", new("wagon")).await.expect(201).json;
    manager.post("/api/models", new("wagon")).await.wrong("code", "taken");
    manager.post("/api/models", json!({ "code": "x", "name": {} })).await.wrong("name", "required");
    let path = format!("/api/model-versions/{}", made["draft"]["id"].as_str().expect("an id"));
    let report = manager.clone().from_version(1).post(&format!("{path}/check"), json!({})).await.ok();
    let fields: Vec<_> = report["defects"].as_array().expect("defects").iter().map(|it| it["field"].as_str().unwrap_or_default()).collect();
    assert_eq!((fields, &report["is_blocked"]), (vec!["markets", "groups"], &json!(true)));
    manager.clone().from_version(1).post(&format!("{path}/publish"), json!({ "from_day": "2099-01-01" })).await.refused(409, "not-checked");
    manager.post(&format!("{path}/preview"), json!({})).await.expect(422);
    assert_eq!(manager.get("/api/models").await.ok()[0]["problems"], 2);
    app.audit().await;
}

#[tokio::test]
async fn a_model_of_another_program_becomes_a_draft() {
    let app = TestApp::new().await;
    Shop::open(&app).await;
    let manager = app.as_(Who::ProductManager);
    let text = "features\n Car\n  mandatory\n   Engine\n    alternative\n     Petrol\n     Diesel\n  optional\n   Hook\nconstraints\n Hook => Diesel\n";
    let new = |text: &str, code: &str| json!({ "code": code, "name": { "en": "Imported" }, "text": text });
    let made = manager.post("/api/models", new(text, "imported")).await.expect(201).json;
    let path = format!("/api/model-versions/{}", made["draft"]["id"].as_str().expect("an id"));
    let report: CheckReport =
        serde_json::from_value(manager.clone().from_version(1).post(&format!("{path}/check"), json!({})).await.ok()).expect("a report");
    assert_eq!((report.defects, report.contradiction), (vec![], vec![]));
    assert_eq!(report.size.map(|size| size.configurations), Some("6".to_owned()), "three cars in two markets");
    let own = serde_json::to_string(&van(1)).expect("JSON");
    let made = manager.post("/api/models", new(&own, "van-two")).await.expect(201).json;
    let view = manager.get(&format!("/api/model-versions/{}", made["draft"]["id"].as_str().expect("an id"))).await.ok();
    let parts: Parts = serde_json::from_value(view["parts"].clone()).expect("parts");
    assert_eq!(parts.model().groups, van(1).groups);
    manager.post("/api/models", new("p cnf what", "no-model")).await.wrong("text", "not-a-model");
    manager.post("/api/models", new(&"x".repeat(2_200_000), "no-model")).await.wrong("text", "too-long");
    manager.post("/api/models", new(&"x".repeat(5_000_000), "no-model")).await.refused(413, "too-large");
    app.audit().await;
}

#[tokio::test]
async fn a_sound_draft_is_checked_and_published() {
    let studio = Studio::open().await;
    studio.edit(|model| model.prices[0].base = 510_000_000).await;
    let report = studio.check(&[]).await;
    assert!(!report.is_blocked, "{report:?}");
    assert_eq!(report.version.state.as_str(), "checked");
    let size = report.size.expect("it is compiled");
    // 3 engines × 2 gearboxes, without the electric manual, × white; pearl in Europe as well.
    assert_eq!((size.configurations.as_str(), size.lists[0].lowest, size.lists[0].highest), ("15", 510_000_000, 620_000_000));
    let change = &report.comparison.expect("there is one before").prices;
    assert_eq!((change.len(), change[0].from, change[0].to, change[0].change), (1, 500_000_000, 510_000_000, Some(200)));
    assert!(report.texts.iter().any(|text| text.field == "summary"));
    // Nothing of it is in the shop yet.
    assert_eq!(studio.shown().await["from_price"], 500_000_000);
    let today = studio.today().await;
    let published = studio.publish(&today).await;
    assert_eq!(published["state"], "published");
    assert_eq!(studio.shown().await["from_price"], 510_000_000);
    let versions = studio.manager.get(&format!("/api/models/{}", studio.shop.version.model_id)).await.ok()["versions"].clone();
    assert_eq!((&versions[0]["is_shown"], &versions[1]["state"]), (&json!(true), &json!("retired")));
    // What was published never changes.
    let version = versions[0]["version"].as_i64().expect("a version");
    studio.manager.patch(&studio.path(""), version, json!({ "changes": { "name": { "en": "Other" } } })).await.refused(409, "not-a-draft");
    studio.manager.delete(&studio.path(""), version).await.refused(409, "not-a-draft");
    studio.manager.clone().from_version(version).post(&studio.path("/check"), json!({})).await.refused(409, "not-a-draft");
    assert_eq!(studio.read().await.parts.model().prices[0].base, 510_000_000);
    studio.app.audit().await;
}

#[tokio::test]
async fn a_change_after_the_check_takes_it_back() {
    let studio = Studio::open().await;
    assert_eq!(studio.check(&[]).await.version.state.as_str(), "checked");
    let saved = studio.edit(|model| model.groups[0].options[0].lead_days = 3).await;
    assert_eq!(saved.version.state.as_str(), "draft");
    let version = saved.version.version;
    let publish = studio.manager.clone().from_version(version);
    publish.post(&studio.path("/publish"), json!({ "from_day": "2099-01-01" })).await.refused(409, "not-checked");
    // A check of what is no longer there says so.
    studio.manager.clone().from_version(version - 1).post(&studio.path("/check"), json!({})).await.refused(412, "stale");
    studio.check(&[]).await;
    let version = studio.read().await.version.version;
    let publish = studio.manager.clone().from_version(version);
    publish.post(&studio.path("/publish"), json!({ "from_day": "2001-01-01" })).await.wrong("from_day", "in-the-past");
    studio.app.audit().await;
}

#[tokio::test]
async fn a_check_names_what_nobody_can_buy() {
    let studio = Studio::open().await;
    studio
        .edit(|model| {
            model.rules[0].condition = "engine = electric => gearbox = auto and gearbox = manual".to_owned();
            model.cases = vec![
                Case { name: "Electric".to_owned(), choices: choices(&[("engine", "electric"), ("gearbox", "auto")]), sellable: true },
                Case { name: "Pearl in Vietnam".to_owned(), choices: choices(&[("paint", "pearl"), ("market", "vn")]), sellable: false },
                Case { name: "Diesel".to_owned(), choices: choices(&[("engine", "diesel")]), sellable: false },
            ];
            let again = muster_shared::configurator::model::Rule {
                code: "says-nothing".to_owned(),
                condition: "engine = diesel or engine != diesel".to_owned(),
                ..Default::default()
            };
            let same = muster_shared::configurator::model::Rule {
                code: "no-electric".to_owned(),
                condition: "engine != electric".to_owned(),
                ..Default::default()
            };
            model.rules.extend([again, same]);
        })
        .await;
    let report = studio.check(&[]).await;
    let codes = |rules: &[muster_shared::catalog::studio::RuleName]| rules.iter().map(|rule| rule.code.clone()).collect::<Vec<_>>();
    assert_eq!(report.dead.iter().map(|it| it.option.as_str()).collect::<Vec<_>>(), ["electric"]);
    assert_eq!(codes(&report.void), ["says-nothing"]);
    assert_eq!(codes(&report.redundant), ["electric-auto", "no-electric"]);
    let failed: Vec<_> = report.cases.iter().map(|case| (case.name.as_str(), case.sellable, case.rules.len())).collect();
    assert_eq!(failed, [("Electric", true, 1), ("Diesel", false, 0)]);
    assert!(report.is_blocked);
    assert_eq!(report.comparison.expect("one before").rules_changed, ["electric-auto"]);
    studio.edit(|model| model.rules[1].condition = "engine = diesel and engine != diesel".to_owned()).await;
    let report = studio.check(&[]).await;
    assert_eq!((codes(&report.contradiction), report.size), (vec!["says-nothing".to_owned()], None));
    studio.edit(|model| model.rules[1].condition = "engine = steam".to_owned()).await;
    let report = studio.check(&[]).await;
    assert_eq!((report.defects[0].field.as_str(), report.defects[0].code.as_str()), ("rules.1.condition", "rule-text"));
    studio.app.audit().await;
}

fn choices(of: &[(&str, &str)]) -> BTreeMap<String, String> {
    of.iter().map(|(group, option)| ((*group).to_owned(), (*option).to_owned())).collect()
}

#[tokio::test]
async fn a_price_that_stands_out_must_be_meant() {
    let studio = Studio::open().await;
    // A car at a tenth of its price, and an option at a hundredth.
    studio
        .edit(|model| {
            model.prices[0].base = 49_000_000;
            model.prices[0].options.insert("engine.diesel".to_owned(), 230_000);
        })
        .await;
    let report = studio.check(&[]).await;
    let found: Vec<_> = report.outliers.iter().map(|it| (it.address.as_str(), it.amount, it.yardstick, it.usual)).collect();
    assert_eq!(
        found,
        [
            ("price/vn-2026", 49_000_000, Yardstick::Before, 500_000_000),
            ("amount/vn-2026/engine.diesel", 230_000, Yardstick::Before, 23_000_000),
            ("lowest/vn-2026", 49_000_000, Yardstick::Before, 500_000_000)
        ]
    );
    assert!(report.is_blocked);
    let report = studio.check(&["price/vn-2026", "lowest/vn-2026"]).await;
    assert!(report.is_blocked);
    let report = studio.check(&["price/vn-2026", "lowest/vn-2026", "amount/vn-2026/engine.diesel"]).await;
    assert_eq!((report.is_blocked, report.version.state.as_str()), (false, "checked"));
    studio.app.audit().await;
}

#[tokio::test]
async fn open_requests_that_cannot_be_built_any_more_are_named() {
    let studio = Studio::open().await;
    let nobody = studio.app.as_(Who::Nobody);
    nobody.post("/api/shop/requests", studio.shop.request("An", "0903 123 456")).await.expect(201);
    let report = studio.check(&[]).await;
    assert_eq!((report.waiting_count, report.affected_count), (1, 0));
    studio.edit(|model| model.rules[0].condition = "engine = diesel => gearbox = manual".to_owned()).await;
    let report = studio.check(&[]).await;
    let against: Vec<_> = report.affected[0].against.iter().map(|it| it.option.as_str()).collect();
    assert_eq!((report.affected_count, against), (1, vec!["diesel", "auto"]));
    assert!(!report.is_blocked, "people decide");
    studio
        .edit(|model| {
            model.groups[0].options.remove(1);
            model.rules.clear();
            for list in &mut model.prices {
                list.options.remove("engine.diesel");
            }
        })
        .await;
    let report = studio.check(&[]).await;
    assert_eq!(report.affected[0].gone[0].option, "diesel");
    assert_eq!(report.comparison.expect("one before").options_gone[0].option, "diesel");
    studio.app.audit().await;
}

#[tokio::test]
async fn a_later_day_waits_and_the_version_before_is_shown_until_then() {
    let studio = Studio::open().await;
    studio.edit(|model| model.prices[0].base = 510_000_000).await;
    studio.check(&[]).await;
    let day = studio.today().await;
    let day = muster_shared::time::Day::parse(&day).expect("a day").plus(2);
    studio.publish(serde_json::to_value(day).expect("a day").as_str().expect("a text")).await;
    assert_eq!(studio.shown().await["from_price"], 500_000_000);
    let row = studio.manager.get("/api/models").await.ok()[0].clone();
    assert_eq!((&row["shown"]["number"], &row["coming"]["number"], &row["draft"]), (&json!(1), &json!(2), &Value::Null));
    studio.app.state.clock.shift(3 * DAY_MS);
    assert_eq!(studio.shown().await["from_price"], 510_000_000);
    sweep::sweep(&studio.app.state).await.expect("swept");
    let manager = studio.app.as_(Who::Nobody);
    assert_eq!(manager.get("/api/shop").await.ok()["models"][0]["from_price"], 510_000_000);
    let mut sql = Sql::new("SELECT state FROM model_version WHERE id = ");
    sql.bind(studio.shop.version.id.0);
    let state: String = sql.one(&studio.app.state.db).await.expect("a row").expect("it is there").try_get("", "state").expect("a state");
    assert_eq!(state, "retired");
    studio.app.audit().await;
}

#[tokio::test]
async fn one_click_returns_to_the_version_before() {
    let studio = Studio::open().await;
    studio.manager.post(&studio.path("/return"), json!({})).await.refused(409, "never-published");
    studio.edit(|model| model.prices[0].base = 510_000_000).await;
    studio.check(&[]).await;
    let published = studio.publish(&studio.today().await).await;
    let old = format!("/api/model-versions/{}/return", studio.shop.version.id);
    let back = studio.manager.post(&old, json!({})).await.expect(201).json;
    assert_eq!((&back["number"], &back["state"]), (&json!(3), &json!("published")));
    let shown = studio.shown().await;
    assert_eq!((&shown["from_price"], &shown["offer"], &shown["version_id"]), (&json!(500_000_000), &json!(studio.shop.vn), &back["id"]));
    // Taken out of the shop, nothing is left of it there.
    let version = back["version"].as_i64().expect("a version");
    let path = format!("/api/model-versions/{}/retire", back["id"].as_str().expect("an id"));
    studio.manager.clone().from_version(version).post(&path, json!({})).await.ok();
    assert_eq!(studio.shown().await, Value::Null);
    studio.manager.clone().from_version(version + 1).post(&path, json!({})).await.refused(409, "not-published");
    assert_eq!(published["number"], 2);
    studio.app.audit().await;
}

#[tokio::test]
async fn a_draft_is_looked_at_by_staff_alone() {
    let studio = Studio::open().await;
    studio.edit(|model| model.prices[0].base = 777_000_000).await;
    let shop = format!("/api/shop?market=vn&preview={}", studio.draft.version.id);
    studio.app.as_(Who::Rep).get(&shop).await.refused(404, "not-found");
    let preview = studio.manager.post(&studio.path("/preview"), json!({})).await.ok();
    assert_eq!((&preview["code"], &preview["markets"], &preview["version"]), (&json!("van"), &json!(["eu", "vn"]), &json!(2)));
    for who in [Who::Rep, Who::Manager, Who::DealerRep, Who::ProductManager] {
        let shown = studio.app.as_(who).get(&shop).await.ok()["models"].clone();
        assert_eq!((&shown[0]["from_price"], shown.as_array().map(Vec::len)), (&json!(777_000_000), Some(1)), "{who:?}");
    }
    studio.app.as_(Who::Nobody).get(&shop).await.refused(401, "unauthenticated");
    studio.app.as_(Who::Hr).get(&shop).await.refused(403, "forbidden");
    // Customers see what they saw.
    assert_eq!(studio.shown().await["from_price"], 500_000_000);
    // Nobody asks for an offer of what is not for sale.
    let offer = studio.app.as_(Who::Rep).get(&shop).await.ok()["models"][0]["offer"].clone();
    let mut request = studio.shop.request("An", "0903 123 456");
    (request["version_id"], request["offer"]) = (json!(studio.draft.version.id), offer);
    studio.app.as_(Who::Nobody).post("/api/shop/requests", request).await.wrong("version_id", "not-found");
    // Looked at anew after a change, and published after that.
    studio.edit(|model| model.prices[0].base = 778_000_000).await;
    studio.manager.post(&studio.path("/preview"), json!({})).await.ok();
    assert_eq!(studio.app.as_(Who::Rep).get(&shop).await.ok()["models"][0]["from_price"], 778_000_000);
    studio.check(&[]).await;
    studio.publish(&studio.today().await).await;
    assert_eq!(studio.shown().await["from_price"], 778_000_000);
    studio.app.audit().await;
}

#[tokio::test]
async fn prices_go_through_a_spreadsheet_and_back() {
    let studio = Studio::open().await;
    let file = studio.manager.get(&studio.path("/prices.csv")).await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(file.text.contains("vn-2026,vn,VND,engine,diesel,diesel,23000000\r\n"), "{}", file.text);
    let text = file.text.replace("diesel,diesel,23000000", "diesel,diesel,25000000");
    let send = async |version: i64, text: &str, apply: bool| {
        let client = studio.manager.clone().from_version(version);
        client.post(&studio.path("/prices"), json!({ "text": text, "apply": apply })).await
    };
    let report: PriceReport = serde_json::from_value(send(1, &text, false).await.ok()).expect("a report");
    assert_eq!((report.is_applied, report.changes.len(), report.changes[0].change), (false, 1, Some(869)));
    assert_eq!(studio.read().await.version.version, 1);
    let broken: PriceReport = serde_json::from_value(send(1, "list,group,option,price\nmoon,,,1\n", true).await.ok()).expect("a report");
    assert_eq!((broken.is_applied, broken.mistakes.len()), (false, 1));
    let report: PriceReport = serde_json::from_value(send(1, &text, true).await.ok()).expect("a report");
    assert_eq!((report.is_applied, report.version.version), (true, 2));
    assert_eq!(studio.read().await.parts.model().prices[0].options["engine.diesel"], 25_000_000);
    send(1, &text, true).await.refused(412, "stale");
    studio.app.audit().await;
}

#[tokio::test]
async fn what_customers_want_is_counted_by_day_and_nothing_else() {
    let studio = Studio::open().await;
    let nobody = studio.app.as_(Who::Nobody);
    let signals = |signals: Value| json!({ "version_id": studio.shop.version.id, "market": "vn", "signals": signals });
    let refused = json!({ "kind": "refused", "group": "paint", "option": "pearl" });
    for _ in 0..2 {
        // Twice in one visit counts once; what is not in the model never.
        let sent = json!([{ "kind": "opened" }, refused, refused, { "kind": "left", "step": "all" },
            { "kind": "refused", "group": "paint", "option": "<script>" }, { "kind": "left", "step": "moon" }]);
        nobody.post("/api/shop/signals", signals(sent)).await.expect(204);
    }
    nobody.post("/api/shop/signals", signals(json!([{ "kind": "bought" }]))).await.refused(400, "malformed");
    nobody.post("/api/shop/signals", signals(json!(vec![refused.clone(); 51]))).await.wrong("signals", "too-many");
    nobody.post("/api/shop/requests", studio.shop.request("An", "0903 123 456")).await.expect(201);
    let path = format!("/api/models/{}/report", studio.shop.version.model_id);
    let report = studio.manager.get(&path).await.ok();
    assert_eq!((&report["opened"], &report["requests"]), (&json!(2), &json!(1)));
    assert_eq!(report["refused"], json!([{ "group": "paint", "option": "pearl", "count": 2 }]));
    assert_eq!(report["left"], json!([{ "step": "all", "count": 2 }]));
    assert_eq!(report["chosen"][0], json!({ "group": "engine", "option": "diesel", "count": 1 }));
    studio.manager.get(&format!("{path}?from=2020-01-02&to=2020-01-01")).await.wrong("from", "out-of-range");
    let old = studio.manager.get(&format!("{path}?from=2020-01-01&to=2020-01-02")).await.ok();
    assert_eq!((&old["opened"], &old["requests"]), (&json!(0), &json!(0)));
    for _ in 0..40 {
        nobody.post("/api/shop/signals", signals(json!([]))).await;
    }
    nobody.post("/api/shop/signals", signals(json!([]))).await.expect(429);
    studio.app.audit().await;
}

#[tokio::test]
async fn who_sells_may_read_the_catalogue_after_an_upgrade() {
    let database = Database::blank().await;
    let db = db::open(&database.url, false).await.expect("opens");
    Migrator::up(&db.write, Some(5)).await.expect("migrates");
    for (name, grants) in [
        ("admin", json!({ "catalog.manage": "all", "opportunity.write": "all" })),
        ("rep", json!({ "opportunity.write": "own" })),
        ("hr", json!({ "user.read": "dealer" })),
    ] {
        let mut sql = Sql::new("INSERT INTO role (id, version, name, grants, shipped) VALUES ");
        sql.rows([()], |v, ()| v.extend([Uuid::now_v7().into(), 1_i64.into(), name.into(), grants.to_string().into(), true.into()]));
        sql.run(&db.write).await.expect("inserts");
    }
    serve::migrate(&db, Clock::default().now()).await.expect("migrates the rest");
    let mut found = BTreeMap::new();
    for row in Sql::new("SELECT name, grants FROM role").all(&db.read).await.expect("roles") {
        let grants: Value = serde_json::from_str(&row.try_get::<String>("", "grants").expect("text")).expect("JSON");
        found.insert(row.try_get::<String>("", "name").expect("text"), grants["catalog.read"].clone());
    }
    assert_eq!(found, BTreeMap::from([("admin".into(), json!("all")), ("hr".into(), Value::Null), ("rep".into(), json!("dealer"))]));
}
