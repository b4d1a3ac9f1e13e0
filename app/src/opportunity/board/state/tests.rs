//! The board's rules under moves, refusals and other people's changes.

use muster_shared::{
    id::{AccountId, DealerId, PipelineId},
    money::{Currency, Rate, Rates},
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

/// A euro is 28,000 dong.
fn rates() -> Rates {
    Rates { base: Currency::VND, rates: vec![Rate { currency: Currency::EUR, day: Day(20_000), nano: 28_000 * 1_000_000_000 }] }
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
        rates: rates(),
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
    assert!(!state.show_free(Hold::Nothing));
    check(&state, [&[3, 1, 2], &[]]);
}

#[test]
fn a_card_beyond_the_loaded_ones_is_left_to_load_more_and_never_shown_twice() {
    let mut state = board(true);
    state.arrive(arrival(card(4, 1, 99)), Hold::Nothing);
    check(&state, [&[1, 2, 3], &[]]);
    state.arrive(arrival(card(5, 1, 15)), Hold::Nothing);
    state.extend(stage(1), "cursor", CardPage { cards: vec![card(5, 1, 15), card(4, 1, 99)], next: None });
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

/// A board read at `seq`; more is to be loaded of the first stage where `has_more`.
fn fresh(state: &State, seq: i64, has_more: bool, cards: [Vec<Card>; 2]) -> Board {
    let [first, second] = cards;
    let columns = [(1, first, has_more), (2, second, false)].map(|(n, cards, has_more)| opportunity::Column {
        stage_id: stage(n),
        kind: StageKind::Open,
        count: 2,
        sum: None,
        weighted: None,
        sums: Vec::new(),
        cards,
        next: has_more.then(|| "later".to_owned()),
    });
    Board { pipeline: state.pipeline.clone(), columns: columns.to_vec(), open: None, weighted: None, rate_day: None, rates: rates(), seq }
}

#[test]
fn amounts_of_several_currencies_stand_by_what_they_are_worth() {
    let of = |n, minor, currency| Card { amount: Money::new(minor, currency), ..card(n, 2, 0) };
    let first = fresh(&board(false), 9, false, [vec![], vec![]]);
    let mut state = State::new(first, BoardSort::Amount, ME);
    for card in [of(1, 850_000_000, Currency::VND), of(2, 5_000_000, Currency::EUR), of(3, i64::MAX, Currency::USD)] {
        state.put(card);
    }
    state.put(of(4, 850_000_000, Currency::VND));
    // Equal ones as the server has them: the later one first. Without a rate nobody knows, so it comes last.
    check(&state, [&[], &[2, 4, 1, 3]]);
}

#[test]
fn a_fresh_board_keeps_moves_that_are_under_way() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    let fresh = fresh(&state, 9, false, [vec![card(1, 1, 10), card(2, 1, 20)], vec![]]);
    assert!(state.receive(fresh, Hold::Nothing));
    check(&state, [&[1], &[2]]);
    state.cancel_move(id(2));
    check(&state, [&[1, 2], &[]]);
}

#[test]
fn an_answer_from_before_the_move_does_not_put_the_card_back() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    state.finish_move(Card { version: 2, ..card(2, 2, 5) });
    let read_before = fresh(&state, 8, false, [vec![card(1, 1, 10), card(2, 1, 20)], vec![]]);
    state.receive(read_before, Hold::Nothing);
    check(&state, [&[1], &[2]]);
}

#[test]
fn an_answer_that_a_later_one_overtook_changes_nothing() {
    let mut state = board(false);
    let (late, early) =
        (fresh(&state, 12, false, [vec![], vec![card(3, 2, 30)]]), fresh(&state, 11, false, [vec![card(3, 1, 30)], vec![]]));
    assert!(state.receive(late, Hold::Nothing));
    assert!(!state.receive(early.clone(), Hold::Nothing));
    check(&state, [&[], &[3]]);
    state.count(&Board { open: Some(Money::new(7, Currency::VND)), ..early });
    assert_eq!(state.sums.open, None);
}

