//! One user: facts, roles, memberships, access, and what happens to their work when they leave.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    event::EntityKind,
    id::{DealerId, RoleId, TeamId, TerritoryId, UserId},
    identity::{OneTimeLink, OpenWork, Role, Unit, User, UserPatch},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    change::{Change, Changes, undo_of, value},
    kept::Kept,
    profile::changed,
};
use crate::{
    api::{self, Reading},
    browser::{focus, timer},
    i18n::lang,
    identity::{OneTimeLinkBox, api as requests, api::UnitKind},
    live::{Told, use_live},
    people::use_people,
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{
        Button, ButtonKind, Choice, Combobox, ConfirmDialog, Dialog, ErrorState, Field, FormError, Icon, Pending, Select, SelectOption,
        SidePanel, Skeleton, TextInput, reactive, use_toaster,
    },
};

/// Where somebody belongs and what they may do, while it is edited.
#[derive(Clone, Copy, Default)]
pub struct Memberships {
    pub roles: RwSignal<Vec<RoleId>>,
    /// Empty for none.
    pub department: RwSignal<String>,
    pub teams: RwSignal<Vec<TeamId>>,
    pub territories: RwSignal<Vec<TerritoryId>>,
}

impl Memberships {
    fn fill(self, user: &User) {
        self.roles.set(user.role_ids.clone());
        self.department.set(user.department_id.map(|id| id.to_string()).unwrap_or_default());
        self.teams.set(user.team_ids.clone());
        self.territories.set(user.territory_ids.clone());
    }
}

/// The fields for roles, department, teams and territories.
#[component]
pub fn MembershipFields(
    belongs: Memberships,
    #[prop(into)] roles: Signal<Vec<Role>>,
    sending: Sending,
    dealer: Option<DealerId>,
) -> impl IntoView {
    let read = move |kind: UnitKind| {
        let units = Reading::new(move || requests::units(kind, dealer));
        Signal::derive(move || units.get().and_then(Result::ok).unwrap_or_default())
    };
    let (departments, teams, territories) = (read(UnitKind::Department), read(UnitKind::Team), read(UnitKind::Territory));
    let role_options =
        Signal::derive(move || roles.get().into_iter().map(|role| (role.id, role.name.get(lang()).to_owned())).collect::<Vec<_>>());
    let options = Signal::derive(move || {
        departments.get().into_iter().map(|unit| SelectOption::new(unit.id.to_string(), unit.name)).collect::<Vec<_>>()
    });
    view! {
        <Many label=t!(settings.roles) options=role_options value=belongs.roles error=sending.field("role_ids") />
        <Many label=t!(settings.teams) options=named(teams) value=belongs.teams error=sending.field("team_ids") />
        <Many label=t!(settings.territories) options=named(territories) value=belongs.territories error=sending.field("territory_ids") />
        <Field label=t!(settings.department) error=sending.field("department_id")>
            <Select value=belongs.department options empty=t!(settings.none) />
        </Field>
    }
    .into_any()
}

fn named<I: From<Uuid> + Send + Sync + 'static>(units: Signal<Vec<Unit>>) -> Signal<Vec<(I, String)>> {
    Signal::derive(move || units.get().into_iter().map(|unit| (I::from(unit.id), unit.name)).collect())
}

#[component]
fn Many<I: Copy + PartialEq + Send + Sync + 'static>(
    #[prop(into)] label: TextProp,
    options: Signal<Vec<(I, String)>>,
    value: RwSignal<Vec<I>>,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let picks = move || {
        let entries = options.get().into_iter().map(|(id, name)| {
            let toggle = move |event: leptos::ev::Event| {
                let is_on = event_target_checked(&event);
                value.update(|list| {
                    list.retain(|other| *other != id);
                    if is_on {
                        list.push(id);
                    }
                });
            };
            view! {
                <label class="toggle">
                    <input type="checkbox" prop:checked=move || value.with(|list| list.contains(&id)) on:change=toggle />
                    <span>{name}</span>
                </label>
            }
        });
        entries.collect_view()
    };
    let is_there = move || options.with(|o| !o.is_empty());
    let group = move || {
        let label = label.clone();
        is_there().then(|| {
            view! {
                <fieldset class="setup__group">
                    <legend>{reactive(move || label.get())}</legend>
                    <div class="toggles">{reactive(picks)}</div>
                    <p class="field__error" role="alert">{reactive(move || error.get())}</p>
                </fieldset>
            }
        })
    };
    group.into_any()
}

