//! The report of a check: what blocks first, then what to look at, then what changes for customers.

use leptos::prelude::*;
use muster_shared::{
    catalog::{
        VersionState,
        studio::{Affected, CheckReport, Comparison, FailedCase, OptionName, PriceOutlier, RuleName, Yardstick},
    },
    money::Money,
};

use super::{
    about::PartHead,
    draft::{Draft, use_draft},
    page::use_studio,
    part::Part,
    preview::Troubles,
    publish::{self, PublishDialog},
    sheet,
    wording::{self, Trouble},
};
use crate::{
    browser::format,
    i18n::lang,
    t, t_now,
    ui::{Button, ButtonKind, Checkbox, EmptyState, Glyph, Icon, Panel, Skeleton, reactive},
};

/// The page of the check.
#[component]
pub fn CheckPart() -> impl IntoView {
    let draft = use_draft();
    let publishing = RwSignal::new(false);
    let run = move || publish::check(draft, accepted(draft));
    let is_checked = Memo::new(move |_| draft.version.with(|version| version.state == VersionState::Checked));
    let can_publish = move || {
        (is_checked.get() && !draft.locked.get()).then(|| {
            view! { <Button kind=ButtonKind::Main on_press=move || publishing.set(true)>{t!(studio.publish)}</Button> }
        })
    };
    let actions = move || {
        (!draft.locked.get())
            .then(|| view! { <Button icon=Icon::REFRESH_CW busy=draft.checking on_press=run>{t!(studio.check_again)}</Button> {reactive(can_publish)} })
    };
    let body = move || {
        match draft.report.get() {
        Some(report) => report_view(draft, report),
        None if draft.locked.get() => {
            view! { <EmptyState title=t!(studio.nothing_to_check) text=t!(studio.nothing_to_check_text) icon=Icon::CIRCLE_CHECK /> }
                .into_any()
        }
        None if draft.checking.get() => view! { <Skeleton count=5 /> }.into_any(),
        None => view! { <EmptyState title=t!(studio.not_checked) text=t!(studio.not_checked_text) icon=Icon::CIRCLE_CHECK><Button kind=ButtonKind::Main on_press=run>{t!(studio.check)}</Button></EmptyState> }
        .into_any(),
    }
    };
    view! {
        <PartHead title=t!(studio.check_part) text=t!(studio.check_text) actions=move || reactive(actions) />
        <div class="report">{reactive(body)}</div>
        <PublishDialog open=publishing />
    }
    .into_any()
}

/// Prices that somebody said are meant so.
pub fn accepted(draft: Draft) -> Vec<String> {
    let outliers = draft.report.with_untracked(|report| report.as_ref().map(|report| report.outliers.clone()).unwrap_or_default());
    outliers.into_iter().filter(|outlier| outlier.is_accepted).map(|outlier| outlier.address).collect()
}

fn report_view(draft: Draft, report: CheckReport) -> AnyView {
    let is_stale = Memo::new(move |_| {
        draft.report.with(|report| report.as_ref().is_some_and(|report| draft.version.with(|now| report.version.version != now.version)))
    });
    let stale = move || is_stale.get().then(|| view! { <p class="banner banner--warn">{t!(studio.stale_report)}</p> });
    let (icon, title) = match (report.is_blocked, report.size.as_ref()) {
        (true, _) => (Icon::CIRCLE_X, t_now!(studio.blocked).to_owned()),
        (false, Some(size)) => (Icon::CIRCLE_CHECK, t_now!(studio.can_be_published, count = grouped(&size.configurations))),
        (false, None) => (Icon::CIRCLE_CHECK, t_now!(studio.sound).to_owned()),
    };
    let size = report.size.as_ref().map(|size| {
        let line = |list: &muster_shared::catalog::studio::ListSpan| {
            let money = |minor: i64| format::money_short(Money::new(minor, list.currency));
            format!("{}: {} – {}", list.list, money(list.lowest), money(list.highest))
        };
        size.lists.iter().map(line).collect::<Vec<_>>().join(" · ")
    });
    view! {
        {reactive(stale)}
        <div class="verdict" class:verdict--bad=report.is_blocked role="status"><Glyph icon /> <div><strong>{title}</strong> <span>{size}</span></div></div>
        {blocks(draft, &report)} {outliers(draft, &report.outliers)} {comparison(draft, report.comparison.as_ref())}
        {affected(draft, &report)} {remarks(draft, &report)}
    }
    .into_any()
}

fn grouped(digits: &str) -> String {
    digits.parse::<i64>().map_or_else(|_| digits.to_owned(), format::integer)
}

fn rule_link(rule: &RuleName) -> AnyView {
    let studio = use_studio();
    let name = Some(rule.sentence.get(lang())).filter(|it| !it.is_empty()).unwrap_or(&rule.code).to_owned();
    let part = if rule.is_market {
        Part::Group(rule.code.split('.').next().unwrap_or_default().to_owned())
    } else {
        Part::Rule(rule.code.clone())
    };
    let name = if rule.is_market { t_now!(studio.market_rule, what = rule.code) } else { name };
    view! { <a class="trouble" href=move || studio.href(&part)><span>{name}</span></a> }.into_any()
}

