//! One's own signed-in browsers.

use leptos::prelude::*;
use muster_shared::{id::SessionId, identity::Session};

use super::{
    RoomHead,
    kept::{Kept, keyed},
    row::{Row, Rows},
};
use crate::{
    api::Reading,
    browser::format,
    identity::api,
    sending::Sending,
    t, t_now,
    ui::{Button, FormError, Glyph, Icon, Size, StatusPill, Tone, reactive, use_toaster},
};

/// Where one is signed in, and ending it.
#[component]
pub fn SessionsRoom() -> impl IntoView {
    let reading = Reading::new(api::sessions);
    let sessions = Kept::new(reading);
    let toaster = use_toaster();
    let sending = Sending::new();
    let end = Callback::new(move |ids: Vec<SessionId>| {
        let all = async move {
            for id in ids {
                api::end_session(id).await?;
            }
            Ok(())
        };
        sending.run(all, move |()| {
            reading.refetch();
            toaster.say(t_now!(settings.session_ended));
        });
    });
    view! {
        <RoomHead title=t!(settings.sessions_title) text=t!(settings.sessions_text) />
        <FormError error=sending.error() />
        {sessions.show(3, move || list(sessions, sending, end))}
    }
    .into_any()
}

fn list(sessions: Kept<Vec<Session>>, sending: Sending, end: Callback<Vec<SessionId>>) -> AnyView {
    let ids = move || sessions.with(|all| all.iter().map(|session| session.id.0).collect::<Vec<_>>()).unwrap_or_default();
    let others = move || sessions.with(|all| all.iter().filter(|s| !s.current).map(|s| s.id).collect::<Vec<_>>()).unwrap_or_default();
    let has_several = Memo::new(move |_| others().len() > 1);
    let end_all = move || {
        has_several.get().then(|| {
            view! { <div><Button busy=sending.busy() on_press=move || end.run(untrack(others))>{t!(settings.end_others)}</Button></div> }
        })
    };
    view! {
        <Rows label=t!(settings.sessions)>{keyed(ids, move |id| row(SessionId(id), sessions, sending, end))}</Rows>
        {reactive(end_all)}
    }
    .into_any()
}

fn row(id: SessionId, sessions: Kept<Vec<Session>>, sending: Sending, end: Callback<Vec<SessionId>>) -> AnyView {
    let session = move || sessions.with(|all| all.iter().find(|session| session.id == id).cloned()).flatten();
    let known = move || session().map(|session| device(&session.agent)).unwrap_or_default();
    let icon = if matches!(untrack(known).1, "iOS" | "Android") { Icon::PHONE } else { Icon::MONITOR };
    let title = move || match known() {
        ("", "") => t!(settings.unknown_device)().to_owned(),
        (browser, "") => browser.to_owned(),
        (browser, system) => t!(settings.browser_on, browser = browser, system = system)(),
    };
    let text = move || {
        let Some(Session { address, seen_at, created_at, .. }) = session() else { return String::new() };
        t_now!(settings.session_since, address = address, seen = format::relative(seen_at), since = format::date_time(created_at))
    };
    let end_it = if untrack(session).is_some_and(|session| session.current) {
        view! { <StatusPill tone=Tone::Accent label=t!(settings.this_browser) /> }.into_any()
    } else {
        view! { <Button size=Size::Small busy=sending.busy() on_press=move || end.run(vec![id])>{t!(settings.sign_out)}</Button> }
            .into_any()
    };
    view! { <Row lead=move || view! { <Glyph icon /> } title text>{end_it}</Row> }.into_any()
}

/// Browser and system as people call them, from what the browser calls itself; empty where unknown.
fn device(agent: &str) -> (&'static str, &'static str) {
    // The order matters: each later one is named by the earlier ones too.
    let browsers = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    let systems = [
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map_or("", |(_, name)| *name);
    (find(&browsers), find(&systems))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_named_as_people_call_them() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0";
        assert_eq!(device(edge), ("Edge", "Windows"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(device(phone), ("Safari", "iOS"));
        assert_eq!(device("curl/8"), ("", ""));
    }
}
