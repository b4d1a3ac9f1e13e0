//! The demo company: the same for the same seed and day, true to its own events, and only where it was asked for.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use muster_server::demo::{self, Block, Size};
use muster_server::identity::password;
use muster_server::record::Record;
use muster_server::sql::Sql;
use muster_shared::event::{Action, Actor};
use muster_shared::opportunity::LostReason;
use muster_shared::patch;
use muster_shared::time::Day;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::support::{TestApp, Who};

fn today() -> Day {
    Day::parse("2026-11-23").expect("a day")
}

fn demo_of(seed: u64, day: Day) -> Block {
    demo::invent(seed, day, Size::demo())
}

async fn count(app: &TestApp, question: &'static str) -> i64 {
    let row = Sql::new(question).one(&app.state.db).await.expect("can be asked");
    row.expect("a row").try_get("", "n").expect("a number")
}

/// Those that were invented, and those that were made of requests.
fn deals() -> i64 {
    i64::from(Size::demo().opportunities + demo::REQUESTED_DEALS)
}

async fn load(app: &TestApp) {
    demo::load(&app.state.db, &app.state.writer, &app.state.clock).await.expect("the demo loads");
}

#[test]
fn the_same_seed_and_day_give_the_same_company() {
    let one = demo_of(1, today());
    assert!(format!("{one:?}") == format!("{:?}", demo_of(1, today())), "two runs differ");
    assert!(one.deals[0].0 != demo_of(2, today()).deals[0].0, "the seed does not matter");
    assert!(one.deals[0].0 != demo_of(1, today().plus(1)).deals[0].0, "the day does not matter");
}

#[test]
fn any_first_day_will_do() {
    // Tết, a leap day, a Sunday, the turn of the year.
    for day in ["2026-02-17", "2028-02-29", "2026-11-22", "2027-01-01"] {
        let block = demo_of(3, Day::parse(day).expect("a day"));
        assert_eq!(block.deals.len(), Size::demo().opportunities as usize, "{day}");
        check_history(&block, Day::parse(day).expect("a day"));
    }
}

#[test]
fn rows_are_what_their_events_tell() {
    let block = demo_of(1, today());
    check_history(&block, today());
    for (deal, events) in &block.deals {
        let mut told = Map::new();
        for event in events {
            for change in &event.event.payload.changes {
                let before = told.insert(change.field.clone(), change.new.clone());
                // What is empty at the start is not told.
                let is_told = before.is_some() || !matches!(&change.old, Value::String(text) if text.is_empty());
                assert!(!is_told || before.unwrap_or(Value::Null) == change.old, "{} of {}", change.field, deal.name);
            }
        }
        let silent = ["id", "version", "created_at", "updated_at"];
        for (field, value) in patch::fields(deal).into_iter().filter(|(f, _)| !silent.contains(&f.as_str())) {
            let empty = value.is_null() || value == "" || value.as_object().is_some_and(Map::is_empty);
            assert!(told.get(&field).map_or(empty, |told| *told == value), "{field} of {}", deal.name);
        }
    }
}

/// Versions without gaps, times in order and in the past, everything after its customer.
#[track_caller]
fn check_history(block: &Block, today: Day) {
    let known: HashMap<Uuid, i64> = block.accounts.iter().map(|a| (a.id.0, a.created_at.0)).collect();
    // Midnight in Vietnam.
    let midnight = today.start_utc().plus_ms(-7 * 3_600_000);
    for (deal, events) in &block.deals {
        assert_eq!(deal.version, i64::try_from(events.len()).expect("few"), "{}", deal.name);
        assert_eq!(events[0].event.action, Action::Created);
        assert!(known[&deal.account_id.0] < deal.created_at.0, "{} came before its customer", deal.name);
        for (before, event) in events.iter().zip(&events[1..]) {
            assert_eq!(before.event.version_after, event.event.version_before);
            assert_eq!(before.event.scope_after, event.event.scope_before);
            assert!(before.happened_at < event.happened_at, "{}", deal.name);
            assert!(matches!(event.actor, Actor::User(_)));
        }
        assert!(events.last().expect("at least one").happened_at < midnight, "{} happened in the future", deal.name);
    }
}

#[test]
fn everything_keeps_the_rules() {
    let block = demo_of(1, today());
    for account in &block.accounts {
        assert_eq!(account.check(), Ok(()), "{account:?}");
    }
    for contact in &block.contacts {
        assert_eq!(contact.check(), Ok(()), "{contact:?}");
    }
    let accounts: HashMap<_, _> = block.accounts.iter().map(|a| (a.id, a)).collect();
    let contacts: HashMap<_, _> = block.contacts.iter().map(|c| (c.id, c)).collect();
    for (deal, _) in &block.deals {
        assert_eq!(deal.check(), Ok(()), "{deal:?}");
        assert_eq!(deal.scope(), accounts[&deal.account_id].scope(), "{}", deal.name);
        assert!(deal.contact_id.is_none_or(|c| contacts[&c].account_id == deal.account_id));
        assert_eq!(Record::persons(deal)[0], deal.account_id.0);
    }
}

