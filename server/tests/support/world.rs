//! The small world of the tests: the maker, two dealers, a person of every kind, one pipeline.

use std::collections::BTreeMap;

use muster_server::company::commands::{create_company, store_rates};
use muster_server::error::Result;
use muster_server::identity::commands::{create_dealer, create_shipped_roles, create_unit, create_user};
use muster_server::identity::password;
use muster_server::identity::structure::{Department, Team, Territory};
use muster_server::identity::subjects::token_hash;
use muster_server::sql::Sql;
use muster_server::writer::{Tx, Writer};
use muster_shared::calendar::WorkCalendar;
use muster_shared::company::Company;
use muster_shared::event::Actor;
use muster_shared::id::{DealerId, DepartmentId, RoleId, TeamId, TerritoryId, UserId};
use muster_shared::identity::{DealerContract, User};
use muster_shared::money::{Currency, Rate};
use muster_shared::text::Lang;
use muster_shared::time::{DAY_MS, Day};
use uuid::Uuid;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// Who sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Who {
    /// Nobody signed in.
    Nobody,
    /// A representative: team and territory South.
    Rep,
    /// Another representative of the same team and territory.
    Mate,
    /// The manager of team South.
    Manager,
    /// A representative of team and territory North.
    Outsider,
    /// The manager of team Vietnam, above South and North.
    Director,
    Marketing,
    ProductManager,
    Hr,
    Admin,
    /// A representative of team South who left.
    Deactivated,
    /// A representative of the dealer whose contract is closed.
    DealerRep,
    DealerManager,
    /// The administrator of the dealer whose contract is closed.
    DealerAdmin,
    /// A representative of the dealer whose contract opens its rows to the maker.
    OpenRep,
}

impl Who {
    pub const ALL: [Self; 15] = [
        Self::Nobody,
        Self::Rep,
        Self::Mate,
        Self::Manager,
        Self::Outsider,
        Self::Director,
        Self::Marketing,
        Self::ProductManager,
        Self::Hr,
        Self::Admin,
        Self::Deactivated,
        Self::DealerRep,
        Self::DealerManager,
        Self::DealerAdmin,
        Self::OpenRep,
    ];

    /// The token of this person's session.
    pub fn token(self) -> Option<String> {
        (self != Self::Nobody).then(|| format!("session-of-{self:?}"))
    }

    pub fn mail(self) -> String {
        format!("{self:?}@aurora.example").to_lowercase()
    }
}

/// The ids of what is there.
#[derive(Debug, Default)]
pub struct World {
    pub maker: Uuid,
    pub dealer: Uuid,
    pub open_dealer: Uuid,
    pub departments: BTreeMap<&'static str, Uuid>,
    /// `vietnam` above `south` and `north`; `dealer`, `open`.
    pub teams: BTreeMap<&'static str, Uuid>,
    /// `vietnam` above `south` and `north`; `dealer`, `open`.
    pub territories: BTreeMap<&'static str, Uuid>,
    /// By the key of the shipped role.
    pub roles: BTreeMap<&'static str, Uuid>,
    pub users: BTreeMap<Who, Uuid>,
    /// The maker's, then the dealers' pipelines.
    pub pipeline: Uuid,
    pub dealer_pipeline: Uuid,
    pub open_pipeline: Uuid,
    /// Of the maker's pipeline: `qualified`, `proposal`, `negotiation`, `won`, `lost`.
    pub stages: BTreeMap<&'static str, Uuid>,
    pub dealer_stages: BTreeMap<&'static str, Uuid>,
    pub open_stages: BTreeMap<&'static str, Uuid>,
}

impl World {
    pub fn user(&self, who: Who) -> Uuid {
        self.users[&who]
    }
}

/// Makes the world.
pub async fn build(writer: &Writer) -> World {
    let hash = password::hash(PASSWORD.to_owned()).await.expect("hashes");
    writer.run(Actor::System, move |tx| Box::pin(async move { world(tx, &hash).await })).await.expect("the world is made")
}

