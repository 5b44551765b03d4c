//! Prints a small archive, which `.ci/warc` has other tools read.

use std::io::Write as _;

use case::warc::{self, Response};

fn main() -> std::io::Result<()> {
    let at = model::Moment::default();
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let page =
        [header("content-type", "text/html; charset=gb18030"), header("etag", "\"a\r\nb\""), header("x-say", "钟山区")];
    let mut out = std::io::stdout().lock();
    out.write_all(&warc::info(&[("software", "duban"), ("format", "WARC File Format 1.1")], at))?;
    let mut put = |url, status, headers: &[(String, String)], body: &[u8]| {
        out.write_all(&warc::response(&Response { url, at, status, headers, body }))
    };
    put("http://www.example.gov.cn/gzdt/", 200, &page, b"<html>\xd6\xd3\xc9\xbd\r\n\r\n</html>")?;
    put("http://www.example.gov.cn/gzdt/?a=1&b=\u{8bf4}", 503, &[], b"")?;
    put("https://www.example.gov.cn:8443/x.json", 200, &[], &[0u8; 70_000])?;
    put("http://[::1]/", 404, &page, b"WARC/1.1\r\nContent-Length: 9\r\n\r\n")?;
    Ok(())
}
