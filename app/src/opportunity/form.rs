//! Recording a deal with everything that is known about it.

use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use muster_shared::{
    money::{Currency, Money},
    opportunity::{NewOpportunity, StageKind},
    problem::FieldError,
    time::Day,
};

use super::{api, wording::use_stages};
use crate::{
    account,
    browser::draft,
    i18n::lang,
    sending::Sending,
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{
        Button, ButtonKind, Choice, Combobox, Crumb, DateInput, Field, FormError, LinkButton, MoneyInput, Select, SelectOption, TextInput,
        use_toaster,
    },
};

const PLACE: &str = "opportunity:new";

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    account: RwSignal<Option<Choice>>,
    name: RwSignal<String>,
    amount: RwSignal<Option<Money>>,
    currency: RwSignal<String>,
    close: RwSignal<Option<Day>>,
    stage: RwSignal<String>,
    next_step: RwSignal<String>,
    next_step_day: RwSignal<Option<Day>>,
}

impl Draft {
    /// The deal, or what is missing.
    fn read(self, pipeline: Option<muster_shared::id::PipelineId>) -> Result<NewOpportunity, Vec<FieldError>> {
        let missing = |field: &str| FieldError { field: field.to_owned(), code: "required".to_owned(), params: Default::default() };
        let account = self.account.get_untracked().and_then(|a| a.id.parse().ok());
        let (amount, close) = (self.amount.get_untracked(), self.close.get_untracked());
        let absent = [(account.is_none(), "account_id"), (amount.is_none(), "amount"), (close.is_none(), "close_day")];
        let errors: Vec<FieldError> = absent.iter().filter(|(is_absent, _)| *is_absent).map(|(_, field)| missing(field)).collect();
        let (Some(account_id), Some(amount), Some(close_day)) = (account, amount, close) else { return Err(errors) };
        Ok(NewOpportunity {
            name: self.name.get_untracked().trim().to_owned(),
            account_id,
            contact_id: None,
            pipeline_id: pipeline,
            stage_id: self.stage.get_untracked().parse().ok(),
            amount,
            close_day,
            owner_id: None,
            next_step: self.next_step.get_untracked().trim().to_owned(),
            next_step_day: self.next_step_day.get_untracked(),
        })
    }
}

/// The page that records a deal.
#[component]
pub fn NewOpportunityPage() -> impl IntoView {
    let session = use_session();
    let company = session.me_untracked().company;
    let draft = Draft {
        account: account::use_chosen(),
        name: RwSignal::new(String::new()),
        amount: RwSignal::new(None),
        currency: RwSignal::new(company.currency.code().to_owned()),
        close: RwSignal::new(Some(session.today().plus(30))),
        stage: RwSignal::new(String::new()),
        next_step: RwSignal::new(String::new()),
        next_step_day: RwSignal::new(None),
    };
    draft::bind(format!("{PLACE}:name"), draft.name);
    draft::bind(format!("{PLACE}:next_step"), draft.next_step);
    let stages = use_stages();
    let (sending, toaster, navigate) = (Sending::new(), use_toaster(), use_navigate());
    let send = Callback::new(move |()| {
        let stage = draft.stage.get_untracked();
        let pipeline = stage.parse().ok().and_then(|id| untrack(|| stages.find(id))).map(|s| s.pipeline_id);
        let deal = match draft.read(pipeline) {
            Ok(deal) => deal,
            Err(errors) => return sending.refuse(errors),
        };
        let navigate = navigate.clone();
        sending.run(async move { api::create(&deal).await }, move |written| {
            draft::forget(PLACE);
            toaster.say(t_now!(record.created, name = written.card.name));
            navigate(&format!("/desk/opportunities/{}", written.card.id), Default::default());
        });
    });
    let crumbs = Signal::derive(|| vec![Crumb::new(t!(opportunity.title), "/desk/opportunities")]);
    let stage_options = Signal::derive(move || {
        let open = stages.pipelines().into_iter().flat_map(|p| p.stages).filter(|s| s.kind == StageKind::Open && !s.archived);
        open.map(|s| SelectOption::new(s.id.to_string(), move || s.name.get(lang()).to_owned())).collect::<Vec<_>>()
    });
    let all: Vec<Currency> =
        std::iter::once(company.currency).chain(company.currencies.iter().copied().filter(|c| *c != company.currency)).collect();
    let currencies = Signal::stored(all.iter().map(|c| SelectOption::new(c.code(), c.code().to_owned())).collect::<Vec<_>>());
    let currency = Signal::derive(move || draft.currency.with(|code| Currency::parse(code)).unwrap_or(company.currency));
    view! {
        <Page title=t!(board.new) crumbs>
            <form
                class="form-page"
                on:submit=move |event| {
                    event.prevent_default();
                    send.run(());
                }
            >
                <div class="form-page__grid">
                    <div class="form-page__wide">
                        <Field label=t!(opportunity.fields.account_id) required=true error=sending.field("account_id")>
                            <Combobox value=draft.account search=account::search() placeholder=t!(board.add_account_hint) />
                        </Field>
                    </div>
                    <div class="form-page__wide">
                        <Field label=t!(opportunity.fields.name) required=true error=sending.field("name")>
                            <TextInput value=draft.name placeholder=t!(board.add_name_hint) max_length=200 />
                        </Field>
                    </div>
                    <Field label=t!(opportunity.amount) required=true error=sending.field("amount")><MoneyInput value=draft.amount currency /></Field>
                    <Field label=t!(opportunity.currency) required=true><Select value=draft.currency options=currencies on_change=move |_: String| draft.amount.set(None) /></Field>
                    <Field label=t!(opportunity.close_day) required=true error=sending.field("close_day")><DateInput value=draft.close /></Field>
                    <Field label=t!(opportunity.fields.stage_id) error=sending.field("stage_id")><Select value=draft.stage options=stage_options empty=t!(opportunity.first_stage) /></Field>
                    <Field label=t!(opportunity.fields.next_step) error=sending.field("next_step")><TextInput value=draft.next_step /></Field>
                    <Field label=t!(opportunity.fields.next_step_day) error=sending.field("next_step_day")><DateInput value=draft.next_step_day /></Field>
                </div>
                <FormError error=sending.error() />
                <footer class="form-page__foot">
                    <Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(record.create)}</Button>
                    <LinkButton href="/desk/board" kind=ButtonKind::Plain>{t!(ui.cancel)}</LinkButton>
                </footer>
            </form>
        </Page>
    }
    .into_any()
}
