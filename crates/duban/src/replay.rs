//! The past again under another rulebook or way of counting. Nothing is written.

use std::collections::BTreeSet;
use std::path::Path;

use model::{CountingMode, DayRange, FindingState};
use report::replay::{Place, Replay};
use rules::{Rule, Rulebook};
use store::FindingFilter;

use crate::app::App;
use crate::config::Fetch;
use crate::judge::Known;
use crate::{Usage, config};

/// The rulebook that `name` means: a file, a file of that name among the configuration's rulebooks, or one that is shipped.
///
/// # Errors
/// [`Usage`] when there is none, or it holds mistakes.
pub fn rulebook(config_dir: &Path, name: &str) -> Result<Rulebook, Usage> {
    let configured = Path::new("rulebook").join(format!("{name}.toml"));
    let read = if Path::new(name).is_file() {
        config::read(Path::new(""), Path::new(name))
    } else if config_dir.join(&configured).is_file() {
        config::read(config_dir, &configured)
    } else if let Some(text) = rules::shipped(name) {
        Ok((text.to_owned(), format!("{name}.toml")))
    } else {
        return Err(Usage(format!(
            "找不到规则「{name}」：请写规则文件的路径，或 {} 下的文件名（不带 .toml），或自带的 zhongshan-2022、national-2019",
            config_dir.join("rulebook").display()
        )));
    };
    read.and_then(|(text, file)| rules::load(&text, &file)).map_err(|mistakes| {
        let list: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Usage(format!("规则有 {} 处错误：\n{}", list.len(), list.join("\n")))
    })
}

/// Why the way the sites are visited cannot serve a rulebook: who gives up sooner than the row allows would call pages
/// closed that open in time.
#[must_use]
pub fn too_impatient(book: &Rulebook, fetch: &Fetch) -> Option<String> {
    let waits = fetch.settings.timeout.as_secs();
    book.criteria.iter().find_map(|c| match &c.rule {
        Rule::Availability { timeout_seconds, .. } if waits < u64::from(*timeout_seconds) => Some(format!(
            "指标 {} 规定打开超过{timeout_seconds}秒才算打不开，而 [fetch] timeout_seconds 只有{waits}；请改为至少{timeout_seconds}",
            c.id
        )),
        _ => None,
    })
}

/// Judges what is known now by the present rulebook and by `other`, and holds the breaches whose windows end within
/// `days` against each other.
///
/// # Errors
/// When the store fails.
pub async fn replay(app: &App, other: &Rulebook, days: DayRange) -> anyhow::Result<Replay> {
    let known = Known::of(app, app.clock.now()).await?;
    let (before, after) = std::thread::scope(|both| {
        let before = both.spawn(|| known.judge(app, &app.config.rulebook));
        let after = known.judge(app, other);
        (before.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), after)
    });
    Ok(report::replay::compare(&before, &after, days, &spared(app, days).await?))
}

/// What people have dismissed or taken back: their word holds under every way of counting.
async fn spared(app: &App, days: DayRange) -> anyhow::Result<BTreeSet<Place>> {
    let mut spared = BTreeSet::new();
    for state in [FindingState::Dismissed, FindingState::Reversed] {
        let filter = FindingFilter {
            from: Some(days.first),
            to: Some(days.last),
            state: Some(state),
            ..FindingFilter::default()
        };
        let found = app.store.findings(&filter).await?;
        spared.extend(found.into_iter().map(|f| {
            let key = f.judgement.key;
            (key.criterion, key.scope, key.days)
        }));
    }
    Ok(spared)
}

/// The same table counted otherwise.
#[must_use]
pub fn counted(book: Rulebook, mode: Option<CountingMode>) -> Rulebook {
    match mode {
        Some(mode) => book.counted_by(mode),
        None => book,
    }
}
