//! The little HTTP that the tasks need: is the server ready, and how fast does it answer.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context, Result, bail};

/// An answer with its headers in lower case.
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Name and value of each header.
    pub headers: Vec<(String, String)>,
    /// The body's bytes.
    pub body: Vec<u8>,
}

impl Answer {
    /// The values of a header, which may come several times.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<serde_json::Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// One kept connection to a server on this machine.
pub struct Client {
    address: String,
    stream: BufReader<TcpStream>,
    cookies: Vec<(String, String)>,
}

impl Client {
    /// Connects to `address` (`127.0.0.1:4500`).
    pub fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        stream.set_nodelay(true)?;
        Ok(Self { address: address.to_owned(), stream: BufReader::new(stream), cookies: Vec::new() })
    }

    /// Asks for a path.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, None, None)
    }

    /// Sends JSON to a path.
    pub fn post(&mut self, path: &str, body: &serde_json::Value) -> Result<Answer> {
        self.send("POST", path, None, Some(body))
    }

    /// Sends JSON to a path of a record, made from this version of it.
    pub fn post_to(&mut self, path: &str, version: i64, body: &serde_json::Value) -> Result<Answer> {
        self.send("POST", path, Some(version), Some(body))
    }

    /// What it was given to be known by, as a header holds it.
    pub fn cookie(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    fn send(&mut self, method: &str, path: &str, version: Option<i64>, body: Option<&serde_json::Value>) -> Result<Answer> {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\nAccept: */*\r\n",
            address = self.address,
        );
        if !self.cookies.is_empty() {
            head.push_str(&format!("Cookie: {}\r\n", self.cookie()));
        }
        if let Some(version) = version {
            head.push_str(&format!("If-Match: \"{version}\"\r\n"));
        }
        if method != "GET" {
            head.push_str(&format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len()));
        }
        let request = format!("{head}\r\n{body}");
        self.stream.get_mut().write_all(request.as_bytes())?;
        let answer = self.read()?;
        self.keep_cookies(&answer);
        Ok(answer)
    }

    fn read(&mut self) -> Result<Answer> {
        let first = self.line()?;
        let status =
            first.split_whitespace().nth(1).and_then(|code| code.parse().ok()).with_context(|| format!("not an HTTP answer: {first:?}"))?;
        let mut headers = Vec::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':') {
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        let mut answer = Answer { status, headers, body: Vec::new() };
        let length = answer.header("content-length").next().and_then(|text| text.parse().ok());
        let chunked = answer.header("transfer-encoding").any(|how| how == "chunked");
        answer.body = match length {
            Some(length) => self.bytes(length)?,
            None if chunked => self.chunks()?,
            None => Vec::new(),
        };
        Ok(answer)
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(self.line()?.trim(), 16)?;
            body.extend(self.bytes(size)?);
            self.line()?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            bail!("the server closed the connection");
        }
        Ok(line.trim_end().to_owned())
    }

    fn keep_cookies(&mut self, answer: &Answer) {
        for cookie in answer.header("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.retain(|(own, _)| own != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}
