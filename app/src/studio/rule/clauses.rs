//! The form of a rule: one line for each thing that has to be so, and for each that follows.

use leptos::prelude::*;
use muster_shared::configurator::model::Model;

use super::{
    Ruling,
    form::{Clause, Form, How, Then},
};
use crate::{
    studio::{draft::use_draft, page::use_studio, wording},
    t, t_now,
    ui::{Button, EmptyState, Icon, IconButton, Size, reactive},
};

/// Where a clause stands in the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    When,
    Then,
}

/// The form, and the rule that it writes once it is filled in.
#[derive(Clone, Copy)]
struct Filling {
    ruling: Ruling,
    form: RwSignal<Option<Form>>,
    /// What the form wrote last; anything else came from elsewhere.
    written: StoredValue<String>,
}

impl Filling {
    fn new(ruling: Ruling) -> Self {
        let text = ruling.rule.with_untracked(|rule| rule.condition.clone());
        let form = ruling.draft.model.with_untracked(|model| Form::read(&text, model));
        Self { ruling, form: RwSignal::new(form), written: StoredValue::new(text) }
    }

    fn edit(self, change: impl FnOnce(&mut Form)) {
        if self.ruling.draft.locked.get_untracked() {
            return;
        }
        self.form.update(|form| {
            if let Some(form) = form {
                change(form);
            }
        });
        if let Some(text) = self.form.with_untracked(|form| form.as_ref().and_then(Form::write)) {
            self.written.set_value(text.clone());
            self.ruling.set_condition(text);
        }
    }

    /// Reads the rule anew where somebody else changed it.
    fn follow(self, text: &str) {
        if self.written.with_value(|written| written != text) {
            self.written.set_value(text.to_owned());
            let form = self.ruling.draft.model.with_untracked(|model| Form::read(text, model));
            self.form.set(form);
        }
    }
}

fn clauses(form: &Form, side: Side) -> &[Clause] {
    match (side, &form.then) {
        (Side::When, _) => &form.when,
        (Side::Then, Then::All(clauses) | Then::Count { of: clauses, .. }) => clauses,
    }
}

fn clauses_mut(form: &mut Form, side: Side) -> &mut Vec<Clause> {
    match (side, &mut form.then) {
        (Side::When, _) => &mut form.when,
        (Side::Then, Then::All(clauses) | Then::Count { of: clauses, .. }) => clauses,
    }
}

/// The form of a rule.
#[component]
pub fn FormView(ruling: Ruling) -> impl IntoView {
    let filling = Filling::new(ruling);
    Effect::new(move |_| ruling.rule.with(|rule| filling.follow(&rule.condition)));
    let fits = Memo::new(move |_| filling.form.with(Option::is_some));
    let shown = move || {
        if !fits.get() {
            return view! { <EmptyState title=t!(studio.needs_text) text=t!(studio.needs_text_why) icon=Icon::FILE_TEXT /> }.into_any();
        }
        view! { <div class="clauses"><SideView filling side=Side::When /> <SideView filling side=Side::Then /></div> }.into_any()
    };
    reactive(shown)
}

#[component]
fn SideView(filling: Filling, side: Side) -> impl IntoView {
    let draft = filling.ruling.draft;
    let count = Memo::new(move |_| filling.form.with(|form| form.as_ref().map_or(0, |form| clauses(form, side).len())));
    let rows = move || (0..count.get()).map(|at| view! { <ClauseView filling side at /> }).collect_view();
    let add = move || filling.edit(|form| clauses_mut(form, side).push(Clause::default()));
    let title = if side == Side::When { t!(studio.when).into_any() } else { view! { <ThenHead filling /> }.into_any() };
    let always = move || (side == Side::When && count.get() == 0).then(|| view! { <p class="clauses__always">{t!(studio.always)}</p> });
    let more = move || {
        let label = if count.get() == 0 { t_now!(studio.add_condition) } else { t_now!(studio.and_also) };
        (!draft.locked.get()).then(|| view! { <Button size=Size::Small icon=Icon::PLUS on_press=add>{label}</Button> })
    };
    view! {
        <fieldset class="clauses__side">
            <legend>{title}</legend>
            {reactive(always)} {reactive(rows)} {reactive(more)}
        </fieldset>
    }
    .into_any()
}

/// Whether all of the lines follow, or so many of them.
#[component]
fn ThenHead(filling: Filling) -> impl IntoView {
    let draft = filling.ruling.draft;
    let now = Memo::new(move |_| {
        filling.form.with(|form| match form.as_ref().map(|form| &form.then) {
            Some(Then::Count { how, number, .. }) => Some((*how, *number)),
            _ => None,
        })
    });
    let value = move || now.get().map_or("all", |(how, _)| how.text());
    let choose = move |text: String| {
        filling.edit(|form| {
            let own = std::mem::take(clauses_mut(form, Side::Then));
            let number = match &form.then {
                Then::Count { number, .. } => *number,
                Then::All(_) => 1,
            };
            form.then = match How::ALL.into_iter().find(|how| how.text() == text) {
                Some(how) => Then::Count { how, number, of: own },
                None => Then::All(own),
            };
        });
    };
    let options = move || {
        let chosen = value();
        let all = [("all", t_now!(studio.then_all))].into_iter().chain(How::ALL.map(|how| (how.text(), how_name(how))));
        all.map(|(value, label)| view! { <option value=value prop:selected=value == chosen>{label}</option> }).collect_view()
    };
    let number = move || {
        now.get().map(|(_, number)| {
            let typed = move |event: leptos::ev::Event| {
                if let Ok(new) = event_target_value(&event).parse::<u32>() {
                    filling.edit(|form| {
                        if let Then::Count { number, .. } = &mut form.then {
                            *number = new;
                        }
                    });
                }
            };
            view! {
                <input class="input clauses__number" type="number" min="0" max="99" aria-label=t!(studio.how_many) prop:value=number.to_string() on:change=typed />
                <span>{t!(studio.of_these)}</span>
            }
        })
    };
    view! {
        <span class="clauses__then">
            <span>{t!(studio.then)}</span>
            <select class="input input--select" aria-label=t!(studio.what_follows) disabled=move || draft.locked.get() on:change=move |event| choose(event_target_value(&event))>
                {reactive(options)}
            </select>
            {reactive(number)}
        </span>
    }
    .into_any()
}