fn option_link(draft: Draft, option: &OptionName) -> AnyView {
    let studio = use_studio();
    let name = draft.model.with_untracked(|model| wording::option_name(model, &option.group, &option.option));
    let part = Part::Group(option.group.clone());
    view! { <a class="trouble" href=move || studio.href(&part)><span>{name}</span></a> }.into_any()
}

fn listed(links: Vec<AnyView>) -> AnyView {
    view! { <ul class="report__list">{links.into_iter().map(|link| view! { <li>{link}</li> }).collect_view()}</ul> }.into_any()
}

/// What has to be mended before it can be published.
fn blocks(draft: Draft, report: &CheckReport) -> AnyView {
    let troubles: Vec<Trouble> =
        draft.model.with_untracked(|model| report.defects.iter().map(|error| wording::field_error(error, model)).collect());
    let defects = (!troubles.is_empty()).then(|| view! { <Troubles troubles=Signal::stored(troubles) /> });
    let contradiction = (!report.contradiction.is_empty()).then(|| {
        let rules = listed(report.contradiction.iter().map(rule_link).collect());
        view! { <Panel title=t!(studio.contradiction)><p class="studio__lead">{t!(studio.contradiction_text)}</p> {rules}</Panel> }
    });
    let too_large = report
        .is_too_large
        .then(|| view! { <Panel title=t!(studio.too_large)><p class="studio__lead">{t!(studio.too_large_text)}</p></Panel> });
    let unsold = (!report.unsold.is_empty()).then(|| {
        let lists = report.unsold.join(", ");
        view! { <Panel title=t!(studio.unsold)><p class="studio__lead">{t_now!(studio.unsold_text, lists = lists)}</p></Panel> }
    });
    let cases = (!report.cases.is_empty()).then(|| {
        let rows = listed(report.cases.iter().map(failed_case).collect());
        view! { <Panel title=t!(studio.failed_cases)>{rows}</Panel> }
    });
    view! { {defects} {contradiction} {too_large} {unsold} {cases} }.into_any()
}

fn failed_case(case: &FailedCase) -> AnyView {
    let studio = use_studio();
    let text =
        if case.sellable { t_now!(studio.case_unsellable, what = case.name) } else { t_now!(studio.case_sellable, what = case.name) };
    let rules = (!case.rules.is_empty()).then(|| listed(case.rules.iter().map(rule_link).collect()));
    view! { <a class="trouble" href=move || studio.href(&Part::Cases)><span>{text}</span></a> {rules} }.into_any()
}

/// Prices that stand out, each to be accepted.
fn outliers(draft: Draft, outliers: &[PriceOutlier]) -> AnyView {
    if outliers.is_empty() {
        return ().into_any();
    }
    let row = move |outlier: &PriceOutlier| {
        let address = outlier.address.clone();
        let name = match address.split('/').collect::<Vec<_>>().as_slice() {
            ["amount", _, option] => {
                let (group, option) = option.split_once('.').unwrap_or((option, ""));
                draft.model.with_untracked(|model| wording::option_name(model, group, option))
            }
            ["lowest", _] => t_now!(studio.cheapest_build).to_owned(),
            _ => t_now!(studio.base_price).to_owned(),
        };
        let money = |minor: i64| format::money(Money::new(minor, outlier.currency));
        let why = match outlier.yardstick {
            Yardstick::Before => t_now!(studio.outlier_before, amount = money(outlier.usual)),
            Yardstick::Group => t_now!(studio.outlier_group, amount = money(outlier.usual)),
            Yardstick::Sense => t_now!(studio.outlier_sense).to_owned(),
        };
        let accept = move |is_on: bool| {
            let mut all = accepted(draft);
            all.retain(|other| *other != address);
            if is_on {
                all.push(address.clone());
            }
            publish::check(draft, all);
        };
        view! {
            <tr>
                <th scope="row">{name} <small>{outlier.list.clone()}</small></th>
                <td class="grid__end">{money(outlier.amount)}</td>
                <td>{why}</td>
                <td><Checkbox label=t!(studio.meant_so) checked=outlier.is_accepted on_change=accept disabled=draft.checking /></td>
            </tr>
        }
    };
    let rows = outliers.iter().map(row).collect_view();
    view! {
        <Panel title=t!(studio.outliers)>
            <p class="studio__lead">{t!(studio.outliers_text)}</p>
            <table class="grid"><tbody>{rows}</tbody></table>
        </Panel>
    }
    .into_any()
}

