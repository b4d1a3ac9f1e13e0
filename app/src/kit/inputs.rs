//! Form controls, whole and wrong.

use leptos::prelude::*;
use muster_shared::{
    fold,
    money::{Currency, Money},
};

use crate::{
    browser::clock,
    ui::{
        Button, ButtonKind, Choice, Combobox, DateInput, Fact, Facts, Field, FormError, Icon, InlineDay, InlineMoney, InlineSelect,
        InlineText, MoneyInput, Panel, Pending, SearchFn, Select, SelectOption, TextArea, TextInput,
    },
};

const NAMES: [(&str, &str); 6] = [
    ("Nguyễn Thị Hương", "Quận 7"),
    ("Công ty Sao Mai", "Đồng Nai"),
    ("Phạm Quốc Bảo", "Thủ Đức"),
    ("Bệnh viện An Bình", "Quận 5"),
    ("Khách sạn Biển Xanh", "Nha Trang"),
    ("Vận tải Phương Nam", "Cần Thơ"),
];

/// Searches the sample names as the server searches accounts.
pub(super) fn search() -> SearchFn {
    Callback::new(|text: String| {
        let wanted = fold::fold(&text);
        let found = NAMES.into_iter().filter(|(name, _)| fold::fold(name).contains(&wanted));
        let found = found.map(|(name, place)| Choice { id: name.to_owned(), label: name.to_owned(), detail: place.to_owned() }).collect();
        Box::pin(async move { Ok(found) }) as Pending<_>
    })
}

pub(super) fn stages() -> Vec<SelectOption> {
    ["Qualify", "Configure", "Test drive", "Quote", "Negotiate"].map(|stage| SelectOption::new(stage, stage)).into()
}

#[component]
pub fn Inputs() -> impl IntoView {
    let text = RwSignal::new("Aurora Vega, family of five".to_owned());
    let stage = RwSignal::new("Quote".to_owned());
    let amount = RwSignal::new(Some(Money::new(1_180_000_000, Currency::VND)));
    let day = RwSignal::new(Some(clock::today().plus(3)));
    let account = RwSignal::new(None);
    view! {
        <Panel title="What do we need to know?">
            <form class="kit__form" on:submit=|event| event.prevent_default()>
                <Field label="What is it about?" required=true><TextInput value=text /></Field>
                <Field label="Account" required=true hint="Type a name, with or without its marks">
                    <Combobox value=account search=search() on_create=|_| () />
                </Field>
                <Field label="Amount" required=true hint="850tr, 1,2 tỷ or 45k"><MoneyInput value=amount currency=Currency::VND /></Field>
                <Field label="Close date" hint="+3d, thứ 6 or 12/12"><DateInput value=day /></Field>
                <Field label="Stage" required=true><Select value=stage options=Signal::stored(stages()) /></Field>
                <Field label="Find"><TextInput value=RwSignal::new(String::new()) kind="search" icon=Icon::SEARCH placeholder="Name or phone" /></Field>
                <Field label="Mail address" required=true error=Some("This is not a mail address: the part after @ is missing".to_owned())>
                    <TextInput value=RwSignal::new("huong@".to_owned()) kind="email" />
                </Field>
                <Field label="Disabled"><TextInput value=RwSignal::new("Set by the pipeline".to_owned()) disabled=true /></Field>
                <Field label="Note"><TextArea value=RwSignal::new(String::new()) placeholder="What was said?" /></Field>
                <FormError error=Some("The quote could not be saved: somebody else changed the price meanwhile.".to_owned()) />
                <Button kind=ButtonKind::Main submit=true>"Create"</Button>
            </form>
        </Panel>
        <Edited text stage amount day />
    }
    .into_any()
}

#[component]
fn Edited(
    text: RwSignal<String>,
    stage: RwSignal<String>,
    amount: RwSignal<Option<Money>>,
    day: RwSignal<Option<muster_shared::time::Day>>,
) -> impl IntoView {
    view! {
        <Panel title="What do we know?" note="press a value to change it">
            <Facts>
                <Fact label="About"><InlineText label="About" value=text on_save=move |v| text.set(v) /></Fact>
                <Fact label="Amount"><InlineMoney label="Amount" value=amount currency=Currency::VND on_save=move |v| amount.set(v) /></Fact>
                <Fact label="Close date"><InlineDay label="Close date" value=day on_save=move |v| day.set(v) /></Fact>
                <Fact label="Stage"><InlineSelect label="Stage" value=stage options=Signal::stored(stages()) on_save=move |v| stage.set(v) /></Fact>
                <Fact label="Number"><InlineText label="Number" value="AL-7K2Q" disabled=true on_save=|_| () /></Fact>
            </Facts>
        </Panel>
    }
    .into_any()
}
