//! The command palette: pages, actions and records from one field.

use std::sync::Arc;

use leptos::{html, prelude::*, task::spawn_local, text_prop::TextProp};
use leptos_router::hooks::use_navigate;
use muster_shared::fold;

use super::{Failure, Glyph, Icon, Kbd, Pending, reactive, use_shortcuts};
use crate::{
    area::{self, Loading},
    browser::{focus, key, place, timer},
    t,
};

/// As many lines as anybody reads; what was typed narrows them.
const MOST: usize = 30;

/// One line of the palette.
#[derive(Clone)]
pub struct PaletteItem {
    pub label: TextProp,
    /// What tells it from others of the same name; it is found by this too.
    pub detail: String,
    pub icon: Icon,
    pub run: PaletteRun,
}

/// What a line does.
#[derive(Clone)]
pub enum PaletteRun {
    /// Goes to an address.
    Go(String),
    Act(Arc<dyn Fn() + Send + Sync>),
}

impl PaletteItem {
    /// A line that goes to `href`.
    pub fn link(label: impl Into<TextProp>, detail: impl Into<String>, icon: Icon, href: impl Into<String>) -> Self {
        Self { label: label.into(), detail: detail.into(), icon, run: PaletteRun::Go(href.into()) }
    }

    /// Whether it has what was typed, which is folded already.
    fn fits(&self, wanted: &str) -> bool {
        fold::fold(&format!("{} {}", self.label.get(), self.detail)).contains(wanted)
    }
}

/// Lines that are found, or why they could not be.
pub type Found = Result<Vec<PaletteItem>, Failure>;

/// Finds records for what was typed.
pub type RecordSearch = Callback<String, Pending<Found>>;

/// Loads the lines of the palette, which [`palette_lines`] shows; the pages of the shell are given to it, and what is typed.
pub type PaletteLoad = fn(Signal<Vec<PaletteItem>>, PaletteState) -> Loading;

/// Opens the palette from anywhere in the shell.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub is_open: RwSignal<bool>,
}

impl Palette {
    /// Closed.
    pub fn new() -> Self {
        Self { is_open: RwSignal::new(false) }
    }
}

impl Default for Palette {
    fn default() -> Self {
        Self::new()
    }
}

/// The app's palette.
pub fn use_palette() -> Palette {
    use_context().expect("the shell provides the palette")
}

/// ⌘K. The field is there at once and keeps what is typed; the lines load when it is first opened.
#[component]
pub fn CommandPalette(#[prop(into)] pages: Signal<Vec<PaletteItem>>, load: PaletteLoad) -> impl IntoView {
    let palette = use_palette();
    key::on_chord("mod+k", move || palette.is_open.update(|open| *open = !*open));
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let is_open = palette.is_open.get();
        let Some(dialog) = node.get() else { return };
        if is_open && !dialog.open() {
            // It refuses only when it is open already.
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="palette"
            node_ref=node
            aria-label=t!(ui.palette)
            on:close=move |_| palette.is_open.set(false)
            on:mousedown=move |event| {
                if event.target() == event.current_target() {
                    palette.is_open.set(false);
                }
            }
        >
            {reactive(move || palette.is_open.get().then(|| inside(pages, load)))}
        </dialog>
    }
    .into_any()
}

#[derive(Clone)]
struct Line {
    item: PaletteItem,
    chord: Option<&'static str>,
}

/// What the lines give to the field.
#[derive(Clone, Copy)]
struct Hand {
    len: Signal<usize>,
    take: Callback<usize>,
}

/// What is typed, and what is found for it; it starts afresh each time the palette opens.
#[derive(Clone, Copy)]
pub struct PaletteState {
    text: RwSignal<String>,
    records: RwSignal<Found>,
    active: RwSignal<usize>,
    /// `None` until the lines are there.
    hand: RwSignal<Option<Hand>>,
    /// Number of the newest text; answers for older ones are too late.
    newest: StoredValue<u32>,
    /// Whether Enter must wait: the answer to the newest text is not there, or the lines themselves.
    is_searching: StoredValue<bool>,
    /// Enter came before the answer: take the first line then.
    takes_first: StoredValue<bool>,
}

impl PaletteState {
    fn new() -> Self {
        Self {
            text: RwSignal::new(String::new()),
            records: RwSignal::new(Ok(Vec::new())),
            active: RwSignal::new(0),
            hand: RwSignal::new(None),
            newest: StoredValue::new(0),
            is_searching: StoredValue::new(true),
            takes_first: StoredValue::new(false),
        }
    }

