//! Signing in; in the demo, as one of its people with one click.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use muster_shared::identity::{Demo, DemoAccount, SignIn};

use super::{
    api,
    gate::{GateTop, adopt_lang, use_company, use_title},
    password_input::PasswordInput,
    scene::Scene,
};
use crate::{
    api::Reading,
    i18n::messages::identity::demo_role as roles,
    sending::Sending,
    session::{after_sign_in, use_session},
    shell::use_preferences,
    t,
    ui::{Avatar, Button, ButtonKind, Field, FormError, Glyph, Icon, Size, TextInput, reactive},
};

/// The sign-in page; `next` in the address says where to go afterwards.
#[component]
pub fn SignInPage() -> impl IntoView {
    use_title(t!(identity.sign_in));
    let company = use_company();
    let demo = Reading::new(api::demo);
    let demo = Signal::derive(move || demo.get().and_then(Result::ok).flatten());
    let sending = Sending::new();
    let enter = Callback::new(enter_with(sending));
    let aside = move || match demo.get() {
        Some(demo) => view! { <Cast demo busy=sending.busy() on_choose=enter /> }.into_any(),
        None => view! { <Scene /> }.into_any(),
    };
    view! {
        <main class="gate" class:gate--plain=move || demo.with(Option::is_none)>
            <div class="gate__form">
                <GateTop company />
                <div class="gate__body">
                    <h1 class="gate__title">{t!(identity.welcome)}</h1>
                    <p class="gate__lead">{t!(identity.welcome_text)}</p>
                    <SignInForm sending on_enter=enter />
                </div>
                <footer class="gate__foot"><a class="gate__link" href="/">{t!(identity.for_customers)}</a></footer>
            </div>
            <div class="gate__scene">{reactive(aside)}</div>
        </main>
    }
    .into_any()
}

/// What signs in and goes on to where one wanted to be.
fn enter_with(sending: Sending) -> impl Fn(SignIn) + Send + Sync + 'static {
    let (session, navigate, query, preferences) = (use_session(), use_navigate(), use_query_map(), use_preferences());
    move |who| {
        let next = after_sign_in(query.with_untracked(|q| q.get("next")).as_deref());
        let navigate = navigate.clone();
        sending.run(async move { api::sign_in(&who).await }, move |me| {
            adopt_lang(preferences, me.user.lang);
            session.enter(me);
            navigate(&next, NavigateOptions { replace: true, ..NavigateOptions::default() });
        });
    }
}

#[component]
fn SignInForm(sending: Sending, on_enter: Callback<SignIn>) -> impl IntoView {
    let (mail, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_enter.run(SignIn { mail: mail.get_untracked().trim().to_owned(), password: password.get_untracked() });
    };
    view! {
        <form class="gate__fields" on:submit=submit>
            <Field label=t!(identity.mail) error=sending.field("mail") required=true>
                <TextInput value=mail kind="email" autocomplete="username" autofocus=true />
            </Field>
            <Field label=t!(identity.password) error=sending.field("password") required=true>
                <PasswordInput value=password autocomplete="current-password" />
            </Field>
            <FormError error=sending.error() />
            <Button kind=ButtonKind::Main size=Size::Large submit=true busy=sending.busy()>{t!(identity.sign_in)}</Button>
            <p class="gate__aside">
                <a class="gate__link" href="/desk/forgotten">{t!(identity.forgot)}</a>
                <span>{t!(identity.no_account)}</span>
            </p>
        </form>
    }
    .into_any()
}

#[component]
fn Cast(demo: Demo, #[prop(into)] busy: Signal<bool>, on_choose: Callback<SignIn>) -> impl IntoView {
    let people = demo.accounts.into_iter().map(|account| view! { <li>{person(account, busy, on_choose)}</li> }).collect_view();
    view! {
        <section class="cast">
            <h2 class="cast__title">{t!(identity.demo_title)}</h2>
            <p class="cast__lead">{t!(identity.demo_text)}</p>
            <ul class="cast__list">{people}</ul>
            <p class="cast__customer">
                {t!(identity.demo_customer)} " " <a class="gate__link" href=demo.customer_link>{t!(identity.demo_customer_link)}</a>
            </p>
        </section>
    }
    .into_any()
}

fn person(account: DemoAccount, busy: Signal<bool>, on_choose: Callback<SignIn>) -> AnyView {
    let DemoAccount { name, mail, password, role, dealer } = account;
    let choose = move |_| {
        if !busy.get_untracked() {
            on_choose.run(SignIn { mail: mail.clone(), password: password.clone() });
        }
    };
    view! {
        <button type="button" class="cast__person" aria-disabled=move || busy.get().then_some("true") on:click=choose>
            <Avatar name=name.clone() size=Size::Large decorative=true />
            <span class="cast__name">{name} <small>{reactive(move || role_name(&role))}</small></span>
            <span class="cast__end">
                <span class="cast__dealer">{dealer}</span>
                <span class="cast__go"><Glyph icon=Icon::ARROW_RIGHT /></span>
            </span>
        </button>
    }
    .into_any()
}

/// What a role of the demo is called.
fn role_name(code: &str) -> String {
    roles::find(&code.replace('-', "_")).map_or_else(|| code.to_owned(), |message| message.text().to_owned())
}
