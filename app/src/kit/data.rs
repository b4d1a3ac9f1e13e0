//! Tables, lists, charts.

use leptos::prelude::*;
use muster_shared::{
    money::{Currency, Money},
    page::SortKey,
    time::{DAY_MS, Day},
};

use super::inputs;
use crate::{
    browser::{
        clock,
        format::{self, DayStyle},
    },
    ui::{
        Avatar, Bar, BarChart, Breadcrumbs, Button, Change, Column, Crumb, DataTable, FilterBar, FilterField, FilterKind, FilterValue,
        Icon, Meter, Pager, Panel, Size, Sparkline, StatusPill, TabItem, TabPanel, TableState, Tabs, Timeline, TimelineItem, Tone,
        reactive,
    },
};

#[derive(Clone, PartialEq)]
struct Deal {
    name: &'static str,
    amount: i64,
    close: Day,
    owner: &'static str,
    tone: Tone,
    state: &'static str,
}

const DEALS: [(&str, i64, i32, &str, Tone, &str); 6] = [
    ("Nguyễn Thị Hương", 1180, 19, "Trần Hải", Tone::Bad, "overdue"),
    ("Công ty Sao Mai", 3600, 66, "Lê Nam", Tone::Warn, "no next step"),
    ("Phạm Quốc Bảo", 1420, 26, "Lê Nam", Tone::Good, "today"),
    ("Bệnh viện An Bình", 2310, 69, "Trần Hải", Tone::Neutral, "Mon"),
    ("Khách sạn Biển Xanh", 4400, 58, "Lê Nam", Tone::Bad, "overdue"),
    ("Trần Ngọc Anh", 740, 25, "Mai Khanh", Tone::Neutral, "Sat"),
];

fn deals(state: TableState) -> Vec<Deal> {
    let today = clock::today();
    let deal =
        |(name, amount, days, owner, tone, state)| Deal { name, amount: amount * 1_000_000, close: today.plus(days), owner, tone, state };
    let mut deals: Vec<Deal> = DEALS.into_iter().map(deal).collect();
    for key in state.sort.get().iter().rev() {
        deals.sort_by(|a, b| {
            let order = match key.field.as_str() {
                "amount" => a.amount.cmp(&b.amount),
                "close" => a.close.cmp(&b.close),
                _ => a.name.cmp(b.name),
            };
            if key.descending { order.reverse() } else { order }
        });
    }
    deals
}

#[component]
pub fn Data() -> impl IntoView {
    view! {
        <Panel title="Which deals need me?" note="sorted and paged by the server elsewhere"><Table /></Panel>
        <div class="kit__pair">
            <Panel title="What happened?"><History /></Panel>
            <Panel title="How does it look?"><Charts /></Panel>
        </div>
        <Panel title="Which view?"><TabbedView /></Panel>
    }
    .into_any()
}

