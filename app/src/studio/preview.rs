//! What the model comes to as it is edited: picture and price of a build that one tries, or what does not hold.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    configurator::{
        model::{Group, Model, Scene},
        offer::{Offer, OfferGroup},
        session::Session,
    },
    money::Money,
};

use super::{
    api,
    draft::{Draft, use_draft},
    findings::{Shown, chosen, count_text},
    page::use_studio,
    part::Part,
    wording::{self, Trouble},
};
use crate::{
    browser::{format, media, page},
    i18n::lang,
    t, t_now,
    ui::{Button, Glyph, Icon, LinkButton, Select, SelectOption, Size, each, reactive},
};

/// A build that is tried in the editor.
#[derive(Clone, Copy)]
pub struct Trial {
    draft: Draft,
    /// Option by group, the last choice last.
    choices: RwSignal<Vec<(String, String)>>,
    /// The price list; the first where it is gone.
    list: RwSignal<String>,
    shown: Memo<Option<Arc<Shown>>>,
}

/// The build that is tried around.
pub fn use_trial() -> Trial {
    expect_context()
}

impl Trial {
    /// Nothing chosen.
    pub fn new(draft: Draft) -> Self {
        let (choices, list) = (RwSignal::new(Vec::new()), RwSignal::new(String::new()));
        let shown = Memo::new(move |_| {
            let found = draft.findings.get();
            let wanted = list.get();
            let code =
                found.model.prices.iter().find(|it| it.code == wanted).or_else(|| found.model.prices.first()).map(|it| it.code.clone())?;
            choices.with(|choices| found.shown(&code, choices)).map(Arc::new)
        });
        Self { draft, choices, list, shown }
    }

    /// Chooses an option; what stands against it gives way as it would for a customer.
    pub fn choose(self, group: &str, option: &str) {
        let Some(shown) = self.shown.get_untracked() else { return };
        let found = self.draft.findings.get_untracked();
        let Some((offer, session)) = found.session(&shown.offer.list) else { return };
        let wanted = (group.to_owned(), option.to_owned());
        let Some(wanted) = chosen(&offer, std::slice::from_ref(&wanted)).first().copied() else { return };
        let now: Vec<_> =
            self.choices.with_untracked(|choices| chosen(&offer, choices)).into_iter().filter(|(var, _)| *var != wanted.0).collect();
        let is_open = session.diagram().choice(wanted.0, wanted.1);
        let next = if shown.answer.with.get(is_open as usize).is_some_and(Option::is_some) {
            now.into_iter().chain([wanted]).collect()
        } else {
            let repairs = session.repairs(&now, wanted);
            repairs.first().map_or_else(|| vec![wanted], |repair| Session::repaired(&now, wanted, repair))
        };
        let name = |(var, value): (usize, u32)| {
            let group = &offer.groups[offer.group_of(var)?];
            Some((group.code.clone(), group.options.get(value as usize)?.code.clone()))
        };
        self.choices.set(next.into_iter().filter_map(name).collect());
    }

    fn clear(self) {
        self.choices.set(Vec::new());
    }
}

/// The column that shows it.
#[component]
pub fn Preview(draft: Draft) -> impl IntoView {
    let trial = use_trial();
    let troubles = Memo::new(move |_| {
        let found = draft.findings.get();
        found.defects.iter().map(|defect| wording::defect(defect, &found.model)).collect::<Vec<_>>()
    });
    let has_shown = Memo::new(move |_| trial.shown.with(Option::is_some));
    let view = move || {
        if troubles.with(|troubles| !troubles.is_empty()) {
            return view! { <Troubles troubles=Signal::derive(move || troubles.get()) /> }.into_any();
        }
        if has_shown.get() {
            return view! { <Sight draft trial /> }.into_any();
        }
        let text = draft.findings.with(|found| match &found.built {
            Some(built) if built.count.is_zero() => t_now!(studio.nothing_left),
            Some(_) => t_now!(studio.no_prices),
            None => t_now!(studio.too_large_here),
        });
        view! { <p class="preview__note">{text}</p> }.into_any()
    };
    view! { <aside class="preview" aria-label=t!(studio.preview)>{reactive(view)}</aside> }.into_any()
}

