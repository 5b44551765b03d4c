//! Case files: what a finding rests on, gathered from the store, and checked with nothing but the files themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, bail};
use case::{bundle, digest, sums, warc};
use model::finding::QuotedLook;
use model::{EvidenceHash, Finding, LedgerLine, Moment};
use serde::{Deserialize, Serialize};
use store::{Capture, LedgerFilter, LookRecord};

use crate::app::App;

const ARCHIVE: &str = "evidence.warc.gz";
const RECORD: &str = "case.json";
const PAGE: &str = "finding.html";
const EXPLANATION: &str = "finding.json";

/// No file of a case that is checked is read further than this: it may come from anyone.
const LARGEST: u64 = 1 << 30;

/// The part of a case that programs read.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    finding: i64,
    key: String,
    verdict: String,
    made_at: Moment,
    pages: Vec<Page>,
    #[serde(default)]
    again: Vec<Again>,
    looks: Vec<QuotedLook>,
    ledger: Vec<LedgerLine>,
}

/// A saved page: where it was found and under which record of the archive it lies.
#[derive(Debug, Serialize, Deserialize)]
struct Page {
    asked: String,
    answered: String,
    fetched_at: Moment,
    status: u16,
    sha256: String,
    record: String,
    /// Redirects on the way, each `status address -> location`.
    #[serde(default)]
    hops: Vec<String>,
    /// The SHA-256 of the certificate that was shown, in DER.
    #[serde(default)]
    certificate: Option<String>,
}

/// A look that found a page unchanged: its record, and the page.
#[derive(Debug, Serialize, Deserialize)]
struct Again {
    look: i64,
    at: Moment,
    sha256: String,
    record: String,
    of: String,
}

/// The archive that is being made, and what is in it.
struct Archive {
    bytes: Vec<u8>,
    pages: Vec<Page>,
    again: Vec<Again>,
    certificates: BTreeSet<EvidenceHash>,
}

/// How a case file came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Saved pages.
    pub pages: usize,
    /// Looks that found one of them unchanged.
    pub again: usize,
}

/// Writes the case file of `finding` into the empty directory `out`, or as one ZIP file of that name.
///
/// # Errors
/// When the store fails, a saved page is missing or damaged, or the directory or file cannot be written.
pub async fn export(app: &App, finding: &Finding, out: &Path, zip: bool) -> anyhow::Result<Exported> {
    let key = &finding.judgement.key;
    let criterion = app
        .config
        .rulebook
        .criterion(&key.criterion)
        .with_context(|| format!("现行规则中没有指标 {}（发现出自规则 {}）", key.criterion, key.rulebook))?;
    let (text, json) = crate::letters::explained(app, finding, criterion).await?;
    let proof = &finding.judgement.proof;
    let looks: Vec<QuotedLook> = [&proof.before, &proof.within, &proof.after].into_iter().flatten().cloned().collect();
    let made_at = app.clock.now();
    let archive = Archive::of(app, &looks, made_at).await?;
    let all = app.store.lines(&LedgerFilter::default()).await?;
    let done = Exported { pages: archive.pages.len(), again: archive.again.len() };
    let html = page(finding.id, &text, &archive.pages, &archive.again);
    let record = Record {
        finding: finding.id,
        key: key.to_string(),
        verdict: finding.judgement.verdict.word().to_owned(),
        made_at,
        pages: archive.pages,
        again: archive.again,
        looks,
        ledger: chain_through(finding.id, &all),
    };
    let mut files = BTreeMap::from([
        (ARCHIVE.to_owned(), archive.bytes),
        (RECORD.to_owned(), serde_json::to_vec_pretty(&record)?),
        (EXPLANATION.to_owned(), json.into_bytes()),
        (PAGE.to_owned(), html.into_bytes()),
    ]);
    let list = sums::write(&files);
    files.insert(sums::NAME.to_owned(), list.into_bytes());
    if zip {
        write_zip(&files, out)?
    } else {
        write(&files, out)?
    }
    Ok(done)
}

