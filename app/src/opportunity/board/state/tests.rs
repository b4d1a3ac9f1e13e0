//! The board's rules under moves, refusals and other people's changes.

use muster_shared::{
    id::{AccountId, DealerId, PipelineId},
    money::Currency,
    opportunity::{self, ForecastCategory, Stage},
    text::LocalText,
};
use uuid::Uuid;

use super::*;

fn id(n: u128) -> OpportunityId {
    OpportunityId(Uuid::from_u128(n))
}

fn stage(n: u128) -> StageId {
    StageId(Uuid::from_u128(n))
}

const ME: UserId = UserId(Uuid::from_u128(1));
const OTHER: UserId = UserId(Uuid::from_u128(2));

fn card(n: u128, in_stage: u128, attention: i64) -> Card {
    Card {
        id: id(n),
        version: 1,
        name: format!("Deal {n}"),
        account_id: AccountId(Uuid::from_u128(9)),
        account_name: "Sao Mai".into(),
        stage_id: stage(in_stage),
        amount: Money::new(100, Currency::VND),
        close_day: Day(20_000),
        owner_id: ME,
        owner_name: "Linh".into(),
        next_step: String::new(),
        next_step_day: None,
        stage_since: Instant(0),
        stage_limit_at: None,
        last_contact_at: None,
        contact_limit_at: None,
        attention_at: Some(Instant(attention)),
        can_write: true,
    }
}

/// Two stages; the first holds deals 1, 2, 3 and has more to load where `has_more`.
fn board(has_more: bool) -> State {
    let pipeline_id = PipelineId(Uuid::from_u128(5));
    let stages = [(1, StageKind::Open), (2, StageKind::Open), (3, StageKind::Won)];
    let stages = stages.map(|(n, kind)| Stage {
        id: stage(n),
        version: 1,
        pipeline_id,
        name: LocalText::new("s", "s"),
        position: i32::try_from(n).expect("small"),
        kind,
        probability: 50,
        category: ForecastCategory::Pipeline,
        limit_days: None,
        archived: false,
    });
    let column = |n: u128, cards: Vec<Card>, next: Option<String>| opportunity::Column {
        stage_id: stage(n),
        kind: StageKind::Open,
        count: 40,
        sum: None,
        weighted: None,
        sums: Vec::new(),
        cards,
        next,
    };
    let board = Board {
        columns: vec![
            column(1, vec![card(1, 1, 10), card(2, 1, 20), card(3, 1, 30)], has_more.then(|| "cursor".to_owned())),
            column(2, vec![], None),
        ],
        pipeline: Pipeline {
            id: pipeline_id,
            version: 1,
            dealer_id: DealerId(Uuid::from_u128(6)),
            name: LocalText::new("p", "p"),
            position: 0,
            stages: stages.to_vec(),
        },
        open: None,
        weighted: None,
        rate_day: None,
        seq: 7,
    };
    State::new(board, BoardSort::Attention, ME)
}

#[track_caller]
fn check(state: &State, expected: [&[u128]; 2]) {
    let found: Vec<Vec<OpportunityId>> = state.columns.iter().map(|c| c.cards.iter().map(|card| card.id).collect()).collect();
    let expected: Vec<Vec<OpportunityId>> = expected.iter().map(|ids| ids.iter().map(|n| id(*n)).collect()).collect();
    assert_eq!(found, expected);
}

fn arrival(card: Card) -> Arrival {
    Arrival { id: card.id, card: Some(card), by: Some("Mai Khanh".into()), at: Instant(5) }
}

#[test]
fn a_refused_move_goes_back_to_where_it_came_from() {
    let mut state = board(false);
    assert!(state.begin_move(id(2), stage(2), Instant(1)));
    check(&state, [&[1, 3], &[2]]);
    assert!(!state.begin_move(id(2), stage(1), Instant(1)), "one move at a time");
    state.refuse_move(id(2), Instant(2));
    check(&state, [&[1, 2, 3], &[]]);
    assert_eq!(state.marks[&id(2)].0, Mark::Refused);
    assert!(state.forget_marks(Instant(2)) && state.marks.is_empty());
}

#[test]
fn totals_are_the_servers_and_never_of_the_cards() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    assert_eq!(state.columns.iter().map(|c| c.totals.count).collect::<Vec<_>>(), [40, 40]);
}

#[test]
fn a_finished_move_takes_the_servers_card() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    state.finish_move(Card { version: 2, ..card(2, 2, 5) });
    check(&state, [&[1, 3], &[2]]);
    assert!(!state.is_moving(id(2)));
    assert!(state.knows(id(2), 2) && !state.knows(id(2), 3));
}

