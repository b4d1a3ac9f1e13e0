//! Who may do what: every operation, by every kind of subject, on rows of every relation, as one table.

mod matrix;
mod target;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use axum::http::Method;
use muster_server::access::Operation;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, Who};
use matrix::MATRIX;
use target::{Made, Target};

/// Who asks: a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subject {
    Nobody,
    /// A customer with a secret link, who sends it as if it were a session.
    LinkHolder,
    User(Who),
}

const SUBJECTS: [Subject; 11] = [
    Subject::Nobody,
    Subject::LinkHolder,
    Subject::User(Who::Rep),
    Subject::User(Who::Manager),
    Subject::User(Who::ProductManager),
    Subject::User(Who::Marketing),
    Subject::User(Who::Hr),
    Subject::User(Who::Admin),
    Subject::User(Who::Deactivated),
    Subject::User(Who::DealerRep),
    Subject::User(Who::DealerAdmin),
];

/// The table's head, in the order of [`SUBJECTS`].
const HEAD: &str = "operation           rows   nobody link rep manager product marketing hr admin left d.rep d.admin";

/// Whose row is asked for, seen from the representative of the maker's team South.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Relation {
    /// The operation names no row.
    Any,
    Own,
    Team,
    /// Of the maker, in another team and territory.
    Other,
    /// Of a dealer whose contract is closed.
    Dealer,
    /// Of a dealer whose contract opens its rows to the maker.
    Open,
}

impl Relation {
    const ALL: [Self; 6] = [Self::Any, Self::Own, Self::Team, Self::Other, Self::Dealer, Self::Open];

    const fn name(self) -> &'static str {
        match self {
            Self::Any => "-",
            Self::Own => "own",
            Self::Team => "team",
            Self::Other => "other",
            Self::Dealer => "dealer",
            Self::Open => "open",
        }
    }

    /// Who owns the rows of this relation.
    const fn owner(self) -> Who {
        match self {
            Self::Any | Self::Own => Who::Rep,
            Self::Team => Who::Mate,
            Self::Other => Who::Outsider,
            Self::Dealer => Who::DealerRep,
            Self::Open => Who::OpenRep,
        }
    }
}

/// The link holder's token.
const LINK: &str = "link-canary-token";

/// The token of who holds the link of a request.
const LEAD_LINK: &str = "link-canary-request";

/// What must never be in an answer: hashes of passwords, tokens of sessions and links, the mail server's password.
const CANARIES: [&str; 5] = ["$argon2id$", "session-of-", LINK, LEAD_LINK, "canary-smtp-password"];

/// Method and path of every operation, from the API's description.
fn routes() -> BTreeMap<String, (Method, String)> {
    let description = serde_json::to_value(muster_server::router::openapi()).expect("JSON");
    let mut routes = BTreeMap::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            routes.insert(id.to_owned(), (method, path.clone()));
        }
    }
    routes
}

#[test]
fn every_operation_is_in_the_table_and_served() {
    let table: BTreeSet<String> = rows().into_iter().map(|r| r.0.to_owned()).collect();
    let known: BTreeSet<String> = Operation::ALL.iter().map(|o| o.name().to_owned()).collect();
    let served: BTreeSet<String> = routes().into_keys().collect();
    assert_eq!(table, known);
    assert_eq!(served, known);
    assert_eq!(MATRIX.lines().find(|l| !l.trim().is_empty()).map(str::trim), Some(HEAD));
}

/// Operation, relation and expected answers of every row of the table.
fn rows() -> Vec<(&'static str, &'static str, Vec<u16>)> {
    let lines = MATRIX.lines().map(str::trim).filter(|l| !l.is_empty()).skip(1);
    let row = |line: &'static str| {
        let mut words = line.split_whitespace();
        let (operation, relation) = (words.next().expect("an operation"), words.next().expect("a relation"));
        (operation, relation, words.map(|w| w.parse().expect("a status")).collect())
    };
    lines.map(row).collect()
}

