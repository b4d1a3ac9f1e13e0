//! The picture beside the sign-in form: the board as a rising row of columns, one card on its way.

use leptos::prelude::*;

const SLOT_TOP: f64 = 94.0;
const WIDTH: f64 = 100.0;

/// Left and top of each column, and in which places it has cards.
const COLUMNS: [(f64, f64, &[u8]); 5] =
    [(60.0, 470.0, &[0, 1, 2, 3]), (186.0, 410.0, &[0, 2]), (312.0, 345.0, &[0, 1]), (438.0, 275.0, &[1, 2]), (564.0, 195.0, &[0, 1])];
const DOTS: [&str; 4] = ["scene__good", "scene__line", "scene__warn", "scene__line"];

/// The picture; it says nothing to a screen reader.
#[component]
pub fn Scene() -> impl IntoView {
    let columns = COLUMNS.into_iter().zip(1..).map(|((x, y, places), stage)| column(x, y, places, stage)).collect_view();
    view! {
        <svg class="scene" viewBox="0 0 720 900" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
            <path class="scene__path" d="M243 552 C 300 500 296 300 384 244" />
            {columns}
            <rect class="scene__slot" x="445" y="283" width="100" height="86" rx="12" />
            <g transform="rotate(-5 410 190)">{card(358.0, 172.0, "scene__card scene__card--held", "scene__accent")}</g>
        </svg>
    }
    .into_any()
}

fn column(x: f64, y: f64, places: &[u8], stage: u8) -> AnyView {
    let cards = places
        .iter()
        .map(|place| {
            card(x + 7.0, f64::from(*place).mul_add(SLOT_TOP, y + 8.0), "scene__card", DOTS[usize::from(*place + stage) % DOTS.len()])
        })
        .collect_view();
    view! {
        <rect class=format!("scene__{stage} scene__column") x=x y=y width="114" height=940.0 - y rx="18" />
        <rect class=format!("scene__{stage}") x=x + 16.0 y=y - 20.0 width=f64::from(stage).mul_add(8.0, 18.0) height="6" rx="3" />
        {cards}
    }
    .into_any()
}

fn card(x: f64, y: f64, class: &'static str, dot: &'static str) -> AnyView {
    view! {
        <rect class=class x=x y=y width=WIDTH height="86" rx="12" />
        <rect class="scene__word" x=x + 13.0 y=y + 16.0 width="58" height="7" rx="3.5" />
        <rect class="scene__line" x=x + 13.0 y=y + 33.0 width="40" height="6" rx="3" />
        <circle class=dot cx=x + 17.0 cy=y + 64.0 r="4" />
        <rect class="scene__line" x=x + 27.0 y=y + 61.0 width="34" height="6" rx="3" />
    }
    .into_any()
}