    fn typed(self, text: &str) {
        let is_empty = text.trim().is_empty();
        self.active.set(0);
        self.text.set(text.to_owned());
        self.newest.update_value(|no| *no = no.wrapping_add(1));
        self.is_searching.set_value(!is_empty || self.hand.with_untracked(Option::is_none));
        self.takes_first.set_value(false);
        if is_empty {
            self.records.set(Ok(Vec::new()));
        }
    }

    /// The lines are there: the first of them is taken where Enter came before them and nothing is to be found first.
    fn shown(self, hand: Hand) {
        self.hand.set(Some(hand));
        if self.text.with_untracked(|text| text.trim().is_empty()) {
            self.answered(hand.take);
        }
    }

    fn answered(self, take: Callback<usize>) {
        self.is_searching.set_value(false);
        self.active.set(0);
        if self.takes_first.get_value() {
            take.run(0);
        }
    }

    fn find(self, search: RecordSearch, text: String, take: Callback<usize>) {
        if text.trim().is_empty() {
            return;
        }
        let mine = self.newest.get_value();
        let search = search.run(text);
        spawn_local(async move {
            let found = search.await;
            // The palette may be closed by now, or something else typed.
            if self.newest.try_get_value() == Some(mine) {
                self.records.set(found);
                self.answered(take);
            }
        });
    }

    /// Whether the key was the palette's.
    fn pressed(self, name: &str) -> bool {
        let hand = self.hand.get_untracked();
        let len = hand.map_or(0, |hand| hand.len.get_untracked());
        let now = self.active.get_untracked();
        let walk = |to: usize| {
            // Who walks means what is listed, not what is still searched for.
            self.is_searching.set_value(false);
            self.takes_first.set_value(false);
            self.active.set(to);
            place::reveal(&format!("palette-line-{to}"));
        };
        match (name, hand) {
            ("ArrowDown", Some(_)) => walk((now + 1) % len.max(1)),
            ("ArrowUp", Some(_)) => walk((now + len.max(1) - 1) % len.max(1)),
            ("Enter", Some(hand)) if !self.is_searching.get_value() => hand.take.run(now),
            ("Enter", _) => self.takes_first.set_value(true),
            ("ArrowDown" | "ArrowUp", None) => {}
            _ => return false,
        }
        true
    }
}

/// The field, and the lines below it once they are there.
fn inside(pages: Signal<Vec<PaletteItem>>, load: PaletteLoad) -> AnyView {
    let state = PaletteState::new();
    let input = NodeRef::<html::Input>::new();
    // At once, not after the next layout: what is typed meanwhile would go elsewhere.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            focus::quietly(&input);
        }
    });
    let has_lines = move || state.hand.get().is_some_and(|hand| hand.len.get() > 0);
    view! {
        <div class="palette__field">
            <Glyph icon=Icon::SEARCH />
            <input
                class="palette__input"
                role="combobox"
                node_ref=input
                autocomplete="off"
                aria-label=t!(ui.palette)
                aria-expanded=move || if state.hand.get().is_some() { "true" } else { "false" }
                aria-controls="palette-lines"
                aria-activedescendant=move || has_lines().then(|| format!("palette-line-{}", state.active.get()))
                placeholder=t!(ui.palette_hint)
                on:input=move |event| state.typed(&event_target_value(&event))
                on:keydown=move |event| {
                    if !key::is_composing(&event) && state.pressed(&event.key()) {
                        event.prevent_default();
                    }
                }
            />
            <Kbd chord="escape" />
        </div>
        {area::lazy(load(pages, state))}
    }
    .into_any()
}

