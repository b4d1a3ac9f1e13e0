//! The page behind the link of a request for an offer: how it stands, what was asked for, and the ways to change or end it.

mod details;
mod ending;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use muster_shared::lead::{RequestStatus, RequestView};

use self::{details::Details, ending::Endings};
use super::{
    api, kept,
    landscape::Hills,
    route::{Place, Step, route},
};
use crate::{
    api::ApiError,
    browser::{clock, focus, format, page, timer},
    i18n::lang,
    t, t_now,
    ui::{Avatar, EmptyState, ErrorState, Failure, Icon, LinkButton, Size, Skeleton, reactive},
};

/// How long what is shown may be old, in milliseconds.
const AGE: u64 = 60_000;

/// What the page shows.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Waiting,
    Request(Box<RequestView>),
    /// Just now, on this page.
    Erased,
    Refused(ApiError),
}

/// The request, which is read again now and then.
#[derive(Clone, Copy)]
struct Following {
    token: Memo<String>,
    shown: RwSignal<Shown>,
}

impl Following {
    fn read(self) {
        let token = self.token.get();
        spawn_local(async move {
            let answer = api::request(&token).await;
            let is_current = self.token.try_get_untracked().is_some_and(|now| now == token);
            if !is_current || self.shown.try_with_untracked(|shown| *shown == Shown::Erased) != Some(false) {
                return;
            }
            match answer {
                Ok(view) => self.show(view),
                // What is there stays while the connection is away.
                Err(error) if error.status() != 404 && self.shown.with_untracked(|shown| matches!(shown, Shown::Request(_))) => {}
                Err(error) => {
                    if error.status() == 404 {
                        kept::forget(&token);
                    }
                    self.shown.set(Shown::Refused(error));
                }
            }
        });
    }

    fn show(self, view: RequestView) {
        // Who follows it here may change it from here.
        if view.can_change {
            self.token.with_untracked(|token| kept::keep(&kept::path(token)));
        }
        let next = Shown::Request(Box::new(view));
        // What did not change keeps its place, its focus and what is marked in it.
        if self.shown.with_untracked(|shown| *shown != next) {
            self.shown.set(next);
        }
    }

    /// After something was ended: the button that was pressed is gone.
    fn ended(self, next: Shown) {
        self.shown.set(next);
        timer::after_layout(|| {
            focus::first("#main h1");
        });
    }
}

/// The page at `/request/:token`.
#[component]
pub fn RequestPage() -> impl IntoView {
    let path = use_location().pathname;
    let token = Memo::new(move |_| path.with(|path| path.rsplit('/').next().unwrap_or_default().to_owned()));
    let following = Following { token, shown: RwSignal::new(Shown::Waiting) };
    Effect::new(move |_| following.read());
    timer::every(AGE, move || untrack(|| following.read()));
    page::on_return(move || untrack(|| following.read()));
    let show = move || match following.shown.get() {
        Shown::Waiting => view! { <Skeleton /> }.into_any(),
        Shown::Request(view) => view! { <Standing following view=*view /> }.into_any(),
        Shown::Erased => erased(),
        Shown::Refused(error) if error.status() == 404 => dead(),
        Shown::Refused(error) => {
            let failure = Failure::from(error);
            let title = failure.title.clone();
            view! {
                <h1 class="visually-hidden">{title}</h1>
                <ErrorState failure on_retry=move || untrack(|| following.read()) />
            }
            .into_any()
        }
    };
    view! { <main class="follow" id="main">{reactive(show)}</main> <div class="follow__art"><Hills /></div> }.into_any()
}

fn erased() -> AnyView {
    Effect::new(|_| page::set_title(t_now!(request.erased)));
    view! {
        <h1 class="follow__now" tabindex="-1">{t!(request.erased)}</h1>
        <p class="follow__sum">{t!(request.erased_text)}</p>
        <p class="request__do"><LinkButton href="/">{t!(request.to_models)}</LinkButton></p>
    }
    .into_any()
}

/// The link is unknown, too old, or was ended.
fn dead() -> AnyView {
    Effect::new(|_| page::set_title(t!(shop.link_dead)()));
    view! {
        <h1 class="visually-hidden">{t!(shop.link_dead)}</h1>
        <EmptyState title=t!(shop.link_dead) text=t!(request.dead_text) icon=Icon::LINK>
            <LinkButton href="/">{t!(request.to_models)}</LinkButton>
        </EmptyState>
    }
    .into_any()
}

/// How the request stands, in words and as steps.
#[component]
fn Standing(following: Following, view: RequestView) -> impl IntoView {
    let RequestView { status, dealer, rep_name, due_at, model_name, created_at, .. } = view.clone();
    let model = model_name.unwrap_or_default();
    let (name, title) = (model.clone(), model);
    Effect::new(move |_| page::set_title(&t_now!(request.page_title, model = title.get(lang()))));
    let (rep, who, at) = (rep_name.clone(), rep_name.clone(), dealer.clone());
    let now = move || match status {
        RequestStatus::Waiting => t_now!(request.waiting, rep = rep),
        RequestStatus::Accepted => t_now!(request.accepted, rep = rep),
        RequestStatus::Cancelled => t_now!(request.cancelled).to_owned(),
        RequestStatus::Over => t_now!(request.over).to_owned(),
    };
    let tick = timer::use_tick(AGE);
    let is_late = move |due| {
        tick.track();
        due < clock::now()
    };
    let sum = move || match (status, due_at) {
        (RequestStatus::Waiting, Some(due)) if is_late(due) => t_now!(request.late, when = format::time_near(due)),
        (RequestStatus::Waiting, Some(due)) => t_now!(request.by_when, dealer = at, when = format::time_near(due)),
        (RequestStatus::Waiting, None) => t_now!(request.soon, dealer = at),
        (RequestStatus::Accepted, _) => t_now!(request.accepted_text, dealer = at),
        (RequestStatus::Cancelled, _) => t_now!(request.cancelled_text).to_owned(),
        (RequestStatus::Over, _) => t_now!(request.over_text).to_owned(),
    };
    let is_open = matches!(status, RequestStatus::Waiting | RequestStatus::Accepted);
    let person = is_open.then(|| {
        view! {
            <section class="follow__rep">
                <Avatar name=rep_name size=Size::Large decorative=true />
                <div><small>{dealer}</small> <b>{who}</b></div>
            </section>
        }
    });
    view! {
        <p class="follow__what">{reactive(move || t_now!(request.page_title, model = name.get(lang())))}</p>
        <h1 class="follow__now" tabindex="-1">{reactive(now)}</h1>
        <p class="follow__sum">{reactive(sum)}</p>
        {is_open.then(|| route(steps(status)))}
        {person}
        <Details view=view.clone() />
        <Endings following view />
        <p class="follow__note">{t!(request.page_note, at = format::date_time(created_at))}</p>
    }
    .into_any()
}

/// The step that a request stands at is the one that was done last.
fn steps(status: RequestStatus) -> Vec<Step> {
    let (asked, taken) = if status == RequestStatus::Accepted { (Place::Done, Place::Here) } else { (Place::Here, Place::ToCome) };
    vec![
        Step { name: t!(request.step_asked).into(), place: asked },
        Step { name: t!(request.step_taken).into(), place: taken },
        Step { name: t!(request.step_offer).into(), place: Place::ToCome },
    ]
}
