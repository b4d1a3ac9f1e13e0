//! The first start: company, calendar, stages and administrator, then the first people and the first deal.

mod answers;
mod deal_step;
mod form;
mod frame;
mod people_step;
mod pictures;
mod steps;

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use muster_shared::company::SetupState;

use self::{
    answers::{Step, first_wrong, wrong_in},
    deal_step::{DealForm, DealStep},
    form::SetupForm,
    frame::{SetupFrame, Taken},
    people_step::{Crew, PeopleStep},
    pictures::{BoardPicture, CompanyPicture, WeeksPicture, YouPicture},
    steps::{CalendarStep, CompanyStep, StagesStep, YouStep},
};
use super::{api, gate::use_title};
use crate::{
    api::Reading,
    browser::focus,
    i18n::lang_untracked,
    query::{Query, use_query},
    sending::Sending,
    session::{self, use_session},
    t,
    ui::{AsyncView, Skeleton},
};

/// The set-up page; `token` and `step` are in the address.
#[component]
pub fn SetupPage() -> impl IntoView {
    use_title(t!(setup.title));
    let query = use_query();
    let step = Memo::new(move |_| Step::parse(query.get("step").as_deref()));
    let before = Reading::new(api::setup_state);
    // A memo: moving between the questions of one half must not begin it anew.
    let is_after = Memo::new(move |_| step.get().is_after());
    let show =
        move |state: SetupState| if state.needed { view! { <Before step query /> }.into_any() } else { view! { <Taken /> }.into_any() };
    move || {
        if is_after.get() {
            view! { <After step query /> }.into_any()
        } else {
            view! { <AsyncView resource=before children=show /> }.into_any()
        }
    }
}

/// The questions before there is a company.
#[component]
fn Before(step: Memo<Step>, query: Query) -> impl IntoView {
    // What comes afterwards is no question of this half, which is gone by then.
    let step = Memo::new(move |before: Option<&Step>| match step.get() {
        now if now.is_after() => before.copied().unwrap_or(Step::You),
        now => now,
    });
    let form = SetupForm::load();
    let sending = Sending::new();
    let go = move |step: Step| query.set(&[("step", Some(step.code().to_owned()))]);
    let session = use_session();
    let finish = move || {
        let token = query.get("token").unwrap_or_default();
        let request = form.answers().request(&token, &form.password.get_untracked(), lang_untracked());
        if let Err(errors) = request.check() {
            if let Some(wrong) = first_wrong(&errors) {
                go(wrong);
            }
            sending.refuse(errors);
            return;
        }
        sending.run(async move { api::set_up(&request).await }, move |me| {
            SetupForm::forget();
            session.enter(me);
            query.load("step=people");
        });
    };
    let forward = Callback::new(move |()| {
        let here = step.get_untracked();
        sending.clear();
        // A text that stands for nothing is no answer: the one before it would be taken unseen.
        if focus::unreadable() {
            return;
        }
        if here == Step::Calendar && !form.holiday.settle(form.holidays) {
            return;
        }
        let request = untrack(|| form.answers()).request("", &form.password.get_untracked(), lang_untracked());
        match (wrong_in(here, &request), here) {
            (errors, _) if !errors.is_empty() => sending.refuse(errors),
            (_, Step::Company) => go(Step::Calendar),
            (_, Step::Calendar) => go(Step::Stages),
            (_, Step::Stages) => go(Step::You),
            _ => untrack(finish),
        }
    });
    let back = Callback::new(move |()| {
        let here = Step::ALL.iter().position(|s| *s == step.get_untracked()).unwrap_or_default();
        go(Step::ALL[here.saturating_sub(1)]);
    });
    let body = move || match step.get() {
        Step::Company => view! { <CompanyStep form sending /> }.into_any(),
        Step::Calendar => view! { <CalendarStep form sending /> }.into_any(),
        Step::Stages => view! { <StagesStep form sending /> }.into_any(),
        _ => view! { <YouStep form sending /> }.into_any(),
    };
    let picture = move || match step.get() {
        Step::Company => view! { <CompanyPicture form /> }.into_any(),
        Step::Calendar => view! { <WeeksPicture form /> }.into_any(),
        Step::Stages => view! { <BoardPicture form /> }.into_any(),
        _ => view! { <YouPicture form /> }.into_any(),
    };
    view! { <SetupFrame step sending on_forward=forward on_back=back body picture /> }.into_any()
}

/// What comes once the company is there: signed in as its administrator. What is typed and who was invited is kept here, as one
/// goes back and forth between the two questions.
#[component]
fn After(step: Memo<Step>, query: Query) -> impl IntoView {
    let (session, navigate) = (use_session(), use_navigate());
    if untrack(|| session.get()).is_none() {
        // A reload in the middle: who is signed in must be read again.
        leptos::task::spawn_local(async move {
            match session::load().await {
                Ok(me) => session.enter(me),
                Err(_) => navigate(&session::sign_in_address(), NavigateOptions { replace: true, ..NavigateOptions::default() }),
            }
        });
    }
    let is_known = Memo::new(move |_| session.get().is_some());
    let go = Callback::new(move |step: Step| query.set(&[("step", Some(step.code().to_owned()))]));
    let (crew, deal) = (Crew::new(), DealForm::new());
    move || match (is_known.get(), step.get()) {
        (false, _) => view! { <Skeleton /> }.into_any(),
        (true, Step::People) => view! { <PeopleStep crew go /> }.into_any(),
        (true, _) => view! { <DealStep form=deal crew go /> }.into_any(),
    }
}
