//! The clock of a request: by when its customer is to have an answer, and how much working time is left.

use leptos::prelude::*;
use muster_shared::{company::Company, lead::LeadState, time::Instant};

use crate::{
    browser::{clock, format, timer},
    session::use_session,
    t, t_now,
    ui::{Glyph, Icon, reactive},
};

const TICK_MS: u64 = 20_000;
const HOUR_MS: i64 = 3_600_000;

/// What the clock of a request shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub state: LeadState,
    pub at: Option<Instant>,
    /// How often it was passed on because nobody answered.
    pub escalations: i32,
}

impl Due {
    /// Whether its customer has waited too long.
    pub fn is_late(self, now: Instant) -> bool {
        self.at.is_some_and(|at| at <= now)
    }
}

/// The clock, in words that stay true.
#[component]
pub fn DueClock(#[prop(into)] due: Signal<Option<Due>>) -> impl IntoView {
    let session = use_session();
    let tick = timer::use_tick(TICK_MS);
    let view = move || {
        tick.track();
        let due = due.get()?;
        let company = session.me_untracked().company;
        Some(lines(due, &company, clock::now()))
    };
    view! { <div class="due">{reactive(view)}</div> }.into_any()
}

fn lines(due: Due, company: &Company, now: Instant) -> AnyView {
    let time = due.at.map(|at| {
        let by = format::time_short(at);
        if due.is_late(now) {
            return view! { <p class="due__by due__by--late"><Glyph icon=Icon::CIRCLE_ALERT /> <span>{t_now!(lead.late, at = by)}</span></p> }
                .into_any();
        }
        let left = left(company, now, at);
        let class = if left < HOUR_MS / 2 { "due__by due__by--soon" } else { "due__by" };
        view! {
            <p class=class>
                <Glyph icon=Icon::CLOCK />
                <span>
                    {t_now!(lead.due, at = by)} " · " <span class="due__left" data-tip=t!(lead.left_why)>{t_now!(lead.left, left = span(left))}</span>
                </span>
            </p>
        }
        .into_any()
    });
    let passed = match due.state {
        LeadState::Returned => Some(t_now!(lead.returned).to_owned()),
        _ if due.escalations > 0 => Some(t_now!(lead.passed_on, count = due.escalations)),
        _ => None,
    };
    view! {
        {time}
        {passed.map(|text| view! { <p class="due__passed"><Glyph icon=Icon::ARROW_RIGHT /> <span>{text}</span></p> })}
    }
    .into_any()
}

/// Working milliseconds until `at`.
fn left(company: &Company, now: Instant, at: Instant) -> i64 {
    let wall = |at: Instant| clock::wall_in(&company.calendar.zone, at);
    company.calendar.work_ms(wall(now), wall(at), company.hours)
}

/// `1 h 35 min`
fn span(ms: i64) -> String {
    let (hours, rest) = (ms / HOUR_MS * HOUR_MS, ms % HOUR_MS);
    match (hours, rest / 60_000) {
        (0, _) => format::duration(rest),
        (_, 0) => format::duration(hours),
        _ => format!("{} {}", format::duration(hours), format::duration(rest)),
    }
}
