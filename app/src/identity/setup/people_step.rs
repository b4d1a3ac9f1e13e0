//! The first people: invited one by one or all at once, each with a link of their own.

use leptos::{ev, prelude::*};
use muster_shared::{id::RoleId, identity::NewUser, text::Lang};

use super::{
    answers::Step,
    frame::{Question, SetupFrame},
};
use crate::{
    api::Reading,
    browser::{focus, timer},
    i18n::{lang, lang_untracked},
    identity::{OneTimeLinkBox, api},
    sending::Sending,
    t,
    ui::{Avatar, Button, ButtonKind, Field, FormError, Icon, Select, SelectOption, TextInput, reactive, unique_id},
};

/// Rows to begin with.
const SEATS: usize = 3;

/// One row: somebody to be invited, or who was.
#[derive(Clone)]
struct Seat {
    key: String,
    name: RwSignal<String>,
    mail: RwSignal<String>,
    role: RwSignal<String>,
    sending: Sending,
    done: RwSignal<Option<api::Invited>>,
}

impl Seat {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self { key: unique_id("person"), name: text(), mail: text(), role: text(), sending: Sending::new(), done: RwSignal::new(None) }
    }

    /// Whether something is typed here that was not sent yet.
    fn is_waiting(&self) -> bool {
        let is_typed = |text: RwSignal<String>| text.with_untracked(|text| !text.trim().is_empty());
        self.done.with_untracked(Option::is_none) && (is_typed(self.name) || is_typed(self.mail))
    }

    fn user(&self) -> NewUser {
        let role = self.role.get_untracked().parse().ok();
        newcomer(&self.name.get_untracked(), &self.mail.get_untracked(), role, lang_untracked())
    }
}

fn newcomer(name: &str, mail: &str, role: Option<RoleId>, lang: Lang) -> NewUser {
    NewUser {
        dealer_id: None,
        department_id: None,
        name: name.trim().to_owned(),
        mail: mail.trim().to_owned(),
        title: String::new(),
        lang,
        zone: None,
        role_ids: role.into_iter().collect(),
        team_ids: Vec::new(),
        territory_ids: Vec::new(),
    }
}

/// All rows. They outlive the step, so that the links can be come back to.
#[derive(Clone, Copy)]
pub struct Crew {
    seats: RwSignal<Vec<Seat>>,
    /// What the seats belong to: one that is added belongs to no step either.
    owner: StoredValue<Owner>,
}

impl Crew {
    /// Three empty rows.
    pub fn new() -> Self {
        let owner = Owner::current().expect("the page around the steps owns the rows");
        Self { seats: RwSignal::new([(); SEATS].map(|()| Seat::new()).to_vec()), owner: StoredValue::new(owner) }
    }

    /// One more row.
    fn add(self) {
        let seat = self.owner.with_value(|owner| owner.with(Seat::new));
        self.seats.update(|seats| seats.push(seat));
    }

    /// How many links are to be passed on by hand; tracked.
    pub fn count_links(self) -> usize {
        self.seats.with(|seats| {
            seats.iter().filter(|seat| seat.done.with(|done| done.as_ref().is_some_and(|done| done.link.url.is_some()))).count()
        })
    }

    /// Who was invited; tracked.
    fn names(self) -> Vec<String> {
        self.seats.with(|seats| seats.iter().filter_map(|seat| seat.done.with(|done| Some(done.as_ref()?.user.name.clone()))).collect())
    }

    fn waiting(self) -> Vec<Seat> {
        self.seats.with_untracked(|seats| seats.iter().filter(|seat| seat.is_waiting()).cloned().collect())
    }

    /// Invites whoever is typed; `on_all` once nobody is left. A row that fails says why and keeps everybody here.
    fn invite_all(self, on_all: Callback<()>) {
        let waiting = self.waiting();
        if waiting.is_empty() {
            on_all.run(());
        }
        for seat in waiting {
            invite(
                &seat,
                Callback::new(move |()| {
                    if self.waiting().is_empty() {
                        on_all.try_run(());
                    }
                }),
            );
        }
    }
}

