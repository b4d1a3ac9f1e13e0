//! The menus above the board. What is inside one loads when the first is opened.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use muster_shared::{
    money::Money,
    opportunity::{BoardSort, Pipeline},
};

use super::model::Model;
use crate::{
    api::Reading,
    area,
    browser::format::{self, DayStyle},
    i18n::{lang, messages},
    opportunity::api as deals,
    people::use_teams,
    t, t_now,
    ui::{Glyph, Icon, Menu, MenuChoice, MenuHeading, PopoverAlign, reactive},
};

/// What a menu chooses.
#[derive(Clone, Copy)]
enum Choose {
    Pipeline(Reading<Vec<Pipeline>>),
    Whose,
    Currency,
    Order,
}

fn content(model: Model, choose: Choose) -> impl Fn() -> AnyView + Send + Sync + 'static {
    move || area::lazy_content(Box::pin(load(model, choose)))
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load(model: Model, choose: Choose) -> Result<AnyView, SplitLoaderError> {
    Ok(match choose {
        Choose::Pipeline(pipelines) => reactive(move || pipeline_choices(model, pipelines)),
        Choose::Whose => reactive(move || whose_choices(model)),
        Choose::Currency => currency_choices(model),
        Choose::Order => order_choices(model),
    })
}

/// Chips beside the heading: which pipeline, and whose deals.
pub fn scope(model: Model) -> AnyView {
    let pipelines = Reading::new(deals::pipelines);
    let has_several = Memo::new(move |_| pipelines.get().and_then(Result::ok).is_some_and(|all| all.len() > 1));
    let pipeline_menu = move || {
        let trigger = || view! { <span class="visually-hidden">{t!(board.pipeline)}</span> <Glyph icon=Icon::CHEVRONS_UP_DOWN /> };
        has_several.get().then(|| {
            view! { <Menu label=t!(board.pipeline) trigger=trigger class="chip chip--ghost">{content(model, Choose::Pipeline(pipelines))}</Menu> }
        })
    };
    view! { {reactive(pipeline_menu)} {whose(model)} }.into_any()
}

fn pipeline_choices(model: Model, pipelines: Reading<Vec<Pipeline>>) -> AnyView {
    let choice = |p: Pipeline| {
        let (id, name) = (p.id, p.name);
        let checked = Signal::derive(move || model.pipeline.with(|now| now.as_ref().is_some_and(|now| now.id == id)));
        let choose = move || model.query.set(&[("pipeline", Some(id.to_string()))]);
        view! { <MenuChoice label=move || name.get(lang()).to_owned() checked on_press=choose /> }
    };
    pipelines.get().and_then(Result::ok).unwrap_or_default().into_iter().map(choice).collect_view().into_any()
}

/// Everybody's deals, mine, or one of my teams'.
fn whose(model: Model) -> AnyView {
    let teams = use_teams();
    let me = model.session.me_untracked().user.id;
    let name = move || {
        let (owner, team) = model.filter.with(|f| (f.owner, f.team));
        match (owner, team) {
            (Some(owner), _) if owner == me => t_now!(board.mine).to_owned(),
            (None, Some(team)) => teams.name(team.0).unwrap_or_else(|| t_now!(board.everybody).to_owned()),
            (None, None) => t_now!(board.everybody).to_owned(),
            (Some(_), _) => t_now!(board.somebodys).to_owned(),
        }
    };
    let trigger = move || view! { <span>{reactive(name)}</span> <Glyph icon=Icon::CHEVRON_DOWN /> };
    view! { <Menu label=t!(board.whose) trigger=trigger class="chip chip--ghost">{content(model, Choose::Whose)}</Menu> }.into_any()
}

