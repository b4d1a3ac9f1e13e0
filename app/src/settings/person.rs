//! One user: facts, roles, memberships, access, and what happens to their work when they leave.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    event::EntityKind,
    id::{DealerId, RoleId, TeamId, TerritoryId, UserId},
    identity::{OneTimeLink, OpenWork, Role, Unit, User, UserPatch},
};
use uuid::Uuid;

use super::profile::changed;
use crate::{
    api::{self, Reading},
    i18n::lang,
    identity::{OneTimeLinkBox, api as requests, api::UnitKind},
    live::use_live,
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
    fn of(user: &User) -> Self {
        Self {
            roles: RwSignal::new(user.role_ids.clone()),
            department: RwSignal::new(user.department_id.map(|id| id.to_string()).unwrap_or_default()),
            teams: RwSignal::new(user.team_ids.clone()),
            territories: RwSignal::new(user.territory_ids.clone()),
        }
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

/// The panel beside the list.
#[component]
pub fn PersonPanel(
    #[prop(into)] open: Signal<Option<UserId>>,
    roles: Signal<Vec<Role>>,
    #[prop(into)] may_manage: Signal<bool>,
    #[prop(into)] on_change: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let changes = use_live().changes(&[EntityKind::User]);
    let user = Reading::new(move || {
        changes.track();
        let id = open.get();
        async move {
            match id {
                Some(id) => requests::user(id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let title = move || user.get().and_then(Result::ok).flatten().map(|user| user.name).unwrap_or_default();
    let changed = Callback::new(move |()| {
        user.refetch();
        on_change.run(());
    });
    // Anybody's sign-in reads the person again: only another answer may take away what is being written or asked.
    let found = Memo::new(move |_| user.get());
    let leaver = Memo::new(move |_| found.get().and_then(Result::ok).flatten());
    let is_leaving = RwSignal::new(false);
    let body = move || match found.get() {
        None | Some(Ok(None)) => view! { <Skeleton /> }.into_any(),
        Some(Err(error)) => view! { <ErrorState failure=error.into() on_retry=changed /> }.into_any(),
        Some(Ok(Some(user))) => view! {
            <PersonForm user=user.clone() roles may_manage on_change=changed />
            <Access user=user.clone() may_manage is_leaving on_change=changed />
            <PersonalData user on_change=changed />
        }
        .into_any(),
    };
    view! {
        <SidePanel open=Signal::derive(move || open.get().is_some()) title on_close>
            <div class="stack">{reactive(body)}</div>
        </SidePanel>
        <LeaveDialog open=is_leaving leaver on_change=changed />
    }
    .into_any()
}

#[component]
fn PersonForm(user: User, roles: Signal<Vec<Role>>, may_manage: Signal<bool>, on_change: Callback<()>) -> impl IntoView {
    let toaster = use_toaster();
    let (name, mail, title) = (RwSignal::new(user.name.clone()), RwSignal::new(user.mail.clone()), RwSignal::new(user.title.clone()));
    let belongs = Memberships::of(&user);
    let dealer = Some(user.dealer_id);
    let sending = Sending::new();
    let user = StoredValue::new(user);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let old = user.get_value();
        let department = belongs.department.get_untracked().parse().ok();
        let patch = UserPatch {
            name: changed(name.get_untracked().trim(), &old.name),
            mail: changed(mail.get_untracked().trim(), &old.mail),
            title: changed(title.get_untracked().trim(), &old.title),
            department_id: (department != old.department_id).then_some(department),
            role_ids: Some(belongs.roles.get_untracked()).filter(|ids| *ids != old.role_ids),
            team_ids: Some(belongs.teams.get_untracked()).filter(|ids| *ids != old.team_ids),
            territory_ids: Some(belongs.territories.get_untracked()).filter(|ids| *ids != old.territory_ids),
        };
        let version = sending.version_or(old.version);
        sending.run(async move { requests::change_user(old.id, version, &patch).await }, move |saved| {
            toaster.say(t_now!(settings.saved));
            user.set_value(saved);
            on_change.run(());
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <fieldset class="plain-group" disabled=move || !may_manage.get()>
                <Field label=t!(identity.name) required=true error=sending.field("name")><TextInput value=name /></Field>
                <Field label=t!(identity.mail) required=true error=sending.field("mail")><TextInput value=mail kind="email" /></Field>
                <Field label=t!(settings.title_at_work) error=sending.field("title")><TextInput value=title /></Field>
                <MembershipFields belongs roles sending dealer />
            </fieldset>
            <FormError error=sending.error() />
            {reactive(move || may_manage.get().then(|| {
                view! { <div class="form__foot"><Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button></div> }
            }))}
        </form>
    }
    .into_any()
}

/// Getting in, and not any more.
#[component]
fn Access(user: User, may_manage: Signal<bool>, is_leaving: RwSignal<bool>, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let User { id, version, active, invited, .. } = user;
    let is_me = session.me_untracked().user.id == id;
    let sending = Sending::new();
    let link = RwSignal::new(None::<OneTimeLink>);
    let invite = move || sending.run(requests::invite_again(id), move |new| link.set(Some(new)));
    let back = move || {
        sending.run(requests::reactivate(id, version), move |_| {
            toaster.say(t_now!(settings.reactivated));
            on_change.run(());
        });
    };
    let buttons = move || {
        let leave = view! { <Button kind=ButtonKind::Danger on_press=move || is_leaving.set(true)>{t!(settings.deactivate)}</Button> };
        match (active, is_me) {
            (false, _) => view! { <Button busy=sending.busy() on_press=back>{t!(settings.reactivate)}</Button> }.into_any(),
            (true, true) => view! { <p class="room__lead">{t!(settings.this_is_you)}</p> }.into_any(),
            (true, false) => view! {
                <Button icon=Icon::LINK busy=sending.busy() on_press=invite>
                    {reactive(move || if invited { t!(settings.invite_again)() } else { t!(settings.reset_link)() })}
                </Button>
                {leave}
            }
            .into_any(),
        }
    };
    view! {
        <section class="panel-part">
            <h3>{t!(settings.access)}</h3>
            {reactive(move || may_manage.get().then(|| view! { <div class="button-row">{buttons()}</div> }))}
            {reactive(move || link.get().map(|link| view! { <OneTimeLinkBox link /> }))}
            <FormError error=sending.error() />
        </section>
    }
    .into_any()
}

/// Ends somebody's access; asks who takes over what they still own.
#[component]
fn LeaveDialog(open: RwSignal<bool>, leaver: Memo<Option<User>>, on_change: Callback<()>) -> impl IntoView {
    let (toaster, people) = (use_toaster(), use_people());
    let id = Memo::new(move |_| leaver.with(|user| user.as_ref().map(|user| user.id)));
    let name = move || leaver.with(|user| user.as_ref().map(|user| user.name.clone()).unwrap_or_default());
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
    let search = Callback::new(move |text: String| {
        let own = id.get_untracked().map(|id| id.to_string());
        let found: Vec<Choice> = people.find(&text).into_iter().filter(|choice| Some(&choice.id) != own.as_ref()).collect();
        Box::pin(async move { Ok(found) }) as Pending<_>
    });
    let has_work = Memo::new(move |_| {
        work.get().and_then(Result::ok).flatten().is_some_and(|OpenWork { accounts, opportunities }| accounts + opportunities > 0)
    });
    let leave = move || {
        let Some(User { id, version, name, .. }) = leaver.get_untracked() else { return };
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
        <Dialog open title=move || t!(settings.deactivate_title, name = name())()>
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
fn PersonalData(user: User, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let User { id, active, .. } = user;
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
                        {(!active).then(|| view! { <Button kind=ButtonKind::Danger on_press=move || is_asking.set(true)>{t!(settings.erase)}</Button> })}
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