#[test]
fn business_is_as_it_is_in_life() {
    let block = demo_of(1, today());
    let deals: Vec<_> = block.deals.iter().map(|d| &d.0).collect();
    let percent = |n: usize, of: usize| n * 100 / of;
    let closed: Vec<_> = deals.iter().filter(|d| d.closed_at.is_some()).collect();
    let won = closed.iter().filter(|d| d.lost_reason.is_none()).count();
    assert!((28..45).contains(&percent(won, closed.len())), "{won} won of {}", closed.len());
    let rivals = closed.iter().filter(|d| d.lost_reason == Some(LostReason::Competitor)).all(|d| !d.competitor.is_empty());
    assert!(rivals, "lost to a competitor without a name");

    let mut months: BTreeMap<String, usize> = BTreeMap::new();
    for deal in &closed {
        *months.entry(deal.close_day.to_string()[..7].to_owned()).or_default() += 1;
    }
    assert!(months.len() >= 24, "{months:?}");
    assert!(months["2026-02"] * 3 < months["2025-12"] * 2, "Tết and the year's end do not show: {months:?}");

    let open: Vec<_> = deals.iter().filter(|d| d.closed_at.is_none()).collect();
    let with =
        |days: std::ops::Range<i32>| open.iter().filter(|d| d.next_step_day.is_some_and(|s| days.contains(&(s.0 - today().0)))).count();
    let (overdue, now, later) = (with(-99..0), with(0..1), with(1..99));
    let none = open.iter().filter(|d| d.next_step_day.is_none()).count();
    for (what, n, range) in [("overdue", overdue, 5..25), ("today", now, 12..35), ("later", later, 40..80), ("none", none, 2..15)] {
        assert!(range.contains(&percent(n, open.len())), "{n} of {} are {what}", open.len());
    }
    let currencies: std::collections::BTreeSet<&str> = deals.iter().map(|d| d.amount.currency.code()).collect();
    assert_eq!(currencies.into_iter().collect::<Vec<_>>(), ["EUR", "GBP", "USD", "VND"]);
    let actions = |action| block.deals.iter().flat_map(|d| &d.1).filter(|e| e.event.action == action).count();
    assert!(actions(Action::Reassigned) > 20 && actions(Action::Moved) > 2_000 && actions(Action::Changed) > 2_000);
}

#[test]
fn a_larger_company_has_exactly_what_was_asked_for() {
    for (opportunities, open) in [(1, 1), (50, 10), (3_000, 700), (2_000, 2_000)] {
        let block = demo::invent(1, today(), Size { opportunities, open });
        assert_eq!(block.deals.len(), opportunities as usize);
        assert_eq!(block.deals.iter().filter(|d| d.0.closed_at.is_none()).count(), open as usize);
        check_history(&block, today());
    }
}

#[tokio::test]
async fn a_loaded_demo_verifies_and_is_loaded_once() {
    let app = TestApp::empty().await;
    load(&app).await;
    app.audit().await;
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM opportunity").await, deals());
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM opportunity WHERE (closed_at IS NULL) <> (attention_at IS NOT NULL)").await, 0);
    let orphans = "SELECT COUNT(*) AS n FROM event e WHERE e.entity = 'opportunity' AND NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.id = e.entity_id)";
    assert_eq!(count(&app, orphans).await, 0);
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM event WHERE happened_at > recorded_at").await, 0);
    assert!(count(&app, "SELECT COUNT(DISTINCT word) AS n FROM search_word").await > 500);
    // A deal never closed before there was a rate to convert it with.
    let unrated = "SELECT COUNT(*) AS n FROM opportunity o WHERE o.currency <> 'VND' AND NOT EXISTS (SELECT 1 FROM currency_rate r WHERE r.currency = o.currency AND r.day <= o.close_day)";
    assert_eq!(count(&app, unrated).await, 0);
    let before = app.fingerprint().await;
    load(&app).await;
    assert_eq!(app.fingerprint().await, before);
}

