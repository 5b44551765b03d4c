//! Why a page could not be rendered.

/// Why a page could not be rendered. The words are for the system's keeper.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// No browser is installed.
    #[error("没有找到 Chromium：请安装（Debian：apt install chromium），或在 [browser] program 中写明它的路径")]
    NotInstalled,
    /// The browser cannot lock itself in as root.
    #[error(
        "以 root 运行时 Chromium 不能启用自身的沙箱，因此没有启动：请用普通用户运行 duban；确要如此，在 [browser] 中写 sandbox = false"
    )]
    Root,
    /// The browser did not start.
    #[error("浏览器没有启动（{0}）：请核对 [browser] 设置，并手工运行一次该程序")]
    Start(String),
    /// The browser ended, or said what cannot be understood.
    #[error("浏览器中途退出或应答异常（{0}）")]
    Broken(String),
    /// The page went on and on, or it had an endless loop.
    #[error("页面在 {0} 秒内没有渲染完")]
    Endless(u64),
    /// The page is larger than the bound.
    #[error("渲染后的页面超过大小上限")]
    TooLarge,
}

impl RenderError {
    /// Whether the page is to blame, not the browser.
    #[must_use]
    pub fn is_of_page(&self) -> bool {
        matches!(self, RenderError::Endless(_) | RenderError::TooLarge)
    }
}
