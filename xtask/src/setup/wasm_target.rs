//! The wasm32 standard library and its source: from rustup, and where that cannot download, from Debian's source of exactly the same
//! compiler.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, anyhow, bail};

use super::Missing;
use crate::{process, workspace};

/// The target of the browser bundle.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Makes the target usable by plain cargo, or says what to do.
pub fn ensure() -> Result<()> {
    if is_installed()? {
        return Ok(());
    }
    println!("  the standard library for {TARGET} is missing");
    let by_rustup = rustup_add();
    if by_rustup.is_ok() && is_installed()? {
        return Ok(());
    }
    if let Err(cause) = &by_rustup {
        println!("  rustup cannot bring it ({cause:#}); building it from Debian's source instead");
    }
    build_from_debian().map_err(|cause| {
        anyhow!(
            "The standard library for {TARGET} could not be installed.\n\
             rustup: {}\n\
             Debian's rust-src: {cause:#}\n\
             Run `rustup target add {TARGET}` where rustup can download, or give this machine an apt mirror that \
             carries trixie-backports, and start again.",
            by_rustup.err().map_or_else(|| "reported success but nothing is there".to_owned(), |cause| format!("{cause:#}")),
        )
    })?;
    if is_installed()? {
        Ok(())
    } else {
        bail!("{TARGET} was built, but rustc does not see it. Run `rustup target add {TARGET}` and start again.")
    }
}

pub(super) fn missing() -> Option<Missing> {
    let there = is_installed().unwrap_or(false);
    (!there).then(|| Missing::new("the browser part cannot be compiled", format!("rustup target add {TARGET}")))
}

pub(super) fn missing_source() -> Option<Missing> {
    let there = sysroot().is_ok_and(|sysroot| sysroot.join(SOURCE).join("std/Cargo.toml").is_file());
    (!there).then(|| Missing::new("the bundle cannot be made small enough for its budget", "rustup component add rust-src"))
}

fn is_installed() -> Result<bool> {
    Ok(contains_core(&library_folder(&sysroot()?)))
}

fn contains_core(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    })
}

fn sysroot() -> Result<PathBuf> {
    let printed = process::output(rustc().args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(printed.trim()))
}

fn library_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(TARGET).join("lib")
}

fn rustc() -> Command {
    let mut command = Command::new("rustc");
    command.current_dir(workspace::root());
    command
}

fn rustup_add() -> Result<()> {
    if process::find(&["rustup"]).is_none() {
        bail!("rustup is not on the PATH");
    }
    println!("  asking rustup for it");
    process::output(Command::new("rustup").args(["target", "add", TARGET]).current_dir(workspace::root())).map(drop)
}

fn release() -> Result<String> {
    let printed = process::output(rustc().arg("-vV"))?;
    printed.lines().find_map(|line| line.strip_prefix("release: ")).map(str::to_owned).context("rustc does not name its release")
}

fn build_from_debian() -> Result<()> {
    let folder = workspace::target("setup/wasm");
    let linked = link_debian_source(&folder)?;
    let built = build_std(&folder)?;
    drop(linked);
    install(&built, &library_folder(&sysroot()?))?;
    fs::remove_dir_all(folder.join("built"))?;
    Ok(())
}

/// Makes the source of the standard library readable for as long as the answer lives, so that it can be compiled with the app.
pub fn source() -> Result<SourceLink> {
    let library = sysroot()?.join(SOURCE);
    let is_there = || !library.is_symlink() && library.join("std/Cargo.toml").is_file();
    if is_there() {
        return Ok(SourceLink(None));
    }
    println!("  the source of the standard library is missing: asking rustup for it");
    let by_rustup = process::output(Command::new("rustup").args(["component", "add", "rust-src"]).current_dir(workspace::root()));
    if is_there() {
        return Ok(SourceLink(None));
    }
    println!("  rustup cannot bring it; taking Debian's");
    link_debian_source(&workspace::target("setup/wasm")).map_err(|cause| {
        let said = by_rustup.err().map_or_else(|| "reported success but nothing is there".to_owned(), |cause| format!("{cause:#}"));
        anyhow!("rustup: {said}; Debian's rust-src: {cause:#}")
    })
}

const SOURCE: &str = "lib/rustlib/src/rust/library";

fn link_debian_source(folder: &Path) -> Result<SourceLink> {
    let library = unpack_source(folder, &release()?)?;
    SourceLink::make(&library, sysroot()?.join(SOURCE))
}

/// The sysroot's link to the source, taken away again whatever happens: rustup would trip over it.
pub struct SourceLink(Option<PathBuf>);

impl SourceLink {
    fn make(library: &Path, link: PathBuf) -> Result<Self> {
        if link.is_symlink() {
            fs::remove_file(&link)?;
        }
        if link.exists() {
            return Ok(Self(None));
        }
        let parent = link.parent().context("the sysroot has no folder for sources")?;
        fs::create_dir_all(parent)
            .and_then(|()| std::os::unix::fs::symlink(library, &link))
            .with_context(|| format!("{} could not be linked", link.display()))?;
        Ok(Self(Some(link)))
    }
}

impl Drop for SourceLink {
    fn drop(&mut self) {
        if let Some(link) = &self.0 {
            let _ = fs::remove_file(link);
        }
    }
}

