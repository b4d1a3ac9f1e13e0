//! The list of persons.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    contact::{ContactFilter, ContactRow},
    event::EntityKind,
    view::ViewPlace,
};

use super::api;
use crate::{
    account,
    api::Reading,
    browser::format,
    live::use_live,
    people::use_people,
    records::{Listing, Records, Search, TrashChip, mail, phone, use_listing},
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{
        Button, ButtonKind, Column, EmptyState, Failure, FilterBar, FilterField, FilterKind, FilterValue, Icon, LinkButton, Pending, Size,
        use_toaster,
    },
    view::Views,
};

/// The list's page.
#[component]
pub fn ContactsPage() -> impl IntoView {
    let listing = use_listing("contacts", &[]);
    listing.mention_unreadable::<ContactFilter>();
    let session = use_session();
    let changes = use_live().changes(&[EntityKind::Contact]);
    let page = Reading::new(move || {
        changes.track();
        let filter = listing.filter::<ContactFilter>();
        async move { api::list(&filter).await }
    });
    let can_write = move || session.can(Permission::AccountWrite);
    let actions = move || {
        move || {
            can_write().then(
                || view! { <LinkButton href="/desk/contacts/new" kind=ButtonKind::Main icon=Icon::PLUS>{t!(contact.new)}</LinkButton> },
            )
        }
    };
    let empty = move || {
        if listing.is_trash() {
            return view! { <EmptyState title=t!(record.trash_empty) text=t!(record.trash_empty_text) icon=Icon::TRASH_2 /> }.into_any();
        }
        view! { <EmptyState title=t!(contact.none) text=t!(contact.none_text) icon=Icon::USERS /> }.into_any()
    };
    view! {
        <Page title=t!(contact.title) actions=actions>
            <Filters listing />
            <Records
                listing
                label=t!(contact.title)
                resource=page
                columns=columns(listing, Callback::new(move |()| page.refetch()))
                row_id=|row: &ContactRow| row.id.to_string()
                row_version=|row: &ContactRow| row.version
                base="/desk/contacts"
                empty
            />
        </Page>
    }
    .into_any()
}

fn columns(listing: Listing, on_restored: Callback<()>) -> Vec<Column<ContactRow>> {
    let account = |row: &ContactRow| view! { <a class="quiet-link" tabindex="-1" href=format!("/desk/accounts/{}", row.account_id)>{row.account_name.clone()}</a> };
    vec![
        Column::new("name", t!(contact.fields.name), move |row: &ContactRow| name(row, listing)).sortable().primary(),
        Column::new("title", t!(contact.fields.title), |row: &ContactRow| row.title.clone()).sortable(),
        Column::new("account", t!(contact.fields.account_id), account),
        Column::new("phone", t!(contact.fields.phone), |row: &ContactRow| phone(&row.phone)),
        Column::new("mail", t!(contact.fields.mail), |row: &ContactRow| mail(&row.mail)),
        Column::new("owner", t!(contact.fields.owner_id), |row: &ContactRow| row.owner_name.clone()),
        Column::new("updated_at", t!(record.updated), move |row: &ContactRow| last(row, listing, on_restored)).sortable().right(),
    ]
}

fn name(row: &ContactRow, listing: Listing) -> AnyView {
    if untrack(|| listing.is_trash()) {
        return view! { <strong>{row.name.clone()}</strong> }.into_any();
    }
    view! { <a class="table__link" tabindex="-1" href=format!("/desk/contacts/{}", row.id)>{row.name.clone()}</a> }.into_any()
}

/// When it was last changed; in the trash, the way out of it.
fn last(row: &ContactRow, listing: Listing, on_restored: Callback<()>) -> AnyView {
    if !untrack(|| listing.is_trash()) {
        return view! { <span class="quiet">{format::relative(row.updated_at)}</span> }.into_any();
    }
    let (id, version, name) = (row.id, row.version, row.name.clone());
    let toaster = use_toaster();
    let restore = move || {
        let name = name.clone();
        spawn_local(async move {
            match api::restore(id, version).await {
                Ok(_) => {
                    toaster.say(t_now!(record.restored, name = name));
                    on_restored.try_run(());
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    view! { <Button size=Size::Small on_press=restore>{t!(record.restore)}</Button> }.into_any()
}

#[component]
fn Filters(listing: Listing) -> impl IntoView {
    let people = use_people();
    let search = Callback::new(move |text: String| Box::pin(async move { Ok::<_, Failure>(people.find(&text)) }) as Pending<_>);
    let accounts = account::search();
    let fields = Signal::derive(move || {
        vec![
            FilterField { key: "account", label: TextProp::from(t!(contact.fields.account_id)), kind: FilterKind::Search(accounts) },
            FilterField { key: "owner", label: TextProp::from(t!(contact.fields.owner_id)), kind: FilterKind::Search(search) },
        ]
    });
    let account_name = account::use_name(Signal::derive(move || listing.filter::<ContactFilter>().account));
    let values = Signal::derive(move || {
        let filter = listing.filter::<ContactFilter>();
        let chip = |key: &str, value: String, label: String| FilterValue { key: key.to_owned(), value, label };
        let account = filter.account.map(|id| chip("account", id.to_string(), account_name.get().unwrap_or_default()));
        let owner = filter.owner.map(|id| chip("owner", id.to_string(), people.name(id).unwrap_or_default()));
        [account, owner].into_iter().flatten().collect::<Vec<_>>()
    });
    view! {
        <FilterBar
            fields
            values
            on_set=move |value: FilterValue| listing.narrow(&value.key, Some(value.value))
            on_remove=move |key: String| listing.narrow(&key, None)
        >
            <Search listing />
            <TrashChip listing />
            <Views place=ViewPlace::Contacts />
        </FilterBar>
    }
    .into_any()
}
