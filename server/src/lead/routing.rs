//! Who answers a request: first the dealer, then somebody there. The same question always has the same answer, with its reason.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::access::{Grants, Permission, Scope, union};
use muster_shared::event::Reason;
use muster_shared::fold;
use muster_shared::id::{DealerId, UserId};
use muster_shared::lead::{Lead, ShopDealer};
use muster_shared::text::Lang;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::catalog::market;
use crate::error::{Error, Result};
use crate::identity;
use crate::sql::Sql;

/// Where a customer wants to be served.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    pub dealer: Option<DealerId>,
    /// Names of the place, what the customer wrote first.
    pub places: Vec<String>,
}

impl Wish {
    /// The wish of who named this place, a dealer, or a province of a market.
    pub async fn of(db: &impl ConnectionTrait, dealer: Option<DealerId>, place: &str, market: &str, province: &str) -> Result<Self> {
        let mut places = vec![place.to_owned()];
        if !province.is_empty() {
            let markets = market::all(db).await?;
            let named = markets.iter().filter(|m| m.code == market).flat_map(|m| &m.provinces).filter(|p| p.code == province);
            places.extend(named.flat_map(|p| Lang::ALL.map(|lang| p.name.get(lang).to_owned())));
        }
        places.retain(|name| !name.trim().is_empty());
        Ok(Self { dealer, places })
    }
}

/// A dealer for a wish.
#[derive(Clone, Debug)]
pub struct Desk {
    pub dealer: DealerId,
    territory: Option<Territory>,
    /// How the dealer was found: `named`, `territory`, `maker` or `next`.
    by: &'static str,
}

/// Somebody for a wish.
#[derive(Clone, Debug)]
pub struct Assigned {
    pub owner: Uuid,
    pub reason: Reason,
}

#[derive(Clone, Debug)]
struct Territory {
    id: Uuid,
    dealer: Uuid,
    is_maker: bool,
    name: String,
    /// How many stand above it, itself included.
    depth: i64,
}

/// The dealer whom a wish goes to: the one named, or the one whose territory has the place's name, or the maker, or the first who
/// has somebody.
///
/// # Errors
/// A field error where there is no such dealer or nobody to answer there.
pub async fn desk(db: &impl ConnectionTrait, wish: &Wish) -> Result<Desk> {
    let territories = matching(db, wish).await?;
    if let Some(dealer) = wish.dealer {
        let mut sql = Sql::new("SELECT id FROM dealer WHERE deleted_at IS NULL AND id = ");
        sql.bind(dealer.0);
        if sql.one(db).await?.is_none() {
            return Err(Error::field("dealer_id", "not-found"));
        }
        if reps(db, dealer).await?.is_empty() {
            return Err(Error::field("dealer_id", "nobody-there"));
        }
        return Ok(Desk { dealer, territory: territories.into_iter().find(|t| t.dealer == dealer.0), by: "named" });
    }
    for territory in territories {
        let dealer = DealerId(territory.dealer);
        if !reps(db, dealer).await?.is_empty() {
            return Ok(Desk { dealer, territory: Some(territory), by: "territory" });
        }
    }
    let sql = Sql::new("SELECT id, maker FROM dealer WHERE deleted_at IS NULL ORDER BY maker DESC, id");
    for row in sql.all(db).await? {
        let dealer = DealerId(row.try_get("", "id")?);
        if !reps(db, dealer).await?.is_empty() {
            let by = if row.try_get("", "maker")? { "maker" } else { "next" };
            return Ok(Desk { dealer, territory: None, by });
        }
    }
    Err(Error::field("place", "nobody-there"))
}

/// The dealers where somebody answers, by name.
pub async fn dealers(db: &impl ConnectionTrait) -> Result<Vec<ShopDealer>> {
    let mut dealers = Vec::new();
    for row in Sql::new("SELECT id, name FROM dealer WHERE deleted_at IS NULL").all(db).await? {
        let dealer = ShopDealer { id: DealerId(row.try_get("", "id")?), name: row.try_get("", "name")? };
        if !reps(db, dealer.id).await?.is_empty() {
            dealers.push(dealer);
        }
    }
    dealers.sort_by_cached_key(|dealer| (fold::fold(&dealer.name), dealer.id));
    Ok(dealers)
}

