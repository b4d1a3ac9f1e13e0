//! The editor of a price list: where and when it holds, what each option costs, and amounts that depend on several choices.

use leptos::prelude::*;
use muster_shared::{
    configurator::model::{ConditionalPrice, Group, Model, PriceList},
    money::Currency,
    text::{Lang, LocalText},
    time::Day,
};

use super::{
    about::PartHead,
    cells::{Bilingual, Dress, MoneyCell, PickCell, code_of, set_lang, walk_rows},
    draft::{Draft, use_draft},
    group::missing,
    page::{Studio, use_studio},
    part::Part,
    rule::{Reads, TextForm},
    sheet::PriceSheets,
    wording,
};
use crate::{
    browser::clock,
    t, t_now,
    ui::{Button, DateInput, Field, Icon, IconButton, Menu, MenuItem, PopoverAlign, Size, each, reactive},
};

/// The list with this code; says so where there is none.
#[component]
pub fn PricesPart(code: String) -> impl IntoView {
    let draft = use_draft();
    let own = code.clone();
    let is_there = draft.watch(move |model| model.prices.iter().any(|list| list.code == own));
    let shown = move || if is_there.get() { editor(code.clone()) } else { missing() };
    reactive(shown)
}

/// A price list of the draft.
#[derive(Clone, Copy)]
struct Listed {
    draft: Draft,
    code: StoredValue<String>,
}

impl Listed {
    fn watch<T: PartialEq + Send + Sync + 'static>(self, read: impl Fn(&PriceList) -> T + Send + Sync + 'static) -> Memo<Option<T>> {
        self.draft.watch(move |model| model.prices.iter().find(|list| self.code.with_value(|code| list.code == *code)).map(&read))
    }

    fn edit(self, change: impl FnOnce(&mut PriceList)) {
        self.code.with_value(|code| self.draft.edit_prices(code, change));
    }

    fn currency(self) -> Signal<Currency> {
        let currency = self.watch(|list| list.currency);
        Signal::derive(move || currency.get().unwrap_or(Currency::EUR))
    }
}

/// Adds a list: a copy of the last one from tomorrow on, or an empty one for the first market.
pub fn add(draft: Draft, studio: Studio) {
    let markets = studio.markets.get_untracked();
    let (code, list) = draft.model.with_untracked(|model| {
        let taken: Vec<String> = model.prices.iter().map(|list| list.code.clone()).collect();
        let without = model.markets.iter().find(|market| !model.prices.iter().any(|list| list.market == **market));
        let market = without.or_else(|| model.markets.first()).cloned().unwrap_or_default();
        let currency = markets.iter().find(|it| it.code == market).map_or(Currency::EUR, |it| it.currency);
        let code = code_of(&market, &taken);
        let like = model.prices.iter().rev().find(|list| list.market == market).cloned();
        let new = PriceList {
            code: code.clone(),
            market,
            currency,
            from: clock::today(),
            until: None,
            base: 0,
            options: Default::default(),
            conditional: Vec::new(),
        };
        let list = like.map_or(new, |like| PriceList { code: code.clone(), from: clock::today(), until: None, ..like });
        (code, list)
    });
    draft.edit(|model| model.prices.push(list));
    studio.open(&Part::Prices(code));
}

fn editor(code: String) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let listed = Listed { draft, code: StoredValue::new(code) };
    let market = listed.watch(|list| list.market.clone());
    let title = move || format!("{} · {}", studio.market_name(&market.get().unwrap_or_default()), listed.code.get_value());
    let remove = move || {
        draft.edit(|model| model.prices.retain(|list| listed.code.with_value(|code| list.code != *code)));
        studio.open(&Part::About);
    };
    let actions = move || {
        (!draft.locked.get()).then(|| {
            view! {
                <Menu label=t!(record.more) align=PopoverAlign::End>
                    <MenuItem label=t!(studio.remove_prices) icon=Icon::TRASH_2 danger=true on_press=remove />
                </Menu>
            }
        })
    };
    view! {
        <PartHead title text=t!(studio.prices_text) actions=move || reactive(actions) />
        <div class="studio__form">
            <Head listed />
            <PriceSheets />
        </div>
        <Amounts listed />
        <Conditions listed />
    }
    .into_any()
}