/// The table is tried in four parts, so that they may run side by side.
async fn part(n: usize) {
    let (mut expected, mut found) = (String::new(), String::new());
    for (i, operation) in Operation::ALL.iter().enumerate() {
        if i % 4 == n {
            for (relation, wanted, answered) in operation_rows(*operation).await {
                writeln!(found, "{}", line(operation.name(), relation, &answered)).expect("text");
                if let Some(wanted) = wanted {
                    writeln!(expected, "{}", line(operation.name(), relation, &wanted)).expect("text");
                }
            }
        }
    }
    assert!(expected == found, "the table says\n{expected}\nbut the answers are\n{found}");
}

fn line(operation: &str, relation: Relation, statuses: &[u16]) -> String {
    let statuses = statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" ");
    format!("{operation:<20}{:<7}{statuses}", relation.name())
}

#[tokio::test]
async fn the_table_holds_1() {
    part(0).await;
}

#[tokio::test]
async fn the_table_holds_2() {
    part(1).await;
}

#[tokio::test]
async fn the_table_holds_3() {
    part(2).await;
}

#[tokio::test]
async fn the_table_holds_4() {
    part(3).await;
}

/// Tries one operation as every subject on every relation: first what must be refused, all of which together must
/// leave every table as it was, then the rest.
async fn operation_rows(operation: Operation) -> Vec<(Relation, Option<Vec<u16>>, Vec<u16>)> {
    let app = TestApp::new().await;
    let (method, path) = routes().remove(operation.name()).unwrap_or_else(|| panic!("{} is not served", operation.name()));
    let target = Target::of(operation);
    let mut cells = Vec::new();
    for relation in Relation::ALL.into_iter().filter(|r| target.has(*r)) {
        let wanted = rows().into_iter().find(|r| r.0 == operation.name() && r.1 == relation.name()).map(|r| r.2);
        // What is refused, and what only reads, leaves the row as it was for the next one.
        let shared = target.make(&app, relation).await;
        for (column, subject) in SUBJECTS.into_iter().enumerate() {
            let wanted = wanted.as_ref().and_then(|w| w.get(column)).copied();
            let spoils = method != Method::GET && wanted.is_none_or(|w| w < 400);
            let made = if spoils { target.make(&app, relation).await } else { shared.clone() };
            cells.push(Cell { relation, column, subject, made, wanted });
        }
    }
    target::link(&app, LINK).await;
    target::lead_link(&app, LEAD_LINK).await;
    let before = app.fingerprint().await;
    let mut answers = BTreeMap::new();
    for cell in cells.iter().filter(|c| c.wanted.is_some_and(|w| w >= 400)) {
        answers.insert((cell.relation, cell.column), send(&app, operation, &method, &path, cell).await);
    }
    assert_eq!(app.fingerprint().await, before, "a refused {} changed something", operation.name());
    for cell in cells.iter().filter(|c| c.wanted.is_none_or(|w| w < 400)) {
        answers.insert((cell.relation, cell.column), send(&app, operation, &method, &path, cell).await);
    }
    let mut rows = Vec::new();
    for relation in Relation::ALL.into_iter().filter(|r| target.has(*r)) {
        let answered = (0..SUBJECTS.len()).map(|c| answers[&(relation, c)]).collect();
        let wanted: Vec<u16> = cells.iter().filter(|c| c.relation == relation).filter_map(|c| c.wanted).collect();
        rows.push((relation, (!wanted.is_empty()).then_some(wanted), answered));
    }
    rows
}

struct Cell {
    relation: Relation,
    column: usize,
    subject: Subject,
    made: Made,
    wanted: Option<u16>,
}

fn client(app: &TestApp, subject: Subject) -> Client {
    match subject {
        Subject::Nobody => app.as_(Who::Nobody),
        Subject::LinkHolder => app.with_token(LINK),
        Subject::User(who) => app.as_(who),
    }
}

