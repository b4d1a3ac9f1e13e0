//! The editor of a rule: what the customer reads, and the condition as a form, as text or as a table.

mod clauses;
mod form;
mod table;
mod text;
mod words;

pub use text::{Reads, TextForm};

use leptos::prelude::*;
use muster_shared::{configurator::model::Rule, text::Lang};

use self::{clauses::FormView, form::Form, table::TableForm};
use super::{
    about::PartHead,
    cells::{Bilingual, Cell, set_lang},
    draft::{Draft, use_draft},
    findings::count_text,
    group::missing,
    outline::add_rule,
    page::use_studio,
    part::Part,
    wording,
};
use crate::{
    t, t_now,
    ui::{Button, Field, Glyph, Icon, Menu, MenuItem, PopoverAlign, Segmented, SelectOption, Size, reactive},
};

/// How a condition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Form,
    Text,
    Table,
}

impl Way {
    const ALL: [Self; 3] = [Self::Form, Self::Text, Self::Table];

    const fn code(self) -> &'static str {
        match self {
            Self::Form => "form",
            Self::Text => "text",
            Self::Table => "table",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Form => t_now!(studio.as_form),
            Self::Text => t_now!(studio.as_text),
            Self::Table => t_now!(studio.as_table),
        }
    }
}

/// The rule with this code; says so where there is none.
#[component]
pub fn RulePart(code: String) -> impl IntoView {
    let draft = use_draft();
    let own = code.clone();
    let is_there = draft.watch(move |model| model.rules.iter().any(|rule| rule.code == own));
    let shown = move || if is_there.get() { editor(code.clone()) } else { missing() };
    reactive(shown)
}

/// A rule of the draft.
#[derive(Clone, Copy)]
struct Ruling {
    draft: Draft,
    code: StoredValue<String>,
    rule: Memo<Rule>,
}

impl Ruling {
    fn new(draft: Draft, code: String) -> Self {
        let code = StoredValue::new(code);
        let rule = draft
            .watch(move |model| model.rules.iter().find(|rule| code.with_value(|code| rule.code == *code)).cloned().unwrap_or_default());
        Self { draft, code, rule }
    }

    fn edit(self, change: impl FnOnce(&mut Rule)) {
        self.code.with_value(|code| self.draft.edit_rule(code, change));
    }

    fn set_condition(self, text: String) {
        self.edit(|rule| {
            rule.condition = text;
            rule.table = None;
        });
    }
}

fn editor(code: String) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let ruling = Ruling::new(draft, code);
    let name = move || ruling.rule.with(|rule| wording::named(&rule.sentence, t_now!(studio.new_rule)));
    let remove = move || {
        draft.edit(|model| model.rules.retain(|rule| ruling.code.with_value(|code| rule.code != *code)));
        studio.open(&Part::About);
        let text = t_now!(studio.rule_removed);
        draft.toaster.say_with_undo(text, move || {
            leptos::task::spawn_local(async move {
                if draft.settle().await {
                    draft.undo();
                }
            });
        });
    };
    let actions = move || {
        (!draft.locked.get()).then(|| {
            view! {
                <Button size=Size::Small icon=Icon::PLUS on_press=move || add_rule(draft, studio, None)>{t!(studio.add_rule)}</Button>
                <Menu label=t!(record.more) align=PopoverAlign::End>
                    <MenuItem label=t!(studio.remove_rule) icon=Icon::TRASH_2 danger=true on_press=remove />
                </Menu>
            }
        })
    };
    view! {
        <PartHead title=name text=t!(studio.rule_text) actions=move || reactive(actions) />
        <div class="studio__form">
            <Bilingual
                label=t!(studio.sentence)
                value=Signal::derive(move || ruling.rule.with(|rule| rule.sentence.clone()))
                on_input=move |(lang, text): (Lang, String)| ruling.edit(|rule| set_lang(&mut rule.sentence, lang, text))
                is_long=true
            />
            <Condition ruling />
            <Effects ruling />
            <Field label=t!(studio.owner)>
                <Cell
                    value=Signal::derive(move || ruling.rule.with(|rule| rule.owner.clone()))
                    on_input=move |owner: String| ruling.edit(|rule| rule.owner = owner)
                    placeholder=t!(studio.owner_hint)
                />
            </Field>
        </div>
    }
    .into_any()
}

/// The condition, in the way of writing that fits it or was chosen.
#[component]
fn Condition(ruling: Ruling) -> impl IntoView {
    let fits_form =
        move || ruling.rule.with_untracked(|rule| ruling.draft.model.with_untracked(|model| Form::read(&rule.condition, model).is_some()));
    let start = match ruling.rule.with_untracked(|rule| rule.table.is_some()) {
        true => Way::Table,
        false if fits_form() => Way::Form,
        false => Way::Text,
    };
    let way = RwSignal::new(start);
    let options = Signal::derive(|| Way::ALL.iter().map(|way| SelectOption::new(way.code(), move || way.label())).collect());
    let change = move |code: String| way.set(Way::ALL.into_iter().find(|way| way.code() == code).unwrap_or(Way::Form));
    let body = move || {
        match way.get() {
        Way::Form => view! { <FormView ruling /> }.into_any(),
        Way::Text => view! {
            <Field label=t!(studio.condition) hint=t!(studio.condition_hint) required=true>
                <TextForm value=Signal::derive(move || ruling.rule.with(|rule| rule.condition.clone())) on_input=move |text: String| ruling.set_condition(text) />
            </Field>
        }
        .into_any(),
        Way::Table => view! { <TableForm ruling /> }.into_any(),
    }
    };
    view! {
        <section class="ruling" aria-label=t!(studio.condition)>
            <header class="ruling__head">
                <h3>{t!(studio.condition)}</h3>
                <Segmented label=t!(studio.written_as) value=Signal::derive(move || way.get().code().to_owned()) options on_change=change />
            </header>
            {reactive(body)}
        </section>
    }
    .into_any()
}

/// How many configurations the rule leaves, as far as that can be said at once.
#[component]
fn Effects(ruling: Ruling) -> impl IntoView {
    let draft = ruling.draft;
    let says = Memo::new(move |_| {
        let found = draft.findings.get();
        let at = found.model.rules.iter().position(|rule| ruling.code.with_value(|code| rule.code == *code))?;
        let with = found.built.as_ref().map(|built| built.count.clone())?;
        let without = found.count_without(at)?;
        let (with_text, without_text) = (count_text(&with), count_text(&without));
        Some(match (with.is_zero(), with == without) {
            (true, _) if !without.is_zero() => (true, t!(studio.leaves_nothing, before = without_text)()),
            (true, _) => (true, t!(studio.nothing_left)().to_owned()),
            (_, true) => (true, t!(studio.changes_nothing, count = with_text)()),
            _ => (false, t!(studio.leaves, count = with_text, before = without_text)()),
        })
    });
    let shown = move || {
        says.get().map(|(is_odd, text)| {
            let icon = if is_odd { Icon::TRIANGLE_ALERT } else { Icon::CIRCLE_CHECK };
            view! { <p class="effects" class:effects--odd=is_odd><Glyph icon /> {text}</p> }
        })
    };
    view! { <div role="status">{reactive(shown)}</div> }.into_any()
}
