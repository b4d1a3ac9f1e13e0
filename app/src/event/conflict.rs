//! Two people set the same field: both values side by side, and one is chosen.

use leptos::prelude::*;
use muster_shared::{problem::FieldConflict, time::Instant};
use serde_json::{Map, Value};

use super::Wording;
use crate::{
    browser::{focus, format, timer},
    t, t_now,
    ui::{Button, ButtonKind, Dialog},
};

/// A write that met another's.
#[derive(Clone)]
struct Clash {
    conflicts: Vec<FieldConflict>,
    wording: Wording,
    /// Writes again with these fields of mine; the others stay as they are now.
    again: Callback<Vec<String>>,
}

/// Where writes that met another's ask what to do.
#[derive(Clone, Copy)]
pub struct Conflicts(RwSignal<Option<Clash>>);

impl Conflicts {
    /// None yet; show them with a [`ConflictDialog`].
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// Asks which values to keep; `again` gets the fields in which mine wins. False where the page that would ask is gone.
    pub fn ask(self, conflicts: &[FieldConflict], wording: Wording, again: impl Fn(Vec<String>) + Send + Sync + 'static) -> bool {
        let clash = Clash { conflicts: conflicts.to_vec(), wording, again: Callback::new(again) };
        self.0.try_set(Some(clash)).is_none()
    }
}

/// `wanted` without the conflicting fields that are not `mine`; `None` where nothing is left to write.
pub fn still_wanted(wanted: &Map<String, Value>, conflicts: &[FieldConflict], mine: &[String]) -> Option<Map<String, Value>> {
    let mut fields = wanted.clone();
    fields.retain(|field, _| mine.contains(field) || !conflicts.iter().any(|c| c.field == *field));
    (!fields.is_empty()).then_some(fields)
}

/// The question, while there is one.
#[component]
pub fn ConflictDialog(conflicts: Conflicts) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(conflicts.0.with(Option::is_some)));
    let close = move || {
        conflicts.0.set(None);
    };
    let content = move || conflicts.0.get().map(|clash| question(clash, Callback::new(move |()| close())));
    view! { <Dialog open title=t!(event.conflict_title) on_cancel=close>{content}</Dialog> }.into_any()
}

fn question(clash: Clash, on_done: Callback<()>) -> AnyView {
    let mine = RwSignal::new(Vec::<String>::new());
    timer::after_layout(|| {
        focus::first("dialog[open] .conflict input");
    });
    let Clash { conflicts, wording, again } = clash;
    let rows = conflicts
        .into_iter()
        .map(|conflict| {
            let field = StoredValue::new(conflict.field.clone());
            let who = conflict.by.clone().unwrap_or_else(|| t_now!(event.somebody).to_owned());
            let when = conflict.at.map(|at| format::relative(Instant(at))).unwrap_or_default();
            let (theirs, own) = (wording.value(&conflict.field, &conflict.theirs), wording.value(&conflict.field, &conflict.mine));
            let is_mine = Signal::derive(move || mine.with(|mine| field.with_value(|field| mine.contains(field))));
            let choose = move |own: bool| {
                mine.update(|mine| {
                    field.with_value(|field| mine.retain(|f| f != field));
                    if own {
                        mine.push(field.get_value());
                    }
                });
            };
            let group = crate::ui::unique_id("conflict");
            view! {
                <fieldset class="conflict">
                    <legend>{wording.label(&conflict.field)}</legend>
                    <label class="conflict__side">
                        <input type="radio" name=group.clone() prop:checked=move || !is_mine.get() on:change=move |_| choose(false) />
                        <span class="conflict__value">{theirs}</span>
                        <span class="conflict__who">{t_now!(event.theirs, who = who, when = when)}</span>
                    </label>
                    <label class="conflict__side">
                        <input type="radio" name=group prop:checked=move || is_mine.get() on:change=move |_| choose(true) />
                        <span class="conflict__value">{own}</span>
                        <span class="conflict__who">{t!(event.mine)}</span>
                    </label>
                </fieldset>
            }
        })
        .collect_view();
    let save = move || {
        let chosen = mine.get_untracked();
        on_done.run(());
        again.run(chosen);
    };
    view! {
        <div class="dialog__form">
            <p class="dialog__text">{t!(event.conflict_text)}</p>
            {rows}
            <footer class="dialog__foot">
                <Button on_press=on_done>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Main on_press=save>{t!(event.conflict_save)}</Button>
            </footer>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_contested_is_written_and_of_the_rest_what_was_chosen() {
        let of =
            |fields: &[(&str, &str)]| fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect::<Map<_, _>>();
        let wanted = of(&[("name", "Linh"), ("phone", "0909"), ("title", "CFO")]);
        let clash = |field: &str| FieldConflict { field: field.into(), theirs: Value::Null, mine: Value::Null, by: None, at: None };
        let conflicts = [clash("name"), clash("phone")];
        let left = still_wanted(&wanted, &conflicts, &["phone".to_owned()]);
        assert_eq!(left, Some(of(&[("phone", "0909"), ("title", "CFO")])));
        assert_eq!(still_wanted(&of(&[("name", "Linh")]), &conflicts, &[]), None);
    }
}
