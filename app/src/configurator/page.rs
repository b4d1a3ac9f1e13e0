//! The page at `/build/:model`.

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    catalog::{MarketName, Shop},
    configurator::{model::Step, offer::Offer},
    id::ModelVersionId,
};

use super::{
    api,
    ask::Ask,
    options::Group,
    picture::{Look, Picture, Views},
    price::PriceBar,
    refusal::Consequences,
    way::{Ground, Way},
};
use crate::{
    api::ApiError,
    browser::{clipboard, format, page},
    i18n::lang,
    query::{Query, use_query, use_segment},
    shell::ShopShell,
    shop, t, t_now,
    ui::{AsyncView, Button, Failure, Icon, IconButton, Reading, Select, SelectOption, Size, reactive, use_toaster},
};

/// Everything that a model needs.
#[derive(Clone)]
struct Loaded {
    shop: Shop,
    model: String,
    file: String,
    offer: Offer,
    diagram: Vec<u8>,
    version_id: ModelVersionId,
}

/// Why a model cannot be shown.
#[derive(Clone, Debug)]
enum Refused {
    Api(ApiError),
    /// There is no such model in this market.
    NoModel,
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Api(error) => error.into(),
            Refused::NoModel => Self {
                title: t!(configurator.no_model)().to_owned(),
                text: t!(configurator.no_model_text)().to_owned(),
                request_id: None,
                can_retry: false,
            },
        }
    }
}

async fn load(model: &str, market: Option<&str>, preview: Option<&str>) -> Result<Loaded, Refused> {
    let shop = api::shop(market, preview).await?;
    let found = shop.models.iter().find(|it| it.code == model).ok_or(Refused::NoModel)?;
    let offer = api::offer(&found.offer).await?;
    let diagram = api::diagram(&offer.diagram).await?;
    let (model, file) = (found.code.clone(), found.offer.clone());
    Ok(Loaded { version_id: found.version_id, model, file, offer, diagram, shop })
}

/// The page of one model.
#[component]
pub fn BuildPage() -> impl IntoView {
    let query = use_query();
    let model = use_segment(1);
    let market = Memo::new(move |_| query.get("market"));
    let preview = Memo::new(move |_| query.get("preview"));
    let loaded = Reading::new(move || {
        let (model, market, preview) = (model.get().unwrap_or_default(), market.get(), preview.get());
        async move { load(&model, market.as_deref(), preview.as_deref()).await }
    });
    let brand = shop::brand(shop::state());
    let links = || view! { <a href="/">{t!(configurator.models)}</a> };
    let show = move |loaded: Loaded| {
        let code = untrack(|| query.get("code"));
        begin(loaded, code.as_deref()).map_or_else(
            || view! { <p class="build__broken">{t!(configurator.broken)}</p> }.into_any(),
            |(way, shop)| view! { <Builder way shop query brand /> }.into_any(),
        )
    };
    let refused =
        move || loaded.get().and_then(Result::err).map(|refused| view! { <h1 class="visually-hidden">{Failure::from(refused).title}</h1> });
    view! { <ShopShell brand links><main class="build" id="main">{reactive(refused)} <AsyncView resource=loaded children=show /></main></ShopShell> }.into_any()
}

fn begin(loaded: Loaded, code: Option<&str>) -> Option<(Way, Shop)> {
    let Loaded { shop, model, file, offer, diagram, version_id } = loaded;
    let ground = Ground { version_id, model, file, market: shop.market.clone()?, offer };
    Some((Way::new(ground, &diagram, code)?, shop))
}

