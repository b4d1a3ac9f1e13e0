//! The facts of a person: only what was changed is sent, and can be taken back.

use leptos::prelude::*;
use muster_shared::identity::{Role, User, UserPatch};
use serde_json::Value;

use super::{
    Subject,
    memberships::{MembershipFields, Memberships},
};
use crate::{
    identity::api as requests,
    sending::Sending,
    settings::{
        change::{Change, Changes, undo_of, value},
        profile::changed,
    },
    t, t_now,
    ui::{Button, ButtonKind, Field, FormError, TextInput, reactive},
};

/// The facts of a person while they are edited.
#[derive(Clone, Copy)]
struct Facts {
    name: RwSignal<String>,
    mail: RwSignal<String>,
    title: RwSignal<String>,
    belongs: Memberships,
}

impl Facts {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { name: empty(), mail: empty(), title: empty(), belongs: Memberships::default() }
    }

    fn fill(self, user: &User) {
        self.name.set(user.name.clone());
        self.mail.set(user.mail.clone());
        self.title.set(user.title.clone());
        self.belongs.fill(user);
    }

    /// What was changed of `old`.
    fn patch(self, old: &User) -> UserPatch {
        let belongs = self.belongs;
        let department = belongs.department.get_untracked().parse().ok();
        UserPatch {
            name: changed(self.name.get_untracked().trim(), &old.name),
            mail: changed(self.mail.get_untracked().trim(), &old.mail),
            title: changed(self.title.get_untracked().trim(), &old.title),
            department_id: (department != old.department_id).then_some(department),
            role_ids: other_than(belongs.roles.get_untracked(), &old.role_ids),
            team_ids: other_than(belongs.teams.get_untracked(), &old.team_ids),
            territory_ids: other_than(belongs.territories.get_untracked(), &old.territory_ids),
        }
    }
}

/// `new` where it names others than `old` does; the order says nothing.
fn other_than<I: PartialEq>(new: Vec<I>, old: &[I]) -> Option<Vec<I>> {
    let is_same = new.len() == old.len() && new.iter().all(|id| old.contains(id));
    (!is_same).then_some(new)
}

/// What `patch` made of `old`, to be taken back.
fn change_of(old: &User, patch: &UserPatch) -> Change {
    let mut fields = Vec::new();
    let mut add = |name, old: Value, new: Value| fields.push((name, old, new));
    let UserPatch { name, mail, title, department_id, role_ids, team_ids, territory_ids } = patch;
    for (field, old, new) in [("name", &old.name, name), ("mail", &old.mail, mail), ("title", &old.title, title)] {
        if let Some(new) = new {
            add(field, old.clone().into(), new.clone().into());
        }
    }
    if let Some(new) = department_id {
        add("department_id", value(&old.department_id), value(new));
    }
    if let Some(new) = role_ids {
        add("role_ids", value(&old.role_ids), value(new));
    }
    if let Some(new) = team_ids {
        add("team_ids", value(&old.team_ids), value(new));
    }
    if let Some(new) = territory_ids {
        add("territory_ids", value(&old.territory_ids), value(new));
    }
    Change { path: format!("/users/{}", old.id), version: old.version, fields }
}

/// The form of the facts.
#[component]
pub fn PersonForm(subject: Subject, roles: Signal<Vec<Role>>, may_manage: Signal<bool>, on_change: Callback<()>) -> impl IntoView {
    let changes = Changes::new(on_change);
    let facts = Facts::new();
    let sending = Sending::new();
    // What the fields began with. It follows the record only while nothing is typed: the server merges from there, and asks.
    let base = StoredValue::new(None::<User>);
    Effect::new(move |_| {
        let Some(now) = subject.with(Clone::clone) else { return };
        let follows = base.with_value(|old| old.as_ref().is_none_or(|old| now.version > old.version && is_empty(&facts.patch(old))));
        if follows {
            facts.fill(&now);
            base.set_value(Some(now));
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(old) = base.get_value() else { return };
        let patch = facts.patch(&old);
        let version = sending.version_or(old.version);
        let made = change_of(&old, &patch);
        sending.run(async move { requests::change_user(old.id, version, &patch).await }, move |saved| {
            changes.offer(t_now!(settings.saved).to_owned(), undo_of(made, saved.version));
            base.set_value(Some(saved));
            on_change.run(());
        });
    };
    let dealer = untrack(|| subject.with(|user| user.dealer_id));
    view! {
        <form class="form" on:submit=submit>
            <fieldset class="plain-group" disabled=move || !may_manage.get()>
                <Field label=t!(identity.name) required=true error=sending.field("name")><TextInput value=facts.name /></Field>
                <Field label=t!(identity.mail) required=true error=sending.field("mail")><TextInput value=facts.mail kind="email" /></Field>
                <Field label=t!(settings.title_at_work) error=sending.field("title")><TextInput value=facts.title /></Field>
                <MembershipFields belongs=facts.belongs roles sending dealer />
            </fieldset>
            <FormError error=sending.error() />
            {reactive(move || may_manage.get().then(|| {
                view! { <div class="form__foot"><Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button></div> }
            }))}
        </form>
    }
    .into_any()
}

fn is_empty(patch: &UserPatch) -> bool {
    *patch == UserPatch::default()
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        id::{DealerId, RoleId, UserId},
        text::Lang,
    };
    use uuid::Uuid;

    use super::*;

    fn user() -> User {
        User {
            id: UserId(Uuid::from_u128(1)),
            version: 3,
            dealer_id: DealerId(Uuid::nil()),
            department_id: None,
            name: "Linh".into(),
            mail: "linh@phuongnam.vn".into(),
            title: String::new(),
            lang: Lang::Vi,
            zone: "Asia/Ho_Chi_Minh".into(),
            active: true,
            invited: false,
            role_ids: vec![RoleId(Uuid::from_u128(2)), RoleId(Uuid::from_u128(3))],
            team_ids: Vec::new(),
            territory_ids: Vec::new(),
        }
    }

    #[test]
    fn only_what_was_changed_is_sent_and_the_order_of_memberships_is_no_change() {
        let owner = Owner::new();
        owner.with(|| {
            let (facts, user) = (Facts::new(), user());
            facts.fill(&user);
            assert!(is_empty(&facts.patch(&user)));
            facts.belongs.roles.update(|roles| roles.reverse());
            assert!(is_empty(&facts.patch(&user)));
            facts.name.set(" Linh Trần ".into());
            facts.belongs.roles.update(|roles| roles.truncate(1));
            let patch = facts.patch(&user);
            assert_eq!(patch, UserPatch { name: Some("Linh Trần".into()), role_ids: Some(vec![user.role_ids[1]]), ..UserPatch::default() });
            let made = change_of(&user, &patch);
            assert_eq!(made.fields.iter().map(|(name, ..)| *name).collect::<Vec<_>>(), ["name", "role_ids"]);
            assert_eq!(made.fields[1].1, value(&user.role_ids));
        });
    }
}
