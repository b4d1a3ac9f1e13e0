//! Pipelines and their stages: names, order, chances, limits.

use leptos::prelude::*;
use muster_shared::{
    check::Checks,
    event::EntityKind,
    id::{PipelineId, StageId},
    opportunity::{ForecastCategory, NewPipeline, NewStage, Pipeline, Stage, StageKind},
    problem::FieldError,
    text::LocalText,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    RoomHead,
    change::{Change, Changes, Edit, value},
    kept::{Kept, keyed},
};
use crate::{
    api::{self, Reading},
    i18n::{lang, lang_untracked},
    live::use_live,
    sending::Sending,
    t, t_now,
    ui::{Badge, Button, FormError, Icon, IconButton, InlineSelect, InlineText, Menu, MenuItem, SelectOption, Size, reactive, use_toaster},
};

type Pipelines = Kept<Vec<Pipeline>>;

/// Every pipeline with its stages, edited in place.
#[component]
pub fn PipelinesRoom() -> impl IntoView {
    let toaster = use_toaster();
    let changes = use_live().changes(&[EntityKind::Pipeline, EntityKind::Stage]);
    let pipelines: Pipelines = Kept::new(Reading::new(move || {
        changes.track();
        api::get("/pipelines")
    }));
    let refresh = pipelines.refresh();
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
    let ids = move || pipelines.with(|all| all.iter().map(|pipeline| pipeline.id.0).collect::<Vec<_>>()).unwrap_or_default();
    let editing = Editing { pipelines, changes: Changes::new(refresh) };
    let section = move |id: Uuid| view! { <PipelineEditor id=PipelineId(id) editing /> }.into_any();
    let list = move || view! { <div class="stack">{keyed(ids, section)}</div> }.into_any();
    view! {
        <RoomHead title=t!(settings.pipelines_title) text=t!(settings.pipelines_text) actions />
        <FormError error=sending.error() />
        {pipelines.show(6, list)}
    }
    .into_any()
}

/// What is edited, and how a row sends its changes.
#[derive(Clone, Copy)]
struct Editing {
    pipelines: Pipelines,
    changes: Changes,
}

impl Editing {
    /// Looks at a pipeline; tracked.
    fn pipeline<R>(self, id: PipelineId, look: impl FnOnce(&Pipeline) -> R) -> Option<R> {
        self.pipelines.with(|all| all.iter().find(|pipeline| pipeline.id == id).map(look)).flatten()
    }

    /// Looks at a stage; tracked.
    fn stage<R>(self, id: StageId, look: impl FnOnce(&Stage) -> R) -> Option<R> {
        self.pipelines.with(|all| all.iter().flat_map(|pipeline| &pipeline.stages).find(|stage| stage.id == id).map(look)).flatten()
    }

    /// Its name in the language of the interface; tracked.
    fn name(self, id: StageId) -> String {
        self.stage(id, |stage| stage.name.get(lang()).to_owned()).unwrap_or_default()
    }

    /// An editor of one field of a stage.
    fn edit(self, id: StageId, field: &'static str, value: fn(&Stage) -> Value) -> Edit {
        self.changes.edit(field, move || self.stage(id, |stage| (stage.version, value(stage))))
    }

    fn archive(self, id: StageId, archived: bool, problem: RwSignal<Option<String>>) {
        let Some((version, name)) = untrack(|| self.stage(id, |stage| (stage.version, stage.name.get(lang()).to_owned()))) else { return };
        let text = if archived { t_now!(settings.stage_archived, what = name) } else { t_now!(settings.stage_back, what = name) };
        let change = Change::of(stage_path(id), version, "archived", (!archived).into(), archived.into());
        self.changes.save(text, problem, vec![change]);
    }
}

fn stage_path(id: StageId) -> String {
    format!("/stages/{id}")
}

/// Which part of a pipeline a stage stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Open,
    End,
    Archived,
}

fn part_of(stage: &Stage) -> Part {
    match stage.kind {
        StageKind::Open if stage.archived => Part::Archived,
        StageKind::Open => Part::Open,
        _ => Part::End,
    }
}

/// The stages of a part in their order.
fn stages_in(pipeline: &Pipeline, part: Part) -> Vec<&Stage> {
    pipeline.stages.iter().filter(|stage| part_of(stage) == part).collect()
}

