//! The version that is worked on: what is edited here, what the server has, and how the two come together.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use muster_shared::{
    catalog::{
        DraftPatch, ModelVersion, Parts, ProductModel, VersionState,
        studio::{CheckReport, Saved, VersionView},
    },
    configurator::model::{Group, GroupOption, Model, PriceList, Rule},
    event::EntityKind,
    id::ModelVersionId,
};
use serde_json::Value;

use super::{api, findings::Findings, wording};
use crate::{
    api::{ApiError, Wrote},
    browser::{draft, json, timer},
    event::{self, Conflicts},
    live::{Told, use_live},
    t_now,
    ui::{Toaster, use_toaster},
};

/// Milliseconds without typing before what was typed is sent.
const SAVE_MS: u64 = 700;
/// Milliseconds without typing before the model is looked at.
const LOOK_MS: u64 = 180;
/// Until a write that had no answer is tried again.
const RETRY: Duration = Duration::from_secs(4);

type Changes = BTreeMap<String, Value>;

/// How far what was typed has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saving {
    Saved,
    Typed,
    Sending,
    Failed,
}

/// A version in the editor.
#[derive(Clone, Copy)]
pub struct Draft {
    pub id: ModelVersionId,
    pub product: StoredValue<ProductModel>,
    /// As it is edited.
    pub model: RwSignal<Model>,
    pub version: RwSignal<ModelVersion>,
    pub saving: RwSignal<Saving>,
    /// Why the last write was refused.
    pub failure: RwSignal<Option<ApiError>>,
    pub findings: RwSignal<Arc<Findings>>,
    /// What the last check found.
    pub report: RwSignal<Option<CheckReport>>,
    /// A check is under way.
    pub checking: RwSignal<bool>,
    pub conflicts: Conflicts,
    /// Nothing can be changed: it was published, or the person may only read.
    pub locked: Signal<bool>,
    /// As the server has it.
    base: StoredValue<Parts>,
    /// One's own writes, to be taken back one after the other.
    undoable: RwSignal<Vec<i64>>,
    /// The newest version that the stream told of.
    heard: StoredValue<i64>,
    /// What came back from an earlier visit was typed upon this version.
    typed_upon: StoredValue<Option<i64>>,
    pub toaster: Toaster,
    soon: StoredValue<Option<(Callback<()>, Callback<()>)>>,
}

/// The version in the editor around.
pub fn use_draft() -> Draft {
    expect_context()
}

impl Draft {
    /// Opens a version; what was typed and never saved comes back.
    pub fn new(view: VersionView, can_manage: Signal<bool>) -> Self {
        let version = RwSignal::new(view.version.clone());
        let is_open = Memo::new(move |_| version.with(|version| matches!(version.state, VersionState::Draft | VersionState::Checked)));
        let draft = Self {
            id: view.version.id,
            product: StoredValue::new(view.model),
            model: RwSignal::new(view.parts.model()),
            version,
            saving: RwSignal::new(Saving::Saved),
            failure: RwSignal::new(None),
            findings: RwSignal::new(Arc::default()),
            report: RwSignal::new(None),
            checking: RwSignal::new(false),
            conflicts: Conflicts::new(),
            locked: Signal::derive(move || !can_manage.get() || !is_open.get()),
            base: StoredValue::new(view.parts),
            undoable: RwSignal::default(),
            heard: StoredValue::new(0),
            typed_upon: StoredValue::new(None),
            toaster: use_toaster(),
            soon: StoredValue::new(None),
        };
        let save = timer::debounce(SAVE_MS, move |()| draft.send());
        let look = timer::debounce(LOOK_MS, move |()| draft.look());
        draft.soon.set_value(Some((Callback::new(move |()| save(())), Callback::new(move |()| look(())))));
        draft.restore();
        draft.look();
        draft.follow();
        on_cleanup(move || draft.send_last());
        draft
    }

    /// Changes the model; it is saved by itself.
    pub fn edit(self, change: impl FnOnce(&mut Model)) {
        if self.locked.get_untracked() {
            return;
        }
        self.model.update(change);
        self.saving.update(|saving| {
            if *saving != Saving::Sending {
                *saving = Saving::Typed;
            }
        });
        self.plan();
    }

    /// Changes a group.
    pub fn edit_group(self, code: &str, change: impl FnOnce(&mut Group)) {
        self.edit(|model| {
            if let Some(group) = model.groups.iter_mut().find(|group| group.code == code) {
                change(group);
            }
        });
    }

