//! What is kept of a person.

use leptos::prelude::*;
use muster_shared::access::Permission;

use super::Subject;
use crate::{
    api,
    sending::Sending,
    session::use_session,
    t, t_now,
    ui::{Button, ButtonKind, ConfirmDialog, FormError, reactive, use_toaster},
};

/// What is kept of a person: a copy of it, and its end.
#[component]
pub fn PersonalData(subject: Subject, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let id = subject.id;
    let has_left = Memo::new(move |_| subject.with(|user| !user.active).unwrap_or_default());
    let is_asking = RwSignal::new(false);
    let sending = Sending::new();
    let erase = move || {
        sending.run(async move { api::post::<()>(&format!("/persons/{id}/erase"), &crate::event::Nothing {}).await }, move |()| {
            is_asking.set(false);
            toaster.say(t_now!(settings.erased));
            on_change.run(());
        });
    };
    let may = Memo::new(move |_| session.can(Permission::PersonManage));
    let part = move || {
        may.get().then(|| {
            view! {
                <section class="panel-part">
                    <h3>{t!(settings.personal_data)}</h3>
                    <p class="room__lead">{t!(settings.personal_data_text)}</p>
                    <div class="button-row">
                        <a class="button" href=format!("/api/persons/{id}/export") download=format!("person-{id}.json") rel="external">
                            <span class="button__label">{t!(settings.export_person)}</span>
                        </a>
                        {reactive(move || has_left.get().then(|| {
                            view! { <Button kind=ButtonKind::Danger on_press=move || is_asking.set(true)>{t!(settings.erase)}</Button> }
                        }))}
                    </div>
                    <FormError error=sending.error() />
                </section>
            }
        })
    };
    view! {
        {reactive(part)}
        <ConfirmDialog open=is_asking title=t!(settings.erase_title) text=t!(settings.erase_text) action=t!(settings.erase) busy=sending.busy() on_confirm=erase />
    }
    .into_any()
}