fn whose_choices(model: Model) -> AnyView {
    let teams = use_teams();
    let me = model.session.me_untracked().user;
    let choose = move |owner: Option<String>, team: Option<String>| model.query.set(&[("owner", owner), ("team", team)]);
    let own_teams = me
        .team_ids
        .into_iter()
        .filter_map(|id| Some((id, teams.name(id.0)?)))
        .map(|(id, name)| {
            let checked = Signal::derive(move || model.filter.with(|f| f.team == Some(id) && f.owner.is_none()));
            view! { <MenuChoice label=name checked on_press=move || choose(None, Some(id.to_string())) /> }
        })
        .collect_view();
    let me = me.id;
    view! {
        <MenuHeading label=t!(board.whose) />
        <MenuChoice
            label=t!(board.everybody)
            checked=Signal::derive(move || model.filter.with(|f| f.owner.is_none() && f.team.is_none()))
            on_press=move || choose(None, None)
        />
        <MenuChoice
            label=t!(board.mine)
            checked=Signal::derive(move || model.filter.with(|f| f.owner == Some(me)))
            on_press=move || choose(Some(me.to_string()), None)
        />
        {own_teams}
    }
    .into_any()
}

/// Open and weighted sums over the whole filter, with the day of the rates; a press chooses the currency.
pub fn sums(model: Model) -> AnyView {
    let short = |money: Option<Money>| money.map_or_else(|| "–".to_owned(), format::money_short);
    let rates_short = move || {
        let day = model.sums.with(|s| s.rate_day)?;
        Some(view! { <span class="sum sum--rates">{t_now!(board.rates_short, day = format::day(day, DayStyle::Short))}</span> })
    };
    let trigger = move || {
        view! {
            <span class="sum"><b>{reactive(move || short(model.sums.with(|s| s.open)))}</b> " " {t!(board.open_sum)}</span>
            <span class="sum"><b>{reactive(move || short(model.sums.with(|s| s.weighted)))}</b> " " {t!(board.weighted_sum)}</span>
            {reactive(rates_short)}
        }
    };
    view! { <Menu label=t!(board.sums_in) trigger=trigger class="sums" align=PopoverAlign::End>{content(model, Choose::Currency)}</Menu> }
        .into_any()
}

fn currency_choices(model: Model) -> AnyView {
    let rates = move || match model.sums.with(|s| s.rate_day) {
        Some(day) => t_now!(board.rates_of, day = format::day(day, DayStyle::Long)),
        None => t_now!(board.rates_none).to_owned(),
    };
    let choices = move || {
        let company = model.session.me().company;
        let all = std::iter::once(company.currency).chain(company.currencies.into_iter().filter(move |c| *c != company.currency));
        all.map(|currency| {
            let is_own = currency == company.currency;
            let checked = Signal::derive(move || model.filter.with(|f| f.currency.unwrap_or(company.currency)) == currency);
            let choose = move || model.query.set(&[("currency", (!is_own).then(|| currency.code().to_owned()))]);
            view! { <MenuChoice label=currency.code().to_owned() checked on_press=choose /> }
        })
        .collect_view()
    };
    view! { <MenuHeading label=rates /> {reactive(choices)} }.into_any()
}

/// The order of the cards.
pub fn order(model: Model) -> AnyView {
    let name = move || t_now!(board.sort, by = sort_name(sort(model)));
    let trigger = move || view! { <span>{reactive(name)}</span> <Glyph icon=Icon::CHEVRON_DOWN /> };
    view! { <Menu label=t!(board.sort_label) trigger=trigger align=PopoverAlign::End>{content(model, Choose::Order)}</Menu> }.into_any()
}

fn order_choices(model: Model) -> AnyView {
    let choice = |each: &'static BoardSort| {
        let is_default = *each == BoardSort::Attention;
        let choose = move || model.query.set(&[("sort", (!is_default).then(|| each.as_str().to_owned()))]);
        view! { <MenuChoice label=move || sort_name(*each) checked=Signal::derive(move || sort(model) == *each) on_press=choose /> }
    };
    BoardSort::ALL.iter().map(choice).collect_view().into_any()
}

fn sort(model: Model) -> BoardSort {
    model.filter.with(|f| f.sort.unwrap_or(BoardSort::Attention))
}

fn sort_name(sort: BoardSort) -> &'static str {
    messages::board::sorts::find(&sort.as_str().replace('-', "_")).map_or(sort.as_str(), |message| message.text())
}
