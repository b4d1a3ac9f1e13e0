//! Three fields and what one agrees to.

use leptos::prelude::*;
use muster_shared::{
    lead::{RequestView, ShopDealer, ShopRequest},
    problem::{FieldError, Problem},
};

use super::{Asking, Told};
use crate::{
    api::ApiError,
    browser::{draft, json},
    configurator::{api, way::Way},
    i18n::{lang, lang_untracked},
    sending::Sending,
    shop::kept,
    t,
    ui::{Button, ButtonKind, Checkbox, Field, FormError, Glyph, Icon, Reading, Select, SelectOption, Size, TextArea, TextInput, reactive},
};

/// Where the draft is kept.
const DRAFT: &str = "request";
/// What stands before the code of a province and the id of a dealer among the choices of the third field.
const PROVINCE: &str = "province:";
const DEALER: &str = "dealer:";

/// What is typed.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    /// A phone number or a mail address.
    contact: RwSignal<String>,
    /// One of the choices, or what was typed where there are none.
    place: RwSignal<String>,
    word: RwSignal<String>,
    has_consent: RwSignal<bool>,
}

impl Fields {
    /// Empty but for the place, which is the one that the price is for.
    fn new(way: Way) -> Self {
        let chosen = way.province.get_untracked();
        let province = way.ground(|ground| chosen.or_else(|| ground.market.provinces.first().map(|it| it.code.clone())));
        let place = province.map(|code| format!("{PROVINCE}{code}")).unwrap_or_default();
        Self {
            name: RwSignal::default(),
            contact: RwSignal::default(),
            place: RwSignal::new(place),
            word: RwSignal::default(),
            has_consent: RwSignal::default(),
        }
    }

    /// What survives a reload: all but the consent, which is given anew each time. Tracked.
    fn kept(self) -> String {
        json::text(&[self.name, self.contact, self.place, self.word].map(|field| field.get())).unwrap_or_default()
    }

    fn restore(self, kept: &str) {
        let kept = json::parse::<Vec<String>>(kept).unwrap_or_default();
        for (field, text) in [self.name, self.contact, self.place, self.word].into_iter().zip(kept) {
            field.set(text);
        }
    }

    fn request(self, way: Way) -> ShopRequest {
        let text = |field: RwSignal<String>| field.with_untracked(|text| text.trim().to_owned());
        let (contact, place) = (text(self.contact), text(self.place));
        let (phone, mail) = if is_mail(&contact) { (String::new(), contact) } else { (contact, String::new()) };
        let province = place.strip_prefix(PROVINCE).map(str::to_owned);
        let dealer_id = place.strip_prefix(DEALER).and_then(|id| id.parse().ok());
        let price_shown = Some(way.answer().price);
        way.ground(|ground| {
            let named = ground.market.provinces.iter().find(|it| Some(&it.code) == province.as_ref());
            let place = match (named, dealer_id) {
                (Some(named), _) => named.name.get(lang_untracked()).to_owned(),
                (None, Some(_)) => String::new(),
                (None, None) => place,
            };
            ShopRequest {
                market: ground.market.code.clone(),
                model: ground.model.clone(),
                version_id: ground.version_id,
                offer: ground.file.clone(),
                choices: way.choices(),
                price_shown,
                name: text(self.name),
                phone,
                mail,
                place,
                dealer_id,
                province: province.or_else(|| way.province.get_untracked()),
                consent: self.has_consent.get_untracked(),
                language: lang_untracked(),
                note: text(self.word),
            }
        })
    }
}

/// Whether what was typed is a mail address and no phone number.
fn is_mail(contact: &str) -> bool {
    contact.contains('@')
}

/// The form; with the request before it where there was one for something else.
pub fn view(asking: Asking, before: Option<(String, RequestView)>) -> AnyView {
    let fields = Fields::new(asking.way);
    let sending = Sending::new();
    draft::keep(DRAFT.to_owned(), Box::new(move || fields.kept()), &|kept| fields.restore(&kept));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send(asking, fields, sending);
    };
    view! {
        <form class="dialog__form" novalidate on:submit=send>
            <p class="dialog__text">{reactive(move || asking.what())}</p>
            {before.map(|(token, view)| asked_before(&token, view))}
            <Field label=t!(request.name) required=true error=sending.field("name")>
                <TextInput value=fields.name autocomplete="name" max_length=200 autofocus=true />
            </Field>
            <Field label=t!(request.contact) required=true error=sending.field("contact")>
                <TextInput value=fields.contact autocomplete="tel" input_mode="email" max_length=200 />
            </Field>
            <Field label=t!(request.place) required=true error=sending.field("place")>{place(asking.way, fields)}</Field>
            <details class="ask__word">
                <summary><Glyph icon=Icon::PLUS /> {t!(request.add_word)}</summary>
                <Field label=t!(request.word) label_hidden=true error=sending.field("note")>
                    <TextArea value=fields.word max_length=2000 />
                </Field>
            </details>
            <div class="ask__consent">
                <Checkbox
                    label=t!(request.consent, company = asking.brand.get())
                    checked=fields.has_consent
                    on_change=move |on| fields.has_consent.set(on)
                    error=sending.field("consent")
                />
            </div>
            <FormError error=wrong(sending) />
            <footer class="dialog__foot ask__foot">
                <Button kind=ButtonKind::Main size=Size::Large submit=true busy=sending.busy()>{t!(request.send)}</Button>
            </footer>
        </form>
    }
    .into_any()
}

