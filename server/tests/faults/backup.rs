//! Fault 10: a backup taken under load restores, and holds exactly what had been acknowledged up to one point.

use muster_server::{db, event};

use super::load::{Ack, Load, all_there, customer};
use super::node::{Node, muster};
use super::{number, rounds};
use crate::support::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_is_a_prefix_of_what_was_acknowledged() {
    let app = TestApp::new().await;
    let customer = customer(&app).await;
    let node = Node::start(app.url()).await;
    let load = Load::new(&app, customer, vec![node.address.clone()]);
    let people = load.start(12);
    let folder = tempfile::tempdir().expect("a folder");
    let mut taken: Vec<(String, Vec<Ack>)> = Vec::new();
    for round in 0..rounds(2, 15) {
        load.until(load.acks().len() + 20).await;
        let file = folder.path().join(format!("{round}.backup")).display().to_string();
        let before = load.acks();
        let mut command = muster(&["backup", &file], app.url());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        taken.push((file, before));
    }
    load.stop(people).await;
    all_there(&app, &load.acks()).await;
    for (round, (file, before)) in taken.iter().enumerate() {
        let target = folder.path().join(round.to_string());
        let url = db::sqlite_url(&target);
        let mut command = muster(&["restore", file], &url);
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let restored = db::open(&url, false).await.expect("opens");
        let audit = event::audit(&restored.read).await.expect("audits");
        assert_eq!(audit.broken, None);
        let original = event::find(&app.state.db, audit.events).await.expect("reads").expect("the log goes on from there");
        assert_eq!(original.hash, audit.head, "the backup's log is not the beginning of the server's");
        let late: Vec<&Ack> = before.iter().filter(|ack| ack.event > audit.events).collect();
        assert!(late.is_empty(), "acknowledged before the backup began, and not in it: {late:?}");
        let astray = number(
            &restored.read,
            "SELECT COUNT(*) AS n FROM opportunity o \
             WHERE o.version <> (SELECT COALESCE(MAX(e.version_after), 0) FROM event e WHERE e.entity_id = o.id)",
        )
        .await;
        assert_eq!(astray, 0, "rows and log are of different moments");
        let missing = number(
            &restored.read,
            "SELECT COUNT(*) AS n FROM event e WHERE e.entity = 'opportunity' AND NOT EXISTS (SELECT 1 FROM opportunity o WHERE o.id = e.entity_id)",
        )
        .await;
        assert_eq!(missing, 0, "events without their rows");
    }
}