/// Market, days and base.
#[component]
fn Head(listed: Listed) -> impl IntoView {
    let (draft, studio) = (listed.draft, use_studio());
    let market = listed.watch(|list| list.market.clone());
    let markets = Signal::derive(move || {
        draft
            .model
            .with(|model| model.markets.clone())
            .into_iter()
            .map(|code| (code.clone(), studio.market_name(&code)))
            .collect::<Vec<_>>()
    });
    let set_market = move |market: String| {
        let currency = studio.markets.with_untracked(|all| all.iter().find(|it| it.code == market).map(|it| it.currency));
        listed.edit(|list| {
            list.market = market;
            list.currency = currency.unwrap_or(list.currency);
        });
    };
    let base = listed.watch(|list| list.base);
    let day = move |read: fn(&PriceList) -> Option<Day>, write: fn(&mut PriceList, Option<Day>)| {
        let now = listed.watch(read);
        let value = RwSignal::new(now.get_untracked().flatten());
        // The field has a signal of its own: what it says is written where it differs, and what others write is shown in it.
        Effect::new(move |_| {
            let typed = value.get();
            if untrack(|| now.get()) != Some(typed) {
                listed.edit(|list| write(list, typed));
            }
        });
        Effect::new(move |_| {
            let known = now.get().flatten();
            if untrack(|| value.get()) != known {
                value.set(known);
            }
        });
        value
    };
    let set_base = move |amount: Option<i64>| listed.edit(|list| list.base = amount.unwrap_or(0));
    let from = day(|list| Some(list.from), |list, day| list.from = day.unwrap_or(list.from));
    let until = day(|list| list.until, |list, day| list.until = day);
    view! {
        <div class="studio__four">
            <Field label=t!(studio.market) required=true><PickCell value=Signal::derive(move || market.get().unwrap_or_default()) options=markets on_change=set_market /></Field>
            <Field label=t!(studio.base_price) required=true>
                <MoneyCell
                    value=Signal::derive(move || base.get())
                    currency=listed.currency()
                    on_change=set_base
                />
            </Field>
            <Field label=t!(studio.from_day) required=true><DateInput value=from /></Field>
            <Field label=t!(studio.until_day)><DateInput value=until /></Field>
        </div>
    }
    .into_any()
}

/// What each option costs, group by group.
#[component]
fn Amounts(listed: Listed) -> impl IntoView {
    let draft = listed.draft;
    let table = NodeRef::<leptos::html::Div>::new();
    let groups = draft.watch(|model| model.groups.iter().map(|group| group.code.clone()).collect::<Vec<_>>());
    let group = move |code: String| {
        let code = StoredValue::new(code);
        let find = move |model: &Model| model.groups.iter().find(|group| code.with_value(|code| group.code == *code)).cloned();
        let name = draft.watch(move |model| find(model).map(|group: Group| wording::named(&group.name, &group.code)).unwrap_or_default());
        let options = draft.watch(move |model| {
            let all = find(model).map(|group| group.options).unwrap_or_default();
            all.into_iter().map(|option| (wording::named(&option.name, &option.code), option.code)).collect::<Vec<_>>()
        });
        let row = move |(shown, option): (String, String)| {
            let key = StoredValue::new(format!("{}.{option}", code.get_value()));
            let value = listed.watch(move |list| key.with_value(|key| list.options.get(key).copied()));
            let change = move |amount: Option<i64>| {
                listed.edit(|list| match amount {
                    Some(amount) => drop(list.options.insert(key.get_value(), amount)),
                    None => drop(list.options.remove(&key.get_value())),
                });
            };
            let label = t_now!(studio.price_of, what = shown, list = listed.code.get_value());
            view! {
                <div class="amounts__row">
                    <span>{shown}</span>
                    <span data-column="amount"><MoneyCell value=Signal::derive(move || value.get().flatten()) currency=listed.currency() on_change=change label dress=Dress::Bare /></span>
                </div>
            }
            .into_any()
        };
        view! {
            <section class="amounts__group">
                <h3>{reactive(move || name.get())}</h3>
                {each(move || options.get(), |(name, code)| format!("{code} {name}"), row)}
            </section>
        }
        .into_any()
    };
    view! {
        <div class="amounts" node_ref=table on:keydown=move |event| walk_rows(&event, table)>{each(move || groups.get(), String::clone, group)}</div>
    }
    .into_any()
}

