//! The parts of a version, to go to; on a phone behind one button.

use leptos::prelude::*;
use muster_shared::{
    configurator::model::{Group, GroupKind, Importance, Model, Rule},
    text::LocalText,
};

use super::{
    cells::code_of,
    draft::Draft,
    page::{Studio, use_studio},
    part::Part,
    wording,
};
use crate::{
    browser::{place, timer},
    i18n::lang_untracked,
    t, t_now,
    ui::{Badge, Button, ButtonKind, Dialog, DialogSize, Field, Glyph, Icon, IconButton, Size, TextInput, Tone, each, reactive},
};

/// One line of the outline.
#[derive(Clone, PartialEq)]
struct Line {
    part: Part,
    name: String,
    count: usize,
    /// Whether something in it does not hold.
    is_wrong: bool,
}

/// The outline of a version.
#[component]
pub fn Outline(draft: Draft) -> impl IntoView {
    let studio = use_studio();
    let is_open = RwSignal::new(false);
    let adding = RwSignal::new(None::<String>);
    let here = move || {
        let part = studio.part.get();
        all(draft).into_iter().find(|line| line.part == part).map_or_else(|| t!(studio.parts)().to_owned(), |line| line.name)
    };
    // On a phone the list closes once it led somewhere.
    Effect::new(move |_| {
        let part = studio.part.get();
        is_open.set(false);
        timer::after_layout(move || place::reveal(&link_id(&part)));
    });
    view! {
        <nav class="outline" class:outline--open=move || is_open.get() aria-label=t!(studio.parts)>
            <button
                type="button"
                class="outline__toggle"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <Glyph icon=Icon::LIST />
                <span>{reactive(here)}</span>
                <Glyph icon=Icon::CHEVRON_DOWN />
            </button>
            <div class="outline__lists">
                <Section draft title=t!(studio.basics) lines=head />
                <Section
                    draft
                    title=t!(studio.prices)
                    lines=prices
                    on_add=Callback::new(move |()| super::prices::add(draft, studio))
                    add_label=t!(studio.add_prices)
                />
                <Section draft title=t!(studio.release) lines=tail />
                <Steps draft adding />
                <Section
                    draft
                    title=t!(studio.rules)
                    lines=rules
                    on_add=Callback::new(move |()| add_rule(draft, studio, None))
                    add_label=t!(studio.add_rule)
                />
            </div>
            <AddGroup draft adding />
        </nav>
    }
    .into_any()
}

/// Every line, tracked.
fn all(draft: Draft) -> Vec<Line> {
    let groups = draft.model.with(|model| model.groups.iter().map(|group| group_line(draft, group)).collect::<Vec<_>>());
    [head(draft), groups, rules(draft), prices(draft), tail(draft)].concat()
}

fn is_wrong(draft: Draft, part: &Part) -> bool {
    draft.findings.with(|found| found.defects.iter().any(|defect| wording::place(&defect.field, &found.model).0 == *part))
}

fn line(draft: Draft, part: Part, name: String, count: usize) -> Line {
    Line { is_wrong: is_wrong(draft, &part), part, name, count }
}

fn head(draft: Draft) -> Vec<Line> {
    let (steps, attributes, cases) = draft.model.with(|model| (model.steps.len(), model.attributes.len(), model.cases.len()));
    vec![
        line(draft, Part::About, t_now!(studio.about).to_owned(), 0),
        line(draft, Part::Steps, t_now!(studio.steps).to_owned(), steps),
        line(draft, Part::Attributes, t_now!(studio.attributes).to_owned(), attributes),
        line(draft, Part::Cases, t_now!(studio.cases).to_owned(), cases),
    ]
}

fn group_line(draft: Draft, group: &Group) -> Line {
    line(draft, Part::Group(group.code.clone()), wording::named(&group.name, &group.code), group.options.len())
}

fn rules(draft: Draft) -> Vec<Line> {
    draft.model.with(|model| {
        let rule = |(at, rule): (usize, &Rule)| line(draft, Part::Rule(rule.code.clone()), wording::rule_name(model, at), 0);
        model.rules.iter().enumerate().map(rule).collect()
    })
}

fn prices(draft: Draft) -> Vec<Line> {
    let studio = use_studio();
    draft.model.with(|model| {
        let list = |list: &muster_shared::configurator::model::PriceList| {
            line(draft, Part::Prices(list.code.clone()), format!("{} · {}", studio.market_name(&list.market), list.code), 0)
        };
        model.prices.iter().map(list).collect()
    })
}

fn tail(draft: Draft) -> Vec<Line> {
    vec![
        line(draft, Part::Check, t_now!(studio.check_part).to_owned(), 0),
        line(draft, Part::History, t_now!(studio.history).to_owned(), 0),
    ]
}

#[component]
fn Section(
    draft: Draft,
    #[prop(into)] title: leptos::text_prop::TextProp,
    lines: fn(Draft) -> Vec<Line>,
    #[prop(optional, into)] on_add: Option<Callback<()>>,
    #[prop(optional, into)] add_label: leptos::text_prop::TextProp,
) -> impl IntoView {
    let lines = Memo::new(move |_| lines(draft));
    let add = move || {
        let on_add = on_add.filter(|_| !draft.locked.get())?;
        let label = add_label.clone();
        Some(view! { <IconButton size=Size::Small icon=Icon::PLUS label on_press=on_add /> })
    };
    view! {
        <section class="outline__part">
            <header class="outline__head"><h2>{reactive(move || title.get())}</h2> {reactive(add)}</header>
            <ul>{each(move || lines.get(), |line| line.part.text(), move |line| entry(lines, line.part))}</ul>
        </section>
    }
    .into_any()
}

