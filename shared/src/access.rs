//! Rights as data: permissions by name, each with how far it reaches, and whom a row is visible to.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::event::{RowScope, named_enum};
use crate::id::{DealerId, UserId};

named_enum! {
    /// What a role may allow.
    Permission {
        AccountRead = "account.read",
        AccountWrite = "account.write",
        AccountDelete = "account.delete",
        OpportunityRead = "opportunity.read",
        OpportunityWrite = "opportunity.write",
        OpportunityAssign = "opportunity.assign",
        OpportunityDelete = "opportunity.delete",
        LeadRead = "lead.read",
        LeadWrite = "lead.write",
        PipelineManage = "pipeline.manage",
        ViewShare = "view.share",
        CatalogRead = "catalog.read",
        CatalogManage = "catalog.manage",
        CampaignManage = "campaign.manage",
        StaffingManage = "staffing.manage",
        TargetManage = "target.manage",
        UserRead = "user.read",
        UserManage = "user.manage",
        RoleManage = "role.manage",
        StructureManage = "structure.manage",
        CompanyManage = "company.manage",
        AuditRead = "audit.read",
        PersonManage = "person.manage",
    }
}

named_enum! {
    /// How far a permission reaches, each wider than the one before.
    Scope {
        /// Rows I own.
        Own = "own",
        /// Rows of my teams and of all teams below them, and my own.
        Team = "team",
        /// Rows of my territories and of all below them, and my own.
        Territory = "territory",
        /// Rows of my dealer.
        Dealer = "dealer",
        /// Rows of my dealer and of those whose contract opens them to the maker.
        All = "all",
    }
}

/// What a role or a person may do, and how far.
pub type Grants = BTreeMap<Permission, Scope>;

/// The union of several roles: for each permission the widest scope.
#[must_use]
pub fn union<'a>(roles: impl IntoIterator<Item = &'a Grants>) -> Grants {
    let mut all = Grants::new();
    for (permission, scope) in roles.into_iter().flatten() {
        let widest = all.entry(*permission).or_insert(*scope);
        *widest = (*widest).max(*scope);
    }
    all
}

/// The permissions in `wanted` that `held` does not cover: nobody grants what they lack.
#[must_use]
pub fn beyond(held: &Grants, wanted: &Grants) -> Vec<Permission> {
    wanted.iter().filter(|(p, s)| held.get(p).is_none_or(|h| h < s)).map(|(p, _)| *p).collect()
}

/// What decides about rows for one person: who they are, where they belong, what they may do.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach {
    pub user_id: UserId,
    pub dealer_id: DealerId,
    /// My teams and every team below them.
    pub teams: BTreeSet<Uuid>,
    /// My territories and every one below them.
    pub territories: BTreeSet<Uuid>,
    /// Other dealers whose contract opens their rows to mine.
    pub open_dealers: BTreeSet<Uuid>,
    pub grants: Grants,
}

impl Reach {
    /// How far `permission` reaches, or `None` where it is not held.
    #[must_use]
    pub fn scope(&self, permission: Permission) -> Option<Scope> {
        self.grants.get(&permission).copied()
    }

    /// Whether `permission` covers a row with these scope columns.
    #[must_use]
    pub fn covers(&self, permission: Permission, row: &RowScope) -> bool {
        let Some(scope) = self.scope(permission) else { return false };
        let Some(dealer) = row.dealer_id else { return scope == Scope::All };
        let own_dealer = dealer == self.dealer_id.0;
        let own = row.owner_id == Some(self.user_id.0);
        match scope {
            Scope::Own => own_dealer && own,
            Scope::Team => own_dealer && (own || row.team_id.is_some_and(|t| self.teams.contains(&t))),
            Scope::Territory => own_dealer && (own || row.territory_id.is_some_and(|t| self.territories.contains(&t))),
            Scope::Dealer => own_dealer,
            Scope::All => own_dealer || self.open_dealers.contains(&dealer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: u128 = 1;
    const MY_DEALER: u128 = 10;

    fn reach(scope: Scope) -> Reach {
        Reach {
            user_id: UserId(Uuid::from_u128(ME)),
            dealer_id: DealerId(Uuid::from_u128(MY_DEALER)),
            teams: [Uuid::from_u128(20)].into(),
            territories: [Uuid::from_u128(30)].into(),
            open_dealers: [Uuid::from_u128(11)].into(),
            grants: [(Permission::AccountRead, scope)].into(),
        }
    }

    /// Scopes that let a row through, by its dealer, owner, team and territory.
    #[track_caller]
    fn check(dealer: u128, owner: u128, team: u128, territory: u128, expected: &[Scope]) {
        let row = RowScope {
            dealer_id: Some(Uuid::from_u128(dealer)),
            owner_id: Some(Uuid::from_u128(owner)),
            team_id: Some(Uuid::from_u128(team)),
            territory_id: Some(Uuid::from_u128(territory)),
        };
        let found: Vec<Scope> = Scope::ALL.iter().copied().filter(|s| reach(*s).covers(Permission::AccountRead, &row)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn each_scope_covers_its_rows_and_no_others() {
        use Scope::{All, Dealer, Own, Team, Territory};
        check(10, 1, 99, 99, &[Own, Team, Territory, Dealer, All]);
        check(10, 2, 20, 99, &[Team, Dealer, All]);
        check(10, 2, 99, 30, &[Territory, Dealer, All]);
        check(10, 2, 99, 99, &[Dealer, All]);
        check(11, 2, 20, 30, &[All]);
        check(12, 1, 20, 30, &[]);
    }

    #[test]
    fn without_the_permission_nothing_is_covered() {
        assert!(!reach(Scope::All).covers(Permission::AccountWrite, &RowScope::default()));
    }

    #[test]
    fn roles_add_up_and_nobody_grants_beyond_their_own() {
        let rep: Grants = [(Permission::AccountRead, Scope::Team), (Permission::AccountWrite, Scope::Own)].into();
        let other: Grants = [(Permission::AccountRead, Scope::Dealer)].into();
        let all = union([&rep, &other]);
        assert_eq!(all[&Permission::AccountRead], Scope::Dealer);
        assert_eq!(beyond(&rep, &all), [Permission::AccountRead]);
        assert_eq!(beyond(&all, &rep), []);
    }
}
