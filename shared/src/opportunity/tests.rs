//! Checks of moving, clocks and history.

use uuid::Uuid;

use super::*;
use crate::text::LocalText;
use crate::time::DAY_MS;

fn stage(n: u128, kind: StageKind) -> Stage {
    Stage {
        id: StageId(Uuid::from_u128(n)),
        version: 1,
        pipeline_id: PipelineId(Uuid::from_u128(1)),
        name: LocalText::new("Stage", "Giai đoạn"),
        position: i32::try_from(n).expect("small"),
        kind,
        probability: 50,
        category: ForecastCategory::Pipeline,
        limit_days: Some(5),
        archived: false,
    }
}

/// Created and in its stage since Monday 2026-11-23, noon UTC.
fn deal() -> Opportunity {
    let now = Day(20_780).start_utc().plus_ms(DAY_MS / 2);
    Opportunity {
        id: OpportunityId(Uuid::from_u128(100)),
        version: 1,
        dealer_id: DealerId(Uuid::from_u128(2)),
        name: "Fleet".into(),
        account_id: AccountId(Uuid::from_u128(3)),
        contact_id: None,
        pipeline_id: PipelineId(Uuid::from_u128(1)),
        stage_id: StageId(Uuid::from_u128(10)),
        amount: Money::new(5, Currency::EUR),
        probability: Some(70),
        category: None,
        close_day: Day(20_800),
        owner_id: UserId(Uuid::from_u128(4)),
        team_id: None,
        territory_id: None,
        next_step: "call".into(),
        next_step_day: Some(Day(20_790)),
        stage_since: now,
        last_contact_at: None,
        lost_reason: None,
        competitor: String::new(),
        closed_at: None,
        custom: Map::new(),
        created_at: now,
        updated_at: now,
        deleted_at: None,
    }
}

#[track_caller]
fn check_move(to: &Stage, reason: Option<LostReason>, expected: Result<(), MoveError>) -> Option<Opportunity> {
    let result = enter(&deal(), to, reason, None, Instant(9), Day(20_781));
    assert_eq!(result.as_ref().map(|_| ()).map_err(|e| *e), expected);
    result.ok()
}

#[test]
fn entering_a_stage_starts_its_clock_and_forgets_overrides() {
    let moved = check_move(&stage(11, StageKind::Open), None, Ok(())).expect("moved");
    assert_eq!((moved.stage_since, moved.probability, moved.closed_at), (Instant(9), None, None));
}

#[test]
fn entering_the_same_stage_keeps_its_clock() {
    let moved = check_move(&stage(10, StageKind::Open), None, Ok(())).expect("moved");
    assert_eq!(moved.stage_since, deal().stage_since);
}

#[test]
fn lost_wants_a_reason_and_both_ends_close_today() {
    check_move(&stage(12, StageKind::Lost), None, Err(MoveError::LostReason));
    let lost = check_move(&stage(12, StageKind::Lost), Some(LostReason::Price), Ok(())).expect("moved");
    assert_eq!((lost.closed_at, lost.close_day, lost.lost_reason), (Some(Instant(9)), Day(20_781), Some(LostReason::Price)));
    let won = check_move(&stage(13, StageKind::Won), Some(LostReason::Price), Ok(())).expect("moved");
    assert_eq!((won.closed_at, won.lost_reason), (Some(Instant(9)), None));
}

#[test]
fn other_pipelines_and_archived_stages_are_refused() {
    let other = Stage { pipeline_id: PipelineId(Uuid::from_u128(9)), ..stage(11, StageKind::Open) };
    check_move(&other, None, Err(MoveError::OtherPipeline));
    let archived = Stage { archived: true, ..stage(11, StageKind::Open) };
    check_move(&archived, None, Err(MoveError::Archived));
}

#[test]
fn reopening_clears_what_closing_said() {
    let lost = enter(&deal(), &stage(12, StageKind::Lost), Some(LostReason::Price), Some("Volta"), Instant(9), Day(20_781)).expect("lost");
    let open = enter(&lost, &stage(10, StageKind::Open), None, None, Instant(10), Day(20_782)).expect("open");
    assert_eq!((open.closed_at, open.lost_reason, open.competitor.as_str()), (None, None, ""));
}

#[test]
fn clocks_count_working_days_and_the_earliest_asks() {
    let deal = deal();
    let clocks = clocks(&deal, &stage(10, StageKind::Open), 10, &WorkCalendar::default());
    assert_eq!(clocks.stage_limit_at, Some(deal.stage_since.plus_ms(7 * DAY_MS)));
    assert_eq!(clocks.contact_limit_at, Some(deal.stage_since.plus_ms(14 * DAY_MS)));
    assert_eq!(clocks.attention_at, clocks.stage_limit_at);
}

#[test]
fn a_deal_without_next_step_asks_at_once_and_a_closed_one_never() {
    let deal = Opportunity { next_step: String::new(), next_step_day: None, ..deal() };
    let calendar = WorkCalendar::default();
    assert_eq!(clocks(&deal, &stage(10, StageKind::Open), 10, &calendar).attention_at, Some(deal.stage_since));
    assert_eq!(clocks(&deal, &stage(10, StageKind::Won), 10, &calendar), Clocks::default());
}

#[test]
fn history_shows_regressions_and_skips() {
    let id = |n| StageId(Uuid::from_u128(n));
    let entries = [(Instant(1), id(1)), (Instant(5), id(4)), (Instant(7), id(2)), (Instant(9), id(3))];
    let found: Vec<_> =
        stays(&entries, |s| i32::try_from(s.0.as_u128()).ok()).into_iter().map(|s| (s.to, s.regression, s.skipped)).collect();
    assert_eq!(found, [(Some(Instant(5)), false, 0), (Some(Instant(7)), false, 2), (Some(Instant(9)), true, 0), (None, false, 0)]);
}

#[test]
fn a_form_shows_all_its_errors_at_once() {
    let bad =
        Opportunity { name: " ".into(), amount: Money::new(-1, Currency::EUR), close_day: Day(0), next_step: String::new(), ..deal() };
    let fields: Vec<_> = bad.check().expect_err("wrong").into_iter().map(|e| e.field).collect();
    assert_eq!(fields, ["name", "amount", "close_day", "next_step"]);
}