async fn world(tx: &mut Tx, hash: &str) -> Result<World> {
    let mut world = World::default();
    create_company(tx, company(), false).await?;
    let day = tx.now.utc_day();
    let rate = |currency, nano: i64, day: Day| Rate { currency, day, nano: nano * 1_000_000_000 };
    let rates = [
        rate(Currency::EUR, 28_000, day.plus(-30)),
        rate(Currency::EUR, 30_000, day),
        rate(Currency::USD, 25_000, day.plus(-30)),
        rate(Currency::GBP, 33_000, day.plus(-30)),
    ];
    store_rates(tx, &rates).await?;
    world.roles = create_shipped_roles(tx).await?.into_iter().map(|(key, id)| (key, id.0)).collect();
    world.maker = create_dealer(tx, "Aurora Motors", true, DealerContract::Closed).await?.id.0;
    world.dealer = create_dealer(tx, "Sao Mai Auto", false, DealerContract::Closed).await?.id.0;
    world.open_dealer = create_dealer(tx, "Autohaus Lindner", false, DealerContract::Open).await?.id.0;
    structure(tx, &mut world).await?;
    people(tx, &mut world, hash).await?;
    (world.pipeline, world.stages) = pipeline(tx, world.maker).await?;
    (world.dealer_pipeline, world.dealer_stages) = pipeline(tx, world.dealer).await?;
    (world.open_pipeline, world.open_stages) = pipeline(tx, world.open_dealer).await?;
    Ok(world)
}

fn company() -> Company {
    Company {
        version: 1,
        name: "Aurora Motors".into(),
        currency: Currency::VND,
        currencies: vec![Currency::EUR, Currency::GBP, Currency::USD],
        zone: "Asia/Ho_Chi_Minh".into(),
        languages: vec![Lang::En, Lang::Vi],
        calendar: WorkCalendar::default(),
        hours: muster_shared::calendar::WorkHours::default(),
        contact_limit_days: 14,
        mail_from: None,
    }
}

async fn structure(tx: &mut Tx, world: &mut World) -> Result<()> {
    let maker = DealerId(world.maker);
    for (key, name) in [("sales", "Sales"), ("marketing", "Marketing"), ("hr", "People")] {
        world.departments.insert(key, create_unit::<Department>(tx, maker, name, None).await?.id);
    }
    let team = create_unit::<Team>(tx, maker, "Vietnam", None).await?.id;
    let territory = create_unit::<Territory>(tx, maker, "Vietnam", None).await?.id;
    world.teams.insert("vietnam", team);
    world.territories.insert("vietnam", territory);
    for (key, name) in [("south", "South"), ("north", "North")] {
        world.teams.insert(key, create_unit::<Team>(tx, maker, name, Some(team)).await?.id);
        world.territories.insert(key, create_unit::<Territory>(tx, maker, name, Some(territory)).await?.id);
    }
    for (key, dealer) in [("dealer", world.dealer), ("open", world.open_dealer)] {
        world.teams.insert(key, create_unit::<Team>(tx, DealerId(dealer), "Showroom", None).await?.id);
        world.territories.insert(key, create_unit::<Territory>(tx, DealerId(dealer), "City", None).await?.id);
    }
    Ok(())
}

async fn people(tx: &mut Tx, world: &mut World, hash: &str) -> Result<()> {
    for who in Who::ALL {
        let (dealer, role, place, department) = match who {
            Who::Nobody => continue,
            Who::Rep | Who::Mate | Who::Deactivated => (world.maker, "rep", Some("south"), Some("sales")),
            Who::Outsider => (world.maker, "rep", Some("north"), Some("sales")),
            Who::Manager => (world.maker, "manager", Some("south"), Some("sales")),
            Who::Director => (world.maker, "manager", Some("vietnam"), Some("sales")),
            Who::Marketing => (world.maker, "marketing", None, Some("marketing")),
            Who::ProductManager => (world.maker, "product-manager", None, None),
            Who::Hr => (world.maker, "hr", None, Some("hr")),
            Who::Admin => (world.maker, "admin", None, None),
            Who::DealerRep => (world.dealer, "rep", Some("dealer"), None),
            Who::DealerManager => (world.dealer, "manager", Some("dealer"), None),
            Who::DealerAdmin => (world.dealer, "dealer-admin", None, None),
            Who::OpenRep => (world.open_dealer, "rep", Some("open"), None),
        };
        let user = User {
            id: UserId(Uuid::nil()),
            version: 1,
            dealer_id: DealerId(dealer),
            department_id: department.map(|d| DepartmentId(world.departments[d])),
            name: name(who).into(),
            mail: who.mail(),
            title: String::new(),
            lang: Lang::En,
            zone: "Asia/Ho_Chi_Minh".into(),
            active: who != Who::Deactivated,
            invited: false,
            role_ids: vec![RoleId(world.roles[role])],
            team_ids: place.map(|p| TeamId(world.teams[p])).into_iter().collect(),
            territory_ids: place.map(|p| TerritoryId(world.territories[p])).into_iter().collect(),
        };
        let id = create_user(tx, user, Some(hash)).await?.id.0;
        world.users.insert(who, id);
        session(tx, who, id).await?;
    }
    Ok(())
}