/// The steps with their groups.
#[component]
fn Steps(draft: Draft, adding: RwSignal<Option<String>>) -> impl IntoView {
    let steps = draft.watch(|model| {
        let mut steps: Vec<String> = model.steps.iter().map(|step| step.code.clone()).collect();
        if model.groups.iter().any(|group| !steps.contains(&group.step)) {
            steps.push(String::new());
        }
        steps
    });
    let step = move |code: String| view! { <StepGroups draft code adding /> }.into_any();
    each(move || steps.get(), String::clone, step)
}

#[component]
fn StepGroups(draft: Draft, code: String, adding: RwSignal<Option<String>>) -> impl IntoView {
    let code = StoredValue::new(code);
    let title = move || {
        let code = code.get_value();
        let name =
            draft.model.with(|model| model.steps.iter().find(|step| step.code == code).map(|step| wording::named(&step.name, &code)));
        name.unwrap_or_else(|| t!(studio.no_step)().to_owned())
    };
    let lines = Memo::new(move |_| {
        let code = code.get_value();
        let is_here = |model: &Model, group: &Group| {
            if code.is_empty() { !model.steps.iter().any(|step| step.code == group.step) } else { group.step == code }
        };
        draft.model.with(|model| {
            model.groups.iter().filter(|group| is_here(model, group)).map(|group| group_line(draft, group)).collect::<Vec<_>>()
        })
    });
    let add = move || {
        let is_step = !code.with_value(String::is_empty);
        (is_step && !draft.locked.get()).then(|| {
            view! { <IconButton size=Size::Small icon=Icon::PLUS label=t!(studio.add_group, what = title()) on_press=move || adding.set(Some(code.get_value())) /> }
        })
    };
    view! {
        <section class="outline__part">
            <header class="outline__head"><h2>{reactive(title)}</h2> {reactive(add)}</header>
            <ul>{each(move || lines.get(), |line| line.part.text(), move |line| entry(lines, line.part))}</ul>
        </section>
    }
    .into_any()
}

fn entry(lines: Memo<Vec<Line>>, part: Part) -> AnyView {
    let studio = use_studio();
    let id = link_id(&part);
    let own = part.clone();
    let now = Memo::new(move |_| lines.with(|lines| lines.iter().find(|line| line.part == own).cloned()));
    let here = part.clone();
    let is_here = move || (studio.part.read() == here).then_some("page");
    let name = move || now.with(|line| line.as_ref().map(|line| line.name.clone()));
    let mark = move || {
        let line = now.get()?;
        if line.is_wrong {
            return Some(view! { <span class="outline__wrong"><Glyph icon=Tone::Warn.icon() /> <span class="visually-hidden">{t!(studio.has_problems)}</span></span> }.into_any());
        }
        (line.count > 0).then(|| view! { <Badge>{line.count}</Badge> }.into_any())
    };
    view! { <li><a class="outline__link" id=id href=move || studio.href(&part) aria-current=is_here><span>{reactive(name)}</span> {reactive(mark)}</a></li> }.into_any()
}

/// Adds a rule and opens it; where a group is named, its form begins with that.
pub fn add_rule(draft: Draft, studio: Studio, about: Option<(String, String)>) {
    let taken: Vec<String> = draft.model.with_untracked(|model| model.rules.iter().map(|rule| rule.code.clone()).collect());
    let code = code_of("rule", &taken);
    let condition = about.map(|(group, option)| format!("{group} = {option} => ")).unwrap_or_default();
    draft.edit(|model| model.rules.push(Rule { code: code.clone(), condition, ..Rule::default() }));
    studio.open(&Part::Rule(code));
}

/// Asks for the name of a new group.
#[component]
fn AddGroup(draft: Draft, adding: RwSignal<Option<String>>) -> impl IntoView {
    let studio = use_studio();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(adding.with(Option::is_some)));
    let form = move || {
        let name = RwSignal::new(String::new());
        let submit = move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let name = name.get_untracked().trim().to_owned();
            if let Some(step) = adding.get_untracked().filter(|_| !name.is_empty()) {
                adding.set(None);
                add_group(draft, studio, step, name);
            }
        };
        view! {
            <form class="dialog__form" on:submit=submit>
                <Field label=t!(studio.name) required=true hint=t!(studio.group_name_hint)><TextInput value=name autofocus=true max_length=60 /></Field>
                <footer class="dialog__foot">
                    <Button on_press=move || adding.set(None)>{t!(ui.cancel)}</Button>
                    <Button kind=ButtonKind::Main submit=true>{t!(studio.add)}</Button>
                </footer>
            </form>
        }
    };
    view! { <Dialog open title=t!(studio.new_group) size=DialogSize::Small on_cancel=move || adding.set(None)>{form}</Dialog> }.into_any()
}

/// Adds a group at the end of a step and opens it.
fn add_group(draft: Draft, studio: Studio, step: String, name: String) {
    let taken: Vec<String> = draft.model.with_untracked(|model| model.groups.iter().map(|group| group.code.clone()).collect());
    let code = code_of(&name, &taken);
    let group = Group {
        code: code.clone(),
        name: LocalText([(lang_untracked(), name)].into()),
        step: step.clone(),
        kind: GroupKind::List,
        importance: Importance::Comfort,
        options: Vec::new(),
        default: None,
    };
    draft.edit(|model| {
        let at = model.groups.iter().rposition(|group| group.step == step).map_or(model.groups.len(), |at| at + 1);
        model.groups.insert(at, group);
    });
    studio.open(&Part::Group(code));
}

fn link_id(part: &Part) -> String {
    format!("outline-{}", part.text())
}
