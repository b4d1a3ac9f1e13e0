//! A write under way: whether it runs, what was wrong with it, and what follows once it is done.

use std::{future::Future, pin::Pin};

use leptos::{prelude::*, task::spawn_local};
use muster_shared::problem::{FieldError, Problem};

use crate::{
    api::{ApiError, plain, word_field},
    browser::{focus, timer},
    t_now,
};

/// What follows a write.
type Done = Box<dyn FnOnce()>;

/// A write under way.
type Work = Pin<Box<dyn Future<Output = Result<Done, ApiError>>>>;

/// The write of one form. Fields ask for their own errors; what belongs to no field is [`Sending::error`].
#[derive(Clone, Copy)]
pub struct Sending {
    busy: RwSignal<bool>,
    error: RwSignal<Option<ApiError>>,
    fields: StoredValue<Vec<String>>,
}

impl Sending {
    /// Nothing sent yet.
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None), fields: StoredValue::default() }
    }

    /// Whether the write is under way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What is wrong with this field, worded.
    pub fn field(self, name: impl Into<String>) -> Signal<Option<String>> {
        let name = name.into();
        Signal::derive(move || self.field_error(&name))
    }

    /// The same, now; tracked.
    pub fn field_error(self, name: &str) -> Option<String> {
        self.shown(name);
        self.error.with(|error| error.as_ref()?.fields().iter().find(|e| e.field == name).map(word_field))
    }

    /// What is wrong beyond the fields that show it themselves, worded.
    pub fn error(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.error.with(|error| {
                let error = error.as_ref()?;
                if let [met, ..] = error.conflicts() {
                    let by = met.by.clone().unwrap_or_else(|| t_now!(settings.somebody).to_owned());
                    return Some(t_now!(settings.met, by = by, value = plain(&met.theirs)));
                }
                let is_shown = |e: &FieldError| self.fields.with_value(|fields| fields.contains(&e.field));
                match error.fields() {
                    [] => Some(error.text()),
                    errors if errors.iter().all(is_shown) => None,
                    errors => Some(errors.iter().filter(|e| !is_shown(e)).map(word_field).collect::<Vec<_>>().join(" · ")),
                }
            })
        })
    }

    /// The code of what went wrong; tracked.
    pub fn code(self) -> Option<String> {
        self.error.with(|error| error.as_ref().map(|error| error.code().to_owned()))
    }

    /// The version to send next: after a conflict was shown, sending again means to replace what it showed.
    pub fn version_or(self, known: i64) -> i64 {
        self.error.with_untracked(|error| error.as_ref().and_then(ApiError::version)).map_or(known, |version| version.max(known))
    }

    /// Whether this field is wrong; tracked. Its error counts as shown.
    pub fn is_wrong(self, name: &str) -> bool {
        self.shown(name);
        self.error.with(|error| error.as_ref().is_some_and(|error| error.fields().iter().any(|e| e.field == name)))
    }

    fn shown(self, name: &str) {
        self.fields.update_value(|fields| {
            if !fields.iter().any(|field| field == name) {
                fields.push(name.to_owned());
            }
        });
    }

    /// Shows what the browser itself found wrong.
    pub fn refuse(self, errors: Vec<FieldError>) {
        let mut problem = Problem::new(422, "invalid", "Some fields do not hold");
        problem.errors = errors;
        self.fail(ApiError::Problem(Box::new(problem)));
    }

    /// Forgets what went wrong.
    pub fn clear(self) {
        self.error.set(None);
    }

    /// Runs `work` unless it runs already or the form holds text that cannot be read, then `done` with what it answered, if the page is still there.
    pub fn run<T: 'static>(self, work: impl Future<Output = Result<T, ApiError>> + 'static, done: impl FnOnce(T) + 'static) {
        self.run_boxed(Box::pin(async move {
            let value = work.await?;
            Ok(Box::new(move || done(value)) as Done)
        }));
    }

    /// Apart from the generic part, so that it is compiled once.
    fn run_boxed(self, work: Work) {
        if self.busy.get_untracked() {
            return;
        }
        if focus::unreadable() {
            return;
        }
        self.busy.set(true);
        let owner = Owner::current();
        spawn_local(async move {
            let answer = work.await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(done) => {
                    self.error.set(None);
                    match owner {
                        Some(owner) => owner.with(done),
                        None => done(),
                    }
                }
                Err(error) => self.fail(error),
            }
        });
    }

    fn fail(self, error: ApiError) {
        self.error.set(Some(error));
        timer::after_layout(|| {
            focus::first("[aria-invalid=true]");
        });
    }
}
