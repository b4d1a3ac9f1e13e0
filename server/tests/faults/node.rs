//! The real program as a process of its own, to be killed.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use super::client::Connection;

/// One running `muster serve`.
pub struct Node {
    child: Child,
    database: String,
    /// `127.0.0.1:PORT`; the same after a restart.
    pub address: String,
    log: PathBuf,
    _folder: tempfile::TempDir,
}

fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").to_string()
}

/// `muster` with these arguments on this database.
pub fn muster(arguments: &[&str], database: &str) -> Command {
    let program = std::env::var("MUSTER_TEST_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_muster").to_owned());
    let mut command = Command::new(program);
    command.args(arguments).env_remove("DATABASE_URL").env_remove("MUSTER_DATA").env_remove("MUSTER_DEMO");
    match database.strip_prefix("sqlite://") {
        Some(file) => {
            let file = file.split('?').next().expect("a path");
            command.arg("--data").arg(Path::new(file).parent().expect("a folder"));
        }
        None => {
            command.env("DATABASE_URL", database);
        }
    }
    command
}

impl Node {
    /// Starts a node and waits until it is ready.
    pub async fn start(database: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (address, log) = (free_address(), folder.path().join("log"));
        let child = Self::spawn(database, &address, &log);
        let mut node = Self { child, database: database.to_owned(), address, log, _folder: folder };
        node.ready().await;
        node
    }

    fn spawn(database: &str, address: &str, log: &Path) -> Child {
        let log = std::fs::File::options().create(true).append(true).open(log).expect("a log");
        let mut command = muster(&["serve", "--listen", address], database);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("the program starts")
    }

    async fn ready(&mut self) {
        let started = Instant::now();
        loop {
            if let Ok(mut connection) = Connection::open(&self.address, "nobody").await
                && connection.send("GET", "/readyz", &[], None).await.is_ok_and(|answer| answer.status == 200)
            {
                return;
            }
            let ended = self.child.try_wait().expect("can be asked");
            assert!(ended.is_none() && started.elapsed() < Duration::from_secs(60), "it does not get ready:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What it logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Kills it outright.
    pub fn kill(&mut self) {
        self.child.kill().expect("can be killed");
        self.child.wait().expect("ends");
    }

    /// Starts it again on the same address; how long until it was ready.
    pub async fn restart(&mut self) -> Duration {
        let started = Instant::now();
        self.child = Self::spawn(&self.database, &self.address, &self.log);
        self.ready().await;
        started.elapsed()
    }

    /// Asks it to stop.
    pub fn terminate(&self) {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill is there");
        assert!(status.success());
    }

    /// How it ended by itself, and after how long.
    pub async fn ended(&mut self) -> (ExitStatus, Duration) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("can be asked") {
                return (status, started.elapsed());
            }
            assert!(started.elapsed() < Duration::from_secs(30), "it does not end:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Already gone in most cases.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<&str> = log.lines().rev().take(30).collect();
            eprintln!("the program's log, newest first:\n{}", tail.join("\n"));
        }
    }
}
