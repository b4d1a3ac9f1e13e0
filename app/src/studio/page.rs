//! The page of one model: its parts on the left, the editor of one in the middle, and what it comes to on the right.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    catalog::{
        MarketName, Shop, VersionState,
        studio::{ModelView, VersionLine, VersionView},
    },
    event::EntityKind,
    id::{ModelId, ModelVersionId},
};
use uuid::Uuid;

use super::{
    about::About,
    api,
    cases::Cases,
    check::{self, CheckPart},
    draft::{Draft, Saving},
    group::GroupPart,
    history::HistoryPart,
    list::no_permission,
    outline::Outline,
    part::Part,
    preview::{Preview, Trial},
    prices::PricesPart,
    publish,
    rule::RulePart,
    steps::{AttributesPart, StepsPart},
    wording,
};
use crate::{
    api::{ApiError, Reading},
    browser::{focus, timer},
    event::ConflictDialog,
    live::use_live,
    query::{Query, use_query, use_segment},
    records,
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{Button, ButtonKind, Crumb, ErrorState, Icon, IconButton, Size, Skeleton, SkeletonKind, StatusPill, Tone, reactive, use_toaster},
};

/// Where the studio of a model is: what its parts share.
#[derive(Clone, Copy)]
pub struct Studio {
    pub model: ModelId,
    pub query: Query,
    pub part: Memo<Part>,
    /// All versions, as they are now.
    pub view: Memo<Option<ModelView>>,
    pub refetch: Callback<()>,
    /// The markets with their names.
    pub markets: RwSignal<Vec<MarketName>>,
    pub can_manage: Signal<bool>,
}

/// The studio around.
pub fn use_studio() -> Studio {
    expect_context()
}

impl Studio {
    /// Opens a part.
    pub fn open(self, part: &Part) {
        self.query.set(&[("part", Some(part.text()))]);
    }

    /// The address of a part, of the version that is shown.
    pub fn href(self, part: &Part) -> String {
        let version = self.query.get("version").map(|version| format!("version={version}&")).unwrap_or_default();
        format!("/desk/models/{}?{version}{}", self.model, part.query())
    }

    /// A market's name; its code where it is none of the shop's.
    pub fn market_name(self, code: &str) -> String {
        let name = self.markets.with(|all| all.iter().find(|it| it.code == code).map(|it| wording::named(&it.name, code)));
        name.unwrap_or_else(|| code.to_uppercase())
    }
}

/// The page at `/desk/models/:id`.
#[component]
pub fn ModelPage() -> impl IntoView {
    let session = use_session();
    let may_read = Memo::new(move |_| session.can(Permission::CatalogRead) || session.can(Permission::CatalogManage));
    let id = use_segment(2);
    let id = Memo::new(move |_| id.get().and_then(|id| id.parse::<Uuid>().ok()));
    let view = move || match (may_read.get(), id.get()) {
        (false, _) => no_permission(),
        (true, Some(id)) => model_page(id.into()),
        (true, None) => failed(records::not_found(), Callback::new(|()| ())),
    };
    reactive(view)
}

fn failed(error: ApiError, on_retry: Callback<()>) -> AnyView {
    view! { <Page title=t!(studio.model) crumbs=crumbs()><ErrorState failure=ApiError::into(error) on_retry /></Page> }.into_any()
}

fn crumbs() -> Signal<Vec<Crumb>> {
    Signal::derive(|| vec![Crumb::new(t!(studio.models), "/desk/models")])
}

fn model_page(model: ModelId) -> AnyView {
    let (session, query) = (use_session(), use_query());
    let changes = use_live().changes(&[EntityKind::Model, EntityKind::ModelVersion]);
    let read = Reading::new(move || {
        changes.track();
        api::model(model)
    });
    let view = Memo::new(move |_| read.get().and_then(Result::ok));
    let part = Memo::new(move |_| query.get("part").and_then(|part| Part::parse(&part)).unwrap_or_default());
    let can_manage = Signal::derive(move || session.can(Permission::CatalogManage));
    let markets = RwSignal::new(Vec::new());
    spawn_local(async move {
        if let Ok(shop) = crate::api::get::<Shop>("/shop").await {
            let _ = markets.try_set(shop.markets);
        }
    });
    let studio = Studio { model, query, part, view, refetch: Callback::new(move |()| read.refetch()), markets, can_manage };
    provide_context(studio);
    let wanted = Memo::new(move |_| {
        let asked = query.get("version").and_then(|id| id.parse::<Uuid>().ok()).map(ModelVersionId::from);
        view.with(|view| view.as_ref().and_then(|view| asked.or_else(|| first(&view.versions))))
    });
    let shown = move || match wanted.get() {
        Some(id) => version(id),
        None => match read.get().and_then(Result::err) {
            Some(error) => failed(error, studio.refetch),
            None => loading(),
        },
    };
    reactive(shown)
}

/// The version that opens where none is named: the one in work, else the one in the shop, else the newest.
fn first(versions: &[VersionLine]) -> Option<ModelVersionId> {
    let is_open = |line: &&VersionLine| matches!(line.state, VersionState::Draft | VersionState::Checked);
    let found = versions.iter().find(is_open).or_else(|| versions.iter().find(|line| line.is_shown)).or_else(|| versions.first());
    found.map(|line| line.id)
}

fn loading() -> AnyView {
    view! { <Page title=t!(studio.model) crumbs=crumbs()><Skeleton kind=SkeletonKind::Rows /></Page> }.into_any()
}

fn version(id: ModelVersionId) -> AnyView {
    // Read once: from then on the draft follows by itself.
    let read = Reading::new(move || api::read(id));
    reactive(move || match read.get() {
        None => loading(),
        Some(Ok(view)) => untrack(|| editor(view)),
        Some(Err(error)) => failed(error, Callback::new(move |()| read.refetch())),
    })
}