impl Archive {
    /// The answers behind these looks, and a record for each look that found one of them again.
    async fn of(app: &App, looks: &[QuotedLook], made_at: Moment) -> anyhow::Result<Archive> {
        let about = [("software", concat!("duban/", env!("CARGO_PKG_VERSION"))), ("format", "WARC File Format 1.1")];
        let mut archive =
            Archive { bytes: warc::info(&about, made_at), pages: vec![], again: vec![], certificates: BTreeSet::new() };
        let (captures, unchanged) = captures(app, looks).await?;
        let mut bodies = BTreeMap::new();
        for capture in &captures {
            let body = match app.store.evidence(&capture.evidence).await? {
                Some(body) => body,
                None => bail!("{}", missing(app, &capture.evidence).await?),
            };
            bodies.insert(capture.id, body);
        }
        for capture in &captures {
            archive.add(app, capture, &bodies[&capture.id]).await?;
        }
        let ids: Vec<i64> = unchanged.keys().copied().collect();
        for record in app.store.looks(&ids).await? {
            let Some(capture) = unchanged.get(&record.look.id).and_then(|id| captures.iter().find(|c| c.id == *id))
            else {
                continue;
            };
            archive.found_again(&record, capture, &bodies[&capture.id]);
        }
        Ok(archive)
    }

    async fn add(&mut self, app: &App, capture: &Capture, body: &[u8]) -> anyhow::Result<()> {
        let response = response(capture, body);
        if let Some(asked) = &capture.asked {
            self.bytes.extend(warc::request(&response, asked));
        }
        self.bytes.extend(warc::response(&response));
        let hops: Vec<String> =
            capture.hops.iter().flatten().map(|h| format!("{} {} -> {}", h.status, h.url, h.location)).collect();
        let channel = capture.channel.to_string();
        let (look, page) = (capture.look_at.to_rfc3339(), capture.page.to_string());
        let mut about = vec![("channel", channel.as_str()), ("look", &look), ("page", &page), ("asked", &capture.url)];
        about.extend(hops.iter().map(|h| ("redirect", h.as_str())));
        let certificate = capture.certificate.as_ref().map(ToString::to_string);
        about.extend(certificate.iter().map(|c| ("certificate-sha256", c.as_str())));
        self.bytes.extend(warc::metadata(&response, &about));
        if let Some(hash) = capture.certificate.as_ref().filter(|h| self.certificates.insert((*h).clone())) {
            let der = app.store.certificate(hash).await?.with_context(|| {
                format!("数据库里没有第{}号留存所指的证书 {hash}：请先运行 duban doctor 检查数据库", capture.id)
            })?;
            let name = format!("urn:x-certificate:sha256:{hash}");
            self.bytes.extend(warc::resource(&name, capture.fetched_at, "application/pkix-cert", &der));
        }
        self.pages.push(Page {
            record: warc::response_id(&response),
            asked: capture.url.clone(),
            answered: capture.final_url.clone(),
            fetched_at: capture.fetched_at,
            status: capture.status,
            sha256: capture.evidence.to_string(),
            hops,
            certificate,
        });
        Ok(())
    }

    fn found_again(&mut self, record: &LookRecord, capture: &Capture, body: &[u8]) {
        let status = record.status.unwrap_or(0);
        let pair = |name: &str, value: &Option<String>| value.as_ref().map(|v| (name.to_owned(), v.clone()));
        let headers: Vec<(String, String)> =
            [pair("etag", &record.etag), pair("last-modified", &record.last_modified)].into_iter().flatten().collect();
        let original = response(capture, body);
        let revisit = warc::Revisit {
            url: &record.url,
            at: record.look.at,
            same: if status == 304 { warc::Same::NotModified } else { warc::Same::Identical },
            status,
            headers: &headers,
            original: &original,
        };
        self.bytes.extend(warc::revisit(&revisit));
        self.again.push(Again {
            look: record.look.id,
            at: record.look.at,
            sha256: capture.evidence.to_string(),
            record: warc::revisit_id(&revisit),
            of: warc::response_id(&original),
        });
    }
}

fn response<'a>(capture: &'a Capture, body: &'a [u8]) -> warc::Response<'a> {
    warc::Response {
        url: &capture.final_url,
        at: capture.fetched_at,
        status: capture.status,
        headers: &capture.headers,
        body,
    }
}

/// Why a body is not there, and what to do.
async fn missing(app: &App, hash: &EvidenceHash) -> anyhow::Result<String> {
    Ok(match app.store.pruned_at(hash).await? {
        Some(at) => format!("存证 {hash} 的正文已于 {} 按保存期限清理，案卷无法齐全", app.zone().local(at)),
        None => format!("存证 {hash} 不在库中；请用 duban doctor 检查数据库，必要时从备份恢复"),
    })
}

