//! The desk: its navigation and its pages, and the way in.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use muster_shared::access::Permission;

use crate::{
    account::{AccountPage, AccountsPage, EditAccountPage, NewAccountPage},
    api::{ApiError, Reading},
    area::{self, Loading},
    browser::{live::LiveStatus, page},
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
    shell::{DeskShell, NavItem, NotFound, user_choices},
    studio::{ModelPage, ModelsPage},
    t,
    ui::{ErrorState, Icon, MenuHeading, MenuItem, MenuLink, Person, Skeleton, SkeletonKind, reactive, use_toaster},
};

// The board comes with the desk; what is opened less often loads when it is.
lazy_page!(sign_in, gate, SignInPage);
lazy_page!(forgotten, gate, ForgottenPage);
lazy_page!(reset, gate, ResetPage);
lazy_page!(setup, setup, SetupPage);
lazy_page!(settings, settings, SettingsPage);
lazy_page!(kit, kit, KitPage);
lazy_page!(models, studio, ModelsPage);
lazy_page!(model, studio, ModelPage);
lazy_page!(opportunities, records, OpportunitiesPage);
lazy_page!(new_opportunity, records, NewOpportunityPage);
lazy_page!(opportunity, records, OpportunityPage);
lazy_page!(accounts, records, AccountsPage);
lazy_page!(new_account, records, NewAccountPage);
lazy_page!(account, records, AccountPage);
lazy_page!(edit_account, records, EditAccountPage);
lazy_page!(contacts, records, ContactsPage);
lazy_page!(new_contact, records, NewContactPage);
lazy_page!(contact, records, ContactPage);
lazy_page!(edit_contact, records, EditContactPage);

/// A page of the desk. The router's own table of routes would be a twelfth of what the board loads; ids and the like are read
/// from the address by the page itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    SignIn,
    Forgotten,
    Reset,
    Setup,
    Home,
    Board,
    Opportunities,
    NewOpportunity,
    Opportunity,
    Accounts,
    NewAccount,
    Account,
    EditAccount,
    Contacts,
    NewContact,
    Contact,
    EditContact,
    Models,
    Model,
    Settings,
    Kit,
}

impl Place {
    fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).skip(1).collect();
        Some(match parts.as_slice() {
            [] => Self::Home,
            ["sign-in"] => Self::SignIn,
            ["forgotten"] => Self::Forgotten,
            ["reset"] => Self::Reset,
            ["setup"] => Self::Setup,
            ["board"] => Self::Board,
            ["opportunities"] => Self::Opportunities,
            ["opportunities", "new"] => Self::NewOpportunity,
            ["opportunities", _] => Self::Opportunity,
            ["accounts"] => Self::Accounts,
            ["accounts", "new"] => Self::NewAccount,
            ["accounts", _] => Self::Account,
            ["accounts", _, "edit"] => Self::EditAccount,
            ["contacts"] => Self::Contacts,
            ["contacts", "new"] => Self::NewContact,
            ["contacts", _] => Self::Contact,
            ["contacts", _, "edit"] => Self::EditContact,
            ["models"] => Self::Models,
            ["models", _] => Self::Model,
            ["settings"] | ["settings", _] => Self::Settings,
            ["kit"] => Self::Kit,
            _ => return None,
        })
    }

    /// Whether it is there before somebody signed in.
    fn is_outside(self) -> bool {
        matches!(self, Self::SignIn | Self::Forgotten | Self::Reset | Self::Setup)
    }

    fn view(self) -> AnyView {
        let loading: Loading = match self {
            Self::Home => return home(),
            Self::Board => return BoardPage().into_any(),
            Self::SignIn => Box::pin(sign_in()),
            Self::Forgotten => Box::pin(forgotten()),
            Self::Reset => Box::pin(reset()),
            Self::Setup => Box::pin(setup()),
            Self::Opportunities => Box::pin(opportunities()),
            Self::NewOpportunity => Box::pin(new_opportunity()),
            Self::Opportunity => Box::pin(opportunity()),
            Self::Accounts => Box::pin(accounts()),
            Self::NewAccount => Box::pin(new_account()),
            Self::Account => Box::pin(account()),
            Self::EditAccount => Box::pin(edit_account()),
            Self::Contacts => Box::pin(contacts()),
            Self::NewContact => Box::pin(new_contact()),
            Self::Contact => Box::pin(contact()),
            Self::EditContact => Box::pin(edit_contact()),
            Self::Models => Box::pin(models()),
            Self::Model => Box::pin(model()),
            Self::Settings => Box::pin(settings()),
            Self::Kit => Box::pin(kit()),
        };
        area::lazy_or(loading, waiting)
    }
}

