//! Who is signed in: known before any page of the desk is shown, and where to go when nobody is.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use muster_shared::{
    access::{Permission, Scope},
    identity::Me,
    time::Day,
};

use crate::{
    api::{self, ApiError},
    browser::{clock, draft, page},
    ui::Toaster,
};

/// Where people sign in.
pub const SIGN_IN: &str = "/desk/sign-in";

/// The person at this browser, for pages and forms.
#[derive(Clone, Copy)]
pub struct Session(RwSignal<Option<Me>>);

impl Session {
    /// Who is signed in; tracked. Pages are shown only once it is known.
    pub fn me(self) -> Me {
        self.0.get().expect("pages of the desk are shown only to who is signed in")
    }

    /// Who is signed in, without following it.
    pub fn me_untracked(self) -> Me {
        self.0.get_untracked().expect("pages of the desk are shown only to who is signed in")
    }

    /// Who is signed in, where that is known yet; tracked.
    pub fn get(self) -> Option<Me> {
        self.0.get()
    }

    /// The same without following it.
    pub fn get_untracked(self) -> Option<Me> {
        self.0.get_untracked()
    }

    /// Somebody signed in, or their own facts changed.
    pub fn enter(self, me: Me) {
        draft::belong_to(&me.user.id.to_string());
        self.0.set(Some(me));
    }

    /// Changes what is known of the person, as after they changed their profile.
    pub fn update(self, change: impl FnOnce(&mut Me)) {
        self.0.update(|me| {
            if let Some(me) = me {
                change(me);
            }
        });
    }

    /// Whether the person holds `permission` at all; tracked.
    pub fn can(self, permission: Permission) -> bool {
        self.scope(permission).is_some()
    }

    /// How far `permission` reaches for the person; tracked.
    pub fn scope(self, permission: Permission) -> Option<Scope> {
        self.0.with(|me| me.as_ref().and_then(|me| me.grants.get(&permission).copied()))
    }

    /// Today in the person's zone, however long ago they signed in; without following it.
    pub fn today(self) -> Day {
        self.0.with_untracked(|me| me.as_ref().map_or_else(clock::today, |me| clock::today_in(&me.user.zone)))
    }
}

/// The session; provided by [`provide_session`] at the root of the app.
pub fn use_session() -> Session {
    expect_context()
}

/// Makes the session known to everything below; an ended session leads to the sign-in page, which leads back.
pub fn provide_session() -> Session {
    let session = Session(RwSignal::new(None));
    provide_context(session);
    let navigate = use_navigate();
    api::on_signed_out(move || navigate(&sign_in_address(), NavigateOptions { replace: true, ..NavigateOptions::default() }));
    session
}

/// The sign-in page with the way back to here.
pub fn sign_in_address() -> String {
    let here = page::address();
    if here.starts_with(SIGN_IN) { here } else { format!("{SIGN_IN}?next={}", api::encode(&here)) }
}

/// Where to go after signing in: the `next` of the address where it is one of ours, else the desk.
pub fn after_sign_in(next: Option<&str>) -> String {
    // Only our own desk: anything else would send who signs in to a stranger's page.
    let is_ours = |next: &&str| *next == "/desk" || next.starts_with("/desk/") && !next.starts_with(SIGN_IN);
    next.filter(is_ours).unwrap_or("/desk").to_owned()
}

/// Reads who is signed in.
pub async fn load() -> Result<Me, ApiError> {
    api::get("/session").await
}

/// Asks again who is signed in, as after rights changed or the session may have ended; nobody is led to the sign-in page.
pub fn check(session: Session) {
    spawn_local(async move {
        match load().await {
            Ok(me) => {
                if session.0.try_get_untracked().flatten().is_some_and(|known| known != me) {
                    session.enter(me);
                }
            }
            Err(error) if error.status() == 401 => api::signed_out(),
            // Without an answer nothing is known; the stream comes back with the connection, and asks again.
            Err(_) => {}
        }
    });
}

/// Signs out, or says why that did not work.
pub fn leave(toaster: Toaster) {
    spawn_local(async move {
        if let Err(error) = sign_out().await {
            toaster.fail(error);
        }
    });
}

/// Ends the session and starts afresh, so that nothing of the person stays in memory or on this device.
async fn sign_out() -> Result<(), ApiError> {
    api::delete("/session", None).await?;
    draft::forget_all();
    page::go(SIGN_IN);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(next: Option<&str>, expected: &str) {
        assert_eq!(after_sign_in(next), expected);
    }

    #[test]
    fn the_way_back_stays_on_the_desk() {
        check(None, "/desk");
        check(Some("/desk/board?q=x"), "/desk/board?q=x");
        check(Some("https://elsewhere.example/desk/"), "/desk");
        check(Some("//elsewhere.example"), "/desk");
        check(Some("/desk/sign-in?next=/desk"), "/desk");
        check(Some("/deskx"), "/desk");
    }
}