/// Amounts that depend on several choices: discounts of packages among them.
#[component]
fn Conditions(listed: Listed) -> impl IntoView {
    let draft = listed.draft;
    let count = listed.watch(|list| list.conditional.len());
    let rows = move || (0..count.get().unwrap_or(0)).map(|at| condition(listed, at)).collect_view();
    let add = move || {
        let name = LocalText::default();
        listed.edit(|list| list.conditional.push(ConditionalPrice { name, when: String::new(), amount: 0 }));
    };
    let more = move || {
        (!draft.locked.get()).then(|| view! { <Button size=Size::Small icon=Icon::PLUS on_press=add>{t!(studio.add_conditional)}</Button> })
    };
    view! {
        <section class="ruling" aria-label=t!(studio.conditional)>
            <header class="ruling__head"><h3>{t!(studio.conditional)}</h3></header>
            <p class="studio__lead">{t!(studio.conditional_text)}</p>
            {reactive(rows)} <div>{reactive(more)}</div>
        </section>
    }
    .into_any()
}

fn condition(listed: Listed, at: usize) -> AnyView {
    let own = listed.watch(move |list| list.conditional.get(at).cloned());
    let read = move |read: fn(&ConditionalPrice) -> String| {
        Signal::derive(move || own.with(|own| own.as_ref().and_then(Option::as_ref).map(read)).unwrap_or_default())
    };
    let edit = move |change: Box<dyn FnOnce(&mut ConditionalPrice)>| {
        listed.edit(|list| {
            if let Some(price) = list.conditional.get_mut(at) {
                change(price);
            }
        });
    };
    let name = Signal::derive(move || own.with(|own| own.as_ref().and_then(Option::as_ref).map(|it| it.name.clone())).unwrap_or_default());
    let amount = Signal::derive(move || own.with(|own| own.as_ref().and_then(Option::as_ref).map(|it| it.amount)));
    let set_amount = move |amount: Option<i64>| edit(Box::new(move |it| it.amount = amount.unwrap_or(0)));
    let remove = move || listed.edit(|list| drop((at < list.conditional.len()).then(|| list.conditional.remove(at))));
    view! {
        <div class="conditional">
            <Bilingual label=t!(studio.name) value=name on_input=move |(lang, text): (Lang, String)| edit(Box::new(move |it| set_lang(&mut it.name, lang, text))) />
            <Field label=t!(studio.applies_when) required=true>
                <TextForm value=read(|it| it.when.clone()) on_input=move |text: String| edit(Box::new(move |it| it.when = text)) reads=Reads::Condition />
            </Field>
            <div class="conditional__amount">
                <Field label=t!(studio.amount) required=true hint=t!(studio.amount_hint)>
                    <MoneyCell value=amount currency=listed.currency() on_change=set_amount />
                </Field>
                <IconButton icon=Icon::TRASH_2 label=t!(studio.remove_line) disabled=listed.draft.locked on_press=remove />
            </div>
        </div>
    }
    .into_any()
}
