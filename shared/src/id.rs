//! Typed record ids: UUID version 7, so that sorting by id is sorting by creation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String, format = "uuid"))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                s.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

ids! {
    /// A company that sells: the maker or one of its dealers.
    DealerId
    /// Marketing, sales, service, finance ... of one dealer.
    DepartmentId
    /// A node of the team tree.
    TeamId
    /// A node of the territory tree.
    TerritoryId
    /// A person who signs in.
    UserId
    /// A named set of permissions with scopes.
    RoleId
    /// One signed-in browser.
    SessionId
    /// A customer: a company or a private person.
    AccountId
    /// A person at an account.
    ContactId
    /// An ordered set of stages.
    PipelineId
    /// One step of a pipeline.
    StageId
    /// A possible sale.
    OpportunityId
    /// A product that customers configure.
    ModelId
    /// One version of a product model.
    ModelVersionId
    /// A country, or a part of one, with its own prices.
    MarketId
    /// Somebody who may become a customer.
    LeadId
    /// What a person agreed to.
    ConsentId
    /// A saved list or board view.
    ViewId
    /// A link that lets a customer in without an account.
    LinkId
}
