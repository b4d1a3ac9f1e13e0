//! Fault 3: creating is tried again over connections that are cut at any byte; each thing is there exactly once.

use serde_json::{Value, json};

use super::client::{Connection, request};
use super::node::Node;
use super::{Dice, consistent, number, rounds};
use crate::support::{TestApp, Who};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_over_cut_connections_is_there_once() {
    let app = TestApp::new().await;
    let node = Node::start(app.url()).await;
    let people = 8;
    let each = rounds(20, 300);
    let tasks: Vec<_> = (0..people).map(|seed| tokio::spawn(create(node.address.clone(), seed, each))).collect();
    for task in tasks {
        task.await.expect("a client ends");
    }
    let wanted = i64::try_from(people).expect("small") * i64::try_from(each).expect("small");
    assert_eq!(number(&app.state.db, "SELECT COUNT(*) AS n FROM account").await, wanted);
    assert_eq!(number(&app.state.db, "SELECT COUNT(*) AS n FROM (SELECT DISTINCT name FROM account) d").await, wanted);
    assert_eq!(number(&app.state.db, "SELECT COUNT(*) AS n FROM event WHERE entity = 'account'").await, wanted);
    consistent(&app).await;
}

async fn create(address: String, seed: u64, count: usize) {
    let token = Who::Rep.token().expect("signed in");
    let mut dice = Dice(200 + seed);
    for n in 0..count {
        let key = format!("00000000-0000-4000-8000-{seed:06}{n:06}");
        let body = json!({ "kind": "company", "name": format!("Firm {n} of {seed}") });
        let headers = [("idempotency-key", key.as_str())];
        let bytes = request(&address, &token, "POST", "/api/accounts", &headers, Some(&body));
        for _ in 0..dice.below(4) {
            let connection = Connection::open(&address, &token).await.expect("connects");
            // Often whole: the server works on it, and nobody is there to hear.
            let sent = if dice.below(3) == 0 { usize::try_from(dice.below(bytes.len() as u64)).expect("small") } else { bytes.len() };
            connection.cut(&bytes, sent).await.expect("sends");
            if dice.below(2) == 0 {
                tokio::time::sleep(std::time::Duration::from_millis(dice.below(4))).await;
            }
        }
        let first = answered(&address, &token, &headers, &body).await;
        let again = answered(&address, &token, &headers, &body).await;
        assert_eq!(first, again, "the same request is answered the same");
        let other = json!({ "kind": "company", "name": "Another" });
        let mut connection = Connection::open(&address, &token).await.expect("connects");
        let reused = connection.send("POST", "/api/accounts", &headers, Some(&other)).await.expect("answers");
        assert_eq!((reused.status, reused.json["code"].as_str()), (422, Some("key-reused")));
    }
}

async fn answered(address: &str, token: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let mut connection = Connection::open(address, token).await.expect("connects");
    let answer = connection.send("POST", "/api/accounts", headers, Some(body)).await.expect("answers");
    assert_eq!(answer.status, 201, "{}", answer.json);
    answer.json
}
