//! The desk: its navigation and its pages, and the way in.

use leptos::prelude::*;
use leptos_router::{
    Lazy, NavigateOptions,
    components::{FlatRoutes, Redirect, Route},
    hooks::{use_location, use_navigate},
    path,
};
use muster_shared::access::Permission;

use crate::{
    account::{AccountPage, AccountsPage, EditAccountPage, NewAccountPage},
    api::{ApiError, Reading},
    browser::{live::LiveStatus, timer},
    contact::{ContactPage, ContactsPage, EditContactPage, NewContactPage},
    identity::{ForgottenPage, ResetPage, SetupPage, SignInPage},
    kit::KitPage,
    lazy_page,
    live::provide_live,
    opportunity::{BoardPage, NewOpportunityPage, OpportunitiesPage, OpportunityPage, provide_stages},
    people::provide_people,
    search,
    session::{self, Session, provide_session, use_session},
    settings::SettingsPage,
    shell::{DeskShell, NavItem, NotFound},
    t,
    ui::{ErrorState, Icon, MenuItem, MenuLink, Person, Skeleton, SkeletonKind, reactive, use_toaster},
};

// The board comes with the desk; what is opened less often loads when it is.
lazy_page!(SetupRoute, load_setup, setup, SetupPage);
lazy_page!(SettingsRoute, load_settings, settings, SettingsPage);
lazy_page!(KitRoute, load_kit, kit, KitPage);
lazy_page!(OpportunitiesRoute, load_opportunities, records, OpportunitiesPage);
lazy_page!(NewOpportunityRoute, load_new_opportunity, records, NewOpportunityPage);
lazy_page!(OpportunityRoute, load_opportunity, records, OpportunityPage);
lazy_page!(AccountsRoute, load_accounts, records, AccountsPage);
lazy_page!(NewAccountRoute, load_new_account, records, NewAccountPage);
lazy_page!(AccountRoute, load_account, records, AccountPage);
lazy_page!(EditAccountRoute, load_edit_account, records, EditAccountPage);
lazy_page!(ContactsRoute, load_contacts, records, ContactsPage);
lazy_page!(NewContactRoute, load_new_contact, records, NewContactPage);
lazy_page!(ContactRoute, load_contact, records, ContactPage);
lazy_page!(EditContactRoute, load_edit_contact, records, EditContactPage);

/// Pages that are there before somebody signed in.
const OUTSIDE: [&str; 4] = ["/desk/sign-in", "/desk/forgotten", "/desk/reset", "/desk/setup"];

/// The area for staff.
#[component]
pub fn Desk() -> impl IntoView {
    let session = provide_session();
    let path = use_location().pathname;
    let is_outside = Memo::new(move |_| path.with(|path| OUTSIDE.contains(&path.trim_end_matches('/'))));
    let view = move || if is_outside.get() { outside() } else { inside(session) };
    reactive(view)
}

fn outside() -> AnyView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/desk/sign-in") view=SignInPage />
            <Route path=path!("/desk/forgotten") view=ForgottenPage />
            <Route path=path!("/desk/reset") view=ResetPage />
            <Route path=path!("/desk/setup") view={Lazy::<SetupRoute>::new()} />
        </FlatRoutes>
    }
    .into_any()
}

