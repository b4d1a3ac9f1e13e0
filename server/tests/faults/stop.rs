//! Fault 11: told to stop under load; whatever was begun is finished, streams are told, and it ends soon.

use std::collections::BTreeSet;
use std::time::Duration;

use muster_server::sql::Sql;

use super::client::Stream;
use super::load::{Load, all_there, customer};
use super::node::Node;
use super::{consistent, rounds};
use crate::support::{TestApp, Who};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_under_load_fails_nothing_that_was_begun() {
    for _ in 0..rounds(2, 15) {
        let app = TestApp::new().await;
        let customer = customer(&app).await;
        let mut node = Node::start(app.url()).await;
        let load = Load::new(&app, customer, vec![node.address.clone()]);
        let mut streams = Vec::new();
        for _ in 0..20 {
            streams.push(Stream::open(&node.address, &Who::Manager.token().expect("signed in"), None).await.expect("opens"));
        }
        // One reader that has stalled: it must not hold the others.
        let stalled = Stream::open(&node.address, &Who::Manager.token().expect("signed in"), None).await.expect("opens");
        let readers: Vec<_> = streams.into_iter().map(|stream| tokio::spawn(farewell(stream))).collect();
        let people = load.start(24);
        load.until(60).await;
        node.terminate();
        let (status, took) = node.ended().await;
        assert!(status.success(), "{status}");
        assert!(took < Duration::from_secs(10), "it took {took:?}");
        for reader in readers {
            assert!(reader.await.expect("a reader ends"), "a stream ended without a word");
        }
        drop(stalled);
        load.stop(people).await;
        all_there(&app, &load.acks()).await;
        // A deal that is there and was not acknowledged was begun and failed its sender.
        let rows = Sql::new("SELECT name FROM opportunity").all(&app.state.db).await.expect("reads");
        let there: BTreeSet<String> = rows.iter().map(|row| row.try_get("", "name").expect("text")).collect();
        let told: BTreeSet<String> = load.names().into_iter().collect();
        let untold: Vec<_> = there.difference(&told).collect();
        assert!(untold.is_empty(), "done and not answered: {untold:?}");
        assert!(told.len() >= 10, "{} deals", told.len());
        consistent(&app).await;
    }
}

/// Reads to the end; whether goodbye was said.
async fn farewell(mut stream: Stream) -> bool {
    while let Ok(Some(sent)) = stream.next().await {
        if sent.event == "bye" {
            return true;
        }
    }
    false
}
