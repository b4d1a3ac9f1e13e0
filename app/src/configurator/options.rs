//! The groups of a step with their options: what each costs now, and what is not possible.

use leptos::prelude::*;
use muster_shared::{configurator::model::GroupKind, configurator::problem::Value};

use super::{price::difference, refusal::Refused, way::Way};
use crate::{
    i18n::lang,
    t, t_now,
    ui::{Glyph, Icon, reactive, unique_id},
};

/// One group.
#[component]
pub fn Group(way: Way, group: usize) -> impl IntoView {
    let (kind, count) = way.group(group, |it| (it.kind, it.options.len() as Value));
    let is_shown = move |value: &Value| !way.option(group, *value, |option| option.is_elsewhere);
    let values: Vec<Value> = (0..count).filter(is_shown).collect();
    match (kind, values.as_slice()) {
        // Nothing to choose in this market.
        (_, [] | [_]) => ().into_any(),
        (GroupKind::Switch, [off, on]) => view! { <Toggle way group off=*off on=*on /> }.into_any(),
        _ => view! { <Several way group kind values /> }.into_any(),
    }
}

/// A group whose options are shown one by one.
#[component]
fn Several(way: Way, group: usize, kind: GroupKind, values: Vec<Value>) -> impl IntoView {
    let id = unique_id("group");
    let labelled_by = id.clone();
    let name = move || way.group(group, |it| it.name.get(lang()).to_owned());
    // The option that was pressed although it is not possible.
    let asked = RwSignal::new(None::<Value>);
    let now = move || {
        let value = way.value(group);
        way.option(group, value, |option| option.name.get(lang()).to_owned())
    };
    let class = match kind {
        GroupKind::Swatch => "options options--swatch",
        GroupKind::Material => "options options--material",
        GroupKind::List | GroupKind::Switch => "options",
    };
    let options = values.into_iter().map(|value| view! { <Choice way group value kind asked /> }.into_any()).collect_view();
    let refused = move || {
        let value = asked.get()?;
        way.difference(group, value).is_none().then(|| view! { <Refused way group value on_done=move || asked.set(None) /> }.into_any())
    };
    let detail = (kind == GroupKind::Swatch || kind == GroupKind::Material).then(|| reactive(refused));
    view! {
        <section class="group" aria-labelledby=labelled_by>
            <header class="group__head">
                <h3 class="group__name" id=id>{reactive(name)}</h3>
                <span class="group__now">{reactive(now)}</span>
            </header>
            <div class=class>{options}</div>
            {detail}
        </section>
    }
    .into_any()
}

