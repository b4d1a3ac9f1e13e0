//! The API's description, the table of operations and what the router answers are one and the same.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::Method;
use muster_server::access::{Operation, Rule};
use serde_json::Value;

use crate::support::{TestApp, Who};

fn description() -> Value {
    serde_json::to_value(muster_server::router::openapi()).expect("a description is JSON")
}

/// Every described operation: id → method and path.
fn described() -> BTreeMap<String, (String, String)> {
    let description = description();
    let mut found = BTreeMap::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let Some(id) = operation["operationId"].as_str() else { continue };
            let before = found.insert(id.to_owned(), (method.to_uppercase(), path.clone()));
            assert_eq!(before, None, "two operations are called {id}");
        }
    }
    found
}

#[test]
fn description_and_table_name_the_same_operations() {
    let described: BTreeSet<String> = described().into_keys().collect();
    let known: BTreeSet<String> = Operation::ALL.iter().map(|o| o.name().to_owned()).collect();
    let missing: Vec<_> = known.difference(&described).collect();
    let unknown: Vec<_> = described.difference(&known).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "in the table but not served: {missing:?}; served but not in the table: {unknown:?}");
}

#[test]
fn every_operation_says_where_it_belongs_and_what_it_does() {
    let description = description();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            assert!(operation["operationId"].is_string(), "{method} {path} has no operation id");
            assert!(operation["tags"].as_array().is_some_and(|t| t.len() == 1), "{method} {path} has one tag");
            assert!(operation["summary"].as_str().is_some_and(|s| !s.is_empty()), "{method} {path} has no summary");
            assert!(operation["responses"].as_object().is_some_and(|r| !r.is_empty()), "{method} {path} names no answer");
        }
    }
}

#[test]
fn references_of_the_description_hold() {
    let description = description();
    let schemas = description["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let mut missing = BTreeSet::new();
    let mut waiting = vec![&description];
    while let Some(value) = waiting.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(name) = fields.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/components/schemas/")) {
                    missing.extend((!schemas.contains_key(name)).then_some(name));
                }
                waiting.extend(fields.values());
            }
            Value::Array(items) => waiting.extend(items),
            _ => {}
        }
    }
    assert!(missing.is_empty(), "referred to and not described: {missing:?}");
}

#[tokio::test]
async fn every_described_route_answers_and_none_lets_strangers_in() {
    let app = TestApp::new().await;
    let rules: BTreeMap<&str, Rule> = Operation::ALL.iter().map(|o| (o.name(), o.rule())).collect();
    for (id, (method, path)) in described() {
        let filled = fill(&path);
        let sent = Method::from_bytes(method.as_bytes()).expect("a method");
        let body = matches!(sent, Method::POST | Method::PATCH).then(|| "{}".to_owned());
        let status = app.as_(Who::Nobody).send(sent, &filled, body).await.status;
        match rules.get(id.as_str()) {
            Some(Rule::SignedIn | Rule::May(_)) => {
                // A body may be refused before its sender is.
                assert!(matches!(status, 400 | 401), "{id}: {method} {filled} answered {status} to nobody");
            }
            Some(Rule::Public | Rule::Link) => assert_ne!(status, 405, "{id}: {method} {filled}"),
            None => panic!("{id} has no rule"),
        }
    }
}

/// The path with something that can be read in place of its parameters.
fn fill(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{seq}" => "1",
        "{token}" => "unknown",
        "{entity}" => "account",
        p if p.starts_with('{') => "00000000-0000-7000-8000-000000000001",
        p => p,
    });
    parts.collect::<Vec<_>>().join("/")
}
