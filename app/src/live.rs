//! What others change, told to the pages that show it.

use std::rc::Rc;

use leptos::prelude::*;
use muster_shared::event::{Action, EntityKind, LiveEvent};
use uuid::Uuid;

use crate::{
    browser::{
        json,
        live::{self, LiveMessage, LiveOptions, LiveStatus},
    },
    session::{self, Session, use_session},
};

type Hear = Rc<dyn Fn(&Told)>;

/// What the stream tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// The stream begins after this sequence: what was read earlier may have missed something.
    Hello(i64),
    Changed(LiveEvent),
    /// Too much was missed, or rights changed: read everything anew.
    Resync,
}

/// The live stream of the person signed in.
#[derive(Clone, Copy)]
pub struct LiveFeed {
    listeners: StoredValue<Vec<(u64, Hear)>, LocalStorage>,
    next: StoredValue<u64>,
    begins_after: StoredValue<Option<i64>>,
    status: StoredValue<Option<live::Live>, LocalStorage>,
}

impl LiveFeed {
    /// Hears everything until the current owner is cleaned up.
    pub fn hear(self, listener: impl Fn(&Told) + 'static) {
        let id = self.next.with_value(|n| *n);
        self.next.set_value(id + 1);
        self.listeners.update_value(|all| all.push((id, Rc::new(listener))));
        on_cleanup(move || {
            self.listeners.try_update_value(|all| all.retain(|(other, _)| *other != id));
        });
    }

    /// A number that grows whenever a record of these kinds changed, or everything must be read anew; to be read where data is fetched.
    /// Signing in and out changes no record, and people do it all day.
    pub fn changes(self, kinds: &'static [EntityKind]) -> Signal<u32> {
        self.count(move |event| kinds.contains(&event.entity) && !matches!(event.action, Action::SignedIn | Action::SignedOut))
    }

    /// The same for one record.
    pub fn changes_of(self, kind: EntityKind, id: Uuid) -> Signal<u32> {
        self.count(move |event| event.entity == kind && event.entity_id == id)
    }

    /// Where the stream begins; what was read before may have missed something.
    pub fn begins_after(self) -> Option<i64> {
        self.begins_after.get_value()
    }

    /// How the stream is doing; tracked.
    pub fn status(self) -> Signal<LiveStatus> {
        self.status.with_value(|live| live.as_ref().map_or_else(|| Signal::stored(LiveStatus::Connecting), live::Live::status))
    }

    fn count(self, concerns: impl Fn(&LiveEvent) -> bool + 'static) -> Signal<u32> {
        let seen = RwSignal::new(0_u32);
        self.hear(move |told| {
            let counts = match told {
                Told::Changed(event) => concerns(event),
                Told::Resync => true,
                Told::Hello(_) => false,
            };
            if counts {
                seen.try_update(|n| *n = n.wrapping_add(1));
            }
        });
        seen.into()
    }

    fn tell(self, told: &Told) {
        let listeners = self.listeners.try_with_value(Clone::clone).unwrap_or_default();
        for (_, listener) in listeners {
            listener(told);
        }
    }

    fn take(self, message: &LiveMessage, session: Session) {
        match message.kind.as_str() {
            "change" => {
                if let Ok(event) = json::parse(&message.data) {
                    self.tell(&Told::Changed(event));
                }
            }
            "resync" => {
                session::check(session);
                self.tell(&Told::Resync);
            }
            "bye" | live::REFUSED => session::check(session),
            "hello" => {
                if let Some(seq) = hello(&message.data) {
                    self.begins_after.try_update_value(|known| *known = known.or(Some(seq)));
                    self.tell(&Told::Hello(seq));
                }
            }
            _ => {}
        }
    }
}

fn hello(data: &str) -> Option<i64> {
    #[derive(serde::Deserialize)]
    struct Hello {
        seq: i64,
    }
    json::parse::<Hello>(data).ok().map(|hello| hello.seq)
}

/// The live stream; provided by [`provide_live`].
pub fn use_live() -> LiveFeed {
    expect_context()
}

/// Connects to the stream as the person signed in, until the desk is left.
pub fn provide_live() -> LiveFeed {
    let feed = LiveFeed {
        listeners: StoredValue::new_local(Vec::new()),
        next: StoredValue::new(0),
        begins_after: StoredValue::new(None),
        status: StoredValue::new_local(None),
    };
    let session = use_session();
    let scope = session.me_untracked().session_id.to_string();
    let options = LiveOptions { url: "/api/stream".to_owned(), scope, kinds: &["hello", "change", "resync", "bye"], after: None };
    feed.status.set_value(Some(live::connect(options, move |message| feed.take(&message, session))));
    on_cleanup(move || {
        feed.status.try_with_value(|live| {
            if let Some(live) = live {
                live.close();
            }
        });
    });
    provide_context(feed);
    feed
}
