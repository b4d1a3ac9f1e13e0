//! Changes made in place: saved at once, said, and taken back on request.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use muster_shared::problem::{FieldConflict, FieldError};
use serde::Serialize;
use serde_json::{Map, Value};

use super::audit::word;
use crate::{
    api::{self, ApiError, word_field},
    t_now,
    ui::{Failure, Pending, Toaster, use_toaster},
};

/// Fields of a record, each with the value it had and the one it gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The record's address.
    pub path: String,
    /// The version it was read at.
    pub version: i64,
    pub fields: Vec<(&'static str, Value, Value)>,
}

impl Change {
    /// A change of one field.
    pub fn of(path: String, version: i64, field: &'static str, old: Value, new: Value) -> Self {
        Self { path, version, fields: vec![(field, old, new)] }
    }

    /// The patch that makes it.
    fn patch(&self) -> Value {
        Value::Object(self.fields.iter().map(|(name, _, new)| ((*name).to_owned(), new.clone())).collect::<Map<_, _>>())
    }

    /// What takes it back once it was made, which left the record at `version`.
    fn back(self, version: i64) -> Self {
        Self { version, fields: self.fields.into_iter().map(|(name, old, new)| (name, new, old)).collect(), ..self }
    }
}

/// A value as a patch carries it.
pub fn value(of: &impl Serialize) -> Value {
    // Nothing may stand in for it: a patch with null would clear the field.
    serde_json::to_value(of).expect("fields of records have string keys and serialise")
}

/// Makes the changes one after the other; answers what takes them back, the last first.
async fn send(changes: Vec<Change>) -> Result<Vec<Change>, ApiError> {
    let mut back = Vec::with_capacity(changes.len());
    for change in changes {
        let record: Value = api::patch(&change.path, change.version, &change.patch()).await?.record;
        let version = record.get("version").and_then(Value::as_i64).unwrap_or(change.version);
        back.insert(0, change.back(version));
    }
    Ok(back)
}

/// What takes something back.
pub type Undo = Arc<dyn Fn() -> Pending<Result<(), ApiError>> + Send + Sync>;

/// How a room saves what is changed in place.
#[derive(Clone, Copy)]
pub struct Changes {
    toaster: Toaster,
    /// Reads the room anew.
    on_change: Callback<()>,
}

impl Changes {
    /// For a room that `on_change` reads anew.
    pub fn new(on_change: Callback<()>) -> Self {
        Self { toaster: use_toaster(), on_change }
    }

    /// Saves and says `text`, with a way back. What is wrong is `problem`, where the editor still is.
    pub fn save(self, text: String, problem: RwSignal<Option<String>>, changes: Vec<Change>) {
        self.save_from(None, text, problem, changes);
    }

    /// The same for what an editor began with, which is forgotten once it was said that others changed it.
    fn save_from(self, begun: Option<Begun>, text: String, problem: RwSignal<Option<String>>, changes: Vec<Change>) {
        problem.set(None);
        spawn_local(async move {
            match send(changes).await {
                Ok(back) => {
                    self.offer(text, undo(back));
                    self.on_change.try_run(());
                }
                Err(error) => {
                    if let Some(begun) = begun.filter(|_| error.version().is_some()) {
                        begun.try_set_value(None);
                    }
                    self.failed(error, problem);
                }
            }
        });
    }

    /// An editor in place of one field, which is `now` at this version and of this value; what is wrong with it is `problem`.
    pub fn edit(self, field: &'static str, now: impl Fn() -> Option<Seen> + Send + Sync + 'static) -> Edit {
        let now = Callback::new(move |()| untrack(&now));
        Edit { changes: self, field, now, begun: StoredValue::new(None), problem: RwSignal::new(None) }
    }

    /// Says why what was typed is not even sent.
    pub fn refuse(self, errors: &[FieldError], problem: RwSignal<Option<String>>) {
        let text = errors.iter().map(word_field).collect::<Vec<_>>().join(" · ");
        // Afterwards: an editor that hands its value over closes, and what is wrong opens it again.
        spawn_local(async move {
            problem.try_set(Some(text));
        });
    }

    /// Says `text` and offers to take it back.
    pub fn offer(self, text: String, undo: Undo) {
        let Self { toaster, on_change } = self;
        toaster.say_with_undo(text, move || {
            let undone = undo();
            spawn_local(async move {
                match undone.await {
                    Ok(()) => toaster.say(t_now!(record.undone)),
                    Err(error) => toaster.fail(undo_failure(error)),
                }
                on_change.try_run(());
            });
        });
    }

