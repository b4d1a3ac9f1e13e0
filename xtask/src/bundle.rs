//! The browser bundle: compile, split by area, bind, optimise, name by hash, compress, and the page that starts it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::{hash, process, setup, workspace};

pub mod budget;
mod compress;
pub mod engine;
mod names;
mod optimise;
mod pack;
mod page;
mod style;

/// How much work the bundle gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Small and slow to build: what people load.
    Web,
    /// The same without the optimiser, which takes minutes for the last tenth: nobody should wait for it at a first start.
    Start,
    /// Large and quick to build: for editing, reloads itself.
    Dev,
}

impl Mode {
    fn profile(self) -> &'static str {
        match self {
            Self::Web | Self::Start => "web",
            Self::Dev => "web-dev",
        }
    }
}

/// The name of the link module; its length is part of the recipe, because it replaces a placeholder.
const LINK_MODULE: &str = "./__wasm_split.______________________.js";

/// Builds the bundle unless nothing it is made of has changed.
pub fn build(mode: Mode) -> Result<()> {
    setup::wasm_target::ensure()?;
    let is_optimised = mode == Mode::Web && setup::npm::has_optimiser();
    let _only_one = only_one()?;
    let fingerprint = fingerprint(mode, is_optimised)?;
    let stamp = workspace::target("web/stamp");
    let better = if mode == Mode::Start { Some(self::fingerprint(Mode::Web, true)?) } else { None };
    let unchanged = fs::read_to_string(&stamp).is_ok_and(|last| last == fingerprint || Some(last) == better);
    if unchanged && workspace::site().join("index.html").is_file() {
        println!("  the browser bundle is up to date");
        return Ok(());
    }
    let start = Instant::now();
    let wasm = compile(mode)?;
    let next = workspace::target("web/next");
    if next.exists() {
        fs::remove_dir_all(&next)?;
    }
    let parts = next.join("parts");
    fs::create_dir_all(&parts)?;
    let mut areas = timed("split by area and bind", || split_and_bind(&wasm, &parts))?;
    if is_optimised {
        timed("optimise", || optimise::parts(&parts))?;
    }
    if mode != Mode::Dev {
        names::shorten(&parts)?;
    }
    pack::write(&parts, &mut areas)?;
    timed("style, fonts, icons", || {
        style::write(&parts)?;
        page::write_parts(&parts, &areas, mode)?;
        page::slim_scripts(&parts)
    })?;
    let hash = hash::of_files([parts.as_path()])?[..12].to_owned();
    fs::rename(&parts, next.join(&hash))?;
    page::write_index(&next, &hash)?;
    timed("compress", || compress::all(&next, mode))?;
    publish(&next)?;
    budget::note(&hash, &areas)?;
    fs::write(&stamp, fingerprint)?;
    println!("  bundle {hash} in {} ({:.1} s)", workspace::shown(&workspace::site()), start.elapsed().as_secs_f64());
    Ok(())
}

/// The names of the wasm parts that each area loads beside the main one.
pub type Areas = BTreeMap<String, Vec<String>>;

/// Waits for another task that builds into the same folder; released when the value goes.
fn only_one() -> Result<fs::File> {
    fs::create_dir_all(workspace::target("web"))?;
    let file = fs::File::create(workspace::target("web/lock"))?;
    if file.try_lock().is_err() {
        println!("  waiting for another task that builds the bundle");
        file.lock()?;
    }
    Ok(file)
}

fn fingerprint(mode: Mode, optimised: bool) -> Result<String> {
    let sources = [
        "Cargo.lock",
        "Cargo.toml",
        "app",
        "end2end/support/optimise.mjs",
        "shared/Cargo.toml",
        "shared/src",
        "style",
        "xtask/Cargo.toml",
        "xtask/src/bundle",
        "xtask/src/bundle.rs",
    ]
    .map(workspace::path);
    let files = hash::of_files(sources.iter().map(PathBuf::as_path))?;
    Ok(format!("{} {optimised} {files}", mode.profile()))
}

fn timed<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let start = Instant::now();
    let result = work()?;
    println!("  {what}: {:.1} s", start.elapsed().as_secs_f64());
    Ok(result)
}

