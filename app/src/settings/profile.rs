//! One's own name, language, zone and password.

use leptos::prelude::*;
use muster_shared::{
    check::{Checks, NAME_MAX},
    identity::{PasswordChange, ProfilePatch, check_password},
    text::Lang,
};

use super::RoomHead;
use crate::{
    company::{ZoneInput, own_name},
    i18n::lang,
    identity::{PasswordInput, api},
    sending::Sending,
    session::use_session,
    shell::use_preferences,
    t, t_now,
    ui::{Button, ButtonKind, Fact, Facts, Field, FormError, Panel, Segmented, SelectOption, TextInput, reactive, use_toaster},
};

/// Who one is here.
#[component]
pub fn ProfileRoom() -> impl IntoView {
    view! {
        <RoomHead title=t!(settings.profile_title) text=t!(settings.profile_text) />
        <AboutMe />
        <Password />
    }
    .into_any()
}

#[component]
fn AboutMe() -> impl IntoView {
    let (session, preferences, toaster) = (use_session(), use_preferences(), use_toaster());
    let me = session.me_untracked();
    let (name, zone) = (RwSignal::new(me.user.name.clone()), RwSignal::new(me.user.zone));
    let chosen = RwSignal::new(String::new());
    // What one reads here is what one chose last, in the menu or here; saving makes it hold in every browser and for mail.
    Effect::new(move |_| chosen.set(lang().code().to_owned()));
    let sending = Sending::new();
    let languages = Signal::derive(|| Lang::ALL.map(|lang| SelectOption::new(lang.code(), own_name(lang))).to_vec());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let user = session.me_untracked().user;
        let lang = Lang::parse(&chosen.get_untracked()).unwrap_or(user.lang);
        let patch = ProfilePatch {
            name: changed(name.get_untracked().trim(), &user.name),
            lang: (lang != user.lang).then_some(lang),
            zone: changed(&zone.get_untracked(), &user.zone),
        };
        let mut checks = Checks::new();
        checks.required("name", &name.get_untracked(), NAME_MAX);
        if let Err(errors) = checks.done() {
            sending.refuse(errors);
            return;
        }
        let version = sending.version_or(user.version);
        let patch_sets_lang = patch.lang.is_some();
        sending.run(async move { api::change_profile(version, &patch).await }, move |user| {
            if patch_sets_lang {
                preferences.set_lang(user.lang);
            }
            session.update(|me| me.user = user);
            toaster.say(t_now!(settings.saved));
        });
    };
    view! {
        <Panel title=t!(settings.about_me)>
            <form class="form" on:submit=submit>
                <Field label=t!(identity.your_name) required=true error=sending.field("name")><TextInput value=name autocomplete="name" /></Field>
                <div class="field">
                    <span class="field__label">{t!(settings.my_language)}</span>
                    <Segmented label=t!(settings.my_language) value=chosen options=languages on_change=move |code: String| chosen.set(code) />
                </div>
                <ZoneInput value=zone label=t!(company.zone) hint=t!(settings.my_zone_hint) error=sending.field("zone") />
                <FormError error=sending.error() />
                <div class="form__foot"><Button kind=ButtonKind::Main submit=true busy=sending.busy()>{t!(ui.save)}</Button></div>
            </form>
            <Facts>
                <Fact label=t!(identity.mail)>{reactive(move || session.get().map(|me| me.user.mail))}</Fact>
                <Fact label=t!(settings.title_at_work)>{reactive(move || session.get().map(|me| me.user.title))}</Fact>
                <Fact label=t!(settings.dealer)>{reactive(move || session.get().map(|me| me.dealer.name))}</Fact>
            </Facts>
        </Panel>
    }
    .into_any()
}

/// `new` where it differs from `old`.
pub fn changed(new: &str, old: &str) -> Option<String> {
    (new != old).then(|| new.to_owned())
}

#[component]
fn Password() -> impl IntoView {
    let (session, toaster) = (use_session(), use_toaster());
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change = PasswordChange { old: old.get_untracked(), new: new.get_untracked() };
        let mut checks = Checks::new();
        checks.that(!change.old.is_empty(), "old", "required");
        check_password(&mut checks, "new", &change.new, &session.me_untracked().user.mail);
        match checks.done() {
            Err(errors) => sending.refuse(errors),
            Ok(()) => sending.run(async move { api::change_password(&change).await }, move |()| {
                old.set(String::new());
                new.set(String::new());
                toaster.say(t_now!(settings.password_changed));
            }),
        }
    };
    view! {
        <Panel title=t!(settings.password_title) note=t!(settings.password_note)>
            <form class="form" on:submit=submit>
                <Field label=t!(identity.old_password) required=true error=sending.field("old")>
                    <PasswordInput value=old autocomplete="current-password" />
                </Field>
                <Field label=t!(identity.new_password) hint=t!(identity.password_hint) required=true error=sending.field("new")>
                    <PasswordInput value=new autocomplete="new-password" />
                </Field>
                <FormError error=sending.error() />
                <div class="form__foot"><Button submit=true busy=sending.busy()>{t!(settings.change_password)}</Button></div>
            </form>
        </Panel>
    }
    .into_any()
}