    fn failed(self, error: ApiError, problem: RwSignal<Option<String>>) {
        if error.version().is_some() {
            self.on_change.try_run(());
        }
        let text = match error.conflicts() {
            [met, ..] => t_now!(settings.met, by = by(met.by.clone()), value = said(met, &met.theirs)),
            [] => error.text(),
        };
        if problem.try_set(Some(text)).is_some() {
            self.toaster.fail(error);
        }
    }
}

/// A version of a record, and what a field held in it.
pub type Seen = (i64, Value);
type Begun = StoredValue<Option<Seen>>;

/// An editor in place: what it saves counts from what was there when it was opened.
#[derive(Clone, Copy)]
pub struct Edit {
    changes: Changes,
    field: &'static str,
    now: Callback<(), Option<Seen>>,
    begun: Begun,
    pub problem: RwSignal<Option<String>>,
}

impl Edit {
    /// To be called when the editor opens.
    pub fn on_begin(self) -> Callback<()> {
        Callback::new(move |()| self.begun.set_value(self.now.run(())))
    }

    /// Saves in the record at `path` what `new` makes of the value, and says `text`.
    pub fn save(self, path: String, text: String, new: impl FnOnce(&Value) -> Value) {
        let Some(now) = self.now.run(()) else { return };
        let (version, old) = counted_from(self.begun.get_value(), now);
        let new = new(&old);
        self.changes.save_from(Some(self.begun), text, self.problem, vec![Change::of(path, version, self.field, old, new)]);
    }

    /// Says why what was typed is not even sent.
    pub fn refuse(self, errors: &[FieldError]) {
        self.changes.refuse(errors, self.problem);
    }
}

/// What a change counts from. Others may have changed other fields, or the order; where it was this one, the server has to refuse.
fn counted_from(begun: Option<Seen>, now: Seen) -> Seen {
    begun.filter(|(_, value)| *value != now.1).unwrap_or(now)
}

/// Takes changes back that were made, in this order.
pub fn undo(back: Vec<Change>) -> Undo {
    Arc::new(move || {
        let back = back.clone();
        Box::pin(async move { send(back).await.map(drop) }) as Pending<_>
    })
}

/// What takes a change back that another form made, which left the record at `version`.
pub fn undo_of(made: Change, version: i64) -> Undo {
    undo(vec![made.back(version)])
}

fn by(name: Option<String>) -> String {
    name.unwrap_or_else(|| t_now!(settings.somebody).to_owned())
}

/// One of the values that met; other records stay without their names here.
fn said(met: &FieldConflict, value: &Value) -> String {
    word(&met.field, value, &|_| None)
}

/// Somebody set another value meanwhile: it stays, and it is said which.
fn undo_failure(error: ApiError) -> Failure {
    match error.conflicts() {
        [met, ..] => Failure {
            title: t_now!(settings.undo_met, by = by(met.by.clone()), theirs = said(met, &met.theirs), mine = said(met, &met.mine)),
            ..Failure::default()
        },
        [] => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_a_change_back_sets_the_old_values_from_the_new_version() {
        let made = Change::of("/stages/1".into(), 4, "limit_days", Value::Null, 7.into());
        assert_eq!(made.patch().to_string(), r#"{"limit_days":7}"#);
        let back = made.clone().back(5);
        assert_eq!(back.version, 5);
        assert_eq!(back.patch().to_string(), r#"{"limit_days":null}"#);
        assert_eq!(back.back(4), made);
    }

    #[test]
    fn a_change_counts_from_what_was_there_when_its_editor_was_opened() {
        let seen = |version, value: &str| (version, Value::from(value));
        let now = seen(6, "North");
        for (begun, expected) in [
            (None, now.clone()),
            (Some(now.clone()), now.clone()),
            (Some(seen(4, "North")), now.clone()),
            (Some(seen(4, "South")), seen(4, "South")),
        ] {
            assert_eq!(counted_from(begun, now.clone()), expected);
        }
    }

    #[test]
    fn an_undo_that_meets_another_value_names_both() {
        use muster_shared::problem::Problem;
        let mut problem = Problem::new(412, "stale", "changed meanwhile");
        let met = FieldConflict { field: "name".into(), theirs: "North".into(), mine: "South".into(), by: Some("Linh".into()), at: None };
        problem.conflicts = vec![met];
        let failure = undo_failure(ApiError::Problem(Box::new(problem)));
        for word in ["Linh", "North", "South"] {
            assert!(failure.title.contains(word), "{}", failure.title);
        }
    }
}
