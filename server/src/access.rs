//! Who may do what: every operation's rule in one table, subjects, and scopes as SQL.

use std::sync::Arc;

use muster_shared::access::{Permission, Reach, Scope};
use muster_shared::event::{Actor, RowScope};
use muster_shared::id::{LinkId, OpportunityId, SessionId};
use muster_shared::text::Lang;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::sql::Sql;

/// What an operation asks of its subject, before any row is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Anybody, signed in or not.
    Public,
    /// Anybody who is signed in; only what is theirs.
    SignedIn,
    /// The holder of a secret link.
    Link,
    /// Who holds the permission; rows by its scope.
    May(Permission),
}

macro_rules! operations {
    ($($variant:ident = $name:literal => $rule:expr),* $(,)?) => {
        /// Everything the API can be asked to do. The name is the OpenAPI operation id.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Operation { $($variant),* }

        impl Operation {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            #[must_use]
            pub const fn rule(self) -> Rule {
                use Permission as P;
                use Rule::{Link, May, Public, SignedIn};
                match self { $(Self::$variant => $rule),* }
            }
        }
    };
}

operations! {
    SessionCreate = "session.create" => Public,
    SessionGet = "session.get" => SignedIn,
    SessionDelete = "session.delete" => SignedIn,
    SessionList = "session.list" => SignedIn,
    SessionEnd = "session.end" => SignedIn,
    ProfilePatch = "profile.patch" => SignedIn,
    PasswordChange = "password.change" => SignedIn,
    PasswordForgot = "password.forgot" => Public,
    PasswordReset = "password.reset" => Public,
    PeopleList = "people.list" => SignedIn,
    UserList = "user.list" => May(P::UserRead),
    UserGet = "user.get" => May(P::UserRead),
    UserCreate = "user.create" => May(P::UserManage),
    UserPatch = "user.patch" => May(P::UserManage),
    UserInvite = "user.invite" => May(P::UserManage),
    UserWork = "user.work" => May(P::UserManage),
    UserDeactivate = "user.deactivate" => May(P::UserManage),
    UserReactivate = "user.reactivate" => May(P::UserManage),
    RoleList = "role.list" => May(P::UserRead),
    RoleCreate = "role.create" => May(P::RoleManage),
    RolePatch = "role.patch" => May(P::RoleManage),
    RoleDelete = "role.delete" => May(P::RoleManage),
    DealerList = "dealer.list" => SignedIn,
    DealerCreate = "dealer.create" => May(P::StructureManage),
    DealerPatch = "dealer.patch" => May(P::StructureManage),
    DepartmentList = "department.list" => SignedIn,
    DepartmentCreate = "department.create" => May(P::StructureManage),
    DepartmentPatch = "department.patch" => May(P::StructureManage),
    DepartmentDelete = "department.delete" => May(P::StructureManage),
    TeamList = "team.list" => SignedIn,
    TeamCreate = "team.create" => May(P::StructureManage),
    TeamPatch = "team.patch" => May(P::StructureManage),
    TeamDelete = "team.delete" => May(P::StructureManage),
    TerritoryList = "territory.list" => SignedIn,
    TerritoryCreate = "territory.create" => May(P::StructureManage),
    TerritoryPatch = "territory.patch" => May(P::StructureManage),
    TerritoryDelete = "territory.delete" => May(P::StructureManage),
    SetupGet = "setup.get" => Public,
    SetupRun = "setup.run" => Public,
    CompanyGet = "company.get" => SignedIn,
    CompanyPatch = "company.patch" => May(P::CompanyManage),
    RateList = "rate.list" => SignedIn,
    RateCreate = "rate.create" => May(P::CompanyManage),
    DemoGet = "demo.get" => Public,
    PersonExport = "person.export" => May(P::PersonManage),
    PersonErase = "person.erase" => May(P::PersonManage),
    AccountList = "account.list" => May(P::AccountRead),
    AccountGet = "account.get" => May(P::AccountRead),
    AccountCreate = "account.create" => May(P::AccountWrite),
    AccountPatch = "account.patch" => May(P::AccountWrite),
    AccountDelete = "account.delete" => May(P::AccountDelete),
    AccountRestore = "account.restore" => May(P::AccountDelete),
    ContactList = "contact.list" => May(P::AccountRead),
    ContactGet = "contact.get" => May(P::AccountRead),
    ContactCreate = "contact.create" => May(P::AccountWrite),
    ContactPatch = "contact.patch" => May(P::AccountWrite),
    ContactDelete = "contact.delete" => May(P::AccountDelete),
    ContactRestore = "contact.restore" => May(P::AccountDelete),
    FollowGet = "follow.get" => Link,
    ShopGet = "shop.get" => Public,
    ShopReasons = "shop.reasons" => Public,
    ShopSignals = "shop.signals" => Public,
    FileGet = "file.get" => Public,
    ModelList = "model.list" => May(P::CatalogRead),
    ModelGet = "model.get" => May(P::CatalogRead),
    ModelReport = "model.report" => May(P::CatalogRead),
    ModelCreate = "model.create" => May(P::CatalogManage),
    VersionGet = "version.get" => May(P::CatalogRead),
    VersionPrices = "version.prices" => May(P::CatalogRead),
    VersionCreate = "version.create" => May(P::CatalogManage),
    VersionPatch = "version.patch" => May(P::CatalogManage),
    VersionDelete = "version.delete" => May(P::CatalogManage),
    VersionCheck = "version.check" => May(P::CatalogManage),
    VersionPublish = "version.publish" => May(P::CatalogManage),
    VersionRetire = "version.retire" => May(P::CatalogManage),
    VersionReturn = "version.return" => May(P::CatalogManage),
    VersionPreview = "version.preview" => May(P::CatalogManage),
    VersionReprice = "version.reprice" => May(P::CatalogManage),
    ShopDealers = "shop.dealers" => Public,
    RequestCreate = "request.create" => Public,
    RequestGet = "request.get" => Link,
    RequestChange = "request.change" => Link,
    RequestCancel = "request.cancel" => Link,
    RequestForget = "request.forget" => Link,
    LeadList = "lead.list" => May(P::LeadRead),
    LeadGet = "lead.get" => May(P::LeadRead),
    LeadAccept = "lead.accept" => May(P::LeadWrite),
    LeadReturn = "lead.return" => May(P::LeadWrite),
    LeadCancel = "lead.cancel" => May(P::LeadWrite),
    PipelineList = "pipeline.list" => May(P::OpportunityRead),
    PipelineCreate = "pipeline.create" => May(P::PipelineManage),
    PipelinePatch = "pipeline.patch" => May(P::PipelineManage),
    StageCreate = "stage.create" => May(P::PipelineManage),
    StagePatch = "stage.patch" => May(P::PipelineManage),
    BoardGet = "board.get" => May(P::OpportunityRead),
    BoardMore = "board.more" => May(P::OpportunityRead),
    OpportunityList = "opportunity.list" => May(P::OpportunityRead),
    OpportunityGet = "opportunity.get" => May(P::OpportunityRead),
    OpportunityCard = "opportunity.card" => May(P::OpportunityRead),
    OpportunityStays = "opportunity.stays" => May(P::OpportunityRead),
    OpportunityCreate = "opportunity.create" => May(P::OpportunityWrite),
    OpportunityPatch = "opportunity.patch" => May(P::OpportunityWrite),
    OpportunityMove = "opportunity.move" => May(P::OpportunityWrite),
    OpportunityDelete = "opportunity.delete" => May(P::OpportunityDelete),
    OpportunityRestore = "opportunity.restore" => May(P::OpportunityDelete),
    EventList = "event.list" => SignedIn,
    EventUndo = "event.undo" => SignedIn,
    EventStream = "event.stream" => SignedIn,
    SearchGet = "search.get" => SignedIn,
    ViewList = "view.list" => SignedIn,
    ViewCreate = "view.create" => SignedIn,
    ViewPatch = "view.patch" => SignedIn,
    ViewDelete = "view.delete" => SignedIn,
    HealthGet = "health.get" => Public,
    ReadyGet = "ready.get" => Public,
    MetricsGet = "metrics.get" => Public,
    OpenapiGet = "openapi.get" => Public,
}

