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
    kept::{Kept, keyed},
    person::{Memberships, PersonPanel},
    row::{Row, Rows},
};
use crate::{
    api::{ApiError, Reading},
    browser::timer,
    i18n::{lang, lang_untracked},
    identity::{OneTimeLinkBox, api},
    live::use_live,
    query::{Query, use_query},
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{
        Avatar, Button, ButtonKind, Dialog, EmptyState, Field, FormError, Icon, Pager, Segmented, SelectOption, StatusPill, TextInput,
        Tone, reactive, use_toaster,
    },
};

const LIMIT: u32 = 50;
/// Between the cursors of a trail; a cursor has only letters, digits, `-` and `_`.
const SEPARATOR: &str = ".";

/// The list of users; `q`, `who`, `after` and `person` are in the address.
#[component]
pub fn PeopleRoom() -> impl IntoView {
    let (query, session) = (use_query(), use_session());
    let changes = use_live().changes(&[EntityKind::User]);
    let toaster = use_toaster();
    let to_first = Callback::new(move |()| {
        query.replace(&[("after", None)]);
        toaster.note(t_now!(record.unreadable, names = "after"));
    });
    let users = Kept::new(Reading::new(move || {
        changes.track();
        let filter = filter(query);
        async move {
            match api::users(&filter).await {
                Err(error) if is_no_page(&error) => {
                    to_first.try_run(());
                    api::users(&api::UserFilter { after: None, ..filter }).await
                }
                answer => answer,
            }
        }
    }));
    let roles = Reading::new(api::roles);
    let roles = Signal::derive(move || roles.get().and_then(Result::ok).unwrap_or_default());
    let is_inviting = RwSignal::new(false);
    let may_manage = Memo::new(move |_| session.can(Permission::UserManage));
    let invite = move || {
        may_manage.get().then(|| {
            view! { <Button kind=ButtonKind::Main icon=Icon::USER_PLUS on_press=move || is_inviting.set(true)>{t!(settings.invite_somebody)}</Button> }
        })
    };
    let refresh = users.refresh();
    let open = Memo::new(move |_| query.get("person").and_then(|id| id.parse::<UserId>().ok()));
    view! {
        <RoomHead title=t!(settings.people_title) text=t!(settings.people_text) actions=move || reactive(invite) />
        <Finder query />
        {users.show(6, move || people_list(users, roles, query))}
        <PersonPanel open roles may_manage on_change=refresh on_close=move || query.set(&[("person", None)]) />
        <InviteDialog open=is_inviting roles on_done=refresh />
    }
    .into_any()
}

/// Whether what the address says comes before the page is no page that there was.
fn is_no_page(error: &ApiError) -> bool {
    error.fields().iter().any(|wrong| wrong.field == "after")
}

fn filter(query: Query) -> api::UserFilter {
    let active = match query.get("who").as_deref() {
        Some("left") => Some(false),
        Some("all") => None,
        _ => Some(true),
    };
    api::UserFilter { q: query.get("q"), active, after: trail(query).pop(), limit: Some(LIMIT) }
}

/// The cursors of the pages after the first, up to the one that is shown; tracked.
fn trail(query: Query) -> Vec<String> {
    steps(query.get("after").as_deref())
}

/// A trail as the address has it: the way back is in it, so that a reload or a shared link knows where it is.
fn steps(after: Option<&str>) -> Vec<String> {
    after.unwrap_or_default().split(SEPARATOR).filter(|cursor| !cursor.is_empty()).map(str::to_owned).collect()
}

fn written(steps: &[String]) -> Option<String> {
    Some(steps.join(SEPARATOR)).filter(|text| !text.is_empty())
}

