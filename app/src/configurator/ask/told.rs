//! What the customer is told once the request is there: who answers and by when, the code, the price, and where to follow it.

use leptos::{html, prelude::*, task::spawn_local};
use muster_shared::{
    lead::{RequestAnswer, RequestView},
    money::Money,
};

use super::{Asking, Told};
use crate::{
    browser::{clipboard, focus, format, page, timer},
    shop::kept,
    t, t_now,
    ui::{Button, ButtonKind, Fact, Facts, Glyph, Icon, IconButton, LinkButton, Size, reactive},
};

/// The answer in words.
pub fn view(asking: Asking, told: Told) -> AnyView {
    match told {
        Told::Asked { answer, by_phone } => asked(asking, answer, by_phone),
        Told::Changed { view, token, shown } => changed(asking, view, &token, shown),
    }
}

fn asked(asking: Asking, answer: RequestAnswer, by_phone: bool) -> AnyView {
    let RequestAnswer { rep_name: rep, dealer, due_at, path, code, price, total, price_differs, is_outdated } = answer;
    let who = move || {
        let when = format::time_near(due_at);
        if by_phone {
            t_now!(request.calls, rep = rep, dealer = dealer, when = when)
        } else {
            t_now!(request.writes, rep = rep, dealer = dealer, when = when)
        }
    };
    let notes = [
        price_differs.then(|| note(move || t_now!(request.price_differs, total = format::money(total)))),
        is_outdated.then(|| note(|| t_now!(request.outdated).to_owned())),
    ];
    view! {
        <div class="ask__told">
        <Who text=Box::new(who) />
        {notes.into_iter().flatten().collect_view()}
        <Facts>
            <Fact label=t!(request.build_code)><code class="ask__code">{code}</code></Fact>
            <Fact label=t!(request.total)>{reactive(move || format::money(total))}</Fact>
            <Fact label=t!(request.net)>{reactive(move || format::money(price))}</Fact>
        </Facts>
        <Link path=path.clone() />
        {foot(asking, path)}
        </div>
    }
    .into_any()
}

fn changed(asking: Asking, view: RequestView, token: &str, shown: i64) -> AnyView {
    let RequestView { rep_name: rep, dealer, code, price, .. } = view;
    let path = kept::path(token);
    let who = move || t_now!(request.has_change, rep = rep, dealer = dealer);
    let other = price.filter(|price| price.minor != shown).map(|price: Money| {
        let total = asking.way.money(untrack(|| asking.way.road(price.minor)));
        note(move || t_now!(request.price_differs, total = format::money(total)))
    });
    view! {
        <div class="ask__told">
        <Who text=Box::new(who) />
        {other}
        <Facts>
            <Fact label=t!(request.build_code)><code class="ask__code">{code}</code></Fact>
        </Facts>
        {foot(asking, path)}
        </div>
    }
    .into_any()
}

/// The sentence that matters, which takes the focus of the button that was pressed.
#[component]
fn Who(text: Box<dyn Fn() -> String + Send>) -> impl IntoView {
    let node = NodeRef::<html::P>::new();
    timer::after_layout(move || {
        if let Some(sentence) = node.try_get_untracked().flatten() {
            focus::quietly(&sentence);
        }
    });
    view! { <p class="ask__who" tabindex="-1" node_ref=node>{reactive(text)}</p> }.into_any()
}

fn note(text: impl Fn() -> String + Send + 'static) -> AnyView {
    view! { <p class="ask__note"><Glyph icon=Icon::INFO /> <span>{reactive(text)}</span></p> }.into_any()
}

/// The secret address, to keep. Whether it was copied is said beside it: messages are behind the dialog.
#[component]
fn Link(path: String) -> impl IntoView {
    let link = StoredValue::new(page::link_to(&path));
    let is_copied = RwSignal::new(None::<bool>);
    let copy = move || {
        spawn_local(async move {
            let _ = is_copied.try_set(Some(clipboard::copy(&link.get_value()).await));
        });
    };
    let icon = Signal::derive(move || if is_copied.get() == Some(true) { Icon::CHECK } else { Icon::COPY });
    let says = move || match is_copied.get() {
        None => "",
        Some(true) => t_now!(ui.copied),
        Some(false) => t_now!(request.not_copied),
    };
    view! {
        <div class="ask__link">
            <p>{t!(request.link_text)}</p>
            <span class="ask__address">
                <a href=path>{link.get_value()}</a>
                <IconButton icon label=t!(request.copy_link) on_press=copy />
            </span>
            <p role="status">{reactive(says)}</p>
        </div>
    }
    .into_any()
}

fn foot(asking: Asking, path: String) -> AnyView {
    view! {
        <footer class="dialog__foot ask__foot">
            <LinkButton href=path kind=ButtonKind::Main size=Size::Large>{t!(request.follow)}</LinkButton>
            <Button size=Size::Large on_press=move || asking.close()>{t!(request.back)}</Button>
        </footer>
    }
    .into_any()
}