async fn send(app: &TestApp, operation: Operation, method: &Method, path: &str, cell: &Cell) -> u16 {
    let mut path = path.replace("{id}", &cell.made.id).replace("{seq}", &cell.made.id).replace("{entity}", "account");
    let link = if path.contains("/requests/") { LEAD_LINK } else { LINK };
    path = path.replace("{token}", if cell.subject == Subject::LinkHolder { link } else { "made-up" });
    if operation == Operation::SearchGet {
        path.push_str("?q=an");
    }
    let body = body(app, operation, cell);
    let client = client(app, cell.subject).from_version(cell.made.version);
    if operation == Operation::EventStream {
        return client.open(method.clone(), &path, None).await.status().as_u16();
    }
    let reply = client.send(method.clone(), &path, body.map(|b| b.to_string())).await;
    for canary in CANARIES {
        assert!(!reply.text.contains(canary), "{} shows {canary}: {}", operation.name(), reply.text);
    }
    assert!(reply.status < 500, "{} as {:?}: {}", operation.name(), cell.subject, reply.text);
    reply.status
}

/// What is sent: something that changes a row where it is let through.
fn body(app: &TestApp, operation: Operation, cell: &Cell) -> Option<Value> {
    use Operation as O;
    let world = app.world;
    let unique = format!("{} {}", cell.relation.name(), cell.column);
    let mail = match cell.subject {
        Subject::User(who) => who.mail(),
        other => format!("{other:?}@aurora.example").to_lowercase(),
    };
    let (dealer, stage) = match cell.relation {
        Relation::Dealer => (world.dealer, world.dealer_stages["proposal"]),
        Relation::Open => (world.open_dealer, world.open_stages["proposal"]),
        _ => (world.maker, world.stages["proposal"]),
    };
    let unit = json!({ "name": unique, "dealer_id": dealer });
    let text = |en: &str| json!({ "en": en });
    let stage_body = json!({ "name": text(&unique), "probability": 30, "category": "pipeline" });
    Some(match operation {
        O::SessionCreate => json!({ "mail": Who::Mate.mail(), "password": crate::support::PASSWORD }),
        O::ProfilePatch => json!({ "zone": "Europe/Berlin" }),
        O::PasswordChange => json!({ "old": "not this one", "new": "a good long word" }),
        O::PasswordForgot => json!({ "mail": mail }),
        O::ShopReasons => json!({ "version_id": uuid::Uuid::nil(), "market": "vn", "choices": {}, "group": "paint", "option": "red" }),
        O::PasswordReset => json!({ "token": "made-up", "password": "a good long word" }),
        O::UserCreate => {
            json!({ "dealer_id": dealer, "name": unique, "mail": format!("x{}-{}@aurora.example", cell.relation.name(), cell.column),
            "role_ids": [world.roles["employee"]] })
        }
        O::UserPatch => json!({ "title": "Changed" }),
        O::UserDeactivate | O::UserReactivate | O::UserInvite | O::EventUndo => json!({}),
        O::RoleCreate => json!({ "name": text(&unique), "grants": { "account.read": "own" } }),
        O::RolePatch => json!({ "grants": { "account.read": "team" } }),
        O::DealerCreate => json!({ "name": unique, "contract": "closed" }),
        O::DealerPatch => json!({ "name": format!("Changed {unique}") }),
        O::DepartmentCreate | O::TeamCreate | O::TerritoryCreate => unit,
        O::DepartmentPatch | O::TeamPatch | O::TerritoryPatch => json!({ "name": format!("Changed {unique}") }),
        O::SetupRun => json!({ "token": "made-up", "company": "Mine", "currency": "VND", "zone": "UTC", "languages": ["en"],
            "workdays": [true, true, true, true, true, false, false], "pipeline": text("Sales"),
            "stages": [{ "name": text("New"), "probability": 10, "limit_days": null }],
            "name": "Eve", "mail": "eve@evil.example", "password": "a good long word", "lang": "en" }),
        O::CompanyPatch => json!({ "smtp_url": "smtp://x:canary-smtp-password@127.0.0.1:2525" }),
        O::RateCreate => json!({ "rates": [{ "currency": "EUR", "day": "2026-01-01", "nano": 1 }] }),
        O::RequestCreate => json!({ "market": "vn", "model": "van", "version_id": dealer, "offer": "00".repeat(32), "name": unique,
            "phone": "0903 123 456", "place": "South", "consent": true }),
        O::RequestChange => json!({ "choices": [] }),
        O::RequestCancel | O::RequestForget | O::LeadAccept | O::LeadCancel => json!({}),
        O::LeadReturn => json!({ "reason": "no-time" }),
        O::AccountCreate => json!({ "kind": "company", "name": unique }),
        O::AccountPatch | O::ContactPatch => json!({ "note": "Changed" }),
        O::ContactCreate => json!({ "account_id": cell.made.id, "name": unique }),
        O::OpportunityCreate => {
            json!({ "account_id": cell.made.id, "name": unique, "amount": { "minor": 1, "currency": "VND" }, "close_day": "2027-01-01" })
        }
        O::OpportunityPatch => json!({ "next_step": "Changed" }),
        O::OpportunityMove => json!({ "stage_id": stage }),
        O::PipelineCreate => json!({ "name": text(&unique), "stages": [stage_body] }),
        O::PipelinePatch => json!({ "position": 0 }),
        O::StageCreate => stage_body,
        O::StagePatch => json!({ "limit_days": 10 }),
        O::ShopSignals => json!({ "version_id": uuid::Uuid::nil(), "market": "vn", "signals": [] }),
        O::ModelCreate => json!({ "code": format!("m-{}", cell.column), "name": text(&unique) }),
        O::VersionCreate | O::VersionCheck => json!({}),
        O::VersionPatch => json!({ "changes": { "summary": text("Changed") } }),
        O::VersionPublish => json!({ "from_day": "2099-01-01" }),
        O::VersionReprice => json!({ "text": "list,group,option,price\nvn-2026,,,1\n", "apply": true }),
        O::ViewCreate => json!({ "place": "board", "name": unique, "query": "" }),
        O::ViewPatch => json!({ "name": "Changed" }),
        _ => return None,
    })
}

