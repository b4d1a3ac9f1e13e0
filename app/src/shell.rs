//! What stands around the pages: navigation, bar, menus, and the states without a page.

mod desk_shell;
mod keys;
mod nav;
mod notice;
mod page;
mod preferences;
mod route_focus;
mod shop_shell;
mod user_menu;

pub use desk_shell::DeskShell;
pub use nav::NavItem;
pub use notice::{ChunkFailed, NotFound};
pub use page::Page;
pub use preferences::{Preferences, Theme, use_preferences};
pub use route_focus::RouteFocus;
pub use shop_shell::ShopShell;
pub use user_menu::{LanguageChoices, ThemeChoices, user_choices};