/// Who asks.
#[derive(Clone, Debug)]
pub enum Subject {
    User(Arc<UserSubject>),
    /// A customer with a secret link.
    Link(LinkSubject),
    Nobody,
}

/// A signed-in person with their rights.
#[derive(Clone, Debug)]
pub struct UserSubject {
    pub session_id: SessionId,
    pub name: String,
    pub lang: Lang,
    pub zone: String,
    pub reach: Reach,
}

impl UserSubject {
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.reach.user_id.0
    }

    #[must_use]
    pub const fn dealer_id(&self) -> Uuid {
        self.reach.dealer_id.0
    }

    #[must_use]
    pub const fn actor(&self) -> Actor {
        Actor::User(self.reach.user_id.0)
    }

    /// Whether `permission` covers a row with these scope columns.
    #[must_use]
    pub fn covers(&self, permission: Permission, row: &RowScope) -> bool {
        self.reach.covers(permission, row)
    }

    /// Whether this person may know of a dealer: their own, those open to them, and all where they manage structure for all.
    #[must_use]
    pub fn may_know_dealer(&self, dealer: Uuid) -> bool {
        let reads = || self.reach.grants.values().any(|s| *s == Scope::All) && self.reach.open_dealers.contains(&dealer);
        dealer == self.dealer_id() || self.reach.scope(Permission::StructureManage) == Some(Scope::All) || reads()
    }

    /// The row may be read and written: `Ok`; read only: forbidden; neither: not found.
    pub fn must(&self, read: Permission, write: Permission, row: &RowScope) -> Result<()> {
        if !self.covers(read, row) {
            return Err(Error::not_found());
        }
        if !self.covers(write, row) {
            return Err(Error::forbidden());
        }
        Ok(())
    }
}