#[tokio::test]
async fn customers_wait_for_an_answer_and_one_has_waited_too_long() {
    let app = TestApp::empty().await;
    load(&app).await;
    let now = app.state.clock.now().0;
    let of = async |dealer: &str, condition: &'static str| {
        let mut sql = Sql::new("SELECT COUNT(*) AS n FROM lead l JOIN dealer d ON d.id = l.dealer_id WHERE d.name = ");
        sql.bind(dealer).push(" AND ").push(condition);
        sql.one(&app.state.db).await.expect("can be asked").expect("a row").try_get::<i64>("", "n").expect("a number")
    };
    assert_eq!(of("Aurora Motors", "l.state = 'requested'").await, 4);
    assert_eq!(of("Sao Mai Auto", "l.state = 'requested'").await, 2);
    assert_eq!(of("Aurora Motors", "l.state IN ('accepted', 'cancelled')").await, 2);
    assert_eq!(of("Aurora Motors", "l.return_reason = 'no-time'").await, 1);
    assert_eq!(of("Aurora Motors", "l.state = 'accepted' AND l.opportunity_id IS NOT NULL").await, 1);
    let mut late = Sql::new("SELECT u.mail FROM lead l JOIN app_user u ON u.id = l.owner_id WHERE l.escalations = 3 AND l.due_at < ");
    late.bind(now);
    let row = late.one(&app.state.db).await.expect("can be asked").expect("one is late");
    assert_eq!(row.try_get::<String>("", "mail").expect("a mail"), "thanh.binh@aurora-motors.example");
    // The representative has one who is a customer already.
    let mine = "SELECT COUNT(*) AS n FROM lead l JOIN app_user u ON u.id = l.owner_id WHERE l.state = 'requested' AND l.account_id IS NOT NULL \
                AND u.mail = 'minh.nam@aurora-motors.example'";
    assert_eq!(count(&app, mine).await, 1);
}

#[tokio::test]
async fn an_interrupted_load_goes_on() {
    let app = TestApp::empty().await;
    let mut patience = Duration::from_millis(400);
    loop {
        match tokio::time::timeout(patience, demo::load(&app.state.db, &app.state.writer, &app.state.clock)).await {
            Ok(loaded) => break loaded.expect("loads"),
            Err(_) => patience *= 2,
        }
        // A command under way outlives who asked for it, but not the process: the next load comes after its end.
        app.state.writer.run(Actor::System, |_| Box::pin(async { Ok(()) })).await.expect("the writer goes on");
    }
    app.audit().await;
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM opportunity").await, deals());
    let block = demo_of(demo::SEED, muster_server::clock::day_in("Asia/Ho_Chi_Minh", app.state.clock.now()));
    let events: usize = block.deals.iter().map(|d| d.1.len()).sum();
    let stored = count(&app, "SELECT COUNT(*) AS n FROM event WHERE entity = 'opportunity'").await;
    assert_eq!(usize::try_from(stored).expect("positive"), events + demo::REQUESTED_DEALS as usize);
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM company").await, 1);
}

#[tokio::test]
async fn the_people_offered_get_in_and_the_customer_finds_the_order() {
    let app = TestApp::empty().await;
    load(&app).await;
    let demo = demo::accounts();
    let roles: Vec<&str> = demo.accounts.iter().map(|a| a.role.as_str()).collect();
    assert_eq!(roles, ["rep", "manager", "marketing", "product-manager", "hr", "admin", "rep", "manager"]);
    for account in &demo.accounts {
        let mut sql = Sql::new("SELECT password_hash FROM app_user WHERE active AND mail_key = ");
        sql.bind(account.mail.as_str());
        let row = sql.one(&app.state.db).await.expect("can be asked").unwrap_or_else(|| panic!("nobody has {}", account.mail));
        let hash = row.try_get("", "password_hash").expect("a hash");
        assert!(password::is_right(account.password.clone(), hash).await.expect("can be compared"), "{}", account.mail);
    }
    let follow = app.as_(Who::Nobody).get(&format!("/api{}", demo.customer_link)).await.expect(200).json;
    assert_eq!(follow["dealer"], "Aurora Motors");
}

#[tokio::test]
async fn nothing_of_it_is_there_without_being_asked_for() {
    let app = TestApp::empty().await;
    for question in [
        "SELECT COUNT(*) AS n FROM company",
        "SELECT COUNT(*) AS n FROM dealer",
        "SELECT COUNT(*) AS n FROM app_user",
        "SELECT COUNT(*) AS n FROM opportunity",
        "SELECT COUNT(*) AS n FROM event",
    ] {
        assert_eq!(count(&app, question).await, 0, "{question}");
    }
    let link = demo::accounts().customer_link;
    app.as_(Who::Nobody).get(&format!("/api{link}")).await.expect(404);
    app.as_(Who::Nobody).get("/api/demo").await.expect(404);
}

#[tokio::test]
async fn of_two_nodes_that_start_at_once_one_loads_it() {
    let app = TestApp::empty().await;
    if !app.url().starts_with("postgres") {
        println!("skipped: two nodes need PostgreSQL (MUSTER_TEST_PG)");
        return;
    }
    let other = app.second_node().await;
    let (one, two) =
        tokio::join!(demo::load(&app.state.db, &app.state.writer, &app.state.clock), demo::load(&other.db, &other.writer, &other.clock));
    one.and(two).expect("one loads, the other waits");
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM company WHERE demo").await, 1);
    assert_eq!(count(&app, "SELECT COUNT(*) AS n FROM opportunity").await, deals());
    app.audit().await;
}
