//! The options of a group as a table: names, prices of every list, lead days, markets and attributes.

use std::collections::BTreeMap;

use leptos::{ev, html, prelude::*, text_prop::TextProp};
use muster_shared::{
    configurator::{
        expression,
        model::{Attribute, GroupKind, GroupOption, Layout, Model, PriceList},
        problem::{Constraint, Formula, Value, Var},
    },
    money_input,
    text::{Lang, LocalText},
};

use super::{
    cells::{Bilingual, Cell, Dress, MoneyCell, NumberCell, code_of, in_lang, set_lang, walk_rows},
    draft::{Draft, use_draft},
    outline::add_rule,
    page::use_studio,
    preview::use_trial,
    steps::AddRow,
    wording,
};
use crate::{
    browser::{focus, timer},
    t, t_now,
    ui::{Button, ButtonKind, Dialog, DialogSize, Glyph, Icon, Menu, MenuChoice, MenuItem, PopoverAlign, each, reactive},
};

/// The group's options.
#[component]
pub fn Options(code: String) -> impl IntoView {
    let draft = use_draft();
    let table = NodeRef::<html::Div>::new();
    let group = StoredValue::new(code);
    let find = move |model: &Model| model.groups.iter().find(|it| group.with_value(|code| it.code == *code)).cloned();
    let codes = draft.watch(move |model| {
        find(model).map(|group| group.options.iter().map(|option| option.code.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    let has_swatch =
        draft.watch(move |model| find(model).is_some_and(|group| matches!(group.kind, GroupKind::Swatch | GroupKind::Material)));
    let lists = draft.watch(|model| model.prices.iter().map(|list| (list.code.clone(), list.market.clone())).collect::<Vec<_>>());
    let attributes = draft.watch(|model| model.attributes.clone());
    let removing = RwSignal::new(None::<String>);
    let dragged = RwSignal::new(None::<String>);
    let describing = RwSignal::new(None::<String>);
    let add = move |name: String| add_rows(draft, group.get_value(), &name);
    let columns = move || columns(has_swatch.get(), lists.with(Vec::len), attributes.with(Vec::len));
    let head = move || heads(has_swatch.get(), &lists.get(), &attributes.get());
    let row = move |option: String| {
        let place = RowPlace { group, option: StoredValue::new(option), removing, dragged, describing };
        // Columns come and go with lists and attributes.
        reactive(move || {
            let (lists, attributes, has_swatch) = (lists.get(), attributes.get(), has_swatch.get());
            untrack(|| row(place, &lists, attributes, has_swatch))
        })
    };
    view! {
        <section class="sheet" aria-label=t!(studio.options)>
            <div class="sheet__scroll" node_ref=table on:keydown=move |event| on_key(&event, table, draft, group)>
                <div class="sheet__grid" role="table" aria-label=t!(studio.options) style:grid-template-columns=columns>
                    <div class="sheet__head" role="row">{reactive(head)}</div>
                    {each(move || codes.get(), String::clone, row)}
                </div>
            </div>
            <AddRow label=t!(studio.add_option) on_add=add on_paste=add />
            <p class="sheet__hint">{t!(studio.options_hint)}</p>
            <RemoveOption group=group.get_value() removing />
            <Describe group=group.get_value() describing />
        </section>
    }
    .into_any()
}

fn columns(has_swatch: bool, lists: usize, attributes: usize) -> String {
    let swatch = if has_swatch { " 44px" } else { "" };
    let (lists, attributes) = (" 116px".repeat(lists), " 92px".repeat(attributes));
    format!("32px{swatch} minmax(132px, 1.3fr) minmax(132px, 1.3fr){lists} 84px{attributes} 112px 116px 44px")
}

fn heads(has_swatch: bool, lists: &[(String, String)], attributes: &[Attribute]) -> AnyView {
    let studio = use_studio();
    let is_alone = |market: &str| lists.iter().filter(|(_, other)| other == market).count() == 1;
    let list = |(code, market): &(String, String)| if is_alone(market) { studio.market_name(market) } else { code.clone() };
    let hidden = |name: &str| (name.to_owned(), "visually-hidden");
    let mut heads = vec![hidden(t_now!(studio.order))];
    heads.extend(has_swatch.then(|| hidden(t_now!(studio.colour))));
    heads.extend(Lang::ALL.map(|lang| (wording::lang_name(lang).to_owned(), "")));
    heads.extend(lists.iter().map(|it| (list(it), "sheet__end")));
    heads.push((t_now!(studio.lead_days).to_owned(), "sheet__end"));
    heads.extend(attributes.iter().map(|it| (wording::named(&it.name, &it.code), "sheet__end")));
    heads.push((t_now!(studio.sold_in).to_owned(), ""));
    heads.push((t_now!(studio.code_name).to_owned(), ""));
    heads.push(hidden(t_now!(record.more)));
    heads
        .into_iter()
        .map(|(name, class)| view! { <span role="columnheader"><span class=class>{name}</span></span> })
        .collect_view()
        .into_any()
}

/// Which row, and what the rows share.
#[derive(Clone, Copy)]
struct RowPlace {
    group: StoredValue<String>,
    option: StoredValue<String>,
    /// The option that is about to be removed.
    removing: RwSignal<Option<String>>,
    /// The option that is being dragged.
    dragged: RwSignal<Option<String>>,
    /// The option whose text is open.
    describing: RwSignal<Option<String>>,
}

impl RowPlace {
    fn watch<T: PartialEq + Send + Sync + Default + 'static>(
        self,
        draft: Draft,
        read: impl Fn(&GroupOption) -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        draft.watch(move |model| {
            let group = model.groups.iter().find(|it| self.group.with_value(|code| it.code == *code));
            let option = group.and_then(|group| group.options.iter().find(|it| self.option.with_value(|code| it.code == *code)));
            option.map(&read).unwrap_or_default()
        })
    }

    fn edit(self, draft: Draft, change: impl FnOnce(&mut GroupOption)) {
        self.group.with_value(|group| self.option.with_value(|option| draft.edit_option(group, option, change)));
    }

    fn amount(self) -> String {
        format!("{}.{}", self.group.get_value(), self.option.get_value())
    }
}

fn row(place: RowPlace, lists: &[(String, String)], attributes: Vec<Attribute>, has_swatch: bool) -> AnyView {
    let draft = use_draft();
    let name = place.watch(draft, |option| wording::named(&option.name, &option.code));
    let swatch = has_swatch.then(|| swatch_cell(place, name));
    let texts = Lang::ALL.map(|lang| {
        let value = place.watch(draft, move |option| in_lang(&option.name, lang));
        let write = move |text: String| place.edit(draft, |option| set_lang(&mut option.name, lang, text));
        let label = move || format!("{}, {}", t_now!(studio.name_of, what = name.get()), wording::lang_name(lang));
        let paste = move |event: ev::ClipboardEvent| pasted(&event, draft, place);
        view! {
            <div role="cell" data-column=lang.code() on:paste=paste>
                <Cell value on_input=write label dress=Dress::Bare text_lang=lang.code() />
            </div>
        }
    });
    let amounts = lists.iter().map(|(list, _)| amount_cell(place, list.clone(), name)).collect_view();
    let adds = attributes.into_iter().map(|attribute| adds_cell(place, attribute, name)).collect_view();
    let days = place.watch(draft, |option| i64::from(option.lead_days));
    let set_days = move |days: i64| place.edit(draft, |option| option.lead_days = u32::try_from(days.max(0)).unwrap_or(0));
    let is_over = RwSignal::new(false);
    let drop_here = move |event: ev::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if let Some(moved) = place.dragged.get_untracked() {
            move_before(draft, &place.group.get_value(), &moved, &place.option.get_value());
        }
    };
    view! {
        <div
            class="sheet__row"
            class:sheet__row--over=move || is_over.get()
            role="row"
            data-row=place.option.get_value()
            on:dragover=move |event| {
                if place.dragged.with_untracked(Option::is_some) {
                    event.prevent_default();
                    is_over.set(true);
                }
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=drop_here
        >
            <div role="cell" class="sheet__grip">
                <span
                    draggable=move || (!draft.locked.get()).to_string()
                    aria-hidden="true"
                    on:dragstart=move |_| place.dragged.set(Some(place.option.get_value()))
                    on:dragend=move |_| place.dragged.set(None)
                >
                    <Glyph icon=Icon::GRIP_VERTICAL />
                </span>
            </div>
            {swatch} {texts} {amounts}
            <div role="cell" data-column="days">
                <NumberCell value=days on_input=set_days label=move || t_now!(studio.lead_days_of, what = name.get()) dress=Dress::Bare />
            </div>
            {adds} <div role="cell">{markets_cell(place, name)}</div>
            <div role="cell" class="sheet__code">{place.option.get_value()}</div> <div role="cell" class="sheet__tools">{row_menu(place, name)}</div>
        </div>
    }
    .into_any()
}

fn swatch_cell(place: RowPlace, name: Memo<String>) -> AnyView {
    let draft = use_draft();
    let value = place.watch(draft, |option| if option.swatch.is_empty() { "#8b8578".to_owned() } else { option.swatch.clone() });
    view! {
        <div role="cell">
            <input
                type="color"
                class="sheet__swatch"
                prop:value=move || value.get()
                aria-label=move || t_now!(studio.colour_of, what = name.get())
                disabled=move || draft.locked.get()
                on:change=move |event| place.edit(draft, |option| option.swatch = event_target_value(&event))
            />
        </div>
    }
    .into_any()
}

fn amount_cell(place: RowPlace, list: String, name: Memo<String>) -> AnyView {
    let draft = use_draft();
    let list = StoredValue::new(list);
    let value = draft.watch(move |model| find_list(model, list).and_then(|it| it.options.get(&place.amount()).copied()));
    let currency = draft.watch(move |model| find_list(model, list).map_or(muster_shared::money::Currency::EUR, |it| it.currency));
    let change = move |amount: Option<i64>| {
        list.with_value(|list| {
            draft.edit_prices(list, |list| match amount {
                Some(amount) => drop(list.options.insert(place.amount(), amount)),
                None => drop(list.options.remove(&place.amount())),
            });
        });
    };
    let label = move || t_now!(studio.price_of, what = name.get(), list = list.get_value());
    view! {
        <div role="cell" data-column=format!("list-{}", list.get_value())>
            <MoneyCell value currency on_change=change label dress=Dress::Bare />
        </div>
    }
    .into_any()
}

fn find_list(model: &Model, code: StoredValue<String>) -> Option<&PriceList> {
    model.prices.iter().find(|list| code.with_value(|code| list.code == *code))
}

fn adds_cell(place: RowPlace, attribute: Attribute, name: Memo<String>) -> AnyView {
    let draft = use_draft();
    let code = StoredValue::new(attribute.code.clone());
    let value = place.watch(draft, move |option| code.with_value(|code| option.adds.get(code).copied().unwrap_or(0)));
    let write = move |adds: i64| {
        place.edit(draft, |option| match adds {
            0 => drop(option.adds.remove(&code.get_value())),
            adds => drop(option.adds.insert(code.get_value(), adds)),
        });
    };
    let label = move || format!("{}, {}", wording::named(&attribute.name, &attribute.code), name.get());
    view! { <div role="cell" data-column=format!("adds-{}", code.get_value())><NumberCell value on_input=write label dress=Dress::Bare /></div> }
        .into_any()
}

fn markets_cell(place: RowPlace, name: Memo<String>) -> AnyView {
    let (draft, studio) = (use_draft(), use_studio());
    let own = place.watch(draft, |option| option.markets.clone());
    let all = draft.watch(|model| model.markets.clone());
    let trigger = move || {
        reactive(move || own.with(|own| if own.is_empty() { t!(studio.everywhere)().to_owned() } else { own.join(", ").to_uppercase() }))
    };
    let entry = move |market: String| {
        let (code, called) = (market.clone(), market.clone());
        let checked = Signal::derive(move || own.with(|own| own.is_empty() || own.contains(&code)));
        let press = move || {
            place.edit(draft, |option| {
                let all = all.get_untracked();
                let mut sold: Vec<String> = if option.markets.is_empty() { all.clone() } else { option.markets.clone() };
                if sold.contains(&market) {
                    sold.retain(|it| *it != market);
                } else {
                    sold.push(market.clone());
                }
                // Nowhere is not sold at all: that is what removing is for.
                option.markets = if sold.len() == all.len() || sold.is_empty() { Vec::new() } else { sold };
            });
        };
        view! { <MenuChoice label=move || studio.market_name(&called) checked stays=true on_press=press /> }
    };
    let shown = move || {
        if draft.locked.get() {
            return view! { <span class="sheet__plain">{trigger()}</span> }.into_any();
        }
        view! {
            <Menu label=t!(studio.sold_in_of, what = name.get()) trigger class="cell cell--menu">
                {move || all.get().into_iter().map(entry).collect_view()}
            </Menu>
        }
        .into_any()
    };
    reactive(shown)
}

fn row_menu(place: RowPlace, name: Memo<String>) -> AnyView {
    let (draft, studio, trial) = (use_draft(), use_studio(), use_trial());
    let duplicate = move || duplicate(draft, &place.group.get_value(), &place.option.get_value());
    let step = move |by: isize| move_by(draft, &place.group.get_value(), &place.option.get_value(), by);
    let rule = move || add_rule(draft, studio, Some((place.group.get_value(), place.option.get_value())));
    let shown = move || {
        if draft.locked.get() {
            return None;
        }
        Some(view! {
            <Menu label=t!(settings.actions_for, what = name.get()) align=PopoverAlign::End>
                <MenuItem label=t!(studio.show_it) icon=Icon::EYE on_press=move || trial.choose(&place.group.get_value(), &place.option.get_value()) />
                <MenuItem label=t!(studio.describe) icon=Icon::FILE_TEXT on_press=move || place.describing.set(Some(place.option.get_value())) />
                <MenuItem label=t!(studio.add_rule) icon=Icon::PLUS on_press=rule />
                <MenuItem label=t!(studio.duplicate) icon=Icon::COPY on_press=duplicate />
                <MenuItem label=t!(studio.move_up) icon=Icon::ARROW_UP chord="alt+up" on_press=move || step(-1) />
                <MenuItem label=t!(studio.move_down) icon=Icon::ARROW_DOWN chord="alt+down" on_press=move || step(1) />
                <MenuItem label=t!(studio.remove) icon=Icon::TRASH_2 danger=true on_press=move || place.removing.set(Some(place.option.get_value())) />
            </Menu>
        })
    };
    reactive(shown)
}

/// Alt and an arrow move the row; an arrow alone, or Enter, moves the focus.
fn on_key(event: &ev::KeyboardEvent, table: NodeRef<html::Div>, draft: Draft, group: StoredValue<String>) {
    let by = match (event.alt_key(), event.key().as_str()) {
        (true, "ArrowUp") => -1,
        (true, "ArrowDown") => 1,
        _ => return walk_rows(event, table),
    };
    let Some(row) = focus::active().and_then(|here| here.closest("[data-row]").ok().flatten()) else { return };
    let Some(option) = row.get_attribute("data-row") else { return };
    let column =
        focus::active().and_then(|here| here.closest("[data-column]").ok().flatten()).and_then(|it| it.get_attribute("data-column"));
    event.prevent_default();
    move_by(draft, &group.get_value(), &option, by);
    timer::after_layout(move || {
        focus::first(&format!("[data-row='{option}'] [data-column='{}'] input", column.unwrap_or_default()));
    });
}

fn move_by(draft: Draft, group: &str, option: &str, by: isize) {
    let mut place = None;
    draft.edit_group(group, |group| {
        let Some(at) = group.options.iter().position(|it| it.code == option) else { return };
        let Some(to) = at.checked_add_signed(by).filter(|to| *to < group.options.len()) else { return };
        group.options.swap(at, to);
        place = Some((to + 1, group.options.len()));
    });
    if let Some((at, of)) = place {
        draft.toaster.announce(t_now!(studio.moved, at = at, of = of));
    }
}

fn move_before(draft: Draft, group: &str, moved: &str, before: &str) {
    draft.edit_group(group, |group| {
        let (Some(from), Some(to)) = (position(&group.options, moved), position(&group.options, before)) else { return };
        let option = group.options.remove(from);
        group.options.insert(to, option);
    });
}

fn position(options: &[GroupOption], code: &str) -> Option<usize> {
    options.iter().position(|option| option.code == code)
}

fn duplicate(draft: Draft, group: &str, option: &str) {
    draft.edit(|model| {
        let Some(at) = model.groups.iter().position(|it| it.code == group) else { return };
        let Some(place) = position(&model.groups[at].options, option) else { return };
        let taken: Vec<String> = model.groups[at].options.iter().map(|it| it.code.clone()).collect();
        let mut copy = model.groups[at].options[place].clone();
        copy.code = code_of(option, &taken);
        let (old, new) = (format!("{group}.{option}"), format!("{group}.{}", copy.code));
        for list in &mut model.prices {
            if let Some(amount) = list.options.get(&old).copied() {
                list.options.insert(new.clone(), amount);
            }
        }
        model.groups[at].options.insert(place + 1, copy);
    });
}

fn pasted(event: &ev::ClipboardEvent, draft: Draft, place: RowPlace) {
    let text = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()).unwrap_or_default();
    if text.trim().contains(['\n', '\t']) && !draft.locked.get_untracked() {
        event.prevent_default();
        add_rows(draft, place.group.get_value(), &text);
    }
}

/// A line of a spreadsheet as an option: its names, and its prices in the order of the lists.
fn read_line(line: &str, lists: &[PriceList]) -> Option<(LocalText, BTreeMap<String, i64>)> {
    let mut cells = line.split('\t').map(str::trim);
    let english = cells.next().filter(|name| !name.is_empty())?;
    let mut name = LocalText([(Lang::En, english.to_owned())].into());
    let mut prices = BTreeMap::new();
    let mut list = lists.iter();
    for (at, cell) in cells.enumerate() {
        let is_number = cell.chars().next().is_some_and(|c| c.is_ascii_digit() || c == '-');
        if at == 0 && !is_number {
            set_lang(&mut name, Lang::Vi, cell.to_owned());
        } else if let Some(list) = list.next()
            && let Some(money) = money_input::parse(cell, list.currency)
        {
            prices.insert(list.code.clone(), money.minor);
        }
    }
    Some((name, prices))
}

/// Adds an option for each line.
fn add_rows(draft: Draft, group: String, text: &str) {
    let mut count = 0;
    draft.edit(|model| {
        let Some(at) = model.groups.iter().position(|it| it.code == group) else { return };
        for line in text.lines() {
            let Some((name, prices)) = read_line(line, &model.prices) else { continue };
            let taken: Vec<String> = model.groups[at].options.iter().map(|it| it.code.clone()).collect();
            let code = code_of(name.get(Lang::En), &taken);
            for list in &mut model.prices {
                if let Some(amount) = prices.get(&list.code) {
                    list.options.insert(format!("{group}.{code}"), *amount);
                }
            }
            model.groups[at].options.push(GroupOption { code, name, ..GroupOption::default() });
            count += 1;
        }
    });
    if count > 1 {
        draft.toaster.announce(t_now!(studio.rows_added, count = count));
    }
}

/// What a seller would say about an option, in each language.
#[component]
fn Describe(group: String, describing: RwSignal<Option<String>>) -> impl IntoView {
    let draft = use_draft();
    let group = StoredValue::new(group);
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(describing.with(Option::is_some)));
    let title = TextProp::from(move || {
        let option = describing.get().unwrap_or_default();
        draft.model.with(|model| wording::option_name(model, &group.get_value(), &option))
    });
    let value = Signal::derive(move || {
        let option = describing.get().unwrap_or_default();
        draft.model.with(|model| {
            let group = model.groups.iter().find(|it| group.with_value(|code| it.code == *code));
            group.and_then(|it| it.options.iter().find(|it| it.code == option)).map(|it| it.text.clone()).unwrap_or_default()
        })
    });
    let write = move |(lang, text): (Lang, String)| {
        let option = describing.get_untracked().unwrap_or_default();
        draft.edit_option(&group.get_value(), &option, |option| set_lang(&mut option.text, lang, text));
    };
    view! {
        <Dialog open title on_cancel=move || describing.set(None)>
            <div class="dialog__form">
                <Bilingual label=t!(studio.describe) value on_input=write is_long=true />
                <footer class="dialog__foot">
                    <Button kind=ButtonKind::Main on_press=move || describing.set(None)>{t!(studio.done)}</Button>
                </footer>
            </div>
        </Dialog>
    }
    .into_any()
}

/// Asks before an option goes that rules speak of.
#[component]
fn RemoveOption(group: String, removing: RwSignal<Option<String>>) -> impl IntoView {
    let draft = use_draft();
    let group = StoredValue::new(group);
    let open = RwSignal::new(false);
    let mentions = Memo::new(move |_| {
        removing.get().map(|option| draft.model.with(|model| mentions(model, &group.get_value(), &option))).unwrap_or_default()
    });
    Effect::new(move |_| open.set(removing.with(Option::is_some)));
    let remove = move || {
        let Some(option) = removing.get_untracked() else { return };
        removing.set(None);
        draft.edit(|model| take_away(model, &group.get_value(), &option));
    };
    let title: TextProp = TextProp::from(move || {
        let option = removing.get().unwrap_or_default();
        t!(ui.remove_what, what = draft.model.with(|model| wording::option_name(model, &group.get_value(), &option)))()
    });
    let body = move || {
        let lines = mentions.get();
        let text = if lines.is_empty() { t_now!(studio.not_mentioned) } else { t_now!(studio.mentioned) };
        let list = (!lines.is_empty())
            .then(|| view! { <ul class="studio__list">{lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> });
        view! { <p class="dialog__text">{text}</p> {list} }
    };
    view! {
        <Dialog open title size=DialogSize::Small on_cancel=move || removing.set(None)>
            {reactive(body)}
            <footer class="dialog__foot">
                <Button on_press=move || removing.set(None)>{t!(ui.cancel)}</Button>
                <Button kind=ButtonKind::Danger on_press=remove>{t!(studio.remove)}</Button>
            </footer>
        </Dialog>
    }
    .into_any()
}

/// Takes an option away with its prices and its place in pictures; rules that speak of it stay and have to be mended.
fn take_away(model: &mut Model, group: &str, option: &str) {
    let Some(found) = model.groups.iter_mut().find(|it| it.code == group) else { return };
    found.options.retain(|it| it.code != option);
    found.default = found.default.take().filter(|default| default != option);
    for list in &mut model.prices {
        list.options.remove(&format!("{group}.{option}"));
    }
    for layer in &mut model.pictures.layers {
        if let Some(options) = layer.when.get_mut(group) {
            options.retain(|it| it != option);
        }
    }
    model.pictures.layers.retain(|layer| layer.when.get(group).is_none_or(|options| !options.is_empty()));
}

/// What speaks of an option: rules, conditional prices and cases, by their names.
fn mentions(model: &Model, group: &str, option: &str) -> Vec<String> {
    let layout = Layout::new(model);
    let Some((var, value)) = layout.named(&format!("{group}.{option}")) else { return Vec::new() };
    let in_text = |text: &str| expression::parse(text, &layout).is_ok_and(|found| speaks_of(&found, var, value));
    let in_rule = |rule: &muster_shared::configurator::model::Rule| {
        in_text(&rule.condition)
            || rule.table.as_ref().is_some_and(|table| {
                let column = table.groups.iter().position(|it| it == group);
                column.is_some_and(|column| table.rows.iter().any(|row| row.get(column).is_some_and(|it| it == option)))
            })
    };
    let rules = model.rules.iter().enumerate().filter(|(_, rule)| in_rule(rule)).map(|(at, _)| wording::rule_name(model, at));
    let prices = model.prices.iter().flat_map(|list| &list.conditional).filter(|price| in_text(&price.when));
    let cases = model.cases.iter().filter(|case| case.choices.get(group).is_some_and(|it| it == option));
    rules.chain(prices.map(|price| wording::named(&price.name, &price.when))).chain(cases.map(|case| case.name.clone())).collect()
}

fn speaks_of(constraint: &Constraint, var: Var, value: Value) -> bool {
    fn within(formula: &Formula, var: Var, value: Value) -> bool {
        match formula {
            Formula::Constant(_) => false,
            Formula::Is(of, is) => *of == var && *is == value,
            Formula::In(of, values) => *of == var && values.contains(&value),
            Formula::Not(inner) => within(inner, var, value),
            Formula::All(parts) | Formula::Any(parts) | Formula::Count { of: parts, .. } => {
                parts.iter().any(|part| within(part, var, value))
            }
            Formula::Implies(left, right) | Formula::Iff(left, right) => within(left, var, value) || within(right, var, value),
        }
    }
    match constraint {
        Constraint::Formula(formula) => within(formula, var, value),
        Constraint::Table { .. } | Constraint::Sum { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        configurator::model::{Group, Importance, Rule},
        money::Currency,
        time::Day,
    };

    use super::*;

    fn model() -> Model {
        let option = |code: &str| GroupOption { code: code.into(), ..GroupOption::default() };
        let group = |code: &str, options: &[&str]| Group {
            code: code.into(),
            name: LocalText::default(),
            step: "look".into(),
            kind: GroupKind::List,
            importance: Importance::Look,
            options: options.iter().map(|code| option(code)).collect(),
            default: Some(options[0].into()),
        };
        let rule = |code: &str, condition: &str| Rule { code: code.into(), condition: condition.into(), ..Rule::default() };
        let list = PriceList {
            code: "vn".into(),
            market: "vn".into(),
            currency: Currency::VND,
            from: Day::default(),
            until: None,
            base: 1,
            options: [("paint.red".into(), 5)].into(),
            conditional: Vec::new(),
        };
        Model {
            markets: vec!["vn".into()],
            groups: vec![group("paint", &["red", "blue"]), group("line", &["core", "plus"])],
            rules: vec![rule("a", "paint = red => line = plus"), rule("b", "line in (core, plus)"), rule("c", "not paint in (red, blue)")],
            prices: vec![list],
            ..Model::default()
        }
    }

    #[test]
    fn who_removes_an_option_is_told_what_speaks_of_it() {
        let model = model();
        assert_eq!(mentions(&model, "paint", "red"), ["a", "c"]);
        assert_eq!(mentions(&model, "paint", "blue"), ["c"]);
        assert_eq!(mentions(&model, "line", "core"), ["b"]);
    }

    #[test]
    fn an_option_goes_with_its_prices_and_as_the_default() {
        let mut model = model();
        take_away(&mut model, "paint", "red");
        assert_eq!(model.groups[0].options.len(), 1);
        assert_eq!(model.groups[0].default, None);
        assert!(model.prices[0].options.is_empty());
    }

    #[test]
    fn a_line_of_a_spreadsheet_is_an_option_with_its_prices() {
        let lists = model().prices;
        let (name, prices) = read_line("Crimson\tĐỏ thẫm\t12tr", &lists).expect("it has a name");
        assert_eq!(name, LocalText::new("Crimson", "Đỏ thẫm"));
        assert_eq!(prices, [("vn".to_owned(), 12_000_000)].into());
        let (name, prices) = read_line("Crimson\t5000000", &lists).expect("it has a name");
        assert_eq!(name.0.len(), 1);
        assert_eq!(prices, [("vn".to_owned(), 5_000_000)].into());
        assert!(read_line("\tx", &lists).is_none());
    }
}
