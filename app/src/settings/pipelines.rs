//! Pipelines and their stages: names, order, chances, limits.

use std::sync::Arc;

use leptos::prelude::*;
use muster_shared::{
    event::EntityKind,
    id::{PipelineId, StageId},
    opportunity::{ForecastCategory, NewPipeline, NewStage, Pipeline, PipelinePatch, Stage, StageKind, StagePatch},
    text::LocalText,
};

use super::RoomHead;
use crate::{
    api::{self, ApiError, Reading},
    i18n::{lang, lang_untracked},
    live::use_live,
    sending::Sending,
    t, t_now,
    ui::{
        AsyncView, Badge, Button, FormError, Icon, IconButton, InlineSelect, InlineText, Menu, MenuItem, SelectOption, Size, SkeletonKind,
        reactive, use_toaster,
    },
};

/// Every pipeline with its stages, edited in place.
#[component]
pub fn PipelinesRoom() -> impl IntoView {
    let toaster = use_toaster();
    let changes = use_live().changes(&[EntityKind::Pipeline, EntityKind::Stage]);
    let pipelines = Reading::new(move || {
        changes.track();
        api::get::<Vec<Pipeline>>("/pipelines")
    });
    let refresh = Callback::new(move |()| pipelines.refetch());
    let sending = Sending::new();
    let add = move || {
        let stage = |en: &str, vi: &str, probability| NewStage {
            name: LocalText::new(en, vi),
            probability,
            category: ForecastCategory::Pipeline,
            limit_days: Some(7),
        };
        let new = NewPipeline {
            name: LocalText([(lang_untracked(), t_now!(settings.new_pipeline).to_owned())].into()),
            stages: vec![stage("Qualify", "Đánh giá", 20), stage("Offer", "Báo giá", 60)],
        };
        sending.run(async move { api::post::<Pipeline>("/pipelines", &new).await }, move |_| {
            toaster.say(t_now!(settings.pipeline_added));
            refresh.run(());
        });
    };
    let actions = move || view! { <Button icon=Icon::PLUS busy=sending.busy() on_press=add>{t!(settings.add_pipeline)}</Button> };
    let show = move |list: Vec<Pipeline>| {
        let sections = list.into_iter().map(|pipeline| view! { <PipelineEditor pipeline on_change=refresh /> }).collect_view();
        view! { <div class="stack">{sections}</div> }.into_any()
    };
    view! {
        <RoomHead title=t!(settings.pipelines_title) text=t!(settings.pipelines_text) actions />
        <FormError error=sending.error() />
        <AsyncView resource=pipelines skeleton=SkeletonKind::Rows children=show />
    }
    .into_any()
}

/// How a row sends its changes.
#[derive(Clone, Copy)]
struct Editing {
    sending: Sending,
    on_change: Callback<()>,
}

impl Editing {
    fn stage(self, id: StageId, version: i64, patch: StagePatch) {
        let Self { sending, on_change } = self;
        let work = async move { api::patch::<Stage>(&format!("/stages/{id}"), version, &patch).await.map(drop) };
        sending.run(work, move |()| on_change.run(()));
    }
}

#[component]
fn PipelineEditor(pipeline: Pipeline, on_change: Callback<()>) -> impl IntoView {
    let editing = Editing { sending: Sending::new(), on_change };
    let Pipeline { id, version, name, stages, .. } = pipeline;
    let (open, rest): (Vec<Stage>, Vec<Stage>) = stages.into_iter().partition(|stage| stage.kind == StageKind::Open && !stage.archived);
    let (ends, archived): (Vec<Stage>, Vec<Stage>) = rest.into_iter().partition(|stage| stage.kind != StageKind::Open);
    let shown = name.clone();
    let rename = move |text: String| {
        let patch = PipelinePatch { name: Some(renamed(&name, text)), position: None };
        let work = async move { api::patch::<Pipeline>(&format!("/pipelines/{id}"), version, &patch).await.map(drop) };
        editing.sending.run(work, move |()| on_change.run(()));
    };
    let order: Arc<[(StageId, i64, i32)]> = open.iter().map(|stage| (stage.id, stage.version, stage.position)).collect();
    let last = open.last().map_or(0, |stage| stage.probability);
    let rows = open.into_iter().enumerate().map(|(i, stage)| stage_row(stage, i, &order, editing)).collect_view();
    let ends = ends.into_iter().map(|stage| end_row(stage, editing)).collect_view();
    let archived = archived.into_iter().map(|stage| archived_row(stage, editing)).collect_view();
    view! {
        <section class="box">
            <header class="box__head">
                <h2 class="box__edit"><InlineText label=t!(setup.pipeline) value=Signal::derive(move || shown.get(lang()).to_owned()) on_save=rename /></h2>
            </header>
            <div class="stages__row stages__row--wide stages__head" aria-hidden="true">
                <span></span> <span>{t!(setup.stage)}</span> <span>{t!(settings.chance)}</span> <span>{t!(settings.limit)}</span>
                <span>{t!(settings.category)}</span> <span></span>
            </div>
            <ol class="stages">{rows} {ends} {archived}</ol>
            <FormError error=editing.sending.error() />
            <div><AddStage pipeline=id probability=last editing /></div>
        </section>
    }
    .into_any()
}

/// `name` with another text in the language of the interface.
fn renamed(name: &LocalText, text: String) -> LocalText {
    let mut name = name.clone();
    name.0.insert(lang_untracked(), text);
    name
}

