//! A new deal from the board: four fields, Enter all the way.

use leptos::{ev, html, prelude::*, wasm_split::SplitLoaderError};
use muster_shared::{
    access::Permission,
    account::{AccountKind, NewAccount},
    id::{AccountId, StageId},
    money::{Currency, Money},
    opportunity::NewOpportunity,
    problem::FieldError,
    time::Day,
};

use super::{carry, model::Model};
use crate::{
    account, area,
    browser::{draft, focus, json},
    opportunity::api,
    sending::Sending,
    t, t_now,
    ui::{
        Button, ButtonKind, Choice, Combobox, DateInput, Field, FormError, Glyph, Icon, MoneyInput, Segmented, Select, SelectOption, Size,
        TextInput, reactive,
    },
};

/// The form at the head of the column in which a deal is added.
#[component]
pub fn QuickAdd(model: Model, stage: StageId) -> impl IntoView {
    let is_open = Memo::new(move |_| model.adding.get() == Some(stage));
    reactive(move || is_open.get().then(|| area::lazy(Box::pin(load_form(model, stage)))))
}

#[leptos::wasm_split::wasm_split(extra, wasm_split_path = ::leptos::wasm_split, fallible)]
fn load_form(model: Model, stage: StageId) -> Result<AnyView, SplitLoaderError> {
    Ok(form(model, stage))
}

/// The button at the end of a column that opens its form.
#[component]
pub fn AddButton(model: Model, stage: StageId) -> impl IntoView {
    let can_write = move || model.session.can(Permission::OpportunityWrite);
    let view = move || {
        can_write().then(|| {
            view! {
                <button type="button" class="col__add" on:click=move |_| model.adding.set(Some(stage))>
                    <Glyph icon=Icon::PLUS /> {t!(board.add)}
                </button>
            }
        })
    };
    reactive(view)
}

/// Under which name it is kept what was typed and not sent.
const DRAFT: &str = "quick-add";

/// What was typed.
#[derive(Clone, Copy)]
struct Draft {
    account: RwSignal<Option<Choice>>,
    /// What kind a new account is.
    kind: RwSignal<String>,
    name: RwSignal<String>,
    amount: RwSignal<Option<Money>>,
    currency: RwSignal<String>,
    close: RwSignal<Option<Day>>,
}

impl Draft {
    /// Nothing typed yet.
    fn new(currency: Currency, close: Day) -> Self {
        Self {
            account: RwSignal::new(None),
            kind: RwSignal::new(AccountKind::Company.as_str().to_owned()),
            name: RwSignal::new(String::new()),
            amount: RwSignal::new(None),
            currency: RwSignal::new(currency.code().to_owned()),
            close: RwSignal::new(Some(close)),
        }
    }

    fn is_new_account(self) -> bool {
        self.account.with(|a| a.as_ref().is_some_and(|a| a.id.is_empty()))
    }

    /// What survives a reload; tracked.
    fn kept(self) -> String {
        let account = self.account.get().map(|a| [a.id, a.label, a.detail]).unwrap_or_default();
        let amount = self.amount.get().map(|a| a.minor.to_string()).unwrap_or_default();
        let close = self.close.get().map(|day| day.to_string()).unwrap_or_default();
        let rest = [self.kind.get(), self.name.get(), amount, self.currency.get(), close];
        json::text(&account.into_iter().chain(rest).collect::<Vec<_>>()).unwrap_or_default()
    }

    /// Takes back what [`Self::kept`] wrote.
    fn restore(self, kept: &str) {
        let Ok::<[String; 8], _>([id, label, detail, kind, name, amount, currency, close]) = json::parse(kept) else { return };
        self.account.set((!label.is_empty()).then_some(Choice { id, label, detail }));
        self.kind.set(kind);
        self.name.set(name);
        self.amount.set(amount.parse().ok().zip(Currency::parse(&currency)).map(|(minor, currency)| Money::new(minor, currency)));
        self.currency.set(currency);
        self.close.set(Day::parse(&close));
    }

    /// The account was created: a second try must not make another.
    fn has_account(self, id: AccountId, name: String) {
        self.account.try_set(Some(Choice { id: id.to_string(), label: name, detail: String::new() }));
    }

