//! Who may do what: roles as named sets of permissions, each with how far it reaches.

use std::sync::Arc;

use leptos::prelude::*;
use muster_shared::{
    access::{Grants, Permission, Permission as P, Scope},
    event::EntityKind,
    id::RoleId,
    identity::{NewRole, Role, RolePatch},
    text::{Lang, LocalText},
};
use uuid::Uuid;

use super::{
    RoomHead,
    change::{Change, Changes, Undo, undo_of, value},
    kept::{Kept, catch_focus, keyed},
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
    ui::{Badge, Button, ButtonKind, ConfirmDialog, Field, FormError, Icon, Pending, TextInput, reactive, use_toaster},
};

/// Permissions that belong together, in reading order.
static GROUPS: [(&Message, &[Permission]); 4] = [
    (&say::group_customers, &[P::AccountRead, P::AccountWrite, P::AccountDelete, P::PersonManage]),
    (
        &say::group_deals,
        &[P::OpportunityRead, P::OpportunityWrite, P::OpportunityAssign, P::OpportunityDelete, P::LeadRead, P::LeadWrite, P::ViewShare],
    ),
    (&say::group_work, &[P::CatalogRead, P::CatalogManage, P::CampaignManage, P::StaffingManage, P::TargetManage]),
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
    let roles = Kept::new(Reading::new(move || {
        changes.track();
        api::roles()
    }));
    view! {
        <RoomHead title=t!(settings.roles_title) text=t!(settings.roles_text) />
        {roles.show(6, move || view! { <Split roles query /> }.into_any())}
    }
    .into_any()
}

/// Looks at one of the roles; tracked.
fn look<R>(roles: Kept<Vec<Role>>, id: RoleId, look: impl FnOnce(&Role) -> R) -> Option<R> {
    roles.with(|all| all.iter().find(|role| role.id == id).map(look)).flatten()
}

#[component]
fn Split(roles: Kept<Vec<Role>>, query: Query) -> impl IntoView {
    let toaster = use_toaster();
    let on_change = roles.refresh();
    let sending = Sending::new();
    let chosen = Memo::new(move |_| {
        let named = query.get("role").and_then(|id| id.parse::<RoleId>().ok());
        roles.with(|all| named.filter(|id| all.iter().any(|role| role.id == *id)).or_else(|| all.first().map(|role| role.id))).flatten()
    });
    let ids = move || roles.with(|all| all.iter().map(|role| role.id.0).collect::<Vec<_>>()).unwrap_or_default();
    let row = move |id: Uuid| {
        let id = RoleId(id);
        let is_here = Signal::derive(move || chosen.get() == Some(id));
        let title = move || look(roles, id, |role| role.name.get(lang()).to_owned()).unwrap_or_default();
        let text = t!(settings.permission_count, count = look(roles, id, |role| role.grants.len()).unwrap_or_default());
        view! { <Row title text href=format!("/desk/settings/roles?role={id}") is_here /> }.into_any()
    };
    let add = move || {
        let role = NewRole { name: LocalText([(lang_untracked(), t_now!(settings.new_role).to_owned())].into()), grants: Grants::new() };
        sending.run(async move { api::add_role(&role).await }, move |role| {
            toaster.say(t_now!(settings.role_added));
            query.set(&[("role", Some(role.id.to_string()))]);
            on_change.run(());
        });
    };
    // The editor of a role that was deleted takes its button along.
    Effect::new(move |before: Option<()>| {
        chosen.track();
        if before.is_some() {
            catch_focus();
        }
    });
    // Here, as the editor goes when others hear of it, which may be before the answer comes.
    let deleting = Sending::new();
    let editor = move || chosen.get().map(|id| view! { <RoleEditor roles id query deleting on_change /> });
    view! {
        <div class="split">
            <div class="split__list">
                <Rows label=t!(settings.roles)>{keyed(ids, row)}</Rows>
                <Button icon=Icon::PLUS busy=sending.busy() on_press=add>{t!(settings.add_role)}</Button>
                <FormError error=sending.error() />
            </div>
            <div class="split__main">{reactive(editor)}</div>
        </div>
    }
    .into_any()
}

