//! Rows to ask for: made afresh for every try, so that one answer cannot spoil the next.

use muster_server::access::Operation;
use muster_server::identity::subjects::token_hash;
use muster_server::sql::Sql;
use muster_server::writer::Tx;
use muster_shared::event::Actor;
use muster_shared::time::DAY_MS;
use serde_json::json;
use uuid::Uuid;

use super::Relation;
use crate::support::{Shop, TestApp, Who, id};

/// What an operation's path or body names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Nothing,
    /// Nothing but a dealer, in the body.
    OfDealer,
    Account,
    TrashedAccount,
    Contact,
    TrashedContact,
    Deal,
    TrashedDeal,
    /// A request that waits.
    Lead,
    /// An account's change, to be undone.
    Change,
    View,
    Session,
    User,
    FreshUser,
    Leaver,
    Department,
    Team,
    Territory,
    Role,
    Dealer,
    Pipeline,
    Stage,
    /// A model with a version in the shop.
    Model,
    Draft,
    CheckedDraft,
    PublishedVersion,
}

/// The row's id as paths name it, and its version.
#[derive(Clone, Debug)]
pub struct Made {
    pub id: String,
    pub version: i64,
}

impl Target {
    pub fn of(operation: Operation) -> Self {
        use Operation as O;
        match operation {
            O::UserCreate | O::DepartmentCreate | O::TeamCreate | O::TerritoryCreate => Self::OfDealer,
            O::AccountGet | O::AccountPatch | O::AccountDelete | O::ContactCreate | O::OpportunityCreate | O::EventList => Self::Account,
            O::AccountRestore => Self::TrashedAccount,
            O::ContactGet | O::ContactPatch | O::ContactDelete | O::PersonExport | O::PersonErase => Self::Contact,
            O::ContactRestore => Self::TrashedContact,
            O::OpportunityGet
            | O::OpportunityCard
            | O::OpportunityStays
            | O::OpportunityPatch
            | O::OpportunityMove
            | O::OpportunityDelete => Self::Deal,
            O::OpportunityRestore => Self::TrashedDeal,
            O::LeadGet | O::LeadAccept | O::LeadReturn | O::LeadCancel => Self::Lead,
            O::EventUndo => Self::Change,
            O::ViewPatch | O::ViewDelete => Self::View,
            O::SessionEnd => Self::Session,
            O::UserGet | O::UserWork => Self::User,
            O::UserPatch | O::UserInvite | O::UserDeactivate => Self::FreshUser,
            O::UserReactivate => Self::Leaver,
            O::DepartmentPatch | O::DepartmentDelete => Self::Department,
            O::TeamPatch | O::TeamDelete => Self::Team,
            O::TerritoryPatch | O::TerritoryDelete => Self::Territory,
            O::RolePatch | O::RoleDelete => Self::Role,
            O::DealerPatch => Self::Dealer,
            O::PipelinePatch | O::StageCreate => Self::Pipeline,
            O::StagePatch | O::BoardMore => Self::Stage,
            O::ModelGet | O::ModelReport | O::VersionCreate => Self::Model,
            O::VersionGet
            | O::VersionPrices
            | O::VersionPatch
            | O::VersionDelete
            | O::VersionCheck
            | O::VersionPreview
            | O::VersionReprice => Self::Draft,
            O::VersionPublish => Self::CheckedDraft,
            O::VersionRetire | O::VersionReturn => Self::PublishedVersion,
            _ => Self::Nothing,
        }
    }

    /// Whether there are rows of this kind in that relation.
    pub fn has(self, relation: Relation) -> bool {
        match self {
            Self::Nothing | Self::Role => relation == Relation::Any,
            Self::OfDealer
            | Self::Department
            | Self::Team
            | Self::Territory
            | Self::Dealer
            | Self::Pipeline
            | Self::Stage
            | Self::Model
            | Self::Draft
            | Self::CheckedDraft
            | Self::PublishedVersion => matches!(relation, Relation::Own | Relation::Dealer | Relation::Open),
            // What somebody may do to themselves has tests of its own.
            Self::FreshUser | Self::Leaver => !matches!(relation, Relation::Any | Relation::Own),
            _ => relation != Relation::Any,
        }
    }

