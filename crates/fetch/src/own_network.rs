//! Is our own line up? Reference hosts tell, before anybody else is judged.

use futures::StreamExt;
use futures::stream;
use tokio::time::timeout;

use crate::address;
use crate::fetcher::{Fetcher, Inner};

/// So many reference hosts are asked at once.
const AT_ONCE: usize = 8;

/// How many reference hosts answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OwnNetwork {
    /// So many gave an answer, whatever it was.
    pub reached: usize,
    /// So many were asked.
    pub asked: usize,
}

impl OwnNetwork {
    /// Hosts were asked and none answered: the fault may well be on this side.
    #[must_use]
    pub fn seems_down(self) -> bool {
        self.asked > 0 && self.reached == 0
    }
}

impl Fetcher {
    /// Knocks at each reference: an address, or a bare host that is then asked by https. Any HTTP answer counts, an error
    /// page or a redirect too; a failed connection, a refused certificate or a time-out does not. References keep to the
    /// limits and the guard as all do; robots.txt is not asked, since nothing is read.
    pub async fn own_network(&self, references: &[String]) -> OwnNetwork {
        let knocks = references.iter().map(|reference| self.inner.knock(reference));
        let answered = stream::iter(knocks).buffer_unordered(AT_ONCE);
        let reached = answered.filter(|answered| std::future::ready(*answered)).count().await;
        OwnNetwork { reached, asked: references.len() }
    }
}

impl Inner {
    async fn knock(&self, reference: &str) -> bool {
        let text = if reference.contains("://") { reference.to_owned() } else { format!("https://{reference}/") };
        let Ok(url) = address::parse(&text) else { return false };
        if self.guard.check_literal(&url).is_err() {
            return false;
        }
        self.pace.turn(&address::host_key(&url), None, None).await;
        let asking = self.client.head(url).send();
        timeout(self.settings.timeout, asking).await.is_ok_and(|answer| answer.is_ok())
    }
}
