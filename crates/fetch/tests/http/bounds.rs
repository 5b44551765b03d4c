//! Too much, too slow, too little.

use std::io::Write;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get as on_get;
use fetch::{Attempt, Came, Fetcher, Settings, Target};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use futures::StreamExt;
use model::Reason;

use crate::site::{Site, Then, get, raw, settings};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn with_head(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").as_bytes(), body].concat()
}

fn assert_too_large(attempt: &Attempt) {
    assert_eq!((attempt.came, attempt.status), (Came::Failed(Reason::TooLarge), Some(200)), "{}", attempt.detail);
    assert!(attempt.body.is_empty() && attempt.detail.contains("none kept"), "{}", attempt.detail);
}

#[tokio::test]
async fn a_body_of_just_the_bound_is_taken_and_one_byte_more_is_not() {
    let router = Router::new()
        .route("/just", on_get(|| async { vec![b'x'; 1 << 20] }))
        .route("/more", on_get(|| async { vec![b'x'; (1 << 20) + 1] }));
    let site = Site::open(router).await;
    let just = get(site.url("/just")).await;
    assert_eq!((just.came, just.body.len()), (Came::Body, 1 << 20));
    assert_too_large(&get(site.url("/more")).await);
}

#[tokio::test]
async fn an_announced_body_that_is_too_large_is_not_waited_for() {
    // It never comes, so only its announcement can end this.
    assert_too_large(&get(raw(with_head("Content-Length: 999999999999", b""), Then::Hang).await).await);
}

#[tokio::test]
async fn an_endless_body_ends_at_the_bound() {
    let endless = || async {
        let chunk = Bytes::from(vec![b'x'; 64 << 10]);
        Body::from_stream(futures::stream::repeat(chunk).map(Ok::<_, std::io::Error>))
    };
    let site = Site::open(Router::new().route("/", on_get(endless))).await;
    assert_too_large(&get(site.url("/")).await);
}

#[tokio::test]
async fn a_bomb_is_measured_after_decompression() {
    let bomb = gzip(&vec![b'0'; 64 << 20]);
    assert!(bomb.len() < 1 << 20, "the bomb itself is within the bound");
    let head = format!("Content-Encoding: gzip\r\nContent-Length: {}", bomb.len());
    assert_too_large(&get(raw(with_head(&head, &bomb), Then::Close).await).await);
}

#[tokio::test]
async fn a_compressed_page_comes_decompressed() {
    let page = "<li>督办</li>".repeat(1000);
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::best());
    deflate.write_all(page.as_bytes()).unwrap();
    // The second is not asked for, and read all the same.
    for (name, packed) in [("gzip", gzip(page.as_bytes())), ("deflate", deflate.finish().unwrap())] {
        let head = format!("Content-Encoding: {name}\r\nContent-Length: {}", packed.len());
        let attempt = get(raw(with_head(&head, &packed), Then::Close).await).await;
        assert_eq!((attempt.came, &attempt.body[..]), (Came::Body, page.as_bytes()), "{name}");
    }
}

#[tokio::test]
async fn what_broke_off_is_incomplete_and_kept() {
    let packed = gzip("<li>督办</li>".repeat(1000).as_bytes());
    for (what, answer, kept) in [
        ("short of its length", with_head("Content-Length: 100", b"<li>half"), &b"<li>half"[..]),
        ("chunks without end", with_head("Transfer-Encoding: chunked", b"8\r\n<li>half\r\n"), b"<li>half"),
        ("head only", b"HTTP/1.1 200 OK\r\nContent-Le".to_vec(), b""),
        ("nothing", Vec::new(), b""),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(), b""),
        ("chunk of no size", with_head("Transfer-Encoding: chunked", b"zz\r\n<li>half\r\n"), b""),
    ] {
        let attempt = get(raw(answer, Then::Close).await).await;
        assert_eq!(attempt.came, Came::Failed(Reason::Incomplete), "{what}: {}", attempt.detail);
        assert_eq!(&attempt.body[..], kept, "{what}");
        assert!(!attempt.detail.is_empty(), "{what}");
    }
    let head = "Content-Encoding: gzip\r\nConnection: close";
    let attempt = get(raw(with_head(head, &packed[..packed.len() - 20]), Then::Close).await).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Incomplete), "{}", attempt.detail);
}

#[tokio::test]
async fn what_comes_after_the_announced_length_is_not_ours() {
    let attempt = get(raw(with_head("Content-Length: 2", b"ok<script>more</script>"), Then::Close).await).await;
    assert_eq!((attempt.came, &attempt.body[..]), (Came::Body, &b"ok"[..]));
}

#[tokio::test]
async fn a_part_that_was_not_asked_for_is_incomplete() {
    let attempt = get(raw("HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\nok", Then::Close).await).await;
    assert_eq!(attempt.came, Came::Failed(Reason::Incomplete));
}

#[tokio::test]
async fn an_error_page_that_broke_off_still_says_its_status() {
    let answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 100\r\n\r\n<h1>gone";
    let attempt = get(raw(answer, Then::Close).await).await;
    assert_eq!((attempt.came, &attempt.body[..]), (Came::Failed(Reason::NotFound), &b"<h1>gone"[..]));
    assert!(!attempt.detail.is_empty());
}

#[tokio::test]
async fn what_never_ends_is_ended_by_the_time() {
    let fetcher = Fetcher::new(Settings { timeout: Duration::from_millis(300), ..settings() }).unwrap();
    // However slow this machine is, none of these can come to an end by itself.
    for (answer, then) in [
        (Vec::new(), Then::Hang),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ".to_vec(), Then::Drip),
        (with_head("Content-Length: 100000", b"<li>"), Then::Hang),
        (with_head("Connection: close", b"<li>"), Then::Drip),
    ] {
        let attempt = fetcher.get(&Target::new(raw(answer, then).await)).await;
        assert_eq!(attempt.came, Came::Failed(Reason::Timeout), "{}", attempt.detail);
        assert!(attempt.detail.contains("300ms"), "{}", attempt.detail);
    }
}

#[tokio::test]
async fn headers_without_end_are_no_answer() {
    let many = "X-Many: 1\r\n".repeat(100_000);
    let attempt = get(raw(format!("HTTP/1.1 200 OK\r\n{many}\r\nbody"), Then::Close).await).await;
    assert_eq!((attempt.came, attempt.status), (Came::Failed(Reason::Incomplete), None), "{}", attempt.detail);
}