    pub async fn make(self, app: &TestApp, relation: Relation) -> Made {
        let world = app.world;
        let owner = app.as_(relation.owner());
        let first = |id: String| Made { id, version: 1 };
        let of_dealer = |maker: Uuid, dealer: Uuid, open: Uuid| match relation {
            Relation::Dealer => dealer.to_string(),
            Relation::Open => open.to_string(),
            _ => maker.to_string(),
        };
        match self {
            Self::Nothing | Self::OfDealer => first(String::new()),
            Self::Account => first(account(app, relation).await),
            Self::TrashedAccount => trashed(app, relation, "accounts", account(app, relation).await).await,
            Self::Contact => first(contact(app, relation).await),
            Self::TrashedContact => trashed(app, relation, "contacts", contact(app, relation).await).await,
            Self::Deal => first(deal(app, relation).await),
            Self::TrashedDeal => trashed(app, relation, "opportunities", deal(app, relation).await).await,
            Self::Lead => first(lead(app, relation).await.to_string()),
            Self::Change => {
                let path = format!("/api/accounts/{}", account(app, relation).await);
                let changed = owner.patch(&path, 1, json!({ "note": "Before" })).await.expect(200);
                first(changed.header("x-event-seq").expect("an event").to_owned())
            }
            Self::View => first(id(&owner.post("/api/views", json!({ "place": "board", "name": "Mine", "query": "" })).await.ok())),
            Self::Session => first(session(app, world.user(relation.owner())).await),
            Self::User => first(world.user(relation.owner()).to_string()),
            Self::FreshUser => first(user(app, relation).await),
            Self::Leaver => {
                let user = user(app, relation).await;
                let path = format!("/api/users/{user}/deactivate");
                app.as_(administrator(relation)).from_version(1).post(&path, json!({})).await.expect(200);
                Made { id: user, version: 2 }
            }
            Self::Department => first(unit(app, relation, "departments").await),
            Self::Team => first(unit(app, relation, "teams").await),
            Self::Territory => first(unit(app, relation, "territories").await),
            Self::Role => {
                let role = json!({ "name": { "en": unique() }, "grants": {} });
                first(id(&app.as_(Who::Admin).post("/api/roles", role).await.ok()))
            }
            Self::Dealer => first(of_dealer(world.maker, world.dealer, world.open_dealer)),
            Self::Pipeline => first(of_dealer(world.pipeline, world.dealer_pipeline, world.open_pipeline)),
            Self::Stage => first(of_dealer(world.stages["qualified"], world.dealer_stages["qualified"], world.open_stages["qualified"])),
            Self::Model | Self::Draft | Self::CheckedDraft | Self::PublishedVersion => {
                self.version(app, of_dealer(world.maker, world.dealer, world.open_dealer)).await
            }
        }
    }
}

impl Target {
    /// A version of a model of this dealer, or its model.
    async fn version(self, app: &TestApp, dealer: String) -> Made {
        use muster_server::catalog::{commands, publish};
        use muster_server::record::{Write, store_change};
        use muster_shared::catalog::{ModelVersion, VersionState};
        let dealer: Uuid = dealer.parse().expect("an id");
        let made = app.state.writer.run(Actor::System, move |tx| {
            Box::pin(async move {
                let van = crate::support::van(1);
                let draft = commands::create_model(tx, dealer.into(), &unique(), 1, &van).await?;
                match self {
                    Self::Draft => Ok(draft),
                    Self::CheckedDraft => {
                        let checked = ModelVersion { state: VersionState::Checked, ..draft.clone() };
                        store_change(tx, &draft, checked, Write::default()).await
                    }
                    _ => commands::publish(tx, &draft, publish::compile_model(&van)?, muster_shared::time::Day(20_000)).await,
                }
            })
        });
        let version = made.await.expect("a version");
        match self {
            Self::Model => Made { id: version.model_id.to_string(), version: 1 },
            _ => Made { id: version.id.to_string(), version: version.version },
        }
    }
}

fn unique() -> String {
    Uuid::now_v7().to_string()
}

/// Who looks after the people of a relation's dealer.
fn administrator(relation: Relation) -> Who {
    if relation == Relation::Dealer { Who::DealerAdmin } else { Who::Admin }
}

async fn account(app: &TestApp, relation: Relation) -> String {
    id(&app.as_(relation.owner()).post("/api/accounts", json!({ "kind": "company", "name": "An Phú" })).await.ok())
}

async fn contact(app: &TestApp, relation: Relation) -> String {
    let account = account(app, relation).await;
    id(&app.as_(relation.owner()).post("/api/contacts", json!({ "account_id": account, "name": "An" })).await.ok())
}

async fn deal(app: &TestApp, relation: Relation) -> String {
    let account = account(app, relation).await;
    let deal = json!({ "account_id": account, "name": "An deal", "amount": { "minor": 1, "currency": "VND" }, "close_day": "2027-01-01" });
    id(&app.as_(relation.owner()).post("/api/opportunities", deal).await.ok()["card"])
}