/// What does not hold, with the way to each place.
#[component]
pub fn Troubles(#[prop(into)] troubles: Signal<Vec<Trouble>>) -> impl IntoView {
    let studio = use_studio();
    let title = move || t!(studio.problems, count = troubles.with(Vec::len))();
    let lines = move || {
        let line = |trouble: Trouble| {
            let part = trouble.part.clone();
            view! { <li><a class="trouble" href=move || studio.href(&part)><strong>{trouble.place}</strong> <span>{trouble.text}</span></a></li> }
        };
        troubles.get().into_iter().map(line).collect_view()
    };
    view! {
        <section class="troubles">
            <h3 class="troubles__title"><Glyph icon=Icon::TRIANGLE_ALERT /> <span role="status">{reactive(title)}</span></h3>
            <ul>{reactive(lines)}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Sight(draft: Draft, trial: Trial) -> impl IntoView {
    let total =
        move || trial.shown.with(|shown| shown.as_ref().map(|shown| format::money(Money::new(shown.answer.price, shown.offer.currency))));
    let about = move || {
        let days = trial.shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.answer.lead_days));
        let count = draft.findings.with(|found| found.built.as_ref().map(|built| count_text(&built.count))).unwrap_or_default();
        let count = t!(studio.configurations, number = count)();
        if days == 0 { count } else { format!("{count} · {}", t!(studio.days, count = days)()) }
    };
    let lists = Signal::derive(move || {
        let studio = use_studio();
        draft.model.with(|model| {
            let option = |list: &muster_shared::configurator::model::PriceList| {
                SelectOption::new(list.code.clone(), format!("{} · {}", studio.market_name(&list.market), list.code))
            };
            model.prices.iter().map(option).collect::<Vec<_>>()
        })
    });
    let has_many = Memo::new(move |_| lists.with(Vec::len) > 1);
    let pick = move || has_many.get().then(|| view! { <Select value=trial.list options=lists label=t!(studio.price_list) /> });
    let is_begun = Memo::new(move |_| trial.choices.with(|choices| !choices.is_empty()));
    let clear = move || {
        is_begun.get().then(
            || view! { <Button size=Size::Small icon=Icon::REFRESH_CW on_press=move || trial.clear()>{t!(studio.start_over)}</Button> },
        )
    };
    view! {
        <Picture trial />
        <div class="preview__sum">
            <strong class="preview__total" role="status">{reactive(total)}</strong>
            <span class="preview__about">{reactive(about)}</span>
        </div>
        <div class="preview__pick">{reactive(pick)}</div>
        <Choices draft trial />
        <div class="preview__foot">{reactive(clear)} <DealerLink draft trial /></div>
    }
    .into_any()
}

/// The drawings of the step at hand.
#[component]
fn Picture(trial: Trial) -> impl IntoView {
    let studio = use_studio();
    let draft = use_draft();
    let view = Memo::new(move |_| {
        let part = studio.part.get();
        trial.shown.with(|shown| {
            let offer = &shown.as_ref()?.offer;
            let step = match &part {
                Part::Group(code) => offer.groups.iter().find(|group| group.code == *code).map(|group| group.step.clone()),
                _ => None,
            };
            let wanted = step.and_then(|step| offer.steps.iter().find(|it| it.code == step).map(|it| it.view.clone()));
            let views = &offer.pictures.views;
            views
                .iter()
                .find(|view| Some(&view.code) == wanted.as_ref())
                .or_else(|| views.first())
                .map(|view| (view.code.clone(), view.width, view.height))
        })
    });
    let scene = if media::is_dark() { Scene::Night } else { Scene::Day };
    let layers = move || {
        let Some((view, ..)) = view.get() else { return Vec::new() };
        trial.shown.with(|shown| {
            let Some(shown) = shown else { return Vec::new() };
            shown.offer.layers(&view, scene, &shown.answer.configuration).map(|layer| layer.file.clone()).collect()
        })
    };
    let ratio = move || view.get().map_or_else(|| "2".to_owned(), |(_, width, height)| format!("{width} / {height}"));
    let name = move || draft.model.with(|model| wording::named(&model.name, ""));
    let drawn = StoredValue::new(layers);
    let shown = move || {
        let has_view = view.with(Option::is_some);
        if !has_view {
            return view! { <p class="preview__note">{t!(studio.no_pictures)}</p> }.into_any();
        }
        let pictures = each(
            move || drawn.with_value(|layers| layers()),
            String::clone,
            |file| view! { <img class="preview__layer" src=api::drawing(&file) alt="" /> }.into_any(),
        );
        view! { <div class="preview__picture" role="img" aria-label=name style:aspect-ratio=ratio>{pictures}</div> }.into_any()
    };
    reactive(shown)
}

/// The groups that matter where one edits: those of the group's step, those that a rule speaks of.
fn at_hand(part: &Part, model: &Model) -> Vec<String> {
    let step_of = |code: &String| model.groups.iter().find(|group| group.code == *code).map(|group| group.step.clone());
    let is_at_hand = |group: &Group| match part {
        Part::Group(code) => step_of(code).is_some_and(|step| step == group.step),
        Part::Rule(code) => model.rules.iter().find(|rule| rule.code == *code).is_some_and(|rule| {
            let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            rule.condition.split(|c| !is_inside(c)).any(|word| word == group.code)
                || rule.table.as_ref().is_some_and(|table| table.groups.contains(&group.code))
        }),
        _ => false,
    };
    model.groups.iter().filter(|group| is_at_hand(group)).map(|group| group.code.clone()).collect()
}

