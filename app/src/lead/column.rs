//! The lane of requests: the first column of the board, for as long as somebody waits.

use leptos::{ev, prelude::*};
use muster_shared::id::LeadId;

use super::{card::RequestCard, requests::Requests};
use crate::{
    browser::{
        focus::{self, Step},
        format, media, place, timer,
    },
    t, t_now,
    ui::{Glyph, Icon, each, reactive},
};

const LANE: &str = "requests";
/// How often it is looked whether a hand is still there that the lane would pull a card from.
const LOOK_MS: u64 = 300;

/// The lane; nothing where nobody waits.
#[component]
pub fn Column(requests: Requests) -> impl IntoView {
    let is_shown = use_calmly(requests, Memo::new(move |_| requests.count() > 0 && !requests.shown().is_empty()));
    reactive(move || is_shown.get().then(|| lane(requests)))
}

/// `wanted`, as soon as it shifts nothing under the pointer or in the hand.
fn use_calmly(requests: Requests, wanted: Memo<bool>) -> Signal<bool> {
    let shown = RwSignal::new(false);
    let is_first = StoredValue::new(!requests.came_live);
    let look = move || {
        let (Some(wanted), Some(now)) = (wanted.try_get_untracked(), shown.try_get_untracked()) else { return };
        if wanted == now {
            return;
        }
        let is_held = || requests.host.is_carrying.get_untracked() || place::is_pointed_at("#board .col:not(.col--requests) .card:hover");
        if !is_first.get_value() && is_held() {
            return;
        }
        shown.set(wanted);
        if is_first.try_update_value(|first| std::mem::replace(first, false)) == Some(true) && media::is_phone() {
            // It was on its way when the first stage was shown.
            timer::after_layout(|| place::reveal(LANE));
        }
    };
    timer::every(LOOK_MS, look);
    Effect::new(move |_| {
        wanted.track();
        request_animation_frame(look);
    });
    shown.into()
}

fn lane(requests: Requests) -> AnyView {
    let ids = move || requests.shown().into_iter().map(|row| row.id).collect::<Vec<LeadId>>();
    let count = move || requests.count();
    let beyond = move || requests.beyond();
    let more = move || (beyond() > 0).then(|| view! { <p class="col__rest">{t_now!(lead.more, count = beyond())}</p> });
    view! {
        <section class="col col--requests" id=LANE aria-labelledby="requests-title" on:keydown=move |event| on_key(&event)>
            <header class="col__head">
                <Glyph icon=Icon::INBOX />
                <h2 id="requests-title">
                    {t!(lead.title)} " "
                    <span class="col__n">{reactive(move || format::integer(count()))}</span>
                </h2>
                <span class="col__aside">{t!(lead.not_counted)}</span>
            </header>
            <div class="col__list">
                <ul class="col__cards">{each(ids, LeadId::to_string, move |id| view! { <RequestCard requests id /> }.into_any())}</ul>
                {reactive(more)}
            </div>
        </section>
    }
    .into_any()
}

/// Up and down lead from request to request.
fn on_key(event: &ev::KeyboardEvent) {
    let step = match event.key().as_str() {
        "ArrowDown" => Step::Next,
        "ArrowUp" => Step::Previous,
        _ => return,
    };
    let is_on_card = place::is_inside(event, ".request__name");
    if let (true, Some(lane)) = (is_on_card, document().get_element_by_id(LANE)) {
        event.prevent_default();
        focus::rove(&lane, ".request__name", step);
    }
}
