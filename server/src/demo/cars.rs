//! Aurora's four cars in the shop: their models, their pictures, and the markets they are sold in.

use std::collections::BTreeMap;

use muster_shared::catalog::{Fee, FeeKind, Finance, Market, ModelVersion, Province};
use muster_shared::configurator::model::{GroupOption, Layer, Model, Scene, View};
use muster_shared::event::Actor;
use muster_shared::id::{DealerId, MarketId};
use muster_shared::money::Currency;
use muster_shared::text::{Lang, LocalText};
use muster_shared::time::Day;
use rust_embed::RustEmbed;
use sea_orm::DatabaseConnection;
use serde::Deserialize;

use crate::catalog::files::{self, FileKind};
use crate::catalog::publish::{Compiled, compile_model};
use crate::catalog::{commands, drafting, market, row};
use crate::error::{Error, Result};
use crate::writer::{Tx, Writer};

#[derive(RustEmbed)]
#[folder = "src/demo/models"]
struct Models;

#[derive(RustEmbed)]
#[folder = "src/demo/pictures"]
struct Drawings;

/// The order in the shop.
pub const CARS: [&str; 4] = ["mira", "vega", "terra", "lumen"];

/// The car whose next version is being written.
const IN_WORK: &str = "terra";

/// A drawing with its bytes, and where it belongs.
#[derive(Clone, Debug)]
pub struct Drawn {
    pub layer: Layer,
    pub bytes: Vec<u8>,
}

/// What a car's pictures are made of.
#[derive(Deserialize)]
struct Manifest {
    views: Vec<ManifestView>,
    layers: Vec<ManifestLayer>,
    fills: BTreeMap<String, BTreeMap<String, Fill>>,
}

#[derive(Deserialize)]
struct ManifestView {
    code: String,
    names: LocalText,
    width: u32,
    height: u32,
}

#[derive(Deserialize)]
struct ManifestLayer {
    view: String,
    z: i32,
    file: String,
    /// `group=option|option & group=option`; `*` is any option.
    when: String,
    scene: Scene,
    /// The group whose option's colours go into the drawing.
    #[serde(default)]
    fill: Option<String>,
}

#[derive(Deserialize)]
struct Fill {
    values: BTreeMap<String, String>,
}

fn broken(what: &str) -> Error {
    Error::Internal(format!("the demo's cars: {what}"))
}

/// A car's model as it is written, without pictures.
///
/// # Errors
/// Where the file is missing or cannot be read.
pub fn model(car: &str) -> Result<Model> {
    let file = Models::get(&format!("{car}.json")).ok_or_else(|| broken(&format!("no model of {car}")))?;
    Ok(serde_json::from_slice(&file.data)?)
}

