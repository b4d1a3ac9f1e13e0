//! The list of customers.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    account::{AccountFilter, AccountKind, AccountRow},
    event::EntityKind,
    view::ViewPlace,
};

use super::{
    api,
    wording::{countries, country_name, kind_name},
};
use crate::{
    api::Reading,
    browser::format,
    live::use_live,
    people::use_people,
    records::{Listing, Records, Search, TrashChip, mail, phone, use_listing},
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{
        Button, ButtonKind, Column, EmptyState, Failure, FilterBar, FilterField, FilterKind, FilterValue, Icon, LinkButton, Pending,
        SelectOption, Size, use_toaster,
    },
    view::Views,
};

/// The list's page.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let listing = use_listing("accounts", &["mail", "country"]);
    listing.mention_unreadable::<AccountFilter>();
    let session = use_session();
    let changes = use_live().changes(&[EntityKind::Account]);
    let page = Reading::new(move || {
        changes.track();
        let filter = listing.filter::<AccountFilter>();
        async move { api::list(&filter).await }
    });
    let can_write = move || session.can(Permission::AccountWrite);
    let actions = move || {
        move || {
            can_write().then(
                || view! { <LinkButton href="/desk/accounts/new" kind=ButtonKind::Main icon=Icon::PLUS>{t!(account.new)}</LinkButton> },
            )
        }
    };
    let empty = move || {
        if listing.is_trash() {
            return view! { <EmptyState title=t!(record.trash_empty) text=t!(record.trash_empty_text) icon=Icon::TRASH_2 /> }.into_any();
        }
        view! { <EmptyState title=t!(account.none) text=t!(account.none_text) icon=Icon::BUILDING_2 /> }.into_any()
    };
    view! {
        <Page title=t!(account.title) actions=actions>
            <Filters listing />
            <Records
                listing
                label=t!(account.title)
                resource=page
                columns=columns(listing, Callback::new(move |()| page.refetch()))
                row_id=|row: &AccountRow| row.id.to_string()
                row_version=|row: &AccountRow| row.version
                base="/desk/accounts"
                empty
            />
        </Page>
    }
    .into_any()
}

fn columns(listing: Listing, on_restored: Callback<()>) -> Vec<Column<AccountRow>> {
    let open = |row: &AccountRow| (row.open_opportunities > 0).then(|| format::integer(row.open_opportunities));
    vec![
        Column::new("name", t!(account.fields.name), move |row: &AccountRow| name(row, listing)).sortable().primary(),
        Column::new("kind", t!(account.kind), |row: &AccountRow| kind_name(row.kind)),
        Column::new("segment", t!(account.fields.segment), |row: &AccountRow| row.segment.clone()).sortable(),
        Column::new("city", t!(account.fields.city), |row: &AccountRow| row.city.clone()).sortable(),
        Column::new("country", t!(account.fields.country), |row: &AccountRow| country_name(&row.country)),
        Column::new("phone", t!(account.fields.phone), |row: &AccountRow| phone(&row.phone)),
        Column::new("mail", t!(account.fields.mail), |row: &AccountRow| mail(&row.mail)),
        Column::new("owner", t!(account.fields.owner_id), |row: &AccountRow| row.owner_name.clone()),
        Column::new("open", t!(account.open_deals), open).right(),
        Column::new("updated_at", t!(record.updated), move |row: &AccountRow| last(row, listing, on_restored)).sortable().right(),
    ]
}

fn name(row: &AccountRow, listing: Listing) -> AnyView {
    if untrack(|| listing.is_trash()) {
        return view! { <strong>{row.name.clone()}</strong> }.into_any();
    }
    view! { <a class="table__link" tabindex="-1" href=format!("/desk/accounts/{}", row.id)>{row.name.clone()}</a> }.into_any()
}

/// When it was last changed; in the trash, the way out of it.
fn last(row: &AccountRow, listing: Listing, on_restored: Callback<()>) -> AnyView {
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
                    on_restored.run(());
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
    let kinds = Signal::derive(|| AccountKind::ALL.iter().map(|k| SelectOption::new(k.as_str(), move || kind_name(*k))).collect());
    let lands = Signal::derive(|| countries().into_iter().map(|(code, name)| SelectOption::new(code, name)).collect());
    let fields = Signal::derive(move || {
        vec![
            FilterField { key: "owner", label: TextProp::from(t!(account.fields.owner_id)), kind: FilterKind::Search(search) },
            FilterField { key: "kind", label: TextProp::from(t!(account.kind)), kind: FilterKind::Choice(kinds) },
            FilterField { key: "country", label: TextProp::from(t!(account.fields.country)), kind: FilterKind::Choice(lands) },
            FilterField { key: "segment", label: TextProp::from(t!(account.fields.segment)), kind: FilterKind::Text },
        ]
    });
    let values = Signal::derive(move || {
        let filter = listing.filter::<AccountFilter>();
        let chip = |key: &str, value: String, label: String| FilterValue { key: key.to_owned(), value, label };
        let owner = filter.owner.map(|id| chip("owner", id.to_string(), people.name(id).unwrap_or_default()));
        let kind = filter.kind.map(|kind| chip("kind", kind.as_str().to_owned(), kind_name(kind).to_owned()));
        let country = filter.country.map(|code| chip("country", code.clone(), country_name(&code)));
        let segment = filter.segment.map(|text| chip("segment", text.clone(), text));
        [owner, kind, country, segment].into_iter().flatten().collect::<Vec<_>>()
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
            <Views place=ViewPlace::Accounts />
        </FilterBar>
    }
    .into_any()
}