fn name(who: Who) -> &'static str {
    match who {
        Who::Nobody => "",
        Who::Rep => "Nguyễn Minh Anh",
        Who::Mate => "Trần Quốc Bảo",
        Who::Manager => "Lê Thị Hương",
        Who::Outsider => "Phạm Văn Đức",
        Who::Director => "Hoàng Gia Huy",
        Who::Marketing => "Vũ Mai Khanh",
        Who::ProductManager => "Clara Weber",
        Who::Hr => "Đỗ Thu Trang",
        Who::Admin => "Ngô Thanh Sơn",
        Who::Deactivated => "Bùi Đình Long",
        Who::DealerRep => "Đặng Hải Yến",
        Who::DealerManager => "Phan Trọng Nghĩa",
        Who::DealerAdmin => "Lý Kim Ngân",
        Who::OpenRep => "Jonas Lindner",
    }
}

async fn session(tx: &Tx, who: Who, user: Uuid) -> Result<()> {
    let Some(token) = who.token() else { return Ok(()) };
    let mut sql = Sql::new("INSERT INTO session (id, token_hash, user_id, agent, address, created_at, seen_at, expires_at) VALUES ");
    sql.rows([()], |v, ()| {
        v.extend([
            tx.new_id().into(),
            token_hash(&token).to_vec().into(),
            user.into(),
            "tests".into(),
            "127.0.0.1".into(),
            tx.now.0.into(),
            tx.now.0.into(),
            (tx.now.0 + 14 * DAY_MS).into(),
        ]);
    });
    sql.run(tx.db()).await?;
    Ok(())
}

async fn pipeline(tx: &Tx, dealer: Uuid) -> Result<(Uuid, BTreeMap<&'static str, Uuid>)> {
    let pipeline = tx.new_id();
    let mut sql = Sql::new("INSERT INTO pipeline (id, version, dealer_id, name, position) VALUES ");
    sql.rows([()], |v, ()| v.extend([pipeline.into(), 1_i64.into(), dealer.into(), r#"{"en":"Sales"}"#.into(), 0_i32.into()]));
    sql.run(tx.db()).await?;
    let stages = [
        ("qualified", r#"{"en":"Qualified","vi":"Đủ điều kiện"}"#, "open", 20_i32, "pipeline", Some(10_i32)),
        ("proposal", r#"{"en":"Proposal","vi":"Đề xuất"}"#, "open", 50, "best-case", Some(10)),
        ("negotiation", r#"{"en":"Negotiation","vi":"Đàm phán"}"#, "open", 80, "commit", Some(7)),
        ("won", r#"{"en":"Won","vi":"Thắng"}"#, "won", 100, "closed", None),
        ("lost", r#"{"en":"Lost","vi":"Thua"}"#, "lost", 0, "omitted", None),
    ];
    let mut ids = BTreeMap::new();
    let mut sql = Sql::new(
        "INSERT INTO stage (id, version, dealer_id, pipeline_id, name, position, kind, probability, category, limit_days, archived) VALUES ",
    );
    sql.rows((0_i32..).zip(stages), |v, (position, (key, name, kind, probability, category, limit))| {
        let id = tx.new_id();
        ids.insert(key, id);
        v.extend([
            id.into(),
            1_i64.into(),
            dealer.into(),
            pipeline.into(),
            name.into(),
            position.into(),
            kind.into(),
            probability.into(),
            category.into(),
            limit.into(),
            false.into(),
        ]);
    });
    sql.run(tx.db()).await?;
    Ok((pipeline, ids))
}