/// A group that is had or not: one row.
#[component]
fn Toggle(way: Way, group: usize, off: Value, on: Value) -> impl IntoView {
    let is_on = Memo::new(move |_| way.value(group) == on);
    let other = Memo::new(move |_| if is_on.get() { off } else { on });
    let cost = Memo::new(move |_| way.difference(group, other.get()));
    let is_asked = RwSignal::new(false);
    let name = move || way.group(group, |it| it.name.get(lang()).to_owned());
    let text = move || way.option(group, on, |option| option.text.get(lang()).to_owned());
    let press = move |_| {
        if cost.get_untracked().is_none() {
            is_asked.update(|asked| *asked = !*asked);
        } else {
            is_asked.set(false);
            way.choose(group, other.get_untracked());
        }
    };
    let state = move || match (cost.get(), is_on.get()) {
        (None, true) => t_now!(configurator.needed).to_owned(),
        (None, false) => t_now!(configurator.not_now).to_owned(),
        (Some(_), true) => way_word(way, group),
        (Some(minor), false) => difference(way, minor),
    };
    let note = move || {
        let text = text();
        (!text.is_empty()).then(|| view! { <small class="option__text">{text}</small> })
    };
    let refused = move || {
        let value = other.get();
        (is_asked.get() && cost.get().is_none()).then(|| view! { <Refused way group value on_done=move || is_asked.set(false) /> })
    };
    view! {
        <section class="group group--switch">
            <div class="option" class:option--chosen=move || is_on.get() class:option--out=move || cost.get().is_none() && !is_on.get()>
                <button
                    type="button"
                    class="option__press toggle"
                    role="switch"
                    aria-checked=move || is_on.get().to_string()
                    aria-expanded=move || cost.get().is_none().then(|| is_asked.get().to_string())
                    on:click=press
                >
                    <span class="toggle__track" aria-hidden="true"></span>
                    <span class="toggle__say">
                        <span class="option__line"><span class="option__name">{reactive(name)}</span> <span class="option__price">{reactive(state)}</span></span>
                        {reactive(note)}
                    </span>
                </button>
                {reactive(refused)}
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Choice(way: Way, group: usize, value: Value, kind: GroupKind, asked: RwSignal<Option<Value>>) -> impl IntoView {
    let is_chosen = Memo::new(move |_| way.value(group) == value);
    let cost = Memo::new(move |_| way.difference(group, value));
    let is_refused = Memo::new(move |_| cost.get().is_none());
    let name = move || way.option(group, value, |option| option.name.get(lang()).to_owned());
    let text = move || way.option(group, value, |option| option.text.get(lang()).to_owned());
    let press = move |_| {
        if is_refused.get_untracked() {
            asked.update(|asked| *asked = if *asked == Some(value) { None } else { Some(value) });
        } else {
            asked.set(None);
            way.choose(group, value);
        }
    };
    let price =
        move || if is_chosen.get() { way_word(way, group) } else { cost.get().map(|minor| difference(way, minor)).unwrap_or_default() };
    let is_open = move || asked.get() == Some(value);
    let pressed = move || is_chosen.get().to_string();
    let swatch = way.option(group, value, |option| option.swatch.clone());
    if kind == GroupKind::Swatch {
        let label = move || {
            let state = if is_refused.get() { t_now!(configurator.not_now).to_owned() } else { price() };
            format!("{}, {state}", name())
        };
        return view! {
            <button
                type="button"
                class="swatch"
                class:swatch--out=move || is_refused.get()
                aria-pressed=pressed
                aria-label=label
                title=label
                on:click=press
            >
                <span class="swatch__colour" style:background-color=swatch></span>
            </button>
        }
        .into_any();
    }
    let is_material = kind == GroupKind::Material;
    let sample = is_material.then(|| view! { <span class="option__sample" style:background-color=swatch></span> });
    let mark = (!is_material).then(|| reactive(move || is_chosen.get().then(|| view! { <Glyph icon=Icon::CHECK /> })));
    let note = move || {
        let text = text();
        (!text.is_empty() && !is_material).then(|| view! { <small class="option__text">{text}</small> })
    };
    let refused = move || {
        (is_open() && is_refused.get() && !is_material).then(|| view! { <Refused way group value on_done=move || asked.set(None) /> })
    };
    let state = move || {
        if is_refused.get() {
            view! { <span class="option__price option__price--out">{t!(configurator.not_now)}</span> }.into_any()
        } else {
            view! { <span class="option__price">{price()}</span> }.into_any()
        }
    };
    view! {
        <div class="option" class:option--chosen=move || is_chosen.get() class:option--out=move || is_refused.get()>
            <button
                type="button"
                class="option__press"
                aria-pressed=pressed
                aria-expanded=move || (is_refused.get() && !is_material).then(|| is_open().to_string())
                on:click=press
            >
                {sample} <span class="option__line"><span class="option__name">{reactive(name)} {mark}</span> {reactive(state)}</span>
                {reactive(note)}
            </button>
            {reactive(refused)}
        </div>
    }
    .into_any()
}

/// What stands beside the option that is in the build.
fn way_word(way: Way, group: usize) -> String {
    if way.is_own(group) { t_now!(configurator.yours).to_owned() } else { t_now!(configurator.included).to_owned() }
}
