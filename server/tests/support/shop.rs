//! A tiny product in the shop: a van in two markets, and requests for it.

use muster_server::catalog::commands::{create_market, create_model, publish};
use muster_server::catalog::publish::compile_model;
use muster_shared::catalog::{Fee, FeeKind, Market, ModelVersion, Province, VersionState};
use muster_shared::configurator::model::{Group, GroupKind, GroupOption, Importance, Model, PriceList, Rule, Step};
use muster_shared::event::Actor;
use muster_shared::id::{DealerId, MarketId, ModelVersionId};
use muster_shared::money::Currency;
use muster_shared::text::LocalText;
use muster_shared::time::{Day, Instant};
use serde_json::{Value, json};
use uuid::Uuid;

use super::TestApp;

/// What is in the shop.
#[derive(Clone, Debug)]
pub struct Shop {
    pub version: ModelVersion,
    /// Files of the offers, by market.
    pub vn: String,
    pub eu: String,
}

impl Shop {
    /// The van as its first version at the prices of this year.
    pub async fn open(app: &TestApp) -> Self {
        let maker = DealerId(app.world.maker);
        let markets = app.state.writer.run(Actor::System, move |tx| {
            Box::pin(async move {
                for market in [market(maker, "vn", Currency::VND), market(maker, "eu", Currency::EUR)] {
                    create_market(tx, Market { id: MarketId(tx.new_id()), ..market }).await?;
                }
                Ok(())
            })
        });
        markets.await.expect("markets");
        Self::publish(app, "van", &van(1)).await
    }

    /// One more model.
    pub async fn publish(app: &TestApp, code: &'static str, model: &Model) -> Self {
        let maker = DealerId(app.world.maker);
        let model = model.clone();
        let version = app.state.writer.run(Actor::System, move |tx| {
            Box::pin(async move {
                let version = create_model(tx, maker, code, 1, &model).await?;
                publish(tx, &version, compile_model(&model)?, Day(20_000)).await
            })
        });
        Self::of(app, version.await.expect("a version")).await
    }

    /// A newer version of the van, ten times as dear.
    pub async fn publish_newer(&self, app: &TestApp) -> Self {
        let old = self.version.clone();
        let version = app.state.writer.run(Actor::System, move |tx| {
            Box::pin(async move {
                let model = van(10);
                let body = muster_server::catalog::files::FileKind::Model;
                let body = muster_server::catalog::files::put(tx, body, serde_json::to_vec(&model)?).await?;
                let draft = ModelVersion {
                    id: ModelVersionId(tx.new_id()),
                    number: 2,
                    state: VersionState::Draft,
                    body,
                    diagram: None,
                    from_day: None,
                    ..old
                };
                let draft = muster_server::record::store_new(tx, draft).await?;
                publish(tx, &draft, compile_model(&model)?, Day(20_001)).await
            })
        });
        Self::of(app, version.await.expect("a version")).await
    }

    async fn of(app: &TestApp, version: ModelVersion) -> Self {
        let mut sql = muster_server::sql::Sql::new("SELECT market, offer FROM model_offer WHERE version_id = ");
        sql.bind(version.id.0);
        let mut shop = Self { version, vn: String::new(), eu: String::new() };
        for row in sql.all(&app.state.db).await.expect("offers") {
            let offer = row.try_get("", "offer").expect("a file");
            let place = if row.try_get::<String>("", "market").expect("a market") == "vn" { &mut shop.vn } else { &mut shop.eu };
            *place = offer;
        }
        shop
    }

    /// A sound request of somebody in Vietnam: diesel with an automatic gearbox.
    pub fn request(&self, name: &str, phone: &str) -> Value {
        json!({
            "market": "vn", "model": "van", "version_id": self.version.id, "offer": self.vn,
            "choices": [{ "group": "gearbox", "option": "auto" }, { "group": "engine", "option": "diesel" }],
            "price_shown": 543_000_000, "name": name, "phone": phone, "place": "Cần Thơ", "consent": true, "language": "vi"
        })
    }
}

fn market(maker: DealerId, code: &str, currency: Currency) -> Market {
    let provinces = if code == "vn" { vec![("hn", "Hanoi", "Hà Nội"), ("south", "The South", "South")] } else { Vec::new() };
    Market {
        id: MarketId(Uuid::nil()),
        version: 1,
        dealer_id: maker,
        code: code.to_owned(),
        name: LocalText::new(code, code),
        currency,
        provinces: provinces.into_iter().map(|(code, en, vi)| Province { code: code.to_owned(), name: LocalText::new(en, vi) }).collect(),
        fees: vec![Fee { name: LocalText::new("VAT", "Thuế"), kind: FeeKind::OfNet, amount: 1_000, provinces: Vec::new(), is_tax: true }],
        finance: None,
        position: 0,
        created_at: Instant(0),
        updated_at: Instant(0),
        deleted_at: None,
    }
}

fn group(code: &str, options: &[&str]) -> Group {
    let option = |code: &&str| GroupOption { code: (*code).to_owned(), name: LocalText::new(code, code), ..GroupOption::default() };
    Group {
        code: code.to_owned(),
        name: LocalText::new(code, code),
        step: "all".to_owned(),
        kind: GroupKind::List,
        importance: Importance::Drive,
        options: options.iter().map(option).collect(),
        default: Some(options[0].to_owned()),
    }
}

/// 500 million đồng or 20,000 euro, times `factor`; pearl paint in Europe only, electric with an automatic gearbox only.
pub fn van(factor: i64) -> Model {
    let list = |code: &str, market: &str, currency, base: i64, scale: i64| PriceList {
        code: code.to_owned(),
        market: market.to_owned(),
        currency,
        from: Day(20_000),
        until: None,
        base: base * factor,
        options: [("engine.diesel", 23_000_000), ("engine.electric", 90_000_000), ("gearbox.auto", 20_000_000)]
            .map(|(name, price)| (name.to_owned(), price * factor / scale))
            .into(),
        conditional: Vec::new(),
    };
    let mut model = Model {
        name: LocalText::new("Van", "Xe tải"),
        markets: vec!["vn".to_owned(), "eu".to_owned()],
        steps: vec![Step { code: "all".to_owned(), ..Step::default() }],
        groups: vec![
            group("engine", &["petrol", "diesel", "electric"]),
            group("gearbox", &["manual", "auto"]),
            group("paint", &["white", "pearl"]),
        ],
        rules: vec![Rule {
            code: "electric-auto".to_owned(),
            sentence: LocalText::new("Electric cars shift by themselves.", "Xe điện tự sang số."),
            condition: "engine = electric => gearbox = auto".to_owned(),
            ..Rule::default()
        }],
        prices: vec![list("vn-2026", "vn", Currency::VND, 500_000_000, 1), list("eu-2026", "eu", Currency::EUR, 2_000_000, 100)],
        ..Model::default()
    };
    model.groups[2].options[1].markets = vec!["eu".to_owned()];
    model
}