#[component]
fn PipelineEditor(id: PipelineId, editing: Editing) -> impl IntoView {
    let problem = RwSignal::new(None);
    let name = Signal::derive(move || editing.pipeline(id, |pipeline| pipeline.name.get(lang()).to_owned()).unwrap_or_default());
    let edit = editing.changes.edit("name", move || editing.pipeline(id, |pipeline| (pipeline.version, value(&pipeline.name))));
    let rename = move |text: String| {
        edit.save(format!("/pipelines/{id}"), t_now!(record.saved, what = text), |name| renamed(name, text));
    };
    let ids = move |part: Part| {
        move || {
            editing
                .pipeline(id, |pipeline| stages_in(pipeline, part).iter().map(|stage| stage.id.0).collect::<Vec<_>>())
                .unwrap_or_default()
        }
    };
    view! {
        <section class="box">
            <header class="box__head">
                <h2 class="box__edit">
                    <InlineText label=t!(setup.pipeline) value=name on_begin=edit.on_begin() on_save=rename problem=edit.problem />
                </h2>
            </header>
            <div class="stages__row stages__row--wide stages__head" aria-hidden="true">
                <span></span> <span>{t!(setup.stage)}</span> <span>{t!(settings.chance)}</span> <span>{t!(settings.limit)}</span>
                <span>{t!(settings.category)}</span> <span></span>
            </div>
            <ol class="stages">
                {keyed(ids(Part::Open), move |stage| stage_row(id, StageId(stage), editing, problem))}
                {keyed(ids(Part::End), move |stage| end_row(StageId(stage), editing))}
                {keyed(ids(Part::Archived), move |stage| archived_row(StageId(stage), editing, problem))}
            </ol>
            <FormError error=problem />
            <div><AddStage pipeline=id editing /></div>
        </section>
    }
    .into_any()
}

/// `name` with another text in the language of the interface.
fn renamed(name: &Value, text: String) -> Value {
    let mut name = name.clone();
    if let Some(texts) = name.as_object_mut() {
        texts.insert(lang_untracked().code().to_owned(), text.into());
    }
    name
}

/// A chance in percent, as it is typed.
fn read_chance(text: &str) -> Result<i64, Vec<FieldError>> {
    read_number(text.trim().trim_end_matches('%').trim(), 0, 100)
}

/// A limit in days, as it is typed; nothing is no limit.
fn read_limit(text: &str) -> Result<Option<i64>, Vec<FieldError>> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { read_number(text, 1, 365).map(Some) }
}

fn read_number(text: &str, low: i64, high: i64) -> Result<i64, Vec<FieldError>> {
    let number = text.parse::<i64>().unwrap_or(i64::MIN);
    let mut checks = Checks::new();
    checks.range("number", number, low, high);
    checks.done().map(|()| number)
}

