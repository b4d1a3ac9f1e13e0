//! Colleagues: their names beside records, and choosing one of them.

use leptos::prelude::*;
use muster_shared::{
    fold::fold,
    id::UserId,
    identity::{Person, Unit},
};

use uuid::Uuid;

use crate::{
    api::{self, Reading},
    ui::Choice,
};

/// The colleagues of the dealer, read once for the desk.
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

/// Reads the colleagues and the teams for everything below.
pub fn provide_people() {
    provide_context(People(Reading::new(|| api::get("/people"))));
    provide_context(Teams(Reading::new(|| api::get("/teams"))));
}

/// The teams of the dealer, read once for the desk.
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
