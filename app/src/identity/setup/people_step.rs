//! The first people: invited one by one, each with a link of their own.

use leptos::prelude::*;
use muster_shared::identity::NewUser;

use super::{
    answers::Step,
    frame::{Question, SetupFrame},
};
use crate::{
    api::Reading,
    i18n::{lang, lang_untracked},
    identity::{OneTimeLinkBox, api},
    query::use_query,
    sending::Sending,
    t,
    ui::{Avatar, Button, ButtonKind, Field, FormError, Icon, Select, SelectOption, TextInput, unique_id},
};

/// Rows to begin with.
const SEATS: usize = 3;

/// Three rows to begin with, as many more as one likes.
#[component]
pub fn PeopleStep(step: Memo<Step>) -> impl IntoView {
    let query = use_query();
    let rows = RwSignal::new([(); SEATS].map(|()| unique_id("person")).to_vec());
    let invited = RwSignal::new(Vec::<String>::new());
    let roles = Reading::new(api::roles);
    let options = Signal::derive(move || {
        let roles = roles.get().and_then(Result::ok).unwrap_or_default();
        roles.into_iter().map(|role| SelectOption::new(role.id.to_string(), move || role.name.get(lang()).to_owned())).collect::<Vec<_>>()
    });
    let body = move || {
        view! {
            <Question title=t!(setup.people_title) text=t!(setup.people_text) />
            <div class="crew">
                <For each=move || rows.get() key=Clone::clone let:_row><PersonRow options invited /></For>
                <div><Button icon=Icon::PLUS on_press=move || rows.update(|rows| rows.push(unique_id("person")))>{t!(setup.add_person)}</Button></div>
            </div>
        }
    };
    let picture = move || {
        let names = invited.get();
        let free = SEATS.saturating_sub(names.len());
        let faces = names.iter().map(|name| view! { <Avatar name=name.clone() decorative=true /> }).collect_view();
        let seats = (0..free).map(|_| view! { <i class="seats__seat"></i> }).collect_view();
        view! {
            <div class="plate plate--person" aria-hidden="true">
                <span class="seats">{faces} {seats}</span>
                <span class="plate__name">{t!(setup.invited, count = invited.read().len())}</span>
                <span class="plate__note">{t!(setup.picture_people)}</span>
            </div>
        }
    };
    let forward = Callback::new(move |()| query.set(&[("step", Some(Step::Deal.code().to_owned()))]));
    view! { <SetupFrame step sending=Sending::new() on_forward=forward body picture /> }.into_any()
}

#[component]
fn PersonRow(options: Signal<Vec<SelectOption>>, invited: RwSignal<Vec<String>>) -> impl IntoView {
    let (name, mail, role) = (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    let sending = Sending::new();
    let done = RwSignal::new(None::<api::Invited>);
    let invite = move || {
        let user = NewUser {
            dealer_id: None,
            department_id: None,
            name: name.get_untracked().trim().to_owned(),
            mail: mail.get_untracked().trim().to_owned(),
            title: String::new(),
            lang: lang_untracked(),
            zone: None,
            role_ids: role.get_untracked().parse().ok().into_iter().collect(),
            team_ids: Vec::new(),
            territory_ids: Vec::new(),
        };
        match user.check() {
            Err(errors) => sending.refuse(errors),
            Ok(()) => sending.run(async move { api::invite(&user).await }, move |answer| {
                invited.update(|names| names.push(answer.user.name.clone()));
                done.set(Some(answer));
            }),
        }
    };
    let form = move || {
        view! {
            <div class="crew__row">
                <Field label=t!(identity.name) required=true error=sending.field("name")><TextInput value=name /></Field>
                <Field label=t!(identity.mail) required=true error=sending.field("mail")><TextInput value=mail kind="email" /></Field>
                <Field label=t!(identity.role) required=true error=sending.field("role_ids")>
                    <Select value=role options empty=t!(ui.choose) />
                </Field>
                <FormError error=sending.error() />
                <Button kind=ButtonKind::Quiet icon=Icon::USER_PLUS busy=sending.busy() on_press=invite>{t!(identity.invite)}</Button>
            </div>
        }
        .into_any()
    };
    move || match done.get() {
        None => form(),
        Some(answer) => view! {
            <div class="crew__done">
                <Avatar name=answer.user.name.clone() decorative=true />
                <strong>{answer.user.name}</strong>
                <div class="crew__link"><OneTimeLinkBox link=answer.link /></div>
            </div>
        }
        .into_any(),
    }
}