#[test]
fn a_fresh_board_waits_while_it_would_shift_what_is_held() {
    let mut state = board(false);
    let other = fresh(&state, 9, false, [vec![card(2, 1, 20), card(3, 1, 30)], vec![]]);
    assert!(!state.receive(other.clone(), Hold::Card(id(2))), "the first card is gone, so the second would move up");
    check(&state, [&[1, 2, 3], &[]]);
    assert_eq!((state.is_behind, state.columns[0].totals.count), (true, 2), "what was counted shows at once");
    assert!(!state.show_free(Hold::Everything) && state.is_behind);
    assert!(state.show_free(Hold::Nothing), "it has to be read again");
    assert!(state.receive(other, Hold::Nothing) && !state.is_behind);
    check(&state, [&[2, 3], &[]]);
    assert!(state.receive(fresh(&state, 10, false, [vec![card(2, 1, 20)], vec![]]), Hold::Card(id(2))), "below it nothing is held");
    check(&state, [&[2], &[]]);
}

#[test]
fn an_own_card_stays_in_sight_beyond_the_loaded_ones() {
    let mut state = board(true);
    state.put(card(7, 2, 50));
    assert!(state.begin_move(id(7), stage(1), Instant(1)));
    check(&state, [&[1, 2, 3, 7], &[]]);
    state.finish_move(Card { version: 2, ..card(7, 1, 55) });
    state.put(card(8, 1, 95));
    check(&state, [&[1, 2, 3, 7, 8], &[]]);
    // What lies between them was not loaded yet, so another's card there is left to "load more".
    state.arrive(arrival(card(6, 1, 52)), Hold::Nothing);
    check(&state, [&[1, 2, 3, 7, 8], &[]]);
    let fresh = fresh(&state, 9, true, [vec![card(1, 1, 10), card(2, 1, 20), card(3, 1, 30)], vec![]]);
    state.receive(fresh, Hold::Nothing);
    check(&state, [&[1, 2, 3, 7, 8], &[]]);
    let page = vec![card(4, 1, 40), card(6, 1, 52), Card { version: 2, ..card(7, 1, 55) }, card(9, 1, 90)];
    state.extend(stage(1), "later", CardPage { cards: page, next: None });
    check(&state, [&[1, 2, 3, 4, 6, 7, 9, 8], &[]]);
}

#[test]
fn an_own_card_that_is_gone_within_the_loaded_ones_goes() {
    let mut state = board(true);
    state.put(Card { version: 2, ..card(2, 1, 20) });
    let fresh = fresh(&state, 9, true, [vec![card(1, 1, 10), card(3, 1, 30)], vec![]]);
    state.receive(fresh, Hold::Nothing);
    check(&state, [&[1, 3], &[]]);
}

#[test]
fn a_page_of_a_board_that_was_read_anew_meanwhile_is_not_added() {
    let mut state = board(true);
    let again = fresh(&state, 9, true, [vec![card(1, 1, 10)], vec![]]);
    state.receive(again, Hold::Nothing);
    state.extend(stage(1), "cursor", CardPage { cards: vec![card(9, 1, 90)], next: None });
    check(&state, [&[1], &[]]);
}

#[test]
fn a_move_that_is_answered_on_the_board_of_another_filter_shows_nothing_there() {
    let mut state = board(false);
    state.begin_move(id(2), stage(2), Instant(1));
    let mut other = State::new(fresh(&state, 9, false, [vec![card(1, 1, 10)], vec![]]), BoardSort::Attention, ME);
    other.finish_move(Card { version: 2, ..card(2, 2, 5) });
    other.refuse_move(id(2), Instant(1));
    check(&other, [&[1], &[]]);
    assert!(other.marks.is_empty());
}

#[test]
fn two_moves_are_under_way_and_settle_by_themselves() {
    let mut state = board(false);
    assert!(state.begin_move(id(1), stage(2), Instant(1)) && state.begin_move(id(3), stage(2), Instant(1)));
    check(&state, [&[2], &[1, 3]]);
    state.refuse_move(id(3), Instant(2));
    state.finish_move(Card { version: 2, ..card(1, 2, 10) });
    check(&state, [&[2, 3], &[1]]);
}

#[test]
fn two_readings_of_a_card_may_answer_the_other_way_round() {
    let mut state = board(false);
    state.arrive(arrival(Card { version: 3, ..card(2, 2, 20) }), Hold::Nothing);
    state.arrive(arrival(Card { version: 2, ..card(2, 1, 20) }), Hold::Nothing);
    check(&state, [&[1, 3], &[2]]);
}

#[test]
fn the_card_beside_takes_the_focus() {
    let mut state = board(false);
    assert_eq!([1, 2, 3].map(|n| state.beside(id(n))), [Some(id(2)), Some(id(3)), Some(id(2))]);
    state.begin_move(id(1), stage(2), Instant(1));
    assert_eq!(state.beside(id(1)), Some(id(2)), "the only one of its column");
    assert_eq!(state.beside(id(9)), None);
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
