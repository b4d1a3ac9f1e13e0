//! The product's own binary: built, started with its bundle, waited for.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use crate::{
    http::Client,
    process::{self, Running},
    workspace,
};

/// Builds the server for development and returns its program.
pub fn build() -> Result<PathBuf> {
    process::run(Command::new("cargo").args(["build", "--bin", "muster"]).current_dir(workspace::root()))?;
    Ok(workspace::target("debug/muster"))
}

/// Builds the server for measuring and returns its program.
pub fn build_release() -> Result<PathBuf> {
    process::run(Command::new("cargo").args(["build", "--release", "--bin", "muster"]).current_dir(workspace::root()))?;
    Ok(workspace::target("release/muster"))
}

/// `muster serve` over a data folder, handing out the bundle.
pub fn serve(program: &Path, listen: &str, data: &Path, demo: bool) -> Command {
    let mut command = Command::new(program);
    command
        .args(["serve", "--listen", listen])
        .arg("--data")
        .arg(data)
        .env("MUSTER_ASSETS", workspace::site())
        .current_dir(workspace::root());
    if demo {
        command.arg("--demo");
    }
    command
}

/// A server in the background, stopped when this value goes.
pub struct Server {
    running: Running,
    /// Where it listens: `127.0.0.1:PORT`.
    pub address: String,
    /// What it prints.
    pub log: PathBuf,
}

impl Server {
    /// Starts a server on a free port with its output in `target/logs` and waits until it is ready.
    pub fn start(program: &Path, name: &str, data: &Path, demo: bool) -> Result<Self> {
        let address = format!("127.0.0.1:{}", free_port()?);
        let log = workspace::target(&format!("logs/{name}.log"));
        let mut command = serve(program, &address, data, demo);
        command.env_remove("DATABASE_URL");
        let mut running = Running::start_logged(&mut command, &log)?;
        let start = Instant::now();
        while !is_ready(&address) {
            if running.ended().is_some() || start.elapsed() > Duration::from_secs(120) {
                bail!("the server `{name}` did not become ready:\n{}", process::tail(&log, 20));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        println!("  {name} is ready on {address} after {:.1} s", start.elapsed().as_secs_f64());
        Ok(Self { running, address, log })
    }

    /// Its resident memory in bytes, where the system tells.
    pub fn memory(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.running.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1_024)
    }

    /// The address as a browser wants it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// A port that nobody listens on at this moment.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// An empty folder under `target` for a server's data.
pub fn fresh_data(name: &str) -> Result<PathBuf> {
    let folder = workspace::target(&format!("data/{name}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn is_ready(address: &str) -> bool {
    Client::connect(address).and_then(|mut client| client.get("/readyz")).is_ok_and(|answer| answer.status == 200)
}