fn invite(seat: &Seat, on_done: Callback<()>) {
    let (user, done) = (seat.user(), seat.done);
    match user.check() {
        Err(errors) => seat.sending.refuse(errors),
        Ok(()) => seat.sending.run(async move { api::invite(&user).await }, move |answer| {
            done.set(Some(answer));
            on_done.try_run(());
        }),
    }
}

/// Three rows to begin with, as many more as one likes.
#[component]
pub fn PeopleStep(crew: Crew, go: Callback<Step>) -> impl IntoView {
    let roles = Reading::new(api::roles);
    let options = Signal::derive(move || {
        let roles = roles.get().and_then(Result::ok).unwrap_or_default();
        roles.into_iter().map(|role| SelectOption::new(role.id.to_string(), move || role.name.get(lang()).to_owned())).collect::<Vec<_>>()
    });
    let add = move || crew.add();
    let body = move || {
        view! {
            <Question title=t!(setup.people_title) text=t!(setup.people_text) />
            <div class="crew">
                <For each=move || crew.seats.get() key=|seat| seat.key.clone() children=move |seat| seat_view(seat, options) />
                <div class="crew__more"><Button icon=Icon::PLUS on_press=add>{t!(setup.add_person)}</Button></div>
            </div>
        }
    };
    let picture = move || {
        let names = crew.names();
        let (invited, free) = (names.len(), SEATS.saturating_sub(names.len()));
        let faces = names.into_iter().map(|name| view! { <Avatar name decorative=true /> }).collect_view();
        let seats = (0..free).map(|_| view! { <i class="seats__seat"></i> }).collect_view();
        view! {
            <div class="plate plate--person" aria-hidden="true">
                <span class="seats">{faces} {seats}</span>
                <span class="plate__name">{t!(setup.invited, count = invited)}</span>
                <span class="plate__note">{t!(setup.picture_people)}</span>
            </div>
        }
    };
    let on = Callback::new(move |()| go.run(Step::Deal));
    let forward = Callback::new(move |()| crew.invite_all(on));
    view! { <SetupFrame step=Signal::stored(Step::People) sending=Sending::new() on_forward=forward body picture /> }.into_any()
}

fn seat_view(seat: Seat, options: Signal<Vec<SelectOption>>) -> AnyView {
    let done = seat.done;
    let seat = StoredValue::new(seat);
    // The row that was pressed becomes the link; the next one waits for the next person.
    let next = Callback::new(|()| {
        timer::after_layout(|| {
            let _ = focus::first(".crew__row input") || focus::first(".crew__more button");
        });
    });
    let invite = move || seat.with_value(|seat| invite(seat, next));
    let form = move || {
        let Seat { name, mail, role, sending, .. } = seat.get_value();
        let on_key = move |event: ev::KeyboardEvent| {
            let is_button = focus::active().is_some_and(|element| element.tag_name() == "BUTTON");
            if event.key() == "Enter" && !event.is_composing() && !event.default_prevented() && !is_button {
                // Otherwise it would go on to the next question.
                event.prevent_default();
                invite();
            }
        };
        view! {
            <div class="crew__row" on:keydown=on_key>
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
    reactive(move || match done.get() {
        None => form(),
        Some(answer) => view! {
            <div class="crew__done">
                <Avatar name=answer.user.name.clone() decorative=true />
                <strong>{answer.user.name}</strong>
                <div class="crew__link"><OneTimeLinkBox link=answer.link /></div>
            </div>
        }
        .into_any(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_was_added_outlives_the_step_that_added_it() {
        let page = Owner::new();
        let crew = page.with(Crew::new);
        let step = page.child();
        step.with(|| crew.add());
        step.cleanup();
        page.with(|| assert_eq!((crew.count_links(), crew.waiting().len()), (0, 0)));
    }

    #[test]
    fn going_on_waits_for_every_row_that_is_filled() {
        let page = Owner::new();
        page.with(|| {
            let crew = Crew::new();
            assert_eq!(crew.waiting().len(), 0);
            let seats = crew.seats.get_untracked();
            seats[1].mail.set("linh@phuongnam.vn".into());
            let waiting = crew.waiting();
            assert_eq!(waiting.iter().map(|seat| &seat.key).collect::<Vec<_>>(), [&seats[1].key]);
            let errors = waiting[0].user().check().unwrap_err();
            assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["name", "role_ids"]);
        });
    }
}