    /// The deal, and the account to create first; or what is missing.
    fn read(self, stage: StageId) -> Result<(NewOpportunity, Option<NewAccount>), Vec<FieldError>> {
        let missing = |field: &str| FieldError { field: field.to_owned(), code: "required".to_owned(), params: Default::default() };
        let (account, amount, close) = (self.account.get_untracked(), self.amount.get_untracked(), self.close.get_untracked());
        let name = self.name.get_untracked().trim().to_owned();
        let absent =
            [(account.is_none(), "account_id"), (name.is_empty(), "name"), (amount.is_none(), "amount"), (close.is_none(), "close_day")];
        let errors: Vec<FieldError> = absent.iter().filter(|(is_absent, _)| *is_absent).map(|(_, field)| missing(field)).collect();
        let (Some(account), Some(amount), Some(close_day)) = (account, amount, close) else { return Err(errors) };
        if !errors.is_empty() {
            return Err(errors);
        }
        let known = account.id.parse().ok();
        let new_account = known
            .is_none()
            .then(|| account::named(&account.label, AccountKind::parse(&self.kind.get_untracked()).unwrap_or(AccountKind::Company)));
        let deal = NewOpportunity {
            name,
            // Replaced by the id of the new account where there is one to create.
            account_id: known.unwrap_or_else(|| uuid::Uuid::nil().into()),
            contact_id: None,
            pipeline_id: None,
            stage_id: Some(stage),
            amount,
            close_day,
            owner_id: None,
            next_step: String::new(),
            next_step_day: None,
        };
        Ok((deal, new_account))
    }
}

fn form(model: Model, stage: StageId) -> AnyView {
    let company = model.session.me_untracked().company;
    let draft = Draft::new(company.currency, model.session.today().plus(30));
    let sending = Sending::new();
    let node = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if let Some(form) = node.get() {
            next_field(&form);
        }
    });
    draft::keep(DRAFT.to_owned(), Box::new(move || draft.kept()), &|kept| draft.restore(&kept));
    let close = move || {
        draft::clear(DRAFT);
        model.adding.set(None);
    };
    let send = move || match draft.read(stage) {
        Err(errors) => sending.refuse(errors),
        Ok((mut deal, new_account)) => {
            let work = async move {
                if let Some(account) = new_account {
                    let account = account::api::create(&account).await?.record;
                    deal.account_id = account.id;
                    draft.has_account(account.id, account.name);
                }
                api::create(&deal).await
            };
            sending.run(work, move |written| {
                let (id, name) = (written.card.id, written.card.account_name.clone());
                model.took(written.card);
                model.offer_undo(t_now!(board.added, name = name), written.event, id);
                close();
                carry::focus_card(model, id);
            });
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // The Enter that ends a composed syllable is not the form's.
        if event.default_prevented() || event.is_composing() {
            return;
        }
        match (event.key().as_str(), node.get_untracked()) {
            ("Enter", Some(form)) if focus::active().is_some_and(|e| e.tag_name() == "INPUT") => {
                event.prevent_default();
                if !next_field(&form) {
                    send();
                }
            }
            ("Escape", _) => {
                event.prevent_default();
                close();
            }
            _ => {}
        }
    };
    let chosen = move |_: Choice| {
        if let Some(form) = node.get_untracked() {
            next_field(&form);
        }
    };
    let typed_new = move |text: String| {
        draft.account.set(Some(Choice { id: String::new(), label: text, detail: String::new() }));
        if let Some(form) = node.get_untracked() {
            next_field(&form);
        }
    };
    let kinds = Signal::derive(|| {
        vec![
            SelectOption::new(AccountKind::Company.as_str(), t!(account.kind_company)),
            SelectOption::new(AccountKind::Person.as_str(), t!(account.kind_person)),
        ]
    });
    let currencies: Vec<Currency> =
        std::iter::once(company.currency).chain(company.currencies.iter().copied().filter(|c| *c != company.currency)).collect();
    let currency = Signal::derive(move || draft.currency.with(|code| Currency::parse(code)).unwrap_or(company.currency));
    let options = StoredValue::new(currencies.iter().map(|c| SelectOption::new(c.code(), c.code().to_owned())).collect::<Vec<_>>());
    let has_choice = currencies.len() > 1;
    // Another currency is another amount: what was typed is read again by the person.
    let switched = move |_: String| draft.amount.set(None);
    view! {
        <form
            class="quick-add"
            node_ref=node
            on:keydown=on_key
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <Field label=t!(board.add_account) required=true error=sending.field("account_id")>
                <Combobox value=draft.account search=account::search() placeholder=t!(board.add_account_hint) on_choose=chosen on_create=typed_new />
            </Field>
            {reactive(move || {
                draft
                    .is_new_account()
                    .then(|| view! { <Segmented label=t!(account.kind) value=draft.kind options=kinds on_change=move |kind| draft.kind.set(kind) /> })
            })}
            <Field label=t!(board.add_name) required=true error=sending.field("name")>
                <TextInput value=draft.name placeholder=t!(board.add_name_hint) max_length=200 />
            </Field>
            <div class="quick-add__row">
                <Field label=t!(opportunity.amount) required=true error=sending.field("amount")><MoneyInput value=draft.amount currency /></Field>
                {has_choice
                    .then(|| {
                        view! {
                            <Field label=t!(opportunity.currency) required=true label_hidden=true>
                                <Select value=draft.currency options=Signal::derive(move || options.get_value()) on_change=switched />
                            </Field>
                        }
                    })}
            </div>
            <Field label=t!(opportunity.close_day) required=true error=sending.field("close_day")><DateInput value=draft.close /></Field>
            <FormError error=sending.error() />
            <div class="quick-add__foot">
                <Button size=Size::Small on_press=close>{t!(ui.cancel)}</Button>
                <Button size=Size::Small kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(board.add_confirm)}</Button>
            </div>
        </form>
    }
    .into_any()
}