#[component]
fn Table() -> impl IntoView {
    let state = TableState::new(vec![SortKey { field: "close".to_owned(), descending: false }], &[]);
    let columns = vec![
        Column::new("name", "Name", |deal: &Deal| deal.name).sortable().primary(),
        Column::new("state", "Next step", |deal: &Deal| view! { <StatusPill tone=deal.tone label=deal.state /> }),
        Column::new(
            "owner",
            "Owner",
            |deal: &Deal| view! { <span class="kit__owner"><Avatar name=deal.owner size=Size::Small decorative=true /> {deal.owner}</span> },
        ),
        Column::new("close", "Close date", |deal: &Deal| {
            let close = deal.close;
            move || format::day(close, DayStyle::Short)
        })
        .sortable(),
        Column::new("amount", "Amount", |deal: &Deal| {
            let money = Money::new(deal.amount, Currency::VND);
            move || format::money_short(money)
        })
        .sortable()
        .right(),
    ];
    let bulk = || view! { <Button size=Size::Small icon=Icon::USERS>"Reassign"</Button> <Button size=Size::Small icon=Icon::ARROW_RIGHT>"Move"</Button> };
    view! {
        <Filters />
        <DataTable
            label="Deals"
            columns
            rows=Signal::derive(move || deals(state))
            row_id=|deal| deal.name.to_owned()
            state
            bulk
            on_open=|_| ()
        />
        <Pager first=51 shown=6 total=1240 has_next=true on_previous=|| () on_next=|| () />
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let values = RwSignal::new(vec![FilterValue { key: "team".to_owned(), value: "q7".to_owned(), label: "Team Quận 7".to_owned() }]);
    let fields = Signal::stored(vec![
        FilterField { key: "stage", label: "Stage".into(), kind: FilterKind::Choice(Signal::stored(inputs::stages())) },
        FilterField { key: "account", label: "Account".into(), kind: FilterKind::Search(inputs::search()) },
        FilterField { key: "text", label: "Text".into(), kind: FilterKind::Text },
        FilterField { key: "close", label: "Closing by".into(), kind: FilterKind::Day },
    ]);
    let set = move |value: FilterValue| {
        values.update(|all| {
            all.retain(|v| v.key != value.key);
            all.push(value);
        });
    };
    view! {
        <div class="kit__filters">
            <FilterBar fields values on_set=set on_remove=move |key: String| values.update(|all| all.retain(|v| v.key != key)) />
        </div>
    }
    .into_any()
}

#[component]
fn History() -> impl IntoView {
    let ago = |ms: i64| clock::now().plus_ms(-ms);
    let change = |field: &'static str, old: &str, new: &str| Change { field: field.into(), old: old.to_owned(), new: new.to_owned() };
    let item = |id: &str, icon, title: &'static str, by: &str, at, text: &str, changes| TimelineItem {
        id: id.to_owned(),
        icon,
        title: title.into(),
        by: by.to_owned(),
        at,
        text: text.to_owned(),
        changes,
    };
    let items = vec![
        item("3", Icon::ARROW_RIGHT, "Moved", "Mai Khanh", ago(40_000), "", vec![change("Stage", "Configure", "Test drive")]),
        item("2", Icon::PHONE, "Called", "Trần Hải", ago(3 * 3_600_000), "Wants to see the cognac leather before the weekend.", vec![]),
        item(
            "1",
            Icon::PENCIL,
            "Changed",
            "Lê Nam",
            ago(2 * DAY_MS),
            "",
            vec![change("Amount", "1.05 B ₫", "1.18 B ₫"), change("Close date", "", "12 Dec")],
        ),
    ];
    view! { <Timeline label="History" items=Signal::stored(items) /> }.into_any()
}

#[component]
fn Charts() -> impl IntoView {
    let bar = |label: &str, value: f64, text: &str| Bar { label: label.to_owned(), value, text: text.to_owned() };
    let bars = vec![bar("pace", 54.0, "54.0"), bar("quote → won", -5.2, "− 5.2"), bar("mix", 12.0, "+ 12"), bar("won", 49.9, "49.9")];
    let weeks = [3.0, 5.0, 4.0, 8.0, 7.0, 11.0, 9.0, 14.0];
    let points = weeks.iter().enumerate().map(|(i, n)| bar(&format!("week {}", i + 1), *n, &n.to_string())).collect::<Vec<_>>();
    view! {
        <BarChart label="Won against pace, in billions" bars=Signal::stored(bars) />
        <div class="kit__row">
            <Sparkline label="Test drives a week" points=Signal::stored(points) />
            <Meter label="Of plan" percent=54.0 />
            <Meter label="Of plan, Cần Thơ" percent=31.0 tone=Tone::Bad />
        </div>
    }
    .into_any()
}

#[component]
fn TabbedView() -> impl IntoView {
    let selected = RwSignal::new("overview".to_owned());
    let items = vec![
        TabItem::new("overview", "Overview"),
        TabItem { count: Some(12), ..TabItem::new("history", "History") },
        TabItem::new("files", "Files"),
    ];
    let panel = move || {
        let id = ["overview", "history", "files"].into_iter().find(|id| *id == selected.get()).unwrap_or("overview");
        view! { <TabPanel id><p>"What the tab " <strong>{id}</strong> " shows."</p></TabPanel> }
    };
    view! {
        <Breadcrumbs crumbs=Signal::stored(vec![Crumb::new("Accounts", "/desk/kit"), Crumb::new("Công ty Sao Mai", "/desk/kit")]) />
        <Tabs label="Views of the account" items=Signal::stored(items) selected on_select=move |id| selected.set(id) />
        {reactive(panel)}
    }
    .into_any()
}
