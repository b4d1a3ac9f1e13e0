//! Pipelines of the demo's dealers, and who sells what to whom.

use muster_shared::id::{DealerId, PipelineId, StageId, TeamId, TerritoryId, UserId};
use muster_shared::money::Currency;
use muster_shared::opportunity::{ForecastCategory, Pipeline, Stage, StageKind};
use muster_shared::text::LocalText;

use super::dice::Dice;
use super::people::{LEAVER, People};
use super::words::{self, Place, Speech};

/// An open stage: English and Vietnamese name, percent, category, limit in working days, usual stay in days.
type Step = (&'static str, &'static str, u8, ForecastCategory, i32, i32);

const NEW_CARS: [Step; 5] = [
    ("Qualify", "Tìm hiểu", 10, ForecastCategory::Pipeline, 7, 4),
    ("Configure", "Cấu hình", 25, ForecastCategory::Pipeline, 7, 5),
    ("Test drive", "Lái thử", 50, ForecastCategory::BestCase, 7, 4),
    ("Quote", "Báo giá", 75, ForecastCategory::BestCase, 7, 6),
    ("Negotiate", "Thương lượng", 90, ForecastCategory::Commit, 5, 4),
];
const FLEET: [Step; 5] = [
    ("Need", "Nhu cầu", 10, ForecastCategory::Pipeline, 14, 9),
    ("Requirements", "Yêu cầu", 20, ForecastCategory::Pipeline, 15, 12),
    ("Demonstration", "Trình diễn", 40, ForecastCategory::BestCase, 12, 9),
    ("Tender", "Hồ sơ thầu", 60, ForecastCategory::BestCase, 20, 16),
    ("Contract", "Hợp đồng", 85, ForecastCategory::Commit, 10, 8),
];

/// Limits of the open stages, in working days.
#[must_use]
pub fn limits(fleet: bool) -> [i32; 5] {
    if fleet { FLEET.map(|s| s.4) } else { NEW_CARS.map(|s| s.4) }
}

/// Usual stays in the open stages, in days.
#[must_use]
pub fn usual(fleet: bool) -> [i32; 5] {
    if fleet { FLEET.map(|s| s.5) } else { NEW_CARS.map(|s| s.5) }
}

/// A seller's market: whom they sell to and how they write.
#[derive(Clone, Copy, Debug)]
pub struct Market {
    /// How the seller writes.
    pub speech: Speech,
    /// What customers are called like.
    pub names: Speech,
    pub places: &'static [Place],
    pub currencies: &'static [(Currency, u32)],
    /// Percent of customers that are companies.
    pub companies: usize,
}

const VND: &[(Currency, u32)] = &[(Currency::VND, 1)];
const EUR: &[(Currency, u32)] = &[(Currency::EUR, 1)];
const GBP: &[(Currency, u32)] = &[(Currency::GBP, 1)];
/// Embassies and foreign companies are quoted in dollars.
const FOREIGN: &[(Currency, u32)] = &[(Currency::VND, 3), (Currency::USD, 1)];

const fn market(speech: Speech, places: &'static [Place], currencies: &'static [(Currency, u32)], companies: usize) -> Market {
    Market { speech, names: speech, places, currencies, companies }
}

/// One seller's desk.
#[derive(Clone, Debug)]
pub struct Desk {
    pub owner: UserId,
    pub dealer: DealerId,
    pub team: Option<TeamId>,
    pub territory: Option<TerritoryId>,
    pub boss: UserId,
    /// A colleague of the same team, from whom a deal may have come.
    pub peer: Option<UserId>,
    /// Index of the pipeline.
    pub pipeline: usize,
    pub fleet: bool,
    pub market: Market,
    /// How many open and closed deals, against the other desks.
    pub open: u32,
    pub closed: u32,
    /// Days ago that the last one was closed.
    pub until: i32,
}

/// What is sold, through which stages, by whom.
#[derive(Clone, Debug)]
pub struct Sales {
    pub pipelines: Vec<Pipeline>,
    pub desks: Vec<Desk>,
}