/// What is different for customers.
fn comparison(draft: Draft, comparison: Option<&Comparison>) -> AnyView {
    let Some(comparison) = comparison else { return ().into_any() };
    let options = move |title: &'static str, options: &[OptionName]| {
        (!options.is_empty())
            .then(|| view! { <div><h3>{title}</h3> {listed(options.iter().map(|it| option_link(draft, it)).collect())}</div> })
    };
    let rules = move |title: &'static str, rules: &[String]| {
        (!rules.is_empty()).then(|| {
            let name = |code: &String| {
                let at = draft
                    .model
                    .with_untracked(|model| model.rules.iter().position(|rule| rule.code == *code).map(|at| wording::rule_name(model, at)));
                view! { <span class="trouble">{at.unwrap_or_else(|| code.clone())}</span> }.into_any()
            };
            view! { <div><h3>{title}</h3> {listed(rules.iter().map(name).collect())}</div> }
        })
    };
    let is_same = comparison.options_new.is_empty()
        && comparison.options_gone.is_empty()
        && comparison.rules_new.is_empty()
        && comparison.rules_gone.is_empty()
        && comparison.rules_changed.is_empty()
        && comparison.prices.is_empty();
    let columns = (
        options(t_now!(studio.options_new), &comparison.options_new),
        options(t_now!(studio.options_gone), &comparison.options_gone),
        rules(t_now!(studio.rules_new), &comparison.rules_new),
        rules(t_now!(studio.rules_changed), &comparison.rules_changed),
        rules(t_now!(studio.rules_gone), &comparison.rules_gone),
    );
    let prices = sheet::changes(draft, &comparison.prices);
    view! {
        <Panel title=t_now!(studio.since_version, number = comparison.number)>
            {is_same.then(|| view! { <p class="studio__lead">{t!(studio.nothing_changed)}</p> })}
            <div class="report__columns">{columns}</div>
            {prices}
        </Panel>
    }
    .into_any()
}

/// Open requests and deals that cannot be built any more.
fn affected(draft: Draft, report: &CheckReport) -> AnyView {
    if report.affected_count == 0 {
        let text = t_now!(studio.none_affected, count = report.waiting_count);
        return (report.waiting_count > 0 && !report.is_blocked)
            .then(|| view! { <p class="report__good"><Glyph icon=Icon::CIRCLE_CHECK /> {text}</p> })
            .into_any();
    }
    let row = move |it: &Affected| {
        let names = it.gone.iter().chain(&it.against);
        let why: Vec<String> =
            draft.model.with_untracked(|model| names.map(|it| wording::option_name(model, &it.group, &it.option)).collect());
        let code = it.code.clone();
        let name = match it.opportunity_id {
            Some(id) => view! { <a href=format!("/desk/opportunities/{id}")>{code}</a> }.into_any(),
            None => view! { <span>{code}</span> }.into_any(),
        };
        view! { <tr><th scope="row">{name}</th> <td>{why.join(", ")}</td> <td class="grid__end">{format::relative(it.created_at)}</td></tr> }
    };
    let rows = report.affected.iter().map(row).collect_view();
    view! {
        <Panel title=t_now!(studio.affected, count = report.affected_count)>
            <p class="studio__lead">{t!(studio.affected_text)}</p>
            <table class="grid"><tbody>{rows}</tbody></table>
        </Panel>
    }
    .into_any()
}

/// What blocks nothing and is still worth a look.
fn remarks(draft: Draft, report: &CheckReport) -> AnyView {
    let options = |title: &'static str, text: &'static str, options: &[OptionName]| {
        (!options.is_empty()).then(|| remark(title, text, options.len(), listed(options.iter().map(|it| option_link(draft, it)).collect())))
    };
    let rules = |title: &'static str, text: &'static str, rules: &[RuleName]| {
        (!rules.is_empty()).then(|| remark(title, text, rules.len(), listed(rules.iter().map(rule_link).collect())))
    };
    let texts = (!report.texts.is_empty()).then(|| {
        let studio = use_studio();
        let links = report.texts.iter().map(|missing| {
            let (part, place) = draft.model.with_untracked(|model| wording::place(&missing.field, model));
            let language = wording::lang_name(missing.lang);
            view! { <a class="trouble" href=move || studio.href(&part)><span>{place} ", " {language}</span></a> }.into_any()
        });
        remark(t_now!(studio.missing_texts), t_now!(studio.missing_texts_text), report.texts.len(), listed(links.collect()))
    });
    view! {
        <div class="report__remarks">
            {texts} {options(t_now!(studio.missing_pictures), t_now!(studio.missing_pictures_text), &report.pictures)}
            {options(t_now!(studio.dead), t_now!(studio.dead_text), &report.dead)}
            {options(t_now!(studio.core), t_now!(studio.core_text), &report.core)}
            {rules(t_now!(studio.redundant), t_now!(studio.redundant_text), &report.redundant)}
            {rules(t_now!(studio.void), t_now!(studio.void_text), &report.void)}
            {(!report.unanswered.is_empty()).then(|| view! { <p class="studio__lead">{t!(studio.unanswered)}</p> })}
        </div>
    }
    .into_any()
}

fn remark(title: &'static str, text: &'static str, count: usize, content: AnyView) -> AnyView {
    view! {
        <details class="remark" open=count <= 5>
            <summary><Glyph icon=Icon::INFO /> <strong>{title}</strong> <span>{count}</span></summary>
            <p class="studio__lead">{text}</p>
            {content}
        </details>
    }
    .into_any()
}
