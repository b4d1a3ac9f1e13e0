//! Everything that touches the browser's own interfaces, so that the rest of the app never names `web_sys`.

pub mod clipboard;
pub mod clock;
pub mod cookie;
pub mod draft;
pub mod file;
pub mod focus;
pub mod format;
pub mod json;
pub mod key;
pub mod live;
pub mod media;
pub mod names;
pub mod page;
pub mod place;
pub mod pointer;
pub mod timer;

mod intl;
