//! Getting in, and not any more: invitations, and what happens to the work of who leaves.

use leptos::prelude::*;
use muster_shared::identity::{OneTimeLink, OpenWork, User};

use super::Subject;
use crate::{
    api::Reading,
    browser::{focus, timer},
    identity::{OneTimeLinkBox, api as requests},
    people::use_people,
    sending::Sending,
    session::use_session,
    settings::kept::Kept,
    t, t_now,
    ui::{Button, ButtonKind, Choice, Combobox, Dialog, Field, FormError, Icon, Pending, reactive, use_toaster},
};

/// Getting in, and not any more.
#[component]
pub fn Access(subject: Subject, may_manage: Signal<bool>, is_leaving: RwSignal<bool>, on_change: Callback<()>) -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let id = subject.id;
    let is_me = session.me_untracked().user.id == id;
    let is_active = Memo::new(move |_| subject.with(|user| user.active).unwrap_or(true));
    let sending = Sending::new();
    let link = RwSignal::new(None::<OneTimeLink>);
    let invite = move || sending.run(requests::invite_again(id), move |new| link.set(Some(new)));
    let back = move || {
        sending.run(requests::reactivate(id, subject.version()), move |_| {
            toaster.say(t_now!(settings.reactivated));
            on_change.run(());
        });
    };
    let again = move || {
        if subject.with(|user| user.invited).unwrap_or_default() { t!(settings.invite_again)() } else { t!(settings.reset_link)() }
    };
    let buttons = move || match (is_active.get(), is_me) {
        (false, _) => view! { <Button busy=sending.busy() on_press=back>{t!(settings.reactivate)}</Button> }.into_any(),
        (true, true) => view! { <p class="room__lead">{t!(settings.this_is_you)}</p> }.into_any(),
        (true, false) => view! {
            <Button icon=Icon::LINK busy=sending.busy() on_press=invite>{reactive(again)}</Button>
            <Button kind=ButtonKind::Danger on_press=move || is_leaving.set(true)>{t!(settings.deactivate)}</Button>
        }
        .into_any(),
    };
    // The button that was pressed goes with the state it changed; its successor takes the focus.
    Effect::new(move |before: Option<bool>| {
        let now = is_active.get();
        if before.is_some_and(|before| before != now) {
            timer::after_layout(|| {
                let _ = !focus::is_lost() || focus::first("#access button") || focus::first(".room__title");
            });
        }
        now
    });
    view! {
        <section class="panel-part" id="access">
            <h3>{t!(settings.access)}</h3>
            {reactive(move || may_manage.get().then(|| view! { <div class="button-row">{reactive(buttons)}</div> }))}
            {reactive(move || link.get().map(|link| view! { <OneTimeLinkBox link /> }))}
            <FormError error=sending.error() />
        </section>
    }
    .into_any()
}

/// Ends somebody's access; asks who takes over what they still own.
#[component]
pub fn LeaveDialog(open: RwSignal<bool>, user: Kept<Option<User>>, on_change: Callback<()>) -> impl IntoView {
    let (toaster, people) = (use_toaster(), use_people());
    let look = move || user.with(Clone::clone).flatten();
    let id = Memo::new(move |_| look().map(|user| user.id));
    let name = move || look().map(|user| user.name).unwrap_or_default();
    let work = Reading::new(move || {
        let asked = id.get().filter(|_| open.get());
        async move {
            match asked {
                Some(id) => requests::work(id).await.map(Some),
                None => Ok(None),
            }
        }
    });
    let successor = RwSignal::new(None::<Choice>);
    let sending = Sending::new();
    Effect::new(move |_| {
        if open.get() {
            // Whoever was chosen for somebody else before.
            successor.set(None);
            sending.clear();
        }
    });
    let search = Callback::new(move |text: String| {
        let own = id.get_untracked().map(|id| id.to_string());
        let found: Vec<Choice> = people.find(&text).into_iter().filter(|choice| Some(&choice.id) != own.as_ref()).collect();
        Box::pin(async move { Ok(found) }) as Pending<_>
    });
    let owned = move || work.get().and_then(Result::ok).flatten();
    let has_work = Memo::new(move |_| owned().is_some_and(|work| work.accounts + work.opportunities > 0));
    // Requests find somebody by themselves, and may go to whoever is named.
    let has_requests = Memo::new(move |_| owned().is_some_and(|work| work.requests > 0));
    let leave = move || {
        let Some(User { id, version, name, .. }) = untrack(look) else { return };
        let to = successor.get_untracked().and_then(|choice| choice.id.parse().ok());
        if has_work.get_untracked() && to.is_none() {
            let mut checks = muster_shared::check::Checks::new();
            checks.fail("successor_id", "required");
            sending.refuse(checks.done().err().unwrap_or_default());
            return;
        }
        sending.run(requests::deactivate(id, version, to), move |_| {
            open.set(false);
            toaster.say(t_now!(settings.deactivated, name = name));
            on_change.run(());
        });
    };
    let words = move || {
        let OpenWork { accounts, opportunities, requests } = owned()?;
        Some(match has_work.get() {
            true => {
                let all = [
                    (accounts, t_now!(settings.own_accounts, count = accounts)),
                    (opportunities, t_now!(settings.own_deals, count = opportunities)),
                    (requests, t_now!(settings.own_requests, count = requests)),
                ];
                let owned: Vec<String> = all.into_iter().filter(|(count, _)| *count > 0).map(|(_, text)| text).collect();
                t_now!(settings.open_work, what = owned.join(", "))
            }
            false => t_now!(settings.open_requests, count = requests),
        })
    };
    let ask = move || {
        let is_required = has_work.get();
        (is_required || has_requests.get()).then(|| {
            view! {
                <p class="dialog__text">{reactive(words)}</p>
                <Field label=t!(settings.successor) required=is_required error=sending.field("successor_id")><Combobox value=successor search /></Field>
            }
        })
    };
    view! {
        <Dialog open title=t!(settings.deactivate_title, name = name())>
            <p class="dialog__text">{t!(settings.deactivate_text)}</p>
            {reactive(ask)}
            <FormError error=sending.error() />
            <footer class="dialog__foot">
                <Button on_press=move || open.set(false)>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Danger busy=sending.busy() on_press=leave>{t!(settings.deactivate)}</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}
