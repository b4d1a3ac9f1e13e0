//! The frame of the set-up: where one is, the questions, what comes of them, back and on.

use leptos::{html, prelude::*, text_prop::TextProp};

use super::answers::Step;
use crate::{
    browser::{focus, timer},
    identity::gate::{Gate, GateTop},
    sending::Sending,
    session::SIGN_IN,
    t,
    ui::{Button, ButtonKind, FormError, LinkButton, Size, reactive},
};

/// One step with its picture. The title is in `body`.
#[component]
pub fn SetupFrame(
    #[prop(into)] step: Signal<Step>,
    sending: Sending,
    on_forward: Callback<()>,
    #[prop(optional)] on_back: Option<Callback<()>>,
    /// The word on the main button; "Continue" without it.
    #[prop(optional, into)]
    forward: Option<TextProp>,
    #[prop(into)] body: ViewFn,
    #[prop(into)] picture: ViewFn,
) -> impl IntoView {
    let marks = Step::ALL.into_iter().map(|mark| mark_view(mark, step)).collect_view();
    let has_back = move || on_back.is_some() && step.get() > Step::Company;
    let word = move || match &forward {
        Some(forward) => forward.get().to_string(),
        None if step.get() == Step::You => t!(setup.create)().to_owned(),
        None => t!(setup.forward)().to_owned(),
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        on_forward.run(());
    };
    view! {
        <main class="setup" id="main">
            <form class="setup__side" on:submit=submit novalidate=true>
                <GateTop company=Signal::stored(None::<String>) />
                <ol class="setup__steps" aria-label=t!(setup.steps)>{marks}</ol>
                <div class="setup__body">{reactive(move || body.run())} <FormError error=sending.error() /></div>
                <footer class="setup__foot">
                    {reactive(move || has_back().then(|| {
                        view! { <Button kind=ButtonKind::Plain on_press=move || if let Some(back) = on_back { back.run(()) }>{t!(setup.back)}</Button> }
                    }))}
                    <span class="gate__grow"></span>
                    <Button kind=ButtonKind::Main size=Size::Large submit=true busy=sending.busy()>{reactive(word)}</Button>
                </footer>
            </form>
            <aside class="setup__preview">{reactive(move || picture.run())}</aside>
        </main>
    }
    .into_any()
}

fn mark_view(mark: Step, here: Signal<Step>) -> AnyView {
    let name = move || match mark {
        Step::Company => t!(setup.step_company)(),
        Step::Calendar => t!(setup.step_calendar)(),
        Step::Stages => t!(setup.step_stages)(),
        Step::You => t!(setup.step_you)(),
        Step::People => t!(setup.step_people)(),
        Step::Deal => t!(setup.step_deal)(),
    };
    view! {
        <li
            class="setup__step"
            class:setup__step--done=move || mark < here.get()
            class:setup__step--here=move || mark == here.get()
            aria-current=move || (mark == here.get()).then_some("step")
        >
            {reactive(name)}
        </li>
    }
    .into_any()
}

/// The question of a step; takes the focus when the step is entered by "Continue".
#[component]
pub fn Question(#[prop(into)] title: TextProp, #[prop(into)] text: TextProp) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    timer::after_layout(move || {
        // The first step is met by a reader at the top of the page.
        let came_from_here = focus::active().is_some_and(|e| e.tag_name() == "BUTTON");
        if let (true, Some(heading)) = (came_from_here, heading.try_get_untracked().flatten()) {
            focus::quietly(&heading);
        }
    });
    view! {
        <h1 class="setup__title" tabindex="-1" node_ref=heading>{reactive(move || title.get())}</h1>
        <p class="setup__lead">{reactive(move || text.get())}</p>
    }
    .into_any()
}

/// There is a company already.
#[component]
pub fn Taken() -> impl IntoView {
    view! {
        <Gate>
            <h1 class="gate__title">{t!(setup.taken)}</h1>
            <p class="gate__lead">{t!(setup.taken_text)}</p>
            <div class="gate__fields">
                <LinkButton href=SIGN_IN kind=ButtonKind::Main size=Size::Large>{t!(identity.sign_in)}</LinkButton>
            </div>
        </Gate>
    }
    .into_any()
}