fn asked_before(token: &str, view: RequestView) -> AnyView {
    let path = kept::path(token);
    let model = view.model_name.unwrap_or_default();
    view! {
        <p class="dialog__text">
            {t!(request.before, model = model.get(lang()))} " " <a href=path>{t!(request.follow)}</a>
        </p>
    }
    .into_any()
}

/// Provinces and dealers to choose from; a line to type where there are none.
fn place(way: Way, fields: Fields) -> AnyView {
    let dealers = Reading::new(api::dealers);
    let options = Signal::derive(move || {
        let provinces = way.ground(|ground| ground.market.provinces.clone()).into_iter();
        let province =
            |it: muster_shared::catalog::Province| SelectOption::new(format!("{PROVINCE}{}", it.code), it.name.get(lang()).to_owned());
        let dealer = |it: ShopDealer| SelectOption::new(format!("{DEALER}{}", it.id), t!(request.at_dealer, name = it.name));
        let dealers = dealers.get().and_then(Result::ok).unwrap_or_default().into_iter();
        provinces.map(province).chain(dealers.map(dealer)).collect::<Vec<_>>()
    });
    // The price follows the place.
    let change = move |chosen: String| {
        if let Some(code) = chosen.strip_prefix(PROVINCE) {
            way.province.set(Some(code.to_owned()));
        }
    };
    let has_none = Memo::new(move |_| options.with(Vec::is_empty));
    let is_empty = fields.place.with_untracked(String::is_empty);
    reactive(move || match (has_none.get(), is_empty) {
        (true, _) => view! { <TextInput value=fields.place autocomplete="address-level2" max_length=200 /> }.into_any(),
        (false, true) => view! { <Select value=fields.place options empty=t!(ui.choose) on_change=change /> }.into_any(),
        (false, false) => view! { <Select value=fields.place options on_change=change /> }.into_any(),
    })
}

fn send(asking: Asking, fields: Fields, sending: Sending) {
    let request = untrack(|| fields.request(asking.way));
    if let Err(errors) = request.check() {
        return sending.refuse(at_fields(errors));
    }
    let by_phone = request.mail.is_empty();
    let work = async move { api::ask(&request).await.map_err(shown_at_fields) };
    sending.run(work, move |answer| {
        draft::forget(DRAFT);
        kept::keep(&answer.path);
        asking.told.set(Some(Told::Asked { answer, by_phone }));
    });
}

/// What is wrong beyond the fields.
fn wrong(sending: Sending) -> Signal<Option<String>> {
    let other = sending.error();
    Signal::derive(move || match sending.code().as_deref() {
        Some("offline") => Some(t!(request.offline)().to_owned()),
        Some("throttled") => Some(t!(request.throttled)().to_owned()),
        _ => other.get(),
    })
}

fn shown_at_fields(error: ApiError) -> ApiError {
    match error {
        ApiError::Problem(problem) => {
            let errors = at_fields(problem.errors.clone());
            ApiError::Problem(Box::new(Problem { errors, ..*problem }))
        }
        ApiError::Offline => ApiError::Offline,
    }
}

/// The errors of a request where the form shows them, each once. What is wrong with the build itself belongs to no field, and where
/// something of it is gone the shop has changed since the page was loaded.
fn at_fields(errors: Vec<FieldError>) -> Vec<FieldError> {
    let mut shown: Vec<FieldError> = Vec::new();
    for error in errors {
        let field = match error.field.as_str() {
            "phone" | "mail" => "contact",
            "dealer_id" | "province" => "place",
            field @ ("name" | "place" | "note" | "consent") => field,
            _ => "build",
        };
        let code = match (field, error.code.as_str()) {
            ("consent", _) => "not-agreed".to_owned(),
            ("build", "not-found") => "other-version".to_owned(),
            _ => error.code,
        };
        if !shown.iter().any(|other| other.field == field && other.code == code) {
            shown.push(FieldError { field: field.to_owned(), code, params: error.params });
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(found: &[(&str, &str)], shown: &[(&str, &str)]) {
        let error = |(field, code): &(&str, &str)| FieldError { field: (*field).into(), code: (*code).into(), params: Default::default() };
        let at = at_fields(found.iter().map(error).collect());
        assert_eq!(at.iter().map(|e| (e.field.as_str(), e.code.as_str())).collect::<Vec<_>>(), shown);
    }

    #[test]
    fn what_is_wrong_is_shown_where_it_was_typed() {
        check(&[("phone", "phone-or-mail")], &[("contact", "phone-or-mail")]);
        check(&[("mail", "not-a-mail"), ("consent", "required")], &[("contact", "not-a-mail"), ("consent", "not-agreed")]);
        check(&[("dealer_id", "nobody-there")], &[("place", "nobody-there")]);
    }

    #[test]
    fn what_is_wrong_with_the_build_is_said_once() {
        check(&[("choices.0", "not-in-model"), ("choices.3", "not-in-model")], &[("build", "not-in-model")]);
        check(&[("offer", "other-market")], &[("build", "other-market")]);
        check(&[("version_id", "not-found")], &[("build", "other-version")]);
    }

    #[test]
    fn a_phone_number_is_told_from_a_mail_address() {
        assert!(is_mail("mai@example.vn"));
        assert!(!is_mail("+84 903 123 456"));
    }
}
