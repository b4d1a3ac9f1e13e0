//! Passwords: argon2id, few at a time and away from the tasks that answer requests.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// How many are computed at once: each takes 19 MiB and a core.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Compared with where there is no such person, so that it takes as long.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AJeFVsGkWkRAlgT4Uk5ZdTLxpPCj1fnV5Fv4uQIbFOU";

/// The hash to store of `password` (argon2id, m = 19 MiB, t = 2, p = 1, random salt).
pub async fn hash(password: String) -> Result<String> {
    alone(move || {
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt).map_err(|e| Error::Internal(format!("no randomness: {e}")))?;
        let hash: PasswordHash =
            Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map_err(|e| Error::Internal(format!("argon2: {e}")))?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` is the one that `hash` was made of. Without a hash the answer is no, after the same time.
pub async fn is_right(password: String, hash: Option<String>) -> Result<bool> {
    alone(move || {
        let there = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
        let hash = PasswordHash::new(&hash).map_err(|e| Error::Internal(format!("stored password hash: {e}")))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok() && there)
    })
    .await
}

async fn alone<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let permit = AT_ONCE.acquire().await.map_err(|_| Error::Busy)?;
    let work = move || {
        // Held until it is done, also where the caller hangs up before.
        let _permit = permit;
        work()
    };
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::Internal(format!("hashing: {e}")))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_hangs_up_makes_no_room_for_more_at_once() {
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let (started, is_started) = tokio::sync::oneshot::channel();
        let work = move || {
            started.send(()).expect("waited for");
            wait.recv().map_err(|e| Error::Internal(e.to_string()))
        };
        tokio::select! {
            _ = alone(work) => unreachable!("it waits for us"),
            begun = is_started => begun.expect("it begins"),
        }
        assert!(AT_ONCE.available_permits() < 2);
        go.send(()).expect("still at work");
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let stored = hash("correct horse battery".into()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(is_right("correct horse battery".into(), Some(stored.clone())).await.expect("compares"));
        assert!(!is_right("correct horse batterY".into(), Some(stored)).await.expect("compares"));
        assert!(!is_right("anything".into(), None).await.expect("compares"));
    }
}