/// Takes the focus to the field after the focused one, or to the first; false at the last.
fn next_field(form: &web_sys::Element) -> bool {
    let fields = focus::matching(form, "input.input");
    let here = focus::active().and_then(|active| fields.iter().position(|field| *field == active));
    match fields.get(here.map_or(0, |i| i + 1)) {
        // The field is on the screen, so it takes the focus; what it holds is replaced by typing.
        Some(field) => {
            focus::select(field);
            field.focus().is_ok()
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        Owner::new().with(|| {
            let typed = Draft::new(Currency::VND, Day(20_000));
            typed.account.set(Some(Choice { id: String::new(), label: "Sao \"Mai\"".to_owned(), detail: String::new() }));
            typed.name.set("Fleet, 12".to_owned());
            typed.amount.set(Some(Money::new(-5, Currency::EUR)));
            typed.currency.set("EUR".to_owned());
            let back = Draft::new(Currency::VND, Day(1));
            back.restore(&typed.kept());
            assert_eq!(back.kept(), typed.kept());
            assert_eq!((back.amount.get_untracked(), back.close.get_untracked()), (Some(Money::new(-5, Currency::EUR)), Some(Day(20_000))));
            back.restore("torn");
            assert_eq!(back.kept(), typed.kept());
        });
    }

    #[test]
    fn a_customer_that_was_made_is_not_made_again() {
        Owner::new().with(|| {
            let (stage, id) = (StageId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(7)));
            let draft = Draft::new(Currency::VND, Day(20_000));
            draft.account.set(Some(Choice { id: String::new(), label: "Sao Mai".to_owned(), detail: String::new() }));
            draft.name.set(" Fleet ".to_owned());
            draft.amount.set(Some(Money::new(5, Currency::VND)));
            let (deal, account) = draft.read(stage).expect("all is there");
            assert_eq!((deal.name.as_str(), account.map(|a| a.name)), ("Fleet", Some("Sao Mai".to_owned())));
            draft.has_account(id, "Sao Mai".to_owned());
            let (deal, account) = draft.read(stage).expect("all is there");
            assert_eq!((deal.account_id, account), (id, None));
        });
    }
}
