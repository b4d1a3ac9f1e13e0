//! One user: facts, roles, memberships, access, and what happens to their work when they leave.

mod access;
mod data;
mod form;
mod memberships;

pub use memberships::{MembershipFields, Memberships};

use leptos::prelude::*;
use muster_shared::{
    event::EntityKind,
    id::UserId,
    identity::{Role, User},
};

use self::{
    access::{Access, LeaveDialog},
    data::PersonalData,
    form::PersonForm,
};
use super::kept::Kept;
use crate::{
    api::Reading,
    identity::api as requests,
    live::{Told, use_live},
    ui::{ErrorState, SidePanel, Skeleton, reactive},
};

/// The person whose panel is open, as they are now.
#[derive(Clone, Copy)]
struct Subject {
    id: UserId,
    user: Kept<Option<User>>,
}

impl Subject {
    /// Looks at the person; tracked.
    fn with<R>(self, look: impl FnOnce(&User) -> R) -> Option<R> {
        self.user.with(|user| user.as_ref().filter(|user| user.id == self.id).map(look)).flatten()
    }

    /// The version to send with what is done to them now.
    fn version(self) -> i64 {
        untrack(|| self.with(|user| user.version)).unwrap_or_default()
    }

    fn name(self) -> String {
        self.with(|user| user.name.clone()).unwrap_or_default()
    }
}

/// The panel beside the list.
#[component]
pub fn PersonPanel(
    #[prop(into)] open: Signal<Option<UserId>>,
    roles: Signal<Vec<Role>>,
    #[prop(into)] may_manage: Signal<bool>,
    #[prop(into)] on_change: Callback<()>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let seen = RwSignal::new(0_u32);
    // Only of this person: others sign in and out all day.
    use_live().hear(move |told| {
        let concerns = match told {
            Told::Changed(event) => {
                event.entity == EntityKind::User && open.try_get_untracked().flatten().is_some_and(|id| id.0 == event.entity_id)
            }
            Told::Resync => true,
            Told::Hello(_) => false,
        };
        if concerns {
            seen.try_update(|n| *n = n.wrapping_add(1));
        }
    });
    let user = Reading::new(move || {
        seen.track();
        let id = open.get();
        async move {
            match id {
                Some(id) => requests::user(id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let kept = Kept::new(user);
    let changed = Callback::new(move |()| {
        user.refetch();
        on_change.run(());
    });
    // The panel is drawn anew for another person, not for another version of the same one: what is typed and asked in it stays.
    let shown = Memo::new(move |_| {
        let id = open.get()?;
        kept.with(|user| user.as_ref().is_some_and(|user| user.id == id))?.then_some(id)
    });
    let title = move || shown.get().map(|id| Subject { id, user: kept }.name()).unwrap_or_default();
    let is_leaving = RwSignal::new(false);
    let is_failed = Memo::new(move |_| kept.failure().is_some());
    let body = move || match (shown.get(), is_failed.get()) {
        (Some(id), _) => {
            let subject = Subject { id, user: kept };
            view! {
                <PersonForm subject roles may_manage on_change=changed />
                <Access subject may_manage is_leaving on_change=changed />
                <PersonalData subject on_change=changed />
            }
            .into_any()
        }
        (None, true) => {
            let failure = untrack(|| kept.failure()).unwrap_or_default();
            view! { <ErrorState failure on_retry=changed /> }.into_any()
        }
        (None, false) => view! { <Skeleton /> }.into_any(),
    };
    view! {
        <SidePanel open=Signal::derive(move || open.get().is_some()) title on_close>
            <div class="stack">{reactive(body)}</div>
        </SidePanel>
        <LeaveDialog open=is_leaving user=kept on_change=changed />
    }
    .into_any()
}
