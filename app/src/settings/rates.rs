//! What other currencies are worth in the company's own, by day.

use leptos::prelude::*;
use muster_shared::{
    company::NewRates,
    money::{Currency, Rate, Rates},
};

use super::RoomHead;
use crate::{
    api::Reading,
    browser::format::{self, DayStyle},
    company::{RateInput, api, unit_price},
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{AsyncView, Button, ButtonKind, DateInput, EmptyState, Field, FormError, Icon, SkeletonKind, reactive, use_toaster},
};

/// The latest rates, and recording new ones.
#[component]
pub fn RatesRoom() -> impl IntoView {
    let rates = Reading::new(api::rates);
    let refresh = Callback::new(move |()| rates.refetch());
    let show = move |rates: Rates| view! { <RateTable rates on_change=refresh /> }.into_any();
    view! {
        <RoomHead title=t!(settings.rates_title) text=t!(settings.rates_text) />
        <AsyncView resource=rates skeleton=SkeletonKind::Rows count=4 children=show />
    }
    .into_any()
}

#[component]
fn RateTable(rates: Rates, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let base = rates.base;
    let others: Vec<Currency> = session.me_untracked().company.currencies.into_iter().filter(|c| *c != base).collect();
    if others.is_empty() {
        return view! { <EmptyState title=t!(settings.no_currencies) text=t!(settings.no_currencies_text) icon=Icon::WALLET /> }.into_any();
    }
    let day = RwSignal::new(Some(session.today()));
    let inputs: Vec<(Currency, RwSignal<Option<i64>>)> = others.iter().map(|c| (*c, RwSignal::new(None))).collect();
    let typed = inputs.clone();
    let sending = Sending::new();
    let has_some = {
        let inputs = inputs.clone();
        Memo::new(move |_| day.get().is_some() && inputs.iter().any(|(_, nano)| nano.get().is_some()))
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(day) = day.get_untracked() else { return };
        let new =
            typed.iter().filter_map(|(currency, nano)| Some(Rate { currency: *currency, day, nano: nano.get_untracked()? })).collect();
        let new = NewRates { rates: new };
        sending.run(async move { api::add_rates(&new).await }, move |()| {
            toaster.say(t_now!(settings.rates_saved));
            on_change.run(());
        });
    };
    let rows = inputs.into_iter().map(|(currency, nano)| rate_row(&rates, currency, nano)).collect_view();
    view! {
        <form class="stack" on:submit=submit>
            <table class="grid">
                <thead>
                    <tr>
                        <th scope="col">{t!(settings.one_unit)}</th>
                        <th scope="col" class="grid__end">{t!(settings.latest_rate)}</th>
                        <th scope="col">{t!(settings.as_of)}</th>
                        <th scope="col">{t!(settings.new_rate)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <div class="form form--line">
                <Field label=t!(settings.rate_day) required=true><DateInput value=day /></Field>
                <Button kind=ButtonKind::Main submit=true disabled=Signal::derive(move || !has_some.get()) busy=sending.busy()>{t!(settings.record_rates)}</Button>
            </div>
            <FormError error=sending.error() />
        </form>
    }
    .into_any()
}

fn rate_row(rates: &Rates, currency: Currency, nano: RwSignal<Option<i64>>) -> AnyView {
    let base = rates.base;
    let day = rates.rates.iter().find(|rate| rate.currency == currency).map(|rate| rate.day);
    let rates = rates.clone();
    let price = move || match unit_price(&rates, currency) {
        Some(price) => format!("{price}\u{a0}{}", format::currency_symbol(base)),
        None => "–".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">"1 " {currency.code().to_owned()}</th>
            <td class="grid__end">{reactive(price)}</td>
            <td>{reactive(move || day.map_or_else(|| t!(settings.never)().to_owned(), |day| format::day(day, DayStyle::Short)))}</td>
            <td><RateInput value=nano base label=t!(settings.rate_of, what = currency.code()) /></td>
        </tr>
    }
    .into_any()
}
