//! Recording a person, and changing all of one at once.

use std::sync::Arc;

use leptos::prelude::*;
use muster_shared::{
    contact::{Contact, ContactView},
    patch,
};
use serde_json::{Map, Value};

use super::{CONTACTS, wording::wording};
use crate::{
    account,
    api::{self, Reading},
    records::{self, Create, Created, Form, Input},
    shell::Page,
    t,
    ui::{AsyncView, Choice},
};

const TEXTS: [&str; 5] = ["name", "title", "mail", "phone", "note"];

/// The page that records a person.
#[component]
pub fn NewContactPage() -> impl IntoView {
    let account = account::use_chosen();
    let form = form(&Map::new(), account);
    let create: Create = Arc::new(move |typed| {
        Box::pin(async move {
            let typed = account::recorded(typed, account).await?;
            let wrote = api::create::<Contact>("/contacts", &typed).await?;
            Ok(Created { id: wrote.record.id.0, name: wrote.record.name, event: wrote.event })
        })
    });
    let send = Callback::new(move |()| form.create(&create));
    view! {
        <Page title=t!(contact.new) crumbs=Signal::derive(|| vec![records::crumb(&CONTACTS)])>
            {form.view(CONTACTS.list(), send, fields(form, account, Some(account::unrecorded(account))))}
        </Page>
    }
    .into_any()
}

/// The page that changes a person.
#[component]
pub fn EditContactPage() -> impl IntoView {
    let id = records::use_id();
    let contact = Reading::new(move || {
        let id = id.get();
        async move { super::api::read(id.ok_or_else(records::not_found)?.into()).await }
    });
    view! {
        <Page title=t!(contact.edit) crumbs=Signal::derive(|| vec![records::crumb(&CONTACTS)])>
            <AsyncView resource=contact children=edit />
        </Page>
    }
    .into_any()
}

fn edit(view: ContactView) -> AnyView {
    let account = Choice { id: view.contact.account_id.to_string(), label: view.account_name, detail: String::new() };
    let account = RwSignal::new(Some(account));
    let form = form(&patch::fields(&view.contact), account);
    let back = CONTACTS.page(&view.contact.id.to_string());
    form.view(back, Callback::new(move |()| form.change()), fields(form, account, None))
}

fn form(record: &Map<String, Value>, account: RwSignal<Option<Choice>>) -> Form {
    let mut inputs: Vec<(&'static str, Input)> = TEXTS.iter().map(|field| (*field, Input::text(record, field))).collect();
    inputs.push(("account_id", Input::Choice(account)));
    let before = account.get_untracked().map(|choice| (choice.id, choice.label));
    Form::new(&CONTACTS, wording(move || before.clone()), record, &["account_id", "name"], inputs)
}

fn fields(form: Form, account: RwSignal<Option<Choice>>, on_create: Option<Callback<String>>) -> AnyView {
    view! {
        <div class="form-page__grid">
            {account::field(form, account, on_create, None)}
            {form.line("name", "text")}
            {form.line("title", "text")}
            {form.line("phone", "tel")}
            {form.line("mail", "email")}
            {form.area("note")}
        </div>
    }
    .into_any()
}
