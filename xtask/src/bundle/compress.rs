//! The brotli and gzip twins that the server hands out as they are.

use std::{fs, io::Write as _, path::Path};

use anyhow::Result;

use super::{Mode, in_parallel};

const ALREADY_SMALL: [&str; 4] = ["woff2", "png", "br", "gz"];

/// Writes `.br` and `.gz` beside every file; the server never has to compress a part of the bundle.
pub fn all(folder: &Path, mode: Mode) -> Result<()> {
    let files: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .flatten()
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect();
    in_parallel(&files, || (), |(), file| twins(file, mode))
}

fn twins(file: &Path, mode: Mode) -> Result<()> {
    let end = file.extension().and_then(|end| end.to_str()).unwrap_or_default();
    if ALREADY_SMALL.contains(&end) {
        return Ok(());
    }
    let content = fs::read(file)?;
    let (quality, level) = match mode {
        Mode::Web => (11, flate2::Compression::best()),
        Mode::Start => (5, flate2::Compression::default()),
        Mode::Dev => (2, flate2::Compression::fast()),
    };
    let mut brotli = brotli::CompressorWriter::new(Vec::new(), 64 * 1024, quality, 22);
    brotli.write_all(&content)?;
    fs::write(format!("{}.br", file.display()), brotli.into_inner())?;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
    gzip.write_all(&content)?;
    fs::write(format!("{}.gz", file.display()), gzip.finish()?)?;
    Ok(())
}