/// Territories that have the name of one of the wish's places, the best first.
async fn matching(db: &impl ConnectionTrait, wish: &Wish) -> Result<Vec<Territory>> {
    if wish.places.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new(
        "SELECT t.id, t.dealer_id, t.name, d.maker, (SELECT COUNT(*) FROM territory_closure c WHERE c.descendant_id = t.id) AS depth \
         FROM territory t JOIN dealer d ON d.id = t.dealer_id WHERE t.deleted_at IS NULL AND d.deleted_at IS NULL ORDER BY t.id",
    );
    let mut found: Vec<((usize, u8), Territory)> = Vec::new();
    for row in sql.all(db).await? {
        let territory = Territory {
            id: row.try_get("", "id")?,
            dealer: row.try_get("", "dealer_id")?,
            is_maker: row.try_get("", "maker")?,
            name: row.try_get("", "name")?,
            depth: row.try_get("", "depth")?,
        };
        let likeness = |(at, place): (usize, &String)| likeness(&territory.name, place).map(|rank| (at, rank));
        if let Some(best) = wish.places.iter().enumerate().filter_map(likeness).min() {
            found.push((best, territory));
        }
    }
    found.sort_by_key(|(best, t)| (*best, -t.depth, t.is_maker, t.dealer, t.id));
    Ok(found.into_iter().map(|(_, territory)| territory).collect())
}