fn stage_row(pipeline: PipelineId, id: StageId, editing: Editing, problem: RwSignal<Option<String>>) -> AnyView {
    let place = Memo::new(move |_| {
        let place = |pipeline: &Pipeline| {
            let open = stages_in(pipeline, Part::Open);
            (open.iter().position(|stage| stage.id == id).unwrap_or_default(), open.len())
        };
        editing.pipeline(pipeline, place).unwrap_or_default()
    });
    let edit_chance = editing.edit(id, "probability", |stage| stage.probability.into());
    let edit_limit = editing.edit(id, "limit_days", |stage| stage.limit_days.map_or(Value::Null, Value::from));
    let edit_category = editing.edit(id, "category", |stage| stage.category.as_str().into());
    let figure = move |of: fn(&Stage) -> String| Signal::derive(move || editing.stage(id, of).unwrap_or_default());
    let chance = figure(|stage| stage.probability.to_string());
    let limit = figure(|stage| stage.limit_days.map(|days| days.to_string()).unwrap_or_default());
    let category = figure(|stage| stage.category.as_str().to_owned());
    let saved = |what: &'static str| t_now!(record.saved, what = what);
    let save_chance = move |text: String| match read_chance(&text) {
        Err(errors) => edit_chance.refuse(&errors),
        Ok(new) => edit_chance.save(stage_path(id), saved(t_now!(settings.chance)), |_| new.into()),
    };
    let save_limit = move |text: String| match read_limit(&text) {
        Err(errors) => edit_limit.refuse(&errors),
        Ok(new) => edit_limit.save(stage_path(id), saved(t_now!(settings.limit)), |_| new.into()),
    };
    let save_category = move |code: String| edit_category.save(stage_path(id), saved(t_now!(settings.category)), |_| code.into());
    let swap = move |step: isize| {
        let order = untrack(|| editing.pipeline(pipeline, |pipeline| swapped(pipeline, id, step))).unwrap_or_default();
        if !order.is_empty() {
            editing.changes.save(saved(t_now!(settings.order)), problem, order);
        }
    };
    let is_first = Signal::derive(move || place.get().0 == 0);
    let is_last = Signal::derive(move || place.get().0 + 1 == place.get().1);
    let is_only = Signal::derive(move || place.get().1 < 2);
    view! {
        <li class="stages__row stages__row--wide">
            <i class=move || format!("swatch swatch--{}", (place.get().0 + 1).min(5))></i>
            <StageName id editing />
            <InlineText
                label=t!(settings.chance)
                value=chance
                on_begin=edit_chance.on_begin()
                on_save=save_chance
                problem=edit_chance.problem
            />
            <InlineText label=t!(settings.limit) value=limit on_begin=edit_limit.on_begin() on_save=save_limit problem=edit_limit.problem />
            <InlineSelect
                label=t!(settings.category)
                value=category
                options=categories()
                on_begin=edit_category.on_begin()
                on_save=save_category
                problem=edit_category.problem
            />
            <span class="stages__tools">
                <IconButton icon=Icon::ARROW_UP size=Size::Small label=t!(setup.move_up, what = editing.name(id)) disabled=is_first on_press=move || swap(-1) />
                <IconButton icon=Icon::ARROW_DOWN size=Size::Small label=t!(setup.move_down, what = editing.name(id)) disabled=is_last on_press=move || swap(1) />
                <Menu label=t!(settings.actions_for, what = editing.name(id))>
                    <MenuItem label=t!(settings.archive_stage) icon=Icon::INBOX disabled=is_only on_press=move || editing.archive(id, true, problem) />
                </Menu>
            </span>
        </li>
    }
    .into_any()
}

#[component]
fn StageName(id: StageId, editing: Editing) -> impl IntoView {
    let edit = editing.edit(id, "name", |stage| value(&stage.name));
    let save = move |text: String| edit.save(stage_path(id), t_now!(record.saved, what = text), |name| renamed(name, text));
    let name = Signal::derive(move || editing.name(id));
    view! { <InlineText label=t!(setup.stage) value=name on_begin=edit.on_begin() on_save=save problem=edit.problem /> }.into_any()
}

/// An open stage and its neighbour change places: each takes the other's position. Nothing where there is no neighbour.
fn swapped(pipeline: &Pipeline, id: StageId, step: isize) -> Vec<Change> {
    let open = stages_in(pipeline, Part::Open);
    let Some(here) = open.iter().position(|stage| stage.id == id) else { return Vec::new() };
    let Some(there) = here.checked_add_signed(step).and_then(|at| open.get(at)) else { return Vec::new() };
    let change = |stage: &Stage, to: i32| Change::of(stage_path(stage.id), stage.version, "position", stage.position.into(), to.into());
    vec![change(open[here], there.position), change(there, open[here].position)]
}

fn end_row(id: StageId, editing: Editing) -> AnyView {
    let is_won = untrack(|| editing.stage(id, |stage| stage.kind == StageKind::Won)).unwrap_or_default();
    let probability = move || editing.stage(id, |stage| stage.probability.to_string());
    view! {
        <li class="stages__row stages__row--wide">
            <i class=if is_won { "swatch swatch--won" } else { "swatch swatch--lost" }></i>
            <StageName id editing />
            <span class="stages__fixed">{reactive(probability)}</span>
        </li>
    }
    .into_any()
}

fn archived_row(id: StageId, editing: Editing, problem: RwSignal<Option<String>>) -> AnyView {
    view! {
        <li class="stages__row stages__row--wide stages__row--archived">
            <i class="swatch swatch--lost"></i>
            <span>{reactive(move || editing.name(id))} " " <Badge>{t!(settings.archived)}</Badge></span>
            <Button size=Size::Small on_press=move || editing.archive(id, false, problem)>{t!(settings.unarchive)}</Button>
        </li>
    }
    .into_any()
}

fn categories() -> Signal<Vec<SelectOption>> {
    Signal::derive(|| {
        ForecastCategory::ALL.iter().map(|category| SelectOption::new(category.as_str(), move || category_name(*category))).collect()
    })
}