/// What people load is compiled together with a standard library that is made for size and has no words for panics: an eighth
/// less. The page shows its notice when the app traps, see `boot.js`. Names say their generic types, for who looks for what is large
/// in the compiled file; they are not shipped.
const SMALL_FLAGS: &str = "--cfg erase_components -Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
     -Csymbol-mangling-version=v0";

fn compile(mode: Mode) -> Result<PathBuf> {
    // Only the last crate is compiled with the extra argument, so that the others are shared with `cargo check`.
    Ok(cargo_rustc(mode, &["--bin", "muster-app"], &["-Clink-args=--emit-relocs"])?.join("muster-app.wasm"))
}

/// Compiles a target of the app for the browser, with extra arguments for the last crate; the folder that it is in.
fn cargo_rustc(mode: Mode, target: &[&str], extra: &[&str]) -> Result<PathBuf> {
    let mut command = Command::new("cargo");
    command
        .args(["rustc", "--package", "muster-app"])
        .args(target)
        .args(["--target", setup::wasm_target::TARGET])
        .args(["--profile", mode.profile()]);
    let source = match mode {
        Mode::Web | Mode::Start => setup::wasm_target::source().map(Some),
        Mode::Dev => Ok(None),
    };
    match &source {
        Ok(None) => {}
        Ok(Some(_)) => {
            command
                .args(["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"])
                // The compiler takes these options from a stable release only so; the code itself uses nothing unstable.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTFLAGS", SMALL_FLAGS);
        }
        Err(cause) => println!(
            "  the bundle gets the ordinary standard library and will be over its budget, because the source of the small one is \
             missing ({cause:#}). Run `rustup component add rust-src` where rustup can download."
        ),
    }
    process::run(command.arg("--").args(extra).current_dir(workspace::root()))?;
    drop(source);
    Ok(workspace::target(setup::wasm_target::TARGET).join(mode.profile()))
}

fn split_and_bind(wasm: &Path, parts: &Path) -> Result<Areas> {
    let input = fs::read(wasm).with_context(|| format!("{} is missing", wasm.display()))?;
    let main = parts.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = parts;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = LINK_MODULE;
    let split = wasm_split_cli_support::transform(options).map_err(|cause| anyhow!("the bundle could not be split by area: {cause:#}"))?;
    Bindgen::new()
        .input_path(&main)
        .out_name("app")
        .web(true)
        .and_then(|bindgen| bindgen.typescript(false).keep_lld_exports(true).demangle(false).remove_name_section(true).generate(parts))
        .context("wasm-bindgen could not write the glue")?;
    fs::remove_file(&main)?;
    ensure!(
        !parts.join("snippets").exists(),
        "a crate brings its own JavaScript files; the server hands out one flat folder, so find out which crate and do without it"
    );
    Ok(split
        .prefetch_map
        .into_iter()
        .map(|(area, names)| {
            let files = names.into_iter().map(|name| format!("{name}.wasm"));
            (area, files.collect())
        })
        .collect())
}

fn files_ending(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|own| own == end))
        .collect();
    // The largest first, so that no core is left alone with it at the end.
    files.sort_by_key(|path| std::cmp::Reverse(fs::metadata(path).map_or(0, |found| found.len())));
    Ok(files)
}

/// Works on all files, on each core with what `begin` makes for it.
fn in_parallel<T>(files: &[PathBuf], begin: impl Fn() -> T + Sync, work: impl Fn(&mut T, &Path) -> Result<()> + Sync) -> Result<()> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores)
            .map(|_| {
                scope.spawn(|| {
                    let mut own = begin();
                    while let Some(file) = files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
                        work(&mut own, file)?;
                    }
                    Ok(())
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a worker panicked"))?)
    })
}

fn publish(next: &Path) -> Result<()> {
    let site = workspace::site();
    let last = workspace::target("web/last");
    if last.exists() {
        fs::remove_dir_all(&last)?;
    }
    if site.exists() {
        fs::rename(&site, &last)?;
    }
    fs::rename(next, &site)?;
    Ok(())
}
