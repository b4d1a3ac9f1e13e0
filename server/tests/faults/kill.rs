//! Fault 1: killed outright at random points under 50 writers, again and again; nothing acknowledged is lost.

use std::time::Duration;

use super::load::{Load, all_there, customer};
use super::node::Node;
use super::{Dice, consistent, rounds};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_it_is_killed() {
    let app = TestApp::new().await;
    let customer = customer(&app).await;
    let mut node = Node::start(app.url()).await;
    let load = Load::new(&app, customer, vec![node.address.clone()]);
    let people = load.start(50);
    let mut dice = Dice(1);
    let mut slowest = Duration::ZERO;
    for _ in 0..rounds(3, 30) {
        tokio::time::sleep(Duration::from_millis(100 + dice.below(400))).await;
        // Just told that it is done, and gone: whatever was told too early is caught here.
        load.next_ack().await;
        node.kill();
        slowest = slowest.max(node.restart().await);
    }
    load.until(load.acks().len().max(50) + 10).await;
    load.stop(people).await;
    let acks = load.acks();
    assert!(acks.len() >= 60 && load.broken() > 0, "{} writes, {} broken connections", acks.len(), load.broken());
    all_there(&app, &acks).await;
    consistent(&app).await;
    println!("{} acknowledged, {} connections broken, ready again after {slowest:?} at most", acks.len(), load.broken());
}
