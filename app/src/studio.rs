//! The product managers' studio: models and their versions, from the first draft into the shop.

mod about;
mod api;
mod cases;
mod cells;
mod check;
mod draft;
mod findings;
mod group;
mod history;
mod list;
mod new;
mod options;
mod outline;
mod page;
mod part;
mod preview;
mod prices;
mod publish;
mod rule;
mod sheet;
mod steps;
mod wording;

pub use list::ModelsPage;
pub use page::ModelPage;
