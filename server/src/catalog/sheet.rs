//! All amounts of a model as a spreadsheet, and a spreadsheet back as changes of a draft.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::catalog::studio::{PriceChange, SheetMistake, SheetMistakeKind};
use muster_shared::configurator::model::{Model, PriceList};
use muster_shared::money::Currency;
use muster_shared::money_input;
use muster_shared::text::{Lang, LocalText};

use super::check::comparison;

const HEAD: [&str; 7] = ["list", "market", "currency", "group", "option", "name", "price"];
/// Mistakes that are named; a sheet of another kind has one in every row.
const MISTAKES_MAX: usize = 100;

/// One row for each list's base, without group and option, and for each of its options.
#[must_use]
pub fn write(model: &Model, lang: Lang) -> String {
    // Spreadsheets take a file for UTF-8 by this mark.
    let mut text = String::from('\u{feff}');
    line(&mut text, &HEAD.map(str::to_owned));
    for list in &model.prices {
        let row = |group: &str, option: &str, name: &LocalText, amount: i64| {
            let currency = list.currency.code().to_owned();
            let (group, option, name) = (group.to_owned(), option.to_owned(), name.get(lang).to_owned());
            [list.code.clone(), list.market.clone(), currency, group, option, name, major(amount, list.currency)]
        };
        line(&mut text, &row("", "", &model.name, list.base));
        for group in &model.groups {
            for option in &group.options {
                let amount = list.options.get(&format!("{}.{}", group.code, option.code)).copied().unwrap_or(0);
                line(&mut text, &row(&group.code, &option.code, &option.name, amount));
            }
        }
    }
    text
}

fn line(text: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| guarded(cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula or for more than one cell.
fn guarded(cell: &str) -> String {
    let is_number = cell.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number;
    let cell = if is_formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', ';', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

/// Minor units in the currency's own decimal places.
fn major(amount: i64, currency: Currency) -> String {
    let decimals = currency.decimals() as usize;
    let digits = format!("{:0>width$}", amount.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals);
    let sign = if amount < 0 { "-" } else { "" };
    if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// What a sheet says about a model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// The model at the sheet's prices.
    pub model: Model,
    pub changes: Vec<PriceChange>,
    pub unchanged: usize,
    pub mistakes: Vec<SheetMistake>,
}

/// Reads a sheet: comma, semicolon or tab between cells, as the heading has it.
#[must_use]
pub fn read(text: &str, model: &Model) -> Sheet {
    let mut sheet = Sheet { model: model.clone(), ..Sheet::default() };
    let rows = rows(text);
    let Some(((_, head), rows)) = rows.split_first() else {
        sheet.mistake(1, SheetMistakeKind::NoColumn, "list");
        return sheet;
    };
    let head: Vec<String> = head.iter().map(|cell| cell.trim().to_lowercase()).collect();
    let place = |name: &str| head.iter().position(|cell| cell == name);
    let mut places = [0; 4];
    for (at, name) in places.iter_mut().zip(["list", "group", "option", "price"]) {
        let Some(found) = place(name) else {
            sheet.mistake(1, SheetMistakeKind::NoColumn, name);
            return sheet;
        };
        *at = found;
    }
    let mut seen = BTreeSet::new();
    for (number, row) in rows {
        let cells = places.map(|at| row.get(at).map_or("", |cell| cell.trim()));
        if cells.iter().any(|cell| !cell.is_empty()) {
            sheet.row(*number, cells, &mut seen);
        }
    }
    let before: BTreeMap<&str, &PriceList> = model.prices.iter().map(|list| (list.code.as_str(), list)).collect();
    let lists = sheet.model.prices.iter().filter_map(|list| Some(comparison::prices(before.get(list.code.as_str())?, list)));
    sheet.changes = lists.flatten().collect();
    sheet
}

impl Sheet {
    fn mistake(&mut self, line: usize, kind: SheetMistakeKind, text: &str) {
        if self.mistakes.len() < MISTAKES_MAX {
            self.mistakes.push(SheetMistake { line, kind, text: text.chars().take(80).collect() });
        }
    }

    fn row(&mut self, number: usize, [code, group, option, price]: [&str; 4], seen: &mut BTreeSet<(String, String)>) {
        let Some(at) = self.model.prices.iter().position(|list| list.code == code) else {
            return self.mistake(number, SheetMistakeKind::NoList, code);
        };
        let name = if group.is_empty() && option.is_empty() { String::new() } else { format!("{group}.{option}") };
        let is_option = |model: &Model| {
            let group = model.groups.iter().find(|it| it.code == group);
            group.is_some_and(|group| group.options.iter().any(|it| it.code == option))
        };
        if !name.is_empty() && !is_option(&self.model) {
            return self.mistake(number, SheetMistakeKind::NoOption, &name);
        }
        let currency = self.model.prices[at].currency;
        let Some(amount) = money_input::parse(price.trim_start_matches('\''), currency).map(|money| money.minor) else {
            return self.mistake(number, SheetMistakeKind::NotAPrice, price);
        };
        if !seen.insert((code.to_owned(), name.clone())) {
            return self.mistake(number, SheetMistakeKind::Twice, &name);
        }
        let list = &mut self.model.prices[at];
        let before = if name.is_empty() { list.base } else { list.options.get(&name).copied().unwrap_or(0) };
        if before == amount {
            self.unchanged += 1;
        } else if name.is_empty() {
            list.base = amount;
        } else if amount == 0 {
            list.options.remove(&name);
        } else {
            list.options.insert(name, amount);
        }
    }
}

/// The rows that hold something, with their lines' numbers.
fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = text.lines().next().unwrap_or_default();
    let between = [',', ';', '\t'].into_iter().max_by_key(|mark| (head.matches(*mark).count(), *mark == ',')).unwrap_or(',');
    let mut rows = Vec::new();
    let (mut row, mut cell, mut is_quoted, mut number, mut begun) = (Vec::new(), String::new(), false, 1, 1);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if is_quoted || cell.trim().is_empty() => {
                is_quoted = !is_quoted;
            }
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((begun, std::mem::take(&mut row)));
                number += 1;
                begun = number;
            }
            letter if letter == between && !is_quoted => row.push(std::mem::take(&mut cell)),
            letter => {
                number += usize::from(letter == '\n');
                cell.push(letter);
            }
        }
    }
    row.push(cell);
    rows.push((begun, row));
    rows.retain(|(_, row)| row.iter().any(|cell| !cell.trim().is_empty()));
    rows
}

