//! The list of persons.

use leptos::prelude::*;
use muster_shared::{
    contact::{ContactFilter, ContactRow},
    event::EntityKind,
};

use super::{CONTACTS, api};
use crate::{
    account::{self, ACCOUNTS},
    api::Reading,
    browser::format,
    live::use_live,
    people::use_people,
    records::{List, Listing, Named, filter_field, filtered, link_cell, mail, name_cell, phone, search_people, use_listing},
    t,
    ui::{Column, FilterKind, FilterValue},
};

/// The list's page.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let listing = use_listing("contacts", &[]);
    listing.mention_unreadable::<ContactFilter>();
    // A row names its customer and their owner.
    let changes = use_live().changes(&[EntityKind::Contact, EntityKind::Account, EntityKind::User]);
    let resource = Reading::new(move || {
        changes.track();
        let filter = listing.filter::<ContactFilter>();
        async move { listing.heard(api::list(&filter).await) }
    });
    let (accounts, people) = (account::search(), search_people());
    let fields = Signal::derive(move || {
        vec![
            filter_field("account", t!(contact.fields.account_id), FilterKind::Search(accounts)),
            filter_field("owner", t!(contact.fields.owner_id), FilterKind::Search(people)),
        ]
    });
    let row_id = |row: &ContactRow| row.id.to_string();
    List { kind: &CONTACTS, listing, resource, columns: columns(listing), row_id, named, fields, values: values(listing) }.view()
}

fn named(row: &ContactRow) -> Named {
    Named { id: row.id.to_string(), version: row.version, name: row.name.clone() }
}

fn columns(listing: Listing) -> Vec<Column<ContactRow>> {
    type Row = ContactRow;
    let account = |row: &Row| link_cell(ACCOUNTS.page(&row.account_id.to_string()), &row.account_name);
    vec![
        Column::new("name", t!(contact.fields.name), move |row: &Row| name_cell(&CONTACTS, listing, named(row))).sortable().primary(),
        Column::new("title", t!(contact.fields.title), |row: &Row| row.title.clone()).sortable(),
        Column::new("account", t!(contact.fields.account_id), account),
        Column::new("phone", t!(contact.fields.phone), |row: &Row| phone(&row.phone)),
        Column::new("mail", t!(contact.fields.mail), |row: &Row| mail(&row.mail)),
        Column::new("owner", t!(contact.fields.owner_id), |row: &Row| row.owner_name.clone()),
        Column::new("updated_at", t!(record.updated), |row: &Row| format::relative(row.updated_at)).sortable().right(),
    ]
}

fn values(listing: Listing) -> Signal<Vec<FilterValue>> {
    let people = use_people();
    let account_name = account::use_name(Signal::derive(move || listing.filter::<ContactFilter>().account));
    Signal::derive(move || {
        let filter = listing.filter::<ContactFilter>();
        let account = filter.account.map(|id| filtered("account", id.to_string(), account_name.get().unwrap_or_default()));
        let owner = filter.owner.map(|id| filtered("owner", id.to_string(), people.name(id).unwrap_or_default()));
        [account, owner].into_iter().flatten().collect::<Vec<_>>()
    })
}