/// The ids in a list's answer.
fn ids(list: &Value) -> BTreeSet<String> {
    let items = list["items"].as_array().or(list.as_array()).cloned().unwrap_or_default();
    items.iter().map(crate::support::id).collect()
}

#[tokio::test]
async fn lists_search_and_board_show_exactly_what_may_be_opened() {
    let app = TestApp::new().await;
    let mut made: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for relation in Relation::ALL.into_iter().skip(1) {
        for (kind, target) in
            [("accounts", Target::Account), ("contacts", Target::Contact), ("leads", Target::Lead), ("opportunities", Target::Deal)]
        {
            made.entry(kind).or_default().insert(target.make(&app, relation).await.id);
        }
    }
    for subject in SUBJECTS {
        let client = client(&app, subject);
        for (kind, rows) in &made {
            let mut may = BTreeSet::new();
            for id in rows {
                if client.get(&format!("/api/{kind}/{id}")).await.status == 200 {
                    may.insert(id.clone());
                }
            }
            let listed = ids(&client.get(&format!("/api/{kind}?limit=200")).await.json);
            let listed: BTreeSet<String> = listed.intersection(rows).cloned().collect();
            assert_eq!(listed, may, "{kind} listed for {subject:?}");
            let hits = ids(&client.get("/api/search?q=an&limit=50").await.json);
            let hits: BTreeSet<String> = hits.intersection(rows).cloned().collect();
            assert!(hits.is_subset(&may), "{kind} found by {subject:?}");
            assert!(!hits.is_empty() || may.is_empty(), "{subject:?} finds none of their {kind}");
            if *kind == "opportunities" {
                let board = client.get("/api/board").await.json;
                let columns = board["columns"].as_array().cloned().unwrap_or_default();
                let cards: BTreeSet<String> = columns
                    .iter()
                    .flat_map(|c| c["cards"].as_array().cloned().unwrap_or_default())
                    .map(|c| crate::support::id(&c))
                    .collect();
                assert!(cards.is_subset(&may), "the board of {subject:?}");
            }
        }
    }
}
