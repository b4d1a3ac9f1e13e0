//! Asking for a link to a new password.

use leptos::prelude::*;
use muster_shared::{check::Checks, identity::PasswordForgotten};

use super::{
    api,
    gate::{Gate, use_title},
};
use crate::{
    sending::Sending,
    session::SIGN_IN,
    t,
    ui::{Button, ButtonKind, Field, FormError, Glyph, Icon, Size, TextInput, reactive},
};

/// The page that sends a reset link. Its answer tells nobody who works here.
#[component]
pub fn ForgottenPage() -> impl IntoView {
    use_title(t!(identity.forgot));
    let mail = RwSignal::new(String::new());
    let sending = Sending::new();
    let is_sent = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let asked = PasswordForgotten { mail: mail.get_untracked().trim().to_owned() };
        let mut checks = Checks::new();
        checks.mail("mail", &asked.mail);
        match checks.done() {
            Err(errors) => sending.refuse(errors),
            Ok(()) => sending.run(async move { api::forgotten(&asked).await }, move |()| is_sent.set(true)),
        }
    };
    let form = move || {
        view! {
            <form class="gate__fields" on:submit=submit>
                <Field label=t!(identity.mail) error=sending.field("mail") required=true>
                    <TextInput value=mail kind="email" autocomplete="username" autofocus=true />
                </Field>
                <FormError error=sending.error() />
                <Button kind=ButtonKind::Main size=Size::Large submit=true busy=sending.busy()>{t!(identity.send_link)}</Button>
            </form>
        }
        .into_any()
    };
    let sent = move || {
        view! {
            <p class="gate__note gate__note--good" role="status">
                <Glyph icon=Icon::CIRCLE_CHECK /> {t!(identity.reset_sent)}
            </p>
        }
        .into_any()
    };
    view! {
        <Gate>
            <h1 class="gate__title">{t!(identity.forgot_title)}</h1>
            <p class="gate__lead">{t!(identity.forgot_text)}</p>
            {reactive(move || if is_sent.get() { sent() } else { form() })}
            <p class="gate__aside"><a class="gate__link" href=SIGN_IN>{t!(identity.back_to_sign_in)}</a></p>
        </Gate>
    }
    .into_any()
}
