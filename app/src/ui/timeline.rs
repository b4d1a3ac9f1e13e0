//! What happened, newest first: who, when, and what changed from what to what.

use leptos::{prelude::*, text_prop::TextProp};
use muster_shared::time::Instant;

use super::{Glyph, Icon, each, reactive};
use crate::{
    browser::{format, timer},
    t,
};

/// One changed field, worded.
#[derive(Clone, Debug)]
pub struct Change {
    pub field: TextProp,
    pub old: String,
    pub new: String,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct TimelineItem {
    pub id: String,
    pub icon: Icon,
    pub title: TextProp,
    /// Who did it.
    pub by: String,
    pub at: Instant,
    /// A free remark, such as a reason or a note.
    pub text: String,
    pub changes: Vec<Change>,
}

impl TimelineItem {
    /// What it says now: an entry is drawn anew when its words change, as with the language or when a name becomes known.
    fn key(&self) -> String {
        let mut key = format!("{}\n{}\n{}\n{}", self.id, self.title.get(), self.by, self.text);
        for change in &self.changes {
            key.push_str(&format!("\n{}\n{}\n{}", change.field.get(), change.old, change.new));
        }
        key
    }
}

/// A list of what happened.
#[component]
pub fn Timeline(#[prop(into)] label: TextProp, #[prop(into)] items: Signal<Vec<TimelineItem>>) -> impl IntoView {
    let tick = timer::use_tick(60_000);
    let entry = move |item: TimelineItem| {
        let at = item.at;
        let changes = item
            .changes
            .into_iter()
            .map(|change| {
                view! {
                    <li class="timeline__change">
                        <span>{reactive(move || change.field.get())}</span>
                        <del>{dash(change.old)}</del>
                        <span aria-hidden="true">"→"</span>
                        <ins>{dash(change.new)}</ins>
                    </li>
                }
            })
            .collect_view();
        let ago = move || {
            tick.track();
            format::relative(at)
        };
        view! {
            <li class="timeline__item">
                <span class="timeline__icon"><Glyph icon=item.icon /></span>
                <div class="timeline__body">
                    <p class="timeline__head">
                        <strong>{reactive(move || item.title.get())}</strong>
                        <span>{item.by}</span>
                        <time data-tip=move || format::date_time(at)>{reactive(ago)}</time>
                    </p>
                    {(!item.text.is_empty()).then(|| view! { <p class="timeline__text">{item.text}</p> })}
                    <ul class="timeline__changes">{changes}</ul>
                </div>
            </li>
        }
        .into_any()
    };
    view! {
        <ol class="timeline" aria-label=move || label.get()>
            {each(move || items.get(), TimelineItem::key, entry)}
        </ol>
        {reactive(move || items.read().is_empty().then(|| view! { <p class="quiet">{t!(ui.nothing_yet)}</p> }))}
    }
    .into_any()
}

fn dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_another_once_its_words_are_others() {
        let item = |title: &'static str, by: &str, new: &str| TimelineItem {
            id: "7".into(),
            icon: Icon::PENCIL,
            title: title.into(),
            by: by.into(),
            at: Instant(0),
            text: String::new(),
            changes: vec![Change { field: "Owner".into(), old: String::new(), new: new.into() }],
        };
        let key = item("Changed", "Somebody", "").key();
        assert_eq!(key, item("Changed", "Somebody", "").key());
        for other in [item("Đã đổi", "Somebody", ""), item("Changed", "Lê Nam", ""), item("Changed", "Somebody", "Lê Nam")] {
            assert_ne!(key, other.key());
        }
    }
}
