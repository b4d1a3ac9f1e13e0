//! Ending a request, and having its data erased: both say first what happens.

use leptos::prelude::*;
use muster_shared::lead::{RequestStatus, RequestView};

use super::{Following, Shown};
use crate::{
    sending::Sending,
    shop::{api, kept},
    t, t_now,
    ui::{Button, ButtonKind, ConfirmDialog, reactive},
};

/// The two ways to end it, or why they are not here.
#[component]
pub fn Endings(following: Following, view: RequestView) -> impl IntoView {
    let RequestView { status, rep_name, can_cancel, can_forget, .. } = view;
    let is_open = matches!(status, RequestStatus::Waiting | RequestStatus::Accepted);
    // The link of a later request of the same person ends nothing; neither is anything erased here once there is a deal.
    let why_not = move || match (can_cancel, can_forget) {
        (false, false) if is_open => Some(t_now!(request.ends_elsewhere, rep = rep_name)),
        (true, false) => Some(t_now!(request.erased_by_dealer, rep = rep_name)),
        _ => None,
    };
    view! {
        <section class="request__end">
            <div class="request__ways">
                {can_cancel.then(|| view! { <Cancel following /> })}
                {can_forget.then(|| view! { <Forget following /> })}
            </div>
            {reactive(move || why_not().map(|text| view! { <p>{text}</p> }))}
        </section>
    }
    .into_any()
}

#[component]
fn Cancel(following: Following) -> impl IntoView {
    let (open, sending) = (RwSignal::new(false), Sending::new());
    let confirm = move || {
        let token = following.token.get_untracked();
        let work = async move { api::cancel(&token).await };
        sending.run(work, move |view| {
            open.set(false);
            following.ended(Shown::Request(Box::new(view)));
        });
    };
    view! {
        <Button on_press=move || open.set(true)>{t!(request.cancel)}</Button>
        <ConfirmDialog
            open
            title=t!(request.cancel_title)
            text=t!(request.cancel_text)
            action=t!(request.cancel)
            back=t!(request.keep)
            error=sending.error()
            busy=sending.busy()
            on_confirm=confirm
        />
    }
    .into_any()
}

#[component]
fn Forget(following: Following) -> impl IntoView {
    let (open, sending) = (RwSignal::new(false), Sending::new());
    let confirm = move || {
        let token = following.token.get_untracked();
        let sent = token.clone();
        let work = async move { api::forget(&sent).await };
        sending.run(work, move |()| {
            open.set(false);
            kept::forget(&token);
            following.ended(Shown::Erased);
        });
    };
    view! {
        <Button kind=ButtonKind::Plain on_press=move || open.set(true)>{t!(request.forget)}</Button>
        <ConfirmDialog
            open
            title=t!(request.forget_title)
            text=t!(request.forget_text)
            action=t!(request.forget)
            back=t!(request.keep)
            error=sending.error()
            busy=sending.busy()
            on_confirm=confirm
        />
    }
    .into_any()
}