/// What `patch` made of `old`, to be taken back.
fn change_of(old: &Role, patch: &RolePatch) -> Change {
    let name = patch.name.as_ref().map(|new| ("name", value(&old.name), value(new)));
    let grants = patch.grants.as_ref().map(|new| ("grants", value(&old.grants), value(new)));
    Change { path: format!("/roles/{}", old.id), version: old.version, fields: name.into_iter().chain(grants).collect() }
}

#[component]
fn RoleEditor(roles: Kept<Vec<Role>>, id: RoleId, query: Query, deleting: Sending, on_change: Callback<()>) -> impl IntoView {
    let changes = Changes::new(on_change);
    let names = Lang::ALL.map(|lang| (lang, RwSignal::new(String::new())));
    let grants = RwSignal::new(Grants::new());
    let is_shipped = untrack(|| look(roles, id, |role| role.shipped)).unwrap_or_default();
    // What the form began with. It follows the record only while nothing is changed: the server merges from there, and asks.
    let base = StoredValue::new(None::<Role>);
    let version = RwSignal::new(0_i64);
    let sending = Sending::new();
    let patch = move || {
        version.track();
        base.with_value(|old| {
            old.as_ref().map(|old| RolePatch {
                name: Some(name_of(names)).filter(|name| *name != old.name),
                grants: grants.with(|now| (*now != old.grants).then(|| now.clone())),
            })
        })
        .unwrap_or_default()
    };
    let is_changed = Memo::new(move |_| patch() != RolePatch::default());
    Effect::new(move |_| {
        let Some(now) = look(roles, id, Clone::clone) else { return };
        if now.version > version.get_untracked() && untrack(patch) == RolePatch::default() {
            for (lang, name) in names {
                name.set(now.name.0.get(&lang).cloned().unwrap_or_default());
            }
            grants.set(now.grants.clone());
            rebase(base, version, now);
        }
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(old) = base.get_value() else { return };
        let patch = untrack(patch);
        let made = change_of(&old, &patch);
        let from = sending.version_or(old.version);
        sending.run(async move { api::change_role(id, from, &patch).await }, move |role| {
            changes.offer(t_now!(settings.role_saved).to_owned(), undo_of(made, role.version));
            rebase(base, version, role);
            on_change.run(());
        });
    };
    let is_deleting = RwSignal::new(false);
    let delete = move || {
        let Some(old) = base.get_value() else { return };
        let now = untrack(|| look(roles, id, |role| role.version)).unwrap_or(old.version);
        deleting.run(api::delete_role(id, now), move |()| {
            is_deleting.set(false);
            changes.offer(t_now!(settings.role_deleted).to_owned(), add_again(NewRole { name: old.name, grants: old.grants }));
            query.set(&[("role", None)]);
            on_change.run(());
        });
    };
    let held = use_session().me_untracked().grants;
    let groups = GROUPS.iter().map(|(title, permissions)| group(title, permissions, grants, &held)).collect_view();
    view! {
        <form class="stack" on:submit=save>
            <div class="form form--pair">
                {names.into_iter().map(|(lang, name)| view! { <Field label=own_name(lang) required=true error=sending.field("name")><TextInput value=name /></Field> }).collect_view()}
            </div>
            {is_shipped.then(|| view! { <p class="room__lead"><Badge>{t!(settings.shipped)}</Badge> " " {t!(settings.shipped_text)}</p> })}
            <div class="extents">{scale()} {groups}</div>
            <FormError error=sending.error() />
            <FormError error=deleting.error() />
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
            busy=deleting.busy()
            on_confirm=delete
        />
    }
    .into_any()
}

fn rebase(base: StoredValue<Option<Role>>, version: RwSignal<i64>, role: Role) {
    let now = role.version;
    base.set_value(Some(role));
    version.set(now);
}

/// A role that nobody had is the same when it is made again.
fn add_again(role: NewRole) -> Undo {
    Arc::new(move || {
        let role = role.clone();
        Box::pin(async move { api::add_role(&role).await.map(drop) }) as Pending<_>
    })
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