/// Number of the first row of a page, from 1. Every page before it is full.
fn first_row(steps: &[String]) -> i64 {
    i64::try_from(steps.len()).unwrap_or_default() * i64::from(LIMIT) + 1
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

fn people_list(users: Kept<Page<User>>, roles: Signal<Vec<Role>>, query: Query) -> AnyView {
    let ids = move || users.with(|page| page.items.iter().map(|user| user.id.0).collect::<Vec<_>>()).unwrap_or_default();
    let number = move |of: fn(&Page<User>) -> i64| Signal::derive(move || users.with(of).unwrap_or_default());
    let shown = number(|page| i64::try_from(page.items.len()).unwrap_or(i64::MAX));
    let total = number(|page| page.total);
    let has_next = Memo::new(move |_| users.with(|page| page.next.is_some()).unwrap_or_default());
    let first = Signal::derive(move || first_row(&trail(query)));
    let has_pages = Memo::new(move |_| has_next.get() || first.get() > 1);
    let go = move |steps: Vec<String>| query.set(&[("after", written(&steps))]);
    let previous = move || {
        let mut steps = untrack(|| trail(query));
        steps.pop();
        go(steps);
    };
    let next = move || {
        let mut steps = untrack(|| trail(query));
        steps.extend(untrack(|| users.with(|page| page.next.clone())).flatten());
        go(steps);
    };
    let is_empty = Memo::new(move |_| shown.get() == 0);
    let nobody = move || {
        is_empty
            .get()
            .then(|| view! { <EmptyState title=t!(settings.nobody_found) text=t!(settings.nobody_found_text) icon=Icon::USERS /> })
    };
    let pager = move || has_pages.get().then(|| view! { <Pager first shown total has_next on_previous=previous on_next=next /> });
    view! {
        {reactive(nobody)}
        <Rows label=t!(settings.people)>{keyed(ids, move |id| person_row(UserId(id), users, roles, query))}</Rows>
        {reactive(pager)}
    }
    .into_any()
}

fn person_row(id: UserId, users: Kept<Page<User>>, roles: Signal<Vec<Role>>, query: Query) -> AnyView {
    // A row that is about to go reads nothing.
    let user = move || users.with(|page| page.items.iter().find(|user| user.id == id).cloned()).flatten();
    let name = Signal::derive(move || user().map(|user| user.name).unwrap_or_default());
    let address = move || {
        let mut pairs = query.pairs();
        pairs.retain(|(key, _)| key != "person");
        pairs.push(("person".to_owned(), id.to_string()));
        let text: Vec<String> = pairs.iter().map(|(k, v)| format!("{k}={}", crate::api::encode(v))).collect();
        format!("/desk/settings/people?{}", text.join("&"))
    };
    let is_here = Signal::derive(move || query.get("person").is_some_and(|open| open == id.to_string()));
    let has = move || {
        let named = user().map(|user| user.role_ids).unwrap_or_default();
        roles.with(|all| all.iter().filter(|r| named.contains(&r.id)).map(|r| r.name.get(lang()).to_owned()).collect::<Vec<_>>().join(", "))
    };
    let about = move || user().map(|user| if user.title.is_empty() { user.mail } else { format!("{} · {}", user.title, user.mail) });
    let state = move || match user().map(|user| (user.active, user.invited)) {
        Some((false, _)) => Some(view! { <StatusPill tone=Tone::Neutral label=t!(settings.left) /> }),
        Some((true, true)) => Some(view! { <StatusPill tone=Tone::Accent label=t!(settings.invited) /> }),
        _ => None,
    };
    view! {
        <Row
            lead=move || reactive(move || view! { <Avatar name=name.get() decorative=true /> })
            title=move || name.get()
            text=move || about().unwrap_or_default()
            href=address
            is_here
        >
            <span class="rows__note">{reactive(has)}</span>
            {reactive(state)}
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

#[cfg(test)]
mod tests {
    use muster_shared::problem::{FieldError, Problem};

    use super::*;

    #[test]
    fn only_a_page_that_is_none_leads_to_the_first() {
        let refused = |field: &str| {
            let mut problem = Problem::new(422, "invalid", "Some fields do not hold");
            problem.errors = vec![FieldError { field: field.into(), code: "unknown".into(), params: Default::default() }];
            ApiError::Problem(Box::new(problem))
        };
        assert!(is_no_page(&refused("after")));
        assert!(!is_no_page(&refused("q")));
        assert!(!is_no_page(&ApiError::Offline));
    }

    #[test]
    fn a_page_knows_its_place_and_the_way_back() {
        let first = steps(None);
        assert_eq!((first_row(&first), written(&first)), (1, None));
        let third = steps(Some("eyJh.eyJi"));
        assert_eq!((first_row(&third), third.last().map(String::as_str)), (101, Some("eyJi")));
        assert_eq!(written(&third[..1]).as_deref(), Some("eyJh"));
        assert_eq!(written(&third).as_deref(), Some("eyJh.eyJi"));
    }
}
