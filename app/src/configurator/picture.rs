//! The picture: drawings over each other, changed in place when a choice changes, without waiting for any of them.

use leptos::prelude::*;
use muster_shared::configurator::model::Scene;

use super::{api, way::Way};
use crate::{
    browser::media,
    i18n::lang,
    t,
    ui::{each, reactive},
};

/// What the picture shows.
#[derive(Clone, Copy)]
pub struct Look {
    /// The code of the view.
    pub view: RwSignal<String>,
    pub night: RwSignal<bool>,
}

impl Look {
    /// As a step begins: with its view, and by night where the page is dark.
    pub fn new(way: Way, step: usize) -> Self {
        let look = Self { view: RwSignal::default(), night: RwSignal::new(media::is_dark()) };
        look.turn(way, step);
        look
    }

    /// Turns to what is chosen in a step; to the first side where it names none.
    pub fn turn(self, way: Way, step: usize) {
        let view = way.ground(|ground| {
            let views = &ground.offer.pictures.views;
            let wanted = ground.offer.steps.get(step).map(|step| &step.view);
            views.iter().find(|view| Some(&view.code) == wanted).or_else(|| views.first()).map(|view| view.code.clone())
        });
        self.view.set(view.unwrap_or_default());
    }
}

/// The drawings of the present view.
#[component]
pub fn Picture(way: Way, look: Look) -> impl IntoView {
    let layers = move || {
        let (view, scene) = (look.view.get(), if look.night.get() { Scene::Night } else { Scene::Day });
        let answer = way.answer();
        way.ground(|ground| ground.offer.layers(&view, scene, &answer.configuration).map(|layer| layer.file.clone()).collect::<Vec<_>>())
    };
    let shape = move || {
        let view = look.view.get();
        let size = |ground: &super::way::Ground| {
            let found = ground.offer.pictures.views.iter().find(|it| it.code == view);
            found.map_or_else(|| "2".to_owned(), |it| format!("{} / {}", it.width, it.height))
        };
        way.ground(size)
    };
    let label = move || {
        let view = look.view.get();
        let name = way.ground(|ground| {
            let found = ground.offer.pictures.views.iter().find(|it| it.code == view);
            found.map(|it| it.name.get(lang()).to_owned()).unwrap_or_default()
        });
        let model = way.ground(|ground| ground.offer.name.get(lang()).to_owned());
        t!(configurator.picture, model = model, view = name)()
    };
    let drawn =
        each(layers, |file| file.clone(), |file| view! { <img class="picture__layer" src=api::drawing(&file) alt="" /> }.into_any());
    view! {
        <div class="picture" class:picture--night=move || look.night.get()>
            <div class="picture__frame" role="img" aria-label=label style:aspect-ratio=shape>
                {drawn}
            </div>
        </div>
    }
    .into_any()
}

/// Which view, and day or night.
#[component]
pub fn Views(way: Way, look: Look) -> impl IntoView {
    let views = way.ground(|ground| ground.offer.pictures.views.clone());
    let button = |view: muster_shared::configurator::model::View| {
        let (code, chosen) = (view.code.clone(), view.code.clone());
        let is_shown = move || look.view.with(|shown| *shown == chosen);
        view! {
            <button type="button" class="views__one" aria-pressed=move || is_shown().to_string() on:click=move |_| look.view.set(code.clone())>
                {reactive(move || view.name.get(lang()).to_owned())}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="views" role="group" aria-label=t!(configurator.views)>
            {views.into_iter().map(button).collect_view()}
            <button
                type="button"
                class="views__one"
                aria-pressed=move || look.night.get().to_string()
                on:click=move |_| look.night.update(|night| *night = !*night)
            >
                {t!(configurator.night)}
            </button>
        </div>
    }
    .into_any()
}
