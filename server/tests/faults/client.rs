//! A small HTTP client over bare sockets, because faults happen between bytes.

use std::io::{Error, ErrorKind, Result};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Longer than the server itself takes at most: whoever waits longer waits for nothing.
const PATIENCE: Duration = Duration::from_secs(40);

/// One kept-alive connection.
pub struct Connection {
    stream: BufReader<TcpStream>,
    address: String,
    token: String,
}

/// An answer that arrived whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub json: Value,
    /// The server closes the connection after it.
    pub last: bool,
}

/// A request as it goes over the wire.
pub fn request(address: &str, token: &str, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Vec<u8> {
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\ncookie: __Host-muster={token}\r\nsec-fetch-site: same-origin\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        text.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
    }
    format!("{text}\r\n{body}").into_bytes()
}

async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}

impl Connection {
    pub async fn open(address: &str, token: &str) -> Result<Self> {
        let stream = in_time(TcpStream::connect(address)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), address: address.to_owned(), token: token.to_owned() })
    }

    /// Sends a request and reads its answer; an error means that no whole answer came.
    pub async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&Value>) -> Result<Answer> {
        let bytes = request(&self.address, &self.token, method, path, headers, body);
        in_time(async {
            self.stream.get_mut().write_all(&bytes).await?;
            let head = head(&mut self.stream).await?;
            let mut body = vec![0; head.length.unwrap_or(0)];
            self.stream.read_exact(&mut body).await?;
            Ok(Answer { status: head.status, json: serde_json::from_slice(&body).unwrap_or(Value::Null), last: head.last })
        })
        .await
    }

    /// Sends the first `count` bytes of a request and hangs up.
    pub async fn cut(mut self, bytes: &[u8], count: usize) -> Result<()> {
        self.stream.get_mut().write_all(&bytes[..count.min(bytes.len())]).await?;
        self.stream.get_mut().flush().await
    }
}

struct Head {
    status: u16,
    length: Option<usize>,
    last: bool,
}

async fn head(stream: &mut BufReader<TcpStream>) -> Result<Head> {
    let mut line = String::new();
    let ended = || Error::from(ErrorKind::UnexpectedEof);
    if stream.read_line(&mut line).await? == 0 {
        return Err(ended());
    }
    let status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(|| Error::other(line.clone()))?;
    let mut head = Head { status, length: None, last: false };
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(ended());
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { return Ok(head) };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().ok(),
            "connection" => head.last = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
}

/// A live stream being read.
pub struct Stream {
    stream: BufReader<TcpStream>,
    text: String,
}

/// One server-sent event.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    pub event: String,
    pub id: String,
    pub data: String,
}

impl Sent {
    /// The sequence in its id.
    pub fn seq(&self) -> i64 {
        self.id.rsplit('-').next().and_then(|seq| seq.parse().ok()).unwrap_or(-1)
    }
}

impl Stream {
    /// Follows from `last` on, the id of the last event that was read.
    pub async fn open(address: &str, token: &str, last: Option<&str>) -> Result<Self> {
        let headers: Vec<(&str, &str)> = last.map(|id| ("last-event-id", id)).into_iter().collect();
        let bytes = request(address, token, "GET", "/api/stream", &headers, None);
        in_time(async {
            let mut stream = BufReader::new(TcpStream::connect(address).await?);
            stream.get_mut().write_all(&bytes).await?;
            let head = head(&mut stream).await?;
            if head.status != 200 {
                return Err(Error::other(format!("the stream was answered {}", head.status)));
            }
            Ok(Self { stream, text: String::new() })
        })
        .await
    }

    /// The next event; `None` where the server ended the stream properly.
    pub async fn next(&mut self) -> Result<Option<Sent>> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let sent = parse(block);
                self.text = rest.to_owned();
                if !sent.event.is_empty() {
                    return Ok(Some(sent));
                }
            }
            let Some(chunk) = in_time(self.chunk()).await? else { return Ok(None) };
            self.text.push_str(&chunk);
        }
    }

    async fn chunk(&mut self) -> Result<Option<String>> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        let size = usize::from_str_radix(line.trim(), 16).map_err(Error::other)?;
        let mut bytes = vec![0; size + 2];
        self.stream.read_exact(&mut bytes).await?;
        bytes.truncate(size);
        Ok((size > 0).then(|| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

fn parse(block: &str) -> Sent {
    let mut sent = Sent::default();
    for line in block.lines() {
        match line.split_once(':') {
            Some(("event", value)) => sent.event = value.trim().to_owned(),
            Some(("id", value)) => sent.id = value.trim().to_owned(),
            Some(("data", value)) => sent.data = value.trim().to_owned(),
            _ => {}
        }
    }
    sent
}
