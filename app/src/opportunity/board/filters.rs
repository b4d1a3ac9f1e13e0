//! The line above the board: filters, sums, order, views.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    opportunity::{BoardFilter, BoardSort},
    time::Day,
    view::ViewPlace,
};

use super::model::Model;
use crate::{
    browser::format::{self, DayStyle},
    i18n::messages,
    people::{use_people, use_teams},
    t, t_now,
    ui::{
        Failure, FilterBar, FilterField, FilterKind, FilterValue, Glyph, Icon, Menu, MenuChoice, MenuHeading, Pending, PopoverAlign,
        SelectOption, reactive,
    },
    view::Views,
};

/// Filters, sums, order and saved views of the board.
#[component]
pub fn BoardBar(model: Model) -> impl IntoView {
    let (people, teams) = (use_people(), use_teams());
    let search = Callback::new(move |text: String| Box::pin(async move { Ok::<_, Failure>(people.find(&text)) }) as Pending<_>);
    let team_options =
        Signal::derive(move || teams.all().into_iter().map(|team| SelectOption::new(team.id.to_string(), team.name)).collect());
    let fields = Signal::derive(move || {
        vec![
            FilterField { key: "owner", label: TextProp::from(t!(opportunity.owner)), kind: FilterKind::Search(search) },
            FilterField { key: "team", label: TextProp::from(t!(opportunity.team)), kind: FilterKind::Choice(team_options) },
            FilterField { key: "close_to", label: TextProp::from(t!(board.close_to)), kind: FilterKind::Day },
            FilterField { key: "close_from", label: TextProp::from(t!(board.close_from)), kind: FilterKind::Day },
            FilterField { key: "q", label: TextProp::from(t!(board.contains)), kind: FilterKind::Text },
        ]
    });
    let values = Signal::derive(move || model.filter.with(|filter| worded(filter, people, teams)));
    let query = model.query;
    let set = move |value: FilterValue| {
        let key = fields.with_untracked(|all| all.iter().find(|f| f.key == value.key).map(|f| f.key));
        if let Some(key) = key {
            query.set(&[(key, Some(value.value))]);
        }
    };
    view! {
        <FilterBar fields values on_set=set on_remove=move |key: String| query.set(&[(key.as_str(), None)])>
            {sums(model)}
            {order(model)}
            <Views place=ViewPlace::Board />
        </FilterBar>
    }
    .into_any()
}

/// The filters in force as chips word them.
fn worded(filter: &BoardFilter, people: crate::people::People, teams: crate::people::Teams) -> Vec<FilterValue> {
    let day = |day: Day| format::day(day, DayStyle::Short);
    let chip = |key: &str, value: String, label: String| FilterValue { key: key.to_owned(), value, label };
    let mut chips = Vec::new();
    if let Some(owner) = filter.owner {
        chips.push(chip("owner", owner.to_string(), people.name(owner).unwrap_or_default()));
    }
    if let Some(team) = filter.team {
        chips.push(chip("team", team.to_string(), teams.name(team.0).unwrap_or_default()));
    }
    if let Some(from) = filter.close_from {
        chips.push(chip("close_from", from.to_string(), t_now!(board.closing_from, day = day(from))));
    }
    if let Some(to) = filter.close_to {
        chips.push(chip("close_to", to.to_string(), t_now!(board.closing_by, day = day(to))));
    }
    if let Some(q) = &filter.q {
        chips.push(chip("q", q.clone(), format!("“{q}”")));
    }
    chips
}

/// Open and weighted sums over the whole filter, with the day of the rates; a press chooses the currency.
fn sums(model: Model) -> AnyView {
    let short = |money: Option<muster_shared::money::Money>| money.map_or_else(|| "–".to_owned(), format::money_short);
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
    view! {
        <Menu label=t!(board.sums_in) trigger=trigger class="sums" align=PopoverAlign::End>
            <MenuHeading label=rates />
            {reactive(choices)}
        </Menu>
    }
    .into_any()
}

/// The order of the cards.
fn order(model: Model) -> AnyView {
    let current = move || model.filter.with(|f| f.sort.unwrap_or(BoardSort::Attention));
    let trigger =
        move || view! { <span>{reactive(move || t_now!(board.sort, by = sort_name(current())))}</span> <Glyph icon=Icon::CHEVRON_DOWN /> };
    let choices = move || {
        BoardSort::ALL
            .iter()
            .map(|sort| {
                let is_default = *sort == BoardSort::Attention;
                let choose = move || model.query.set(&[("sort", (!is_default).then(|| sort.as_str().to_owned()))]);
                view! { <MenuChoice label=move || sort_name(*sort) checked=Signal::derive(move || current() == *sort) on_press=choose /> }
            })
            .collect_view()
    };
    view! { <Menu label=t!(board.sort_label) trigger=trigger align=PopoverAlign::End>{choices}</Menu> }.into_any()
}

fn sort_name(sort: BoardSort) -> &'static str {
    messages::board::sorts::find(&sort.as_str().replace('-', "_")).map_or(sort.as_str(), |message| message.text())
}
