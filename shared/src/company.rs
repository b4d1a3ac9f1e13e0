//! The installation's own settings, and its first start.

use serde::{Deserialize, Serialize};

use crate::calendar::{WorkCalendar, WorkHours};
use crate::check::{Checks, NAME_MAX};
use crate::money::{Currency, Rate};
use crate::problem::FieldError;
use crate::text::{Lang, LocalText};
use crate::time::Day;

/// Settings that hold for everybody.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Company {
    pub version: i64,
    pub name: String,
    /// Rates are per unit of this one.
    pub currency: Currency,
    /// Further currencies that deals may be in.
    pub currencies: Vec<Currency>,
    /// Defines periods: IANA name.
    pub zone: String,
    pub languages: Vec<Lang>,
    pub calendar: WorkCalendar,
    /// When people answer on a working day, in the calendar's zone.
    #[serde(default)]
    pub hours: WorkHours,
    /// Days after which a customer of an open deal should have been contacted again.
    pub contact_limit_days: i32,
    /// Who mail comes from; without this or a mail server, invitations are copied by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_from: Option<String>,
}

/// Changes of settings; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CompanyPatch {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currencies: Option<Vec<Currency>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<Lang>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<WorkCalendar>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<WorkHours>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_limit_days: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    pub mail_from: Option<Option<String>>,
    /// Where mail goes out, `smtp://user:password@host:port`. Never sent back.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::patch::present")]
    pub smtp_url: Option<Option<String>>,
}

impl Company {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.required("name", &self.name, NAME_MAX);
        c.that(!self.languages.is_empty(), "languages", "required");
        c.range("contact_limit_days", i64::from(self.contact_limit_days), 1, 365);
        c.that(self.calendar.workdays.contains(&true), "calendar.workdays", "required");
        c.that(self.calendar.holidays.is_sorted(), "calendar.holidays", "not-sorted");
        c.that(self.hours.is_sound(), "hours", "not-hours");
        if let Some(mail) = &self.mail_from {
            c.mail("mail_from", mail);
        }
        c.done()
    }
}

/// How far the first start has come; what the set-up page asks next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupState {
    /// No company yet: the one-time link is waited for.
    pub needed: bool,
    /// This is the demo company.
    pub demo: bool,
    /// The company's name, for the pages before sign-in; absent before the first start.
    pub company: Option<String>,
}

/// The first start's answers; creates company, first dealer, administrator, pipeline and roles at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// From the link in the terminal; good once.
    pub token: String,
    pub company: String,
    pub currency: Currency,
    #[serde(default)]
    pub currencies: Vec<Currency>,
    pub zone: String,
    pub languages: Vec<Lang>,
    pub workdays: [bool; 7],
    #[serde(default)]
    pub holidays: Vec<Day>,
    pub pipeline: LocalText,
    pub stages: Vec<SetupStage>,
    pub name: String,
    pub mail: String,
    pub password: String,
    pub lang: Lang,
}

/// An open stage of the first pipeline; won and lost are added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetupStage {
    pub name: LocalText,
    /// Percent.
    pub probability: u8,
    pub limit_days: Option<i32>,
}

impl Setup {
    /// # Errors
    /// Every field that does not hold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut c = Checks::new();
        c.required("company", &self.company, NAME_MAX);
        c.required("name", &self.name, NAME_MAX);
        c.mail("mail", &self.mail);
        crate::identity::check_password(&mut c, "password", &self.password, &self.mail);
        c.that(!self.languages.is_empty(), "languages", "required");
        c.that(self.workdays.contains(&true), "workdays", "required");
        c.required("pipeline", self.pipeline.get(self.lang), NAME_MAX);
        c.that(!self.stages.is_empty(), "stages", "required");
        c.that(self.stages.len() <= 20, "stages", "too-many");
        for (i, stage) in self.stages.iter().enumerate() {
            c.required(&format!("stages.{i}.name"), stage.name.get(self.lang), NAME_MAX);
            c.range(&format!("stages.{i}.probability"), i64::from(stage.probability), 0, 100);
            if let Some(days) = stage.limit_days {
                c.range(&format!("stages.{i}.limit_days"), i64::from(days), 1, 365);
            }
        }
        c.done()
    }
}

/// A dated rate to record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRates {
    pub rates: Vec<Rate>,
}
