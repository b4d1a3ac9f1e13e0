//! When people work and what currencies were worth: Vietnamese holidays with Tết, and two years of weekly rates.

use muster_shared::calendar::WorkCalendar;
use muster_shared::company::Company;
use muster_shared::money::{Currency, Rate};
use muster_shared::text::Lang;
use muster_shared::time::{DAY_MS, Day, Instant};

use super::dice::Dice;

/// Where the company's days begin.
pub const ZONE: &str = "Asia/Ho_Chi_Minh";
/// Hours of that zone before UTC, all year.
pub const OFFSET: i64 = 7;
/// Days of history.
pub const PAST: i32 = 730;

/// First day of the lunar year in Vietnam.
const TET: [(i32, u32, u32); 6] = [(2024, 2, 10), (2025, 1, 29), (2026, 2, 17), (2027, 2, 6), (2028, 1, 26), (2029, 2, 13)];
/// Anniversary of the Hùng kings, tenth day of the third lunar month.
const KINGS: [(i32, u32, u32); 6] = [(2024, 4, 18), (2025, 4, 7), (2026, 4, 26), (2027, 4, 16), (2028, 4, 4), (2029, 4, 23)];

/// Holidays of Vietnam, ascending.
#[must_use]
pub fn holidays() -> Vec<Day> {
    let day = |y, m, d| Day::from_ymd(y, m, d).expect("the table holds days of the calendar");
    let mut days = Vec::new();
    for (year, month, first) in TET {
        // The last two days of the old year and the first five of the new one.
        days.extend((-2..5).map(|n| day(year, month, first).plus(n)));
        days.extend([(1, 1), (4, 30), (5, 1), (9, 1), (9, 2)].map(|(m, d)| day(year, m, d)));
    }
    days.extend(KINGS.map(|(y, m, d)| day(y, m, d)));
    days.sort_unstable();
    days.dedup();
    days
}

/// The company's settings.
#[must_use]
pub fn company() -> Company {
    Company {
        version: 1,
        name: "Aurora Motors".to_owned(),
        currency: Currency::VND,
        currencies: vec![Currency::EUR, Currency::GBP, Currency::USD],
        zone: ZONE.to_owned(),
        languages: vec![Lang::En, Lang::Vi],
        calendar: WorkCalendar { zone: ZONE.to_owned(), workdays: [true, true, true, true, true, true, false], holidays: holidays() },
        hours: muster_shared::calendar::WorkHours::default(),
        contact_limit_days: 10,
        mail_from: None,
    }
}

/// Weekly rates against the dong, from before the first deal until today.
#[must_use]
pub fn rates(seed: u64, today: Day) -> Vec<Rate> {
    let mut dice = Dice::new(seed, 2);
    let weeks = PAST / 7 + 14;
    let monday = today.plus(-i32::from(today.weekday()));
    let mut rates = Vec::new();
    // Dong a unit: where it began, where it tends to, how much it swings in a week.
    for (currency, from, to, swing) in
        [(Currency::EUR, 26_900.0, 29_800.0, 190.0), (Currency::GBP, 32_100.0, 34_600.0, 230.0), (Currency::USD, 25_050.0, 26_150.0, 55.0)]
    {
        let mut value: f64 = from;
        for week in 0..=weeks {
            let trend = from + (to - from) * f64::from(week) / f64::from(weeks);
            value += (trend - value) * 0.15 + dice.normal() * swing;
            // To a tenth of a dong, as banks publish them.
            let nano = (value * 10.0).round() as i64 * 100_000_000;
            rates.push(Rate { currency, day: monday.plus((week - weeks) * 7), nano });
        }
    }
    rates
}

/// The company's time: what was yesterday, which day was worked.
#[derive(Clone, Debug)]
pub struct Frame {
    pub today: Day,
    pub company: Company,
}

impl Frame {
    #[must_use]
    pub fn new(today: Day) -> Self {
        Self { today, company: company() }
    }

    /// The last worked day up to `day`.
    #[must_use]
    pub fn worked(&self, mut day: Day) -> Day {
        while !self.company.calendar.is_workday(day) {
            day = day.plus(-1);
        }
        day
    }

    /// Some time in the working hours of `day`, or of the last worked day before it; always before today.
    pub fn during(&self, day: Day, dice: &mut Dice) -> Instant {
        let day = self.worked(day.min(self.today.plus(-1)));
        // From half past eight to half past five.
        let minute = 510 + i64::from(dice.between(0, 540));
        day.start_utc().plus_ms(minute * 60_000 + i64::from(dice.between(0, 59_999)) - OFFSET * DAY_MS / 24)
    }

    /// When today began: everything in the demo happened before.
    #[must_use]
    pub fn midnight(&self) -> Instant {
        self.today.start_utc().plus_ms(-OFFSET * DAY_MS / 24)
    }

    /// The day at `at` where the company is.
    #[must_use]
    pub fn day(&self, at: Instant) -> Day {
        at.plus_ms(OFFSET * DAY_MS / 24).utc_day()
    }
}
