//! Debian packages: installed where the task may, asked for where it may not.

use std::process::Command;

use anyhow::{Result, anyhow};

use crate::process;

/// The command that a person would type to install these packages.
pub fn by_hand(packages: &[&str]) -> String {
    format!("sudo apt-get install {}", packages.join(" "))
}

/// Installs the packages, or ends with a sentence that says how to do it by hand.
pub fn install(packages: &[&str]) -> Result<()> {
    let by_hand = by_hand(packages);
    if process::find(&["apt-get"]).is_none() {
        return Err(anyhow!("This machine has no apt-get. Install {} with its own package manager and start again.", packages.join(", ")));
    }
    let allowed = process::is_root() || process::output(Command::new("sudo").args(["-n", "true"])).is_ok();
    if !allowed {
        return Err(anyhow!("{} is missing and installing it needs root. Run `{by_hand}` and start again.", packages.join(", ")));
    }
    println!("  installing {} with apt-get", packages.join(", "));
    process::run(as_root().args(["-qq", "update"]))
        .and_then(|()| process::run(as_root().args(["-qq", "-y", "--no-install-recommends", "install"]).args(packages)))
        .map_err(|cause| anyhow!("{cause}. Make `{by_hand}` work on this machine and start again."))
}

fn as_root() -> Command {
    if process::is_root() {
        let mut command = Command::new("apt-get");
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    } else {
        let mut command = Command::new("sudo");
        command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        command
    }
}
