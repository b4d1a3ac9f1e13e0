//! What a customer built, in words: in the panel of the request, and at the deal that was made of it.

use leptos::prelude::*;
use muster_shared::{
    access::Permission,
    event::EntityKind,
    id::OpportunityId,
    lead::{ConfigurationLine, LeadView},
};

use super::{api, requests::model_name};
use crate::{
    api::{ApiError, Reading, encode},
    browser::format,
    i18n::lang,
    live::use_live,
    session::use_session,
    t, t_now,
    ui::{Fact, Facts, Icon, LinkButton, Size, reactive},
};

/// How many requests of a deal are shown.
const SHOWN: usize = 3;

/// What the customers of a deal asked for in the shop; nothing where it came another way.
#[component]
pub fn DealRequests(id: OpportunityId) -> impl IntoView {
    let session = use_session();
    let may = Memo::new(move |_| session.can(Permission::LeadRead));
    let changes = use_live().changes(&[EntityKind::Lead]);
    let found = Reading::new(move || {
        changes.track();
        let may = may.get();
        async move { if may { views(id).await } else { Ok(Vec::new()) } }
    });
    let view = move || {
        // What else the page shows is there without it.
        let views = found.get().and_then(Result::ok).filter(|views| !views.is_empty())?;
        Some(view! {
            <section class="built">
                <h3 class="deal-panel__title">{t!(lead.configuration)}</h3>
                {views.iter().map(of_deal).collect_view()}
            </section>
        })
    };
    reactive(view)
}

async fn views(id: OpportunityId) -> Result<Vec<LeadView>, ApiError> {
    let mut views = Vec::new();
    for row in api::of_deal(id).await?.items.into_iter().take(SHOWN) {
        views.push(api::view(row.id).await?);
    }
    Ok(views)
}

fn of_deal(view: &LeadView) -> AnyView {
    view! {
        <div class="built__one">
            <p class="built__model">
                <strong>{model_name(view.model_name.as_ref())}</strong> " " <span class="code">{view.lead.code.clone()}</span>
            </p>
            {lines(&view.configuration)}
            <div class="built__foot">
                <span>{view.lead.amount.map(format::money)}</span>
                {to_builder(view)}
            </div>
        </div>
    }
    .into_any()
}

/// Price, code and all that was chosen.
pub fn whole(view: &LeadView) -> AnyView {
    let code = Some(view.lead.code.clone()).filter(|code| !code.is_empty());
    let code = code.map(|code| view! { <Fact label=t!(lead.build_code)><span class="code">{code}</span></Fact> });
    let price = view.lead.amount.map(|amount| view! { <Fact label=t!(lead.price)>{format::money(amount)}</Fact> });
    let missing = view.configuration.is_empty().then(|| view! { <p class="dialog__text">{t!(lead.unreadable)}</p> });
    view! {
        <section class="built">
            <h3 class="deal-panel__title">{t!(lead.configuration)}</h3>
            <p class="built__model"><strong>{model_name(view.model_name.as_ref())}</strong></p>
            {missing}
            {lines(&view.configuration)}
            <Facts>{price}{code}</Facts>
            <div class="built__foot">{to_builder(view)}</div>
        </section>
    }
    .into_any()
}

/// The customer's own choices, and what followed behind a press.
fn lines(all: &[ConfigurationLine]) -> AnyView {
    let line = |line: &ConfigurationLine| {
        let (group, option) = (line.group_name.get(lang()).to_owned(), line.option_name.get(lang()).to_owned());
        view! { <Fact label=group>{option}</Fact> }
    };
    let facts = |of: Vec<&ConfigurationLine>| {
        let rows = of.into_iter().map(line).collect_view();
        view! { <Facts>{rows}</Facts> }
    };
    let (own, others): (Vec<_>, Vec<_>) = all.iter().partition(|line| line.is_own);
    let count = others.len();
    let followed = (count > 0).then(|| {
        view! {
            <details class="built__more">
                <summary>{t_now!(lead.followed, count = count)}</summary>
                {facts(others)}
            </details>
        }
    });
    view! {
        {(!own.is_empty()).then(|| facts(own))}
        {followed}
    }
    .into_any()
}

/// Leads to the builder with the very configuration.
fn to_builder(view: &LeadView) -> AnyView {
    let model = view.model_code.as_ref().filter(|_| !view.lead.code.is_empty());
    let href = model.map(|model| format!("/build/{}?market={}&code={}", encode(model), encode(&view.lead.market), encode(&view.lead.code)));
    href.map(|href| view! { <LinkButton href size=Size::Small icon=Icon::EXTERNAL_LINK>{t!(lead.in_builder)}</LinkButton> }).into_any()
}
