//! The answers of the first start: what is asked in which step, what is kept as a draft, and what is sent.

use muster_shared::{
    calendar::WorkCalendar,
    company::{Setup, SetupStage},
    money::Currency,
    problem::FieldError,
    text::{Lang, LocalText},
    time::Day,
};
use serde::{Deserialize, Serialize};

/// The steps in order; the last two come after the company is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Company,
    Calendar,
    Stages,
    You,
    People,
    Deal,
}

impl Step {
    pub const ALL: [Self; 6] = [Self::Company, Self::Calendar, Self::Stages, Self::You, Self::People, Self::Deal];

    /// As the address has it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Calendar => "calendar",
            Self::Stages => "stages",
            Self::You => "you",
            Self::People => "people",
            Self::Deal => "deal",
        }
    }

    /// The step named in the address; the first where none is.
    pub fn parse(code: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|step| Some(step.code()) == code).unwrap_or(Self::Company)
    }

    /// Whether the company must be there already.
    pub const fn is_after(self) -> bool {
        matches!(self, Self::People | Self::Deal)
    }

    /// The step that asks for this field.
    fn of_field(field: &str) -> Self {
        match field.split('.').next().unwrap_or_default() {
            "company" | "currency" | "currencies" | "languages" => Self::Company,
            "zone" | "workdays" | "holidays" => Self::Calendar,
            "pipeline" | "stages" => Self::Stages,
            _ => Self::You,
        }
    }
}

/// One stage as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageAnswer {
    pub name: String,
    pub probability: String,
    pub limit: String,
}

/// Everything that was typed but the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answers {
    pub company: String,
    pub currency: Currency,
    pub currencies: Vec<Currency>,
    pub languages: Vec<Lang>,
    pub zone: String,
    pub workdays: [bool; 7],
    pub holidays: Vec<Day>,
    pub pipeline: String,
    pub stages: Vec<StageAnswer>,
    pub name: String,
    pub mail: String,
}

impl Answers {
    /// What most companies would answer, in the zone of this device; `stages` are names in the language of the interface.
    pub fn usual(zone: String, pipeline: &str, stages: [&str; 4]) -> Self {
        let is_vietnam = zone == "Asia/Ho_Chi_Minh";
        let figures = [("10", "7"), ("30", "7"), ("60", "10"), ("80", "10")];
        let stage = |(name, (probability, limit)): (&str, (&str, &str))| StageAnswer {
            name: name.to_owned(),
            probability: probability.to_owned(),
            limit: limit.to_owned(),
        };
        Self {
            company: String::new(),
            currency: if is_vietnam { Currency::VND } else { Currency::EUR },
            currencies: Vec::new(),
            languages: Lang::ALL.to_vec(),
            zone,
            workdays: WorkCalendar::default().workdays,
            holidays: Vec::new(),
            pipeline: pipeline.to_owned(),
            stages: stages.into_iter().zip(figures).map(stage).collect(),
            name: String::new(),
            mail: String::new(),
        }
    }

    /// The request. A figure that is none fails its field's check on the server and here alike.
    pub fn request(&self, token: &str, password: &str, lang: Lang) -> Setup {
        let local = |text: &str| LocalText([(lang, text.trim().to_owned())].into_iter().collect());
        let stage = |s: &StageAnswer| SetupStage {
            name: local(&s.name),
            probability: s.probability.trim().trim_end_matches('%').trim().parse().unwrap_or(u8::MAX),
            limit_days: if s.limit.trim().is_empty() { None } else { Some(s.limit.trim().parse().unwrap_or(0)) },
        };
        Setup {
            token: token.to_owned(),
            company: self.company.trim().to_owned(),
            currency: self.currency,
            currencies: self.currencies.iter().copied().filter(|c| *c != self.currency).collect(),
            zone: self.zone.clone(),
            languages: self.languages.clone(),
            workdays: self.workdays,
            holidays: self.holidays.clone(),
            pipeline: local(&self.pipeline),
            stages: self.stages.iter().map(stage).collect(),
            name: self.name.trim().to_owned(),
            mail: self.mail.trim().to_owned(),
            password: password.to_owned(),
            lang,
        }
    }
}

/// What is wrong with `step`.
pub fn wrong_in(step: Step, request: &Setup) -> Vec<FieldError> {
    let errors = request.check().err().unwrap_or_default();
    errors.into_iter().filter(|e| Step::of_field(&e.field) == step).collect()
}

/// The first step in which something is wrong.
pub fn first_wrong(errors: &[FieldError]) -> Option<Step> {
    errors.iter().map(|e| Step::of_field(&e.field)).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        let mut answers = Answers::usual("Asia/Ho_Chi_Minh".into(), "Sales", ["Qualify", "Offer", "Negotiate", "Close"]);
        answers.company = "Phương Nam".into();
        answers.name = "Linh".into();
        answers.mail = "linh@phuongnam.vn".into();
        answers
    }

    #[track_caller]
    fn check(change: impl FnOnce(&mut Answers), password: &str, expected: Option<Step>) {
        let mut changed = answers();
        change(&mut changed);
        let errors = changed.request("t", password, Lang::En).check().err().unwrap_or_default();
        assert_eq!(first_wrong(&errors), expected);
    }

    #[test]
    fn mistakes_lead_to_the_step_that_asked() {
        const GOOD: &str = "correct horse battery";
        check(|_| (), GOOD, None);
        check(|a| a.company.clear(), GOOD, Some(Step::Company));
        check(|a| a.workdays = [false; 7], GOOD, Some(Step::Calendar));
        check(|a| a.stages[1].probability = "many".into(), GOOD, Some(Step::Stages));
        check(|a| a.stages[1].limit = "0".into(), GOOD, Some(Step::Stages));
        check(|a| a.stages.clear(), GOOD, Some(Step::Stages));
        check(|_| (), "short", Some(Step::You));
        check(|a| a.languages.clear(), "short", Some(Step::Company));
    }

    #[test]
    fn figures_are_read_as_typed() {
        let mut answers = answers();
        answers.stages[0] = StageAnswer { name: " Qualify ".into(), probability: " 15 % ".into(), limit: String::new() };
        answers.currencies = vec![Currency::VND, Currency::EUR];
        let request = answers.request("t", "", Lang::Vi);
        assert_eq!((request.stages[0].probability, request.stages[0].limit_days), (15, None));
        assert_eq!(request.stages[0].name.get(Lang::Vi), "Qualify");
        assert_eq!(request.currencies, [Currency::EUR]);
    }

    #[test]
    fn steps_are_known_by_their_code() {
        for step in Step::ALL {
            assert_eq!(Step::parse(Some(step.code())), step);
        }
        assert_eq!(Step::parse(Some("elsewhere")), Step::Company);
    }
}
