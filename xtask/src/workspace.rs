//! Where things lie: the folders of the repository and of what is built from it.

use std::path::{Path, PathBuf};

/// The repository's own folder.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

/// A path inside the repository.
pub fn path(relative: &str) -> PathBuf {
    root().join(relative)
}

/// A path inside the folder of everything that is built.
pub fn target(relative: &str) -> PathBuf {
    root().join("target").join(relative)
}

/// The browser bundle's folder, as the server serves it.
pub fn site() -> PathBuf {
    target("web/site")
}

/// A path as people read it: relative to the repository where it is inside.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