    /// Changes an option of a group.
    pub fn edit_option(self, group: &str, code: &str, change: impl FnOnce(&mut GroupOption)) {
        self.edit_group(group, |group| {
            if let Some(option) = group.options.iter_mut().find(|option| option.code == code) {
                change(option);
            }
        });
    }

    /// Changes a rule.
    pub fn edit_rule(self, code: &str, change: impl FnOnce(&mut Rule)) {
        self.edit(|model| {
            if let Some(rule) = model.rules.iter_mut().find(|rule| rule.code == code) {
                change(rule);
            }
        });
    }

    /// Changes a price list.
    pub fn edit_prices(self, code: &str, change: impl FnOnce(&mut PriceList)) {
        self.edit(|model| {
            if let Some(list) = model.prices.iter_mut().find(|list| list.code == code) {
                change(list);
            }
        });
    }

    /// Follows a part of the model; what it holds is only told on when it differs.
    pub fn watch<T: PartialEq + Send + Sync + 'static>(self, read: impl Fn(&Model) -> T + Send + Sync + 'static) -> Memo<T> {
        Memo::new(move |_| self.model.with(&read))
    }

    /// Whether there is a write of one's own to take back; tracked.
    pub fn can_undo(self) -> bool {
        self.undoable.with(|events| !events.is_empty())
    }

    /// Takes one's last write back.
    pub fn undo(self) {
        let Some(seq) = self.undoable.try_update(Vec::pop).flatten() else { return };
        spawn_local(async move {
            match event::undo(seq).await {
                Ok(_) => self.toaster.announce(t_now!(record.undone)),
                Err(error) => self.toaster.fail(event::not_undone(error, wording::parts(self))),
            }
            self.read_again().await;
        });
    }

    /// Sends what was typed at once.
    pub fn send(self) {
        if self.saving.get_untracked() == Saving::Sending {
            return;
        }
        let changes = self.pending();
        if changes.is_empty() {
            draft::clear(&self.key());
            self.saving.set(Saving::Saved);
            return;
        }
        self.saving.set(Saving::Sending);
        let (id, from) = (self.id, self.ground());
        spawn_local(async move {
            let answer = api::save(id, from, &DraftPatch { changes: changes.clone() }).await;
            // The page may be gone.
            if self.saving.try_get_untracked().is_some() {
                self.answered(changes, answer);
            }
        });
    }

    /// Sends what was typed, and waits until all of it is stored; false where that did not work.
    pub async fn settle(self) -> bool {
        loop {
            match self.saving.try_get_untracked() {
                None | Some(Saving::Failed) => return false,
                Some(Saving::Saved) => return true,
                Some(Saving::Typed) => self.send(),
                Some(Saving::Sending) => timer::sleep(40).await,
            }
        }
    }

    /// Takes over what the server has now; what was typed meanwhile stays.
    pub async fn read_again(self) {
        match api::read(self.id).await {
            Ok(view) => self.take(view),
            Err(error) => {
                if self.failure.try_set(Some(error)).is_none() {
                    self.saving.set(Saving::Failed);
                }
            }
        }
    }

    fn answered(self, changes: Changes, answer: Result<Wrote<Saved>, ApiError>) {
        match answer {
            Ok(Wrote { record: Saved { version, merged }, event }) => {
                self.failure.set(None);
                self.typed_upon.set_value(None);
                self.base.update_value(|base| base.apply(changes));
                self.rebase(|base| base.apply(merged));
                self.is_now(version);
                if let Some(event) = event {
                    self.undoable.update(|events| events.push(event));
                }
                self.saving.set(Saving::Typed);
                self.send();
                // Others may have gone on while the answer was on its way.
                if self.heard.get_value() > self.version.with_untracked(|version| version.version) {
                    spawn_local(self.read_again());
                }
            }
            Err(error) => self.refused(error),
        }
    }

    fn refused(self, error: ApiError) {
        self.saving.set(Saving::Failed);
        if !error.conflicts().is_empty() {
            let met: Vec<String> = error.conflicts().iter().map(|met| met.field.clone()).collect();
            let asked = self.conflicts.ask(error.conflicts(), wording::parts(self), move |mine| self.settle_conflict(&met, &mine));
            if asked {
                return;
            }
        }
        if matches!(error, ApiError::Offline) {
            set_timeout(move || self.retry(), RETRY);
        }
        self.failure.set(Some(error));
    }

    /// Tries to send again what had no answer.
    pub fn retry(self) {
        if self.saving.try_get_untracked() == Some(Saving::Failed) {
            self.send();
        }
    }

    /// Gives up what is not `mine` of what met another's, and sends the rest upon what the server has now.
    fn settle_conflict(self, met: &[String], mine: &[String]) {
        let given_up: Vec<String> = met.iter().filter(|field| !mine.contains(field)).cloned().collect();
        spawn_local(async move {
            let Ok(view) = api::read(self.id).await else { return };
            if self.saving.try_get_untracked().is_none() {
                return;
            }
            let mut pending = self.pending();
            pending.retain(|address, _| !given_up.contains(address));
            self.typed_upon.set_value(None);
            self.base.set_value(view.parts.clone());
            self.is_now(view.version);
            let mut parts = view.parts;
            parts.apply(pending);
            self.model.set(parts.model());
            self.send();
            self.look();
        });
    }

    fn take(self, view: VersionView) {
        if self.saving.try_get_untracked().is_none() {
            return;
        }
        self.rebase(|base| *base = view.parts);
        self.is_now(view.version);
    }

    /// Puts what was typed upon another ground.
    fn rebase(self, change: impl FnOnce(&mut Parts)) {
        let pending = self.pending();
        self.base.update_value(change);
        let mut parts = self.base.get_value();
        parts.apply(pending);
        let model = parts.model();
        if self.model.with_untracked(|now| *now != model) {
            self.model.set(model);
            self.look();
        }
    }

    /// Takes over how an answer describes the version, unless a newer one is known.
    pub fn is_now(self, version: ModelVersion) {
        if self.version.with_untracked(|now| version.version > now.version) {
            self.version.set(version);
        }
    }

    /// The version that what was typed counts from.
    fn ground(self) -> i64 {
        self.typed_upon.get_value().unwrap_or_else(|| self.version.with_untracked(|version| version.version))
    }

    fn pending(self) -> Changes {
        self.base.with_value(|base| self.model.with_untracked(|model| base.changes_to(model)))
    }

    fn look(self) {
        if self.findings.try_set(Arc::new(Findings::of(self.model.get_untracked()))).is_some() {
            return;
        }
        let pending = self.pending();
        if pending.is_empty() {
            draft::clear(&self.key());
        } else if let Ok(text) = json::text(&(self.ground(), pending)) {
            draft::save(&self.key(), &text);
        }
    }

    fn plan(self) {
        if let Some((save, look)) = self.soon.get_value() {
            save.run(());
            look.run(());
        }
    }

    fn key(self) -> String {
        format!("model-version:{}", self.id)
    }

    fn restore(self) {
        let kept = draft::load(&self.key()).and_then(|text| json::parse::<(i64, Changes)>(&text).ok());
        let Some((version, changes)) = kept.filter(|(_, changes)| !changes.is_empty() && !self.locked.get_untracked()) else { return };
        let mut parts = self.base.get_value();
        parts.apply(changes);
        self.typed_upon.set_value(Some(version));
        self.edit(|model| *model = parts.model());
    }

    fn follow(self) {
        let changed = timer::debounce(60, move |()| spawn_local(self.read_again()));
        use_live().hear(move |told| {
            let is_news = match told {
                Told::Changed(event) if event.entity == EntityKind::ModelVersion && event.entity_id == self.id.0 => {
                    self.heard.set_value(event.version);
                    // One's own write is told too; its answer says what else changed.
                    let is_sending = self.saving.get_untracked() == Saving::Sending;
                    !is_sending && event.version > self.version.with_untracked(|version| version.version)
                }
                Told::Changed(_) => false,
                Told::Resync => true,
                Told::Hello(_) => false,
            };
            if is_news {
                changed(());
            }
        });
    }

    /// Who leaves the page leaves nothing behind.
    fn send_last(self) {
        let changes = self.pending();
        if changes.is_empty() || self.locked.get_untracked() || self.saving.get_untracked() == Saving::Sending {
            return;
        }
        let (id, from, key) = (self.id, self.ground(), self.key());
        spawn_local(async move {
            if api::save(id, from, &DraftPatch { changes }).await.is_ok() {
                draft::clear(&key);
            }
        });
    }
}
