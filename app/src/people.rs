//! Colleagues: their names beside records, and choosing one of them.

use leptos::prelude::*;
use muster_shared::{
    event::EntityKind,
    fold::fold,
    id::UserId,
    identity::{Person, Unit},
};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    api::{self, Reading},
    live::{Told, use_live},
    ui::Choice,
};

/// The colleagues of the dealer, read for the whole desk.
#[derive(Clone, Copy)]
pub struct People(Reading<Vec<Person>>);

impl People {
    /// All of them; empty until they are known. Tracked.
    pub fn all(self) -> Vec<Person> {
        self.0.get().and_then(Result::ok).unwrap_or_default()
    }

    /// Those who still work here. Tracked.
    pub fn active(self) -> Vec<Person> {
        self.all().into_iter().filter(|person| person.active).collect()
    }

    /// Somebody's name; tracked.
    pub fn name(self, id: UserId) -> Option<String> {
        self.all().into_iter().find(|person| person.id == id).map(|person| person.name)
    }

    /// Those whose name contains what was typed, without regard to diacritics.
    pub fn find(self, text: &str) -> Vec<Choice> {
        let wanted = fold(text);
        let people = untrack(|| self.active());
        people
            .into_iter()
            .filter(|person| fold(&person.name).contains(&wanted))
            .take(20)
            .map(|person| Choice { id: person.id.to_string(), label: person.name, detail: person.title })
            .collect()
    }
}

/// The colleagues; provided by [`provide_people`].
pub fn use_people() -> People {
    expect_context()
}

/// Reads the colleagues and the teams for everything below, and again when they change.
pub fn provide_people() {
    provide_context(People(followed("/people", &[EntityKind::User])));
    provide_context(Teams(followed("/teams", &[EntityKind::Team])));
}

/// What is known stays when it cannot be read anew, and is read again as soon as the stream is back.
fn followed<T: DeserializeOwned + Clone + Send + Sync + 'static>(path: &'static str, kinds: &'static [EntityKind]) -> Reading<Vec<T>> {
    let live = use_live();
    let changes = live.changes(kinds);
    let known = StoredValue::new(None::<Vec<T>>);
    let is_behind = StoredValue::new(false);
    let reading = Reading::new(move || {
        changes.track();
        async move {
            let answer = api::get::<Vec<T>>(path).await;
            is_behind.try_set_value(answer.as_ref().is_err_and(|error| error.status() != 403));
            match answer {
                Ok(now) => {
                    known.try_set_value(Some(now.clone()));
                    Ok(now)
                }
                Err(error) => known.try_get_value().flatten().ok_or(error),
            }
        }
    });
    live.hear(move |told| {
        if matches!(told, Told::Hello(_)) && is_behind.try_get_value() == Some(true) {
            reading.refetch();
        }
    });
    reading
}

/// The teams of the dealer, read for the whole desk.
#[derive(Clone, Copy)]
pub struct Teams(Reading<Vec<Unit>>);

impl Teams {
    /// All of them; empty until they are known, or where the person may not list them. Tracked.
    pub fn all(self) -> Vec<Unit> {
        self.0.get().and_then(Result::ok).unwrap_or_default()
    }

    /// A team's name; tracked.
    pub fn name(self, id: Uuid) -> Option<String> {
        self.all().into_iter().find(|team| team.id == id).map(|team| team.name)
    }
}

/// The teams; provided by [`provide_people`].
pub fn use_teams() -> Teams {
    expect_context()
}
