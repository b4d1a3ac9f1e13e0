//! A customer's page: facts that are edited in place, their deals and people, and what was recorded.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_shared::{
    account::{Account, AccountView},
    contact::{ContactFilter, ContactRow},
    event::EntityKind,
    id::AccountId,
    opportunity::{OpportunityFilter, OpportunityRow},
    patch,
};

use super::{
    api,
    wording::{countries, kind_name, wording},
};
use crate::{
    api::{ApiError, Reading},
    browser::format,
    contact,
    editing::{Editing, patch_of},
    event::{ConflictDialog, History},
    live::use_live,
    opportunity,
    people::use_people,
    query::use_query,
    records,
    shell::Page,
    t, t_now,
    ui::{
        AsyncView, Avatar, Button, ButtonKind, Crumb, EmptyState, ErrorState, Fact, Facts, Glyph, Icon, LinkButton, Menu, MenuItem,
        Pending, PopoverAlign, SelectOption, Size, Skeleton, TabItem, TabPanel, Tabs, reactive, use_toaster,
    },
};

/// The page.
#[component]
pub fn AccountPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<AccountId>().ok()));
    let live = use_live();
    let view = Reading::new(move || {
        let id = id.get();
        if let Some(id) = id {
            live.changes_of(EntityKind::Account, id.0).track();
        }
        async move { api::read(id.ok_or_else(records::not_found)?).await }
    });
    let found = Memo::new(move |_| view.get().and_then(Result::ok));
    let failure = move || view.get().and_then(Result::err);
    let is_found = Memo::new(move |_| found.with(Option::is_some));
    let title = move || found.with(|v| v.as_ref().map(|v| v.account.name.clone())).unwrap_or_else(|| t_now!(account.one).to_owned());
    let crumbs = Signal::derive(|| vec![Crumb::new(t!(account.title), "/desk/accounts")]);
    let actions = move || found.with(|v| v.as_ref().map(|v| actions(v, Callback::new(move |()| view.refetch()))));
    let body = move || {
        if let Some(id) = id.get().filter(|_| is_found.get()) {
            return content(id, found, Callback::new(move |()| view.refetch()));
        }
        match failure() {
            Some(error) => view! { <ErrorState failure=ApiError::into(error) on_retry=move || view.refetch() /> }.into_any(),
            None => view! { <Skeleton /> }.into_any(),
        }
    };
    view! { <Page title crumbs actions=move || view! { {actions} }>{reactive(body)}</Page> }.into_any()
}

fn actions(view: &AccountView, on_changed: Callback<()>) -> AnyView {
    let account = view.account.clone();
    let (can_write, can_delete) = (view.can_write, view.can_delete);
    let edit = format!("/desk/accounts/{}/edit", account.id);
    let new_deal = format!("/desk/opportunities/new?account={}", account.id);
    let account = StoredValue::new(account);
    let is_deleted = account.with_value(|a| a.deleted_at.is_some());
    let (toaster, navigate) = (use_toaster(), StoredValue::new_local(use_navigate()));
    let delete = move || {
        let account = account.get_value();
        spawn_local(async move {
            match api::delete(account.id, account.version).await {
                Ok(event) => {
                    navigate.try_with_value(|navigate| navigate("/desk/accounts", Default::default()));
                    records::offer_restore(toaster, t_now!(record.deleted, name = account.name), event);
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    let restore = move || {
        let account = account.get_value();
        spawn_local(async move {
            match api::restore(account.id, account.version).await {
                Ok(_) => on_changed.try_run(()).unwrap_or_default(),
                Err(error) => toaster.fail(error),
            }
        });
    };
    if is_deleted {
        return view! { <Button kind=ButtonKind::Main on_press=restore>{t!(record.restore)}</Button> }.into_any();
    }
    view! {
        {can_delete
            .then(|| {
                view! {
                    <Menu label=t!(record.more) align=PopoverAlign::End>
                        <MenuItem label=t!(record.delete) icon=Icon::TRASH_2 danger=true on_press=delete />
                    </Menu>
                }
            })}
        {can_write.then(|| view! { <LinkButton href=edit icon=Icon::PENCIL>{t!(ui.edit)}</LinkButton> })}
        {can_write.then(|| view! { <LinkButton href=new_deal kind=ButtonKind::Main icon=Icon::PLUS>{t!(board.new)}</LinkButton> })}
    }
    .into_any()
}

fn content(id: AccountId, found: Memo<Option<AccountView>>, on_saved: Callback<()>) -> AnyView {
    let account = move || found.with(|v| v.as_ref().map(|v| v.account.clone()));
    let record = Signal::derive(move || found.with(|v| v.as_ref().map(|v| patch::fields(&v.account)).unwrap_or_default()));
    let locked = Signal::derive(move || !found.with(|v| v.as_ref().is_some_and(|v| v.can_write && v.account.deleted_at.is_none())));
    let editing = Editing::new(record, locked, wording(), on_saved, move |version, fields| {
        Box::pin(async move { Ok(api::change(id, version, &patch_of(fields)).await?.event) }) as Pending<_>
    });
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
    view! {
        {reactive(move || account().filter(|a| a.deleted_at.is_some()).map(|_| view! { <p class="banner banner--warn">{t!(record.is_in_trash)}</p> }))}
        <div class="record">
            <aside class="record__side">
                {reactive(move || account().map(|a| reach(&a)))}
                {facts(editing, found)}
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

/// One press to call, write or look.
fn reach(account: &Account) -> AnyView {
    let dial: String = account.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let site = if account.website.contains("://") || account.website.is_empty() {
        account.website.clone()
    } else {
        format!("https://{}", account.website)
    };
    let link = |href: String, icon: Icon, label: &'static str| view! { <LinkButton href icon size=Size::Small>{label}</LinkButton> };
    view! {
        <div class="reach">
            {(!dial.is_empty()).then(|| link(format!("tel:{dial}"), Icon::PHONE, t_now!(record.call)))}
            {(!account.mail.is_empty()).then(|| link(format!("mailto:{}", account.mail), Icon::MAIL, t_now!(record.write)))}
            {(!site.is_empty()).then(|| link(site, Icon::GLOBE, t_now!(account.fields.website)))}
        </div>
    }
    .into_any()
}

fn facts(editing: Editing, found: Memo<Option<AccountView>>) -> AnyView {
    let people = use_people();
    let owners = Signal::derive(move || people.active().into_iter().map(|p| SelectOption::new(p.id.to_string(), p.name)).collect());
    let lands = Signal::derive(|| {
        let known = countries().into_iter().map(|(code, name)| SelectOption::new(code, name));
        std::iter::once(SelectOption::new("", "–".to_owned())).chain(known).collect()
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
