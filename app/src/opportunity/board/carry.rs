//! Carrying a card: dragging it, picking it up with the keyboard, and walking from card to card.

use leptos::{ev, prelude::*};
use muster_shared::{
    id::{OpportunityId, StageId},
    opportunity::StageKind,
};

use super::{
    card,
    model::{Ask, Model, card_id},
};
use crate::browser::{
    focus, place,
    pointer::{self, Drag, Point},
    timer,
};

/// What follows the pointer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ghost {
    pub left: f64,
    pub top: f64,
    pub width: f64,
}

/// The id of the element that scrolls sideways.
pub const BOARD: &str = "board";

/// The pointer went down on a card: it may become a drag.
pub fn on_pointer_down(model: Model, id: OpportunityId, event: &ev::PointerEvent) {
    model.is_pointing.set_value(true);
    if place::is_inside(event, "button") {
        return;
    }
    let grip = StoredValue::new(None::<(Point, f64)>);
    pointer::follow(event, move |drag| follow(model, id, grip, drag));
}

fn follow(model: Model, id: OpportunityId, grip: StoredValue<Option<(Point, f64)>>, drag: Drag) {
    match drag {
        Drag::Start(at) => {
            let Some(frame) = place::of_id(&card_id(id)) else { return };
            if model.pick_up(id, false) {
                grip.set_value(Some((Point { x: at.x - frame.left, y: at.y - frame.top }, frame.width)));
                model.ghost.set(Some(Ghost { left: frame.left, top: frame.top, width: frame.width }));
            }
        }
        Drag::Move(at) => {
            if let Some((grip, width)) = grip.get_value() {
                model.ghost.set(Some(Ghost { left: at.x - grip.x, top: at.y - grip.y, width }));
                place::scroll_at_edge(BOARD, at.x);
                model.carry_over(stage_at(at));
            }
        }
        Drag::Drop(at) => {
            if grip.get_value().is_some() {
                model.carry_over(stage_at(at));
                finish(model, true);
            }
        }
        Drag::Cancel => {
            if grip.get_value().is_some() {
                finish(model, false);
            }
        }
    }
}

fn finish(model: Model, drops: bool) {
    model.is_pointing.set_value(false);
    model.ghost.set(None);
    model.put_down(drops);
}

fn stage_at(at: Point) -> Option<StageId> {
    pointer::closest_at(at, "[data-stage]")?.get_attribute("data-stage")?.parse().ok()
}

/// A card took the focus; the keyboard's actions show, a pointer's press must not shift what is below.
pub fn on_focus(model: Model, id: OpportunityId) {
    model.tab_stop.set(Some(id));
    if !model.is_pointing.get_value() && model.acting.get_untracked() != Some(id) {
        model.acting.set(Some(id));
    }
}

/// The focus left an element of the board: for another place, it leaves the card in the hand behind.
pub fn on_focus_out(model: Model, event: &ev::FocusEvent) {
    if focus::stays_inside(event) {
        return;
    }
    model.acting.set(None);
    if model.carried.with_untracked(|c| c.as_ref().is_some_and(|c| c.by_key)) {
        // A card that moves as the board changes loses the focus for as long as that takes.
        timer::after_layout(move || {
            let is_back = focus::active().is_some_and(|e| e.closest(&format!("#{BOARD}")).is_ok_and(|board| board.is_some()));
            if !is_back {
                model.put_down(false);
            }
        });
    }
}

/// Asks where to move a card.
pub fn ask_where(model: Model, id: OpportunityId) {
    let Some(card) = model.card(id) else { return };
    if card.can_write {
        model.asking.set(Some(Ask::Where(card)));
    } else {
        model.say_no(&card);
    }
}

