//! A stage on the board: its figures and its cards.

use leptos::prelude::*;
use muster_shared::{id::OpportunityId, opportunity::Stage, text::LocalText};

use super::{
    card::DealCard,
    model::{List, Model},
    quick_add::{AddButton, QuickAdd},
    state::Totals,
};
use crate::{
    browser::{format, place},
    i18n::lang,
    t, t_now,
    ui::{Glyph, Icon, Popover, PopoverAlign, each, reactive},
};

/// What stands in a column.
#[derive(Clone, Copy)]
enum Item {
    Card(OpportunityId),
    /// Where the carried card would land.
    Slot,
}

impl Item {
    fn key(&self) -> String {
        match self {
            Self::Card(id) => id.to_string(),
            Self::Slot => String::new(),
        }
    }
}

/// One open stage. `tone` is 1 to 5, deeper towards the end.
#[component]
pub fn StageColumn(model: Model, stage: Stage, tone: usize, is_stop: Selector<Option<OpportunityId>>) -> impl IntoView {
    let id = stage.id;
    let Some(list) = model.list(id) else { return ().into_any() };
    let List { ids, totals, has_more, drawn, .. } = list;
    let (ids, totals, has_more, drawn) = (RwSignal::from(ids), RwSignal::from(totals), RwSignal::from(has_more), RwSignal::from(drawn));
    let slot = Memo::new(move |_| model.slot(id));
    let is_over = Memo::new(move |_| model.over.get() == Some(id) && model.carried.with(Option::is_some));
    let items = move || {
        let mut items: Vec<Item> = ids.with(|ids| ids.iter().take(drawn.get()).map(|id| Item::Card(*id)).collect());
        if let Some(at) = slot.get() {
            items.insert(at.min(items.len()), Item::Slot);
        }
        items
    };
    let item = move |item: Item| match item {
        Item::Card(id) => {
            let is_stop = is_stop.clone();
            let is_tab_stop = Signal::derive(move || is_stop.selected(&Some(id)));
            view! { <DealCard model id is_tab_stop /> }.into_any()
        }
        Item::Slot => view! { <li class="slot" aria-hidden="true">{t!(board.drop_here)}</li> }.into_any(),
    };
    let left = move || totals.with(|t| t.count) - i64::try_from(ids.with(Vec::len).min(drawn.get())).unwrap_or(0);
    let is_cut = move || has_more.get() || ids.with(Vec::len) > drawn.get();
    let heading_id = format!("stage-{id}");
    view! {
        <section class=format!("col stage--{tone}") class:col--over=move || is_over.get() data-stage=id.to_string() aria-labelledby=heading_id>
            {head(stage.name, stage.probability, totals, heading_id.clone())}
            <div
                class="col__list"
                on:scroll=move |event| {
                    if is_cut() && place::is_near_end(&event) {
                        model.more(id);
                    }
                }
            >
                <QuickAdd model stage=id />
                <ul class="col__cards">{each(items, Item::key, item)}</ul>
                {reactive(move || is_cut().then(|| view! {
                    <button type="button" class="col__more" on:click=move |_| model.more(id)>
                        <Glyph icon=Icon::CHEVRON_DOWN /> {t!(board.more, count = left().max(1))}
                    </button>
                }))}
                <AddButton model stage=id />
            </div>
        </section>
    }
    .into_any()
}

/// Name, count, sum, and what the stage's probability makes of it.
fn head(name: LocalText, probability: u8, totals: RwSignal<Totals>, id: String) -> AnyView {
    let weighted = move || totals.with(|t| t.weighted.map(format::money_short));
    let has_parts = Memo::new(move |_| totals.with(|t| t.sums.len() > 1 || t.sum.is_none() && !t.sums.is_empty()));
    view! {
        <header class="col__head">
            <span class="dot" aria-hidden="true"></span>
            <h2 id=id>
                {reactive(move || name.get(lang()).to_owned())} " "
                <span class="col__n">{reactive(move || format::integer(totals.with(|t| t.count)))}<span class="visually-hidden">" "{t!(board.deals)}</span></span>
            </h2>
            {reactive(move || sum(totals, has_parts.get()))}
            <span class="col__w" aria-hidden="true"><span style:width=format!("{probability}%")></span></span>
            <span class="col__ww">
                {reactive(move || format::percent(f64::from(probability)))}
                {reactive(move || weighted().map(|sum| format!(" → {sum}")))}
            </span>
        </header>
    }
    .into_any()
}

/// The sum in the viewer's currency; where it was converted, a press shows what it was made of.
fn sum(totals: RwSignal<Totals>, has_parts: bool) -> AnyView {
    let figure = move || reactive(move || totals.with(|t| t.sum.map_or_else(|| "–".to_owned(), format::money_short)));
    let amounts = move || totals.with(|t| t.sums.iter().map(|m| format::money(*m)).collect::<Vec<_>>());
    if has_parts {
        let trigger = move || view! { {figure()} <span class="visually-hidden">", "{t!(board.sum_parts)}</span> };
        let parts = move || amounts().into_iter().map(|amount| view! { <li>{amount}</li> }).collect_view();
        return view! {
            <Popover label=t!(board.sum_parts) trigger class="col__sum col__sum--parts" align=PopoverAlign::End>
                <ul class="sum-parts">{reactive(parts)}</ul>
            </Popover>
        }
        .into_any();
    }
    let tip = move || amounts().pop().unwrap_or_else(|| t_now!(board.sum_none).to_owned());
    view! { <span class="col__sum" data-tip=tip>{figure()}</span> }.into_any()
}