fn editor(view: VersionView) -> AnyView {
    let studio = use_studio();
    let draft = Draft::new(view, studio.can_manage);
    provide_context(draft);
    provide_context(Trial::new(draft));
    let name =
        TextProp::from(move || draft.model.with(|model| wording::named(&model.name, &draft.product.with_value(|it| it.code.clone()))));
    let body = move || match studio.part.get() {
        Part::About => About().into_any(),
        Part::Steps => StepsPart().into_any(),
        Part::Attributes => AttributesPart().into_any(),
        Part::Group(code) => view! { <GroupPart code /> }.into_any(),
        Part::Rule(code) => view! { <RulePart code /> }.into_any(),
        Part::Prices(code) => view! { <PricesPart code /> }.into_any(),
        Part::Cases => Cases().into_any(),
        Part::Check => CheckPart().into_any(),
        Part::History => HistoryPart().into_any(),
    };
    Effect::new(move |before: Option<Part>| {
        let now = studio.part.get();
        if before.is_some_and(|before| before != now) {
            timer::after_layout(|| {
                focus::first(".studio__title");
            });
        }
        now
    });
    let scope = move || reactive(move || version_pill(draft, studio));
    let actions = move || view! { <Actions draft /> }.into_any();
    view! {
        <Page title=name crumbs=crumbs() scope actions>
            <Reminder draft />
            <div class="studio">
                <Outline draft />
                <div class="studio__part">{reactive(body)}</div>
                <Preview draft />
            </div>
            <ConflictDialog conflicts=draft.conflicts />
        </Page>
    }
    .into_any()
}

fn version_pill(draft: Draft, studio: Studio) -> AnyView {
    let (number, state) = draft.version.with(|version| (version.number, version.state));
    let is_shown =
        studio.view.with(|view| view.as_ref().is_some_and(|view| view.versions.iter().any(|it| it.id == draft.id && it.is_shown)));
    let (tone, word) = if is_shown { (Tone::Good, t_now!(studio.shown)) } else { wording::state(state) };
    view! { <StatusPill tone label=t_now!(studio.version_is, number = number, state = word) /> }.into_any()
}

/// How far what was typed has come, taking back, and checking.
#[component]
fn Actions(draft: Draft) -> impl IntoView {
    let studio = use_studio();
    let check = move || {
        publish::check(draft, check::accepted(draft));
        studio.open(&Part::Check);
    };
    let says = move || match draft.saving.get() {
        Saving::Saved => t!(studio.saved)().to_owned(),
        Saving::Typed | Saving::Sending => t!(studio.saving)().to_owned(),
        Saving::Failed => t!(studio.not_saved)().to_owned(),
    };
    let is_failed = Memo::new(move |_| draft.saving.get() == Saving::Failed);
    let why = move || {
        is_failed.get().then(|| {
            let text = draft.failure.get().map(|error| error.text()).unwrap_or_default();
            view! {
                <span class="studio__why">{text}</span>
                <Button size=Size::Small on_press=move || draft.retry()>{t!(ui.retry)}</Button>
            }
        })
    };
    // The page of the check has a button of its own.
    let is_elsewhere = Memo::new(move |_| *studio.part.read() != Part::Check);
    let to_check = move || {
        is_elsewhere.get().then(|| {
            view! { <Button kind=ButtonKind::Main icon=Icon::CIRCLE_CHECK busy=draft.checking on_press=check>{t!(studio.check)}</Button> }
        })
    };
    let writing = move || {
        (!draft.locked.get()).then(|| {
            view! {
                <span class="studio__saved" class:studio__saved--failed=move || is_failed.get() role="status">{reactive(says)}</span>
                {reactive(why)}
                <IconButton icon=Icon::UNDO_2 label=t!(ui.undo) disabled=Signal::derive(move || !draft.can_undo()) on_press=move || draft.undo() />
                {reactive(to_check)}
            }
        })
    };
    view! { <div class="studio__actions">{reactive(writing)}</div> }.into_any()
}

/// Says that a version is not to be changed, and leads to one that is.
#[component]
fn Reminder(draft: Draft) -> impl IntoView {
    let (studio, toaster) = (use_studio(), use_toaster());
    let open = move |id: ModelVersionId| studio.query.set(&[("version", Some(id.to_string()))]);
    let in_work = Memo::new(move |_| {
        let is_open = |it: &&VersionLine| it.id != draft.id && matches!(it.state, VersionState::Draft | VersionState::Checked);
        studio.view.with(|view| view.as_ref().and_then(|view| view.versions.iter().find(is_open).map(|it| it.id)))
    });
    let begin = move || {
        spawn_local(async move {
            match api::begin(studio.model, Some(draft.id)).await {
                Ok(view) => {
                    studio.refetch.try_run(());
                    open(view.version.id);
                }
                Err(error) => toaster.fail(error),
            }
        });
    };
    let shown = move || {
        if !draft.locked.get() {
            return None;
        }
        let can_manage = studio.can_manage.get();
        let way = match in_work.get() {
            _ if !can_manage => None,
            Some(id) => Some(view! { <Button size=Size::Small on_press=move || open(id)>{t!(studio.open_draft)}</Button> }),
            None => Some(view! { <Button size=Size::Small kind=ButtonKind::Main on_press=begin>{t!(studio.begin_draft)}</Button> }),
        };
        let text = if can_manage { t_now!(studio.is_published) } else { t_now!(studio.only_reading) };
        Some(view! { <p class="banner studio__reminder"><span>{text}</span> {way}</p> })
    };
    reactive(shown)
}