/// Selects for the groups at hand.
#[component]
fn Choices(draft: Draft, trial: Trial) -> impl IntoView {
    let studio = use_studio();
    let groups = Memo::new(move |_| {
        let part = studio.part.get();
        draft.model.with(|model| at_hand(&part, model))
    });
    let row = move |code: String| {
        let code = StoredValue::new(code);
        let read = move || {
            trial.shown.with(|shown| {
                let shown = shown.as_ref()?;
                let at = shown.offer.groups.iter().position(|group| code.with_value(|code| group.code == *code))?;
                Some((
                    shown.offer.groups[at].clone(),
                    shown.answer.configuration.get(Offer::var(at)).copied().unwrap_or_default(),
                    open(shown, at),
                ))
            })
        };
        let now = Memo::new(move |_| read());
        let name = move || now.with(|now| now.as_ref().map(|(group, ..)| wording::named(&group.name, &group.code)).unwrap_or_default());
        let entries = move || now.with(|now| now.as_ref().map(|(group, value, open)| entries(group, *value, open)));
        let change = move |event: leptos::ev::Event| trial.choose(&code.get_value(), &event_target_value(&event));
        view! {
            <label class="preview__choice">
                <span>{reactive(name)}</span>
                <select class="input input--select" on:change=change>{reactive(entries)}</select>
            </label>
        }
        .into_any()
    };
    view! { <div class="preview__choices">{each(move || groups.get(), String::clone, row)}</div> }.into_any()
}

/// Which options of a group are possible now.
fn open(shown: &Shown, group: usize) -> Vec<bool> {
    let before: usize = shown.offer.groups.iter().take(group).map(|group| group.options.len()).sum();
    let hidden = shown.offer.conditional.len() * 2;
    let own: usize = shown.offer.groups.iter().map(|group| group.options.len()).sum();
    // Choices are numbered variable by variable, the market's first.
    let markets = shown.answer.with.len().saturating_sub(own + hidden);
    let from = markets + before;
    shown.offer.groups[group]
        .options
        .iter()
        .enumerate()
        .map(|(at, _)| shown.answer.with.get(from + at).is_some_and(Option::is_some))
        .collect()
}

fn entries(group: &OfferGroup, value: u32, open: &[bool]) -> AnyView {
    let entry = |(at, option): (usize, &muster_shared::configurator::offer::OfferOption)| {
        let name = Some(option.name.get(lang())).filter(|name| !name.is_empty()).unwrap_or(&option.code).to_owned();
        let label = if open.get(at).copied().unwrap_or(true) { name } else { t_now!(studio.not_with_this, what = name) };
        view! { <option value=option.code.clone() prop:selected=at == value as usize>{label}</option> }
    };
    group.options.iter().enumerate().map(entry).collect_view().into_any()
}

/// Makes a link for dealers of what is stored now.
#[component]
fn DealerLink(draft: Draft, trial: Trial) -> impl IntoView {
    let link = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let make = move || {
        busy.set(true);
        spawn_local(async move {
            let answer = if draft.settle().await { Some(api::preview(draft.id).await) } else { None };
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Some(Ok(preview)) => {
                    let list = trial.shown.with_untracked(|shown| shown.as_ref().map(|shown| shown.offer.list.clone()));
                    let own = draft
                        .model
                        .with_untracked(|model| model.prices.iter().find(|it| Some(&it.code) == list.as_ref()).map(|it| it.market.clone()));
                    let market = own.filter(|market| preview.markets.contains(market)).or_else(|| preview.markets.first().cloned());
                    let market = market.map(|market| format!("&market={market}")).unwrap_or_default();
                    link.set(Some(format!("/build/{}?preview={}{market}", preview.code, preview.version_id)));
                }
                Some(Err(error)) => draft.toaster.fail(error),
                None => {}
            }
        });
    };
    let shown = move || match link.get() {
        Some(href) => {
            let copy = href.clone();
            let press = move || {
                let address = page::link_to(&copy);
                spawn_local(async move {
                    if crate::browser::clipboard::copy(&address).await {
                        draft.toaster.say(t_now!(studio.link_copied));
                    }
                });
            };
            view! {
                <LinkButton size=Size::Small icon=Icon::EXTERNAL_LINK href>{t!(studio.open_preview)}</LinkButton>
                <Button size=Size::Small icon=Icon::COPY on_press=press>{t!(studio.copy_link)}</Button>
            }
            .into_any()
        }
        None => view! { <Button size=Size::Small icon=Icon::EYE busy on_press=make>{t!(studio.preview_link)}</Button> }.into_any(),
    };
    let can = move || (!draft.locked.get()).then(|| reactive(shown));
    reactive(can)
}
