//! Who works here: found, invited, opened.

use leptos::prelude::*;
use muster_shared::{
    access::Permission,
    event::EntityKind,
    id::UserId,
    identity::{NewUser, Role, User},
    page::Page,
};

use super::{
    RoomHead,
    person::{Memberships, PersonPanel},
    row::{Row, Rows},
};
use crate::{
    api::Reading,
    browser::timer,
    i18n::{lang, lang_untracked},
    identity::{OneTimeLinkBox, api},
    live::use_live,
    query::{Query, use_query},
    sending::Sending,
    session::use_session,
    t,
    ui::{
        AsyncView, Avatar, Button, ButtonKind, Dialog, EmptyState, Field, FormError, Icon, Pager, Segmented, SelectOption, SkeletonKind,
        StatusPill, TextInput, Tone, reactive,
    },
};

const LIMIT: u32 = 50;

/// The list of users; `q`, `who`, `after` and `person` are in the address.
#[component]
pub fn PeopleRoom() -> impl IntoView {
    let (query, session) = (use_query(), use_session());
    let changes = use_live().changes(&[EntityKind::User]);
    let users = Reading::new(move || {
        changes.track();
        let filter = filter(query);
        async move { api::users(&filter).await }
    });
    let roles = Reading::new(api::roles);
    let roles = Signal::derive(move || roles.get().and_then(Result::ok).unwrap_or_default());
    let is_inviting = RwSignal::new(false);
    let may_manage = Memo::new(move |_| session.can(Permission::UserManage));
    let invite = move || {
        may_manage.get().then(|| {
            view! { <Button kind=ButtonKind::Main icon=Icon::USER_PLUS on_press=move || is_inviting.set(true)>{t!(settings.invite_somebody)}</Button> }
        })
    };
    let list = move |page: Page<User>| people_list(page, roles, query);
    let refresh = Callback::new(move |()| users.refetch());
    let open = Memo::new(move |_| query.get("person").and_then(|id| id.parse::<UserId>().ok()));
    view! {
        <RoomHead title=t!(settings.people_title) text=t!(settings.people_text) actions=invite />
        <Finder query />
        <AsyncView resource=users skeleton=SkeletonKind::Rows children=list />
        <PersonPanel open roles may_manage on_change=refresh on_close=move || query.set(&[("person", None)]) />
        <InviteDialog open=is_inviting roles on_done=refresh />
    }
    .into_any()
}

fn filter(query: Query) -> api::UserFilter {
    let active = match query.get("who").as_deref() {
        Some("left") => Some(false),
        Some("all") => None,
        _ => Some(true),
    };
    api::UserFilter { q: query.get("q"), active, after: query.get("after"), limit: Some(LIMIT) }
}

#[component]
fn Finder(query: Query) -> impl IntoView {
    let text = RwSignal::new(query.get("q").unwrap_or_default());
    let find = timer::debounce(250, move |text: String| query.replace(&[("q", Some(text)), ("after", None)]));
    let who = Signal::derive(move || query.get("who").unwrap_or_else(|| "active".to_owned()));
    let options = Signal::derive(|| {
        vec![
            SelectOption::new("active", t!(settings.who_active)),
            SelectOption::new("left", t!(settings.who_left)),
            SelectOption::new("all", t!(settings.who_all)),
        ]
    });
    let choose = move |code: String| query.set(&[("who", Some(code).filter(|c| c != "active")), ("after", None)]);
    view! {
        <div class="room__find">
            <TextInput value=text kind="search" icon=Icon::SEARCH label=t!(settings.find_people) placeholder=t!(settings.find_people) on_input=move |text: String| find(text) />
            <Segmented label=t!(settings.who) value=who options on_change=choose />
        </div>
    }
    .into_any()
}

fn people_list(page: Page<User>, roles: Signal<Vec<Role>>, query: Query) -> AnyView {
    if page.items.is_empty() {
        return view! { <EmptyState title=t!(settings.nobody_found) text=t!(settings.nobody_found_text) icon=Icon::USERS /> }.into_any();
    }
    let Page { items, total, next } = page;
    let shown = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let is_later = query.get("after").is_some();
    let rows = items.iter().map(|user| person_row(user, roles, query)).collect_view();
    // Pages are reached one after the other, so the number of the first row is known only on the first.
    let has_next = next.is_some();
    let pager = (has_next || is_later).then(|| {
        view! {
            <Pager
                first=if is_later { total - shown + 1 } else { 1 }
                shown
                total
                has_next
                on_previous=move || query.set(&[("after", None)])
                on_next=move || query.set(&[("after", next.clone())])
            />
        }
    });
    view! { <Rows label=t!(settings.people)>{rows}</Rows> {pager} }.into_any()
}

