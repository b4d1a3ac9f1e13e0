//! Choosing a customer by typing.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    account::{AccountFilter, AccountKind, AccountRow, NewAccount},
    id::AccountId,
};
use serde_json::{Map, Value};

use super::api;
use crate::{
    api::{ApiError, Reading},
    query::use_query,
    records::{Form, wide},
    t,
    ui::{Choice, Combobox, Failure, Pending, SearchFn},
};

/// Finds customers for a field.
pub fn search() -> SearchFn {
    Callback::new(|text: String| {
        Box::pin(async move {
            let q = Some(text.trim().to_owned()).filter(|t| !t.is_empty());
            let filter = AccountFilter { q, limit: Some(8), ..AccountFilter::default() };
            let page = api::list(&filter).await.map_err(Failure::from)?;
            let choice = |row: AccountRow| Choice { id: row.id.to_string(), label: row.name, detail: row.city };
            Ok(page.items.into_iter().map(choice).collect())
        }) as Pending<_>
    })
}

/// A customer of whom only the name is known yet.
pub fn named(name: &str, kind: AccountKind) -> NewAccount {
    NewAccount {
        kind,
        name: name.trim().to_owned(),
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

/// A customer's name, once it is known.
pub fn use_name(id: Signal<Option<AccountId>>) -> Signal<Option<String>> {
    let account = Reading::new(move || {
        let id = id.get();
        async move {
            match id {
                Some(id) => api::read(id).await.map(|view| Some(view.account.name)),
                None => Ok(None),
            }
        }
    });
    Signal::derive(move || account.get().and_then(Result::ok).flatten())
}

/// The customer that the address names in `account`, as a field holds it.
pub fn use_chosen() -> RwSignal<Option<Choice>> {
    let query = use_query();
    let chosen = RwSignal::new(None);
    if let Some(id) = untrack(|| query.get("account")).and_then(|id| id.parse::<AccountId>().ok()) {
        spawn_local(async move {
            if let Ok(view) = api::read(id).await {
                chosen.try_set(Some(Choice { id: id.to_string(), label: view.account.name, detail: view.account.city }));
            }
        });
    }
    chosen
}

/// Stands for the id of a customer that is yet to be recorded.
const NEW: &str = "new";

/// Takes what was typed for a customer that is yet to be recorded.
pub fn unrecorded(account: RwSignal<Option<Choice>>) -> Callback<String> {
    Callback::new(move |text: String| account.set(Some(Choice { id: NEW.to_owned(), label: text, detail: String::new() })))
}

/// `typed` with the id of its customer, who is recorded first where nobody has; from then on `account` is that customer, so that
/// sending again records no second one.
pub async fn recorded(mut typed: Map<String, Value>, account: RwSignal<Option<Choice>>) -> Result<Map<String, Value>, ApiError> {
    let new = account.try_get_untracked().flatten().filter(|choice| choice.id == NEW);
    if let Some(choice) = new {
        let made = api::create(&named(&choice.label, AccountKind::Company)).await?.record;
        typed.insert("account_id".to_owned(), made.id.to_string().into());
        account.try_set(Some(Choice { id: made.id.to_string(), label: made.name, detail: made.city }));
    }
    Ok(typed)
}

/// The field of a form in which a customer is chosen.
pub fn field(
    form: Form,
    account: RwSignal<Option<Choice>>,
    on_create: Option<Callback<String>>,
    on_choose: Option<Callback<Choice>>,
) -> AnyView {
    let on_choose = on_choose.unwrap_or_else(|| Callback::new(|_| ()));
    let control = move || match on_create {
        Some(on_create) => {
            view! { <Combobox value=account search=search() placeholder=t!(board.add_account_hint) on_create on_choose /> }.into_any()
        }
        None => view! { <Combobox value=account search=search() placeholder=t!(board.add_account_hint) on_choose /> }.into_any(),
    };
    wide(form.labelled("account_id", form.label("account_id"), Box::new(control)))
}
