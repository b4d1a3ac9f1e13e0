//! What was asked for: the configuration in words, its price, its code, and the way back into the builder.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    catalog::Market,
    lead::{ConfigurationLine, RequestView},
    money::Money,
};

use crate::{
    api::encode,
    browser::format,
    i18n::lang,
    shop::api,
    t,
    ui::{ButtonKind, Fact, Facts, LinkButton, reactive},
};

/// The configuration.
#[component]
pub fn Details(view: RequestView) -> impl IntoView {
    let RequestView { market, province, model, configuration, code, price, can_change, .. } = view;
    let builder = model.map(|model| {
        let href = format!("/build/{model}?market={}&code={}", encode(&market), encode(&code));
        let kind = if can_change { ButtonKind::Main } else { ButtonKind::Quiet };
        view! {
            <div class="request__do">
                <LinkButton href kind>{t!(request.open_builder)}</LinkButton>
                {can_change.then(|| view! { <p>{t!(request.open_builder_text)}</p> })}
            </div>
        }
    });
    let price = price.map(|price| view! { <Price price market province /> });
    let (own, others): (Vec<_>, Vec<_>) = configuration.into_iter().partition(|line| line.is_own);
    view! {
        <section class="request__what">
            <h2>{t!(request.what_title)}</h2>
            {chosen(own)}
            {everything(others)}
            <Facts>
                {price}
                <Fact label=t!(request.build_code)><code>{code}</code></Fact>
            </Facts>
            {builder}
        </section>
    }
    .into_any()
}

fn lines(lines: Vec<ConfigurationLine>) -> AnyView {
    let line = |line: ConfigurationLine| {
        let ConfigurationLine { group_name, option_name, .. } = line;
        view! {
            <li>
                <span>{reactive(move || group_name.get(lang()).to_owned())}</span>
                <b>{reactive(move || option_name.get(lang()).to_owned())}</b>
            </li>
        }
    };
    view! { <ul class="request__lines">{lines.into_iter().map(line).collect_view()}</ul> }.into_any()
}

/// What the customer chose.
fn chosen(own: Vec<ConfigurationLine>) -> AnyView {
    if own.is_empty() { view! { <p class="request__plain">{t!(request.as_it_comes)}</p> }.into_any() } else { lines(own) }
}

/// What followed from it, on demand: it is long.
fn everything(others: Vec<ConfigurationLine>) -> Option<AnyView> {
    (!others.is_empty())
        .then(|| view! { <details class="request__all"><summary>{t!(request.everything)}</summary> {lines(others)}</details> }.into_any())
}

/// Before tax, and on the road once the market's taxes and fees are known.
#[component]
fn Price(price: Money, market: String, province: String) -> impl IntoView {
    let known = RwSignal::new(None::<Market>);
    spawn_local(async move {
        if let Ok(shop) = api::market(&market).await {
            let _ = known.try_set(shop.market);
        }
    });
    let total = move || {
        let total = known.with(|market| market.as_ref().map(|market| market.on_the_road(price.minor, Some(&province)).total))?;
        Some(view! { <Fact label=t!(request.total)>{reactive(move || format::money(Money { minor: total, ..price }))}</Fact> })
    };
    view! {
        {reactive(total)}
        <Fact label=t!(request.net)>{reactive(move || format::money(price))}</Fact>
    }
    .into_any()
}
