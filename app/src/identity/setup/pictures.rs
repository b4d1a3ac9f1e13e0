//! What comes of the answers, drawn beside the questions.

use leptos::prelude::*;
use muster_shared::money::Money;

use super::form::SetupForm;
use crate::{
    browser::format,
    company::CalendarPicture,
    t,
    ui::{Avatar, Size, reactive},
};

/// The board as it will be.
#[component]
pub fn BoardPicture(form: SetupForm) -> impl IntoView {
    const CARDS: [usize; 5] = [3, 2, 2, 1, 1];
    let columns = move || {
        let stages = form.stages.get();
        stages
            .into_iter()
            .enumerate()
            .map(|(i, stage)| {
                let cards = (0..CARDS.get(i).copied().unwrap_or(1)).map(|n| card(n % 2 == i % 2)).collect_view();
                let figures = move || {
                    let chance = stage.probability.get();
                    match stage.limit.get().trim().parse::<i64>() {
                        Ok(days) => format!("{} % · {}", chance.trim(), t!(setup.days, count = days)()),
                        Err(_) => format!("{} %", chance.trim()),
                    }
                };
                view! {
                    <div class="mini__col">
                        <span class="mini__name"><i class=swatch(i)></i> <b>{reactive(move || stage.name.get())}</b></span>
                        <span class="mini__sum">{reactive(figures)}</span>
                        {cards}
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <div aria-hidden="true">
            <div class="mini" class:mini--few=move || form.stages.with(|s| s.len() < 6)>{reactive(columns)}</div>
            <p class="mini__caption">{t!(setup.picture_board)}</p>
        </div>
    }
    .into_any()
}

fn card(is_wide: bool) -> AnyView {
    view! { <div class="mini__card" class:mini__card--wide=is_wide><i></i><i></i><i></i></div> }.into_any()
}

/// The class of a stage's colour: one hue that deepens.
pub fn swatch(index: usize) -> String {
    format!("swatch swatch--{}", (index + 1).min(5))
}

/// How names and amounts will look.
#[component]
pub fn CompanyPicture(form: SetupForm) -> impl IntoView {
    let name = move || Some(form.company.get()).filter(|n| !n.trim().is_empty()).unwrap_or_else(|| t!(setup.your_company)().to_owned());
    let amount = move || {
        let currency = form.currency.get();
        // A figure of everyday size in the currency: a billion dong, forty-eight thousand of others.
        let minor = if currency.decimals() == 0 { 1_284_000_000 } else { 48_500 * 10_i64.pow(currency.decimals()) };
        format::money(Money::new(minor, currency))
    };
    view! {
        <div class="plate" aria-hidden="true">
            <span class="plate__name">{reactive(name)}</span>
            <span class="plate__amount">{reactive(amount)}</span>
            <span class="plate__note">{t!(setup.picture_company)}</span>
        </div>
    }
    .into_any()
}

/// The coming weeks as they will be worked.
#[component]
pub fn WeeksPicture(form: SetupForm) -> impl IntoView {
    view! { <CalendarPicture workdays=form.workdays holidays=form.holidays /> }.into_any()
}

/// The administrator as others will see them.
#[component]
pub fn YouPicture(form: SetupForm) -> impl IntoView {
    let name = Signal::derive(move || Some(form.name.get()).filter(|n| !n.trim().is_empty()).unwrap_or_else(|| t!(setup.you)().to_owned()));
    view! {
        <div class="plate plate--person" aria-hidden="true">
            {reactive(move || view! { <Avatar name=name.get() size=Size::Large decorative=true /> })}
            <span class="plate__name">{name}</span>
            <span class="plate__note">{reactive(move || form.mail.get())}</span>
            <span class="plate__note">{t!(setup.administrator)}</span>
        </div>
    }
    .into_any()
}
