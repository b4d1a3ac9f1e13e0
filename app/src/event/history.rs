//! A record's history as it was recorded, and the proof that nothing in it was changed.

use leptos::prelude::*;
use muster_shared::{
    event::{self, Action, Actor, EntityKind, Event, Reason},
    id::UserId,
    patch,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    api::{Reading, plain},
    i18n::{Message, messages},
    live::use_live,
    people::{People, use_people},
    t, t_now,
    ui::{AsyncView, Button, ButtonKind, Change, Icon, Size, SkeletonKind, StatusPill, Timeline, TimelineItem, Tone, reactive},
};

/// How a slice words the fields of its records and their values.
#[derive(Clone, Copy)]
pub struct Wording {
    label: fn(&str) -> Option<&'static Message>,
    /// Names what has its name from people.
    named: Option<Callback<String, Option<String>>>,
    value: Callback<(String, Value), String>,
}

impl Wording {
    /// `label` finds a field's name, `value` words one of its values.
    pub fn new(label: fn(&str) -> Option<&'static Message>, value: impl Fn(&str, &Value) -> String + Send + Sync + 'static) -> Self {
        Self { label, named: None, value: Callback::new(move |(field, of): (String, Value)| value(&field, &of)) }
    }

    /// Where fields are parts of a larger whole, `name` finds what they are called there.
    pub fn naming(self, name: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self { named: Some(Callback::new(move |field: String| name(&field))), ..self }
    }

    /// The field's name; follows the language.
    pub fn label(self, field: &str) -> String {
        let named = self.named.and_then(|named| named.try_run(field.to_owned()).flatten());
        named.unwrap_or_else(|| (self.label)(field).map_or_else(|| field.to_owned(), |message| message.text().to_owned()))
    }

    /// A value of the field; as it is stored where the page that could word it is gone.
    pub fn value(self, field: &str, value: &Value) -> String {
        self.value.try_run((field.to_owned(), value.clone())).unwrap_or_else(|| plain(value))
    }
}

/// What happened to a record: who, when, from what to what; and a button that verifies it here.
#[component]
pub fn History(
    kind: EntityKind,
    id: Uuid,
    wording: Wording,
    /// Fields that are not worth showing, such as when something was last touched; one that ends in `/` stands for all that begin so.
    #[prop(default = &[])]
    hidden: &'static [&'static str],
) -> impl IntoView {
    let changes = use_live().changes_of(kind, id);
    let people = use_people();
    let events = Reading::new(move || {
        changes.track();
        super::read(kind, id)
    });
    view! {
        <AsyncView
            resource=events
            skeleton=SkeletonKind::Rows
            count=4
            children={move |events: Vec<Event>| shown(events, wording, hidden, people)}
        />
    }
    .into_any()
}

fn shown(events: Vec<Event>, wording: Wording, hidden: &'static [&'static str], people: People) -> AnyView {
    let events = StoredValue::new(events);
    let items =
        Signal::derive(move || events.with_value(|events| events.iter().map(|e| item(e, wording, hidden, people)).collect::<Vec<_>>()));
    view! {
        <Proof events />
        <Timeline label=t!(event.history) items />
    }
    .into_any()
}

/// Recomputes the hashes of the whole history in this browser.
#[component]
fn Proof(events: StoredValue<Vec<Event>>) -> impl IntoView {
    let proof = RwSignal::new(None::<Result<usize, i64>>);
    let verify = move || {
        let found = events.with_value(|events| {
            let mut oldest_first = events.clone();
            oldest_first.sort_by_key(|e| e.seq);
            event::verify_record(&oldest_first).map(|()| oldest_first.len()).map_err(broken_at)
        });
        proof.set(Some(found));
    };
    let result = move || {
        proof.get().map(|found| {
            let (tone, label) = match found {
                Ok(count) => (Tone::Good, t_now!(event.verified, count = count)),
                Err(seq) => (Tone::Bad, t_now!(event.broken, seq = seq)),
            };
            view! { <StatusPill tone label /> }
        })
    };
    view! {
        <div class="proof">
            <Button size=Size::Small kind=ButtonKind::Plain icon=Icon::SHIELD on_press=verify>{t!(event.verify)}</Button>
            <span role="status">{reactive(result)}</span>
        </div>
    }
    .into_any()
}

fn broken_at(broken: event::Broken) -> i64 {
    match broken {
        event::Broken::Payload(seq) | event::Broken::Hash(seq) | event::Broken::Link(seq) => seq,
    }
}