/// The keys of the board.
pub fn on_key(model: Model, event: &ev::KeyboardEvent) {
    if event.default_prevented() || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let key = event.key();
    let is_carrying = model.carried.with_untracked(|c| c.as_ref().is_some_and(|c| c.by_key));
    if is_carrying {
        // Nothing else may happen while a card is in the hand.
        event.prevent_default();
        return carrying_key(model, &key);
    }
    let on_card = place::target_id(event, ".card").filter(|id| focus::active().is_some_and(|e| e.id() == *id));
    let Some(id) = on_card.and_then(|id| id.strip_prefix("card-")?.parse::<OpportunityId>().ok()) else { return };
    match key.as_str() {
        "ArrowLeft" if event.shift_key() => move_beside(model, id, -1),
        "ArrowRight" if event.shift_key() => move_beside(model, id, 1),
        "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" => move_to(model, id, key.parse().unwrap_or(0)),
        "ArrowUp" => walk(model, id, 0, -1),
        "ArrowDown" => walk(model, id, 0, 1),
        "ArrowLeft" => walk(model, id, -1, 0),
        "ArrowRight" => walk(model, id, 1, 0),
        "Home" => walk(model, id, 0, i32::MIN / 2),
        "End" => walk(model, id, 0, i32::MAX / 2),
        "Enter" => card::open_panel(model, id),
        "s" => card::open_step(model, id),
        " " => drop(model.pick_up(id, true)),
        "m" => ask_where(model, id),
        _ => return,
    }
    event.prevent_default();
}

/// Moves a card to the next open stage on that side.
fn move_beside(model: Model, id: OpportunityId, by: i32) {
    let open: Vec<StageId> = model.targets().into_iter().filter(|s| s.kind == StageKind::Open).map(|s| s.id).collect();
    let now = model.card(id).and_then(|card| open.iter().position(|stage| *stage == card.stage_id));
    let next = now.and_then(|now| usize::try_from(i32::try_from(now).ok()? + by).ok());
    if let Some(stage) = next.and_then(|next| open.get(next)) {
        move_here(model, id, *stage);
    }
}

/// Moves a card to the stage of this number, as the list of stages counts them.
fn move_to(model: Model, id: OpportunityId, number: usize) {
    if let Some(stage) = number.checked_sub(1).and_then(|index| model.targets().into_iter().nth(index)) {
        move_here(model, id, stage.id);
    }
}

fn move_here(model: Model, id: OpportunityId, to: StageId) {
    match model.card(id) {
        Some(card) if !card.can_write => model.say_no(&card),
        Some(_) => {
            model.request_move(id, to);
            place::reveal(&format!("stage-{to}"));
            if model.asking.with_untracked(Option::is_none) {
                focus_card(model, id);
            }
        }
        None => {}
    }
}

fn carrying_key(model: Model, key: &str) {
    match key {
        "ArrowLeft" | "ArrowUp" => shift(model, -1),
        "ArrowRight" | "ArrowDown" => shift(model, 1),
        "Enter" | " " => model.put_down(true),
        "Escape" => model.put_down(false),
        _ => {}
    }
}

/// Carries the picked-up card to the next stage on that side.
fn shift(model: Model, by: i32) {
    let targets = model.targets();
    let Some(now) = model.over.get_untracked().and_then(|over| targets.iter().position(|s| s.id == over)) else { return };
    let next = i32::try_from(now).unwrap_or(0) + by;
    if let Some(stage) = usize::try_from(next).ok().and_then(|i| targets.get(i)) {
        model.carry_over(Some(stage.id));
        place::reveal(&format!("stage-{}", stage.id));
    }
}

/// Moves the focus to the card that lies `columns` and `rows` away, over empty columns.
fn walk(model: Model, from: OpportunityId, columns: i32, rows: i32) {
    let found = model.read(|state| {
        let (column, row) = state.place(from)?;
        let row = i32::try_from(row).ok()?;
        if columns == 0 {
            let cards = &state.columns[column].cards;
            let last = i32::try_from(cards.len()).ok()? - 1;
            let to = usize::try_from(row.saturating_add(rows).clamp(0, last)).ok()?;
            return Some((state.columns[column].stage, to, cards[to].id));
        }
        let mut next = i32::try_from(column).ok()? + columns;
        loop {
            let column = usize::try_from(next).ok().and_then(|i| state.columns.get(i))?;
            let is_shown = column.kind == StageKind::Open;
            if let (true, Some(last)) = (is_shown, column.cards.len().checked_sub(1)) {
                let to = usize::try_from(row).ok()?.min(last);
                return Some((column.stage, to, column.cards[to].id));
            }
            next += columns;
        }
    });
    if let Some((stage, row, id)) = found.flatten() {
        model.draw_until(stage, row);
        focus_card(model, id);
    }
}

/// Takes the focus to a card, once it is drawn.
pub fn focus_card(model: Model, id: OpportunityId) {
    model.tab_stop.try_set(Some(id));
    timer::after_layout(move || {
        focus::by_id(&card_id(id));
    });
}