/// The lines for what is typed. `items` are always there, `search` finds records.
pub fn palette_lines(items: Signal<Vec<PaletteItem>>, search: RecordSearch, state: PaletteState) -> AnyView {
    // Closed before they came.
    if state.hand.try_get_untracked().is_none() {
        return ().into_any();
    }
    let shortcuts = use_shortcuts();
    let lines = Signal::derive(move || {
        let wanted = fold::fold(state.text.read().trim());
        let act = |s: super::shortcuts::Shortcut| {
            let item = PaletteItem { label: s.label, detail: String::new(), icon: Icon::ZAP, run: PaletteRun::Act(s.action) };
            Line { item, chord: Some(s.chord) }
        };
        let plain = |item| Line { item, chord: None };
        let acts: Vec<Line> = shortcuts.all().into_iter().map(act).collect();
        // What the page offers by a key as well is listed once.
        let is_new = |item: &PaletteItem| !acts.iter().any(|line| line.item.label.get() == item.label.get());
        let others: Vec<PaletteItem> = items.get().into_iter().filter(is_new).collect();
        let known = acts.into_iter().chain(others.into_iter().map(plain));
        let records = state.records.get().unwrap_or_default().into_iter().map(plain);
        records.chain(known.filter(|line| line.item.fits(&wanted))).take(MOST).collect::<Vec<_>>()
    });
    let palette = use_palette();
    let navigate = use_navigate();
    let take = Callback::new(move |index: usize| {
        let Some(line) = lines.with_untracked(|all| all.get(index).cloned()) else { return };
        palette.is_open.set(false);
        match line.item.run {
            PaletteRun::Go(href) => navigate(&href, Default::default()),
            PaletteRun::Act(action) => timer::after_layout(move || action()),
        }
    });
    let find = timer::debounce(120, move |text: String| state.find(search, text, take));
    Effect::new(move |_| find(state.text.get()));
    let len = Signal::derive(move || lines.with(Vec::len));
    state.shown(Hand { len, take });
    view! {
        <ul class="palette__lines" id="palette-lines" role="listbox" aria-label=t!(ui.suggestions)>
            {reactive(move || entries(lines.get(), state.active, take))}
        </ul>
        <p class="palette__note" role="status">{reactive(move || note(lines.with(Vec::is_empty), state.records.with(|found| found.clone().err())))}</p>
    }
    .into_any()
}

/// Why there is not more to choose from.
fn note(is_empty: bool, failure: Option<Failure>) -> Option<String> {
    match failure {
        Some(failure) => Some(failure.title),
        None => is_empty.then(|| t!(ui.nothing_found)().to_owned()),
    }
}

fn entries(lines: Vec<Line>, active: RwSignal<usize>, take: Callback<usize>) -> AnyView {
    lines
        .into_iter()
        .enumerate()
        .map(|(index, Line { item, chord })| {
            view! {
                <li
                    role="option"
                    class="palette__line"
                    id=format!("palette-line-{index}")
                    aria-selected=move || if active.get() == index { "true" } else { "false" }
                    on:pointermove=move |_| active.set(index)
                    on:click=move |_| take.run(index)
                >
                    <Glyph icon=item.icon />
                    <span class="palette__label">{reactive(move || item.label.get())}</span>
                    <small>{item.detail}</small>
                    {chord.map(|chord| view! { <Kbd chord /> })}
                </li>
            }
        })
        .collect_view()
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is taken when the lines come after `before`, and once the records are found as well.
    #[track_caller]
    fn check(before: impl FnOnce(PaletteState), at_once: Option<usize>, once_found: Option<usize>) {
        Owner::new().with(|| {
            let (state, taken) = (PaletteState::new(), StoredValue::new(None));
            let hand = Hand { len: Signal::stored(3), take: Callback::new(move |index| taken.set_value(Some(index))) };
            before(state);
            state.shown(hand);
            assert_eq!(taken.get_value(), at_once);
            state.answered(hand.take);
            assert_eq!(taken.get_value(), once_found);
        });
    }

    #[test]
    fn enter_waits_for_the_lines_and_for_what_is_found() {
        check(|_| (), None, None);
        check(|state| state.typed("son"), None, None);
        let send = |state: PaletteState| assert!(state.pressed("Enter"));
        check(send, Some(0), Some(0));
        let type_and_send = move |state: PaletteState| {
            state.typed("son");
            send(state);
        };
        check(type_and_send, None, Some(0));
        let think_again = move |state: PaletteState| {
            type_and_send(state);
            state.typed("sonh");
        };
        check(think_again, None, None);
    }

    #[test]
    fn other_keys_are_left_to_the_field() {
        Owner::new().with(|| {
            let state = PaletteState::new();
            assert!(state.pressed("ArrowDown"));
            assert!(!state.pressed("Escape"));
            assert!(!state.pressed("a"));
        });
    }

    #[test]
    fn a_line_is_found_by_its_name_or_its_detail_without_regard_to_diacritics() {
        let line = PaletteItem::link("Tối".to_owned(), "Giao diện", Icon::SUN, "/");
        let fits = |text: &str| line.fits(&fold::fold(text));
        assert!(fits("toi"));
        assert!(fits("giao dien"));
        assert!(fits(""));
        assert!(!fits("sang"));
    }

    #[test]
    fn a_failed_search_is_not_said_to_have_found_nothing() {
        let failure = Failure { title: "No answer".to_owned(), ..Failure::default() };
        assert_eq!(note(false, None), None);
        assert_eq!(note(false, Some(failure.clone())).as_deref(), Some("No answer"));
        assert_eq!(note(true, Some(failure)).as_deref(), Some("No answer"));
    }
}
