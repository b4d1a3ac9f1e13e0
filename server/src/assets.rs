//! The browser bundle: from the binary or from a folder, precompressed, and the page that starts it.

use std::borrow::Cow;
use std::path::Path;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use muster_shared::text::Lang;
use sha2::{Digest, Sha256};

use crate::request::cookie;
use crate::state::AppState;

/// What the page's first tag is in the bundle; it is rewritten for each viewer, so that nothing flashes.
const OPENING: &str = "<html lang=\"en\" data-theme=\"light\">";
/// Names of files whose content follows from their address stay good for ever.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// For every address outside the API: the files and the page that starts the app.
pub fn router() -> Router<AppState> {
    Router::new().fallback(serve)
}

async fn serve(State(state): State<AppState>, request: Request) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads || path == "/api" || path.starts_with("/api/") {
        return crate::router::not_found().await;
    }
    let source = Source::of(state.config.assets.as_deref());
    if path == "/favicon.ico" {
        return icon(&source).await;
    }
    if let Some(response) = file(&source, path, request.headers()).await {
        return response;
    }
    // A part of an older build, or a picture that is not there: a page in its place would only confuse.
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) || !wants_page(request.headers()) {
        return crate::router::not_found().await;
    }
    page(&source, request.headers(), state.config.demo).await
}

/// Where the bundle is.
enum Source<'a> {
    Folder(&'a Path),
    #[cfg(feature = "embed")]
    Embedded,
    #[cfg(not(feature = "embed"))]
    Nowhere,
}

#[cfg(feature = "embed")]
#[derive(rust_embed::RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/web/site"]
struct Site;

impl<'a> Source<'a> {
    fn of(folder: Option<&'a Path>) -> Self {
        match folder {
            Some(folder) => Self::Folder(folder),
            #[cfg(feature = "embed")]
            None => Self::Embedded,
            #[cfg(not(feature = "embed"))]
            None => Self::Nowhere,
        }
    }

    /// The file `name`, a relative path already found harmless.
    async fn read(&self, name: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Self::Folder(folder) => tokio::fs::read(folder.join(name)).await.ok().map(Cow::Owned),
            #[cfg(feature = "embed")]
            Self::Embedded => Site::get(name).map(|file| file.data),
            #[cfg(not(feature = "embed"))]
            Self::Nowhere => None,
        }
    }
}

/// The path inside the bundle, where it is one: `<build>/<file>`, no dots at the start of a name, nothing unusual.
fn harmless(path: &str) -> Option<&str> {
    let name = path.strip_prefix('/')?;
    let usual = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let parts_hold = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.') && part.chars().all(usual));
    (parts_hold && name.split('/').count() == 2).then_some(name)
}

async fn file(source: &Source<'_>, path: &str, headers: &HeaderMap) -> Option<Response> {
    let name = harmless(path)?;
    let (build, _) = name.split_once('/')?;
    for (encoding, end) in [("br", ".br"), ("gzip", ".gz"), ("", "")] {
        if !encoding.is_empty() && !accepts(headers, encoding) {
            continue;
        }
        let Some(content) = source.read(&format!("{name}{end}")).await else { continue };
        // A build's folder is named by the hash of all of its files.
        let tag = if encoding.is_empty() { format!("\"{build}\"") } else { format!("\"{build}-{encoding}\"") };
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let mut response = if has(headers, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { content.into_response() };
        let set = response.headers_mut();
        set.insert(header::CONTENT_TYPE, value(kind.as_ref()));
        set.insert(header::ETAG, value(&tag));
        set.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
        set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if !encoding.is_empty() {
            set.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        return Some(response);
    }
    None
}

const MISSING: &str = "The server runs, but its browser bundle is missing. Build both and start with `cargo xtask run`, \
or name the folder of a built bundle with --assets or MUSTER_ASSETS.\n";

async fn page(source: &Source<'_>, headers: &HeaderMap, demo: bool) -> Response {
    let Some(template) = source.read("index.html").await else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], MISSING).into_response();
    };
    let html = opened(&String::from_utf8_lossy(&template), headers, demo);
    let tag: String = Sha256::digest(html.as_bytes()).iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    // Weak, because it is compressed on its way out.
    let tag = format!("W/\"{tag}\"");
    let mut response = if has(headers, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { html.into_response() };
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    set.insert(header::ETAG, value(&tag));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    set.insert(header::VARY, HeaderValue::from_static("cookie, accept-language, accept-encoding"));
    response
}

