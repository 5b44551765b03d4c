//! Case files: what a finding rests on, gathered from the store, and checked with nothing but the files themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, bail};
use case::{digest, sums, warc};
use model::finding::QuotedLook;
use model::{EvidenceHash, Finding, LedgerLine, Moment};
use serde::{Deserialize, Serialize};
use store::{Capture, LedgerFilter};

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
}

/// Writes the case file of `finding` into the empty directory `out`; tells how many pages it holds.
///
/// # Errors
/// When the store fails, a saved page is missing or damaged, or the directory cannot be written.
pub async fn export(app: &App, finding: &Finding, out: &Path) -> anyhow::Result<usize> {
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
    let about = [("software", concat!("duban/", env!("CARGO_PKG_VERSION"))), ("format", "WARC File Format 1.1")];
    let mut archive = warc::info(&about, made_at);
    let mut pages = vec![];
    for capture in captures(app, &looks).await? {
        let body = app.store.evidence(&capture.evidence).await?;
        let body = body.with_context(|| format!("存证 {} 不在库中", capture.evidence))?;
        let response = warc::Response {
            url: &capture.final_url,
            at: capture.fetched_at,
            status: capture.status,
            headers: &capture.headers,
            body: &body,
        };
        archive.extend(warc::response(&response));
        pages.push(Page {
            record: warc::response_id(&response),
            asked: capture.url,
            answered: capture.final_url,
            fetched_at: capture.fetched_at,
            status: capture.status,
            sha256: capture.evidence.to_string(),
        });
    }
    let all = app.store.lines(&LedgerFilter::default()).await?;
    let count = pages.len();
    let html = page(finding.id, &text, &pages);
    let record = Record {
        finding: finding.id,
        key: key.to_string(),
        verdict: finding.judgement.verdict.word().to_owned(),
        made_at,
        pages,
        looks,
        ledger: chain_through(finding.id, &all),
    };
    let files = BTreeMap::from([
        (ARCHIVE.to_owned(), archive),
        (RECORD.to_owned(), serde_json::to_vec_pretty(&record)?),
        (EXPLANATION.to_owned(), json.into_bytes()),
        (PAGE.to_owned(), html.into_bytes()),
    ]);
    write(&files, out)?;
    Ok(count)
}

/// The answers behind these looks, each once: all pages of a look that read, the page that an unchanged one found again.
async fn captures(app: &App, looks: &[QuotedLook]) -> anyhow::Result<Vec<Capture>> {
    let mut found: BTreeMap<i64, Capture> = BTreeMap::new();
    for look in looks {
        let own = app.store.captures_of(&look.channel, look.at).await?;
        let holds = |hash: &EvidenceHash| own.iter().any(|c| c.evidence == *hash);
        if let Some(hash) = look.evidence.as_ref().filter(|h| !holds(h)) {
            let first = app.store.capture_of_body(&look.channel, hash).await?;
            let first =
                first.with_context(|| format!("{} 的检查 {} 所依据的存证 {hash} 不在库中", look.channel, look.look))?;
            found.insert(first.id, first);
        }
        found.extend(own.into_iter().map(|c| (c.id, c)));
    }
    Ok(found.into_values().collect())
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
    for (name, bytes) in files {
        put(name, bytes)?;
    }
    put(sums::NAME, sums::write(files).as_bytes())
}

/// The page that a person reads. Everything in it is text: nothing of a saved page is shown as HTML.
fn page(finding: i64, text: &str, pages: &[Page]) -> String {
    let rows: String = pages
        .iter()
        .map(|p| {
            let cells = [p.fetched_at.to_rfc3339(), p.status.to_string(), p.answered.clone(), p.sha256.clone()];
            let cells: String = cells.iter().map(|c| format!("<td>{}</td>", escaped(c))).collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>发现 {finding} 案卷</title>\n\
         <style>body{{font-family:sans-serif;max-width:64em;margin:2em auto}}pre{{white-space:pre-wrap}}\
         td,th{{border:1px solid #999;padding:.2em .5em;word-break:break-all}}table{{border-collapse:collapse}}</style>\n\
         </head><body>\n<pre>{}</pre>\n<h2>存证页面（内容在 {ARCHIVE} 中）</h2>\n\
         <table><tr><th>取得时刻（UTC）</th><th>状态码</th><th>网址</th><th>SHA-256</th></tr>\n{rows}</table>\n\
         <p>校验：<code>duban verify 本目录</code>，或 <code>sha256sum -c {}</code> 与 <code>warcio check {ARCHIVE}</code>。</p>\n\
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
    for look in &record.looks {
        if let Some(hash) = look.evidence.as_ref().filter(|h| !bodies.contains(h.as_str())) {
            bail!("检查 {}（{}）所依据的存证 {hash} 不在案卷中", look.look, look.channel);
        }
    }
    chain_holds(&record.ledger)?;
    Ok(Sound { finding: record.finding, pages: record.pages.len(), lines: record.ledger.len() })
}

/// The SHA-256 of each answer in the archive, by the name of its record.
fn archived(archive: &[u8]) -> anyhow::Result<BTreeMap<String, String>> {
    let records = warc::read(archive)?;
    let named =
        records.iter().filter_map(|r| Some((r.header("WARC-Record-ID")?.to_owned(), digest::sha256(r.payload()?))));
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

fn read(dir: &Path) -> anyhow::Result<(String, BTreeMap<String, Vec<u8>>)> {
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
    let list = files.remove(sums::NAME).with_context(|| format!("案卷中没有校验清单 {}", sums::NAME))?;
    Ok((String::from_utf8(list).with_context(|| format!("{} 不是文本", sums::NAME))?, files))
}