/// A car's views and drawings, each colour its own, from behind to the front.
///
/// # Errors
/// Where a file is missing or a colour is left open.
pub fn pictures(car: &str) -> Result<(Vec<View>, Vec<Drawn>)> {
    let file = Drawings::get(&format!("{car}.json")).ok_or_else(|| broken(&format!("no pictures of {car}")))?;
    let mut manifest: Manifest = serde_json::from_slice(&file.data)?;
    manifest.layers.sort_by_key(|layer| layer.z);
    let view = |v: ManifestView| View { code: v.code, name: v.names, width: v.width, height: v.height };
    let mut drawn = Vec::new();
    for layer in &manifest.layers {
        let drawing = Drawings::get(&layer.file).ok_or_else(|| broken(&format!("no drawing {}", layer.file)))?;
        let text = String::from_utf8_lossy(&drawing.data).into_owned();
        let when = conditions(&layer.when)?;
        let like = |when, text: String| Drawn {
            layer: Layer { view: layer.view.clone(), file: files::address(text.as_bytes()), when, scene: layer.scene },
            bytes: text.into_bytes(),
        };
        let Some(group) = &layer.fill else {
            drawn.push(like(when, closed(text, &layer.file)?));
            continue;
        };
        let fills = manifest.fills.get(group).ok_or_else(|| broken(&format!("no colours of {group}")))?;
        for (option, fill) in fills.iter().filter(|(option, _)| when.get(group).is_none_or(|options| options.contains(option))) {
            let filled = fill.values.iter().fold(text.clone(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
            let when = when.clone().into_iter().chain([(group.clone(), vec![option.clone()])]).collect();
            drawn.push(like(when, closed(filled, &layer.file)?));
        }
    }
    Ok((manifest.views.into_iter().map(view).collect(), drawn))
}

fn closed(text: String, file: &str) -> Result<String> {
    if text.contains("{{") { Err(broken(&format!("{file} has a colour that nobody gives"))) } else { Ok(text) }
}

fn conditions(when: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let mut conditions = BTreeMap::new();
    for part in when.split('&').map(str::trim).filter(|part| !part.is_empty()) {
        let (group, options) = part.split_once('=').ok_or_else(|| broken(&format!("{part} is no condition")))?;
        if options.trim() != "*" {
            conditions.insert(group.trim().to_owned(), options.split('|').map(|option| option.trim().to_owned()).collect());
        }
    }
    Ok(conditions)
}

/// A car ready for the shop, with its drawings.
fn ready(car: &str) -> Result<(Model, Compiled, Vec<Drawn>)> {
    let mut model = model(car)?;
    let (views, drawn) = pictures(car)?;
    model.pictures.views = views;
    model.pictures.layers = drawn.iter().map(|drawn| drawn.layer.clone()).collect();
    let compiled = compile_model(&model)?;
    Ok((model, compiled, drawn))
}

/// Puts markets and cars into the shop, where they are not there yet.
pub async fn write(db: &DatabaseConnection, writer: &Writer, maker: DealerId, from_day: Day) -> Result<()> {
    if !market::all(db).await?.is_empty() {
        return Ok(());
    }
    let cars = tokio::task::spawn_blocking(|| CARS.iter().map(|car| ready(car)).collect::<Result<Vec<_>>>()).await;
    let cars = cars.map_err(|error| broken(&error.to_string()))??;
    writer
        .run(Actor::System, move |tx| {
            Box::pin(async move {
                for (position, (car, (model, compiled, drawn))) in CARS.iter().zip(cars).enumerate() {
                    for drawn in drawn {
                        files::put(tx, FileKind::Picture, drawn.bytes).await?;
                    }
                    let version = commands::create_model(tx, maker, car, position as i32, &model).await?;
                    let published = commands::publish(tx, &version, compiled, from_day).await?;
                    if *car == IN_WORK {
                        begin_next(tx, &published, model).await?;
                    }
                }
                for (position, market) in markets(maker).into_iter().enumerate() {
                    let id = MarketId(tx.new_id());
                    let market = Market { id, position: position as i32, created_at: tx.now, updated_at: tx.now, ..market };
                    commands::create_market(tx, market).await?;
                }
                Ok(())
            })
        })
        .await
}

/// The next version of a car, begun and not done: a paint that is new and has neither a picture nor its Vietnamese name.
async fn begin_next(tx: &mut Tx, published: &ModelVersion, mut model: Model) -> Result<()> {
    let owner = row::model(tx.db(), published.model_id).await?;
    let draft = drafting::begin_with(tx, &owner, published.number + 1, &model).await?;
    if let Some(paint) = model.groups.iter_mut().find(|group| group.code == "paint") {
        let name = LocalText(BTreeMap::from([(Lang::En, "River sand".to_owned())]));
        let option =
            GroupOption { code: "river-sand".to_owned(), name, swatch: "#b7a584".to_owned(), lead_days: 30, ..GroupOption::default() };
        paint.options.push(option);
    }
    for list in &mut model.prices {
        // One and a half per cent more, and the new paint at what pays for it.
        list.base += list.base / 200 * 3;
        list.options.insert("paint.river-sand".to_owned(), list.base / 50);
    }
    drafting::rewrite(tx, draft.id, &model).await.map(drop)
}

fn fee(en: &str, vi: &str, kind: FeeKind, amount: i64, provinces: &[&str], is_tax: bool) -> Fee {
    let provinces = provinces.iter().map(|code| (*code).to_owned()).collect();
    Fee { name: LocalText::new(en, vi), kind, amount, provinces, is_tax }
}

fn provinces(list: &[(&str, &str, &str)]) -> Vec<Province> {
    list.iter().map(|(code, en, vi)| Province { code: (*code).to_owned(), name: LocalText::new(en, vi) }).collect()
}

/// The markets with taxes and fees of the day; simplified where a real one asks for the car's weight or emissions.
fn markets(maker: DealerId) -> [Market; 4] {
    use FeeKind::{Fixed, OfGross, OfNet};
    let market = |code: &str, name: LocalText, currency| Market {
        id: MarketId(uuid::Uuid::nil()),
        version: 1,
        dealer_id: maker,
        code: code.to_owned(),
        name,
        currency,
        provinces: Vec::new(),
        fees: Vec::new(),
        finance: None,
        position: 0,
        created_at: muster_shared::time::Instant(0),
        updated_at: muster_shared::time::Instant(0),
        deleted_at: None,
    };
    [
        Market {
            provinces: provinces(&[
                ("hcm", "Ho Chi Minh City", "TP. Hồ Chí Minh"),
                ("hn", "Hanoi", "Hà Nội"),
                ("dn", "Da Nang", "Đà Nẵng"),
                ("other", "Another province", "Tỉnh khác"),
            ]),
            fees: vec![
                fee("Value-added tax 10 %", "Thuế giá trị gia tăng 10 %", OfNet, 1_000, &[], true),
                fee("Registration fee 10 %", "Lệ phí trước bạ 10 %", OfGross, 1_000, &["hcm", "dn", "other"], false),
                fee("Registration fee 12 %", "Lệ phí trước bạ 12 %", OfGross, 1_200, &["hn"], false),
                fee("Number plate", "Biển số", Fixed, 20_000_000, &["hcm", "hn"], false),
                fee("Number plate", "Biển số", Fixed, 1_000_000, &["dn", "other"], false),
                fee("Inspection and road fee", "Đăng kiểm và phí đường bộ", Fixed, 1_900_000, &[], false),
                fee("Liability insurance", "Bảo hiểm trách nhiệm dân sự", Fixed, 480_700, &[], false),
            ],
            finance: Some(Finance { months: 60, rate: 890, deposit: 3_000 }),
            ..market("vn", LocalText::new("Vietnam", "Việt Nam"), Currency::VND)
        },
        Market {
            provinces: provinces(&[("de", "Germany", "Đức"), ("fr", "France", "Pháp"), ("nl", "Netherlands", "Hà Lan")]),
            fees: vec![
                fee("VAT 19 %", "Thuế VAT 19 %", OfNet, 1_900, &["de"], true),
                fee("VAT 20 %", "Thuế VAT 20 %", OfNet, 2_000, &["fr"], true),
                fee("VAT 21 %", "Thuế VAT 21 %", OfNet, 2_100, &["nl"], true),
                fee("Delivery", "Vận chuyển", Fixed, 99_000, &[], false),
                fee("Registration", "Đăng ký xe", Fixed, 14_900, &[], false),
            ],
            finance: Some(Finance { months: 48, rate: 499, deposit: 2_000 }),
            ..market("eu", LocalText::new("Europe", "Châu Âu"), Currency::EUR)
        },
        Market {
            fees: vec![
                fee("VAT 20 %", "Thuế VAT 20 %", OfNet, 2_000, &[], true),
                fee("Delivery and number plates", "Vận chuyển và biển số", Fixed, 65_000, &[], false),
                fee("First registration fee", "Phí đăng ký lần đầu", Fixed, 5_500, &[], false),
            ],
            finance: Some(Finance { months: 48, rate: 690, deposit: 2_000 }),
            ..market("gb", LocalText::new("United Kingdom", "Vương quốc Anh"), Currency::GBP)
        },
        Market {
            provinces: provinces(&[("ca", "California", "California"), ("tx", "Texas", "Texas"), ("ny", "New York", "New York")]),
            fees: vec![
                fee("Sales tax 7.25 %", "Thuế bán hàng 7,25 %", OfNet, 725, &["ca"], true),
                fee("Sales tax 6.25 %", "Thuế bán hàng 6,25 %", OfNet, 625, &["tx"], true),
                fee("Sales tax 8.5 %", "Thuế bán hàng 8,5 %", OfNet, 850, &["ny"], true),
                fee("Destination charge", "Phí giao xe", Fixed, 119_500, &[], false),
                fee("Title and registration", "Giấy tờ và đăng ký", Fixed, 42_000, &[], false),
            ],
            finance: Some(Finance { months: 60, rate: 649, deposit: 1_500 }),
            ..market("us", LocalText::new("United States", "Hoa Kỳ"), Currency::USD)
        },
    ]
}
