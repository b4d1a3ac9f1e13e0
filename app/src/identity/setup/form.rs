//! The signals behind the set-up's fields, and the draft that survives a reload.

use leptos::prelude::*;
use muster_shared::{money::Currency, text::Lang, time::Day};

use super::answers::{Answers, StageAnswer};
use crate::{
    browser::{draft, json, names},
    company::HolidayDraft,
    t_now,
    ui::unique_id,
};

const DRAFT: &str = "setup";

/// One stage while it is edited.
#[derive(Clone, Debug)]
pub struct StageForm {
    pub key: String,
    pub name: RwSignal<String>,
    pub probability: RwSignal<String>,
    pub limit: RwSignal<String>,
}

impl StageForm {
    fn new(answer: StageAnswer) -> Self {
        let StageAnswer { name, probability, limit } = answer;
        Self { key: unique_id("stage"), name: RwSignal::new(name), probability: RwSignal::new(probability), limit: RwSignal::new(limit) }
    }

    fn answer(&self) -> StageAnswer {
        StageAnswer { name: self.name.get(), probability: self.probability.get(), limit: self.limit.get() }
    }
}

/// Everything that is asked.
#[derive(Clone, Copy)]
pub struct SetupForm {
    pub company: RwSignal<String>,
    pub currency: RwSignal<Currency>,
    pub currencies: RwSignal<Vec<Currency>>,
    pub languages: RwSignal<Vec<Lang>>,
    pub zone: RwSignal<String>,
    pub workdays: RwSignal<[bool; 7]>,
    pub holidays: RwSignal<Vec<Day>>,
    /// Days off that are typed and not added yet.
    pub holiday: HolidayDraft,
    pub pipeline: RwSignal<String>,
    pub stages: RwSignal<Vec<StageForm>>,
    pub name: RwSignal<String>,
    pub mail: RwSignal<String>,
    pub password: RwSignal<String>,
    /// What the signals belong to: those of a stage that is added belong to no step either.
    owner: StoredValue<Owner>,
}

impl SetupForm {
    /// The draft, or what most companies would answer.
    pub fn load() -> Self {
        let kept = draft::load(DRAFT).and_then(|text| json::parse(&text).ok());
        let answers: Answers = kept.unwrap_or_else(|| {
            let stages = [t_now!(setup.stage_1), t_now!(setup.stage_2), t_now!(setup.stage_3), t_now!(setup.stage_4)];
            Answers::usual(names::device_zone(), t_now!(setup.pipeline_name), stages)
        });
        let form = Self::of(answers);
        Effect::new(move |previous: Option<()>| {
            let answers = form.answers();
            if let (Some(()), Ok(text)) = (previous, json::text(&answers)) {
                draft::save(DRAFT, &text);
            }
        });
        form
    }

    fn of(answers: Answers) -> Self {
        Self {
            company: RwSignal::new(answers.company),
            currency: RwSignal::new(answers.currency),
            currencies: RwSignal::new(answers.currencies),
            languages: RwSignal::new(answers.languages),
            zone: RwSignal::new(answers.zone),
            workdays: RwSignal::new(answers.workdays),
            holidays: RwSignal::new(answers.holidays),
            holiday: HolidayDraft::new(),
            pipeline: RwSignal::new(answers.pipeline),
            stages: RwSignal::new(answers.stages.into_iter().map(StageForm::new).collect()),
            name: RwSignal::new(answers.name),
            mail: RwSignal::new(answers.mail),
            password: RwSignal::new(String::new()),
            owner: StoredValue::new(Owner::current().expect("the page around the steps owns the form")),
        }
    }

    /// One more stage.
    pub fn add_stage(self, answer: StageAnswer) {
        let stage = self.owner.with_value(|owner| owner.with(|| StageForm::new(answer)));
        self.stages.update(|stages| stages.push(stage));
    }

    /// Everything as typed; tracked.
    pub fn answers(self) -> Answers {
        Answers {
            company: self.company.get(),
            currency: self.currency.get(),
            currencies: self.currencies.get(),
            languages: self.languages.get(),
            zone: self.zone.get(),
            workdays: self.workdays.get(),
            holidays: self.holidays.get(),
            pipeline: self.pipeline.get(),
            stages: self.stages.with(|stages| stages.iter().map(StageForm::answer).collect()),
            name: self.name.get(),
            mail: self.mail.get(),
        }
    }

    /// The company is there: nothing is left to keep.
    pub fn forget() {
        draft::clear(DRAFT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_was_added_outlives_the_step_that_added_it() {
        let page = Owner::new();
        let form = page.with(|| SetupForm::of(Answers::usual("Asia/Ho_Chi_Minh".into(), "Sales", ["a", "b", "c", "d"])));
        let step = page.child();
        step.with(|| form.add_stage(StageAnswer { name: "e".into(), ..StageAnswer::default() }));
        step.cleanup();
        assert_eq!(page.with(|| untrack(|| form.answers())).stages[4].name, "e");
    }
}
