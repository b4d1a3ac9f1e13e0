//! A customer's page: facts that are edited in place, their deals and people, and what was recorded.

use leptos::prelude::*;
use muster_shared::{
    account::AccountView,
    contact::{ContactFilter, ContactRow},
    event::EntityKind,
    id::AccountId,
    opportunity::{OpportunityFilter, OpportunityRow},
    patch,
};

use super::{
    ACCOUNTS,
    wording::{kind_name, land_options, wording},
};
use crate::{
    api::Reading,
    browser::format,
    contact,
    editing::{Editing, owner_options, patching},
    event::{ConflictDialog, History},
    live::use_live,
    opportunity,
    people::use_people,
    query::use_query,
    records::{self, Found, Shown},
    shell::Page,
    t,
    ui::{
        AsyncView, Avatar, ButtonKind, EmptyState, Fact, Facts, Glyph, Icon, LinkButton, SelectOption, Size, TabItem, TabPanel, Tabs,
        reactive,
    },
};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let id = records::use_id();
    let found = records::follow(&ACCOUNTS, Signal::derive(move || id.get()), |v: &AccountView| v.account.id.0);
    let shown = Memo::new(move |_| found.view.with(|v| v.as_ref().map(shown)));
    let words = wording();
    let title = records::title(&ACCOUNTS, shown);
    let crumbs = Signal::derive(|| vec![records::crumb(&ACCOUNTS)]);
    let new_deal = move || format!("/desk/opportunities/new?account={}", id.get().unwrap_or_default());
    let more = move || {
        view! {
            {records::edit_link(&ACCOUNTS, id)}
            <LinkButton href=new_deal kind=ButtonKind::Main icon=Icon::PLUS>{t!(board.new)}</LinkButton>
        }
    };
    let gone = records::go_to_list(&ACCOUNTS);
    let actions = move || records::actions(&ACCOUNTS, shown, words, found.refetch, gone, ViewFn::from(more));
    let here = Memo::new(move |_| shown.with(|v| v.as_ref().map(|v| v.id)));
    let body = move || match here.get() {
        Some(id) => content(AccountId(id), found, shown),
        None => records::absent(found.failure, found.refetch),
    };
    view! { <Page title crumbs actions=actions>{reactive(body)}</Page> }.into_any()
}

fn shown(view: &AccountView) -> Shown {
    Shown {
        id: view.account.id.0,
        version: view.account.version,
        name: view.account.name.clone(),
        is_deleted: view.account.deleted_at.is_some(),
        can_write: view.can_write,
        can_delete: view.can_delete,
    }
}

fn content(id: AccountId, found: Found<AccountView>, shown: Memo<Option<Shown>>) -> AnyView {
    let record = Signal::derive(move || found.view.with(|v| v.as_ref().map(|v| patch::fields(&v.account)).unwrap_or_default()));
    let editing = Editing::new(record, records::locked(shown), wording(), found.refetch, patching(&ACCOUNTS, id.0));
    let query = use_query();
    let tab = Signal::derive(move || query.get("tab").unwrap_or_else(|| "deals".to_owned()));
    let tabs = Signal::derive(|| {
        vec![
            TabItem::new("deals", t!(account.deals)),
            TabItem::new("people", t!(account.people)),
            TabItem::new("history", t!(event.history)),
        ]
    });
    let panel = move || {
        match tab.get().as_str() {
        "people" => view! { <TabPanel id="people">{people_of(id)}</TabPanel> }.into_any(),
        "history" => view! { <TabPanel id="history"><History kind=EntityKind::Account id=id.0 wording=editing.wording hidden=&["updated_at"] /></TabPanel> }.into_any(),
        _ => view! { <TabPanel id="deals">{deals_of(id)}</TabPanel> }.into_any(),
    }
    };
    let reach = move || found.view.with(|v| v.as_ref().map(|v| records::reach(&v.account.phone, &v.account.mail, &v.account.website)));
    view! {
        {records::trash_note(shown)}
        <div class="record">
            <aside class="record__side">
                {reactive(reach)}
                {facts(editing, found.view)}
            </aside>
            <div class="record__main">
                <Tabs label=t!(account.one) items=tabs selected=tab on_select=move |tab: String| query.replace(&[("tab", Some(tab))]) />
                {reactive(panel)}
            </div>
        </div>
        <ConflictDialog conflicts=editing.conflicts />
    }
    .into_any()
}

