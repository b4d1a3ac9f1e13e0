//! Settings: what a person decides for themselves, and what administrators decide for all.

mod audit;
mod change;
mod company;
mod kept;
mod people;
mod person;
mod pipelines;
mod profile;
mod rates;
mod reach;
mod roles;
mod row;
mod sessions;
mod structure;

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::access::Permission;

use crate::{
    browser::{focus, page, timer},
    query::use_segment,
    session::use_session,
    shell::Page,
    t,
    ui::{EmptyState, Glyph, Icon, reactive},
};

/// The rooms of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    Profile,
    Sessions,
    Company,
    People,
    Roles,
    Structure,
    Pipelines,
    Rates,
    Audit,
}

impl Section {
    const MINE: [Self; 2] = [Self::Profile, Self::Sessions];
    const ALL_OF_US: [Self; 7] = [Self::People, Self::Roles, Self::Structure, Self::Pipelines, Self::Company, Self::Rates, Self::Audit];

    const fn code(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Sessions => "sessions",
            Self::Company => "company",
            Self::People => "people",
            Self::Roles => "roles",
            Self::Structure => "structure",
            Self::Pipelines => "pipelines",
            Self::Rates => "rates",
            Self::Audit => "audit",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::MINE.into_iter().chain(Self::ALL_OF_US).find(|section| section.code() == code)
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Profile => Icon::CIRCLE_USER,
            Self::Sessions => Icon::MONITOR,
            Self::Company => Icon::BUILDING_2,
            Self::People => Icon::USERS,
            Self::Roles => Icon::SHIELD,
            Self::Structure => Icon::GIT_BRANCH,
            Self::Pipelines => Icon::KANBAN,
            Self::Rates => Icon::WALLET,
            Self::Audit => Icon::HISTORY,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Profile => t!(settings.profile)(),
            Self::Sessions => t!(settings.sessions)(),
            Self::Company => t!(settings.company)(),
            Self::People => t!(settings.people)(),
            Self::Roles => t!(settings.roles)(),
            Self::Structure => t!(settings.structure)(),
            Self::Pipelines => t!(settings.pipelines)(),
            Self::Rates => t!(settings.rates)(),
            Self::Audit => t!(settings.audit)(),
        }
    }

    /// What one needs to enter; one's own rooms need nothing.
    const fn permission(self) -> Option<Permission> {
        match self {
            Self::Profile | Self::Sessions => None,
            Self::Company | Self::Rates => Some(Permission::CompanyManage),
            Self::People => Some(Permission::UserRead),
            Self::Roles => Some(Permission::RoleManage),
            Self::Structure => Some(Permission::StructureManage),
            Self::Pipelines => Some(Permission::PipelineManage),
            Self::Audit => Some(Permission::AuditRead),
        }
    }
}

/// The rooms that the person may enter: how they are called, their icon and where they are.
pub fn rooms() -> Vec<(&'static str, Icon, String)> {
    let session = use_session();
    let may = |section: &Section| section.permission().is_none_or(|permission| session.can(permission));
    let all = Section::MINE.into_iter().chain(Section::ALL_OF_US).filter(may);
    all.map(|section| (section.label(), section.icon(), format!("/desk/settings/{}", section.code()))).collect()
}

/// The page at `/desk/settings` and below; the rest of the address names the room.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let session = use_session();
    let code = use_segment(2);
    let section = Memo::new(move |_| code.read().as_deref().map_or(Some(Section::Profile), Section::parse));
    let may = move |section: Section| section.permission().is_none_or(|permission| session.can(permission));
    // A memo: the person's own facts change while they are in a room, and a room drawn anew forgets what is typed in it.
    let here = Memo::new(move |_| section.get().filter(|section| may(*section)));
    let room = move || match here.get() {
        Some(Section::Profile) => profile::ProfileRoom().into_any(),
        Some(Section::Sessions) => sessions::SessionsRoom().into_any(),
        Some(Section::Company) => company::CompanyRoom().into_any(),
        Some(Section::People) => people::PeopleRoom().into_any(),
        Some(Section::Roles) => roles::RolesRoom().into_any(),
        Some(Section::Structure) => structure::StructureRoom().into_any(),
        Some(Section::Pipelines) => pipelines::PipelinesRoom().into_any(),
        Some(Section::Rates) => rates::RatesRoom().into_any(),
        Some(Section::Audit) => audit::AuditRoom().into_any(),
        None => view! { <EmptyState title=t!(settings.no_room) text=t!(settings.no_room_text) icon=Icon::LOCK /> }.into_any(),
    };
    let link = move |entry: Section| {
        let is_allowed = Memo::new(move |_| may(entry));
        reactive(move || is_allowed.get().then(|| nav_link(entry, section)))
    };
    let has_more = Memo::new(move |_| Section::ALL_OF_US.into_iter().any(may));
    let shown = view! {
        <Page title=t!(settings.title)>
            <div class="settings">
                <nav class="settings__nav" aria-label=t!(settings.title)>
                    <p class="settings__group">{t!(settings.mine)}</p>
                    {Section::MINE.map(link).collect_view()}
                    {reactive(move || has_more.get().then(|| view! { <p class="settings__group">{t!(settings.ours)}</p> }))}
                    {Section::ALL_OF_US.map(link).collect_view()}
                </nav>
                <div class="settings__room">{reactive(room)}</div>
            </div>
        </Page>
    }
    .into_any();
    // Made after the page, whose own effect names the document after all rooms alike.
    Effect::new(move |_| {
        let title = t!(settings.title)();
        page::set_title(&here.get().map_or_else(|| format!("{title} · Muster"), |room| format!("{} · {title} · Muster", room.label())));
    });
    Effect::new(move |before: Option<Option<Section>>| {
        let now = here.get();
        if before.is_some_and(|before| before != now) {
            // The link that led here keeps the focus where there is no such room.
            timer::after_layout(|| {
                focus::first(".room__title");
            });
        }
        now
    });
    shown
}

fn nav_link(entry: Section, here: Memo<Option<Section>>) -> AnyView {
    view! {
        <a
            class="settings__link"
            href=format!("/desk/settings/{}", entry.code())
            aria-current=move || (here.get() == Some(entry)).then_some("page")
        >
            <Glyph icon=entry.icon() />
            <span>{reactive(move || entry.label())}</span>
        </a>
    }
    .into_any()
}

/// The heading of a room: a question, what it is about, and what can be done.
#[component]
fn RoomHead(
    #[prop(into)] title: TextProp,
    #[prop(optional, into)] text: TextProp,
    #[prop(optional, into)] actions: Option<ViewFn>,
) -> impl IntoView {
    view! {
        <header class="room__head">
            <div>
                <h2 class="room__title" tabindex="-1">{reactive(move || title.get())}</h2>
                <p class="room__lead">{reactive(move || text.get())}</p>
            </div>
            {actions.map(|actions| view! { <div class="room__actions">{actions.run()}</div> })}
        </header>
    }
    .into_any()
}
