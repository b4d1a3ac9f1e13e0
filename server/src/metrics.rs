//! What the server does, counted: requests by route, the writer, the streams; and the cap on requests at once.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use muster_shared::id::SessionId;

use crate::error::{Error, Result};
use crate::state::AppState;

/// Requests worked on at once; what comes on top hears at once that it is busy.
const AT_ONCE: usize = 512;
/// Live streams of this node.
const STREAMS: usize = 10_000;
/// Live streams of one session: tabs of a browser that cannot share one.
const STREAMS_OF_SESSION: usize = 40;
/// A request that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_secs(1);
/// Upper bounds of the histogram's buckets, in milliseconds.
const BUCKETS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000];
/// What is counted for a caller that hung up, or was cut off by the time limit.
const GONE: u16 = 499;

/// The counters of this node.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<Series, Times>>,
    in_flight: AtomicUsize,
    refused: AtomicU64,
    streams: Mutex<HashMap<SessionId, usize>>,
    open_streams: AtomicUsize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    route: String,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, Default)]
struct Times {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    micros: u64,
}

impl Metrics {
    /// Requests being worked on now, streams apart.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// Counts a stream of `session` for as long as the answer lives.
    ///
    /// # Errors
    /// Busy where this node or the session has too many already.
    pub fn open_stream(self: &Arc<Self>, session: SessionId) -> Result<StreamCount> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let own = streams.get(&session).copied().unwrap_or(0);
        if own >= STREAMS_OF_SESSION || self.open_streams.load(Ordering::Relaxed) >= STREAMS {
            return Err(Error::Busy);
        }
        streams.insert(session, own + 1);
        self.open_streams.fetch_add(1, Ordering::Relaxed);
        Ok(StreamCount { metrics: Arc::clone(self), session })
    }

    fn note(&self, series: Series, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let times = requests.entry(series).or_default();
        times.count += 1;
        times.micros = times.micros.saturating_add(micros);
        for (bucket, bound) in times.buckets.iter_mut().zip(BUCKETS) {
            *bucket += u64::from(micros <= bound * 1_000);
        }
    }

    /// The counters in Prometheus' text format.
    #[must_use]
    pub fn text(&self, state: &AppState) -> String {
        let mut out = String::with_capacity(16 * 1024);
        // Writing to a String never fails.
        let _ = self.write(&mut out, state);
        out
    }

    fn write(&self, out: &mut String, state: &AppState) -> std::fmt::Result {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
        writeln!(out, "# HELP muster_request_seconds Time to an answer, by route as registered.\n# TYPE muster_request_seconds histogram")?;
        for (Series { route, method, status }, times) in &requests {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            for (bound, count) in BUCKETS.iter().zip(times.buckets) {
                writeln!(out, "muster_request_seconds_bucket{{{labels},le=\"{}\"}} {count}", Seconds(bound * 1_000))?;
            }
            writeln!(out, "muster_request_seconds_bucket{{{labels},le=\"+Inf\"}} {}", times.count)?;
            writeln!(out, "muster_request_seconds_sum{{{labels}}} {}", Seconds(times.micros))?;
            writeln!(out, "muster_request_seconds_count{{{labels}}} {}", times.count)?;
        }
        let writer = state.writer.stats();
        let figures: [(&str, &str, &str, u64); 9] = [
            ("muster_requests_in_flight", "gauge", "Requests being worked on.", self.in_flight() as u64),
            (
                "muster_requests_refused_total",
                "counter",
                "Requests turned away because of too many at once.",
                self.refused.load(Ordering::Relaxed),
            ),
            ("muster_streams_open", "gauge", "Live streams being followed.", self.open_streams.load(Ordering::Relaxed) as u64),
            ("muster_writer_queue", "gauge", "Commands waiting for the writer.", state.writer.waiting() as u64),
            ("muster_writer_commits_total", "counter", "Transactions committed.", writer.commits.load(Ordering::Relaxed)),
            (
                "muster_writer_failures_total",
                "counter",
                "Transactions that could not be committed.",
                writer.failures.load(Ordering::Relaxed),
            ),
            ("muster_writer_commands_total", "counter", "Commands in committed transactions.", writer.commands.load(Ordering::Relaxed)),
            ("muster_writer_last_batch", "gauge", "Commands in the last transaction.", writer.last_batch.load(Ordering::Relaxed)),
            ("muster_log_head", "gauge", "Sequence of the last event known to this node.", u64::try_from(state.hub.head()).unwrap_or(0)),
        ];
        for (name, kind, help, figure) in figures {
            writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {figure}")?;
        }
        Ok(())
    }
}

/// Microseconds, written as seconds.
struct Seconds(u64);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// An open stream; counted until it is dropped.
#[derive(Debug)]
pub struct StreamCount {
    metrics: Arc<Metrics>,
    session: SessionId,
}

impl Drop for StreamCount {
    fn drop(&mut self) {
        self.metrics.open_streams.fetch_sub(1, Ordering::Relaxed);
        let mut streams = self.metrics.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = streams.get_mut(&self.session) {
            *own -= 1;
            if *own == 0 {
                streams.remove(&self.session);
            }
        }
    }
}

/// A request being worked on; noted when it is over, however it ends.
struct Working {
    metrics: Arc<Metrics>,
    series: Series,
    started: Instant,
}

impl Drop for Working {
    fn drop(&mut self) {
        self.metrics.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.metrics.note(self.series.clone(), self.started.elapsed());
    }
}

/// Counts and times each request, and turns away what comes on top of [`AT_ONCE`].
pub async fn measure(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("page", MatchedPath::as_str).to_owned();
    // Whoever watches the server must be heard under any load; streams have a bound of their own.
    let is_free = matches!(route.as_str(), "/healthz" | "/readyz" | "/metrics" | "/api/stream");
    let metrics = Arc::clone(&state.metrics);
    let before = metrics.in_flight.fetch_add(1, Ordering::Relaxed);
    let series = Series { route, method: name(request.method()), status: GONE };
    let mut working = Working { metrics, series, started: Instant::now() };
    let response = if before >= AT_ONCE && !is_free {
        working.metrics.refused.fetch_add(1, Ordering::Relaxed);
        Error::Busy.into_response()
    } else {
        next.run(request).await
    };
    working.series.status = response.status().as_u16();
    let took = working.started.elapsed();
    if took >= SLOW {
        tracing::warn!(route = working.series.route, status = working.series.status, millis = took.as_millis(), "slow");
    }
    response
}

/// The method's name; those that nothing answers to are one, so that callers cannot invent series.
const fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_written_without_idle_zeros() {
        for (micros, text) in [(0, "0"), (1_000, "0.001"), (25_000, "0.025"), (5_000_000, "5"), (1_234_567, "1.234567")] {
            assert_eq!(Seconds(micros).to_string(), text);
        }
    }

    #[test]
    fn a_session_has_only_so_many_streams() {
        let metrics = Arc::new(Metrics::default());
        let session = SessionId(uuid::Uuid::from_u128(1));
        let mut open: Vec<_> = (0..STREAMS_OF_SESSION).map(|_| metrics.open_stream(session).expect("room")).collect();
        metrics.open_stream(session).expect_err("too many");
        metrics.open_stream(SessionId(uuid::Uuid::from_u128(2))).expect("another session");
        open.pop();
        metrics.open_stream(session).expect("room again");
        drop(open);
        assert_eq!(metrics.open_streams.load(Ordering::Relaxed), 0);
        assert!(metrics.streams.lock().expect("unpoisoned").is_empty());
    }
}
