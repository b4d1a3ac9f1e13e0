//! A person's page: facts that are edited in place, and what was recorded.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_navigate, use_params_map};
use muster_shared::{contact::ContactView, event::EntityKind, id::ContactId, patch};

use super::{api, wording::wording};
use crate::{
    api::{ApiError, Reading},
    editing::{Editing, patch_of},
    event::{ConflictDialog, History},
    live::use_live,
    records,
    shell::Page,
    t, t_now,
    ui::{
        Button, ButtonKind, Crumb, ErrorState, Fact, Facts, Icon, LinkButton, Menu, MenuItem, Panel, Pending, PopoverAlign, Size, Skeleton,
        reactive, use_toaster,
    },
};

/// The page.
#[component]
pub fn ContactPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|p| p.get("id")).and_then(|id| id.parse::<ContactId>().ok()));
    let live = use_live();
    let view = Reading::new(move || {
        let id = id.get();
        if let Some(id) = id {
            live.changes_of(EntityKind::Contact, id.0).track();
        }
        async move { api::read(id.ok_or_else(records::not_found)?).await }
    });
    let found = Memo::new(move |_| view.get().and_then(Result::ok));
    let is_found = Memo::new(move |_| found.with(Option::is_some));
    let title = move || found.with(|v| v.as_ref().map(|v| v.contact.name.clone())).unwrap_or_else(|| t_now!(contact.one).to_owned());
    let crumbs = Signal::derive(move || {
        let account = found.with(|v| {
            v.as_ref().map(|v| Crumb::new(v.account_name.clone(), format!("/desk/accounts/{}?tab=people", v.contact.account_id)))
        });
        std::iter::once(Crumb::new(t!(contact.title), "/desk/contacts")).chain(account).collect::<Vec<_>>()
    });
    let actions = move || found.with(|v| v.as_ref().map(|v| actions(v, Callback::new(move |()| view.refetch()))));
    let body = move || {
        if let Some(id) = id.get().filter(|_| is_found.get()) {
            return content(id, found, Callback::new(move |()| view.refetch()));
        }
        match view.get().and_then(Result::err) {
            Some(error) => view! { <ErrorState failure=ApiError::into(error) on_retry=move || view.refetch() /> }.into_any(),
            None => view! { <Skeleton /> }.into_any(),
        }
    };
    view! { <Page title crumbs actions=move || view! { {actions} }>{reactive(body)}</Page> }.into_any()
}

fn actions(view: &ContactView, on_changed: Callback<()>) -> AnyView {
    let (can_write, can_delete) = (view.can_write, view.can_delete);
    let edit = format!("/desk/contacts/{}/edit", view.contact.id);
    let is_deleted = view.contact.deleted_at.is_some();
    let contact = StoredValue::new(view.contact.clone());
    let (toaster, navigate) = (use_toaster(), StoredValue::new_local(use_navigate()));
    let delete = move || {
        let contact = contact.get_value();
        spawn_local(async move {
            match api::delete(contact.id, contact.version).await {
                Ok(event) => {
                    navigate.try_with_value(|navigate| navigate("/desk/contacts", Default::default()));
                    records::offer_restore(toaster, t_now!(record.deleted, name = contact.name), event);
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    let restore = move || {
        let contact = contact.get_value();
        spawn_local(async move {
            match api::restore(contact.id, contact.version).await {
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
    }
    .into_any()
}

fn content(id: ContactId, found: Memo<Option<ContactView>>, on_saved: Callback<()>) -> AnyView {
    let record = Signal::derive(move || found.with(|v| v.as_ref().map(|v| patch::fields(&v.contact)).unwrap_or_default()));
    let locked = Signal::derive(move || !found.with(|v| v.as_ref().is_some_and(|v| v.can_write && v.contact.deleted_at.is_none())));
    let words = wording(move || found.with(|v| v.as_ref().map(|v| (v.contact.account_id.to_string(), v.account_name.clone()))));
    let editing = Editing::new(record, locked, words, on_saved, move |version, fields| {
        Box::pin(async move { Ok(api::change(id, version, &patch_of(fields)).await?.event) }) as Pending<_>
    });
    let reach = move || {
        found.get().map(|v| {
            let dial: String = v.contact.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            let mail = v.contact.mail;
            view! {
                <div class="reach">
                    {(!dial.is_empty()).then(|| view! { <LinkButton href=format!("tel:{dial}") icon=Icon::PHONE size=Size::Small>{t!(record.call)}</LinkButton> })}
                    {(!mail.is_empty()).then(|| view! { <LinkButton href=format!("mailto:{mail}") icon=Icon::MAIL size=Size::Small>{t!(record.write)}</LinkButton> })}
                </div>
            }
        })
    };
    let account = move || {
        found.get().map(|v| view! { <a class="quiet-link" href=format!("/desk/accounts/{}", v.contact.account_id)>{v.account_name}</a> })
    };
    let is_deleted = move || found.with(|v| v.as_ref().is_some_and(|v| v.contact.deleted_at.is_some()));
    view! {
        {reactive(move || is_deleted().then(|| view! { <p class="banner banner--warn">{t!(record.is_in_trash)}</p> }))}
        <div class="record">
            <aside class="record__side">
                {reactive(reach)}
                <Facts>
                    {editing.text("name")}
                    {editing.text("title")}
                    <Fact label=t!(contact.fields.account_id)>{reactive(account)}</Fact>
                    {editing.text("phone")}
                    {editing.text("mail")}
                    <Fact label=t!(contact.fields.owner_id)>{reactive(move || found.with(|v| v.as_ref().map(|v| v.owner_name.clone())))}</Fact>
                    {editing.text("note")}
                </Facts>
            </aside>
            <div class="record__main">
                <Panel title=t!(event.history)>
                    <History kind=EntityKind::Contact id=id.0 wording=editing.wording hidden=&["updated_at"] />
                </Panel>
            </div>
        </div>
        <ConflictDialog conflicts=editing.conflicts />
    }
    .into_any()
}
