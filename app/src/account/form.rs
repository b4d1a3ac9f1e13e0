//! Recording a customer, and changing all of one at once.

use std::sync::Arc;

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::{
    account::{Account, AccountKind, AccountView},
    patch,
};
use serde_json::{Map, Value};

use super::{
    ACCOUNTS,
    wording::{land_options, wording},
};
use crate::{
    api::{self, Reading},
    editing::owner_options,
    people::use_people,
    records::{self, Create, Created, Form, Input, wide},
    session::use_session,
    shell::Page,
    t, t_now,
    ui::{AsyncView, Segmented, SelectOption, TextInput},
};

const TEXTS: [&str; 8] = ["name", "segment", "mail", "phone", "website", "street", "city", "note"];

/// The page that records a customer.
#[component]
pub fn NewAccountPage() -> impl IntoView {
    let me = use_session().me_untracked().user;
    let (id, company) = (me.id.to_string(), AccountKind::Company.as_str());
    let begins = Map::from_iter([("kind".to_owned(), Value::from(company)), ("owner_id".to_owned(), Value::from(id.clone()))]);
    let form = form(&begins);
    let create: Create = Arc::new(|typed| {
        Box::pin(async move {
            let wrote = api::create::<Account>("/accounts", &typed).await?;
            Ok(Created { id: wrote.record.id.0, name: wrote.record.name, event: wrote.event })
        })
    });
    let send = Callback::new(move |()| form.create(&create));
    view! {
        <Page title=t!(account.new) crumbs=Signal::derive(|| vec![records::crumb(&ACCOUNTS)])>
            {form.view(ACCOUNTS.list(), send, fields(form, (id, me.name), String::new()))}
        </Page>
    }
    .into_any()
}

/// The page that changes a customer.
#[component]
pub fn EditAccountPage() -> impl IntoView {
    let id = records::use_id();
    let account = Reading::new(move || {
        let id = id.get();
        async move { super::api::read(id.ok_or_else(records::not_found)?.into()).await }
    });
    view! {
        <Page title=t!(account.edit) crumbs=Signal::derive(|| vec![records::crumb(&ACCOUNTS)])>
            <AsyncView resource=account children=edit />
        </Page>
    }
    .into_any()
}

fn edit(view: AccountView) -> AnyView {
    let form = form(&patch::fields(&view.account));
    let owner = (view.account.owner_id.to_string(), view.owner_name);
    let back = ACCOUNTS.page(&view.account.id.to_string());
    form.view(back, Callback::new(move |()| form.change()), fields(form, owner, view.account.country))
}

fn form(record: &Map<String, Value>) -> Form {
    let mut inputs: Vec<(&'static str, Input)> = TEXTS.iter().map(|field| (*field, Input::text(record, field))).collect();
    inputs.push(("country", Input::text(record, "country")));
    inputs.extend(["kind", "owner_id"].map(|field| (field, Input::id(record, field))));
    Form::new(&ACCOUNTS, wording(), record, &["name"], inputs)
}

fn fields(form: Form, owner: (String, String), land: String) -> AnyView {
    let people = use_people();
    let kind = form.text("kind");
    let kinds = Signal::derive(|| {
        vec![
            SelectOption::new(AccountKind::Company.as_str(), t!(account.kind_company)),
            SelectOption::new(AccountKind::Person.as_str(), t!(account.kind_person)),
        ]
    });
    let lands = Signal::derive(move || land_options(Some(&land)));
    let owners = Signal::derive(move || owner_options(people, Some(owner.clone())));
    let is_company = move || kind.with(|kind| kind == AccountKind::Company.as_str());
    let name_label = TextProp::from(move || if is_company() { t_now!(account.fields.name) } else { t_now!(account.person_name) });
    let name = move || view! { <TextInput value=form.text("name") autofocus=true max_length=200 autocomplete="off" /> }.into_any();
    view! {
        <Segmented label=t!(account.kind) value=kind options=kinds on_change=move |chosen| kind.set(chosen) />
        <div class="form-page__grid">
            {wide(form.labelled("name", name_label, Box::new(name)))}
            {form.line("phone", "tel")}
            {form.line("mail", "email")}
            {form.hinted("segment", "text", TextProp::from(t!(account.segment_hint)))}
            {form.hinted("website", "text", TextProp::from("https://"))}
            {wide(form.line("street", "text"))}
            {form.line("city", "text")}
            {form.select("country", lands, Some(TextProp::from(t!(ui.choose))))}
            {form.select("owner_id", owners, None)}
            {form.area("note")}
        </div>
    }
    .into_any()
}