/// How much a territory's name is that of a place, 0 for the same: words in a row, however they are written.
fn likeness(territory: &str, place: &str) -> Option<u8> {
    let words = |text: &str| {
        let folded = fold::fold(text);
        folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let (territory, place) = (words(territory), words(place));
    if territory.is_empty() || place.is_empty() {
        return None;
    }
    let holds = |whole: &[String], part: &[String]| whole.windows(part.len()).any(|window| window == part);
    if territory == place {
        Some(0)
    } else if holds(&place, &territory) {
        Some(1)
    } else if holds(&territory, &place) {
        Some(2)
    } else {
        None
    }
}

/// Somebody who may answer requests.
#[derive(Clone, Copy, Debug)]
struct Rep {
    id: Uuid,
    /// How far they may: who answers for themselves only comes before who leads others.
    scope: Scope,
    /// Requests that wait for them.
    open: i64,
}

/// Who can answer requests at a dealer, the first to be asked first.
async fn reps(db: &impl ConnectionTrait, dealer: DealerId) -> Result<Vec<Rep>> {
    let mut sql = Sql::new(
        "SELECT u.id, r.grants FROM app_user u JOIN user_role m ON m.user_id = u.id JOIN role r ON r.id = m.role_id \
         WHERE r.deleted_at IS NULL AND u.active AND u.password_hash IS NOT NULL AND u.dealer_id = ",
    );
    sql.bind(dealer.0).push(" ORDER BY u.id");
    let mut held: BTreeMap<Uuid, Vec<Grants>> = BTreeMap::new();
    for row in sql.all(db).await? {
        held.entry(row.try_get("", "id")?).or_default().push(serde_json::from_str(&row.try_get::<String>("", "grants")?)?);
    }
    let mut open = open_requests(db, dealer).await?;
    let rep = |(id, roles): (Uuid, Vec<Grants>)| {
        let scope = union(&roles).get(&Permission::LeadWrite).copied()?;
        Some(Rep { id, scope, open: open.remove(&id).unwrap_or(0) })
    };
    let mut reps: Vec<Rep> = held.into_iter().filter_map(rep).collect();
    reps.sort_by_key(|rep| (rep.scope, rep.open, rep.id));
    Ok(reps)
}

async fn open_requests(db: &impl ConnectionTrait, dealer: DealerId) -> Result<BTreeMap<Uuid, i64>> {
    let mut sql = Sql::new(
        "SELECT owner_id, COUNT(*) AS n FROM lead WHERE deleted_at IS NULL AND state IN ('requested', 'returned') AND dealer_id = ",
    );
    sql.bind(dealer.0).push(" GROUP BY owner_id");
    sql.all(db).await?.iter().map(|row| Ok((row.try_get("", "owner_id")?, row.try_get("", "n")?))).collect()
}

/// Whether somebody of the dealer can answer requests.
pub async fn can_answer(db: &impl ConnectionTrait, dealer: DealerId, id: Uuid) -> Result<bool> {
    Ok(reps(db, dealer).await?.iter().any(|rep| rep.id == id))
}

/// Who answers at a desk, without those in `but`: with the fewest open requests of those who look after the territory, or of all.
/// `None` where nobody is left.
pub async fn rep(db: &impl ConnectionTrait, desk: &Desk, but: &BTreeSet<Uuid>) -> Result<Option<Assigned>> {
    let mut reps = reps(db, desk.dealer).await?;
    reps.retain(|rep| !but.contains(&rep.id));
    let local = match &desk.territory {
        Some(territory) => looking_after(db, territory.id).await?,
        None => BTreeSet::new(),
    };
    let near = reps.iter().find(|rep| rep.scope == Scope::Own && local.contains(&rep.id));
    let Some(rep) = near.or_else(|| reps.first()) else { return Ok(None) };
    let code = if near.is_some() { "territory" } else { "fewest-open" };
    let mut reason = because(code, desk.by);
    reason.params.insert("open".to_owned(), rep.open.into());
    if let Some(territory) = desk.territory.as_ref().filter(|_| near.is_some()) {
        reason.params.insert("territory".to_owned(), territory.name.as_str().into());
    }
    Ok(Some(Assigned { owner: rep.id, reason }))
}

/// That the customer's own seller answers.
pub fn for_customer(desk: &Desk, owner: Uuid) -> Assigned {
    Assigned { owner, reason: because("customer-owner", desk.by) }
}

fn because(code: &str, by: &str) -> Reason {
    Reason { code: Some(code.to_owned()), params: [("dealer".to_owned(), by.into())].into(), note: None }
}

/// Who has this territory or one above it.
async fn looking_after(db: &impl ConnectionTrait, territory: Uuid) -> Result<BTreeSet<Uuid>> {
    let mut sql = Sql::new(
        "SELECT m.user_id FROM user_territory m JOIN territory_closure c ON c.ancestor_id = m.territory_id WHERE c.descendant_id = ",
    );
    sql.bind(territory);
    Ok(sql.all(db).await?.iter().map(|row| row.try_get("", "user_id")).collect::<Result<_, _>>()?)
}

/// Who leads the team of a lead and may answer for others, the nearest first; who may for the whole dealer where there is none.
pub async fn manager(db: &impl ConnectionTrait, lead: &Lead, but: &BTreeSet<Uuid>) -> Result<Option<Uuid>> {
    let mut sql = Sql::new(
        "SELECT m.user_id, (SELECT COUNT(*) FROM team_closure w WHERE w.ancestor_id = m.team_id) AS width \
         FROM user_team m JOIN team_closure c ON c.ancestor_id = m.team_id WHERE c.descendant_id = ",
    );
    sql.bind(lead.team_id.map(Uuid::from));
    let mut widths: BTreeMap<Uuid, i64> = BTreeMap::new();
    for row in sql.all(db).await? {
        let width = row.try_get("", "width")?;
        let least = widths.entry(row.try_get("", "user_id")?).or_insert(width);
        *least = width.min(*least);
    }
    let leads = |rep: &Rep| match rep.scope {
        Scope::Own => None,
        Scope::Team | Scope::Territory => widths.get(&rep.id).copied(),
        Scope::Dealer | Scope::All => Some(i64::MAX),
    };
    let found = reps(db, lead.dealer_id).await?.into_iter().filter(|rep| !but.contains(&rep.id));
    Ok(found.filter_map(|rep| Some((leads(&rep)?, rep.scope, rep.id))).min().map(|(_, _, id)| id))
}

/// Makes somebody of the lead's dealer its owner, with their team and territory.
///
/// # Errors
/// A field error where there is no such colleague.
pub async fn give_to(db: &impl ConnectionTrait, lead: &mut Lead, owner: Uuid) -> Result<()> {
    let home = identity::queries::home(db, owner).await?;
    let home = home.filter(|h| h.dealer_id == lead.dealer_id && h.active).ok_or_else(|| Error::field("owner_id", "not-found"))?;
    lead.owner_id = UserId(owner);
    lead.team_id = home.team_id;
    lead.territory_id = home.territory_id;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn places_are_known_however_they_are_written() {
        for (territory, place, expected) in [
            ("Đà Nẵng", "da nang", Some(0)),
            ("Hồ Chí Minh", "TP. Hồ Chí Minh", Some(1)),
            ("Hue", "Thừa Thiên - Huế, Việt Nam", Some(1)),
            ("Đà Nẵng & Quảng Nam", "Đà Nẵng", Some(2)),
            ("South", "Southampton", None),
            ("Berlin", "", None),
            ("", "Berlin", None),
            ("Hà Nội", "Nội Hà", None),
        ] {
            assert_eq!(likeness(territory, place), expected, "{territory} and {place}");
        }
    }
}
