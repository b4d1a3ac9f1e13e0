//! The page behind a customer's secret link: where the order stands, and whom to ask.

use leptos::{prelude::*, text_prop::TextProp};
use leptos_router::hooks::use_location;
use muster_shared::opportunity::{Follow, FollowStep};

use super::{
    api,
    landscape::Hills,
    route::{Place, Step, route},
};
use crate::{
    api::ApiError,
    browser::{
        format::{self, DayStyle},
        page,
    },
    i18n::lang,
    t,
    ui::{AsyncView, Avatar, Failure, Icon, LinkButton, Reading, Size, reactive},
};

/// The page at `/follow/:token`.
#[component]
pub fn FollowPage() -> impl IntoView {
    let path = use_location().pathname;
    let token = Memo::new(move |_| path.with(|path| path.rsplit('/').next().unwrap_or_default().to_owned()));
    let follow = Reading::new(move || {
        let token = token.get();
        async move { api::follow(&token).await.map_err(Refused) }
    });
    let show = |follow| view! { <Way follow /> }.into_any();
    let heading = move || {
        let refused = follow.get().and_then(Result::err)?;
        Some(view! { <h1 class="visually-hidden">{Failure::from(refused).title}</h1> })
    };
    view! { <main class="follow" id="main">{reactive(heading)} <AsyncView resource=follow children=show /></main> <div class="follow__art"><Hills /></div> }
        .into_any()
}

/// A refusal in a customer's words: they know nothing of records and rights.
#[derive(Clone, Debug)]
struct Refused(ApiError);

impl From<Refused> for Failure {
    fn from(Refused(error): Refused) -> Self {
        if error.status() == 404 {
            return Self {
                title: t!(shop.link_dead)().to_owned(),
                text: t!(shop.link_dead_text)().to_owned(),
                request_id: None,
                can_retry: false,
            };
        }
        error.into()
    }
}

#[component]
fn Way(follow: Follow) -> impl IntoView {
    let Follow { dealer, name, steps, lost, rep_name, rep_mail, close_day, updated_at } = follow;
    let title = name.clone();
    Effect::new(move |_| page::set_title(&title));
    let (done, total) = (steps.iter().filter(|s| s.done).count(), steps.len());
    let here = steps.iter().find(|s| s.current).or_else(|| steps.iter().rfind(|s| s.done)).map(|s| s.name.clone()).unwrap_or_default();
    let is_over = done == total;
    let now = move || if lost { t!(shop.called_off)().to_owned() } else { here.get(lang()).to_owned() };
    let sum = move || match (lost, is_over) {
        (true, _) => t!(shop.called_off_text)().to_owned(),
        (false, true) => t!(shop.all_done)().to_owned(),
        (false, false) => format!(
            "{} {}",
            t!(shop.steps_done, count = done, total = total)(),
            t!(shop.planned, day = format::day(close_day, DayStyle::Long))()
        ),
    };
    let route = (!lost).then(|| route(steps.into_iter().map(step).collect()));
    let given = rep_name.clone();
    view! {
        <p class="follow__what">{dealer} " · " {name}</p>
        <h1 class="follow__now">{reactive(now)}</h1>
        <p class="follow__sum">{reactive(sum)}</p>
        {route}
        <section class="follow__rep">
            <Avatar name=rep_name size=Size::Large decorative=true />
            <div><small>{t!(shop.rep)}</small> <b>{given}</b></div>
            <LinkButton href=format!("mailto:{rep_mail}") icon=Icon::MAIL>{t!(shop.write)}</LinkButton>
        </section>
        <p class="follow__note">{t!(shop.follow_note, at = format::date_time(updated_at))}</p>
    }
    .into_any()
}

fn step(step: FollowStep) -> Step {
    let place = match (step.done, step.current) {
        (true, _) => Place::Done,
        (false, true) => Place::Here,
        (false, false) => Place::ToCome,
    };
    Step { name: TextProp::from(move || step.name.get(lang()).to_owned()), place }
}
