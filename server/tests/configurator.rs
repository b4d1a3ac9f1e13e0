//! The commands about product models in files, through the binary.

use std::process::{Command, Output};

use serde_json::{Value, json};

/// Colour and roof: a glass roof comes with the third colour only.
const MODEL: &str = "<instance><domains><domain name='d'>0..2</domain><domain name='e' optional='-1'>-1 0</domain></domains>
    <variables><variable name='colour' domain='d'/><variable name='roof' domain='e'/></variables>
    <relations><relation name='r' arity='2' semantics='supports'>0 -1|1 -1|2 0</relation></relations>
    <constraints><constraint name='c' scope='colour roof' reference='r'/></constraints></instance>";

fn model(files: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).expect("writes");
    }
    Command::new(env!("CARGO_BIN_EXE_muster")).current_dir(&folder).arg("model").args(arguments).output().expect("runs")
}

fn said(output: &Output) -> (bool, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_model_is_checked() {
    let (done, text, error) = said(&model(&[("car.xml", MODEL)], &["check", "car.xml", "--json"]));
    assert!(done, "{error}");
    let mut report: Value = serde_json::from_str(&text).expect("JSON");
    for measured in ["compile_ms", "payload_bytes"] {
        assert!(report[measured].take().as_f64().is_some_and(|measure| measure > 0.0), "{measured}: {text}");
    }
    let expected = json!({
        "name": "car", "format": "XCSP 2.1", "variables": 2, "values": 5, "configurations": "3", "core": 0, "dead": 0,
        "engine": "diagram", "nodes": 3, "compile_ms": null, "payload_bytes": null, "notes": [],
    });
    assert_eq!(report, expected);

    let uvl = "features\n Car\n  mandatory\n   Wheels\n  optional\n   Wing\nconstraints\n !Wing\n";
    let (done, text, _) = said(&model(&[("car", uvl)], &["check", "car"]));
    assert!(done && text.contains("core 2 (in every configuration): Car, Wheels"), "{text}");
    assert!(text.contains("dead 1 (in no configuration): Wing"), "{text}");
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let (done, text, error) = said(&model(&[("car.uvl", "features\n Car\n  Wing\n")], &["check", "car.uvl"]));
    assert!(!done && text.is_empty() && error.starts_with("line 3: below a feature stands a group"), "{error}");
    let (done, _, error) = said(&model(&[], &["check", "car.uvl"]));
    assert!(!done && error.starts_with("cannot read car.uvl: "), "{error}");
}

#[test]
fn sales_are_replayed() {
    let replay = |sales: &str| said(&model(&[("car.xml", MODEL), ("sales", sales)], &["replay", "car.xml", "--sales", "sales", "--json"]));
    let (done, text, error) = replay("roof colour\n-1 0\n0 2\n");
    assert!(done, "{error}");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&report["sessions"], &report["clicks"], &report["dead_ends"]), (&json!(2), &json!(4), &json!(0)), "{text}");
    for measured in ["click_us", "explain_us", "repair_us", "check_us"] {
        for percentile in ["p50", "p99", "max"] {
            assert!(report[measured][percentile].is_number(), "{measured} {percentile}: {text}");
        }
    }
    let (done, text, _) = replay("roof colour\n0 1\n");
    assert!(!done && text.contains("\"dead_ends\":1"), "{text}");
    let (done, _, error) = replay("hood\n0\n");
    assert!(!done && error.contains("the model has no variable `hood`"), "{error}");
}