/// Where the icon is in this build, for browsers that ask at its old address.
async fn icon(source: &Source<'_>) -> Response {
    let template = source.read("index.html").await.unwrap_or_default();
    let template = String::from_utf8_lossy(&template);
    let place = template.split('"').find(|text| text.ends_with("/icon.svg") && harmless(text).is_some());
    match place {
        Some(place) => ([(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))], Redirect::temporary(place)).into_response(),
        None => crate::router::not_found().await,
    }
}

/// The page in the viewer's language and theme; in the demo it says so, that nobody else need ask for its people.
fn opened(template: &str, headers: &HeaderMap, demo: bool) -> String {
    let lang = cookie(headers, "lang").and_then(Lang::parse).unwrap_or_else(|| preferred(headers));
    let theme = cookie(headers, "theme").filter(|theme| matches!(*theme, "light" | "dark")).unwrap_or("system");
    let demo = if demo { " data-demo" } else { "" };
    template.replacen(OPENING, &format!("<html lang=\"{}\" data-theme=\"{theme}\"{demo}>", lang.code()), 1)
}

/// The first of our languages in the order the browser prefers them.
fn preferred(headers: &HeaderMap) -> Lang {
    let text = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let mut best: Option<(f32, Lang)> = None;
    for part in text.split(',') {
        let mut pieces = part.split(';');
        let code = pieces.next().unwrap_or_default().trim().split('-').next().unwrap_or_default().to_ascii_lowercase();
        let weight = quality(pieces);
        if let Some(lang) = Lang::parse(&code)
            && weight > 0.0
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, lang));
        }
    }
    best.map_or_else(Lang::default, |(_, lang)| lang)
}

fn quality<'a>(mut pieces: impl Iterator<Item = &'a str>) -> f32 {
    pieces.find_map(|p| p.trim().strip_prefix("q=")).map_or(1.0, |q| q.trim().parse().unwrap_or(0.0))
}

fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let texts = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    texts.flat_map(|v| v.split(',')).any(|part| {
        let mut pieces = part.split(';');
        pieces.next().is_some_and(|name| name.trim().eq_ignore_ascii_case(encoding)) && quality(pieces) > 0.0
    })
}

fn wants_page(headers: &HeaderMap) -> bool {
    let Some(accept) = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()) else { return true };
    accept.split(',').any(|part| matches!(part.split(';').next().map(str::trim), Some("text/html" | "text/*" | "*/*")))
}

fn has(headers: &HeaderMap, tag: &str) -> bool {
    let texts = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    texts
        .flat_map(|v| v.split(','))
        .any(|known| known.trim() == "*" || known.trim().trim_start_matches("W/") == tag.trim_start_matches("W/"))
}

fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, text)| (name.clone(), text.parse().expect("a header"))).collect()
    }

    #[test]
    fn only_files_of_a_build_have_addresses() {
        assert_eq!(harmless("/b82e783de53d/app.js"), Some("b82e783de53d/app.js"));
        for path in ["/", "/index.html", "/a/../index.html", "/a/.hidden", "/a//b", "/a/b/c", "/a/b%2f", "//etc/passwd", "/a\\b/c"] {
            assert_eq!(harmless(path), None, "{path}");
        }
    }

    #[test]
    fn the_page_opens_in_the_viewers_language_and_theme() {
        let template = format!("<!doctype html>\n{OPENING}<head>");
        let opening = |pairs: &[(header::HeaderName, &str)]| opened(&template, &headers(pairs), false);
        assert!(opened(&template, &headers(&[]), true).contains("<html lang=\"en\" data-theme=\"system\" data-demo><head>"));
        assert!(opening(&[]).contains("<html lang=\"en\" data-theme=\"system\"><head>"));
        assert!(opening(&[(header::COOKIE, "theme=dark; lang=vi")]).contains("<html lang=\"vi\" data-theme=\"dark\">"));
        assert!(opening(&[(header::COOKIE, "theme=\"><script>; lang=xx")]).contains("<html lang=\"en\" data-theme=\"system\">"));
        assert!(opening(&[(header::ACCEPT_LANGUAGE, "de-DE,vi-VN;q=0.8,en;q=0.7")]).contains("lang=\"vi\""));
        assert!(opening(&[(header::ACCEPT_LANGUAGE, "vi;q=0.3,en-GB")]).contains("lang=\"en\""));
        assert!(opening(&[(header::ACCEPT_LANGUAGE, "vi"), (header::COOKIE, "lang=en")]).contains("lang=\"en\""));
    }

    #[test]
    fn an_encoding_may_be_refused() {
        assert!(accepts(&headers(&[(header::ACCEPT_ENCODING, "gzip, deflate, br")]), "br"));
        assert!(!accepts(&headers(&[(header::ACCEPT_ENCODING, "gzip, br;q=0")]), "br"));
        assert!(!accepts(&headers(&[]), "gzip"));
    }
}
