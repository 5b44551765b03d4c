//! Pages whose rows are made by scripts: rendered by a Chromium that is installed on the machine.
//!
//! The browser has no network. Its proxy is a closed port, its resolver knows no name, and every request of the page is held
//! by the debugging protocol and answered with what our own [`fetch::Fetcher`] got: so robots.txt, the rate, the guard
//! against private addresses and all bounds hold for scripts too, and every answer is at hand as evidence. The protocol goes
//! over a pipe, so no port is opened; when this program dies the pipe closes, and the browser ends with it.
//!
//! Pictures, fonts and the like are refused at once, since no row depends on them. Whatever else does not come is told as a
//! [`Trouble`]: rows may be missing then, and nobody may conclude anything from what is not on the page.
//!
//! Refused here: what the page means (that is for `sites`), cookies, log-ins, whatever needs a person, and pages that only
//! want to know whether a browser stands behind the request.

mod answer;
mod browser;
mod error;
mod page;
mod pipe;
mod policy;
mod settings;

pub use browser::{Browser, find};
pub use error::RenderError;
pub use page::{Asked, Rendered, Trouble};
pub use settings::Settings;