/// The area for staff.
#[component]
pub fn Desk() -> impl IntoView {
    let session = provide_session();
    let path = use_location().pathname;
    let place = Memo::new(move |_| path.with(|path| Place::of(path)));
    let is_outside = Memo::new(move |_| place.get().is_some_and(Place::is_outside));
    let view = move || if is_outside.get() { page(place) } else { inside(session, place) };
    reactive(view)
}

fn page(place: Memo<Option<Place>>) -> AnyView {
    reactive(move || place.get().map_or_else(|| NotFound().into_any(), Place::view))
}

/// The pages, once it is known who is there; nobody is led to the sign-in page.
fn inside(session: Session, place: Memo<Option<Place>>) -> AnyView {
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
            return staff(place);
        }
        match known.get().and_then(Result::err) {
            Some(error) => view! { <main class="notice" id="main"><ErrorState failure=ApiError::into(error) on_retry=move || known.refetch() /></main> }.into_any(),
            None => waiting(),
        }
    };
    reactive(view)
}

fn staff(place: Memo<Option<Place>>) -> AnyView {
    let session = use_session();
    let live = provide_live();
    page::once_used(search::prepare);
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
        NavItem::new(t!(desk.models), "/desk/models", Icon::CAR).allowed(can(Permission::CatalogManage)),
        NavItem::new(t!(desk.settings), "/desk/settings", Icon::SETTINGS),
    ];
    view! {
        <DeskShell
            nav
            me
            user_menu=user_menu
            palette=search::palette
            is_lost=Signal::derive(move || status.get() == LiveStatus::Lost)
        >
            {page(place)}
        </DeskShell>
    }
    .into_any()
}

/// Stands where a page will be.
fn waiting() -> AnyView {
    view! { <main class="desk-loading" id="main"><Skeleton kind=SkeletonKind::Board count=5 /></main> }.into_any()
}

/// Leads to the first page that the person may see.
fn home() -> AnyView {
    let session = use_session();
    let may = |permission| untrack(|| session.can(permission));
    let to = if may(Permission::OpportunityRead) {
        "/desk/board"
    } else if may(Permission::AccountRead) {
        "/desk/accounts"
    } else if may(Permission::CatalogManage) {
        "/desk/models"
    } else {
        "/desk/settings"
    };
    use_navigate()(to, NavigateOptions { replace: true, ..NavigateOptions::default() });
    ().into_any()
}

fn user_menu() -> Loading {
    Box::pin(load_user_menu())
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_user_menu() -> Result<AnyView, SplitLoaderError> {
    let (session, toaster) = (use_session(), use_toaster());
    let name = move || session.get().map(|me| me.user.name).unwrap_or_default();
    let items = view! {
        <MenuHeading label=name />
        <MenuLink label=t!(desk.profile) href="/desk/settings/profile" icon=Icon::USER />
        <MenuItem label=t!(desk.sign_out) icon=Icon::LOG_OUT on_press=move || session::leave(toaster) />
    };
    Ok(user_choices(items.into_any()))
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[track_caller]
    fn check(path: &str, place: Option<Place>) {
        assert_eq!(Place::of(path), place, "{path}");
    }

    #[test]
    fn an_address_names_one_page() {
        check("/desk", Some(Place::Home));
        check("/desk/", Some(Place::Home));
        check("/desk/sign-in/", Some(Place::SignIn));
        check("/desk/opportunities/new", Some(Place::NewOpportunity));
        check("/desk/opportunities/7", Some(Place::Opportunity));
        check("/desk/opportunities/7/edit", None);
        check("/desk/accounts/7/edit", Some(Place::EditAccount));
        check("/desk/models", Some(Place::Models));
        check("/desk/models/7", Some(Place::Model));
        check("/desk/models/7/rules", None);
        check("/desk/settings", Some(Place::Settings));
        check("/desk/settings/roles", Some(Place::Settings));
        check("/desk/settings/roles/7", None);
        check("/desk/nowhere", None);
    }
}
