//! A throwaway PostgreSQL cluster with its own port and folder, gone when its value goes.

use std::{
    fs,
    net::TcpStream,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};

use crate::{
    process::{self, Running},
    server, setup, workspace,
};

/// Whether a crash of the machine may lose what was committed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Fast: for tests that do not kill anything.
    None,
    /// As in production: for the fault tests.
    Full,
}

/// A running cluster.
pub struct Cluster {
    running: Option<Running>,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a cluster and waits until it answers.
    pub fn start(durability: Durability) -> Result<Self> {
        let programs = setup::database::ensure()?;
        let owner = Owner::here()?;
        let folder = folder(owner.as_ref());
        remove_stale(&folder)?;
        fs::create_dir_all(&folder)?;
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        if let Some(owner) = &owner {
            chown(&folder, Some(owner.user), Some(owner.group))?;
        }
        let as_owner = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir("/");
            if let Some(owner) = &owner {
                command.uid(owner.user).gid(owner.group);
            }
            command
        };
        let data = folder.join("data");
        println!("  making a cluster in {}", workspace::shown(&folder));
        process::output(
            as_owner("initdb").arg("--pgdata").arg(&data).args(["--username", "muster", "--auth", "trust", "--no-sync"]).args([
                "--encoding",
                "UTF8",
                "--locale",
                "C.UTF-8",
            ]),
        )?;
        let port = server::free_port()?;
        let mut command = as_owner("postgres");
        command.arg("-D").arg(&data);
        for setting in settings(durability) {
            command.args(["-c", setting]);
        }
        command.args(["-c", &format!("port={port}")]);
        let log = workspace::target("logs/postgres.log");
        let running = Running::start_logged(&mut command, &log)?;
        let mut cluster = Self { running: Some(running), folder, port };
        cluster.wait_until_ready(&log)?;
        println!("  PostgreSQL answers on port {port}");
        Ok(cluster)
    }

    /// The address of the cluster's maintenance database.
    pub fn url(&self) -> String {
        format!("postgres://muster@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self, log: &Path) -> Result<()> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(30) {
            if self.running.as_mut().is_none_or(|running| running.ended().is_some()) {
                break;
            }
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok()
                && fs::read_to_string(log).is_ok_and(|text| text.contains("ready to accept"))
            {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not start:\n{}", process::tail(log, 20))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.running = None;
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn settings(durability: Durability) -> Vec<&'static str> {
    let mut settings = vec![
        "listen_addresses=127.0.0.1",
        // A path under target/ may be longer than a socket's name can be.
        "unix_socket_directories=",
        "max_connections=400",
        "shared_buffers=128MB",
        "log_min_messages=warning",
        "lc_messages=C",
    ];
    if durability == Durability::None {
        settings.extend(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
    }
    settings
}

/// Whom the cluster runs as, because PostgreSQL refuses root.
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    fn here() -> Result<Option<Self>> {
        if !process::is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").context("/etc/passwd cannot be read")?;
        ["postgres", "nobody"].iter().find_map(|name| Self::named(&users, name)).map(Some).ok_or_else(|| {
            anyhow!("PostgreSQL refuses to run as root and there is no user `postgres`. Run `useradd --system postgres` and start again.")
        })
    }

    fn named(users: &str, name: &str) -> Option<Self> {
        users.lines().find_map(|line| {
            let mut fields = line.split(':');
            if fields.next()? != name {
                return None;
            }
            let user = fields.nth(1)?.parse().ok()?;
            let group = fields.next()?.parse().ok()?;
            Some(Self { user, group })
        })
    }
}

/// A folder that the owner can reach: under `target`, or in the system's temporary folder when a folder above is closed to others.
fn folder(owner: Option<&Owner>) -> PathBuf {
    let own = format!("pg/{}", std::process::id());
    let reachable = workspace::root().ancestors().all(|folder| fs::metadata(folder).is_ok_and(|found| found.mode() & 0o001 != 0));
    if owner.is_none() || reachable {
        workspace::target(&own)
    } else {
        std::env::temp_dir().join(format!("muster-{own}").replace('/', "-"))
    }
}

// A task that was killed outright could not take its cluster with it.
fn remove_stale(folder: &Path) -> Result<()> {
    let Some(parent) = folder.parent().filter(|parent| parent.ends_with("pg")) else {
        return Ok(());
    };
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let task = entry.file_name().to_string_lossy().into_owned();
        if Path::new("/proc").join(&task).exists() {
            continue;
        }
        let postmaster = entry.path().join("data/postmaster.pid");
        if let Some(process) = fs::read_to_string(postmaster).ok().and_then(|text| text.lines().next().map(str::to_owned)) {
            let _ = process::output(Command::new("kill").args(["-s", "QUIT", &process]));
            std::thread::sleep(Duration::from_millis(500));
        }
        fs::remove_dir_all(entry.path())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Owner;

    #[test]
    fn the_owner_is_read_from_the_list_of_users() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgres:x:104:110:,,,:/var/lib/postgresql:/bin/bash\n";
        let owner = Owner::named(users, "postgres").unwrap();
        assert_eq!((owner.user, owner.group), (104, 110));
        assert!(Owner::named(users, "nobody").is_none());
    }
}
