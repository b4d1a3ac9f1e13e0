//! The installation's own settings, asked for at the first start and changed later.

pub mod api;
mod calendar_picture;
mod currencies;
mod holidays;
mod hours_input;
mod picks;
mod rate_input;
mod zone_input;

pub use calendar_picture::CalendarPicture;
pub use currencies::{CurrencyInput, CurrencyList};
pub use holidays::{HolidayDraft, HolidayList};
pub use hours_input::{HoursInput, clock_text};
pub use picks::{LanguagePicks, WorkdayPicks, own_name, weekday_name};
pub use rate_input::{RateInput, unit_price};
pub use zone_input::ZoneInput;
