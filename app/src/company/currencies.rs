//! Choosing currencies by code or by name.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{fold::fold, money::Currency};

use crate::{
    browser::{focus, names, timer},
    t,
    ui::{Chip, ChipKind, Choice, Combobox, Field, Pending, SearchFn, reactive},
};

/// Enough to see that typing narrows it down.
const SHOWN: usize = 10;

/// Offered first, before anything is typed.
const USUAL: [Currency; 4] = [Currency::VND, Currency::EUR, Currency::USD, Currency::GBP];

fn search(without: Signal<Vec<Currency>>) -> SearchFn {
    let all = StoredValue::new(names::currencies());
    Callback::new(move |text: String| {
        let wanted = fold(text.trim());
        let without = without.get_untracked();
        let known = all.with_value(|all| USUAL.into_iter().chain(all.iter().copied().filter(|c| !USUAL.contains(c))).collect::<Vec<_>>());
        let found = known.into_iter().filter(|c| !without.contains(c)).map(choice);
        let found =
            found.filter(|c| wanted.is_empty() || fold(&c.id).contains(&wanted) || fold(&c.detail).contains(&wanted)).take(SHOWN).collect();
        Box::pin(async move { Ok(found) }) as Pending<_>
    })
}

fn choice(currency: Currency) -> Choice {
    Choice { id: currency.code().to_owned(), label: currency.code().to_owned(), detail: names::currency_name(currency) }
}

/// A field for one currency.
#[component]
pub fn CurrencyInput(
    value: RwSignal<Currency>,
    #[prop(into)] label: TextProp,
    #[prop(optional, into)] hint: TextProp,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let chosen = RwSignal::new(Some(choice(value.get_untracked())));
    let take = move |choice: Choice| {
        if let Some(currency) = Currency::parse(&choice.id) {
            value.set(currency);
        }
    };
    view! {
        <Field label hint error required=true>
            <Combobox value=chosen search=search(Signal::default()) on_choose=take />
        </Field>
    }
    .into_any()
}

/// Further currencies: those chosen as chips, and a field to add one.
#[component]
pub fn CurrencyList(
    value: RwSignal<Vec<Currency>>,
    #[prop(into)] base: Signal<Currency>,
    #[prop(optional, into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let chosen = RwSignal::new(None::<Choice>);
    let without = Signal::derive(move || value.get().into_iter().chain([base.get()]).collect::<Vec<_>>());
    let take = move |choice: Choice| {
        if let Some(currency) = Currency::parse(&choice.id) {
            value.update(|list| list.push(currency));
        }
        chosen.set(None);
    };
    let remove = move |currency: Currency| {
        value.update(|list| list.retain(|other| *other != currency));
        // The cross that was pressed is gone with its chip.
        timer::after_layout(|| {
            let _ = focus::first(".many--currencies .chip__remove") || focus::first(".many--currencies input");
        });
    };
    let chips = move || {
        let list = value.get().into_iter().filter(|c| *c != base.get());
        list.map(|currency| {
            view! {
                <Chip
                    kind=ChipKind::On
                    name=currency.code().to_owned()
                    on_remove=move || remove(currency)
                >
                    {currency.code().to_owned()}
                </Chip>
            }
        })
        .collect_view()
    };
    view! {
        <div class="many many--currencies">
            <Field label=t!(company.currencies) hint=t!(company.currencies_hint) error>
                <Combobox value=chosen search=search(without) placeholder=t!(company.add_currency) on_choose=take />
            </Field>
            <div class="toggles">{reactive(chips)}</div>
        </div>
    }
    .into_any()
}
