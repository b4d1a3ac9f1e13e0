//! Signing in, sessions, passwords, users, roles and structure.

use crate::support::{TestApp, Who};

#[tokio::test]
async fn the_world_is_whole() {
    let app = TestApp::new().await;
    app.audit().await;
    assert_eq!(app.fingerprint().await, app.fingerprint().await);
    app.as_(Who::Rep).get("/readyz").await.expect(200);
}