fn unpack_source(folder: &Path, release: &str) -> Result<PathBuf> {
    let unpacked = folder.join("source");
    let library = unpacked.join(format!("usr/src/rustc-{release}/library"));
    if library.join("std/Cargo.toml").is_file() {
        return Ok(library);
    }
    let apt = PrivateApt::new(folder)?;
    println!("  reading the package list of trixie-backports");
    process::output(apt.command("apt-get").arg("update"))?;
    let offered = process::output(apt.command("apt-cache").args(["madison", "rust-src"]))?;
    let version = matching_version(&offered, release).with_context(|| {
        format!("the mirror offers no rust-src {release} (it offers: {})", offered.split_whitespace().collect::<Vec<_>>().join(" "))
    })?;
    println!("  downloading rust-src {version}");
    let downloads = folder.join("packages");
    fs::create_dir_all(&downloads)?;
    process::output(apt.command("apt-get").arg("download").arg(format!("rust-src={version}")).current_dir(&downloads))?;
    let package = fs::read_dir(&downloads)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|end| end == "deb"))
        .context("apt-get downloaded nothing")?;
    process::output(Command::new("dpkg").arg("-x").arg(&package).arg(&unpacked))?;
    fs::remove_dir_all(&downloads)?;
    if library.join("std/Cargo.toml").is_file() { Ok(library) } else { bail!("rust-src {version} holds no {}", library.display()) }
}

fn matching_version(madison: &str, release: &str) -> Option<String> {
    madison
        .lines()
        .filter_map(|line| line.split('|').nth(1).map(str::trim))
        .find(|version| version.strip_prefix(release).is_some_and(|rest| rest.starts_with(['+', '-', '~'])))
        .map(str::to_owned)
}

/// An apt with its own state, which leaves the machine's package lists alone.
struct PrivateApt {
    options: Vec<String>,
}

impl PrivateApt {
    fn new(folder: &Path) -> Result<Self> {
        if process::find(&["apt-get"]).is_none() {
            bail!("this machine has no apt-get");
        }
        let state = folder.join("apt");
        for part in ["lists/partial", "cache/archives/partial"] {
            fs::create_dir_all(state.join(part))?;
        }
        let mirror = mirror().context("no Debian mirror was found in /etc/apt")?;
        let sources = state.join("sources.list");
        fs::write(&sources, format!("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] {mirror} trixie-backports main\n"))?;
        let option = |name: &str, value: &Path| format!("{name}={}", value.display());
        let mut options = vec![
            option("Dir::State::Lists", &state.join("lists")),
            option("Dir::Cache", &state.join("cache")),
            option("Dir::Etc::SourceList", &sources),
            "Dir::Etc::SourceParts=-".to_owned(),
            "Acquire::Languages=none".to_owned(),
        ];
        if process::is_root() {
            // apt's own user may not enter the repository's folder.
            options.push("APT::Sandbox::User=root".to_owned());
        }
        Ok(Self { options })
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        for option in &self.options {
            command.args(["-o", option]);
        }
        command
    }
}

fn mirror() -> Option<String> {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.flatten().map(|entry| entry.path()));
    }
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).find_map(|text| mirror_in(&text))
}

/// The first address in an apt source file (of either format) that leads to Debian's main archive.
fn mirror_in(sources: &str) -> Option<String> {
    sources
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .find(|word| word.contains("://") && word.trim_end_matches('/').ends_with("/debian"))
        .map(str::to_owned)
}

fn build_std(folder: &Path) -> Result<PathBuf> {
    let empty = folder.join("empty");
    fs::create_dir_all(empty.join("src"))?;
    fs::write(empty.join("Cargo.toml"), "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n")?;
    fs::write(empty.join("src/lib.rs"), "")?;
    let built = folder.join("built");
    if built.exists() {
        fs::remove_dir_all(&built)?;
    }
    process::run(
        Command::new("cargo")
            .args(["build", "-Zbuild-std=std,panic_abort", "--release", "--target", TARGET])
            .arg("--target-dir")
            .arg(&built)
            .env("RUSTC_BOOTSTRAP", "1")
            .env("RUSTUP_TOOLCHAIN", toolchain()?)
            .current_dir(&empty),
    )?;
    Ok(built.join(TARGET).join("release/deps"))
}

// The empty crate lies under target/, but a toolchain file is looked up from the current folder: name it to be sure.
fn toolchain() -> Result<String> {
    sysroot()?.file_name().map(|name| name.to_string_lossy().into_owned()).context("the sysroot has no name")
}

fn install(built: &Path, library: &Path) -> Result<()> {
    // Two sets of rlibs would end in "multiple candidates for core".
    if library.exists() {
        fs::remove_dir_all(library)?;
    }
    fs::create_dir_all(library)?;
    for entry in fs::read_dir(built)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty") {
            fs::copy(entry.path(), library.join(name))?;
        }
    }
    println!("  installed it in {}", library.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_compilers_own_version_of_the_source_is_taken() {
        let offered = " rust-src | 1.95.0+dfsg1-1~bpo13+1 | mirror trixie-backports/main amd64 Packages\n \
                       rust-src | 1.85.0+dfsg3-1 | mirror trixie/main amd64 Packages\n";
        assert_eq!(matching_version(offered, "1.95.0").as_deref(), Some("1.95.0+dfsg1-1~bpo13+1"));
        assert_eq!(matching_version(offered, "1.9"), None);
        assert_eq!(matching_version(offered, "1.96.0"), None);
    }

    #[test]
    fn the_mirror_is_read_from_both_formats() {
        let old = "# comment\ndeb http://mirror.example/debian bookworm main\n";
        let new = "Types: deb\nURIs: http://mirror.example/debian/\nSuites: bookworm\n";
        let security = "URIs: http://mirror.example/debian-security\n";
        assert_eq!(mirror_in(old).as_deref(), Some("http://mirror.example/debian"));
        assert_eq!(mirror_in(new).as_deref(), Some("http://mirror.example/debian/"));
        assert_eq!(mirror_in(security), None);
    }
}
