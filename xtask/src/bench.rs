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
const WRITERS: usize = 8;

const READS: [(&str, &str); 3] = [("board", "/api/board"), ("list", "/api/opportunities"), ("accounts", "/api/accounts")];

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

    println!("▸ reads over loopback, {ROUNDS} rounds each");
    let mut client = sign_in(&server.address, "manager")?;
    let mut figures = Vec::new();
    for (name, path) in READS {
        figures.push((name, measure_get(&mut client, path)?));
    }
    println!("▸ moves, acknowledged and durable");
    figures.push(("move", moves(&mut client, 0, ROUNDS)?));
    for (name, times) in &figures {
        println!("  {name:<12} {}", spread(times));
    }
    let rate = moves_at_once(&server.address)?;
    println!("  {WRITERS} writers at once: {rate:.0} moves a second");

    println!("▸ first paint");
    let paint = workspace::target("bench/paint.json");
    first_paint(&server, &paint)?;

    let raw: Vec<Value> = figures
        .iter()
        .map(|(name, times)| json!({ "name": name, "microseconds": times.iter().map(Duration::as_micros).collect::<Vec<_>>() }))
        .collect();
    let report = workspace::target("bench/server.json");
    let figures = json!({ "opportunities": opportunities, "seeded_ms": seeded.as_millis(), "moves_per_second": rate, "times": raw });
    std::fs::write(&report, figures.to_string())?;
    println!("  raw figures: {} and {}", workspace::shown(&report), workspace::shown(&paint));
    Ok(())
}

/// Signs the first demo person whose role holds this word in.
fn sign_in(address: &str, role: &str) -> Result<Client> {
    let mut client = Client::connect(address)?;
    let demo = client.get("/api/demo")?.json()?;
    let people = demo["accounts"].as_array().context("/api/demo lists no accounts")?;
    let has_role = |person: &&Value| person["role"].as_str().is_some_and(|own| own.to_lowercase().contains(role));
    let person = people.iter().find(has_role).with_context(|| format!("/api/demo has no {role}"))?;
    let answer = client.post("/api/session", &json!({ "mail": person["mail"], "password": person["password"] }))?;
    ensure!(
        (200..300).contains(&answer.status),
        "the {role} could not sign in: {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    Ok(client)
}

/// Moves the `nth` card of the first column to the next stage and back, `rounds` times.
fn moves(client: &mut Client, nth: usize, rounds: usize) -> Result<Vec<Duration>> {
    let board = client.get("/api/board")?.json()?;
    let stage = |index: usize| board["columns"][index]["stage_id"].clone();
    let card = &board["columns"][0]["cards"][nth];
    let id = card["id"].as_str().context("the board's first column has too few cards")?;
    let path = format!("/api/opportunities/{id}/move");
    let mut version = card["version"].as_i64().context("the card has no version")?;
    let mut times = Vec::with_capacity(rounds);
    for round in 0..rounds {
        let body = json!({ "stage_id": stage(1 - round % 2) });
        let start = Instant::now();
        let answer = client.post_to(&path, version, &body)?;
        times.push(start.elapsed());
        ensure!(answer.status == 200, "a move was refused: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        version = answer.json()?["card"]["version"].as_i64().context("the answer has no version")?;
    }
    times.sort();
    Ok(times)
}

/// Acknowledged moves a second when several people move their own cards.
fn moves_at_once(address: &str) -> Result<f64> {
    let clients: Vec<Client> = (0..WRITERS).map(|_| sign_in(address, "manager")).collect::<Result<_>>()?;
    let start = Instant::now();
    let done: Vec<Result<usize>> = std::thread::scope(|scope| {
        let writers: Vec<_> = clients
            .into_iter()
            .enumerate()
            .map(|(nth, mut client)| scope.spawn(move || moves(&mut client, nth, ROUNDS).map(|times| times.len())))
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap_or(Ok(0))).collect()
    });
    let took = start.elapsed();
    let moved = done.into_iter().sum::<Result<usize>>()?;
    Ok(moved as f64 / took.as_secs_f64())
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
