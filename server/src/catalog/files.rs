//! Files by the hash of what they hold: what is published under an address never changes.

use std::collections::BTreeSet;

use muster_shared::event::hex;
use sea_orm::ConnectionTrait;
use sha2::{Digest as _, Sha256};

use crate::error::Result;
use crate::sql::Sql;
use crate::writer::Tx;

/// Largest file, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Picture,
    Diagram,
    Offer,
    /// A model with its rules: nothing for customers.
    Model,
}

impl FileKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Diagram => "diagram",
            Self::Offer => "offer",
            Self::Model => "model",
        }
    }

    const fn media(self) -> &'static str {
        match self {
            Self::Picture => "image/svg+xml",
            Self::Diagram => "application/octet-stream",
            Self::Offer | Self::Model => "application/json",
        }
    }
}

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    pub media: String,
    pub bytes: Vec<u8>,
}

/// The address of these bytes: their SHA-256 in hexadecimal.
#[must_use]
pub fn address(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Keeps a file, once, and says its address.
pub async fn put(tx: &Tx, kind: FileKind, bytes: Vec<u8>) -> Result<String> {
    let hash = address(&bytes);
    let mut sql = Sql::new("INSERT INTO file (hash, kind, media, bytes, created_at) VALUES ");
    sql.rows([bytes], |v, bytes| {
        v.extend([hash.as_str().into(), kind.as_str().into(), kind.media().into(), bytes.into(), tx.now.0.into()]);
    });
    sql.push(" ON CONFLICT (hash) DO NOTHING");
    sql.run(tx.db()).await?;
    Ok(hash)
}

/// A file that customers may have: pictures, diagrams and offers.
pub async fn public(db: &impl ConnectionTrait, hash: &str) -> Result<Option<StoredFile>> {
    // What is no address need not reach a database, which may refuse its letters.
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT media, bytes FROM file WHERE kind <> 'model' AND hash = ");
    sql.bind(hash);
    sql.one(db).await?.map(|row| Ok(StoredFile { media: row.try_get("", "media")?, bytes: row.try_get("", "bytes")? })).transpose()
}

/// What a file of any kind holds.
pub async fn read(db: &impl ConnectionTrait, hash: &str) -> Result<Option<Vec<u8>>> {
    let mut sql = Sql::new("SELECT bytes FROM file WHERE hash = ");
    sql.bind(hash);
    sql.one(db).await?.map(|row| Ok(row.try_get("", "bytes")?)).transpose()
}

/// Addresses of all drawings.
pub async fn pictures(db: &impl ConnectionTrait) -> Result<BTreeSet<String>> {
    let sql = Sql::new("SELECT hash FROM file WHERE kind = 'picture'");
    sql.all(db).await?.iter().map(|row| Ok(row.try_get("", "hash")?)).collect()
}