fn facts(editing: Editing, found: Memo<Option<AccountView>>) -> AnyView {
    let people = use_people();
    let owner = move || found.with(|v| v.as_ref().map(|v| (v.account.owner_id.to_string(), v.owner_name.clone())));
    let owners = Signal::derive(move || owner_options(people, owner()));
    let lands = Signal::derive(move || {
        let land = found.with(|v| v.as_ref().map(|v| v.account.country.clone()));
        std::iter::once(SelectOption::new("", "–".to_owned())).chain(land_options(land.as_deref())).collect()
    });
    let kinds = Signal::derive(|| {
        muster_shared::account::AccountKind::ALL.iter().map(|k| SelectOption::new(k.as_str(), move || kind_name(*k))).collect()
    });
    let territory = move || found.with(|v| v.as_ref().and_then(|v| v.territory_name.clone()));
    view! {
        <Facts>
            {editing.text("name")}
            {editing.choice("kind", kinds)}
            {editing.text("phone")}
            {editing.text("mail")}
            {editing.text("segment")}
            {editing.text("website")}
            {editing.text("street")}
            {editing.text("city")}
            {editing.text_choice("country", lands)}
            {editing.choice("owner_id", owners)}
            {reactive(move || territory().map(|name| view! { <Fact label=t!(account.fields.territory_id)>{name}</Fact> }))}
            {editing.text("note")}
        </Facts>
    }
    .into_any()
}

fn deals_of(id: AccountId) -> AnyView {
    let changes = use_live().changes(opportunity::api::KINDS);
    let deals = Reading::new(move || {
        changes.track();
        async move {
            opportunity::api::list(&OpportunityFilter {
                account: Some(id),
                sort: Some("-updated_at".to_owned()),
                ..OpportunityFilter::default()
            })
            .await
        }
    });
    view! { <AsyncView resource=deals children={move |page: muster_shared::page::Page<OpportunityRow>| deal_list(page.items, id)} /> }
        .into_any()
}

fn deal_list(deals: Vec<OpportunityRow>, id: AccountId) -> AnyView {
    if deals.is_empty() {
        let new = format!("/desk/opportunities/new?account={id}");
        return view! {
            <EmptyState title=t!(account.no_deals) icon=Icon::HANDSHAKE>
                <LinkButton href=new>{t!(board.new)}</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let row = |deal: OpportunityRow| {
        let card = deal.card;
        view! {
            <li>
                <a class="row-link" href=format!("/desk/opportunities/{}", card.id)>
                    <span class="row-link__main"><strong>{card.name}</strong><small>{opportunity::stage_label(card.stage_id)}</small></span>
                    <span class="row-link__end"><strong>{format::money_short(card.amount)}</strong><small>{format::day(card.close_day, format::DayStyle::Short)}</small></span>
                    <Avatar name=card.owner_name size=Size::Small />
                </a>
            </li>
        }
    };
    view! { <ul class="row-links">{deals.into_iter().map(row).collect_view()}</ul> }.into_any()
}

fn people_of(id: AccountId) -> AnyView {
    let changes = use_live().changes(&[EntityKind::Contact]);
    let people = Reading::new(move || {
        changes.track();
        async move { contact::api::list(&ContactFilter { account: Some(id), ..ContactFilter::default() }).await }
    });
    let new = format!("/desk/contacts/new?account={id}");
    view! {
        <AsyncView resource=people children={|page: muster_shared::page::Page<ContactRow>| people_list(page.items)} />
        <p class="record__add"><LinkButton href=new size=Size::Small icon=Icon::PLUS>{t!(contact.new)}</LinkButton></p>
    }
    .into_any()
}

fn people_list(people: Vec<ContactRow>) -> AnyView {
    if people.is_empty() {
        return view! { <EmptyState title=t!(account.no_people) icon=Icon::USERS /> }.into_any();
    }
    let row = |person: ContactRow| {
        let phone = person.phone.clone();
        view! {
            <li>
                <a class="row-link" href=format!("/desk/contacts/{}", person.id)>
                    <Avatar name=person.name.clone() size=Size::Small decorative=true />
                    <span class="row-link__main"><strong>{person.name}</strong><small>{person.title}</small></span>
                    <span class="row-link__end">{(!phone.is_empty()).then(|| view! { <small><Glyph icon=Icon::PHONE /> {phone}</small> })}<small>{person.mail}</small></span>
                </a>
            </li>
        }
    };
    view! { <ul class="row-links">{people.into_iter().map(row).collect_view()}</ul> }.into_any()
}
