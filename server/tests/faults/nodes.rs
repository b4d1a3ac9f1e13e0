//! Fault 6: two nodes on one database, one killed every now and then; whoever follows either hears everything.

use std::time::Duration;

use super::client::{Connection, Stream};
use super::load::{Load, all_there, customer};
use super::node::Node;
use super::{Dice, consistent, rounds};
use crate::support::{TestApp, Who};

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_agree_although_one_is_killed() {
    let app = TestApp::new().await;
    if !app.url().starts_with("postgres") {
        println!("skipped: two nodes need PostgreSQL (MUSTER_TEST_PG)");
        return;
    }
    let customer = customer(&app).await;
    let mut nodes = [Node::start(app.url()).await, Node::start(app.url()).await];
    let addresses = nodes.each_ref().map(|node| node.address.clone());
    let load = Load::new(&app, customer, addresses.to_vec());
    let log_id = app.state.hub.log_id();
    let start = muster_server::event::Head::read(&app.state.db).await.expect("reads").seq;
    let (end, ending) = tokio::sync::watch::channel(i64::MAX);
    let readers: Vec<_> = (0..6).map(|n| tokio::spawn(follow(addresses.clone(), n, format!("{log_id}-{start}"), ending.clone()))).collect();
    let people = load.start(16);
    let mut dice = Dice(6);
    for round in 0..rounds(3, 30) {
        tokio::time::sleep(Duration::from_millis(400 + dice.below(400))).await;
        nodes[round % 2].kill();
        tokio::time::sleep(Duration::from_millis(100 + dice.below(300))).await;
        nodes[round % 2].restart().await;
    }
    load.until(load.acks().len().max(50) + 10).await;
    load.stop(people).await;
    let last = muster_server::event::Head::read(&app.state.db).await.expect("reads").seq;
    end.send_replace(last);
    let events = muster_server::event::after(&app.state.db, start, u64::MAX >> 1).await.expect("reads");
    let expected: Vec<i64> = events.iter().map(|e| e.seq).collect();
    for reader in readers {
        // Ends with the last event, which a node alone would never hear of.
        let heard = tokio::time::timeout(Duration::from_secs(30), reader).await.expect("the nodes converge").expect("a reader ends");
        assert_eq!(heard, expected);
    }
    let mut boards = Vec::new();
    for address in &addresses {
        let mut connection = Connection::open(address, &Who::Rep.token().expect("signed in")).await.expect("connects");
        boards.push(connection.send("GET", "/api/board", &[], None).await.expect("answers").json);
    }
    assert_eq!(boards[0]["columns"], boards[1]["columns"], "the boards differ");
    let acks = load.acks();
    assert!(acks.len() >= 60, "{} writes", acks.len());
    all_there(&app, &acks).await;
    consistent(&app).await;
    println!("{} acknowledged, {} connections broken, {} events on every stream", acks.len(), load.broken(), expected.len());
}

/// Follows the log through whichever node answers, until the event in `ending` was heard.
async fn follow(addresses: [String; 2], seed: u64, start: String, ending: tokio::sync::watch::Receiver<i64>) -> Vec<i64> {
    let token = Who::Manager.token().expect("signed in");
    let (mut heard, mut last, mut at) = (Vec::new(), start, usize::try_from(seed).expect("small"));
    loop {
        at += 1;
        let Ok(mut stream) = Stream::open(&addresses[at % 2], &token, Some(&last)).await else {
            tokio::time::sleep(Duration::from_millis(20)).await;
            continue;
        };
        loop {
            if heard.last().is_some_and(|seq| *seq >= *ending.borrow()) {
                return heard;
            }
            let Ok(next) = tokio::time::timeout(Duration::from_millis(200), stream.next()).await else { continue };
            let Ok(Some(sent)) = next else { break };
            match sent.event.as_str() {
                "hello" => continue,
                "change" => heard.push(sent.seq()),
                "bye" => break,
                other => panic!("a stream said {other}"),
            }
            last = sent.id;
        }
    }
}