/// The person whose panel is open, as they are now.
#[derive(Clone, Copy)]
struct Subject {
    id: UserId,
    user: Kept<Option<User>>,
}

impl Subject {
    /// Looks at the person; tracked.
    fn with<R>(self, look: impl FnOnce(&User) -> R) -> Option<R> {
        self.user.with(|user| user.as_ref().filter(|user| user.id == self.id).map(look)).flatten()
    }

    /// The version to send with what is done to them now.
    fn version(self) -> i64 {
        untrack(|| self.with(|user| user.version)).unwrap_or_default()
    }

    fn name(self) -> String {
        self.with(|user| user.name.clone()).unwrap_or_default()
    }
}

/// The panel beside the list.
#[component]
pub fn PersonPanel(
    #[prop(into)] open: Signal<Option<UserId>>,
    roles: Signal<Vec<Role>>,
    #[prop(into)] may_manage: Signal<bool>,
    #[prop(into)] on_change: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let seen = RwSignal::new(0_u32);
    // Only of this person: others sign in and out all day.
    use_live().hear(move |told| {
        let concerns = match told {
            Told::Changed(event) => {
                event.entity == EntityKind::User && open.try_get_untracked().flatten().is_some_and(|id| id.0 == event.entity_id)
            }
            Told::Resync => true,
            Told::Hello(_) => false,
        };
        if concerns {
            seen.try_update(|n| *n = n.wrapping_add(1));
        }
    });
    let user = Reading::new(move || {
        seen.track();
        let id = open.get();
        async move {
            match id {
                Some(id) => requests::user(id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let kept = Kept::new(user);
    let changed = Callback::new(move |()| {
        user.refetch();
        on_change.run(());
    });
    // The panel is drawn anew for another person, not for another version of the same one: what is typed and asked in it stays.
    let shown = Memo::new(move |_| {
        let id = open.get()?;
        kept.with(|user| user.as_ref().is_some_and(|user| user.id == id))?.then_some(id)
    });
    let title = move || shown.get().map(|id| Subject { id, user: kept }.name()).unwrap_or_default();
    let is_leaving = RwSignal::new(false);
    let is_failed = Memo::new(move |_| kept.failure().is_some());
    let body = move || match (shown.get(), is_failed.get()) {
        (Some(id), _) => {
            let subject = Subject { id, user: kept };
            view! {
                <PersonForm subject roles may_manage on_change=changed />
                <Access subject may_manage is_leaving on_change=changed />
                <PersonalData subject on_change=changed />
            }
            .into_any()
        }
        (None, true) => {
            let failure = untrack(|| kept.failure()).unwrap_or_default();
            view! { <ErrorState failure on_retry=changed /> }.into_any()
        }
        (None, false) => view! { <Skeleton /> }.into_any(),
    };
    view! {
        <SidePanel open=Signal::derive(move || open.get().is_some()) title on_close>
            <div class="stack">{reactive(body)}</div>
        </SidePanel>
        <LeaveDialog open=is_leaving user=kept on_change=changed />
    }
    .into_any()
}

/// The facts of a person while they are edited.
#[derive(Clone, Copy)]
struct Facts {
    name: RwSignal<String>,
    mail: RwSignal<String>,
    title: RwSignal<String>,
    belongs: Memberships,
}

impl Facts {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { name: empty(), mail: empty(), title: empty(), belongs: Memberships::default() }
    }

    fn fill(self, user: &User) {
        self.name.set(user.name.clone());
        self.mail.set(user.mail.clone());
        self.title.set(user.title.clone());
        self.belongs.fill(user);
    }

    /// What was changed of `old`.
    fn patch(self, old: &User) -> UserPatch {
        let belongs = self.belongs;
        let department = belongs.department.get_untracked().parse().ok();
        UserPatch {
            name: changed(self.name.get_untracked().trim(), &old.name),
            mail: changed(self.mail.get_untracked().trim(), &old.mail),
            title: changed(self.title.get_untracked().trim(), &old.title),
            department_id: (department != old.department_id).then_some(department),
            role_ids: other_than(belongs.roles.get_untracked(), &old.role_ids),
            team_ids: other_than(belongs.teams.get_untracked(), &old.team_ids),
            territory_ids: other_than(belongs.territories.get_untracked(), &old.territory_ids),
        }
    }
}

/// `new` where it names others than `old` does; the order says nothing.
fn other_than<I: PartialEq>(new: Vec<I>, old: &[I]) -> Option<Vec<I>> {
    let is_same = new.len() == old.len() && new.iter().all(|id| old.contains(id));
    (!is_same).then_some(new)
}

/// What `patch` made of `old`, to be taken back.
fn change_of(old: &User, patch: &UserPatch) -> Change {
    let mut fields = Vec::new();
    let mut add = |name, old: Value, new: Value| fields.push((name, old, new));
    let UserPatch { name, mail, title, department_id, role_ids, team_ids, territory_ids } = patch;
    for (field, old, new) in [("name", &old.name, name), ("mail", &old.mail, mail), ("title", &old.title, title)] {
        if let Some(new) = new {
            add(field, old.clone().into(), new.clone().into());
        }
    }
    if let Some(new) = department_id {
        add("department_id", value(&old.department_id), value(new));
    }
    if let Some(new) = role_ids {
        add("role_ids", value(&old.role_ids), value(new));
    }
    if let Some(new) = team_ids {
        add("team_ids", value(&old.team_ids), value(new));
    }
    if let Some(new) = territory_ids {
        add("territory_ids", value(&old.territory_ids), value(new));
    }
    Change { path: format!("/users/{}", old.id), version: old.version, fields }
}

#[component]
fn PersonForm(subject: Subject, roles: Signal<Vec<Role>>, may_manage: Signal<bool>, on_change: Callback<()>) -> impl IntoView {
    let changes = Changes::new(on_change);
    let facts = Facts::new();
    let sending = Sending::new();
    // What the fields began with. It follows the record only while nothing is typed: the server merges from there, and asks.
    let base = StoredValue::new(None::<User>);
    Effect::new(move |_| {
        let Some(now) = subject.with(Clone::clone) else { return };
        let follows = base.with_value(|old| old.as_ref().is_none_or(|old| now.version > old.version && is_empty(&facts.patch(old))));
        if follows {
            facts.fill(&now);
            base.set_value(Some(now));
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(old) = base.get_value() else { return };
        let patch = facts.patch(&old);
        let version = sending.version_or(old.version);
        let made = change_of(&old, &patch);
        sending.run(async move { requests::change_user(old.id, version, &patch).await }, move |saved| {
            changes.offer(t_now!(settings.saved).to_owned(), undo_of(made, saved.version));
            base.set_value(Some(saved));
            on_change.run(());
        });
    };
    let dealer = untrack(|| subject.with(|user| user.dealer_id));
    view! {
        <form class="form" on:submit=submit>
            <fieldset class="plain-group" disabled=move || !may_manage.get()>
                <Field label=t!(identity.name) required=true error=sending.field("name")><TextInput value=facts.name /></Field>
                <Field label=t!(identity.mail) required=true error=sending.field("mail")><TextInput value=facts.mail kind="email" /></Field>
                <Field label=t!(settings.title_at_work) error=sending.field("title")><TextInput value=facts.title /></Field>
                <MembershipFields belongs=facts.belongs roles sending dealer />
            </fieldset>
            <FormError error=sending.error() />
            {reactive(move || may_manage.get().then(|| {
                view! { <div class="form__foot"><Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button></div> }
            }))}
        </form>
    }
    .into_any()
}

fn is_empty(patch: &UserPatch) -> bool {
    *patch == UserPatch::default()
}

/// Getting in, and not any more.
#[component]
fn Access(subject: Subject, may_manage: Signal<bool>, is_leaving: RwSignal<bool>, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let id = subject.id;
    let is_me = session.me_untracked().user.id == id;
    let is_active = Memo::new(move |_| subject.with(|user| user.active).unwrap_or(true));
    let sending = Sending::new();
    let link = RwSignal::new(None::<OneTimeLink>);
    let invite = move || sending.run(requests::invite_again(id), move |new| link.set(Some(new)));
    let back = move || {
        sending.run(requests::reactivate(id, subject.version()), move |_| {
            toaster.say(t_now!(settings.reactivated));
            on_change.run(());
        });
    };
    let again = move || {
        if subject.with(|user| user.invited).unwrap_or_default() { t!(settings.invite_again)() } else { t!(settings.reset_link)() }
    };
    let buttons = move || match (is_active.get(), is_me) {
        (false, _) => view! { <Button busy=sending.busy() on_press=back>{t!(settings.reactivate)}</Button> }.into_any(),
        (true, true) => view! { <p class="room__lead">{t!(settings.this_is_you)}</p> }.into_any(),
        (true, false) => view! {
            <Button icon=Icon::LINK busy=sending.busy() on_press=invite>{reactive(again)}</Button>
            <Button kind=ButtonKind::Danger on_press=move || is_leaving.set(true)>{t!(settings.deactivate)}</Button>
        }
        .into_any(),
    };
    // The button that was pressed goes with the state it changed; its successor takes the focus.
    Effect::new(move |before: Option<bool>| {
        let now = is_active.get();
        if before.is_some_and(|before| before != now) {
            timer::after_layout(|| {
                let _ = !focus::is_lost() || focus::first("#access button") || focus::first(".room__title");
            });
        }
        now
    });
    view! {
        <section class="panel-part" id="access">
            <h3>{t!(settings.access)}</h3>
            {reactive(move || may_manage.get().then(|| view! { <div class="button-row">{reactive(buttons)}</div> }))}
            {reactive(move || link.get().map(|link| view! { <OneTimeLinkBox link /> }))}
            <FormError error=sending.error() />
        </section>
    }
    .into_any()
}

/// Ends somebody's access; asks who takes over what they still own.
#[component]
fn LeaveDialog(open: RwSignal<bool>, user: Kept<Option<User>>, on_change: Callback<()>) -> impl IntoView {
    let (toaster, people) = (use_toaster(), use_people());
    let look = move || user.with(Clone::clone).flatten();
    let id = Memo::new(move |_| look().map(|user| user.id));
    let name = move || look().map(|user| user.name).unwrap_or_default();
    let work = Reading::new(move || {
        let asked = id.get().filter(|_| open.get());
        async move {
            match asked {
                Some(id) => requests::work(id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let successor = RwSignal::new(None::<Choice>);
    let sending = Sending::new();
    Effect::new(move |_| {
        if open.get() {
            // Whoever was chosen for somebody else before.
            successor.set(None);
            sending.clear();
        }
    });
    let search = Callback::new(move |text: String| {
        let own = id.get_untracked().map(|id| id.to_string());
        let found: Vec<Choice> = people.find(&text).into_iter().filter(|choice| Some(&choice.id) != own.as_ref()).collect();
        Box::pin(async move { Ok(found) }) as Pending<_>
    });
    let has_work = Memo::new(move |_| {
        work.get().and_then(Result::ok).flatten().is_some_and(|OpenWork { accounts, opportunities }| accounts + opportunities > 0)
    });
    let leave = move || {
        let Some(User { id, version, name, .. }) = untrack(look) else { return };
        let to = successor.get_untracked().and_then(|choice| choice.id.parse().ok());
        if has_work.get_untracked() && to.is_none() {
            let mut checks = muster_shared::check::Checks::new();
            checks.fail("successor_id", "required");
            sending.refuse(checks.done().err().unwrap_or_default());
            return;
        }
        sending.run(requests::deactivate(id, version, to), move |_| {
            open.set(false);
            toaster.say(t_now!(settings.deactivated, name = name));
            on_change.run(());
        });
    };
    let owned = move || {
        let OpenWork { accounts, opportunities } = work.get()?.ok()??;
        (accounts + opportunities > 0).then(|| t!(settings.open_work, accounts = accounts, deals = opportunities)())
    };
    view! {
        <Dialog open title=t!(settings.deactivate_title, name = name())>
            <p class="dialog__text">{t!(settings.deactivate_text)}</p>
            {reactive(move || has_work.get().then(|| {
                view! {
                    <p class="dialog__text">{reactive(owned)}</p>
                    <Field label=t!(settings.successor) required=true error=sending.field("successor_id")><Combobox value=successor search /></Field>
                }
            }))}
            <FormError error=sending.error() />
            <footer class="dialog__foot">
                <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Danger busy=sending.busy() on_press=leave>{t!(settings.deactivate)}</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// What is kept of a person: a copy of it, and its end.
#[component]
fn PersonalData(subject: Subject, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let id = subject.id;
    let has_left = Memo::new(move |_| subject.with(|user| !user.active).unwrap_or_default());
    let is_asking = RwSignal::new(false);
    let sending = Sending::new();
    let erase = move || {
        sending.run(async move { api::post::<()>(&format!("/persons/{id}/erase"), &crate::event::Nothing {}).await }, move |()| {
            is_asking.set(false);
            toaster.say(t_now!(settings.erased));
            on_change.run(());
        });
    };
    let may = Memo::new(move |_| session.can(Permission::PersonManage));
    let part = move || {
        may.get().then(|| {
            view! {
                <section class="panel-part">
                    <h3>{t!(settings.personal_data)}</h3>
                    <p class="room__lead">{t!(settings.personal_data_text)}</p>
                    <div class="button-row">
                        <a class="button" href=format!("/api/persons/{id}/export") download=format!("person-{id}.json") rel="external">
                            <span class="button__label">{t!(settings.export_person)}</span>
                        </a>
                        {reactive(move || has_left.get().then(|| {
                            view! { <Button kind=ButtonKind::Danger on_press=move || is_asking.set(true)>{t!(settings.erase)}</Button> }
                        }))}
                    </div>
                    <FormError error=sending.error() />
                </section>
            }
        })
    };
    view! {
        {reactive(part)}
        <ConfirmDialog open=is_asking title=t!(settings.erase_title) text=t!(settings.erase_text) action=t!(settings.erase) busy=sending.busy() on_confirm=erase />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use muster_shared::text::Lang;

    use super::*;

    fn user() -> User {
        User {
            id: UserId(Uuid::from_u128(1)),
            version: 3,
            dealer_id: DealerId(Uuid::nil()),
            department_id: None,
            name: "Linh".into(),
            mail: "linh@phuongnam.vn".into(),
            title: String::new(),
            lang: Lang::Vi,
            zone: "Asia/Ho_Chi_Minh".into(),
            active: true,
            invited: false,
            role_ids: vec![RoleId(Uuid::from_u128(2)), RoleId(Uuid::from_u128(3))],
            team_ids: Vec::new(),
            territory_ids: Vec::new(),
        }
    }

    #[test]
    fn only_what_was_changed_is_sent_and_the_order_of_memberships_is_no_change() {
        let owner = Owner::new();
        owner.with(|| {
            let (facts, user) = (Facts::new(), user());
            facts.fill(&user);
            assert!(is_empty(&facts.patch(&user)));
            facts.belongs.roles.update(|roles| roles.reverse());
            assert!(is_empty(&facts.patch(&user)));
            facts.name.set(" Linh Trần ".into());
            facts.belongs.roles.update(|roles| roles.truncate(1));
            let patch = facts.patch(&user);
            assert_eq!(patch, UserPatch { name: Some("Linh Trần".into()), role_ids: Some(vec![user.role_ids[1]]), ..UserPatch::default() });
            let made = change_of(&user, &patch);
            assert_eq!(made.fields.iter().map(|(name, ..)| *name).collect::<Vec<_>>(), ["name", "role_ids"]);
            assert_eq!(made.fields[1].1, value(&user.role_ids));
        });
    }
}
