//! A table that the server pages and sorts: column choice, selection, rows that the arrow keys walk, cards on a phone.

use std::sync::Arc;

use leptos::{ev, html, prelude::*, text_prop::TextProp};
use muster_shared::page::SortKey;
use wasm_bindgen::JsCast;

use super::{Checkbox, Glyph, Icon, IconButton, Menu, MenuChoice, each, popover, reactive};
use crate::{
    browser::{
        focus::{self, Step},
        timer,
    },
    t,
};

/// Which edge a column's cells keep to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Start,
    /// Numbers.
    End,
}

/// One column.
#[derive(Clone)]
pub struct Column<T> {
    head: Head,
    cell: Arc<dyn Fn(&T) -> AnyView + Send + Sync>,
}

#[derive(Clone)]
struct Head {
    key: &'static str,
    label: TextProp,
    align: Align,
    is_sortable: bool,
    is_primary: bool,
    /// Stands at the end of every row, without a heading, and cannot be hidden.
    is_end: bool,
}

impl<T> Column<T> {
    /// A column whose cells are drawn by `cell`; `key` is also the server's name to sort by.
    pub fn new<V: IntoView + 'static>(
        key: &'static str,
        label: impl Into<TextProp>,
        cell: impl Fn(&T) -> V + Send + Sync + 'static,
    ) -> Self {
        let head = Head { key, label: label.into(), align: Align::Start, is_sortable: false, is_primary: false, is_end: false };
        Self { head, cell: Arc::new(move |row| cell(row).into_any()) }
    }

    /// What can be done with a row: at its end, whatever columns are shown.
    pub fn end<V: IntoView + 'static>(cell: impl Fn(&T) -> V + Send + Sync + 'static) -> Self {
        let mut column = Self::new("", "", cell);
        column.head.is_end = true;
        column
    }

    /// The server sorts by it.
    pub fn sortable(mut self) -> Self {
        self.head.is_sortable = true;
        self
    }

    /// Numbers keep to the right.
    pub fn right(mut self) -> Self {
        self.head.align = Align::End;
        self
    }

    /// Names the row: it cannot be hidden and heads the card on a phone.
    pub fn primary(mut self) -> Self {
        self.head.is_primary = true;
        self
    }
}

/// What the viewer did with a table; pages keep it in the address.
#[derive(Clone, Copy)]
pub struct TableState {
    pub sort: RwSignal<Vec<SortKey>>,
    /// Keys of the columns that are not shown.
    pub hidden: RwSignal<Vec<String>>,
    /// Ids of the ticked rows.
    pub selected: RwSignal<Vec<String>>,
}

impl TableState {
    /// Sorted by `sort`, without the columns in `hidden`.
    pub fn new(sort: Vec<SortKey>, hidden: &[&str]) -> Self {
        let hidden = hidden.iter().map(|key| (*key).to_owned()).collect();
        Self { sort: RwSignal::new(sort), hidden: RwSignal::new(hidden), selected: RwSignal::default() }
    }

    /// Sorts by `key`, or turns its direction; `adds` keeps the other keys.
    fn press(self, key: &str, adds: bool) {
        self.sort.update(|sort| match (sort.iter().position(|k| k.field == key), adds) {
            (Some(i), true) if sort[i].descending => drop(sort.remove(i)),
            (Some(i), true) => sort[i].descending = true,
            (None, true) => sort.push(SortKey { field: key.to_owned(), descending: false }),
            (found, false) => {
                let descending = found.is_some_and(|i| !sort[i].descending);
                *sort = vec![SortKey { field: key.to_owned(), descending }];
            }
        });
    }

    fn tick(self, id: &str, is_on: bool) {
        self.selected.update(|selected| {
            selected.retain(|s| s != id);
            if is_on {
                selected.push(id.to_owned());
            }
        });
    }
}

