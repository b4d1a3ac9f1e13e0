//! Into the shop: the day, what changes in a sentence, and what can be done with a version afterwards.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    catalog::{ModelVersion, Publication, studio::CheckReport},
    problem::FieldError,
};

use super::{
    api,
    draft::{Draft, use_draft},
    page::use_studio,
    part::Part,
};
use crate::{
    browser::format::{self, DayStyle},
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{Button, ButtonKind, DateInput, Dialog, Field, FormError},
};

/// The dialog that publishes what was checked.
#[component]
pub fn PublishDialog(open: RwSignal<bool>) -> impl IntoView {
    view! { <Dialog open title=t!(studio.publish)>{move || form(open)}</Dialog> }.into_any()
}

fn form(open: RwSignal<bool>) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let day = RwSignal::new(Some(use_session().today()));
    let sending = Sending::new();
    let done = move |version: ModelVersion| {
        open.set(false);
        let day = version.from_day.map(|day| format::day(day, DayStyle::Long)).unwrap_or_default();
        draft.toaster.say(t_now!(studio.published, number = version.number, day = day));
        draft.is_now(version);
        studio.refetch.run(());
        studio.query.set(&[("version", Some(draft.id.to_string())), ("part", Some(Part::History.text()))]);
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(from_day) = day.get_untracked() else {
            return sending.refuse(vec![FieldError {
                field: "from_day".to_owned(),
                code: "required".to_owned(),
                params: Default::default(),
            }]);
        };
        let version = draft.version.with_untracked(|version| version.version);
        sending.run(async move { api::publish(draft.id, version, Publication { from_day }).await }, done);
    };
    let says = draft.report.with_untracked(|report| report.as_ref().map(|report| summary(draft, report))).unwrap_or_default();
    view! {
        <form class="dialog__form" on:submit=submit novalidate>
            <p class="dialog__text">{says}</p>
            <Field label=t!(studio.publish_day) required=true hint=t!(studio.publish_day_hint) error=sending.field("from_day")><DateInput value=day /></Field>
            <FormError error=sending.error() />
            <footer class="dialog__foot">
                <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(studio.publish)}</Button>
            </footer>
        </form>
    }
    .into_any()
}

/// What publishing changes, in a sentence.
pub fn summary(draft: Draft, report: &CheckReport) -> String {
    let number = draft.version.with_untracked(|version| version.number);
    let Some(comparison) = &report.comparison else { return t_now!(studio.first_version, number = number) };
    let rules = comparison.rules_new.len() + comparison.rules_gone.len() + comparison.rules_changed.len();
    let (new, gone, prices) = (comparison.options_new.len(), comparison.options_gone.len(), comparison.prices.len());
    let parts = [
        (new, t_now!(studio.count_options_new, count = new)),
        (gone, t_now!(studio.count_options_gone, count = gone)),
        (rules, t_now!(studio.count_rules, count = rules)),
        (prices, t_now!(studio.count_prices, count = prices)),
    ];
    let said: Vec<String> = parts.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
    if said.is_empty() {
        return t_now!(studio.nothing_changes, number = comparison.number);
    }
    t_now!(studio.changes_since, number = comparison.number, changes = said.join(", "))
}

/// Checks what is stored, with outliers that are meant so.
pub fn check(draft: Draft, accepted: Vec<String>) {
    if draft.checking.get_untracked() {
        return;
    }
    draft.checking.set(true);
    spawn_local(async move {
        let answer = if draft.settle().await {
            Some(api::check(draft.id, draft.version.with_untracked(|version| version.version), accepted).await)
        } else {
            None
        };
        if draft.checking.try_set(false).is_some() {
            return;
        }
        match answer {
            Some(Ok(report)) => {
                draft.is_now(report.version.clone());
                draft.report.set(Some(report));
            }
            Some(Err(error)) => {
                // Somebody else went on meanwhile: what is stored now is what to check.
                spawn_local(draft.read_again());
                draft.toaster.fail(error);
            }
            None => draft.toaster.note(t_now!(studio.not_saved)),
        }
    });
}