fn stage_row(stage: Stage, i: usize, order: &Arc<[(StageId, i64, i32)]>, editing: Editing) -> AnyView {
    let Stage { id, version, name, probability, category, limit_days, .. } = stage;
    let (count, order) = (order.len(), order.clone());
    let swap = move |other: usize| swap_stages(&order, i, other, editing);
    let swap_up = swap.clone();
    let said = name.get(lang_untracked()).to_owned();
    let (said_up, said_down, said_menu) = (said.clone(), said.clone(), said);
    let save_chance = move |text: String| {
        if let Ok(probability) = text.trim_end_matches('%').trim().parse() {
            editing.stage(id, version, StagePatch { probability: Some(probability), ..StagePatch::default() });
        }
    };
    let save_limit = move |text: String| {
        let days = text.trim().parse().ok();
        if days.is_some() || text.trim().is_empty() {
            editing.stage(id, version, StagePatch { limit_days: Some(days), ..StagePatch::default() });
        }
    };
    let save_category =
        move |code: String| editing.stage(id, version, StagePatch { category: ForecastCategory::parse(&code), ..StagePatch::default() });
    let archive = move || editing.stage(id, version, StagePatch { archived: Some(true), ..StagePatch::default() });
    view! {
        <li class="stages__row stages__row--wide">
            <i class=format!("swatch swatch--{}", (i + 1).min(5))></i>
            <StageName id version name editing />
            <InlineText label=t!(settings.chance) value=probability.to_string() on_save=save_chance />
            <InlineText label=t!(settings.limit) value=limit_days.map(|d| d.to_string()).unwrap_or_default() on_save=save_limit />
            <InlineSelect label=t!(settings.category) value=category.as_str().to_owned() options=categories() on_save=save_category />
            <span class="stages__tools">
                <IconButton icon=Icon::ARROW_UP size=Size::Small label=t!(setup.move_up, what = said_up) disabled=i == 0 on_press=move || swap_up(i - 1) />
                <IconButton icon=Icon::ARROW_DOWN size=Size::Small label=t!(setup.move_down, what = said_down) disabled=i + 1 == count on_press=move || swap(i + 1) />
                <Menu label=t!(settings.actions_for, what = said_menu)>
                    <MenuItem label=t!(settings.archive_stage) icon=Icon::INBOX disabled=count < 2 on_press=archive />
                </Menu>
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn StageName(id: StageId, version: i64, name: LocalText, editing: Editing) -> impl IntoView {
    let shown = name.clone();
    let save = move |text: String| editing.stage(id, version, StagePatch { name: Some(renamed(&name, text)), ..StagePatch::default() });
    view! { <InlineText label=t!(setup.stage) value=Signal::derive(move || shown.get(lang()).to_owned()) on_save=save /> }.into_any()
}

/// Two stages change places: each takes the other's position.
fn swap_stages(order: &[(StageId, i64, i32)], one: usize, other: usize, editing: Editing) {
    let (Some(&a), Some(&b)) = (order.get(one), order.get(other)) else { return };
    let at = |position| StagePatch { position: Some(position), ..StagePatch::default() };
    let work = async move {
        api::patch::<Stage>(&format!("/stages/{}", a.0), a.1, &at(b.2)).await?;
        api::patch::<Stage>(&format!("/stages/{}", b.0), b.1, &at(a.2)).await.map(drop)
    };
    editing.sending.run(work, move |()| editing.on_change.run(()));
}

fn end_row(stage: Stage, editing: Editing) -> AnyView {
    let Stage { id, version, name, kind, probability, .. } = stage;
    let swatch = if kind == StageKind::Won { "swatch swatch--won" } else { "swatch swatch--lost" };
    view! {
        <li class="stages__row stages__row--wide">
            <i class=swatch></i>
            <StageName id version name editing />
            <span class="stages__fixed">{probability.to_string()}</span>
        </li>
    }
    .into_any()
}

fn archived_row(stage: Stage, editing: Editing) -> AnyView {
    let Stage { id, version, name, .. } = stage;
    let restore = move || editing.stage(id, version, StagePatch { archived: Some(false), ..StagePatch::default() });
    view! {
        <li class="stages__row stages__row--wide stages__row--archived">
            <i class="swatch swatch--lost"></i>
            <span>{reactive(move || name.get(lang()).to_owned())} " " <Badge>{t!(settings.archived)}</Badge></span>
            <Button size=Size::Small on_press=restore>{t!(settings.unarchive)}</Button>
        </li>
    }
    .into_any()
}

fn categories() -> Signal<Vec<SelectOption>> {
    Signal::derive(|| {
        ForecastCategory::ALL.iter().map(|category| SelectOption::new(category.as_str(), move || category_name(*category))).collect()
    })
}

fn category_name(category: ForecastCategory) -> &'static str {
    match category {
        ForecastCategory::Pipeline => t!(settings.category_pipeline)(),
        ForecastCategory::BestCase => t!(settings.category_best_case)(),
        ForecastCategory::Commit => t!(settings.category_commit)(),
        ForecastCategory::Closed => t!(settings.category_closed)(),
        ForecastCategory::Omitted => t!(settings.category_omitted)(),
    }
}

#[component]
fn AddStage(pipeline: PipelineId, probability: u8, editing: Editing) -> impl IntoView {
    let add = move || {
        let stage = NewStage {
            name: LocalText([(lang_untracked(), t_now!(settings.new_stage).to_owned())].into()),
            probability,
            category: ForecastCategory::Pipeline,
            limit_days: Some(7),
        };
        let work = async move {
            api::post::<serde_json::Value>(&format!("/pipelines/{pipeline}/stages"), &stage).await.map(drop) as Result<(), ApiError>
        };
        editing.sending.run(work, move |()| editing.on_change.run(()));
    };
    view! { <Button size=Size::Small icon=Icon::PLUS busy=editing.sending.busy() on_press=add>{t!(setup.add_stage)}</Button> }.into_any()
}
