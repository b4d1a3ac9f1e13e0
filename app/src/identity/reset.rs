//! Setting a password through a one-time link: after an invitation, or when it was forgotten.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use muster_shared::{
    check::Checks,
    identity::{PasswordReset, check_password},
    problem::{FieldError, Problem},
};

use super::{
    api,
    gate::{Gate, adopt_lang, use_title},
    password_input::PasswordInput,
};
use crate::{
    api::ApiError,
    sending::Sending,
    session::use_session,
    shell::use_preferences,
    t,
    ui::{Button, ButtonKind, Field, FormError, LinkButton, Size, reactive},
};

/// The page behind the link; `token` in the address is good once.
#[component]
pub fn ResetPage() -> impl IntoView {
    use_title(t!(identity.choose_password));
    let (session, navigate, query, preferences) = (use_session(), use_navigate(), use_query_map(), use_preferences());
    let password = RwSignal::new(String::new());
    let sending = Sending::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let token = query.with_untracked(|q| q.get("token")).unwrap_or_default();
        let with = PasswordReset { token, password: password.get_untracked() };
        let mut checks = Checks::new();
        check_password(&mut checks, "password", &with.password, "");
        if let Err(errors) = checks.done() {
            sending.refuse(errors);
            return;
        }
        let navigate = navigate.clone();
        sending.run(async move { api::reset(&with).await.map_err(spent) }, move |me| {
            adopt_lang(preferences, me.user.lang);
            session.enter(me);
            navigate("/desk", NavigateOptions { replace: true, ..NavigateOptions::default() });
        });
    };
    let has_token = move || query.with(|q| q.get("token").is_some_and(|token| !token.is_empty()));
    // A memo, so that another error leaves the form and the focus where they are.
    let is_open = Memo::new(move |_| has_token() && !sending.is_wrong("token"));
    let dead = move || {
        view! {
            <p class="gate__lead">{t!(identity.link_spent)}</p>
            <div class="gate__fields">
                <LinkButton href="/desk/forgotten" kind=ButtonKind::Main size=Size::Large>{t!(identity.send_link)}</LinkButton>
            </div>
        }
        .into_any()
    };
    let form = move || {
        view! {
            <p class="gate__lead">{t!(identity.choose_password_text)}</p>
            <form class="gate__fields" on:submit=submit.clone()>
                <Field label=t!(identity.new_password) hint=t!(identity.password_hint) error=sending.field("password") required=true>
                    <PasswordInput value=password autocomplete="new-password" />
                </Field>
                <FormError error=sending.error() />
                <Button kind=ButtonKind::Main size=Size::Large submit=true busy=sending.busy()>{t!(identity.save_and_enter)}</Button>
            </form>
        }
        .into_any()
    };
    view! {
        <Gate>
            <h1 class="gate__title">{t!(identity.choose_password)}</h1>
            {reactive(move || if is_open.get() { form() } else { dead() })}
        </Gate>
    }
    .into_any()
}

/// What the server does not find is the link.
fn spent(error: ApiError) -> ApiError {
    if error.status() != 404 {
        return error;
    }
    let mut problem = Problem::new(422, "invalid", "The link is not good any more");
    problem.errors = vec![FieldError { field: "token".into(), code: "not-found".into(), params: Default::default() }];
    ApiError::Problem(Box::new(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_is_not_found_is_spent_and_nothing_else_is() {
        let not_found = ApiError::Problem(Box::new(Problem::new(404, "not-found", "Not found")));
        assert_eq!(spent(not_found).fields()[0].field, "token");
        assert_eq!(spent(ApiError::Offline).status(), 0);
    }
}
