//! The list of customers.

use leptos::prelude::*;
use muster_shared::{
    account::{AccountFilter, AccountKind, AccountRow},
    event::EntityKind,
};

use super::{
    ACCOUNTS, api,
    wording::{countries, country_name, kind_name},
};
use crate::{
    api::Reading,
    browser::format,
    live::use_live,
    people::use_people,
    records::{List, Listing, Named, filter_field, filtered, mail, name_cell, phone, search_people, use_listing},
    t,
    ui::{Column, FilterKind, FilterValue, SelectOption},
};

/// The list's page.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let listing = use_listing("accounts", &["mail", "country"]);
    listing.mention_unreadable::<AccountFilter>();
    // A row counts its open deals and names its owner.
    let changes = use_live().changes(&[EntityKind::Account, EntityKind::Opportunity, EntityKind::User]);
    let resource = Reading::new(move || {
        changes.track();
        let filter = listing.filter::<AccountFilter>();
        async move { listing.heard(api::list(&filter).await) }
    });
    let kinds = Signal::derive(|| AccountKind::ALL.iter().map(|k| SelectOption::new(k.as_str(), move || kind_name(*k))).collect());
    let lands = Signal::derive(|| countries().into_iter().map(|(code, name)| SelectOption::new(code, name)).collect());
    let search = search_people();
    let fields = Signal::derive(move || {
        vec![
            filter_field("owner", t!(account.fields.owner_id), FilterKind::Search(search)),
            filter_field("kind", t!(account.kind), FilterKind::Choice(kinds)),
            filter_field("country", t!(account.fields.country), FilterKind::Choice(lands)),
            filter_field("segment", t!(account.fields.segment), FilterKind::Text),
        ]
    });
    let row_id = |row: &AccountRow| row.id.to_string();
    List { kind: &ACCOUNTS, listing, resource, columns: columns(listing), row_id, named, fields, values: values(listing) }.view()
}

fn named(row: &AccountRow) -> Named {
    Named { id: row.id.to_string(), version: row.version, name: row.name.clone() }
}

fn columns(listing: Listing) -> Vec<Column<AccountRow>> {
    type Row = AccountRow;
    let open = |row: &Row| (row.open_opportunities > 0).then(|| format::integer(row.open_opportunities));
    vec![
        Column::new("name", t!(account.fields.name), move |row: &Row| name_cell(&ACCOUNTS, listing, named(row))).sortable().primary(),
        Column::new("kind", t!(account.kind), |row: &Row| kind_name(row.kind)),
        Column::new("segment", t!(account.fields.segment), |row: &Row| row.segment.clone()).sortable(),
        Column::new("city", t!(account.fields.city), |row: &Row| row.city.clone()).sortable(),
        Column::new("country", t!(account.fields.country), |row: &Row| country_name(&row.country)),
        Column::new("phone", t!(account.fields.phone), |row: &Row| phone(&row.phone)),
        Column::new("mail", t!(account.fields.mail), |row: &Row| mail(&row.mail)),
        Column::new("owner", t!(account.fields.owner_id), |row: &Row| row.owner_name.clone()),
        Column::new("open", t!(account.open_deals), open).right(),
        Column::new("updated_at", t!(record.updated), |row: &Row| format::relative(row.updated_at)).sortable().right(),
    ]
}

fn values(listing: Listing) -> Signal<Vec<FilterValue>> {
    let people = use_people();
    Signal::derive(move || {
        let filter = listing.filter::<AccountFilter>();
        let owner = filter.owner.map(|id| filtered("owner", id.to_string(), people.name(id).unwrap_or_default()));
        let kind = filter.kind.map(|kind| filtered("kind", kind.as_str(), kind_name(kind)));
        let country = filter.country.map(|code| filtered("country", code.clone(), country_name(&code)));
        let segment = filter.segment.map(|text| filtered("segment", text.clone(), text));
        [owner, kind, country, segment].into_iter().flatten().collect::<Vec<_>>()
    })
}
