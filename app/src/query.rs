//! The address as state: reading and changing parts of its query.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_query_map},
    params::ParamsMap,
};

use crate::{api, t_now, ui::use_toaster};

type Go = Box<dyn Fn(&str, NavigateOptions)>;

/// The query of the address.
#[derive(Clone, Copy)]
pub struct Query {
    map: Memo<ParamsMap>,
    path: Memo<String>,
    go: StoredValue<Go, LocalStorage>,
}

impl Query {
    /// The value of `name`; tracked.
    pub fn get(self, name: &str) -> Option<String> {
        self.map.with(|map| map.get(name)).filter(|value| !value.is_empty())
    }

    /// All pairs; tracked.
    pub fn pairs(self) -> Vec<(String, String)> {
        self.map.with(|map| map.clone().into_iter().map(|(name, value)| (name.into_owned(), value)).collect())
    }

    /// Changes some values (`None` removes) as a new step of the history, so that "back" takes it back.
    pub fn set(self, changes: &[(&str, Option<String>)]) {
        self.change(changes, false);
    }

    /// Changes some values without a new step, as while one types.
    pub fn replace(self, changes: &[(&str, Option<String>)]) {
        self.change(changes, true);
    }

    /// Replaces the whole query, as a saved view does.
    pub fn load(self, query: &str) {
        self.goto(query, false);
    }

    fn change(self, changes: &[(&str, Option<String>)], replace: bool) {
        let mut pairs = untrack(|| self.pairs());
        pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        pairs.extend(changes.iter().filter_map(|(name, value)| Some(((*name).to_owned(), value.clone().filter(|v| !v.is_empty())?))));
        self.goto(&write(&pairs), replace);
    }

    fn goto(self, query: &str, replace: bool) {
        let path = self.path.get_untracked();
        let address = if query.is_empty() { path } else { format!("{path}?{query}") };
        let options = NavigateOptions { replace, scroll: false, ..NavigateOptions::default() };
        self.go.with_value(|go| go(&address, options));
    }
}

fn write(pairs: &[(String, String)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}", api::encode(value))).collect::<Vec<_>>().join("&")
}

/// The part of the address's path at `index`, from 0: the id of the record in `/desk/accounts/{id}` is at 2.
pub fn use_segment(index: usize) -> Memo<Option<String>> {
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|path| path.split('/').filter(|part| !part.is_empty()).nth(index).map(str::to_owned)))
}

/// Says which parts of this page's address a filter cannot read: they are left out, and nobody should wonder why.
///
/// `unreadable` is [`api::unreadable_in`] of that filter.
pub fn use_unreadable(unreadable: fn(&[(String, String)]) -> Vec<String>) {
    let query = use_query();
    mention_unreadable(Memo::new(move |_| unreadable(&query.pairs()).join(", ")));
}

/// Says which parts of the address are left out, with commas between their names.
pub fn mention_unreadable(names: Memo<String>) {
    let toaster = use_toaster();
    Effect::new(move |_| {
        let names = names.get();
        if !names.is_empty() {
            toaster.note(t_now!(record.unreadable, names = names));
        }
    });
}

/// The query of the address of this page.
pub fn use_query() -> Query {
    let navigate = use_navigate();
    Query {
        map: use_query_map(),
        path: use_location().pathname,
        go: StoredValue::new_local(Box::new(move |to, options| navigate(to, options))),
    }
}