#[test]
fn what_arrives_during_a_move_is_settled_after_it() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    state.arrive(arrival(Card { version: 3, ..card(2, 1, 25) }), Hold::Nothing);
    check(&state, [&[1, 3], &[2]]);
    state.finish_move(Card { version: 2, ..card(2, 2, 5) });
    check(&state, [&[1, 2, 3], &[]]);

    state.begin_move(id(1), stage(2), Instant(1));
    state.arrive(Arrival { card: None, ..arrival(card(1, 1, 0)) }, Hold::Nothing);
    state.cancel_move(id(1));
    check(&state, [&[2, 3], &[]]);
}

#[test]
fn a_change_waits_while_it_would_shift_the_card_under_the_pointer() {
    let mut state = board(false);
    // Below the held card, and in another column: nothing shifts.
    state.arrive(arrival(Card { version: 2, ..card(3, 2, 30) }), Hold::Card(id(2)));
    check(&state, [&[1, 2], &[3]]);
    // Above it: it waits.
    state.arrive(arrival(Card { version: 2, ..card(1, 2, 10) }), Hold::Card(id(2)));
    state.arrive(arrival(card(4, 1, 5)), Hold::Card(id(2)));
    check(&state, [&[1, 2], &[3]]);
    assert_eq!(state.waiting.len(), 2);
    // The pointer went to the card above which the first would land: only the second may show.
    state.show_free(Hold::Card(id(3)));
    check(&state, [&[4, 1, 2], &[3]]);
    assert_eq!(state.waiting.len(), 1);
    state.show_free(Hold::Nothing);
    check(&state, [&[4, 2], &[1, 3]]);
    assert_eq!(state.marks[&id(1)].0, Mark::Moved("Mai Khanh".into()));
}

#[test]
fn what_is_not_on_the_board_has_nothing_to_wait_for() {
    let mut state = board(false);
    state.arrive(Arrival { card: None, ..arrival(card(9, 1, 0)) }, Hold::Everything);
    assert_eq!(state.waiting, []);
    state.arrive(arrival(card(9, 1, 40)), Hold::Card(id(9)));
    check(&state, [&[1, 2, 3, 9], &[]]);
}

#[test]
fn everything_waits_during_a_drag_and_the_last_word_counts() {
    let mut state = board(false);
    state.arrive(arrival(Card { version: 2, ..card(3, 2, 30) }), Hold::Everything);
    state.arrive(arrival(Card { version: 3, ..card(3, 1, 1) }), Hold::Everything);
    assert_eq!(state.waiting.len(), 1);
    assert!(state.knows(id(3), 3));
    state.show_waiting();
    check(&state, [&[3, 1, 2], &[]]);
}

#[test]
fn a_card_beyond_the_loaded_ones_is_left_to_load_more_and_never_shown_twice() {
    let mut state = board(true);
    state.arrive(arrival(card(4, 1, 99)), Hold::Nothing);
    check(&state, [&[1, 2, 3], &[]]);
    state.arrive(arrival(card(5, 1, 15)), Hold::Nothing);
    state.extend(stage(1), CardPage { cards: vec![card(5, 1, 15), card(4, 1, 99)], next: None });
    check(&state, [&[1, 5, 2, 3, 4], &[]]);
}

#[test]
fn mine_come_first_then_what_needs_somebody() {
    let mut state = board(false);
    state.put(Card { owner_id: OTHER, ..card(4, 1, 1) });
    state.put(Card { attention_at: None, ..card(5, 1, 0) });
    check(&state, [&[1, 2, 3, 5, 4], &[]]);
    assert_eq!(state.landing(&card(9, 1, 21), stage(1)), 2);
}

#[test]
fn a_fresh_board_keeps_moves_that_are_under_way() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    let fresh = Board { pipeline: state.pipeline.clone(), columns: Vec::new(), open: None, weighted: None, rate_day: None, seq: 9 };
    let columns = [(1, vec![card(1, 1, 10), card(2, 1, 20)]), (2, vec![])].map(|(n, cards)| opportunity::Column {
        stage_id: stage(n),
        kind: StageKind::Open,
        count: 2,
        sum: None,
        weighted: None,
        sums: Vec::new(),
        cards,
        next: None,
    });
    state.replace(Board { columns: columns.to_vec(), ..fresh });
    check(&state, [&[1], &[2]]);
    state.cancel_move(id(2));
    check(&state, [&[1, 2], &[]]);
}

#[test]
fn a_filter_that_the_browser_can_read_needs_no_server() {
    let of_me = BoardFilter { owner: Some(ME), close_to: Some(Day(20_001)), ..BoardFilter::default() };
    assert_eq!(fits(&of_me, &card(1, 1, 0)), Some(true));
    assert_eq!(fits(&of_me, &Card { owner_id: OTHER, ..card(1, 1, 0) }), Some(false));
    assert_eq!(fits(&of_me, &Card { close_day: Day(20_002), ..card(1, 1, 0) }), Some(false));
    let searching = BoardFilter { q: Some("x".into()), ..of_me };
    assert_eq!(fits(&searching, &card(1, 1, 0)), None);
}
