//! Prints a small archive, which `.ci/warc` has other tools read.

use std::io::Write as _;

use case::warc::{self, Response, Revisit, Same};

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
    let first = Response {
        url: "http://www.example.gov.cn/gzdt/",
        at,
        status: 200,
        headers: &page,
        body: b"<html>\xd6\xd3\xc9\xbd\r\n\r\n</html>",
    };
    let asked = [header("user-agent", "duban"), header("if-none-match", "\"a\"")];
    out.write_all(&warc::request(&first, &asked))?;
    let about = [("via", "http://example.gov.cn/"), ("hopsFromSeed", "R"), ("channel", "jyj/gzdt")];
    out.write_all(&warc::metadata(&first, &about))?;
    out.write_all(&warc::resource("urn:x-certificate:sha256:00", at, "application/pkix-cert", b"\x30\x00"))?;
    for (days, same, status) in [(1, Same::NotModified, 304), (2, Same::Identical, 200)] {
        let at = at + chrono::TimeDelta::days(days);
        out.write_all(&warc::revisit(&Revisit { url: first.url, at, same, status, headers: &page, original: &first }))?;
    }
    Ok(())
}
