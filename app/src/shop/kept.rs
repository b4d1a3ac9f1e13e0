//! The request that was made or opened last on this device, by the token of its link.

use crate::browser::draft;

/// Where it is kept.
const KEY: &str = "request";
/// What its page's address starts with.
const PAGE: &str = "/request/";

/// The page of the request with this token.
pub fn path(token: &str) -> String {
    format!("{PAGE}{token}")
}

/// The token, where this device knows a request.
pub fn token() -> Option<String> {
    draft::setting(KEY)
}

/// Keeps the request whose page is at `path`.
pub fn keep(path: &str) {
    if let Some(token) = path.strip_prefix(PAGE) {
        draft::keep_setting(KEY, token);
    }
}

/// Forgets the request with this token: it has ended, or its link leads nowhere any more.
pub fn forget(of: &str) {
    if token().as_deref() == Some(of) {
        draft::forget_setting(KEY);
    }
}
