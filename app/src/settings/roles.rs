//! Who may do what: roles as named sets of permissions, each with how far it reaches.

use leptos::prelude::*;
use muster_shared::{
    access::{Grants, Permission, Permission as P, Scope},
    event::EntityKind,
    id::RoleId,
    identity::{NewRole, Role, RolePatch},
    text::{Lang, LocalText},
};

use super::{
    RoomHead,
    reach::{Reach, STOPS, scope_name},
    row::{Row, Rows},
};
use crate::{
    api::Reading,
    company::own_name,
    i18n::{Message, lang, lang_untracked, messages::settings as say},
    identity::api,
    live::use_live,
    query::{Query, use_query},
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{AsyncView, Badge, Button, ButtonKind, ConfirmDialog, Field, FormError, Icon, SkeletonKind, TextInput, reactive, use_toaster},
};

/// Permissions that belong together, in reading order.
static GROUPS: [(&Message, &[Permission]); 4] = [
    (&say::group_customers, &[P::AccountRead, P::AccountWrite, P::AccountDelete, P::PersonManage]),
    (&say::group_deals, &[P::OpportunityRead, P::OpportunityWrite, P::OpportunityAssign, P::OpportunityDelete, P::ViewShare]),
    (&say::group_work, &[P::CatalogManage, P::CampaignManage, P::StaffingManage, P::TargetManage]),
    (
        &say::group_house,
        &[P::UserRead, P::UserManage, P::RoleManage, P::StructureManage, P::PipelineManage, P::CompanyManage, P::AuditRead],
    ),
];

/// The roles; the chosen one is in the address.
#[component]
pub fn RolesRoom() -> impl IntoView {
    let query = use_query();
    let changes = use_live().changes(&[EntityKind::Role]);
    let roles = Reading::new(move || {
        changes.track();
        api::roles()
    });
    let refresh = Callback::new(move |()| roles.refetch());
    let show = move |list: Vec<Role>| view! { <Split list query on_change=refresh /> }.into_any();
    view! {
        <RoomHead title=t!(settings.roles_title) text=t!(settings.roles_text) />
        <AsyncView resource=roles skeleton=SkeletonKind::Rows children=show />
    }
    .into_any()
}

#[component]
fn Split(list: Vec<Role>, query: Query, on_change: Callback<()>) -> impl IntoView {
    let toaster = use_toaster();
    let sending = Sending::new();
    let chosen = {
        let list = list.clone();
        Memo::new(move |_| query.get("role").and_then(|id| id.parse::<RoleId>().ok()).or_else(|| list.first().map(|role| role.id)))
    };
    let rows = list
        .iter()
        .map(|role| {
            let (id, name, count) = (role.id, role.name.clone(), role.grants.len());
            let is_here = Signal::derive(move || chosen.get() == Some(id));
            let text = t!(settings.permission_count, count = count);
            view! { <Row title=move || name.get(lang()).to_owned() text href=format!("/desk/settings/roles?role={id}") is_here /> }
        })
        .collect_view();
    let add = move || {
        let role = NewRole { name: LocalText([(lang_untracked(), t_now!(settings.new_role).to_owned())].into()), grants: Grants::new() };
        sending.run(async move { api::add_role(&role).await }, move |role| {
            toaster.say(t_now!(settings.role_added));
            query.set(&[("role", Some(role.id.to_string()))]);
            on_change.run(());
        });
    };
    let editor = move || {
        let role = list.iter().find(|role| Some(role.id) == chosen.get())?.clone();
        Some(view! { <RoleEditor role query on_change /> })
    };
    view! {
        <div class="split">
            <div class="split__list">
                <Rows label=t!(settings.roles)>{rows}</Rows>
                <Button icon=Icon::PLUS busy=sending.busy() on_press=add>{t!(settings.add_role)}</Button>
                <FormError error=sending.error() />
            </div>
            <div class="split__main">{reactive(editor)}</div>
        </div>
    }
    .into_any()
}

