//! What a model is called, what it is about, and where it is sold.

use leptos::prelude::*;
use muster_shared::text::Lang;

use super::{
    cells::{Bilingual, set_lang},
    draft::use_draft,
    page::use_studio,
};
use crate::{
    t,
    ui::{Checkbox, reactive},
};

/// The heading of a part, which takes the focus when the part is opened.
#[component]
pub fn PartHead(
    #[prop(into)] title: leptos::text_prop::TextProp,
    #[prop(optional, into)] text: leptos::text_prop::TextProp,
    #[prop(optional, into)] actions: Option<ViewFn>,
) -> impl IntoView {
    view! {
        <header class="studio__head">
            <div>
                <h2 class="studio__title" tabindex="-1">{reactive(move || title.get())}</h2>
                <p class="studio__lead">{reactive(move || text.get())}</p>
            </div>
            {actions.map(|actions| view! { <div class="studio__tools">{actions.run()}</div> })}
        </header>
    }
    .into_any()
}

/// The part that comes first.
#[component]
pub fn About() -> impl IntoView {
    let (draft, studio) = (use_draft(), use_studio());
    let name = draft.watch(|model| model.name.clone());
    let summary = draft.watch(|model| model.summary.clone());
    let markets = move || {
        let mut all: Vec<String> = studio.markets.with(|all| all.iter().map(|market| market.code.clone()).collect());
        // A market that the shop does not have can still be taken away.
        let own = draft.watch(|model| model.markets.clone());
        own.with(|own| all.extend(own.iter().filter(|code| !all.contains(code)).cloned().collect::<Vec<_>>()));
        all.into_iter().map(market_tick).collect_view()
    };
    view! {
        <PartHead title=t!(studio.about) text=t!(studio.about_text) />
        <div class="studio__form">
            <Bilingual label=t!(studio.name) value=name on_input=move |(lang, text): (Lang, String)| draft.edit(|model| set_lang(&mut model.name, lang, text)) />
            <Bilingual
                label=t!(studio.summary)
                value=summary
                on_input=move |(lang, text): (Lang, String)| draft.edit(|model| set_lang(&mut model.summary, lang, text))
                is_long=true
            />
            <fieldset class="studio__ticks">
                <legend>{t!(studio.markets)}</legend>
                {reactive(markets)}
            </fieldset>
        </div>
    }
    .into_any()
}

fn market_tick(code: String) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let (own, called) = (code.clone(), code.clone());
    let checked = draft.watch(move |model| model.markets.contains(&own));
    let change = move |is_on: bool| {
        draft.edit(|model| {
            model.markets.retain(|market| *market != code);
            if is_on {
                model.markets.push(code.clone());
            }
        });
    };
    view! { <Checkbox label=move || studio.market_name(&called) checked on_change=change disabled=draft.locked /> }.into_any()
}