/// The answers behind these looks, each once: all pages of a look that read, the page that an unchanged one found again;
/// and which look found which answer unchanged.
async fn captures(app: &App, looks: &[QuotedLook]) -> anyhow::Result<(Vec<Capture>, BTreeMap<i64, i64>)> {
    let mut found: BTreeMap<i64, Capture> = BTreeMap::new();
    let mut unchanged: BTreeMap<i64, i64> = BTreeMap::new();
    for look in looks {
        let behind = app.store.answers_behind(&look.channel, look.at, look.evidence.as_ref()).await?;
        if let Some(hash) = look.evidence.as_ref().filter(|h| behind.own.iter().all(|c| c.evidence != **h)) {
            let first = behind.again.iter().find(|c| c.evidence == *hash);
            let first =
                first.with_context(|| format!("{} 的检查 {} 所依据的存证 {hash} 不在库中", look.channel, look.look))?;
            unchanged.insert(look.look, first.id);
        }
        // What a list of several pages was is told by all of them.
        found.extend(behind.own.into_iter().chain(behind.again).map(|c| (c.id, c)));
    }
    Ok((found.into_values().collect(), unchanged))
}

/// The lines of the finding and all between them, so that the chain from the charge to its last reversal can be recomputed.
fn chain_through(finding: i64, all: &[LedgerLine]) -> Vec<LedgerLine> {
    let charges = model::Charges::of(all);
    let about = |l: &LedgerLine| match l.line.source {
        model::LineSource::ReversalOf(seq) => charges.finding(seq) == Some(finding),
        _ => charges.finding(l.seq) == Some(finding),
    };
    let Some(first) = all.iter().position(about) else { return vec![] };
    let last = all.iter().rposition(about).unwrap_or(first);
    all[first..=last].to_vec()
}

fn write(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(out).with_context(|| format!("无法建立目录 {}", out.display()))?;
    if std::fs::read_dir(out)?.next().is_some() {
        bail!("目录 {} 不是空的；请用 --out 另选一个", out.display());
    }
    let put = |name: &str, bytes: &[u8]| {
        let path = out.join(name);
        std::fs::write(&path, bytes).with_context(|| format!("无法写入 {}", path.display()))
    };
    // The list of checksums last: a case that breaks off half-way has none, and is refused.
    for (name, bytes) in files.iter().filter(|(name, _)| *name != sums::NAME) {
        put(name, bytes)?;
    }
    files.get(sums::NAME).map_or(Ok(()), |list| put(sums::NAME, list))
}

fn write_zip(files: &BTreeMap<String, Vec<u8>>, out: &Path) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut file = std::fs::File::options()
        .write(true)
        .create_new(true)
        .open(out)
        .with_context(|| format!("无法建立 {}（已存在的文件不覆盖；请用 --out 另取文件名）", out.display()))?;
    let written = file.write_all(&bundle::write(files)).and_then(|()| file.sync_all());
    if written.is_err() {
        std::fs::remove_file(out).ok();
    }
    written.with_context(|| format!("无法写入 {}", out.display()))
}