fn how_name(how: How) -> &'static str {
    match how {
        How::AtMost => t_now!(studio.at_most),
        How::AtLeast => t_now!(studio.at_least),
        How::Exactly => t_now!(studio.exactly),
    }
}

/// One line: a group, is or is not, and options to press.
#[component]
fn ClauseView(filling: Filling, side: Side, at: usize) -> impl IntoView {
    let draft = filling.ruling.draft;
    let clause = Memo::new(move |_| {
        filling.form.with(|form| form.as_ref().and_then(|form| clauses(form, side).get(at).cloned())).unwrap_or_default()
    });
    let edit = move |change: Box<dyn FnOnce(&mut Clause)>| {
        filling.edit(|form| {
            if let Some(clause) = clauses_mut(form, side).get_mut(at) {
                change(clause);
            }
        });
    };
    let group = Memo::new(move |_| clause.with(|clause| clause.group.clone()));
    let groups = move || {
        let chosen = group.get();
        let mut all = vec![(String::new(), t!(ui.choose)().to_owned())];
        all.extend(draft.model.with(group_names));
        all.into_iter().map(|(value, label)| view! { <option prop:selected=value == chosen value=value>{label}</option> }).collect_view()
    };
    let is_words = move || {
        if side == Side::When { (t_now!(studio.is), t_now!(studio.is_not)) } else { (t_now!(studio.must_be), t_now!(studio.cannot_be)) }
    };
    let signs = move || {
        let is = clause.with(|clause| clause.is);
        let (yes, no) = is_words();
        view! { <option value="is" prop:selected=is>{yes}</option> <option value="not" prop:selected=!is>{no}</option> }
    };
    let remove = move || filling.edit(|form| drop(clauses_mut(form, side).remove(at)));
    let taking = move || {
        (!draft.locked.get()).then(|| view! { <IconButton size=Size::Small icon=Icon::X label=t!(studio.remove_line) on_press=remove /> })
    };
    view! {
        <div class="clauses__row">
            <select
                class="input input--select"
                aria-label=t!(studio.group)
                disabled=move || draft.locked.get()
                on:change=move |event| {
                    let group = event_target_value(&event);
                    edit(Box::new(move |clause| *clause = Clause { group, options: Vec::new(), ..clause.clone() }));
                }
            >
                {reactive(groups)}
            </select>
            <select
                class="input input--select"
                aria-label=t!(studio.is_or_not)
                disabled=move || draft.locked.get()
                on:change=move |event| {
                    let is = event_target_value(&event) == "is";
                    edit(Box::new(move |clause| clause.is = is));
                }
            >
                {reactive(signs)}
            </select>
            <OptionChips group clause on_change=Callback::new(move |options| edit(Box::new(move |clause| clause.options = options))) />
            {reactive(taking)}
        </div>
    }
    .into_any()
}

/// The options of the clause's group, each to be pressed.
#[component]
fn OptionChips(group: Memo<String>, clause: Memo<Clause>, on_change: Callback<Vec<String>>) -> impl IntoView {
    let draft = use_draft();
    let studio = use_studio();
    let options = Memo::new(move |_| {
        let group = group.get();
        if group == "market" {
            let markets = draft.model.with(|model| model.markets.clone());
            return markets.into_iter().map(|code| (code.clone(), studio.market_name(&code))).collect::<Vec<_>>();
        }
        draft.model.with(|model| {
            let found = model.groups.iter().find(|it| it.code == group);
            found.into_iter().flat_map(|it| &it.options).map(|it| (it.code.clone(), wording::named(&it.name, &it.code))).collect()
        })
    });
    let chip = move |(code, name): (String, String)| {
        let (own, pressed) = (code.clone(), code);
        let is_on = Signal::derive(move || clause.with(|clause| clause.options.contains(&own)));
        let press = move |_| {
            let mut options = clause.with_untracked(|clause| clause.options.clone());
            if options.contains(&pressed) {
                options.retain(|it| *it != pressed);
            } else {
                options.push(pressed.clone());
            }
            on_change.run(options);
        };
        view! {
            <button type="button" class="chip" aria-pressed=move || is_on.get().to_string() disabled=move || draft.locked.get() on:click=press>
                {name}
            </button>
        }
    };
    let chips = move || options.get().into_iter().map(chip).collect_view();
    view! { <div class="clauses__options" role="group" aria-label=t!(studio.options)>{reactive(chips)}</div> }.into_any()
}

fn group_names(model: &Model) -> Vec<(String, String)> {
    let groups = model.groups.iter().map(|group| (group.code.clone(), wording::named(&group.name, &group.code)));
    groups.chain([("market".to_owned(), t_now!(studio.market).to_owned())]).collect()
}
