//! Invented customers: companies and private persons of a market, with the people at them.

use muster_shared::account::{Account, AccountKind};
use muster_shared::contact::Contact;
use muster_shared::fold::fold;
use muster_shared::id::{AccountId, ContactId};
use muster_shared::time::Instant;
use serde_json::Map;
use uuid::Uuid;

use super::dice::Dice;
use super::sales::Desk;
use super::words::{self, Place, Speech};

/// A person's name as it is written in their country.
pub fn person(dice: &mut Dice, speech: Speech) -> String {
    let (families, given) = words::names(speech);
    let (family, given) = (dice.pick(families), dice.pick(given));
    if speech == Speech::Vi { format!("{family} {given}") } else { format!("{given} {family}") }
}

/// A company's name with its segment.
pub fn company(dice: &mut Dice, speech: Speech) -> (String, &'static str) {
    let (trades, brands) = words::companies(speech);
    let (segment, before, after) = dice.pick(trades);
    (format!("{before}{}{after}", dice.pick(brands)), segment)
}

/// The name as it stands in an address: letters and digits alone.
fn slug(name: &str) -> String {
    fold(name).chars().filter(char::is_ascii_alphanumeric).take(24).collect()
}

fn phone(dice: &mut Dice, place: &Place) -> String {
    let prefix = dice.pick(place.mobile);
    if place.dial == "+84" {
        return format!("{} {prefix}{} {:03} {:03}", place.dial, dice.below(10), dice.below(1_000), dice.below(1_000));
    }
    format!("{} {prefix} {:03} {:04}", place.dial, dice.below(1_000), dice.below(10_000))
}

fn street(dice: &mut Dice, place: &Place) -> String {
    let (street, number) = (dice.pick(place.streets), dice.between(1, 240));
    if place.country == "DE" { format!("{street} {number}") } else { format!("{number} {street}") }
}

/// A mail address that nobody has: `.example` is never given out.
fn personal_mail(dice: &mut Dice, name: &str, names: Speech) -> String {
    let mut words: Vec<String> = name.split_whitespace().map(slug).collect();
    // Given names first, whichever way the name is written.
    let family = if names == Speech::Vi { words.remove(0) } else { words.pop().unwrap_or_default() };
    format!("{}.{family}{}@mail.example", words.concat(), dice.between(1, 99))
}

/// A customer of `desk`, without dates: they are known when the customer's deals are.
pub fn account(dice: &mut Dice, desk: &Desk, kind: AccountKind, name: String, segment: &str) -> Account {
    let place = dice.pick(desk.market.places);
    let host = slug(&name);
    let (mail, website) = match kind {
        AccountKind::Company => (format!("info@{host}.example"), format!("https://www.{host}.example")),
        AccountKind::Person => (personal_mail(dice, &name, desk.market.names), String::new()),
    };
    Account {
        id: AccountId(Uuid::nil()),
        version: 1,
        dealer_id: desk.dealer,
        kind,
        segment: segment.to_owned(),
        mail,
        phone: phone(dice, &place),
        website,
        street: street(dice, &place),
        city: place.city.to_owned(),
        country: place.country.to_owned(),
        note: String::new(),
        owner_id: desk.owner,
        team_id: desk.team,
        territory_id: desk.territory,
        custom: Map::new(),
        created_at: Instant(0),
        updated_at: Instant(0),
        deleted_at: None,
        name,
    }
}

/// The people at `account`, which has its id and date.
pub fn contacts(dice: &mut Dice, desk: &Desk, account: &Account) -> Vec<Contact> {
    let place = dice.pick(desk.market.places);
    let people: Vec<(String, String, String)> = match account.kind {
        AccountKind::Company => (0..[1, 2, 2, 3][dice.below(4)])
            .map(|_| {
                let name = person(dice, desk.market.names);
                let mail = format!("{}@{}.example", slug(&name), slug(&account.name));
                (name, dice.pick(words::titles(desk.market.names)).to_owned(), mail)
            })
            .collect(),
        AccountKind::Person if dice.chance(45) => vec![(account.name.clone(), String::new(), account.mail.clone())],
        AccountKind::Person => Vec::new(),
    };
    people
        .into_iter()
        .zip(1..)
        .map(|((name, title, mail), nth)| {
            let at = account.created_at.plus_ms(nth * 70_000);
            Contact {
                id: ContactId(dice.id(at)),
                version: 1,
                dealer_id: account.dealer_id,
                account_id: account.id,
                phone: if account.kind == AccountKind::Person { account.phone.clone() } else { phone(dice, &place) },
                name,
                title,
                mail,
                note: String::new(),
                owner_id: account.owner_id,
                team_id: account.team_id,
                territory_id: account.territory_id,
                custom: Map::new(),
                created_at: at,
                updated_at: at,
                deleted_at: None,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_addresses() {
        assert_eq!(slug("Xây dựng Tân Phú"), "xaydungtanphu");
        let mail = |name, names| personal_mail(&mut Dice::new(1, 1), name, names);
        assert!(mail("Nguyễn Thị Hương", Speech::Vi).starts_with("thihuong.nguyen"));
        assert!(mail("Deniz Schneider", Speech::De).starts_with("deniz.schneider"));
    }
}
