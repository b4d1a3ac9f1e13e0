//! Getting in: sign-in, forgotten passwords, invitations, and the first start.

pub mod api;
mod forgotten;
mod gate;
mod one_time_link;
mod password_input;
mod reset;
mod scene;
mod setup;
mod sign_in;

pub use forgotten::ForgottenPage;
pub use one_time_link::OneTimeLinkBox;
pub use password_input::PasswordInput;
pub use reset::ResetPage;
pub use setup::SetupPage;
pub use sign_in::SignInPage;
