//! Combinations of options as a table, as they come from a spreadsheet.

use leptos::prelude::*;
use muster_shared::{
    configurator::model::{Model, Table},
    fold::fold,
};

use super::Ruling;
use crate::{
    studio::wording,
    t, t_now,
    ui::{Button, ButtonKind, Field, FormError, Icon, IconButton, Segmented, SelectOption, Size, TextArea, reactive},
};

/// The table of a rule.
#[component]
pub fn TableForm(ruling: Ruling) -> impl IntoView {
    let draft = ruling.draft;
    let table = Memo::new(move |_| ruling.rule.with(|rule| rule.table.clone()));
    let is_allowed =
        Signal::derive(move || if table.with(|table| table.as_ref().is_none_or(|table| table.allowed)) { "yes" } else { "no" }.to_owned());
    let options =
        Signal::derive(|| vec![SelectOption::new("yes", t!(studio.rows_allowed)), SelectOption::new("no", t!(studio.rows_forbidden))]);
    let choose = move |code: String| {
        ruling.edit(|rule| {
            if let Some(table) = &mut rule.table {
                table.allowed = code == "yes";
            }
        });
    };
    let shown = move || {
        table.get().map(|table| {
            view! {
                <Segmented label=t!(studio.rows_mean) value=is_allowed options on_change=choose />
                <div class="sheet__scroll" tabindex="0" role="region" aria-label=t!(studio.as_table)>{rows(ruling, &table)}</div>
            }
        })
    };
    let paste = move || (!draft.locked.get()).then(|| view! { <Paste ruling /> });
    view! { <div class="studio__form">{reactive(shown)} {reactive(paste)}</div> }.into_any()
}

fn rows(ruling: Ruling, table: &Table) -> AnyView {
    let draft = ruling.draft;
    draft.model.with(|model| {
        let name = |group: &String| model.groups.iter().find(|it| it.code == *group).map_or_else(|| group.clone(), |it| wording::named(&it.name, group));
        let option = |group: &String, option: &String| {
            let found = model.groups.iter().find(|it| it.code == *group).and_then(|it| it.options.iter().find(|it| it.code == *option));
            found.map_or_else(|| option.clone(), |it| wording::named(&it.name, option))
        };
        let heads = table.groups.iter().map(|group| view! { <th scope="col">{name(group)}</th> }).collect_view();
        let row = |(at, row): (usize, &Vec<String>)| {
            let cells = table.groups.iter().zip(row).map(|(group, code)| view! { <td>{option(group, code)}</td> }).collect_view();
            let remove = move || {
                ruling.edit(|rule| {
                    if let Some(table) = rule.table.as_mut().filter(|table| at < table.rows.len()) {
                        table.rows.remove(at);
                    }
                });
            };
            view! {
                <tr>
                    {cells}
                    <td class="grid__end"><IconButton size=Size::Small icon=Icon::TRASH_2 label=t!(studio.remove_line) disabled=draft.locked on_press=remove /></td>
                </tr>
            }
        };
        let body = table.rows.iter().enumerate().map(row).collect_view();
        view! {
            <table class="grid">
                <thead><tr>{heads} <th scope="col"><span class="visually-hidden">{t!(record.more)}</span></th></tr></thead>
                <tbody>{body}</tbody>
            </table>
        }
        .into_any()
    })
}

/// Takes rows over from a spreadsheet.
#[component]
fn Paste(ruling: Ruling) -> impl IntoView {
    let (text, error) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let take = move || {
        let read = ruling.draft.model.with_untracked(|model| read(&text.get_untracked(), model));
        match read {
            Err(reason) => error.set(Some(reason)),
            Ok(table) => {
                error.set(None);
                text.set(String::new());
                ruling.edit(|rule| {
                    let allowed = rule.table.as_ref().is_none_or(|table| table.allowed);
                    rule.condition = String::new();
                    rule.table = Some(Table { allowed, ..table });
                });
            }
        }
    };
    view! {
        <Field label=t!(studio.paste_table) hint=t!(studio.paste_table_hint)><TextArea value=text rows=4 /></Field>
        <FormError error />
        <div><Button kind=ButtonKind::Quiet on_press=take>{t!(studio.take_rows)}</Button></div>
    }
    .into_any()
}

/// Reads what was copied from a spreadsheet: groups in the first line, options below, by code or by name.
fn read(text: &str, model: &Model) -> Result<Table, String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let is_named = |code: &str, name: &muster_shared::text::LocalText, cell: &str| {
        code == cell || name.0.values().any(|name| fold(name) == fold(cell))
    };
    let head = lines.next().ok_or_else(|| t_now!(studio.table_empty).to_owned())?;
    let group = |cell: &str| {
        let cell = cell.trim();
        let found = model.groups.iter().find(|it| is_named(&it.code, &it.name, cell));
        found.ok_or_else(|| t_now!(studio.mistake_group, name = cell))
    };
    let groups = head.split('\t').map(group).collect::<Result<Vec<_>, _>>()?;
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells.len() != groups.len() {
            return Err(t_now!(studio.defect_row).to_owned());
        }
        let option = |(group, cell): (&&muster_shared::configurator::model::Group, &&str)| {
            let found = group.options.iter().find(|it| is_named(&it.code, &it.name, cell));
            found
                .map(|it| it.code.clone())
                .ok_or_else(|| t_now!(studio.mistake_option, group = wording::named(&group.name, &group.code), option = cell))
        };
        groups.iter().zip(&cells).map(option).collect::<Result<Vec<_>, _>>()
    };
    let rows = lines.map(row).collect::<Result<Vec<_>, _>>()?;
    if rows.is_empty() {
        return Err(t_now!(studio.table_empty).to_owned());
    }
    Ok(Table { groups: groups.iter().map(|group| group.code.clone()).collect(), rows, allowed: true })
}

#[cfg(test)]
mod tests {
    use muster_shared::{
        configurator::model::{Group, GroupKind, GroupOption, Importance},
        text::LocalText,
    };

    use super::*;

    #[test]
    fn a_spreadsheet_names_groups_and_options_by_code_or_name() {
        let option = |code: &str, name: &str| GroupOption { code: code.into(), name: LocalText::new(name, name), ..GroupOption::default() };
        let group = |code: &str, name: &str, options: Vec<GroupOption>| Group {
            code: code.into(),
            name: LocalText::new(name, name),
            step: String::new(),
            kind: GroupKind::List,
            importance: Importance::Look,
            options,
            default: None,
        };
        let model = Model {
            groups: vec![group("paint", "Paint", vec![option("red", "Crimson")]), group("line", "Line", vec![option("plus", "Plus")])],
            ..Model::default()
        };
        let table = read("Paint\tline\nCrimson\tplus\n\nred\tPlus", &model).expect("it can be read");
        assert_eq!(table.groups, ["paint", "line"]);
        assert_eq!(table.rows, [["red", "plus"], ["red", "plus"]]);
        assert!(read("Paint\tline\npink\tplus", &model).is_err());
        assert!(read("Paint\nred\tplus", &model).is_err());
        assert!(read("Paint", &model).is_err());
    }
}
