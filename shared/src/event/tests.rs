//! The chain holds, erasure keeps it, every tampering shows.

use super::*;
use crate::patch::Change;

fn chain(n: i64) -> Vec<Event> {
    let mut previous = GENESIS;
    (1..=n)
        .map(|seq| {
            let words = format!(r#"{{"label":"deal {seq}"}}"#);
            let (salt, words_salt) = ([7_u8; 16], [8_u8; 16]);
            let payload = format!(r#"{{"seal":"{}"}}"#, hex(&payload_hash(&words_salt, &words)));
            let links = Links {
                seq,
                previous,
                record_previous: previous,
                entity: EntityKind::Opportunity,
                entity_id: Uuid::from_u128(1),
                action: Action::Changed,
                version_before: seq - 1,
                version_after: seq,
                actor: Actor::User(Uuid::from_u128(2)),
                operation_id: Uuid::from_u128(3),
                undoes: (seq == 2).then_some(1),
                happened_at: Instant(seq),
                recorded_at: Instant(seq + 1),
                scope_before: None,
                scope_after: Some(RowScope { dealer_id: Some(Uuid::from_u128(4)), ..RowScope::default() }),
                persons: &[],
                payload_hash: payload_hash(&salt, &payload),
            };
            let hash = links.hash();
            let event = Event {
                seq,
                entity: links.entity,
                entity_id: links.entity_id,
                action: links.action,
                version_before: links.version_before,
                version_after: links.version_after,
                actor: links.actor,
                operation_id: links.operation_id,
                undoes: links.undoes,
                happened_at: links.happened_at,
                recorded_at: links.recorded_at,
                scope_before: None,
                scope_after: links.scope_after,
                persons: Vec::new(),
                payload_hash: hex(&links.payload_hash),
                payload: Some(payload),
                salt: Some(hex(&salt)),
                words: Some(words),
                words_salt: Some(hex(&words_salt)),
                previous_hash: hex(&previous),
                record_previous_hash: hex(&previous),
                hash: hex(&hash),
            };
            previous = hash;
            event
        })
        .collect()
}

#[track_caller]
fn check(tamper: impl FnOnce(&mut Vec<Event>), expected: Result<(), Broken>) {
    let mut events = chain(3);
    tamper(&mut events);
    assert_eq!(verify_record(&events), expected);
}

#[test]
fn an_untouched_chain_holds() {
    check(|_| {}, Ok(()));
}

#[test]
fn erasure_keeps_the_chain() {
    check(
        |e| {
            e[1].payload = None;
            e[1].salt = None;
            e[1].words = None;
            e[1].words_salt = None;
        },
        Ok(()),
    );
    check(
        |e| {
            e[1].words = None;
            e[1].words_salt = None;
            assert!(e[0].is_whole() && !e[1].is_whole());
        },
        Ok(()),
    );
}

#[test]
fn words_are_told_from_facts_and_put_back() {
    let change = |field: &str| Change { field: field.into(), old: 1.into(), new: 2.into() };
    let reason = Reason { code: Some("leaver".into()), note: Some("for Hiền".into()), ..Reason::default() };
    let whole =
        Payload { label: "Hiền's taxi".into(), changes: vec![change("name"), change("stage_id")], reason: Some(reason), seal: None };
    assert_eq!(whole.clone().split(EntityKind::Account), (whole.clone(), None));
    let (mut facts, words) = whole.clone().split(EntityKind::Opportunity);
    let told = serde_json::to_string(&facts).expect("JSON");
    assert!(told.contains("stage_id") && told.contains("leaver") && !told.contains("Hiền") && !told.contains("name"), "{told}");
    facts.join(words.expect("there are some"));
    assert_eq!(facts, whole);
    assert_eq!(Payload::default().split(EntityKind::Opportunity), (Payload::default(), None));
}

#[test]
fn every_tampering_shows() {
    check(|e| e[1].payload = Some("{}".into()), Err(Broken::Payload(2)));
    check(|e| e[1].words = Some("{}".into()), Err(Broken::Payload(2)));
    check(|e| e[1].words_salt = None, Err(Broken::Payload(2)));
    check(|e| (e[1].payload, e[1].salt) = (None, None), Err(Broken::Payload(2)));
    check(|e| e[1].happened_at = Instant(0), Err(Broken::Hash(2)));
    check(|e| e[1].actor = Actor::System, Err(Broken::Hash(2)));
    check(|e| e[1].undoes = None, Err(Broken::Hash(2)));
    check(|e| e[1].persons = vec![Uuid::from_u128(9)], Err(Broken::Hash(2)));
    check(|e| e[1].scope_after = None, Err(Broken::Hash(2)));
    check(|e| drop(e.remove(1)), Err(Broken::Link(3)));
    check(|e| e.swap(1, 2), Err(Broken::Link(3)));
}

#[test]
fn hex_reads_back() {
    assert_eq!(unhex(&hex(&[0, 15, 255])), Some(vec![0, 15, 255]));
    assert_eq!(unhex("é0"), None);
    assert_eq!(unhex("abc"), None);
}
