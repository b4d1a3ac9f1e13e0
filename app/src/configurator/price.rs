//! What it costs: on the road, line by line, by the month, and when it comes.

use leptos::prelude::*;

use super::way::Way;
use crate::{
    browser::format,
    i18n::lang,
    t, t_now,
    ui::{Glyph, Icon, Select, SelectOption, reactive},
};

/// `+ 38 M ₫`, `− 2 M ₫`, or that it costs nothing more.
pub fn difference(way: Way, minor: i64) -> String {
    match minor {
        0 => t_now!(configurator.no_more).to_owned(),
        minor if minor > 0 => format!("+\u{a0}{}", format::money_short(way.money(minor))),
        minor => format!("−\u{a0}{}", format::money_short(way.money(-minor))),
    }
}

/// The bar at the foot: the total, and all its lines on demand.
#[component]
pub fn PriceBar(way: Way, children: Children) -> impl IntoView {
    let open = RwSignal::new(false);
    let road = Memo::new(move |_| {
        let net = way.answer().price;
        way.province.with(|province| way.ground(|ground| ground.market.on_the_road(net, province.as_deref())))
    });
    let total = move || format::money(way.money(road.with(|road| road.total)));
    let month = move || {
        let monthly = road.with(|road| road.monthly)?;
        Some(t_now!(configurator.monthly, amount = format::money_short(way.money(monthly))))
    };
    let lead = move || {
        let days = i64::from(way.answer().lead_days);
        (days > 0).then(|| t_now!(configurator.weeks, count = (days + 6) / 7))
    };
    let about = move || [place(way), month(), lead()].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <div class="pricebar">
            {reactive(move || open.get().then(|| view! { <Lines way /> }))}
            <div class="pricebar__row">
                <button type="button" class="pricebar__sum" aria-expanded=move || open.get().to_string() on:click=move |_| open.update(|open| *open = !*open)>
                    <span class="pricebar__line"><b class="pricebar__total" aria-live="polite">{reactive(total)}</b> <Glyph icon=Icon::CHEVRON_DOWN /></span>
                    <span class="visually-hidden">{t!(configurator.lines)}</span>
                    <small class="pricebar__about">{reactive(about)}</small>
                </button>
                {children()}
            </div>
        </div>
    }
    .into_any()
}

fn place(way: Way) -> Option<String> {
    let chosen = way.province.get();
    way.ground(|ground| {
        let list = &ground.market.provinces;
        let here = list.iter().find(|it| Some(&it.code) == chosen.as_ref()).or_else(|| list.first());
        let name = here.map_or_else(|| ground.market.name.get(lang()), |it| it.name.get(lang()));
        Some(t_now!(configurator.on_the_road, place = name))
    })
}

/// Base, choices, taxes and fees.
#[component]
fn Lines(way: Way) -> impl IntoView {
    let lines = move || {
        let answer = way.answer();
        let road = way.province.with(|province| way.ground(|ground| ground.market.on_the_road(answer.price, province.as_deref())));
        let mut rows: Vec<(String, i64)> = vec![(t_now!(configurator.base).to_owned(), way.ground(|ground| ground.offer.base))];
        way.ground(|ground| {
            for (at, group) in ground.offer.groups.iter().enumerate() {
                let option = &group.options[answer.configuration[at + 1] as usize];
                if option.price != 0 {
                    rows.push((format!("{}: {}", group.name.get(lang()), option.name.get(lang())), option.price));
                }
            }
            for (at, condition) in ground.offer.conditional.iter().enumerate() {
                let applies = answer.configuration[1 + ground.offer.groups.len() + at] == 1;
                if applies && condition.amount != 0 {
                    rows.push((condition.name.get(lang()).to_owned(), condition.amount));
                }
            }
        });
        rows.push((t_now!(configurator.net).to_owned(), road.net));
        rows.extend(road.lines.iter().map(|line| (line.name.get(lang()).to_owned(), line.amount)));
        let row = |(name, minor): (String, i64)| view! { <div class="lines__row"><dt>{name}</dt> <dd>{format::money(way.money(minor))}</dd></div> };
        rows.into_iter().map(row).collect_view()
    };
    let assumptions = move || {
        let finance = way.ground(|ground| ground.market.finance)?;
        let (rate, deposit) = (format::percent(f64::from(finance.rate) / 100.0), format::percent(f64::from(finance.deposit) / 100.0));
        Some(t_now!(configurator.assumptions, months = finance.months, rate = rate, deposit = deposit))
    };
    let held = move || {
        let until = way.ground(|ground| ground.offer.until)?;
        Some(t_now!(configurator.held_until, day = format::day(until, format::DayStyle::Long)))
    };
    let provinces = way.ground(|ground| ground.market.provinces.clone());
    let place = (provinces.len() > 1).then(|| {
        let value = RwSignal::new(way.province.get_untracked().unwrap_or_else(|| provinces[0].code.clone()));
        let options: Vec<SelectOption> = provinces
            .iter()
            .map(|it| {
                let name = it.name.clone();
                SelectOption::new(it.code.clone(), leptos::text_prop::TextProp::from(move || name.get(lang()).to_owned()))
            })
            .collect();
        let change = move |code: String| way.province.set(Some(code));
        view! { <label class="lines__place"><span>{t!(configurator.place)}</span> <Select value options label=t!(configurator.place) on_change=change /></label> }
    });
    view! {
        <div class="lines">
            {place} <dl class="lines__list">{reactive(lines)}</dl>
            <p class="lines__note">{reactive(move || [assumptions(), held()].into_iter().flatten().collect::<Vec<_>>().join(" "))}</p>
        </div>
    }
    .into_any()
}