fn item(event: &Event, wording: Wording, hidden: &[&str], people: People) -> TimelineItem {
    let payload = event.read_payload();
    let moved = payload.changes.iter().find(|c| c.field == "stage_id").filter(|_| event.action == Action::Moved);
    let title = match (moved, event.undoes) {
        (_, Some(_)) => t_now!(event.undid).to_owned(),
        (Some(change), None) => t_now!(event.moved_to, stage = wording.value("stage_id", &change.new)),
        (None, None) => action_name(event.action).to_owned(),
    };
    let is_meant = |field: &str, hidden: &str| field == hidden || hidden.ends_with('/') && field.starts_with(hidden);
    let is_shown = |field: &str| !hidden.iter().any(|hidden| is_meant(field, hidden));
    let change = |c: &patch::Change| Change {
        field: wording.label(&c.field).into(),
        old: wording.value(&c.field, &c.old),
        new: wording.value(&c.field, &c.new),
    };
    // A new record's values stand on its page.
    let told = payload.changes.iter().filter(|_| event.version_before > 0);
    let changes = told.filter(|c| is_shown(&c.field)).map(change).collect();
    TimelineItem {
        id: event.seq.to_string(),
        icon: icon(event),
        title: title.into(),
        by: actor_name(event.actor, people),
        at: event.happened_at,
        text: remark(event.is_whole(), payload.reason.and_then(reason_text)),
        changes,
    }
}

/// Why it happened: what was noted, or else what the code means.
fn reason_text(reason: Reason) -> Option<String> {
    let known = |code: &str| messages::event::reasons::find(&code.replace('-', "_")).map(|message| message.text().to_owned());
    reason.note.or_else(|| reason.code.as_deref().and_then(known))
}

/// What was noted; where something was erased, that it was: an entry that says nothing would look like a mistake.
fn remark(is_whole: bool, note: Option<String>) -> String {
    let erased = (!is_whole).then(|| t_now!(event.words_erased).to_owned());
    note.or(erased).unwrap_or_default()
}

fn action_name(action: Action) -> &'static str {
    messages::event::actions::find(&action.as_str().replace('-', "_")).map_or(action.as_str(), |message| message.text())
}

fn actor_name(actor: Actor, people: People) -> String {
    match actor {
        Actor::User(id) => people.name(UserId(id)).unwrap_or_else(|| t_now!(event.somebody).to_owned()),
        Actor::Link(_) => t_now!(event.customer).to_owned(),
        Actor::Nobody => t_now!(event.nobody).to_owned(),
        Actor::System => "Muster".to_owned(),
    }
}

fn icon(event: &Event) -> Icon {
    match event.action {
        _ if event.undoes.is_some() => Icon::UNDO_2,
        Action::Created => Icon::PLUS,
        Action::Moved => Icon::ARROW_RIGHT,
        Action::Reassigned => Icon::USER,
        Action::Deleted | Action::Purged | Action::Erased => Icon::TRASH_2,
        Action::Restored | Action::Reactivated => Icon::REFRESH_CW,
        Action::SignedIn | Action::Opened => Icon::LOG_IN,
        Action::SignedOut | Action::Deactivated => Icon::LOG_OUT,
        Action::RightsChanged | Action::PasswordChanged => Icon::KEY_ROUND,
        Action::Invited => Icon::MAIL,
        Action::Published | Action::Accepted => Icon::CHECK,
        Action::Retired | Action::Cancelled | Action::Expired => Icon::TRASH_2,
        Action::Requested => Icon::MAIL,
        Action::Returned | Action::Escalated => Icon::ARROW_RIGHT,
        Action::Changed => Icon::PENCIL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_whose_words_were_erased_says_so() {
        assert_eq!(remark(true, None), "");
        assert_eq!(remark(true, Some("Too dear".into())), "Too dear");
        assert_eq!(remark(false, None), t_now!(event.words_erased));
        assert_eq!(remark(false, Some("Too dear".into())), "Too dear");
    }

    #[test]
    fn words_are_there_when_an_answer_comes_after_its_page_is_gone() {
        let page = Owner::new();
        let wording = page.with(|| Wording::new(messages::account::fields::find, |_, _| "worded".to_owned()));
        assert_eq!(wording.value("name", &"Linh".into()), "worded");
        page.cleanup();
        assert_eq!(wording.value("name", &"Linh".into()), "Linh");
        assert_eq!(wording.label("name"), messages::account::fields::name.text());
        assert_eq!(wording.label("unheard_of"), "unheard_of");
    }
}