fn person_row(user: &User, roles: Signal<Vec<Role>>, query: Query) -> AnyView {
    let (id, name) = (user.id, user.name.clone());
    let address = {
        let mut pairs = untrack(|| query.pairs());
        pairs.retain(|(key, _)| key != "person");
        pairs.push(("person".to_owned(), id.to_string()));
        let text: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={}", crate::api::encode(v))).collect();
        format!("/desk/settings/people?{}", text.join("&"))
    };
    let is_here = Signal::derive(move || query.get("person").is_some_and(|open| open == id.to_string()));
    let named = user.role_ids.clone();
    let has = move || {
        roles.with(|all| all.iter().filter(|r| named.contains(&r.id)).map(|r| r.name.get(lang()).to_owned()).collect::<Vec<_>>().join(", "))
    };
    let about = if user.title.is_empty() { user.mail.clone() } else { format!("{} · {}", user.title, user.mail) };
    let state = match (user.active, user.invited) {
        (false, _) => Some((Tone::Neutral, t!(settings.left))),
        (true, true) => Some((Tone::Accent, t!(settings.invited))),
        (true, false) => None,
    };
    let shown = name.clone();
    view! {
        <Row lead=move || view! { <Avatar name=shown.clone() decorative=true /> } title=name text=about href=address is_here>
            <span class="rows__note">{reactive(has)}</span>
            {state.map(|(tone, label)| view! { <StatusPill tone label /> })}
        </Row>
    }
    .into_any()
}

#[component]
fn InviteDialog(open: RwSignal<bool>, roles: Signal<Vec<Role>>, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    view! {
        <Dialog open title=t!(settings.invite_somebody)>
            <InviteForm open roles on_done />
        </Dialog>
    }
    .into_any()
}

#[component]
fn InviteForm(open: RwSignal<bool>, roles: Signal<Vec<Role>>, on_done: Callback<()>) -> impl IntoView {
    let (name, mail, title) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let belongs = Memberships::default();
    let sending = Sending::new();
    let done = RwSignal::new(None::<api::Invited>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let user = NewUser {
            dealer_id: None,
            department_id: belongs.department.get_untracked().parse().ok(),
            name: name.get_untracked().trim().to_owned(),
            mail: mail.get_untracked().trim().to_owned(),
            title: title.get_untracked().trim().to_owned(),
            lang: lang_untracked(),
            zone: None,
            role_ids: belongs.roles.get_untracked(),
            team_ids: belongs.teams.get_untracked(),
            territory_ids: belongs.territories.get_untracked(),
        };
        match user.check() {
            Err(errors) => sending.refuse(errors),
            Ok(()) => sending.run(async move { api::invite(&user).await }, move |answer| {
                done.set(Some(answer));
                on_done.run(());
            }),
        }
    };
    move || match done.get() {
        Some(answer) => view! {
            <p class="dialog__text">{t!(settings.invited_text, name = answer.user.name)}</p>
            <OneTimeLinkBox link=answer.link />
            <footer class="dialog__foot"><Button kind=ButtonKind::Main on_press=move || open.set(false)>{t!(ui.close)}</Button></footer>
        }
        .into_any(),
        None => view! {
            <form class="dialog__form" on:submit=submit>
                <Field label=t!(identity.name) required=true error=sending.field("name")><TextInput value=name autofocus=true /></Field>
                <Field label=t!(identity.mail) required=true error=sending.field("mail")><TextInput value=mail kind="email" /></Field>
                <Field label=t!(settings.title_at_work) error=sending.field("title")><TextInput value=title /></Field>
                <super::person::MembershipFields belongs roles sending dealer=None />
                <FormError error=sending.error() />
                <footer class="dialog__foot">
                    <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                    <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(identity.invite)}</Button>
                </footer>
            </form>
        }
        .into_any(),
    }
}
