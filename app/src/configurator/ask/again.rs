//! Who asked before sends what they changed since.

use leptos::prelude::*;
use muster_shared::lead::{RequestChange, RequestView};

use super::{Asking, Told};
use crate::{
    configurator::api,
    sending::Sending,
    shop::kept,
    t, t_now,
    ui::{Button, ButtonKind, FormError, LinkButton, Size, reactive},
};

/// The request that was made from this device, and what can be done with it.
pub fn view(asking: Asking, token: &str, view: RequestView) -> AnyView {
    let sending = Sending::new();
    let RequestView { rep_name, dealer, code, .. } = view;
    let path = kept::path(token);
    let (rep, token) = (rep_name.clone(), StoredValue::new(token.to_owned()));
    // What was built since is another build as soon as its code is another one.
    let is_same = Memo::new(move |_| asking.way.code() == code);
    let text = move || {
        let text = if is_same.get() {
            t_now!(request.same, rep = rep, dealer = dealer)
        } else {
            t_now!(request.differs, rep = rep, dealer = dealer)
        };
        view! { <p class="dialog__text">{text}</p> }
    };
    let send = move || send(asking, sending, token.get_value());
    let change = move || {
        let rep = rep_name.clone();
        let label = t!(request.send_change, rep = rep);
        (!is_same.get()).then(|| {
            view! { <Button kind=ButtonKind::Main size=Size::Large busy=sending.busy() on_press=send>{label}</Button> }
        })
    };
    view! {
        <div class="dialog__form">
            {reactive(text)}
            <p class="ask__what">{reactive(move || asking.what())}</p>
            <FormError error=sending.error() />
            <footer class="dialog__foot ask__foot">
                {reactive(change)}
                <LinkButton href=path size=Size::Large>{t!(request.follow)}</LinkButton>
                <Button kind=ButtonKind::Plain size=Size::Large on_press=move || asking.is_anew.set(true)>{t!(request.anew)}</Button>
            </footer>
        </div>
    }
    .into_any()
}

fn send(asking: Asking, sending: Sending, token: String) {
    let shown = untrack(|| asking.way.answer().price);
    let change = RequestChange { choices: untrack(|| asking.way.choices()), price_shown: Some(shown), note: None };
    let sent = token.clone();
    let work = async move { api::change(&sent, &change).await };
    sending.run(work, move |view| asking.told.set(Some(Told::Changed { view, token, shown })));
}