/// The pages, once it is known who is there; nobody is led to the sign-in page.
fn inside(session: Session) -> AnyView {
    let navigate = StoredValue::new_local(use_navigate());
    let known = Reading::new(move || async move {
        if session.get_untracked().is_some() {
            return Ok(());
        }
        match session::load().await {
            Ok(me) => session.enter(me),
            Err(error) if error.status() == 401 => {
                let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                navigate.try_with_value(|navigate| navigate(&session::sign_in_address(), options));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    });
    let is_in = Memo::new(move |_| session.get().is_some());
    let view = move || {
        if is_in.get() {
            return staff();
        }
        match known.get().and_then(Result::err) {
            Some(error) => view! { <main class="notice" id="main"><ErrorState failure=ApiError::into(error) on_retry=move || known.refetch() /></main> }.into_any(),
            None => view! { <main class="desk-loading" id="main"><Skeleton kind=SkeletonKind::Board count=5 /></main> }.into_any(),
        }
    };
    reactive(view)
}

fn staff() -> AnyView {
    let session = use_session();
    let live = provide_live();
    timer::when_idle(search::prepare);
    provide_people();
    provide_stages();
    let status = live.status();
    let me = Signal::derive(move || session.get().map(|me| Person { id: me.user.id.to_string(), name: me.user.name }).unwrap_or_default());
    let can = move |permission: Permission| Signal::derive(move || session.can(permission));
    let nav = vec![
        NavItem::new(t!(desk.board), "/desk/board", Icon::KANBAN).allowed(can(Permission::OpportunityRead)),
        NavItem::new(t!(desk.opportunities), "/desk/opportunities", Icon::HANDSHAKE).allowed(can(Permission::OpportunityRead)),
        NavItem::new(t!(desk.accounts), "/desk/accounts", Icon::BUILDING_2).allowed(can(Permission::AccountRead)),
        NavItem::new(t!(desk.contacts), "/desk/contacts", Icon::USERS).allowed(can(Permission::AccountRead)),
        NavItem::new(t!(desk.settings), "/desk/settings", Icon::SETTINGS),
    ];
    view! {
        <DeskShell
            nav
            me
            menu_items=menu_items
            palette=search::palette
            presence=Signal::stored(Vec::new())
            is_lost=Signal::derive(move || status.get() == LiveStatus::Lost)
        >
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/desk") view=Home />
                <Route path=path!("/desk/board") view=BoardPage />
                <Route path=path!("/desk/opportunities") view={Lazy::<OpportunitiesRoute>::new()} />
                <Route path=path!("/desk/opportunities/new") view={Lazy::<NewOpportunityRoute>::new()} />
                <Route path=path!("/desk/opportunities/:id") view={Lazy::<OpportunityRoute>::new()} />
                <Route path=path!("/desk/accounts") view={Lazy::<AccountsRoute>::new()} />
                <Route path=path!("/desk/accounts/new") view={Lazy::<NewAccountRoute>::new()} />
                <Route path=path!("/desk/accounts/:id") view={Lazy::<AccountRoute>::new()} />
                <Route path=path!("/desk/accounts/:id/edit") view={Lazy::<EditAccountRoute>::new()} />
                <Route path=path!("/desk/contacts") view={Lazy::<ContactsRoute>::new()} />
                <Route path=path!("/desk/contacts/new") view={Lazy::<NewContactRoute>::new()} />
                <Route path=path!("/desk/contacts/:id") view={Lazy::<ContactRoute>::new()} />
                <Route path=path!("/desk/contacts/:id/edit") view={Lazy::<EditContactRoute>::new()} />
                <Route path=path!("/desk/settings/:section?") view={Lazy::<SettingsRoute>::new()} />
                <Route path=path!("/desk/kit") view={Lazy::<KitRoute>::new()} />
            </FlatRoutes>
        </DeskShell>
    }
    .into_any()
}

/// The first page that the person may see.
#[component]
fn Home() -> impl IntoView {
    let session = use_session();
    let may = |permission| untrack(|| session.can(permission));
    let to = if may(Permission::OpportunityRead) {
        "/desk/board"
    } else if may(Permission::AccountRead) {
        "/desk/accounts"
    } else {
        "/desk/settings"
    };
    view! { <Redirect path=to options=NavigateOptions { replace: true, ..NavigateOptions::default() } /> }
}

fn menu_items() -> AnyView {
    let toaster = use_toaster();
    view! {
        <MenuLink label=t!(desk.profile) href="/desk/settings/profile" icon=Icon::USER />
        <MenuItem label=t!(desk.sign_out) icon=Icon::LOG_OUT on_press=move || session::leave(toaster) />
    }
    .into_any()
}
