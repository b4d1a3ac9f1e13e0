//! Builds that must be sellable, or must not be, in every later version.

use leptos::prelude::*;
use muster_shared::configurator::model::Case;

use super::{
    about::PartHead,
    cells::PickCell,
    draft::{Draft, use_draft},
    page::use_studio,
    steps::AddRow,
    wording,
};
use crate::{
    t, t_now,
    ui::{EmptyState, Icon, IconButton, Segmented, SelectOption, Size, StatusPill, Tone, each, reactive},
};

/// What a case calls the market among its choices.
const MARKET: &str = "market";

/// The cases.
#[component]
pub fn Cases() -> impl IntoView {
    let draft = use_draft();
    let names = draft.watch(|model| model.cases.iter().map(|case| case.name.clone()).collect::<Vec<_>>());
    let add = move |name: String| {
        if !names.with_untracked(|names| names.contains(&name)) {
            draft.edit(|model| model.cases.push(Case { name, sellable: true, ..Case::default() }));
        }
    };
    let empty = move || {
        names
            .with(Vec::is_empty)
            .then(|| view! { <EmptyState title=t!(studio.no_cases) text=t!(studio.no_cases_text) icon=Icon::SHIELD /> })
    };
    view! {
        <PartHead title=t!(studio.cases) text=t!(studio.cases_text) />
        {reactive(empty)}
        <div class="cases">{each(move || names.get(), String::clone, move |name| view! { <CaseView draft name /> }.into_any())}</div>
        <div class="sheet"><AddRow label=t!(studio.add_case) on_add=add /></div>
    }
    .into_any()
}

#[component]
fn CaseView(draft: Draft, name: String) -> impl IntoView {
    let name = StoredValue::new(name);
    let case =
        draft.watch(move |model| model.cases.iter().find(|case| name.with_value(|name| case.name == *name)).cloned().unwrap_or_default());
    let edit = move |change: Box<dyn FnOnce(&mut Case)>| {
        draft.edit(|model| {
            if let Some(case) = model.cases.iter_mut().find(|case| name.with_value(|name| case.name == *name)) {
                change(case);
            }
        });
    };
    let options =
        Signal::derive(|| vec![SelectOption::new("yes", t!(studio.must_sell)), SelectOption::new("no", t!(studio.must_not_sell))]);
    let value = Signal::derive(move || if case.with(|case| case.sellable) { "yes" } else { "no" }.to_owned());
    let remove = move || draft.edit(|model| model.cases.retain(|case| name.with_value(|name| case.name != *name)));
    let outcome = Memo::new(move |_| {
        let choices: Vec<(String, String)> = case.with(|case| case.choices.clone().into_iter().collect());
        let is_sellable = draft.findings.with(|found| found.is_sellable(&choices))?;
        Some(is_sellable == case.with(|case| case.sellable))
    });
    let pill = move || {
        outcome.get().map(|is_right| {
            let (tone, label) = if is_right { (Tone::Good, t_now!(studio.case_holds)) } else { (Tone::Bad, t_now!(studio.case_fails)) };
            view! { <StatusPill tone label /> }
        })
    };
    let groups = move || case.with(|case| case.choices.keys().cloned().collect::<Vec<_>>());
    let choices = each(groups, String::clone, move |group| choice(draft, case, group, edit));
    let free = Signal::derive(move || {
        let mut all = vec![(String::new(), t!(studio.add_choice)().to_owned())];
        let own = case.with(|case| case.choices.clone());
        draft.model.with(|model| {
            let groups = model.groups.iter().filter(|group| !own.contains_key(&group.code));
            all.extend(groups.map(|group| (group.code.clone(), wording::named(&group.name, &group.code))));
            if !own.contains_key(MARKET) {
                all.push((MARKET.to_owned(), t!(studio.market)().to_owned()));
            }
        });
        all
    });
    let add = move |group: String| {
        let first = draft.model.with_untracked(|model| match model.groups.iter().find(|it| it.code == group) {
            Some(group) => group.options.first().map(|it| it.code.clone()),
            None => model.markets.first().cloned(),
        });
        if let Some(option) = first {
            edit(Box::new(move |case| drop(case.choices.insert(group, option))));
        }
    };
    view! {
        <section class="case" aria-label=name.get_value()>
            <header class="case__head">
                <h3>{name.get_value()}</h3>
                <span role="status">{reactive(pill)}</span>
                <Segmented label=t!(studio.outcome) value options on_change=move |code: String| edit(Box::new(move |case| case.sellable = code == "yes")) />
                <IconButton size=Size::Small icon=Icon::TRASH_2 label=t!(ui.remove_what, what = name.get_value()) disabled=draft.locked on_press=remove />
            </header>
            <div class="case__choices">{choices} <PickCell value=Signal::stored(String::new()) options=free on_change=add label=t!(studio.add_choice) /></div>
        </section>
    }
    .into_any()
}

fn choice(
    draft: Draft,
    case: Memo<Case>,
    group: String,
    edit: impl Fn(Box<dyn FnOnce(&mut Case)>) + Copy + Send + Sync + 'static,
) -> AnyView {
    let code = StoredValue::new(group);
    let studio = use_studio();
    let name = move || {
        let code = code.get_value();
        let found = draft.model.with(|model| model.groups.iter().find(|it| it.code == code).map(|it| wording::named(&it.name, &code)));
        found.unwrap_or_else(|| if code == MARKET { t!(studio.market)().to_owned() } else { code })
    };
    let options = Signal::derive(move || {
        draft.model.with(|model| {
            if code.with_value(|code| code == MARKET) {
                return model.markets.iter().map(|market| (market.clone(), studio.market_name(market))).collect::<Vec<_>>();
            }
            let group = model.groups.iter().find(|it| code.with_value(|code| it.code == *code));
            group.into_iter().flat_map(|it| &it.options).map(|it| (it.code.clone(), wording::named(&it.name, &it.code))).collect()
        })
    });
    let value = Signal::derive(move || case.with(|case| code.with_value(|code| case.choices.get(code).cloned())).unwrap_or_default());
    let change = move |option: String| edit(Box::new(move |case| drop(case.choices.insert(code.get_value(), option))));
    let remove = move || edit(Box::new(move |case| drop(case.choices.remove(&code.get_value()))));
    view! {
        <span class="case__choice">
            <span>{reactive(name)}</span>
            <PickCell value options on_change=change label=name />
            <IconButton size=Size::Small icon=Icon::X label=t!(ui.remove_what, what = name()) disabled=draft.locked on_press=remove />
        </span>
    }
    .into_any()
}
