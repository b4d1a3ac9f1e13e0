//! The start page: follow an order through a link of one's own.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use muster_shared::{
    catalog::{Shop, ShopModel},
    company::SetupState,
    money::Money,
};

use super::{api, landscape::Landscape};
use crate::{
    browser::{format, page},
    i18n::{Message, lang},
    t,
    ui::{Button, ButtonKind, Field, Size, TextInput, reactive},
};

/// The page at `/`.
#[component]
pub fn StartPage(#[prop(into)] state: Signal<Option<SetupState>>) -> impl IntoView {
    let shop = range();
    let company = Memo::new(move |_| state.get().and_then(|state| state.company));
    let is_demo = Memo::new(move |_| state.with(|s| s.as_ref().is_some_and(|s| s.demo)));
    let is_new = Memo::new(move |_| state.with(|s| s.as_ref().is_some_and(|s| s.needed)));
    Effect::new(move |_| page::set_title(&company.get().unwrap_or_else(|| "Muster".to_owned())));
    let lead = move || match company.get() {
        Some(company) => t!(shop.lead, company = company)(),
        None => t!(shop.lead_nameless)().to_owned(),
    };
    // The page has one first heading: the range's, where there is a range.
    let title = move || {
        let text = t!(shop.title);
        if shop.with(|shop| shop.as_ref().is_some_and(|shop| !shop.models.is_empty())) {
            view! { <h2 class="shopfront__title">{text}</h2> }.into_any()
        } else {
            view! { <h1 class="shopfront__title">{text}</h1> }.into_any()
        }
    };
    let step = |no: u8, title: &'static Message, text: &'static Message| {
        view! { <li><b>{no}</b> <h2>{reactive(move || title.text())}</h2> <p>{reactive(move || text.text())}</p></li> }
    };
    use crate::i18n::messages::shop as say;
    view! {
        <main class="shopfront" id="main">
            {reactive(move || shop.get().filter(|shop| !shop.models.is_empty()).map(|shop| view! { <Range shop /> }))}
            <div class="shopfront__main">
                <div class="shopfront__say">
                    {reactive(move || is_new.get().then(|| view! { <p class="shopfront__new" role="status">{t!(shop.not_set_up)}</p> }))}
                    {reactive(title)}
                    <p class="shopfront__lead">{reactive(lead)}</p>
                    <FindLink />
                    {reactive(move || is_demo.get().then(|| view! { <DemoLink /> }))}
                </div>
                <div class="shopfront__art"><Landscape /></div>
            </div>
            <ol class="shopfront__how">
                {step(1, &say::how_1, &say::how_1_text)} {step(2, &say::how_2, &say::how_2_text)} {step(3, &say::how_3, &say::how_3_text)}
            </ol>
        </main>
    }
    .into_any()
}

/// What can be built, once known.
fn range() -> RwSignal<Option<Shop>> {
    let shop = RwSignal::new(None);
    spawn_local(async move {
        if let Ok(read) = api::shop().await {
            let _ = shop.try_set(Some(read));
        }
    });
    shop
}

/// The models, each as it stands in the shop.
#[component]
fn Range(shop: Shop) -> impl IntoView {
    let card = |model: ShopModel| {
        let ShopModel { code, name, summary, currency, from_price, cover, cover_width, cover_height, .. } = model;
        let market = shop.market.as_ref();
        let total = market.map_or(from_price, |market| market.on_the_road(from_price, None).gross);
        let price = move || t!(configurator.from, price = format::money(Money { minor: total, currency }))();
        let layers = cover.iter().map(|file| view! { <img src=api::drawing(file) alt="" loading="lazy" /> }).collect_view();
        let shape = format!("{cover_width} / {cover_height}");
        view! {
            <li>
                <a class="model" href=format!("/build/{code}")>
                    <div class="model__picture" style:aspect-ratio=shape>{layers}</div>
                    <div class="model__say">
                        <h2>{reactive(move || name.get(lang()).to_owned())}</h2>
                        <span class="model__price">{reactive(price)}</span>
                        <p>{reactive(move || summary.get(lang()).to_owned())}</p>
                    </div>
                </a>
            </li>
        }
    };
    let cards = shop.models.iter().cloned().map(card).collect_view();
    view! {
        <section class="range">
            <h1 class="range__title">{t!(configurator.choose)}</h1>
            <p class="range__text">{t!(configurator.choose_text)}</p>
            <ul class="range__models">{cards}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn FindLink() -> impl IntoView {
    let navigate = use_navigate();
    let text = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match token(&text.get_untracked()) {
            Some(token) => navigate(&format!("/follow/{token}"), NavigateOptions::default()),
            None => error.set(Some(t!(shop.link_wrong)().to_owned())),
        }
    };
    view! {
        <form class="findlink" on:submit=submit>
            <Field label=t!(shop.link_label) error=error required=true>
                <span class="findlink__row">
                    <TextInput value=text placeholder=t!(shop.link_example) on_input=move |_| error.set(None) />
                    <Button kind=ButtonKind::Main size=Size::Large submit=true>{t!(shop.link_open)}</Button>
                </span>
            </Field>
        </form>
    }
    .into_any()
}

#[component]
fn DemoLink() -> impl IntoView {
    let link = RwSignal::new(None::<String>);
    spawn_local(async move {
        if let Ok(demo) = api::demo().await {
            let _ = link.try_set(Some(demo.customer_link));
        }
    });
    let shown = move || {
        link.get().map(
            |link| view! { <p class="shopfront__demo">{t!(shop.demo)} " " <a class="shopfront__link" href=link>{t!(shop.demo_link)}</a></p> },
        )
    };
    reactive(shown)
}

/// The token of a pasted link: what stands behind `/follow/`, or the token alone.
fn token(text: &str) -> Option<String> {
    let text = text.trim();
    let tail = text.rsplit_once("/follow/").map_or(text, |(_, tail)| tail);
    let token = tail.split(['?', '#', '/']).next().unwrap_or_default();
    let fits = token.len() >= 16 && token.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    fits.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(token(text).as_deref(), expected);
    }

    #[test]
    fn pasted_links_are_understood() {
        check("https://muster.example/follow/abcDEF0123456789_-?from=mail", Some("abcDEF0123456789_-"));
        check("  /follow/abcDEF0123456789/ ", Some("abcDEF0123456789"));
        check("abcDEF0123456789", Some("abcDEF0123456789"));
        check("https://muster.example/", None);
        check("hello", None);
        check("", None);
    }
}
