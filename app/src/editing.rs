//! Editing a record where it is shown: each field is saved by itself, can be taken back, and meets others' edits openly.

use std::{collections::BTreeMap, sync::Arc};

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    money::{Currency, Money},
    time::Day,
};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    api::{self, ApiError, plain, word_field},
    browser::json,
    event::{Conflicts, Wording, offer_undo, still_wanted},
    people::People,
    records::Kind,
    t_now,
    ui::{Fact, InlineDay, InlineMoney, InlineSelect, InlineText, Pending, SelectOption, Toaster, use_toaster},
};

/// Writes fields of a record from a version and answers the event that did it.
pub type Send = Arc<dyn Fn(i64, Map<String, Value>) -> Pending<Result<Option<i64>, ApiError>> + core::marker::Send + Sync>;

/// A field, and where it shows why it was refused.
type Problem = (&'static str, RwSignal<Option<String>>);

/// The record that is shown, and how its fields are saved.
#[derive(Clone, Copy)]
pub struct Editing {
    record: Signal<Map<String, Value>>,
    /// What was saved and is not in the record yet, with the version it was saved from.
    saved: RwSignal<BTreeMap<String, (i64, Value)>>,
    /// Where each field shows why it was refused.
    problems: StoredValue<Vec<Problem>>,
    send: StoredValue<Send>,
    on_saved: Callback<()>,
    pub conflicts: Conflicts,
    pub wording: Wording,
    toaster: Toaster,
    /// The person may not change it.
    pub locked: Signal<bool>,
}

/// An editor of one field: what it saves counts from the version that was there when it was opened.
#[derive(Clone, Copy)]
pub struct Beginning {
    editing: Editing,
    version: StoredValue<i64>,
}

impl Beginning {
    /// To be called when the editor opens.
    pub fn on_begin(self) -> Callback<()> {
        Callback::new(move |()| self.version.set_value(self.editing.record.with_untracked(version_of)))
    }

    /// Saves one field.
    pub fn save(self, field: &'static str, value: impl Into<Value>) {
        self.editing.save_from(self.version.get_value(), field, value.into());
    }
}

/// Some fields on their way to the server.
#[derive(Clone)]
struct Sent {
    version: i64,
    fields: Map<String, Value>,
    /// What the fields held before.
    before: Map<String, Value>,
}

impl Editing {
    /// `send` writes fields; `on_saved` reads the record anew.
    pub fn new(record: Signal<Map<String, Value>>, locked: Signal<bool>, wording: Wording, on_saved: Callback<()>, send: Send) -> Self {
        Self {
            record,
            saved: RwSignal::default(),
            problems: StoredValue::default(),
            send: StoredValue::new(send),
            on_saved,
            conflicts: Conflicts::new(),
            wording,
            toaster: use_toaster(),
            locked,
        }
    }

    /// A field as it is, or as it was just saved; tracked.
    pub fn value(self, field: &'static str) -> Signal<Value> {
        Signal::derive(move || {
            let (version, stored) = self.record.with(|r| (version_of(r), r.get(field).cloned().unwrap_or(Value::Null)));
            self.saved.with(|saved| saved.get(field).filter(|(from, _)| *from >= version).map(|(_, value)| value.clone())).unwrap_or(stored)
        })
    }

    /// What is to be saved once an editor is done, with the version that the person began to change.
    pub fn begin(self) -> Beginning {
        Beginning { editing: self, version: StoredValue::new(0) }
    }

    fn save_from(self, begun: i64, field: &'static str, value: Value) {
        let fields = Map::from_iter([(field.to_owned(), value)]);
        let version = self.record.with_untracked(version_of);
        let before = self.record.with_untracked(|record| {
            fields.keys().map(|field| (field.clone(), record.get(field).cloned().unwrap_or(Value::Null))).collect()
        });
        self.saved.update(|saved| saved.extend(fields.iter().map(|(field, value)| (field.clone(), (version, value.clone())))));
        // What others changed since the editor was opened is met openly, though the page follows it.
        self.write(Sent { version: begun, fields, before });
    }

    fn write(self, sent: Sent) {
        // Asked for now: the page may be gone when the answer comes.
        let names: Vec<String> = sent.fields.keys().map(|field| self.wording.label(field)).collect();
        let text = t_now!(record.saved, what = names.join(", "));
        let answer = self.send.with_value(|send| send(sent.version, sent.fields.clone()));
        spawn_local(async move {
            match answer.await {
                Ok(event) => self.done(event, text, sent.before),
                Err(error) => {
                    self.forget(&sent.fields);
                    self.failed(&error, sent);
                }
            }
        });
    }

    fn done(self, event: Option<i64>, text: String, before: Map<String, Value>) {
        let undone = Callback::new(move |met: Option<ApiError>| {
            if met.is_none() {
                self.saved.try_update(BTreeMap::clear);
            }
            self.on_saved.try_run(());
            // The way back is a write like any other where somebody changed the field meanwhile.
            met.is_some_and(|error| self.ask(&error, Sent { version: 0, fields: before.clone(), before: Map::new() }))
        });
        offer_undo(self.toaster, text, event, self.wording, undone);
        self.on_saved.try_run(());
    }

    fn failed(self, error: &ApiError, sent: Sent) {
        if !error.conflicts().is_empty() {
            self.on_saved.try_run(());
        }
        // What was typed comes back into its field with the reason; only where the field is gone a message has to do.
        if !self.ask(error, sent.clone()) && !self.show(error, &sent.fields) {
            self.toaster.fail(error.clone());
        }
    }

    /// Asks what to do where others set the same fields; false where it is not that, or the page is gone.
    fn ask(self, error: &ApiError, sent: Sent) -> bool {
        let (met, version) = (error.conflicts().to_vec(), error.version().unwrap_or(sent.version));
        !met.is_empty()
            && self.conflicts.ask(error.conflicts(), self.wording, move |mine| {
                if let Some(fields) = still_wanted(&sent.fields, &met, &mine) {
                    self.write(Sent { version, fields, before: sent.before.clone() });
                }
            })
    }

    /// Shows at the fields why they were refused; false where none of them is there.
    fn show(self, error: &ApiError, fields: &Map<String, Value>) -> bool {
        let problems = self.problems.try_get_value().unwrap_or_default();
        let concerned = problems.into_iter().filter(|(field, _)| fields.contains_key(*field));
        concerned.fold(false, |is_shown, (field, problem)| problem.try_set(Some(reason(error, field))).is_none() || is_shown)
    }

    fn forget(self, fields: &Map<String, Value>) {
        self.saved.try_update(|saved| saved.retain(|field, _| !fields.contains_key(field)));
    }

    fn label(self, field: &'static str) -> TextProp {
        TextProp::from(move || self.wording.label(field))
    }

    fn problem(self, field: &'static str) -> RwSignal<Option<String>> {
        let problem = RwSignal::new(None);
        self.problems.update_value(|all| {
            all.retain(|(other, _)| *other != field);
            all.push((field, problem));
        });
        problem
    }

    /// A line of text.
    pub fn text(self, field: &'static str) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || plain(&value.get()));
        let label = self.label(field);
        let begun = self.begin();
        let save = move |text: String| begun.save(field, text);
        view! {
            <Fact label=label.clone()>
                <span data-field=field>
                    <InlineText label value disabled=self.locked problem=self.problem(field) on_begin=begun.on_begin() on_save=save />
                </span>
            </Fact>
        }
        .into_any()
    }

    /// A day; absent where `is_required` is false.
    pub fn day(self, field: &'static str, is_required: bool) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || Day::parse(&plain(&value.get())));
        let label = self.label(field);
        let begun = self.begin();
        let save = move |day: Option<Day>| begun.save(field, day_value(day));
        let (problem, on_begin) = (self.problem(field), begun.on_begin());
        view! {
            <Fact label=label.clone()>
                <InlineDay label value required=is_required disabled=self.locked problem on_begin on_save=save />
            </Fact>
        }
        .into_any()
    }

    /// An amount.
    pub fn money(self, field: &'static str) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || json::from_value::<Money>(&value.get()).ok());
        let currency = Signal::derive(move || value.get().map_or(Currency::EUR, |money| money.currency));
        let label = self.label(field);
        let begun = self.begin();
        let save = move |money: Option<Money>| {
            if let Some(money) = money {
                begun.save(field, money_value(money));
            }
        };
        let (problem, on_begin) = (self.problem(field), begun.on_begin());
        view! {
            <Fact label=label.clone()>
                <InlineMoney label value currency required=true disabled=self.locked problem on_begin on_save=save />
            </Fact>
        }
        .into_any()
    }

    /// One of a few; the empty value clears.
    pub fn choice(self, field: &'static str, options: Signal<Vec<SelectOption>>) -> AnyView {
        self.chosen(field, options, Value::Null)
    }

    /// One of a few of a field that is a text; the empty value is the empty text.
    pub fn text_choice(self, field: &'static str, options: Signal<Vec<SelectOption>>) -> AnyView {
        self.chosen(field, options, Value::String(String::new()))
    }

    fn chosen(self, field: &'static str, options: Signal<Vec<SelectOption>>, empty: Value) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || plain(&value.get()));
        let label = self.label(field);
        let begun = self.begin();
        let save = move |chosen: String| begun.save(field, if chosen.is_empty() { empty.clone() } else { chosen.into() });
        let (problem, on_begin) = (self.problem(field), begun.on_begin());
        view! { <Fact label=label.clone()><InlineSelect label value options disabled=self.locked problem on_begin on_save=save /></Fact> }
            .into_any()
    }
}

/// Writes fields of the record of this kind and id.
pub fn patching(kind: &'static Kind, id: Uuid) -> Send {
    Arc::new(move |version, fields| {
        Box::pin(async move { Ok(api::patch::<IgnoredAny>(&format!("/{}/{id}", kind.base), version, &fields).await?.event) })
    })
}

/// The version of a record.
pub fn version_of(record: &Map<String, Value>) -> i64 {
    record.get("version").and_then(Value::as_i64).unwrap_or(0)
}

/// A day as records carry it.
pub fn day_value(day: Option<Day>) -> Value {
    day.map_or(Value::Null, |day| day.to_string().into())
}

/// An amount as records carry it.
pub fn money_value(money: Money) -> Value {
    let fields = [("minor", Value::from(money.minor)), ("currency", Value::from(money.currency.code()))];
    Value::Object(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// What a field was refused for: its own reason where there is one, else that of the whole write.
fn reason(error: &ApiError, field: &str) -> String {
    error.fields().iter().find(|e| e.field == field).map_or_else(|| error.text(), word_field)
}

/// The choices, with the present one where it is none of them, such as somebody who left.
pub fn with_current(mut all: Vec<(String, String)>, current: Option<(String, String)>) -> Vec<SelectOption> {
    if let Some(current) = current.filter(|(id, _)| !all.iter().any(|(other, _)| other == id)) {
        all.push(current);
    }
    all.into_iter().map(|(id, name)| SelectOption::new(id, name)).collect()
}

/// Who can own a record: those who work here, and whoever owns it now. Tracked.
pub fn owner_options(people: People, current: Option<(String, String)>) -> Vec<SelectOption> {
    with_current(people.active().into_iter().map(|person| (person.id.to_string(), person.name)).collect(), current)
}

#[cfg(test)]
mod tests {
    use muster_shared::problem::{FieldError, Problem};

    use super::*;

    #[test]
    fn an_amount_is_carried_as_it_serialises() {
        let money = Money::new(850_000_000, Currency::VND);
        assert_eq!(money_value(money), serde_json::to_value(money).expect("an amount serialises"));
    }

    #[test]
    fn a_field_says_its_own_reason() {
        let mut problem = Problem::new(422, "invalid", "Some fields do not hold");
        problem.errors = vec![FieldError { field: "mail".into(), code: "required".into(), params: Default::default() }];
        let refused = ApiError::Problem(Box::new(problem));
        assert_eq!(reason(&refused, "mail"), word_field(&refused.fields()[0]));
        assert_eq!(reason(&ApiError::Offline, "mail"), ApiError::Offline.text());
    }

    #[test]
    fn who_left_stays_the_choice_it_was() {
        let named = |id: &str| (id.to_owned(), format!("name of {id}"));
        let ids = |options: Vec<SelectOption>| options.into_iter().map(|o| o.value).collect::<Vec<_>>();
        assert_eq!(ids(with_current(vec![named("a")], Some(named("b")))), ["a", "b"]);
        assert_eq!(ids(with_current(vec![named("a"), named("b")], Some(named("b")))), ["a", "b"]);
        assert_eq!(ids(with_current(vec![named("a")], None)), ["a"]);
    }
}
