//! Fault 5: many streams dropped and resumed while people write; nobody misses anything or hears it out of order.

use std::time::Duration;

use muster_server::identity::subjects::token_hash;
use muster_server::sql::Sql;
use muster_shared::event::Actor;
use muster_shared::time::DAY_MS;
use uuid::Uuid;

use super::client::Stream;
use super::load::{Load, customer};
use super::node::Node;
use super::{Dice, consistent, rounds};
use crate::support::{TestApp, Who};

/// Streams of one session stay below what a session may have.
const STREAMS_OF_SESSION: usize = 30;

#[tokio::test(flavor = "multi_thread")]
async fn dropped_streams_go_on_without_a_gap() {
    let app = TestApp::new().await;
    let clients = rounds(100, 1_000);
    let sessions = clients.div_ceil(STREAMS_OF_SESSION);
    let tokens = sign_in(&app, Who::Manager, sessions).await;
    let customer = customer(&app).await;
    let node = Node::start(app.url()).await;
    let load = Load::new(&app, customer, vec![node.address.clone()]);
    let log_id = app.state.hub.log_id();
    // Everybody starts at the same event, so that everybody must hear the same.
    let start = number_of_last(&app).await;
    let (end, ending) = tokio::sync::watch::channel(i64::MAX);
    let readers: Vec<_> = (0..clients)
        .map(|n| {
            let (address, token, ending) = (node.address.clone(), tokens[n / STREAMS_OF_SESSION].clone(), ending.clone());
            tokio::spawn(follow(address, token, format!("{log_id}-{start}"), n as u64, ending))
        })
        .collect();
    let people = load.start(8);
    load.until(rounds(150, 1_000)).await;
    load.stop(people).await;
    let last = number_of_last(&app).await;
    end.send_replace(last);
    let events = muster_server::event::after(&app.state.db, start, u64::MAX >> 1).await.expect("reads");
    let expected: Vec<i64> = events.iter().map(|e| e.seq).collect();
    assert!(expected.len() >= 150, "{} events: nothing happened", expected.len());
    let mut drops = 0;
    for reader in readers {
        let (heard, dropped) = reader.await.expect("a reader ends");
        assert_eq!(heard, expected, "a reader that was dropped {dropped} times heard something else");
        drops += dropped;
    }
    assert!(drops >= clients, "{drops} drops");
    consistent(&app).await;
    println!("{clients} streams, {drops} drops, {} events each", expected.len());
}

/// Signs somebody in many times, without the throttle in the way.
async fn sign_in(app: &TestApp, who: Who, count: usize) -> Vec<String> {
    let tokens: Vec<String> = (0..count).map(|n| format!("session-{n}-of-{who:?}")).collect();
    let (user, hashes) = (app.world.user(who), tokens.iter().map(|t| token_hash(t).to_vec()).collect::<Vec<_>>());
    app.state
        .writer
        .run(Actor::System, move |tx| {
            Box::pin(async move {
                let (now, mut sql) = (
                    tx.now.0,
                    Sql::new("INSERT INTO session (id, token_hash, user_id, agent, address, created_at, seen_at, expires_at) VALUES "),
                );
                sql.rows(hashes, |v, hash| {
                    v.extend([Uuid::now_v7().into(), hash.into(), user.into(), "faults".into(), "127.0.0.1".into()]);
                    v.extend([now.into(), now.into(), (now + DAY_MS).into()]);
                });
                sql.run(tx.db()).await?;
                Ok(())
            })
        })
        .await
        .expect("inserts");
    tokens
}

async fn number_of_last(app: &TestApp) -> i64 {
    muster_server::event::Head::read(&app.state.db).await.expect("reads").seq
}

/// Follows until the event in `ending` was heard: all that was heard, and how often the stream was dropped.
async fn follow(address: String, token: String, start: String, seed: u64, ending: tokio::sync::watch::Receiver<i64>) -> (Vec<i64>, usize) {
    let mut dice = Dice(300 + seed);
    let (mut heard, mut drops, mut last) = (Vec::new(), 0, start);
    loop {
        // To be turned away for a moment when all come back at once is no gap.
        let Ok(mut stream) = Stream::open(&address, &token, Some(&last)).await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let mut until_drop = 5 + dice.below(60);
        while until_drop > 0 {
            if heard.last().is_some_and(|seq| *seq >= *ending.borrow()) {
                return (heard, drops);
            }
            // Now and then somebody wakes only to see that it is over.
            let Ok(next) = tokio::time::timeout(Duration::from_millis(200), stream.next()).await else { continue };
            let sent = next.expect("the stream goes on").expect("the stream has no end");
            match sent.event.as_str() {
                "hello" => continue,
                "change" => heard.push(sent.seq()),
                other => panic!("a stream said {other}"),
            }
            last = sent.id;
            until_drop -= 1;
        }
        drops += 1;
    }
}
