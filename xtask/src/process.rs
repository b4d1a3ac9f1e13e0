//! Other programs: started with progress, stopped with everything they started, also after Ctrl-C.

use std::{
    fmt::Write as _,
    fs::File,
    os::unix::process::{CommandExt, ExitStatusExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Process groups that must not outlive the task.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

const GRACE: Duration = Duration::from_secs(12);

/// Makes Ctrl-C and SIGTERM stop every process the task has started before it ends itself.
pub fn stop_everything_when_interrupted() -> Result<()> {
    ctrlc::set_handler(|| {
        let groups: Vec<u32> = RUNNING.lock().map(|list| list.clone()).unwrap_or_default();
        for group in groups.iter().rev() {
            stop_group(*group);
        }
        std::process::exit(130);
    })
    .context("the handler for Ctrl-C could not be set")
}

/// Runs a command to its end with its output on the terminal; an unsuccessful end is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    println!("  $ {shown}");
    let status = Running::start(command)?.wait()?;
    succeeded(status, &shown)
}

/// Runs a command to its end and returns what it printed; an unsuccessful end is an error that holds its complaint.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("`{shown}` could not be started"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The last lines of a file, for a message.
pub fn tail(file: &Path, lines: usize) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// The first of these programs that is on the `PATH`.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| std::env::split_paths(&path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file()))
}

/// Whether the task runs as root, which decides how packages are installed and PostgreSQL is started.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// A command as one would type it.
pub fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program.file_name().map_or_else(|| program.display().to_string(), |name| name.to_string_lossy().into_owned());
    for argument in command.get_args() {
        let argument = argument.to_string_lossy();
        if argument.contains(' ') {
            let _ = write!(text, " '{argument}'");
        } else {
            let _ = write!(text, " {argument}");
        }
    }
    text
}

fn succeeded(status: ExitStatus, shown: &str) -> Result<()> {
    match (status.success(), status.code(), status.signal()) {
        (true, ..) => Ok(()),
        (_, Some(code), _) => bail!("`{shown}` ended with code {code}"),
        (_, _, signal) => bail!("`{shown}` was ended by signal {}", signal.unwrap_or_default()),
    }
}

/// A process with a group of its own, stopped when this value goes.
pub struct Running {
    child: Child,
}

impl Running {
    /// Starts the command in its own process group.
    pub fn start(command: &mut Command) -> Result<Self> {
        let text = shown(command);
        let child = command.process_group(0).spawn().with_context(|| format!("`{text}` could not be started"))?;
        if let Ok(mut list) = RUNNING.lock() {
            list.push(child.id());
        }
        Ok(Self { child })
    }

    /// Starts the command with both outputs in a file.
    pub fn start_logged(command: &mut Command, log: &Path) -> Result<Self> {
        if let Some(folder) = log.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = File::create(log).with_context(|| format!("the log {} could not be written", log.display()))?;
        command.stdin(Stdio::null());
        command.stderr(file.try_clone()?).stdout(file);
        Self::start(command)
    }

    /// Its input and output, where they were asked for as pipes and not taken yet.
    pub fn pipes(&mut self) -> Option<(ChildStdin, ChildStdout)> {
        Some((self.child.stdin.take()?, self.child.stdout.take()?))
    }

    /// The number that the system knows it by.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Whether the process has ended, and how.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended().is_none() {
            let group = self.child.id();
            signal_group("INT", group);
            let start = Instant::now();
            while self.ended().is_none() {
                if start.elapsed() > GRACE {
                    signal_group("KILL", group);
                    let _ = self.child.wait();
                    break;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        if let Ok(mut list) = RUNNING.lock() {
            list.retain(|group| *group != self.child.id());
        }
    }
}

fn stop_group(group: u32) {
    signal_group("INT", group);
    let start = Instant::now();
    while is_alive(group) && start.elapsed() < GRACE {
        std::thread::sleep(Duration::from_millis(50));
    }
    if is_alive(group) {
        signal_group("KILL", group);
    }
}

fn signal_group(signal: &str, group: u32) {
    let _ = Command::new("kill").args(["-s", signal, "--", &format!("-{group}")]).stderr(Stdio::null()).status();
}

// A zombie still has its folder in /proc, and nobody but its parent thread can take it away.
fn is_alive(process: u32) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat"))
        .is_ok_and(|stat| !stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let mut command = Command::new("/usr/bin/git");
        command.args(["commit", "-m", "two words"]);
        assert_eq!(shown(&command), "git commit -m 'two words'");
    }

    #[test]
    fn a_dropped_process_is_gone() {
        let running = Running::start(Command::new("sleep").arg("60")).unwrap();
        let id = running.child.id();
        assert!(is_alive(id));
        drop(running);
        assert!(!is_alive(id));
    }
}
