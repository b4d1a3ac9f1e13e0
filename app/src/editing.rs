//! Editing a record where it is shown: each field is saved by itself, can be taken back, and meets others' edits openly.

use std::{collections::BTreeMap, sync::Arc};

use leptos::{prelude::*, task::spawn_local, text_prop::TextProp};
use muster_shared::{
    money::{Currency, Money},
    time::Day,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    api::{ApiError, from_json, plain},
    event::{self, Conflicts, Wording, still_wanted},
    t_now,
    ui::{Fact, InlineDay, InlineMoney, InlineSelect, InlineText, Pending, SelectOption, Toaster, use_toaster},
};

type Send = Arc<dyn Fn(i64, Map<String, Value>) -> Pending<Result<Option<i64>, ApiError>> + core::marker::Send + Sync>;

/// The record that is shown, and how its fields are saved.
#[derive(Clone, Copy)]
pub struct Editing {
    record: Signal<Map<String, Value>>,
    /// What was saved and is not in the record yet, with the version it was saved from.
    saved: RwSignal<BTreeMap<String, (i64, Value)>>,
    send: StoredValue<Send>,
    on_saved: Callback<()>,
    pub conflicts: Conflicts,
    pub wording: Wording,
    toaster: Toaster,
    /// The person may not change it.
    pub locked: Signal<bool>,
}

impl Editing {
    /// `send` writes fields from a version and answers the event; `on_saved` reads the record anew.
    pub fn new(
        record: Signal<Map<String, Value>>,
        locked: Signal<bool>,
        wording: Wording,
        on_saved: Callback<()>,
        send: impl Fn(i64, Map<String, Value>) -> Pending<Result<Option<i64>, ApiError>> + core::marker::Send + Sync + 'static,
    ) -> Self {
        Self {
            record,
            saved: RwSignal::default(),
            send: StoredValue::new(Arc::new(send)),
            on_saved,
            conflicts: Conflicts::new(),
            wording,
            toaster: use_toaster(),
            locked,
        }
    }

    fn version(self) -> i64 {
        self.record.with_untracked(|r| r.get("version").and_then(Value::as_i64)).unwrap_or(0)
    }

    /// A field as it is, or as it was just saved; tracked.
    pub fn value(self, field: &'static str) -> Signal<Value> {
        Signal::derive(move || {
            let (version, stored) =
                self.record.with(|r| (r.get("version").and_then(Value::as_i64).unwrap_or(0), r.get(field).cloned().unwrap_or(Value::Null)));
            self.saved.with(|saved| saved.get(field).filter(|(from, _)| *from >= version).map(|(_, value)| value.clone())).unwrap_or(stored)
        })
    }

    /// Saves one field.
    pub fn save(self, field: &'static str, value: impl Into<Value>) {
        self.save_all(Map::from_iter([(field.to_owned(), value.into())]));
    }

    /// Saves several fields at once.
    pub fn save_all(self, fields: Map<String, Value>) {
        let version = self.version();
        self.saved.update(|saved| saved.extend(fields.iter().map(|(field, value)| (field.clone(), (version, value.clone())))));
        self.write(version, fields);
    }

    fn write(self, version: i64, fields: Map<String, Value>) {
        let sent = self.send.with_value(|send| send(version, fields.clone()));
        spawn_local(async move {
            match sent.await {
                Ok(event) => self.done(event, &fields),
                Err(error) => {
                    self.forget(&fields);
                    self.failed(error, version, fields);
                }
            }
        });
    }

    fn done(self, event: Option<i64>, fields: &Map<String, Value>) {
        let names: Vec<String> = fields.keys().map(|field| self.wording.label(field)).collect();
        let text = t_now!(record.saved, what = names.join(", "));
        match event {
            Some(seq) => self.toaster.say_with_undo(text, move || self.undo(seq)),
            None => self.toaster.say(text),
        }
        self.on_saved.try_run(());
    }

    fn failed(self, error: ApiError, version: i64, fields: Map<String, Value>) {
        if error.conflicts().is_empty() {
            return self.toaster.fail(error);
        }
        self.on_saved.try_run(());
        let now = error.version().unwrap_or(version);
        let met = error.conflicts().to_vec();
        self.conflicts.ask(error.conflicts(), self.wording, move |mine| {
            if let Some(left) = still_wanted(&fields, &met, &mine) {
                self.write(now, left);
            }
        });
    }

    fn undo(self, seq: i64) {
        let toaster = self.toaster;
        spawn_local(async move {
            match event::undo(seq).await {
                Ok(_) => {
                    self.saved.try_update(BTreeMap::clear);
                    self.on_saved.try_run(());
                    toaster.say(t_now!(record.undone));
                }
                Err(error) => toaster.fail(error),
            }
        });
    }

    fn forget(self, fields: &Map<String, Value>) {
        self.saved.try_update(|saved| saved.retain(|field, _| !fields.contains_key(field)));
    }

    fn label(self, field: &'static str) -> TextProp {
        TextProp::from(move || self.wording.label(field))
    }

    /// A line of text.
    pub fn text(self, field: &'static str) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || plain(&value.get()));
        let label = self.label(field);
        let save = move |text: String| self.save(field, text);
        view! {
            <Fact label=label.clone()>
                <span data-field=field><InlineText label value disabled=self.locked on_save=save /></span>
            </Fact>
        }
        .into_any()
    }

    /// A day; absent where `is_required` is false.
    pub fn day(self, field: &'static str, is_required: bool) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || Day::parse(&plain(&value.get())));
        let label = self.label(field);
        let save = move |day: Option<Day>| {
            if day.is_some() || !is_required {
                self.save(field, day.map_or(Value::Null, |day| day.to_string().into()));
            }
        };
        view! { <Fact label=label.clone()><InlineDay label value disabled=self.locked on_save=save /></Fact> }.into_any()
    }

    /// An amount.
    pub fn money(self, field: &'static str) -> AnyView {
        let value = self.value(field);
        let value = Signal::derive(move || from_json::<Money>(value.get()).ok());
        let currency = Signal::derive(move || value.get().map_or(Currency::EUR, |money| money.currency));
        let label = self.label(field);
        let save = move |money: Option<Money>| {
            if let Some(money) = money {
                self.save(field, to_value(&money));
            }
        };
        view! { <Fact label=label.clone()><InlineMoney label value currency disabled=self.locked on_save=save /></Fact> }.into_any()
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
        let save = move |chosen: String| self.save(field, if chosen.is_empty() { empty.clone() } else { chosen.into() });
        view! { <Fact label=label.clone()><InlineSelect label value options disabled=self.locked on_save=save /></Fact> }.into_any()
    }
}

/// A patch of the named fields.
///
/// # Panics
/// Where a field is not one of the patch, which only a mistake in the page can cause.
pub fn patch_of<P: DeserializeOwned>(fields: Map<String, Value>) -> P {
    from_json(Value::Object(fields)).expect("pages save only fields that the patch names, with values of their type")
}

/// A value as the patch carries it.
pub fn to_value(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("values of fields serialise")
}
