//! Prices as a spreadsheet: out to a file, back from one, and what that would change before it does.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    catalog::studio::{PriceChange, PriceReport, PriceSheet, SheetMistake, SheetMistakeKind},
    money::Money,
};

use super::{
    api,
    draft::{Draft, use_draft},
    wording,
};
use crate::{
    browser::{file, format},
    sending::Sending,
    t, t_now,
    ui::{Button, ButtonKind, Dialog, FormError, Glyph, Icon, reactive},
};

/// The two buttons, and the dialog with the differences.
#[component]
pub fn PriceSheets() -> impl IntoView {
    let draft = use_draft();
    let found = RwSignal::new(None::<(String, PriceReport)>);
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(found.with(Option::is_some)));
    let choose = move |event: leptos::ev::Event| {
        let Some(chosen) = file::chosen(&event) else { return };
        spawn_local(async move {
            let Some(text) = chosen.text().await else { return draft.toaster.note(t_now!(studio.unreadable_file)) };
            if !draft.settle().await {
                return;
            }
            let sheet = PriceSheet { text: text.clone(), apply: false };
            match api::prices(draft.id, draft.version.with_untracked(|version| version.version), &sheet).await {
                Ok(report) => drop(found.try_set(Some((text, report)))),
                Err(error) => draft.toaster.fail(error),
            }
        });
    };
    let upload = move || {
        (!draft.locked.get()).then(|| {
            view! {
                <label class="button button--small">
                    <input type="file" class="visually-hidden" accept=".csv,text/csv" on:change=choose />
                    <Glyph icon=Icon::UPLOAD />
                    <span class="button__label">{t!(studio.upload_prices)}</span>
                </label>
            }
        })
    };
    let body = move || found.get().map(|(text, report)| differences(draft, text, report, found));
    view! {
        <div class="studio__sheets">
            <a class="button button--small" href=api::prices_file(draft.id) download="">
                <Glyph icon=Icon::DOWNLOAD />
                <span class="button__label">{t!(studio.download_prices)}</span>
            </a>
            {reactive(upload)}
        </div>
        <Dialog open title=t!(studio.upload_prices) on_cancel=move || found.set(None)>{body}</Dialog>
    }
    .into_any()
}

fn differences(draft: Draft, text: String, report: PriceReport, found: RwSignal<Option<(String, PriceReport)>>) -> AnyView {
    let sending = Sending::new();
    let (has_mistakes, count) = (!report.mistakes.is_empty(), report.changes.len());
    let apply = move || {
        let sheet = PriceSheet { text: text.clone(), apply: true };
        let version = draft.version.with_untracked(|version| version.version);
        sending.run(async move { api::prices(draft.id, version, &sheet).await }, move |report| {
            found.set(None);
            draft.toaster.say(t_now!(studio.prices_taken, count = report.changes.len()));
            spawn_local(draft.read_again());
        });
    };
    let summary = if count == 0 {
        t_now!(studio.no_differences).to_owned()
    } else {
        t_now!(studio.differences, count = count, same = report.unchanged)
    };
    let mistakes = report.mistakes.iter().map(|it| view! { <li>{mistake(it)}</li> }).collect_view();
    let can_apply = !has_mistakes && count > 0;
    view! {
        <div class="dialog__form">
            <p class="dialog__text">{summary}</p>
            {has_mistakes.then(|| view! { <ul class="studio__list studio__list--bad">{mistakes}</ul> })}
            {changes(draft, &report.changes)}
            <FormError error=sending.error() />
            <footer class="dialog__foot">
                <Button on_press=move || found.set(None)>{t!(ui.cancel)}</Button>
                {can_apply.then(|| view! { <Button kind=ButtonKind::Main busy=sending.busy() on_press=apply>{t!(studio.take_prices)}</Button> })}
            </footer>
        </div>
    }
    .into_any()
}

/// Prices that differ, each with what it was, is, and by how much.
pub fn changes(draft: Draft, changes: &[PriceChange]) -> AnyView {
    if changes.is_empty() {
        return ().into_any();
    }
    let row = |change: &PriceChange| {
        let name = match &change.option {
            Some(option) => draft.model.with_untracked(|model| wording::option_name(model, &option.group, &option.option)),
            None => t_now!(studio.base_price).to_owned(),
        };
        let money = |minor: i64| format::money(Money::new(minor, change.currency));
        let by = change.change.map(|by| {
            let sign = if by > 0 { "+" } else { "" };
            format!("{sign}{}", format::percent(by as f64 / 100.0))
        });
        view! {
            <tr>
                <th scope="row">{name} <small>{change.list.clone()}</small></th>
                <td class="grid__end"><del>{money(change.from)}</del></td>
                <td class="grid__end">{money(change.to)}</td>
                <td class="grid__end">{by}</td>
            </tr>
        }
    };
    view! {
        <div class="sheet__scroll" tabindex="0" role="region" aria-label=t!(studio.price_changes)>
            <table class="grid">
                <thead>
                    <tr>
                        <th scope="col">{t!(studio.option)}</th>
                        <th scope="col" class="grid__end">{t!(studio.was)}</th>
                        <th scope="col" class="grid__end">{t!(studio.becomes)}</th>
                        <th scope="col" class="grid__end">{t!(studio.change)}</th>
                    </tr>
                </thead>
                <tbody>{changes.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn mistake(mistake: &SheetMistake) -> String {
    let (line, text) = (mistake.line, &mistake.text);
    match mistake.kind {
        SheetMistakeKind::NoColumn => t_now!(studio.sheet_no_column, line = line, text = text),
        SheetMistakeKind::NoList => t_now!(studio.sheet_no_list, line = line, text = text),
        SheetMistakeKind::NoOption => t_now!(studio.sheet_no_option, line = line, text = text),
        SheetMistakeKind::NotAPrice => t_now!(studio.sheet_not_a_price, line = line, text = text),
        SheetMistakeKind::Twice => t_now!(studio.sheet_twice, line = line, text = text),
    }
}