/// What a secret link lets see.
#[derive(Clone, Debug)]
pub struct LinkSubject {
    pub id: LinkId,
    pub opportunity_id: OpportunityId,
}

impl Subject {
    #[must_use]
    pub fn actor(&self) -> Actor {
        match self {
            Self::User(user) => user.actor(),
            Self::Link(link) => Actor::Link(link.id.0),
            Self::Nobody => Actor::Nobody,
        }
    }

    /// The signed-in person, where `operation` is theirs to ask for.
    ///
    /// # Errors
    /// 401 where nobody is signed in, 403 where the permission is not held at all.
    pub fn user(&self, operation: Operation) -> Result<Arc<UserSubject>> {
        let Self::User(user) = self else { return Err(Error::unauthenticated()) };
        match operation.rule() {
            Rule::May(permission) if user.reach.scope(permission).is_none() => Err(Error::forbidden()),
            Rule::Link => Err(Error::forbidden()),
            Rule::Public | Rule::SignedIn | Rule::May(_) => Ok(Arc::clone(user)),
        }
    }
}

/// The names of a table's scope columns.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    pub dealer: &'static str,
    pub owner: &'static str,
    pub team: &'static str,
    pub territory: &'static str,
}

/// Adds the condition that `permission` of `user` covers the row: dealer first, then how far the permission reaches.
pub fn push_scope(sql: &mut Sql, user: &UserSubject, permission: Permission, columns: Columns) {
    let Some(scope) = user.reach.scope(permission) else {
        sql.push("1 = 0");
        return;
    };
    sql.push("(").push(columns.dealer).push_bind(" = ", user.dealer_id());
    match scope {
        Scope::Own => {
            sql.push(" AND ").push(columns.owner).push_bind(" = ", user.id());
        }
        Scope::Team => {
            sql.push(" AND (").push(columns.owner).push_bind(" = ", user.id()).push(" OR ").push(columns.team);
            sql.push(" IN (SELECT c.descendant_id FROM user_team m JOIN team_closure c ON c.ancestor_id = m.team_id WHERE m.user_id = ");
            sql.bind(user.id()).push("))");
        }
        Scope::Territory => {
            sql.push(" AND (").push(columns.owner).push_bind(" = ", user.id()).push(" OR ").push(columns.territory);
            sql.push(" IN (SELECT c.descendant_id FROM user_territory m JOIN territory_closure c ON c.ancestor_id = m.territory_id WHERE m.user_id = ");
            sql.bind(user.id()).push("))");
        }
        Scope::Dealer => {}
        Scope::All if user.reach.open_dealers.is_empty() => {}
        Scope::All => {
            sql.push(" OR ").push(columns.dealer).push(" IN (SELECT id FROM dealer WHERE contract = 'open' AND deleted_at IS NULL)");
        }
    }
    sql.push(")");
}
