//! A link that is passed on by hand, once.

use leptos::{prelude::*, task::spawn_local};
use muster_shared::identity::OneTimeLink;

use crate::{
    browser::{clipboard, format},
    t, t_now,
    ui::{Button, Icon, Size, use_toaster},
};

/// The link to copy, or where it was sent.
#[component]
pub fn OneTimeLinkBox(link: OneTimeLink) -> impl IntoView {
    let until = link.expires_at;
    let Some(url) = link.url else {
        return view! { <p class="onelink__note">{t!(identity.link_sent, until = format::date_time(until))}</p> }.into_any();
    };
    let toaster = use_toaster();
    let shown = url.clone();
    let copy = move || {
        let url = url.clone();
        spawn_local(async move {
            if clipboard::copy(&url).await {
                toaster.say(t_now!(identity.link_copied));
            } else {
                toaster.say(t_now!(identity.link_not_copied));
            }
        });
    };
    view! {
        <div class="onelink">
            <span class="onelink__url">{shown}</span>
            <Button size=Size::Small icon=Icon::COPY on_press=copy>{t!(identity.copy_link)}</Button>
        </div>
        <p class="onelink__note">{t!(identity.link_once, until = format::date_time(until))}</p>
    }
    .into_any()
}
