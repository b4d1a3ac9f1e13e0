//! Recording a deal with everything that is known about it.

use std::sync::Arc;

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    access::Permission,
    money::Currency,
    opportunity::{StageKind, Written},
};
use serde_json::{Map, Value};

use super::{
    detail::contact_options,
    list::OPPORTUNITIES,
    wording::{Stages, use_stages, wording},
};
use crate::{
    account, api,
    editing::owner_options,
    i18n::lang,
    people::use_people,
    records::{self, Create, Created, Form, Input, wide},
    session::use_session,
    shell::Page,
    t,
    ui::{Choice, SelectOption},
};

/// The page that records a deal.
#[component]
pub fn NewOpportunityPage() -> impl IntoView {
    let session = use_session();
    let me = session.me_untracked();
    let stages = use_stages();
    let account = account::use_chosen();
    let begins = Map::from_iter([
        ("owner_id".to_owned(), Value::from(me.user.id.to_string())),
        ("currency".to_owned(), Value::from(me.company.currency.code())),
    ]);
    let mut inputs = vec![
        ("account_id", Input::Choice(account)),
        ("amount", Input::Money(RwSignal::new(None))),
        ("close_day", Input::Day(RwSignal::new(Some(session.today().plus(30))))),
        ("next_step_day", Input::Day(RwSignal::new(None))),
    ];
    inputs.extend(["name", "next_step"].map(|field| (field, Input::text(&begins, field))));
    inputs.extend(["stage_id", "contact_id", "owner_id", "currency"].map(|field| (field, Input::id(&begins, field))));
    let words = wording(|_| None);
    let form = Form::new(&OPPORTUNITIES, words, &begins, &["account_id", "name", "amount", "close_day"], inputs);
    let create: Create = Arc::new(move |typed| {
        Box::pin(async move {
            let typed = account::recorded(placed(typed, stages), account).await?;
            let written: Written = api::post("/opportunities", &typed).await?;
            Ok(Created { id: written.card.id.0, name: written.card.name, event: written.event })
        })
    });
    let send = Callback::new(move |()| form.create(&create));
    view! {
        <Page title=t!(board.new) crumbs=Signal::derive(|| vec![records::crumb(&OPPORTUNITIES)])>
            {form.view("/desk/board".to_owned(), send, fields(form, account, stages))}
        </Page>
    }
    .into_any()
}

/// The deal as the API takes it: its stage names its pipeline, its amount its currency.
fn placed(mut typed: Map<String, Value>, stages: Stages) -> Map<String, Value> {
    typed.remove("currency");
    let stage = typed.get("stage_id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    if let Some(stage) = stage.and_then(|id| untrack(|| stages.find(id))) {
        typed.insert("pipeline_id".to_owned(), stage.pipeline_id.to_string().into());
    }
    typed
}

fn fields(form: Form, account: RwSignal<Option<Choice>>, stages: Stages) -> AnyView {
    let (session, people) = (use_session(), use_people());
    let me = session.me_untracked();
    let stage_options = Signal::derive(move || {
        let open = stages.pipelines().into_iter().flat_map(|p| p.stages).filter(|s| s.kind == StageKind::Open && !s.archived);
        open.map(|s| SelectOption::new(s.id.to_string(), move || s.name.get(lang()).to_owned())).collect::<Vec<_>>()
    });
    let (contact, amount, chosen) = (form.text("contact_id"), form.amount("amount"), form.text("currency"));
    let company = me.company;
    let own = company.currency;
    let all = std::iter::once(own).chain(company.currencies.into_iter().filter(|c| *c != own));
    let currencies = Signal::stored(all.map(|c| SelectOption::new(c.code(), c.code().to_owned())).collect::<Vec<_>>());
    let currency = Signal::derive(move || chosen.with(|code| Currency::parse(code)).unwrap_or(own));
    // Another currency is another amount: what was typed is read again by the person.
    Effect::new(move |_| {
        let currency = currency.get();
        if amount.with_untracked(|amount| amount.is_some_and(|amount| amount.currency != currency)) {
            amount.set(None);
        }
    });
    let contacts =
        contact_options(Signal::derive(move || account.with(|a| a.as_ref().and_then(|a| a.id.parse().ok()))), Signal::stored(None));
    // Persons belong to their customer.
    let other = Callback::new(move |_: Choice| contact.set(String::new()));
    let typed_new = Callback::new(move |text: String| {
        contact.set(String::new());
        account::unrecorded(account).run(text);
    });
    let mine = (me.user.id.to_string(), me.user.name);
    let owners = Signal::derive(move || owner_options(people, Some(mine.clone())));
    let may_assign = session.can(Permission::OpportunityAssign);
    view! {
        <div class="form-page__grid">
            {account::field(form, account, Some(typed_new), Some(other))}
            {wide(form.hinted("name", "text", TextProp::from(t!(board.add_name_hint))))}
            {form.select("contact_id", contacts, None)}
            {may_assign.then(|| form.select("owner_id", owners, None))}
            {form.money("amount", currency)}
            {form.select_as("currency", TextProp::from(t!(opportunity.currency)), currencies)}
            {form.day("close_day")}
            {form.select("stage_id", stage_options, Some(TextProp::from(t!(opportunity.first_stage))))}
            {form.line("next_step", "text")}
            {form.day("next_step_day")}
        </div>
    }
    .into_any()
}
