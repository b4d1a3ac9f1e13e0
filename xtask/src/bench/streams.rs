//! A thousand live streams: what each costs in memory, and how long after its commit a move is read on every one of them.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::{Field, field, sign_in, spread};
use crate::{http::Client, server::Server};

const STREAMS: usize = 1_000;
/// Streams that one session may have.
const OF_SESSION: usize = 8;
const MOVES: usize = 50;
/// A reader needs no more than its lines.
const STACK: usize = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// What was measured.
pub struct Figures {
    /// Resident memory of the server for each stream, in bytes; absent where the system does not tell.
    pub bytes_each: Option<u64>,
    /// From the answer to a move until it was read, on every stream, sorted; zero where it was read before.
    pub delays: Vec<Duration>,
}

impl Figures {
    /// Prints them.
    pub fn print(&self) {
        if let Some(bytes) = self.bytes_each {
            println!("  {:.1} kB of memory each", bytes as f64 / 1_000.0);
        }
        println!("  {:<12} {}", "acknowledged → read", spread(&self.delays));
    }

    /// For the report.
    pub fn raw(&self) -> Value {
        json!({ "bytes_each": self.bytes_each, "delay_microseconds": self.delays.iter().map(Duration::as_micros).collect::<Vec<_>>() })
    }
}

/// An event that a stream has read, by the log's sequence.
type Heard = (i64, Instant);

/// Opens the streams, moves a deal back and forth, and fails where any stream misses a move.
pub fn measure(server: &Server) -> Result<Figures> {
    let sessions: Vec<Client> = (0..STREAMS.div_ceil(OF_SESSION)).map(|_| sign_in(&server.address, "manager")).collect::<Result<_>>()?;
    let mut mover = sign_in(&server.address, "manager")?;
    let Field { stages, mut deals } = field(&mut mover, 1)?;
    let mut deal = deals.remove(0);
    let before = server.memory();

    let (said, heard) = mpsc::channel();
    for index in 0..STREAMS {
        let stream = open(&server.address, &sessions[index / OF_SESSION].cookie())?;
        let said = said.clone();
        // They end with the server, or when nobody listens to them any more.
        thread::Builder::new().stack_size(STACK).spawn(move || listen(stream, &said))?;
    }
    for _ in 0..STREAMS {
        heard.recv_timeout(PATIENCE).context("a stream did not open")?;
    }
    let bytes_each = before.zip(server.memory()).map(|(before, after)| after.saturating_sub(before) / STREAMS as u64);

    let mut delays = Vec::with_capacity(STREAMS * MOVES);
    for round in 0..MOVES {
        let answer = mover.post_to(&deal.path, deal.version, &json!({ "stage_id": stages[round % 2] }))?;
        let acknowledged = Instant::now();
        ensure!(answer.status == 200, "a move was refused: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        let answer = answer.json()?;
        deal.version = answer["card"]["version"].as_i64().context("the answer has no version")?;
        let event = answer["event"].as_i64().context("the answer has no event")?;
        for count in 0..STREAMS {
            let (seq, at) = heard.recv_timeout(PATIENCE).with_context(|| format!("only {count} streams read move {round}"))?;
            ensure!(seq == event, "a stream read event {seq} where {event} was next");
            delays.push(at.saturating_duration_since(acknowledged));
        }
    }
    delays.sort();
    Ok(Figures { bytes_each, delays })
}

fn open(address: &str, cookie: &str) -> Result<BufReader<TcpStream>> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET /api/stream HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\nCookie: {cookie}\r\n\r\n")?;
    // No larger than a line needs: the readers' memory is this program's, not the server's.
    let mut stream = BufReader::with_capacity(2_048, stream);
    let mut first = String::new();
    stream.read_line(&mut first)?;
    if !first.contains(" 200 ") {
        bail!("a stream was refused: {first}");
    }
    Ok(stream)
}

/// Tells of the greeting and of every change, with its sequence.
fn listen(stream: BufReader<TcpStream>, said: &mpsc::Sender<Heard>) {
    let mut seq = 0;
    for line in stream.lines().map_while(Result::ok) {
        if let Some(id) = line.strip_prefix("id: ").or_else(|| line.strip_prefix("id:")) {
            seq = id.rsplit('-').next().and_then(|seq| seq.trim().parse().ok()).unwrap_or(seq);
            if said.send((seq, Instant::now())).is_err() {
                return;
            }
        }
    }
}