#[cfg(test)]
mod tests {
    use muster_shared::configurator::model::{Group, GroupKind, GroupOption, Importance};
    use muster_shared::time::Day;

    use super::*;

    fn model() -> Model {
        let option =
            |code: &str, name: &str| GroupOption { code: code.to_owned(), name: LocalText::new(name, name), ..GroupOption::default() };
        Model {
            name: LocalText::new("Van", "Xe"),
            groups: vec![Group {
                code: "paint".to_owned(),
                name: LocalText::default(),
                step: String::new(),
                kind: GroupKind::List,
                importance: Importance::Look,
                options: vec![option("red", "=HYPERLINK(\"x\"), \"Red\""), option("white", "White")],
                default: None,
            }],
            prices: vec![PriceList {
                code: "eu".to_owned(),
                market: "eu".to_owned(),
                currency: Currency::EUR,
                from: Day(0),
                until: None,
                base: 2_000_050,
                options: BTreeMap::from([("paint.red".to_owned(), -7)]),
                conditional: Vec::new(),
            }],
            ..Model::default()
        }
    }

    #[test]
    fn a_sheet_comes_back_as_it_went() {
        let text = write(&model(), Lang::En);
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines[1], "eu,eu,EUR,,,Van,20000.50");
        assert_eq!(lines[2], "eu,eu,EUR,paint,red,\"'=HYPERLINK(\"\"x\"\"), \"\"Red\"\"\",-0.07");
        let sheet = read(&text, &model());
        assert_eq!((sheet.changes.len(), sheet.unchanged, sheet.mistakes.len()), (0, 3, 0));
        assert_eq!(sheet.model, model());
    }

    #[test]
    fn prices_change_by_their_names() {
        let sheet = read("Price;List;Group;Option\n25.000,00;eu;;\n1,5;eu;paint;white\n0;eu;paint;red\n\n", &model());
        assert_eq!(sheet.mistakes, []);
        assert_eq!(sheet.model.prices[0].base, 2_500_000);
        assert_eq!(sheet.model.prices[0].options, BTreeMap::from([("paint.white".to_owned(), 150)]));
        let changes: Vec<_> = sheet.changes.iter().map(|change| (change.from, change.to, change.change)).collect();
        assert_eq!(changes, [(2_000_050, 2_500_000, Some(2_499)), (-7, 0, Some(10_000)), (0, 150, None)]);
    }

    #[test]
    fn every_mistake_has_its_line() {
        use SheetMistakeKind::{NoColumn, NoList, NoOption, NotAPrice, Twice};
        let kinds = |text: &str| read(text, &model()).mistakes.into_iter().map(|it| (it.line, it.kind)).collect::<Vec<_>>();
        assert_eq!(kinds(""), [(1, NoColumn)]);
        assert_eq!(kinds("list,group,price\n"), [(1, NoColumn)]);
        let text = "list,group,option,price\nus,,,1\neu,paint,blue,1\neu,paint,red,much\neu,,,1\n\"eu\",\"\",,\"2\n\"\n";
        assert_eq!(kinds(text), [(2, NoList), (3, NoOption), (4, NotAPrice), (6, Twice)]);
    }
}
