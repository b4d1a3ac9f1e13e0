//! Why not, in one sentence, and what would help, in one click.

use leptos::prelude::*;
use muster_shared::configurator::problem::Value;

use super::{
    api,
    price::difference,
    way::{Offered, Way},
};
use crate::{
    i18n::lang,
    t, t_now,
    ui::{Reading, reactive},
};

/// The reason of one option, with up to three ways to have it all the same.
#[component]
pub fn Refused(way: Way, group: usize, value: Value, #[prop(into)] on_done: Callback<()>) -> impl IntoView {
    // Why the rule is there is the server's to say; without a network the choices alone are named.
    let rules = Reading::new(move || {
        let question = way.question(group, value);
        async move { api::reasons(&question).await }
    });
    let sentences = move || match rules.get() {
        None => ().into_any(),
        Some(Ok(found)) => found
            .sentences
            .iter()
            .map(|rule| view! { <p class="refusal__rule">{rule.get(lang()).to_owned()}</p> })
            .collect_view()
            .into_any(),
        Some(Err(_)) => view! { <p class="refusal__rule">{t!(configurator.rules_missing)}</p> }.into_any(),
    };
    let shown = move || {
        let refusal = way.refusal(group, value)?;
        let why = sentence(way, group, value, &refusal.against);
        let ways = refusal.ways.into_iter().map(|offered| offer(way, group, value, offered, on_done)).collect_view();
        Some(view! { <p class="refusal__why">{why}</p> {reactive(sentences)} <div class="refusal__ways">{ways}</div> })
    };
    view! { <div class="refusal" role="status">{reactive(shown)}</div> }.into_any()
}

fn named(way: Way, (group, value): (usize, Value)) -> String {
    let name = way.option(group, value, |option| option.name.get(lang()).to_owned());
    format!("{} ({name})", way.group(group, |it| it.name.get(lang()).to_owned()))
}

fn sentence(way: Way, group: usize, value: Value, against: &[(usize, Value)]) -> String {
    let wanted = way.option(group, value, |option| option.name.get(lang()).to_owned());
    if against.is_empty() {
        return t_now!(configurator.never, option = wanted);
    }
    let names: Vec<String> = against.iter().map(|choice| named(way, *choice)).collect();
    t_now!(configurator.not_with, option = wanted, choices = names.join(t_now!(configurator.and)))
}

fn offer(way: Way, group: usize, value: Value, offered: Offered, on_done: Callback<()>) -> AnyView {
    let wanted = way.option(group, value, |option| option.name.get(lang()).to_owned());
    let changes: Vec<String> = offered.changes.iter().map(|choice| named(way, *choice)).collect();
    let text = if changes.is_empty() {
        t_now!(configurator.take, option = wanted)
    } else {
        t_now!(configurator.take_with, option = wanted, changes = changes.join(t_now!(configurator.and)))
    };
    let price = difference(way, offered.difference);
    let take = move |_| {
        way.take(&offered);
        on_done.run(());
    };
    view! {
        <button type="button" class="refusal__take" on:click=take>
            <span>{text}</span> <b>{price}</b>
        </button>
    }
    .into_any()
}

/// What the last click changed beside what was clicked, with the way back.
#[component]
pub fn Consequences(way: Way) -> impl IntoView {
    let shown = move || {
        let consequence = way.consequence.get()?;
        let list: Vec<String> = consequence.changes.iter().map(|choice| named(way, *choice)).collect();
        let price = difference(way, consequence.difference);
        Some(view! {
            <div class="consequence">
                <p>{t!(configurator.followed, changes = list.join(", "), price = price)}</p>
                <button type="button" class="consequence__undo" on:click=move |_| way.undo()>{t!(ui.undo)}</button>
            </div>
        })
    };
    view! { <div role="status">{reactive(shown)}</div> }.into_any()
}
