//! The picture of the start page: a way through hills, half of it gone.

use leptos::prelude::*;

use crate::t;

/// The picture; it says nothing to a screen reader.
#[component]
pub fn Landscape() -> impl IntoView {
    view! {
        <svg class="way" viewBox="0 0 760 620" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
            {hills()}
            <path
                class="way__line"
                d="M-10 560 C 130 560 210 540 250 490 C 300 425 190 400 260 350 C 301 321 360 330 410 335 C 460 340 496 328 520 300 C 560 250 470 220 540 170 C 600 128 690 150 770 110"
            />
            <path class="way__line way__line--done" d="M-10 560 C 130 560 210 540 250 490 C 300 425 190 400 260 350 C 301 321 360 330 410 335" />
            {done(96, 556)} {done(252, 486)} <circle class="way__halo" cx="410" cy="335" r="30" />
            <circle class="way__stop way__stop--here" cx="410" cy="335" r="15" /> <circle class="way__stop" cx="525" cy="219" r="10" />
            <circle class="way__stop" cx="640" cy="139" r="9" /> <rect class="way__tag" x="276" y="226" width="236" height="64" rx="14" />
            <text class="way__text" x="296" y="253">{t!(shop.picture_now)}</text>
            <text class="way__text way__text--quiet" x="296" y="275">{t!(shop.picture_next)}</text>
        </svg>
    }
    .into_any()
}

/// Only the hills, for the foot of a page.
#[component]
pub fn Hills() -> impl IntoView {
    view! {
        <svg class="way" viewBox="0 0 760 320" preserveAspectRatio="none" aria-hidden="true">
            <g transform="translate(0 -180)">{hills()}</g>
        </svg>
    }
    .into_any()
}

fn hills() -> AnyView {
    view! {
        <circle class="way__sun" cx="560" cy="150" r="96" />
        <path class="way__ground" d="M0 300 C 120 230 240 250 360 290 C 480 330 600 250 760 210 L760 620 L0 620Z" />
        <path class="way__ground way__ground--2" d="M0 400 C 140 350 280 410 420 390 C 560 370 650 320 760 330 L760 620 L0 620Z" />
        <path class="way__ground way__ground--3" d="M0 520 C 160 470 300 520 460 500 C 600 482 690 440 760 450 L760 620 L0 620Z" />
    }
    .into_any()
}

fn done(x: i32, y: i32) -> AnyView {
    let tick = format!("M{} {y} l4 5 l8 -9", x - 6);
    view! {
        <circle class="way__stop way__stop--done" cx=x cy=y r="12" />
        <path class="way__tick" d=tick />
    }
    .into_any()
}