/// The page that a person reads. Everything in it is text: nothing of a saved page is shown as HTML.
fn page(finding: i64, text: &str, pages: &[Page], again: &[Again]) -> String {
    let rows: String = pages
        .iter()
        .map(|p| {
            let way = if p.hops.is_empty() { "无".to_owned() } else { p.hops.join("；") };
            let certificate = p.certificate.clone().unwrap_or_else(|| "无".to_owned());
            let at = p.fetched_at.to_rfc3339();
            let cells = [at, p.status.to_string(), p.answered.clone(), way, certificate, p.sha256.clone()];
            let cells: String = cells.iter().map(|c| format!("<td>{}</td>", escaped(c))).collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    let same: String =
        again.iter().map(|a| format!("<li>检查 {}（{}）：{}</li>\n", a.look, a.at.to_rfc3339(), a.sha256)).collect();
    let same = if same.is_empty() { same } else { format!("<h2>页面无变化的检查</h2>\n<ul>{same}</ul>\n") };
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>发现 {finding} 案卷</title>\n\
         <style>body{{font-family:sans-serif;max-width:64em;margin:2em auto}}pre{{white-space:pre-wrap}}\
         td,th{{border:1px solid #999;padding:.2em .5em;word-break:break-all}}table{{border-collapse:collapse}}</style>\n\
         </head><body>\n<pre>{}</pre>\n<h2>存证页面（内容在 {ARCHIVE} 中）</h2>\n\
         <table><tr><th>取得时刻（UTC）</th><th>状态码</th><th>网址</th><th>跳转</th><th>证书 SHA-256</th><th>SHA-256</th></tr>\n{rows}</table>\n\
         {same}<p>校验：<code>duban verify 本目录</code>，或 <code>sha256sum -c {}</code> 与 <code>warcio check {ARCHIVE}</code>。</p>\n\
         </body></html>\n",
        escaped(text),
        sums::NAME
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// What a sound case file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// The finding.
    pub finding: i64,
    /// Saved pages, each with the fingerprint that the finding names.
    pub pages: usize,
    /// Ledger lines whose chain holds.
    pub lines: usize,
}

/// Checks a case file by itself: the list of files, every record of the archive, the fingerprint of each page, that no
/// page a look rests on is missing, and the chain of the ledger lines.
///
/// # Errors
/// What does not hold.
pub fn verify(dir: &Path) -> anyhow::Result<Sound> {
    let (list, files) = read(dir)?;
    sums::check(&list, &files).map_err(|unlike| {
        let told: Vec<String> = unlike.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", told.join("；"))
    })?;
    let file = |name: &str| files.get(name).with_context(|| format!("案卷中没有 {name}"));
    let record: Record = serde_json::from_slice(file(RECORD)?).with_context(|| format!("{RECORD} 无法识别"))?;
    let archived = archived(file(ARCHIVE)?)?;
    let mut bodies = BTreeSet::new();
    for page in &record.pages {
        if archived.get(&page.record) != Some(&page.sha256) {
            bail!("{} 的存证与所记指纹 {} 不符", page.answered, page.sha256);
        }
        bodies.insert(page.sha256.as_str());
    }
    for again in &record.again {
        if archived.get(&again.record) != Some(&again.of) || archived.get(&again.of) != Some(&again.sha256) {
            bail!("检查 {} 的“无变化”记录与其页面 {} 不符", again.look, again.sha256);
        }
    }
    for look in &record.looks {
        if let Some(hash) = look.evidence.as_ref().filter(|h| !bodies.contains(h.as_str())) {
            bail!("检查 {}（{}）所依据的存证 {hash} 不在案卷中", look.look, look.channel);
        }
    }
    chain_holds(&record.ledger)?;
    Ok(Sound { finding: record.finding, pages: record.pages.len(), lines: record.ledger.len() })
}

/// The SHA-256 of each answer in the archive, by the name of its record; of a look that found an answer again, the name
/// of that answer's record.
fn archived(archive: &[u8]) -> anyhow::Result<BTreeMap<String, String>> {
    let records = warc::read(archive)?;
    let named = records.iter().filter_map(|r| {
        let holds = match r.header("WARC-Type")? {
            "response" => digest::sha256(r.payload()?),
            "revisit" => r.header("WARC-Refers-To")?.to_owned(),
            _ => return None,
        };
        Some((r.header("WARC-Record-ID")?.to_owned(), holds))
    });
    Ok(named.collect())
}

/// The lines follow one another, and each is what was hashed. What came before the first is not in the case.
fn chain_holds(lines: &[LedgerLine]) -> anyhow::Result<()> {
    for line in lines {
        if line.hash != scoring::hash(line.seq, &line.line, line.posted_at, &line.previous) {
            bail!("台账第 {} 号与其指纹不符（该行被改动过）", line.seq);
        }
    }
    for pair in lines.windows(2) {
        if pair[1].seq != pair[0].seq + 1 || pair[1].previous != pair[0].hash {
            bail!("台账第 {} 号与前一行不相连", pair[1].seq);
        }
    }
    Ok(())
}

/// The list of checksums and the files that it is of, from a directory or a ZIP file.
fn read(case: &Path) -> anyhow::Result<(String, BTreeMap<String, Vec<u8>>)> {
    let mut files = if case.is_file() { read_zip(case)? } else { read_dir(case)? };
    let list = files.remove(sums::NAME).with_context(|| format!("案卷中没有校验清单 {}", sums::NAME))?;
    Ok((String::from_utf8(list).with_context(|| format!("{} 不是文本", sums::NAME))?, files))
}

fn read_zip(file: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let size = std::fs::metadata(file).with_context(|| format!("无法读取案卷 {}", file.display()))?.len();
    if size > LARGEST {
        bail!("案卷 {} 过大", file.display());
    }
    Ok(bundle::read(&std::fs::read(file)?, LARGEST)?)
}

fn read_dir(dir: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let listed = std::fs::read_dir(dir).with_context(|| format!("无法读取案卷目录 {}", dir.display()))?;
    for entry in listed {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !entry.file_type()?.is_file() || entry.metadata()?.len() > LARGEST {
            bail!("案卷中的 {name} 不是普通文件，或过大");
        }
        files.insert(name, std::fs::read(entry.path())?);
    }
    Ok(files)
}