#[derive(Clone)]
struct Row {
    id: String,
    key: String,
    cell: Arc<dyn Fn(usize) -> AnyView + Send + Sync>,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// The rows of last time with their keys.
struct Seen<T> {
    rows: Vec<(T, Row)>,
    next: u64,
}

impl<T: Clone + PartialEq> Seen<T> {
    /// A row that is as it was keeps what stands for it; one that changed in anything is another.
    fn take(&mut self, now: Vec<T>, draw: impl Fn(T, u64) -> Row) -> Vec<Row> {
        let before = std::mem::take(&mut self.rows);
        for row in now {
            let known = before.iter().find(|(old, _)| *old == row).map(|(_, drawn)| drawn.clone());
            self.next += 1;
            let drawn = known.unwrap_or_else(|| draw(row.clone(), self.next));
            self.rows.push((row, drawn));
        }
        self.rows.iter().map(|(_, drawn)| drawn.clone()).collect()
    }
}

/// The table. Up and Down walk the rows, Left and Right what can be pressed in one, Enter opens it, Space ticks it; Shift on a heading sorts by several.
#[component]
pub fn DataTable<T>(
    #[prop(into)] label: TextProp,
    columns: Vec<Column<T>>,
    #[prop(into)] rows: Signal<Vec<T>>,
    row_id: fn(&T) -> String,
    state: TableState,
    #[prop(optional, into)] on_open: Option<Callback<String>>,
    /// What can be done with the ticked rows; makes rows tickable.
    #[prop(optional, into)]
    bulk: Option<ViewFn>,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let heads = columns.iter().map(|c| c.head.clone()).collect();
    let cells: Arc<[_]> = columns.into_iter().map(|c| c.cell).collect();
    let seen = StoredValue::new(Seen { rows: Vec::new(), next: 0 });
    let rows = Memo::new(move |_| {
        let draw = |row: T, no: u64| {
            let (id, cells) = (row_id(&row), cells.clone());
            Row { key: format!("{id}:{no}"), id, cell: Arc::new(move |i| cells[i](&row)) }
        };
        let now = rows.get();
        seen.try_update_value(|seen| seen.take(now, draw)).unwrap_or_default()
    });
    table(label, heads, rows, state, on_open, bulk)
}

/// Apart from the generic part, so that it is compiled once.
fn table(
    label: TextProp,
    heads: Vec<Head>,
    rows: Memo<Vec<Row>>,
    state: TableState,
    on_open: Option<Callback<String>>,
    bulk: Option<ViewFn>,
) -> AnyView {
    let heads: Arc<[Head]> = heads.into();
    let body = NodeRef::<html::Tbody>::new();
    let here = RwSignal::new(None::<String>);
    let is_tickable = bulk.is_some();
    let visible = {
        let heads = heads.clone();
        Memo::new(move |_| {
            state.hidden.with(|hidden| {
                (0..heads.len()).filter(|i| !heads[*i].is_end && !hidden.iter().any(|h| h == heads[*i].key)).collect::<Vec<_>>()
            })
        })
    };
    keep_focus(rows, here, body);
    let drawing = Drawing { heads: heads.clone(), visible, state, here, rows, is_tickable, on_open };
    let row = move |row: Row| drawing.row(row);
    view! {
        {bulk.map(|bulk| bulk_bar(state, &bulk))}
        <div class="table-frame" role="region" aria-label=move || label.get() tabindex="-1">
            <table class="table">
                {head(heads, visible, state, rows, is_tickable)}
                <tbody node_ref=body on:keydown=move |event| on_key(&event, body, state, is_tickable, on_open)>
                    {each(move || rows.get(), |row| row.key.clone(), row)}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[derive(Clone)]
struct Drawing {
    heads: Arc<[Head]>,
    visible: Memo<Vec<usize>>,
    state: TableState,
    here: RwSignal<Option<String>>,
    rows: Memo<Vec<Row>>,
    is_tickable: bool,
    on_open: Option<Callback<String>>,
}

impl Drawing {
    fn row(&self, row: Row) -> AnyView {
        let Self { heads, visible, state, here, rows, is_tickable, on_open } = self.clone();
        let id = StoredValue::new(row.id.clone());
        let is_ticked = Signal::derive(move || id.with_value(|id| state.selected.with(|s| s.contains(id))));
        // One row is in the tab order: the one last visited, else the first.
        let is_here = move || match here.get() {
            Some(here) => id.with_value(|id| *id == here),
            None => id.with_value(|id| rows.with(|rows| rows.first().is_some_and(|r| r.id == *id))),
        };
        let end = heads.iter().position(|head| head.is_end).map(&*row.cell);
        let cells = move || {
            let cell = |i: usize| {
                let (head, name) = (&heads[i], heads[i].label.clone());
                let class = match (head.is_primary, head.align) {
                    (true, _) => "table__cell table__cell--primary",
                    (_, Align::End) => "table__cell table__cell--end",
                    _ => "table__cell",
                };
                view! { <td class=class data-label=move || name.get()>{(row.cell)(i)}</td> }
            };
            visible.get().into_iter().map(cell).collect_view()
        };
        view! {
            <tr
                class="table__row"
                class:table__row--on=move || is_ticked.get()
                data-id=row.id
                tabindex=move || if is_here() { "0" } else { "-1" }
                on:focusin=move |_| here.set(Some(id.get_value()))
                on:click=move |event| {
                    if let (Some(on_open), false) = (on_open, is_on_control(&event)) {
                        on_open.run(id.get_value());
                    }
                }
            >
                {is_tickable
                    .then(|| {
                        view! {
                            <td class="table__tick">
                                <Checkbox label=t!(ui.select_row) label_hidden=true checked=is_ticked on_change=move |on| state.tick(&id.get_value(), on) />
                            </td>
                        }
                    })}
                {reactive(cells)}
                <td class="table__end">{end}</td>
            </tr>
        }
        .into_any()
    }
}

fn head(heads: Arc<[Head]>, visible: Memo<Vec<usize>>, state: TableState, rows: Memo<Vec<Row>>, is_tickable: bool) -> AnyView {
    let all = Signal::derive(move || {
        let (rows, selected) = (rows.read(), state.selected.read());
        !rows.is_empty() && rows.iter().all(|row| selected.contains(&row.id))
    });
    let some = Signal::derive(move || !state.selected.read().is_empty() && !all.get());
    let tick_all = move |is_on: bool| {
        let ids = if is_on { rows.with_untracked(|rows| rows.iter().map(|row| row.id.clone()).collect()) } else { Vec::new() };
        state.selected.set(ids);
    };
    let entries = {
        let heads = heads.clone();
        move || visible.get().into_iter().map(|i| heading(heads[i].clone(), state)).collect_view()
    };
    view! {
        <thead class="table__head">
            <tr>
                {is_tickable
                    .then(|| {
                        view! {
                            <th class="table__tick" scope="col">
                                <Checkbox label=t!(ui.select_all) label_hidden=true checked=all mixed=some on_change=tick_all />
                            </th>
                        }
                    })}
                {reactive(entries)}
                <th class="table__end" scope="col">{columns_menu(heads, state)}</th>
            </tr>
        </thead>
    }
    .into_any()
}

fn heading(head: Head, state: TableState) -> AnyView {
    let key = head.key;
    let class = if head.align == Align::End { "table__th table__th--end" } else { "table__th" };
    let label = head.label;
    if !head.is_sortable {
        return view! { <th class=class scope="col">{reactive(move || label.get())}</th> }.into_any();
    }
    let sorted = Memo::new(move |_| state.sort.with(|sort| sort.iter().find(|k| k.field == key).map(|k| k.descending)));
    let icon = Signal::derive(move || match sorted.get() {
        Some(true) => Icon::ARROW_DOWN,
        Some(false) => Icon::ARROW_UP,
        None => Icon::CHEVRONS_UP_DOWN,
    });
    view! {
        <th
            class=class
            scope="col"
            aria-sort=move || match sorted.get() {
                Some(true) => "descending",
                Some(false) => "ascending",
                None => "none",
            }
        >
            <button type="button" class="table__sort" on:click=move |event| state.press(key, event.shift_key())>
                {reactive(move || label.get())}
                <Glyph icon />
            </button>
        </th>
    }
    .into_any()
}

fn columns_menu(heads: Arc<[Head]>, state: TableState) -> AnyView {
    let choices = move || {
        let choice = |head: &Head| {
            let key = head.key;
            let checked = Signal::derive(move || state.hidden.with(|hidden| !hidden.iter().any(|h| h == key)));
            let toggle = move || {
                state.hidden.update(|hidden| match hidden.iter().position(|h| h == key) {
                    Some(i) => drop(hidden.remove(i)),
                    None => hidden.push(key.to_owned()),
                });
            };
            view! { <MenuChoice label=head.label.clone() checked stays=true on_press=toggle /> }
        };
        heads.iter().filter(|head| !head.is_primary && !head.is_end).map(choice).collect_view()
    };
    view! {
        <Menu label=t!(ui.columns) trigger=|| view! { <Glyph icon=Icon::COLUMNS_3 /> <span class="visually-hidden">{t!(ui.columns)}</span> } class="button button--plain button--icon button--small" align=popover::Align::End>
            {choices.clone()}
        </Menu>
    }
    .into_any()
}

fn bulk_bar(state: TableState, bulk: &ViewFn) -> AnyView {
    let bulk = bulk.clone();
    let bar = move || {
        let count = state.selected.read().len();
        (count > 0).then(|| {
            view! {
                <div class="bulk">
                    <strong role="status">{t!(ui.selected, count = count)}</strong>
                    {bulk.run()}
                    <span class="filters__grow"></span>
                    <IconButton icon=Icon::X label=t!(ui.select_none) on_press=move || state.selected.set(Vec::new()) />
                </div>
            }
        })
    };
    reactive(bar)
}

fn on_key(event: &ev::KeyboardEvent, body: NodeRef<html::Tbody>, state: TableState, is_tickable: bool, on_open: Option<Callback<String>>) {
    let target = event.target().and_then(|t| t.dyn_into::<web_sys::HtmlElement>().ok());
    let around = target.as_ref().and_then(|e| e.closest("tr").ok().flatten());
    // Sideways: from the row to what can be pressed in it, and on.
    if let (Some(row), "ArrowRight" | "ArrowLeft", false) = (around, event.key().as_str(), focus::is_typing(event.target())) {
        let step = if event.key() == "ArrowRight" { Step::Next } else { Step::Previous };
        focus::rove(&row, "a,button", step);
        return event.prevent_default();
    }
    // Other keys inside a control of a cell are that control's.
    let (Some(row), Some(body)) = (target.filter(|e| e.tag_name() == "TR"), body.get_untracked()) else { return };
    let id = row.get_attribute("data-id").unwrap_or_default();
    match event.key().as_str() {
        "ArrowDown" => focus::rove(&body, "tr", Step::Next),
        "ArrowUp" => focus::rove(&body, "tr", Step::Previous),
        "Home" => focus::rove(&body, "tr", Step::First),
        "End" => focus::rove(&body, "tr", Step::Last),
        " " if is_tickable => state.tick(&id, !state.selected.with_untracked(|s| s.contains(&id))),
        "Enter" => match on_open {
            Some(on_open) => on_open.run(id),
            None => return,
        },
        _ => return,
    }
    event.prevent_default();
}

/// A row that is drawn anew takes the focus of the one it replaces.
fn keep_focus(rows: Memo<Vec<Row>>, here: RwSignal<Option<String>>, body: NodeRef<html::Tbody>) {
    Effect::new(move |_| {
        rows.track();
        let had_focus = body.get_untracked().is_some_and(|body| focus::is_inside(&body));
        let Some(id) = here.get_untracked().filter(|_| had_focus) else { return };
        timer::after_layout(move || {
            let Some(body) = body.try_get_untracked().flatten() else { return };
            let row = focus::matching(&body, "tr").into_iter().find(|row| row.get_attribute("data-id").as_deref() == Some(&id));
            if let (Some(row), false) = (row, focus::is_inside(&body)) {
                focus::quietly(&row);
            }
        });
    });
}

fn is_on_control(event: &ev::MouseEvent) -> bool {
    let element = event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    element.and_then(|e| e.closest("a,button,input,select,textarea,label").ok().flatten()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_changed_in_anything_is_drawn_anew_and_no_other() {
        let draw = |row: (&str, i32), no: u64| Row { id: row.0.into(), key: format!("{}:{no}", row.0), cell: Arc::new(|_| ().into_any()) };
        let mut seen = Seen { rows: Vec::new(), next: 0 };
        let mut keys = |now: &[(&'static str, i32)]| seen.take(now.to_vec(), draw).into_iter().map(|row| row.key).collect::<Vec<_>>();
        let first = keys(&[("a", 1), ("b", 1)]);
        // The order is another, and what "b" counts.
        let second = keys(&[("b", 2), ("a", 1)]);
        assert_eq!(second[1], first[0]);
        assert_ne!(second[0], first[1]);
        assert_eq!(keys(&[("b", 2), ("a", 1)]), second);
        // A row that comes back as it once was is drawn anew all the same.
        assert!(!first.contains(&keys(&[("b", 1)])[0]));
    }
}
