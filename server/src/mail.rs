//! Mail: what it says in each language, and sending it.

use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use muster_shared::text::Lang;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::sql::Sql;

/// A letter as text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

impl Mail {
    /// Invites somebody to choose a password.
    #[must_use]
    pub fn invitation(lang: Lang, to: &str, name: &str, company: &str, url: &str) -> Self {
        let (subject, text) = match lang {
            Lang::En => (
                format!("Your access to {company}"),
                format!(
                    "Hello {name},\n\nyou have been invited to work with {company} in Muster. Choose your password here:\n\n{url}\n\nThe link works once and for seven days."
                ),
            ),
            Lang::Vi => (
                format!("Quyền truy cập của bạn tại {company}"),
                format!(
                    "Xin chào {name},\n\nBạn được mời làm việc cùng {company} trên Muster. Hãy chọn mật khẩu tại đây:\n\n{url}\n\nLiên kết chỉ dùng được một lần, trong bảy ngày."
                ),
            ),
        };
        Self { to: to.to_owned(), subject, text }
    }

    /// Lets somebody choose another password.
    #[must_use]
    pub fn reset(lang: Lang, to: &str, name: &str, company: &str, url: &str) -> Self {
        let (subject, text) = match lang {
            Lang::En => (
                format!("Your password at {company}"),
                format!(
                    "Hello {name},\n\nchoose a new password here:\n\n{url}\n\nThe link works once and for one hour. If you did not ask for it, do nothing: your password stays."
                ),
            ),
            Lang::Vi => (
                format!("Mật khẩu của bạn tại {company}"),
                format!(
                    "Xin chào {name},\n\nHãy chọn mật khẩu mới tại đây:\n\n{url}\n\nLiên kết chỉ dùng được một lần, trong một giờ. Nếu bạn không yêu cầu, hãy bỏ qua thư này: mật khẩu giữ nguyên."
                ),
            ),
        };
        Self { to: to.to_owned(), subject, text }
    }
}

/// Where mail goes out and who it is from, where both are set.
async fn server(db: &impl ConnectionTrait) -> Result<Option<(String, String)>> {
    let Some(row) = Sql::new("SELECT smtp_url FROM company").one(db).await? else { return Ok(None) };
    let url: Option<String> = row.try_get("", "smtp_url")?;
    let from = crate::company::load(db).await?.mail_from;
    Ok(url.zip(from))
}

/// Whether mail can be sent at all.
pub async fn is_set_up(db: &impl ConnectionTrait) -> Result<bool> {
    Ok(server(db).await?.is_some())
}

/// Whether `url` names a mail server.
#[must_use]
pub fn is_server(url: &str) -> bool {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url).is_ok()
}

/// Sends one letter.
pub async fn send(db: &impl ConnectionTrait, mail: &Mail) -> Result<()> {
    let Some((url, from)) = server(db).await? else { return Err(Error::Internal("no mail server is set up".into())) };
    let bad = |what: &str, e: String| Error::Internal(format!("{what}: {e}"));
    let message = Message::builder()
        .from(from.parse().map_err(|e| bad("sender", format!("{e}")))?)
        .to(mail.to.parse().map_err(|e| bad("recipient", format!("{e}")))?)
        .subject(mail.subject.as_str())
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|e| bad("letter", e.to_string()))?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).map_err(|e| bad("mail server", e.to_string()))?;
    transport.timeout(Some(std::time::Duration::from_secs(30))).build().send(message).await.map_err(|e| bad("sending", e.to_string()))?;
    Ok(())
}