async fn trashed(app: &TestApp, relation: Relation, kind: &str, id: String) -> Made {
    app.as_(relation.owner()).delete(&format!("/api/{kind}/{id}"), 1).await.expect(200);
    Made { id, version: 2 }
}

async fn user(app: &TestApp, relation: Relation) -> String {
    let world = app.world;
    let (dealer, place) = match relation {
        Relation::Dealer => (world.dealer, "dealer"),
        Relation::Open => (world.open_dealer, "open"),
        Relation::Other => (world.maker, "north"),
        _ => (world.maker, "south"),
    };
    let new = json!({ "dealer_id": dealer, "name": "Fresh", "mail": format!("{}@aurora.example", unique()), "role_ids": [world.roles["employee"]],
        "team_ids": [world.teams[place]], "territory_ids": [world.territories[place]] });
    id(&app.as_(administrator(relation)).post("/api/users", new).await.ok()["user"])
}

async fn unit(app: &TestApp, relation: Relation, kind: &str) -> String {
    let dealer = match relation {
        Relation::Dealer => app.world.dealer,
        Relation::Open => app.world.open_dealer,
        _ => app.world.maker,
    };
    let new = json!({ "dealer_id": dealer, "name": unique() });
    id(&app.as_(administrator(relation)).post(&format!("/api/{kind}"), new).await.ok())
}

/// One more session of a user, entered past the sign-in: its passwords take long to check.
async fn session(app: &TestApp, user: Uuid) -> String {
    let enter = move |tx: &mut Tx| -> (Uuid, Sql) {
        let id = tx.new_id();
        let mut sql = Sql::new("INSERT INTO session (id, token_hash, user_id, agent, address, created_at, seen_at, expires_at) VALUES ");
        let (now, end) = (tx.now.0, tx.now.0 + DAY_MS);
        sql.rows([()], |v, ()| {
            v.extend([
                id.into(),
                token_hash(&id.to_string()).to_vec().into(),
                user.into(),
                "tests".into(),
                "127.0.0.1".into(),
                now.into(),
                now.into(),
                end.into(),
            ]);
        });
        (id, sql)
    };
    let entered = app.state.writer.run(Actor::System, move |tx| {
        Box::pin(async move {
            let (id, sql) = enter(tx);
            sql.run(tx.db()).await?;
            Ok(id)
        })
    });
    entered.await.expect("a session").to_string()
}

/// Gives a customer the link `token` to a deal of the representative.
pub async fn link(app: &TestApp, token: &'static str) {
    let deal: Uuid = deal(app, Relation::Own).await.parse().expect("an id");
    let made = app.state.writer.run(Actor::System, move |tx| {
        Box::pin(async move {
            use muster_server::record::Record as _;
            let deal = muster_shared::opportunity::Opportunity::load(tx.db(), deal).await?.expect("just made");
            let until = tx.now.plus_ms(DAY_MS);
            muster_server::opportunity::follow::create_link(tx, &deal, token, until).await
        })
    });
    made.await.expect("a link");
}

/// A request that waits for the owner of this relation's rows, made past the shop: that has tests of its own.
async fn lead(app: &TestApp, relation: Relation) -> Uuid {
    let world = app.world;
    let (dealer, owner) = match relation {
        Relation::Dealer => (world.dealer, Who::DealerRep),
        Relation::Open => (world.open_dealer, Who::OpenRep),
        _ => (world.maker, relation.owner()),
    };
    let owner = world.user(owner);
    let made = app.state.writer.run(Actor::System, move |tx| {
        Box::pin(async move {
            let mut lead = muster_server::lead::requesting::blank(tx, dealer.into());
            lead.name = "An".to_owned();
            lead.phone = format!("09{}", lead.id.0.as_u128() % 100_000_000);
            muster_server::lead::routing::give_to(tx.db(), &mut lead, owner).await?;
            Ok(muster_server::record::store_new(tx, lead).await?.id.0)
        })
    });
    made.await.expect("a lead")
}

/// Gives a customer the link `token` to a request for a product that is in the shop.
pub async fn lead_link(app: &TestApp, token: &'static str) {
    let shop = Shop::open(app).await;
    app.as_(Who::Nobody).post("/api/shop/requests", shop.request("Bình", "0903 123 456")).await.expect(201);
    let made = app.state.writer.run(Actor::System, move |tx| {
        Box::pin(async move {
            use muster_server::record::Record as _;
            let row = muster_server::sql::Sql::new("SELECT id FROM lead WHERE name = 'Bình'").one(tx.db()).await?.expect("just made");
            let lead = muster_shared::lead::Lead::load(tx.db(), row.try_get("", "id")?).await?.expect("just made");
            muster_server::lead::links::create(tx, &lead, token, false).await
        })
    });
    made.await.expect("a link");
}
