//! Choosing a customer by typing.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    account::{AccountFilter, AccountKind, AccountRow, NewAccount},
    id::AccountId,
};

use super::api;
use crate::{
    api::Reading,
    query::use_query,
    ui::{Choice, Failure, Pending, SearchFn},
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
