//! The first deal: a customer and what they may buy; then the board.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use muster_shared::{
    account::{Account, AccountKind, NewAccount},
    check::{Checks, NAME_MAX},
    id::AccountId,
    money::Money,
    opportunity::{NewOpportunity, Pipeline, StageKind, Written},
    time::Day,
};

use super::{
    answers::Step,
    frame::{Question, SetupFrame},
    people_step::Crew,
    pictures::swatch,
};
use crate::{
    api::{self, ApiError, Reading},
    browser::format::{self, DayStyle},
    i18n::lang,
    sending::Sending,
    session::use_session,
    t,
    ui::{DateInput, Field, LinkButton, MoneyInput, TextInput, reactive},
};

/// Far enough ahead for a first guess.
const USUAL_DAYS: i32 = 30;

/// The first deal as it is typed.
#[derive(Clone, Copy)]
pub struct DealForm {
    customer: RwSignal<String>,
    name: RwSignal<String>,
    amount: RwSignal<Option<Money>>,
    close_day: RwSignal<Option<Day>>,
    /// The customer once it is saved, so that a second try does not make another.
    account: RwSignal<Option<AccountId>>,
}

impl DealForm {
    /// Nothing typed.
    pub fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { customer: text(), name: text(), amount: RwSignal::new(None), close_day: RwSignal::new(None), account: RwSignal::new(None) }
    }
}

/// The last step.
#[component]
pub fn DealStep(form: DealForm, crew: Crew, go: Callback<Step>) -> impl IntoView {
    let (session, navigate) = (use_session(), use_navigate());
    if form.close_day.get_untracked().is_none() {
        form.close_day.set(Some(session.today().plus(USUAL_DAYS)));
    }
    let currency = session.me_untracked().company.currency;
    let sending = Sending::new();
    let forward = Callback::new(move |()| {
        let navigate = navigate.clone();
        let mut checks = Checks::new();
        checks.required("customer", &form.customer.get_untracked(), NAME_MAX);
        checks.required("name", &form.name.get_untracked(), NAME_MAX);
        let (amount, close_day) = (form.amount.get_untracked(), form.close_day.get_untracked());
        checks.that(amount.is_some(), "amount", "required");
        checks.that(close_day.is_some(), "close_day", "required");
        match (checks.done(), amount, close_day) {
            (Ok(()), Some(amount), Some(close_day)) => {
                sending.run(save(form, amount, close_day), move |_| navigate("/desk", NavigateOptions::default()));
            }
            (checked, ..) => sending.refuse(checked.err().unwrap_or_default()),
        }
    });
    let links = move || {
        (crew.count_links() > 0)
            .then(|| view! { <p class="gate__note gate__note--quiet" role="note">{t!(setup.links_behind, count = crew.count_links())}</p> })
    };
    let body = move || {
        view! {
            <Question title=t!(setup.deal_title) text=t!(setup.deal_text) />
            {reactive(links)}
            <div class="setup__fields">
                <Field label=t!(setup.customer) required=true error=sending.field("customer")><TextInput value=form.customer autofocus=true /></Field>
                <Field label=t!(setup.deal_name) required=true error=sending.field("name")><TextInput value=form.name /></Field>
                <div class="setup__half">
                    <Field label=t!(setup.amount) required=true error=sending.field("amount")><MoneyInput value=form.amount currency /></Field>
                </div>
                <div class="setup__half">
                    <Field label=t!(setup.close_day) required=true error=sending.field("close_day")><DateInput value=form.close_day /></Field>
                </div>
                <div><LinkButton href="/desk">{t!(setup.skip_deal)}</LinkButton></div>
            </div>
        }
    };
    let picture = move || view! { <DealPicture form /> };
    let back = Callback::new(move |()| go.run(Step::People));
    view! { <SetupFrame step=Signal::stored(Step::Deal) sending on_forward=forward on_back=back forward=t!(setup.to_board) body picture /> }
        .into_any()
}

/// Everything is read before the first answer is waited for: the page may be gone by then.
fn save(form: DealForm, amount: Money, close_day: Day) -> impl Future<Output = Result<Written, ApiError>> + use<> {
    let known = form.account.get_untracked();
    let account = customer(form.customer.get_untracked().trim());
    let name = form.name.get_untracked().trim().to_owned();
    async move {
        let account_id = match known {
            Some(id) => id,
            None => {
                let account: Account = api::post("/accounts", &account).await?;
                form.account.try_set(Some(account.id));
                account.id
            }
        };
        let deal = NewOpportunity {
            name,
            account_id,
            contact_id: None,
            pipeline_id: None,
            stage_id: None,
            amount,
            close_day,
            owner_id: None,
            next_step: String::new(),
            next_step_day: None,
        };
        api::post("/opportunities", &deal).await
    }
}

fn customer(name: &str) -> NewAccount {
    NewAccount {
        kind: AccountKind::Company,
        name: name.to_owned(),
        segment: String::new(),
        mail: String::new(),
        phone: String::new(),
        website: String::new(),
        street: String::new(),
        city: String::new(),
        country: String::new(),
        note: String::new(),
        owner_id: None,
        territory_id: None,
    }
}

#[component]
fn DealPicture(form: DealForm) -> impl IntoView {
    let amount = move || form.amount.get().map(format::money_short).unwrap_or_default();
    let day = move || form.close_day.get().map(|day| format::day(day, DayStyle::Short)).unwrap_or_default();
    let or = |text: String, fallback: &'static str| if text.trim().is_empty() { fallback.to_owned() } else { text };
    let pipelines = Reading::new(|| api::get::<Vec<Pipeline>>("/pipelines"));
    let stages = move || {
        let pipeline = pipelines.get().and_then(Result::ok).and_then(|all| all.into_iter().next());
        let open = pipeline.into_iter().flat_map(|pipeline| pipeline.stages).filter(|stage| stage.kind == StageKind::Open);
        open.map(|stage| stage.name).collect::<Vec<_>>()
    };
    let name = move |i: usize| {
        let stage = move || stages().get(i).map(|stage| stage.get(lang()).to_owned()).unwrap_or_default();
        view! { <span class="mini__name"><i class=swatch(i)></i> <b>{stage}</b></span> }
    };
    view! {
        <div class="mini mini--few" aria-hidden="true">
            <div class="mini__col">
                {name(0)}
                <div class="mini__card mini__card--real">
                    <span class="mini__head"><b>{reactive(move || or(form.customer.get(), t!(setup.customer)()))}</b> <b>{amount}</b></span>
                    <span>{reactive(move || or(form.name.get(), t!(setup.deal_name)()))}</span>
                    <small>{day}</small>
                </div>
                <div class="mini__card mini__card--empty"></div>
            </div>
            <div class="mini__col">{name(1)} <div class="mini__card mini__card--empty"></div></div>
            <div class="mini__col">{name(2)} <div class="mini__card mini__card--empty"></div></div>
        </div>
    }
    .into_any()
}