/// What a forecast category is called.
pub fn category_name(category: ForecastCategory) -> &'static str {
    match category {
        ForecastCategory::Pipeline => t!(settings.category_pipeline)(),
        ForecastCategory::BestCase => t!(settings.category_best_case)(),
        ForecastCategory::Commit => t!(settings.category_commit)(),
        ForecastCategory::Closed => t!(settings.category_closed)(),
        ForecastCategory::Omitted => t!(settings.category_omitted)(),
    }
}

#[component]
fn AddStage(pipeline: PipelineId, editing: Editing) -> impl IntoView {
    let toaster = use_toaster();
    let sending = Sending::new();
    let add = move || {
        let last = untrack(|| editing.pipeline(pipeline, |pipeline| stages_in(pipeline, Part::Open).last().map(|stage| stage.probability)));
        let stage = NewStage {
            name: LocalText([(lang_untracked(), t_now!(settings.new_stage).to_owned())].into()),
            probability: last.flatten().unwrap_or_default(),
            category: ForecastCategory::Pipeline,
            limit_days: Some(7),
        };
        sending.run(async move { api::post::<Value>(&format!("/pipelines/{pipeline}/stages"), &stage).await }, move |_| {
            toaster.say(t_now!(settings.stage_added));
            editing.pipelines.refresh().run(());
        });
    };
    view! {
        <Button size=Size::Small icon=Icon::PLUS busy=sending.busy() on_press=add>{t!(setup.add_stage)}</Button>
        <FormError error=sending.error() />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use muster_shared::id::DealerId;

    use super::*;

    #[track_caller]
    fn check_chance(text: &str, expected: Option<i64>) {
        assert_eq!(read_chance(text).ok(), expected, "{text}");
    }

    #[track_caller]
    fn check_limit(text: &str, expected: Option<Option<i64>>) {
        assert_eq!(read_limit(text).ok(), expected, "{text}");
    }

    #[test]
    fn figures_are_read_or_refused_with_the_reason() {
        check_chance(" 15 % ", Some(15));
        check_chance("0", Some(0));
        check_chance("100", Some(100));
        for text in ["", "many", "101", "-1", "300", "1.5"] {
            check_chance(text, None);
        }
        check_limit("", Some(None));
        check_limit(" 7 ", Some(Some(7)));
        for text in ["0", "366", "a week"] {
            check_limit(text, None);
        }
        let errors = read_chance("many").unwrap_err();
        assert_eq!((errors[0].code.as_str(), errors[0].params.get("max")), ("out-of-range", Some(&Value::from(100))));
    }

    #[test]
    fn a_name_changes_in_one_language() {
        let name = renamed(&value(&LocalText::new("Offer", "Báo giá")), "Quote".to_owned());
        assert_eq!(name, value(&LocalText::new("Quote", "Báo giá")));
    }

    #[test]
    fn neighbours_change_places_and_the_ends_stay() {
        let stage = |id: u128, kind: StageKind, archived: bool| Stage {
            id: StageId(Uuid::from_u128(id)),
            version: 1,
            pipeline_id: PipelineId(Uuid::nil()),
            name: LocalText::new("a", "b"),
            position: i32::try_from(id).unwrap(),
            kind,
            probability: 10,
            category: ForecastCategory::Pipeline,
            limit_days: None,
            archived,
        };
        let open = StageKind::Open;
        let stages = vec![stage(1, open, false), stage(2, open, true), stage(3, open, false), stage(4, StageKind::Won, false)];
        let pipeline = Pipeline {
            id: PipelineId(Uuid::nil()),
            version: 1,
            dealer_id: DealerId(Uuid::nil()),
            name: LocalText::new("a", "b"),
            position: 0,
            stages,
        };
        let ids = |part: Part| stages_in(&pipeline, part).iter().map(|stage| stage.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!((ids(Part::Open), ids(Part::End), ids(Part::Archived)), (vec![1, 3], vec![4], vec![2]));
        let moved = swapped(&pipeline, StageId(Uuid::from_u128(1)), 1);
        let positions: Vec<_> = moved.iter().map(|change| (change.fields[0].1.clone(), change.fields[0].2.clone())).collect();
        assert_eq!(positions, [(1.into(), 3.into()), (3.into(), 1.into())]);
        assert_eq!(swapped(&pipeline, StageId(Uuid::from_u128(3)), 1), []);
        assert_eq!(swapped(&pipeline, StageId(Uuid::from_u128(1)), -1), []);
    }
}
