//! Small charts as SVG, each with a table that says the same to a screen reader.

use super::reactive;
use leptos::{prelude::*, text_prop::TextProp};

use super::Tone;

/// One bar, or one point of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub label: String,
    pub value: f64,
    /// The value as it is written.
    pub text: String,
}

/// The course of a number: a line as high as the text beside it.
#[component]
pub fn Sparkline(#[prop(into)] label: TextProp, #[prop(into)] points: Signal<Vec<Bar>>) -> impl IntoView {
    let line = move || {
        points.with(|points| {
            let (low, span) = range(points);
            let step = 100.0 / (points.len().saturating_sub(1).max(1)) as f64;
            let at = |i: usize, p: &Bar| format!("{:.1},{:.1}", i as f64 * step, 22.0 - (p.value - low) / span * 20.0);
            points.iter().enumerate().map(|(i, p)| at(i, p)).collect::<Vec<_>>().join(" ")
        })
    };
    view! {
        <figure class="sparkline">
            <svg viewBox="-2 0 104 24" preserveAspectRatio="none" aria-hidden="true">
                <polyline points=line />
            </svg>
            {twin(label, points)}
        </figure>
    }
    .into_any()
}

/// Upright bars with their values above and their names below.
#[component]
pub fn BarChart(#[prop(into)] label: TextProp, #[prop(into)] bars: Signal<Vec<Bar>>) -> impl IntoView {
    let drawn = move || {
        bars.with(|bars| {
            let most = bars.iter().map(|b| b.value.abs()).fold(f64::MIN_POSITIVE, f64::max);
            let width = 760.0 / bars.len().max(1) as f64;
            bars.iter()
                .enumerate()
                .map(|(i, bar)| {
                    let height = bar.value.abs() / most * 110.0;
                    let middle = (i as f64 + 0.5) * width;
                    let class = if bar.value < 0.0 { "bars__bar bars__bar--under" } else { "bars__bar" };
                    view! {
                        <rect class=class x=middle - width * 0.36 y=134.0 - height width=width * 0.72 height=height rx="4" />
                        <text x=middle y=126.0 - height>{bar.text.clone()}</text>
                        <text class="bars__name" x=middle y="154">{bar.label.clone()}</text>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <figure class="bars">
            <svg viewBox="0 0 760 168" aria-hidden="true">{reactive(drawn)}</svg>
            {twin(label, bars)}
        </figure>
    }
    .into_any()
}

/// How much of a whole, in percent.
#[component]
pub fn Meter(#[prop(into)] label: TextProp, #[prop(into)] percent: Signal<f64>, #[prop(optional)] tone: Tone) -> impl IntoView {
    view! {
        <span
            class=format!("meter meter--{}", tone.name())
            role="meter"
            aria-label=move || label.get()
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || format!("{:.0}", percent.get())
        >
            <span class="meter__fill" style:width=move || format!("{:.1}%", percent.get().clamp(0.0, 100.0))></span>
        </span>
    }
    .into_any()
}

fn twin(label: TextProp, points: Signal<Vec<Bar>>) -> AnyView {
    let rows = move || points.get().into_iter().map(|p| view! { <tr><th scope="row">{p.label}</th><td>{p.text}</td></tr> }).collect_view();
    view! { <div class="visually-hidden"><table><caption>{reactive(move || label.get())}</caption><tbody>{rows}</tbody></table></div> }
        .into_any()
}

fn range(points: &[Bar]) -> (f64, f64) {
    let low = points.iter().map(|p| p.value).fold(f64::INFINITY, f64::min);
    let high = points.iter().map(|p| p.value).fold(f64::NEG_INFINITY, f64::max);
    (low, if high > low { high - low } else { 1.0 })
}