/// Key, boss, colleague, market, fleet, open, closed.
type Row = (&'static str, &'static str, &'static str, Market, bool, u32, u32);

/// Desks of Vietnam South, where a database for measuring grows.
pub const SOUTH: usize = 9;

fn table() -> Vec<Row> {
    use words::{
        BERLIN, BIEN_HOA, CAN_THO, DA_NANG, HA_NOI, HAI_PHONG, HOI_AN, KARLSRUHE, LONDON, LYON, MANCHESTER, MUNICH, PARIS, SAIGON,
        STUTTGART, THU_DUC,
    };
    // Colleagues in District 7 write English: their customers come from many countries.
    let quan7 = Market { names: Speech::Vi, ..market(Speech::En, &[SAIGON, SAIGON, THU_DUC], VND, 35) };
    let quan7_vi = market(Speech::Vi, &[SAIGON, SAIGON, BIEN_HOA], VND, 35);
    let thu_duc = market(Speech::Vi, &[THU_DUC, BIEN_HOA, SAIGON], VND, 40);
    let delta = market(Speech::Vi, &[CAN_THO], VND, 45);
    let ha_noi = market(Speech::Vi, &[HA_NOI], VND, 40);
    let hai_phong = market(Speech::Vi, &[HAI_PHONG], VND, 45);
    let fleet = market(Speech::Vi, &[SAIGON, HA_NOI, BIEN_HOA, DA_NANG], FOREIGN, 100);
    let german = market(Speech::De, &[MUNICH, BERLIN], EUR, 40);
    let french = market(Speech::Fr, &[PARIS, LYON], EUR, 40);
    let british = market(Speech::En, &[LONDON, MANCHESTER], GBP, 40);
    let da_nang = market(Speech::Vi, &[DA_NANG], VND, 40);
    let hoi_an = market(Speech::Vi, &[HOI_AN, DA_NANG], VND, 50);
    let stuttgart = market(Speech::De, &[STUTTGART], EUR, 45);
    let karlsruhe = market(Speech::De, &[KARLSRUHE, STUTTGART], EUR, 45);
    vec![
        // Open deals of this team are written by hand.
        ("minh.nam", "thanh.binh", "thu.ha", quan7, false, 0, 10),
        ("thu.ha", "thanh.binh", "mai.khanh", quan7, false, 0, 12),
        ("mai.khanh", "thanh.binh", "minh.nam", quan7, false, 0, 9),
        ("tuong.vy", "thanh.binh", "thu.ha", quan7_vi, false, 0, 8),
        ("gia.bao", "thanh.binh", "hai.yen", thu_duc, false, 9, 10),
        ("hai.yen", "thanh.binh", "minh.triet", thu_duc, false, 8, 9),
        ("minh.triet", "thanh.binh", "gia.bao", thu_duc, false, 7, 8),
        ("ngoc.diep", "thanh.binh", "cong.hau", delta, false, 7, 8),
        ("cong.hau", "thanh.binh", "ngoc.diep", delta, false, 6, 6),
        ("duc.manh", "hoang.anh", "khanh.linh", ha_noi, false, 7, 9),
        ("khanh.linh", "hoang.anh", "van.son", ha_noi, false, 6, 9),
        ("van.son", "hoang.anh", "duc.manh", ha_noi, false, 5, 7),
        ("thuy.duong", "hoang.anh", "quoc.huy", hai_phong, false, 5, 6),
        ("quoc.huy", "hoang.anh", "thuy.duong", hai_phong, false, 4, 5),
        ("jonas.weber", "claire.fontaine", "", german, false, 6, 7),
        ("elodie.martin", "claire.fontaine", "", french, false, 5, 6),
        ("oliver.hughes", "claire.fontaine", "", british, false, 5, 6),
        ("huu.phuoc", "anh.tuan", "my.duyen", fleet, true, 16, 7),
        ("my.duyen", "anh.tuan", "huu.phuoc", fleet, true, 13, 5),
        ("dang.khoa", "my.linh", "gia.han", da_nang, false, 10, 9),
        ("gia.han", "my.linh", "dang.khoa", da_nang, false, 8, 8),
        ("dinh.phuc", "my.linh", "", hoi_an, false, 7, 7),
        ("sabine.krueger", "markus.lindner", "emre.yildiz", stuttgart, false, 10, 9),
        ("emre.yildiz", "markus.lindner", "sabine.krueger", karlsruhe, false, 8, 8),
        (LEAVER, "thanh.binh", "thu.ha", quan7, false, 0, 4),
    ]
}

impl Sales {
    /// Pipelines and desks of `people`.
    #[must_use]
    pub fn new(seed: u64, people: &People) -> Self {
        let mut dice = Dice::new(seed, 3);
        let mut pipelines = Vec::new();
        // The maker's fleet pipeline is its second.
        for (dealer, en, vi, steps) in [
            (0, "New cars", "Xe mới", NEW_CARS),
            (0, "Fleet", "Đội xe", FLEET),
            (1, "New cars", "Xe mới", NEW_CARS),
            (2, "New cars", "Xe mới", NEW_CARS),
        ] {
            let dealer_id = people.dealers[dealer].id;
            let position = i32::from(pipelines.iter().any(|p: &Pipeline| p.dealer_id == dealer_id));
            let id = PipelineId(dice.id(people.founded));
            let mut stage = |position, (en, vi, probability, category, limit_days), kind| Stage {
                id: StageId(dice.id(people.founded)),
                version: 1,
                pipeline_id: id,
                name: LocalText::new(en, vi),
                position,
                kind,
                probability,
                category,
                limit_days,
                archived: false,
            };
            let mut stages = Vec::new();
            for (position, (en, vi, probability, category, limit, _)) in (0..).zip(steps) {
                stages.push(stage(position, (en, vi, probability, category, Some(limit)), StageKind::Open));
            }
            stages.push(stage(1_000, ("Won", "Thắng", 100, ForecastCategory::Closed, None), StageKind::Won));
            stages.push(stage(1_001, ("Lost", "Mất", 0, ForecastCategory::Omitted, None), StageKind::Lost));
            pipelines.push(Pipeline { id, version: 1, dealer_id, name: LocalText::new(en, vi), position, stages });
        }
        let desks = table()
            .into_iter()
            .map(|(key, boss, peer, market, fleet, open, closed)| {
                let owner = people.user(key);
                let house = people.dealers.iter().position(|d| d.id == owner.dealer_id).expect("users belong to dealers of the demo");
                Desk {
                    owner: owner.id,
                    dealer: owner.dealer_id,
                    team: owner.team_ids.first().copied(),
                    territory: owner.territory_ids.first().copied(),
                    boss: people.user(boss).id,
                    peer: (!peer.is_empty()).then(|| people.user(peer).id),
                    pipeline: [usize::from(fleet), 2, 3][house],
                    fleet,
                    market,
                    open,
                    closed,
                    until: if key == LEAVER { LEFT + 5 } else { 1 },
                }
            })
            .collect();
        Self { pipelines, desks }
    }
}

/// Days ago that the leaver left.
pub const LEFT: i32 = 190;
