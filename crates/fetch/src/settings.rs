//! How politely, how long and how much.

use std::time::Duration;

use reqwest::header::HeaderValue;

use crate::cidr::Cidr;

/// The bounds that every request keeps to.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is sent as `User-Agent`. Its first word up to a `/` is the name by which robots.txt may address us.
    pub user_agent: String,
    /// Requests per second and host (with its port). From 1000 on nothing waits: rehearsals and benchmarks.
    pub per_host_per_second: f64,
    /// Hosts that want longer between two requests, by name, with how long. Where nothing waits, they do not either.
    pub apart: Vec<(String, Duration)>,
    /// The longest that one attempt may be on the wire, with all its redirects and the whole body. Waiting for one's
    /// turn at a host does not count.
    pub timeout: Duration,
    /// The longest that connecting may take, with the TLS handshake.
    pub connect_timeout: Duration,
    /// The largest body in bytes, counted after decompression.
    pub max_body: usize,
    /// How many redirects are followed.
    pub max_redirects: usize,
    /// Private networks that may be asked nevertheless: rehearsals and intranets.
    pub allow_private: Vec<Cidr>,
    /// Whether robots.txt is asked for and obeyed.
    pub respect_robots: bool,
    /// How long a robots.txt is remembered.
    pub robots_lifetime: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            user_agent: "duban".to_owned(),
            per_host_per_second: 2.0,
            apart: [("api.weixin.qq.com", 200), ("mp.weixin.qq.com", 20_000), ("m.weibo.cn", 30_000)]
                .map(|(host, ms)| (host.to_owned(), Duration::from_millis(ms)))
                .to_vec(),
            timeout: Duration::from_secs(20),
            connect_timeout: Duration::from_secs(10),
            max_body: 8 << 20,
            max_redirects: 5,
            allow_private: Vec::new(),
            respect_robots: true,
            robots_lifetime: Duration::from_secs(24 * 60 * 60),
        }
    }
}

/// Why no fetcher can be made of these settings.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The user agent cannot stand in a header.
    #[error("user_agent「{0}」不能用作请求头：请只用可见的英文字符，例如 duban (office@example.gov.cn)")]
    UserAgent(String),
    /// The rate is no positive number.
    #[error("per_host_per_second = {0} 无效：请填写不小于 0.001 的数，例如 2.0")]
    Rate(f64),
    /// A bound of zero would let nothing through.
    #[error("{0} 不能为零：请填写大于零的数")]
    Zero(&'static str),
    /// The HTTP client could not be built.
    #[error("无法启动网络组件（{0}）：请检查系统证书和网络设置")]
    Client(String),
}

impl Settings {
    /// # Errors
    /// The first setting that lets no request be made.
    pub(crate) fn check(&self) -> Result<(), FetchError> {
        let visible = self.user_agent.bytes().all(|b| (b' '..=b'~').contains(&b));
        if !visible || self.user_agent.trim().is_empty() || HeaderValue::from_str(&self.user_agent).is_err() {
            return Err(FetchError::UserAgent(self.user_agent.clone()));
        }
        if self.per_host_per_second.is_nan() || self.per_host_per_second < 0.001 {
            return Err(FetchError::Rate(self.per_host_per_second));
        }
        let zero = [
            ("timeout", self.timeout.is_zero()),
            ("connect_timeout", self.connect_timeout.is_zero()),
            ("max_body", self.max_body == 0),
        ];
        zero.into_iter().find(|(_, is_zero)| *is_zero).map_or(Ok(()), |(name, _)| Err(FetchError::Zero(name)))
    }

    /// How long is kept between two requests to `host`, where that is longer than for others.
    pub(crate) fn apart(&self, host: Option<&str>) -> Option<Duration> {
        self.apart.iter().find(|(name, _)| Some(name.as_str()) == host).map(|(_, apart)| *apart)
    }

    /// The name that a robots.txt calls us by.
    pub(crate) fn robots_name(&self) -> &str {
        self.user_agent.trim().split(['/', ' ']).next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_work_is_refused_with_advice() {
        for (settings, expected) in [
            (Settings { user_agent: "督办".into(), ..Settings::default() }, "user_agent"),
            (Settings { user_agent: "a\r\nb: c".into(), ..Settings::default() }, "user_agent"),
            (Settings { user_agent: "  ".into(), ..Settings::default() }, "user_agent"),
            (Settings { per_host_per_second: 0.0, ..Settings::default() }, "per_host_per_second"),
            (Settings { per_host_per_second: f64::NAN, ..Settings::default() }, "per_host_per_second"),
            (Settings { max_body: 0, ..Settings::default() }, "max_body"),
            (Settings { timeout: Duration::ZERO, ..Settings::default() }, "timeout"),
        ] {
            let said = settings.check().unwrap_err().to_string();
            assert!(said.contains(expected) && said.contains("请"), "{said}");
        }
        assert!(Settings::default().check().is_ok());
    }

    #[test]
    fn platforms_are_asked_slowly() {
        let s = Settings::default();
        assert_eq!(s.apart(Some("mp.weixin.qq.com")), Some(Duration::from_secs(20)));
        assert_eq!(s.apart(Some("m.weibo.cn")), Some(Duration::from_secs(30)));
        assert_eq!((s.apart(Some("example.gov.cn")), s.apart(None)), (None, None));
    }

    #[test]
    fn robots_know_us_by_the_first_word() {
        for (agent, name) in [("duban (a@b.cn)", "duban"), ("Duban/1.2 (x)", "Duban"), ("duban", "duban")] {
            assert_eq!(Settings { user_agent: agent.into(), ..Settings::default() }.robots_name(), name);
        }
    }
}
