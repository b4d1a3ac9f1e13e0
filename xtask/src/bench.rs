//! Figures with their spread: the board's answer over loopback, live streams, and the first paint in the browser.

pub mod engine;
mod streams;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
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
    let Field { stages, mut deals } = field(&mut client, 1)?;
    figures.push(("move", moves(&mut client, &stages, deals.remove(0))?));
    for (name, times) in &figures {
        println!("  {name:<12} {}", spread(times));
    }
    let rate = moves_at_once(&server.address)?;
    println!("  {WRITERS} writers at once: {rate:.0} moves a second");

    println!("▸ live streams");
    let live = streams::measure(&server)?;
    live.print();

    println!("▸ first paint");
    let paint = workspace::target("bench/paint.json");
    first_paint(&server, &paint)?;

    let raw: Vec<Value> = figures
        .iter()
        .map(|(name, times)| json!({ "name": name, "microseconds": times.iter().map(Duration::as_micros).collect::<Vec<_>>() }))
        .collect();
    let report = workspace::target("bench/server.json");
    let figures = json!({ "opportunities": opportunities, "seeded_ms": seeded.as_millis(), "moves_per_second": rate, "times": raw, "streams": live.raw() });
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

/// A deal of the first column, as the board gives it.
struct Deal {
    path: String,
    version: i64,
}

/// The stages that deals go between, and as many deals of the first one as are wanted.
struct Field {
    stages: [Value; 2],
    deals: Vec<Deal>,
}

fn field(client: &mut Client, count: usize) -> Result<Field> {
    let board = client.get("/api/board")?.json()?;
    let stage = |index: usize| board["columns"][index]["stage_id"].clone();
    let cards = board["columns"][0]["cards"].as_array().context("the board has no cards")?;
    ensure!(cards.len() >= count, "the board's first column has {} cards, fewer than {count}", cards.len());
    let deal = |card: &Value| {
        let id = card["id"].as_str().context("a card has no id")?;
        let version = card["version"].as_i64().context("a card has no version")?;
        Ok(Deal { path: format!("/api/opportunities/{id}/move"), version })
    };
    Ok(Field { stages: [stage(1), stage(0)], deals: cards.iter().take(count).map(deal).collect::<Result<_>>()? })
}

/// Moves a deal to the next stage and back, [`ROUNDS`] times in all.
fn moves(client: &mut Client, stages: &[Value; 2], mut deal: Deal) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(ROUNDS);
    for round in 0..ROUNDS {
        let body = json!({ "stage_id": stages[round % 2] });
        let start = Instant::now();
        let answer = client.post_to(&deal.path, deal.version, &body)?;
        times.push(start.elapsed());
        ensure!(answer.status == 200, "a move was refused: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        deal.version = answer.json()?["card"]["version"].as_i64().context("the answer has no version")?;
    }
    times.sort();
    Ok(times)
}

/// Acknowledged moves a second when several people move a deal each.
fn moves_at_once(address: &str) -> Result<f64> {
    let mut clients: Vec<Client> = (0..WRITERS).map(|_| sign_in(address, "manager")).collect::<Result<_>>()?;
    // Read once: a later reader would find the first column changed by the earlier ones.
    let field = field(&mut clients[0], WRITERS)?;
    let stages = &field.stages;
    let start = Instant::now();
    let done: Vec<Result<usize>> = std::thread::scope(|scope| {
        let writers: Vec<_> = clients
            .into_iter()
            .zip(field.deals)
            .map(|(mut client, deal)| scope.spawn(move || moves(&mut client, stages, deal).map(|times| times.len())))
            .collect();
        let joined =
            |writer: std::thread::ScopedJoinHandle<'_, Result<usize>>| writer.join().unwrap_or_else(|_| bail!("a writer panicked"));
        writers.into_iter().map(joined).collect()
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
