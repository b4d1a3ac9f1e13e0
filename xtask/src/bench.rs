//! Figures with their spread: the board's answer over loopback and the first paint in the browser.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::{
    bundle::{self, Mode},
    http::Client,
    measure, process,
    server::{self, Server},
    setup, workspace,
};

const WARM_UP: usize = 20;
const ROUNDS: usize = 200;

/// Seeds a folder with many deals, starts the release build over it and measures.
pub fn run(opportunities: u32) -> Result<()> {
    println!("▸ release build and data");
    let program = server::build_release()?;
    bundle::build(Mode::Web)?;
    let data = server::fresh_data("bench")?;
    let start = Instant::now();
    measure::seed_with(&program, opportunities, 1, &data)?;
    let seeded = start.elapsed();
    println!("  {opportunities} deals in {:.1} s", seeded.as_secs_f64());
    let server = Server::start(&program, "bench", &data, true)?;

    println!("▸ board over loopback, {ROUNDS} rounds");
    let mut client = sign_in(&server.address, "manager")?;
    let mut figures = Vec::new();
    for (name, path) in board_paths(&mut client)? {
        figures.push((name, measure_get(&mut client, &path)?));
    }
    for (name, times) in &figures {
        println!("  {name:<10} {}", spread(times));
    }

    println!("▸ first paint");
    let paint = workspace::target("bench/paint.json");
    first_paint(&server, &paint)?;

    let raw: Vec<Value> = figures
        .iter()
        .map(|(name, times)| json!({ "name": name, "microseconds": times.iter().map(Duration::as_micros).collect::<Vec<_>>() }))
        .collect();
    let report = workspace::target("bench/board.json");
    std::fs::write(&report, json!({ "opportunities": opportunities, "seeded_ms": seeded.as_millis(), "board": raw }).to_string())?;
    println!("  raw figures: {}", workspace::shown(&report));
    Ok(())
}

/// Signs the demo person with this role in.
fn sign_in(address: &str, role: &str) -> Result<Client> {
    let mut client = Client::connect(address)?;
    let demo = client.get("/api/demo")?.json()?;
    let people = demo["people"].as_array().or_else(|| demo.as_array()).context("/api/demo lists no people")?;
    let person = people.iter().find(|person| person["role"] == role).with_context(|| format!("/api/demo has no {role}"))?;
    let mail = person.get("mail").or_else(|| person.get("email"));
    let answer = client.post("/api/session", &json!({ "mail": mail, "password": person["password"] }))?;
    ensure!(
        (200..300).contains(&answer.status),
        "the {role} could not sign in: {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    Ok(client)
}

/// The board of the first pipeline as the app asks for it.
fn board_paths(client: &mut Client) -> Result<Vec<(&'static str, String)>> {
    let pipelines = client.get("/api/pipelines")?.json()?;
    let list = pipelines["items"].as_array().or_else(|| pipelines.as_array()).context("/api/pipelines is no list")?;
    let id = list.first().and_then(|pipeline| pipeline["id"].as_str()).context("there is no pipeline")?;
    Ok(vec![("board", format!("/api/board?pipeline={id}"))])
}

fn measure_get(client: &mut Client, path: &str) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..WARM_UP + ROUNDS {
        let start = Instant::now();
        let answer = client.get(path)?;
        let took = start.elapsed();
        ensure!(answer.status == 200, "{path} answers {}: {}", answer.status, String::from_utf8_lossy(&answer.body));
        if round >= WARM_UP {
            times.push(took);
        }
    }
    times.sort();
    Ok(times)
}

fn spread(sorted: &[Duration]) -> String {
    let at = |share: f64| {
        let index = ((sorted.len() - 1) as f64 * share).round() as usize;
        sorted[index].as_secs_f64() * 1000.0
    };
    format!("p50 {:.2} ms  p95 {:.2} ms  p99 {:.2} ms  least {:.2} ms  most {:.2} ms", at(0.5), at(0.95), at(0.99), at(0.0), at(1.0))
}

fn first_paint(server: &Server, report: &std::path::Path) -> Result<()> {
    setup::npm::ensure()?;
    let chromium = setup::browser::ensure()?;
    if let Some(folder) = report.parent() {
        std::fs::create_dir_all(folder)?;
    }
    process::run(
        setup::npm::program("playwright")
            .args(["test", "--config", "paint.config.ts"])
            .env("MUSTER_URL", server.url())
            .env("MUSTER_CHROMIUM", chromium)
            .env("MUSTER_PAINT", report),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spread_is_read_from_sorted_times() {
        let times: Vec<Duration> = (1..=101).map(Duration::from_millis).collect();
        assert_eq!(spread(&times), "p50 51.00 ms  p95 96.00 ms  p99 100.00 ms  least 1.00 ms  most 101.00 ms");
    }
}
