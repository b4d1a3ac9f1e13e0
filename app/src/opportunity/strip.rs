//! The way of a deal through its stages: how long in each, where it went back or jumped; a press moves it.

use leptos::{html, prelude::*};
use muster_shared::{
    id::StageId,
    opportunity::{Pipeline, Stage, StageKind, Stay},
};

use crate::{
    browser::{clock, focus, format, timer},
    i18n::lang,
    t, t_now,
    ui::{Glyph, Icon, reactive},
};

/// A stage with what the deal's stays in it add up to.
struct Step {
    stage: Stage,
    spent_ms: i64,
    visits: usize,
    went_back: bool,
    was_skipped: bool,
    is_here: bool,
    is_passed: bool,
}

fn steps(pipeline: &Pipeline, stays: &[Stay], here: StageId, now: i64) -> Vec<Step> {
    let position = pipeline.stages.iter().position(|s| s.id == here);
    let last_stay_jump = |index: usize| {
        // A stage is skipped where the deal is beyond it without ever having been in it.
        position.is_some_and(|here| index < here)
    };
    pipeline
        .stages
        .iter()
        .enumerate()
        .filter(|(_, stage)| !stage.archived || stays.iter().any(|s| s.stage_id == stage.id))
        .map(|(index, stage)| {
            let mine = stays.iter().filter(|s| s.stage_id == stage.id);
            let spent_ms = mine.clone().map(|s| s.to.map_or(now, |to| to.0) - s.from.0).sum();
            let visits = mine.clone().count();
            Step {
                spent_ms,
                visits,
                went_back: mine.clone().any(|s| s.regression),
                was_skipped: visits == 0 && last_stay_jump(index) && stage.kind == StageKind::Open,
                is_here: stage.id == here,
                is_passed: position.is_some_and(|here| index < here) && stage.kind == StageKind::Open,
                stage: stage.clone(),
            }
        })
        .collect()
}

/// The strip. `on_move` is told the stage that was pressed.
#[component]
pub fn StageStrip(
    #[prop(into)] pipeline: Signal<Option<Pipeline>>,
    #[prop(into)] stays: Signal<Vec<Stay>>,
    #[prop(into)] here: Signal<Option<StageId>>,
    #[prop(into)] locked: Signal<bool>,
    #[prop(into)] on_move: Callback<(StageId,)>,
) -> impl IntoView {
    let strip = NodeRef::<html::Ol>::new();
    let entries = move || {
        keep_focus(strip);
        let (pipeline, here) = (pipeline.get()?, here.get()?);
        let now = clock::now().0;
        let steps = stays.with(|stays| steps(&pipeline, stays, here, now));
        Some(steps.into_iter().map(|step| entry(step, locked, on_move)).collect_view())
    };
    view! { <ol class="strip" node_ref=strip aria-label=t!(opportunity.way)>{reactive(entries)}</ol> }.into_any()
}

/// The strip is about to be drawn anew: the stage that has the focus keeps it.
fn keep_focus(strip: NodeRef<html::Ol>) {
    let Some(strip) = strip.get_untracked() else { return };
    let Some(index) = focus::matching(&strip, "button").iter().position(|button| focus::is_inside(button)) else { return };
    timer::after_layout(move || {
        if focus::is_lost()
            && let Some(button) = focus::matching(&strip, "button").get(index)
        {
            focus::quietly(button);
        }
    });
}

fn entry(step: Step, locked: Signal<bool>, on_move: Callback<(StageId,)>) -> AnyView {
    let id = step.stage.id;
    let (kind, end) = match step.stage.kind {
        StageKind::Open => ("", None),
        StageKind::Won => (" strip__step--won", Some(Icon::TROPHY)),
        StageKind::Lost => (" strip__step--lost", Some(Icon::CIRCLE_X)),
    };
    let state = if step.is_here {
        " strip__step--here"
    } else if step.is_passed {
        " strip__step--passed"
    } else {
        ""
    };
    let detail = if step.was_skipped {
        t_now!(opportunity.skipped).to_owned()
    } else if step.visits > 0 && step.stage.kind == StageKind::Open {
        format::duration(step.spent_ms)
    } else {
        String::new()
    };
    let name = step.stage.name;
    let back = step.went_back.then(|| {
        let why = t_now!(opportunity.went_back, count = step.visits);
        view! { <span class="strip__back" data-tip=why><Glyph icon=Icon::UNDO_2 /><span class="visually-hidden">{why.clone()}</span></span> }
    });
    let is_here = step.is_here;
    view! {
        <li class=format!("strip__step{kind}{state}")>
            <button
                type="button"
                aria-current=is_here.then_some("step")
                aria-disabled=is_here.then_some("true")
                disabled=move || locked.get()
                on:click=move |_| {
                    if !is_here {
                        on_move.run((id,));
                    }
                }
            >
                {end.map(|icon| view! { <span class="strip__end"><Glyph icon /></span> })}
                <span class="strip__name">{reactive(move || name.get(lang()).to_owned())}</span>
                <span class="strip__time">{detail}{back}</span>
            </button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        id::{DealerId, PipelineId},
        opportunity::ForecastCategory,
        text::LocalText,
        time::Instant,
    };
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_jump_a_return_and_the_time_spent_are_seen() {
        let id = |n: u128| StageId(Uuid::from_u128(n));
        let pipeline_id = PipelineId(Uuid::from_u128(9));
        let stage = |n: u128| Stage {
            id: id(n),
            version: 1,
            pipeline_id,
            name: LocalText::new("s", "s"),
            position: 0,
            kind: StageKind::Open,
            probability: 10,
            category: ForecastCategory::Pipeline,
            limit_days: None,
            archived: false,
        };
        let pipeline = Pipeline {
            id: pipeline_id,
            version: 1,
            dealer_id: DealerId(Uuid::from_u128(8)),
            name: LocalText::new("p", "p"),
            position: 0,
            stages: (1..=4).map(stage).collect(),
        };
        let stay = |n, from, to: Option<i64>, regression| Stay {
            stage_id: id(n),
            from: Instant(from),
            to: to.map(Instant),
            regression,
            skipped: 0,
        };
        let stays = [stay(1, 0, Some(10), false), stay(3, 10, Some(15), false), stay(1, 15, Some(20), true), stay(3, 20, None, false)];
        let found: Vec<_> =
            steps(&pipeline, &stays, id(3), 30).iter().map(|s| (s.spent_ms, s.went_back, s.was_skipped, s.is_here, s.is_passed)).collect();
        let expected = [
            (15, true, false, false, true),
            (0, false, true, false, true),
            (15, false, false, true, false),
            (0, false, false, false, false),
        ];
        assert_eq!(found, expected);
    }
}