#[component]
fn Builder(way: Way, shop: Shop, query: Query, brand: Signal<String>) -> impl IntoView {
    let steps = way.ground(|ground| ground.offer.steps.clone());
    let step = Memo::new(move |_| {
        query.get("step").and_then(|code| way.ground(|g| g.offer.steps.iter().position(|s| s.code == code))).unwrap_or(0)
    });
    let look = Look::new(way, step.get_untracked());
    Effect::new(move |_| page::set_title(&way.ground(|ground| ground.offer.name.get(lang()).to_owned())));
    // The picture turns to what is chosen in the step, and stays where the customer turned it otherwise.
    let turn = move |to: usize| {
        let code = way.ground(|ground| ground.offer.steps.get(to).map(|it| it.code.clone()).unwrap_or_default());
        look.turn(way, to);
        query.set(&[("step", Some(code))]);
    };
    Effect::new(move |_| {
        // An address without choices is short.
        let code = way.is_begun().then(|| way.code());
        if untrack(|| query.get("code")) != code {
            query.replace(&[("code", code)]);
        }
    });
    let count = steps.len();
    let marks = move || {
        let mark = |(at, it): (usize, &Step)| {
            let name = it.name.get(lang()).to_owned();
            view! {
                <li>
                    <button
                        type="button"
                        class="steps__one"
                        class:steps__one--done=move || at < step.get()
                        aria-current=move || (step.get() == at).then_some("step")
                        on:click=move |_| turn(at)
                    >
                        {name}
                    </button>
                </li>
            }
        };
        steps.iter().enumerate().map(mark).collect_view()
    };
    let groups = move || {
        let at = step.get();
        let (title, groups) = way.ground(|ground| {
            let Some(step) = ground.offer.steps.get(at) else { return Default::default() };
            let groups: Vec<usize> = (0..ground.offer.groups.len()).filter(|group| ground.offer.groups[*group].step == step.code).collect();
            (step.title.get(lang()).to_owned(), groups)
        });
        let groups = groups.into_iter().map(|group| view! { <Group way group /> }).collect_view();
        view! {
            <h2 class="build__title">{title}</h2>
            <p class="build__lead">{t!(configurator.lead)}</p>
            {groups}
        }
    };
    let next = move || {
        (step.get() + 1 < count)
            .then(|| view! { <Button size=Size::Large on_press=move || turn(step.get_untracked() + 1)>{t!(configurator.next)}</Button> })
    };
    let name = move || way.ground(|ground| ground.offer.name.get(lang()).to_owned());
    view! {
        <div class="build__stage">
            <div class="build__top"><h1 class="build__name">{reactive(name)}</h1> <Tools way /> <Markets shop query /></div>
            <Picture way look />
            <Consequences way />
            <Views way look />
        </div>
        <div class="build__side">
            <nav class="steps" aria-label=t!(configurator.steps)><ol>{reactive(marks)}</ol></nav>
            <div class="build__groups">{reactive(groups)} {reactive(next)}</div>
            <PriceBar way><Share way /> <Ask way brand /></PriceBar>
        </div>
    }
    .into_any()
}

/// Undo and starting over.
#[component]
fn Tools(way: Way) -> impl IntoView {
    let cannot = Signal::derive(move || !way.can_undo());
    view! {
        <div class="build__tools">
            <IconButton icon=Icon::UNDO_2 label=t!(ui.undo) disabled=cannot on_press=move || way.undo() />
            <IconButton icon=Icon::REFRESH_CW label=t!(configurator.start_over) on_press=move || way.start_over() />
        </div>
    }
    .into_any()
}

/// Another market: other prices, other options.
#[component]
fn Markets(shop: Shop, query: Query) -> impl IntoView {
    let here = shop.market.as_ref().map(|market| market.code.clone()).unwrap_or_default();
    let option = |market: &MarketName| {
        let (code, market) = (market.code.clone(), market.clone());
        SelectOption::new(code, TextProp::from(move || format!("{} {}", format::currency_symbol(market.currency), market.name.get(lang()))))
    };
    let options: Vec<SelectOption> = shop.markets.iter().map(option).collect();
    let value = RwSignal::new(here);
    let change = move |code: String| query.set(&[("market", Some(code)), ("code", None)]);
    view! { <div class="build__market"><Select value options label=t!(configurator.market) on_change=change /></div> }.into_any()
}

/// The link to this very build.
#[component]
fn Share(way: Way) -> impl IntoView {
    let toaster = use_toaster();
    let copy = move || {
        spawn_local(async move {
            let code = way.code();
            if clipboard::copy(&page::link()).await {
                toaster.say(t_now!(configurator.copied, code = code));
            } else {
                toaster.note(t_now!(configurator.not_copied, code = code));
            }
        });
    };
    view! { <IconButton icon=Icon::LINK label=t!(configurator.share) on_press=copy /> }.into_any()
}
