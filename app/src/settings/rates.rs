//! What other currencies are worth in the company's own, by day.

use leptos::prelude::*;
use muster_shared::{
    check::Checks,
    company::NewRates,
    event::EntityKind,
    money::{Currency, Rate, Rates},
    problem::FieldError,
    time::Day,
};

use super::{RoomHead, kept::Kept};
use crate::{
    api::Reading,
    browser::format::{self, DayStyle},
    company::{RateInput, api, unit_price},
    live::use_live,
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{Button, ButtonKind, DateInput, EmptyState, Field, FormError, Icon, reactive, use_toaster},
};

/// The latest rates, and recording new ones.
#[component]
pub fn RatesRoom() -> impl IntoView {
    let changes = use_live().changes(&[EntityKind::Rate]);
    let rates = Kept::new(Reading::new(move || {
        changes.track();
        api::rates()
    }));
    view! {
        <RoomHead title=t!(settings.rates_title) text=t!(settings.rates_text) />
        {rates.show(4, move || view! { <RateTable rates /> }.into_any())}
    }
    .into_any()
}

/// A rate as it is typed.
#[derive(Clone, Copy)]
struct Typed {
    currency: Currency,
    nano: RwSignal<Option<i64>>,
    is_wrong: RwSignal<bool>,
}

/// What is to be recorded; the first field complains where nothing is typed at all.
fn wanted(day: Option<Day>, typed: &[(Currency, Option<i64>, bool)]) -> Result<NewRates, Vec<FieldError>> {
    let rate = |(currency, nano, _): &(Currency, Option<i64>, bool)| Some(Rate { currency: *currency, day: day?, nano: (*nano)? });
    let mut checks = Checks::new();
    checks.that(day.is_some(), "day", "required");
    if let ([(first, ..), ..], true) = (typed, typed.iter().all(|(_, nano, is_wrong)| nano.is_none() && !is_wrong)) {
        checks.fail(first.code(), "required");
    }
    checks.done().map(|()| NewRates { rates: typed.iter().filter_map(rate).collect() })
}

#[component]
fn RateTable(rates: Kept<Rates>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let base = untrack(|| rates.with(|rates| rates.base)).unwrap_or(Currency::EUR);
    let others: Vec<Currency> = session.me_untracked().company.currencies.into_iter().filter(|c| *c != base).collect();
    if others.is_empty() {
        return view! { <EmptyState title=t!(settings.no_currencies) text=t!(settings.no_currencies_text) icon=Icon::WALLET /> }.into_any();
    }
    let day = RwSignal::new(Some(session.today()));
    let typed = |currency| Typed { currency, nano: RwSignal::new(None), is_wrong: RwSignal::new(false) };
    let typed: Vec<Typed> = others.into_iter().map(typed).collect();
    let sending = Sending::new();
    let rows = typed.iter().map(|rate| rate_row(rates, base, *rate, sending)).collect_view();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let values: Vec<_> = typed.iter().map(|rate| (rate.currency, rate.nano.get_untracked(), rate.is_wrong.get_untracked())).collect();
        let typed = typed.clone();
        match wanted(day.get_untracked(), &values) {
            Err(errors) => sending.refuse(errors),
            // A rate that cannot be read keeps all of them from being sent, and its field says why.
            Ok(new) => sending.run(async move { api::add_rates(&new).await }, move |()| {
                for rate in typed {
                    rate.nano.set(None);
                }
                toaster.say(t_now!(settings.rates_saved));
                rates.refresh().run(());
            }),
        }
    };
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
                <Field label=t!(settings.rate_day) required=true error=sending.field("day")><DateInput value=day /></Field>
                <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(settings.record_rates)}</Button>
            </div>
            <FormError error=sending.error() />
        </form>
    }
    .into_any()
}

fn rate_row(rates: Kept<Rates>, base: Currency, typed: Typed, sending: Sending) -> AnyView {
    let Typed { currency, nano, is_wrong } = typed;
    let day = move || rates.with(|rates| rates.rates.iter().find(|rate| rate.currency == currency).map(|rate| rate.day)).flatten();
    let price = move || match rates.with(|rates| unit_price(rates, currency)).flatten() {
        Some(price) => format!("{price}\u{a0}{}", format::currency_symbol(base)),
        None => "–".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">"1 " {currency.code().to_owned()}</th>
            <td class="grid__end">{reactive(price)}</td>
            <td>{reactive(move || day().map_or_else(|| t!(settings.never)().to_owned(), |day| format::day(day, DayStyle::Short)))}</td>
            <td>
                <Field label=t!(settings.rate_of, what = currency.code()) label_hidden=true error=sending.field(currency.code())>
                    <RateInput value=nano base is_wrong />
                </Field>
            </td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(day: Option<i32>, typed: &[(Currency, Option<i64>, bool)], expected: Result<usize, &str>) {
        let found = wanted(day.map(Day), typed);
        assert_eq!(found.as_ref().map(|new| new.rates.len()).map_err(|errors| errors[0].field.as_str()), expected);
    }

    #[test]
    fn what_is_typed_is_recorded_and_what_is_missing_is_said() {
        let (usd, gbp) = (Currency::USD, Currency::GBP);
        check(Some(1), &[(usd, Some(5), false), (gbp, None, false)], Ok(1));
        check(Some(1), &[(usd, None, false), (gbp, None, false)], Err("USD"));
        // Its own field says that it is no rate.
        check(Some(1), &[(usd, None, false), (gbp, None, true)], Ok(0));
        check(None, &[(usd, Some(5), false)], Err("day"));
    }
}