#[component]
fn RoleEditor(role: Role, query: Query, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let names = Lang::ALL.map(|lang| (lang, RwSignal::new(role.name.0.get(&lang).cloned().unwrap_or_default())));
    let grants = RwSignal::new(role.grants.clone());
    let (id, is_shipped) = (role.id, role.shipped);
    let saved = StoredValue::new(role);
    let sending = Sending::new();
    let is_changed = Memo::new(move |_| saved.with_value(|role| grants.with(|g| *g != role.grants) || name_of(names) != role.name));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let old = saved.get_value();
        let patch = RolePatch {
            name: Some(untrack(|| name_of(names))).filter(|name| *name != old.name),
            grants: Some(grants.get_untracked()).filter(|grants| *grants != old.grants),
        };
        let version = sending.version_or(old.version);
        sending.run(async move { api::change_role(id, version, &patch).await }, move |_| {
            toaster.say(t_now!(settings.role_saved));
            on_change.run(());
        });
    };
    let is_deleting = RwSignal::new(false);
    let delete = move || {
        let version = saved.with_value(|role| role.version);
        sending.run(api::delete_role(id, version), move |()| {
            is_deleting.set(false);
            toaster.say(t_now!(settings.role_deleted));
            query.set(&[("role", None)]);
            on_change.run(());
        });
    };
    let held = session.me_untracked().grants;
    let groups = GROUPS.iter().map(|(title, permissions)| group(title, permissions, grants, &held)).collect_view();
    view! {
        <form class="stack" on:submit=save>
            <div class="form form--pair">
                {names.into_iter().map(|(lang, name)| view! { <Field label=own_name(lang) required=true error=sending.field("name")><TextInput value=name /></Field> }).collect_view()}
            </div>
            {is_shipped.then(|| view! { <p class="room__lead"><Badge>{t!(settings.shipped)}</Badge> " " {t!(settings.shipped_text)}</p> })}
            <div class="extents">{scale()} {groups}</div>
            <FormError error=sending.error() />
            <div class="form__foot form__foot--sticky">
                <Button kind=ButtonKind::Main submit=true disabled=Signal::derive(move || !is_changed.get()) busy=sending.busy()>{t!(ui.save)}</Button>
                {(!is_shipped).then(|| view! { <Button kind=ButtonKind::Danger on_press=move || is_deleting.set(true)>{t!(settings.delete_role)}</Button> })}
            </div>
        </form>
        <ConfirmDialog
            open=is_deleting
            title=t!(settings.delete_role_title)
            text=t!(settings.delete_role_text)
            action=t!(settings.delete_role)
            busy=sending.busy()
            on_confirm=delete
        />
    }
    .into_any()
}

fn name_of(names: [(Lang, RwSignal<String>); 2]) -> LocalText {
    let filled = names.into_iter().map(|(lang, name)| (lang, name.get().trim().to_owned())).filter(|(_, name)| !name.is_empty());
    LocalText(filled.collect())
}

/// What the stops of the lines below mean.
fn scale() -> AnyView {
    let stops = STOPS.into_iter().map(|stop| view! { <span>{reactive(move || scope_name(stop))}</span> }).collect_view();
    view! { <div class="extent extent--scale" aria-hidden="true"><span></span> <div class="extent__line">{stops}</div> <span></span></div> }
        .into_any()
}

fn group(title: &'static Message, permissions: &'static [Permission], grants: RwSignal<Grants>, held: &Grants) -> AnyView {
    let lines = permissions
        .iter()
        .map(|&permission| {
            let value = Signal::derive(move || grants.with(|g| g.get(&permission).copied()));
            let set = move |scope: Option<Scope>| {
                grants.update(|grants| match scope {
                    Some(scope) => drop(grants.insert(permission, scope)),
                    None => drop(grants.remove(&permission)),
                });
            };
            let limit = held.get(&permission).copied();
            view! { <Reach permission value limit disabled=false on_change=set /> }
        })
        .collect_view();
    view! { <h3 class="extents__title">{reactive(move || title.text())}</h3> {lines} }.into_any()
}
