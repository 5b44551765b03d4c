//! `replay`.

use std::io::Write;

use model::{DayRange, Points};
use report::replay::{Replay as Compared, Tally};
use serde_json::{Value, json};

use crate::app::App;
use crate::cli::{Format, Global, Replay};
use crate::output::{self, Rows};
use crate::{Usage, replay};

const KEYS: [&str; 9] =
    ["unit", "criterion", "lines_before", "lines_after", "gained", "lost", "changed", "points_before", "points_after"];
const HEADINGS: [&str; 9] = ["单位", "指标", "现有行数", "重放行数", "新增", "减少", "分值变化", "现计分", "重放计分"];
const LINE_KEYS: [&str; 9] = ["change", "unit", "criterion", "scope", "from", "to", "before", "after", "why"];
const LINE_HEADINGS: [&str; 9] = ["变化", "单位", "指标", "对象", "起", "止", "现计分", "重放计分", "依据"];

pub(super) async fn run(app: &App, global: &Global, args: &Replay, out: &mut dyn Write) -> anyhow::Result<()> {
    let days = DayRange::new(args.from, args.to)
        .ok_or_else(|| Usage(format!("--to（{}）早于 --from（{}）", args.to, args.from)))?;
    if args.rulebook.is_none() && args.counting.is_none() {
        return Err(Usage("请用 --rulebook 写明另一部规则，或用 --counting 写明另一种计数方式".to_owned()).into());
    }
    let book = match &args.rulebook {
        Some(name) => replay::rulebook(&global.config, name)?,
        None => app.config.rulebook.clone(),
    };
    let book = replay::counted(book, args.counting.map(Into::into));
    if let Some(why) = replay::too_impatient(&book, &app.config.fetch) {
        return Err(Usage(why).into());
    }
    let compared = replay::replay(app, &book, days).await?;
    match global.format {
        Format::Json => json(&book, days, app, &compared, out),
        _ if args.lines => lines(&compared).print(global.format, out),
        Format::Csv => table(&compared, false).print(Format::Csv, out),
        Format::Table => {
            writeln!(out, "{}至{}，现行：{}；重放：{}", days.first, days.last, app.config.rulebook.name, book.name)?;
            table(&compared, true).print(Format::Table, out)?;
            writeln!(out, "{}", closing(&compared, &book))?;
            Ok(())
        }
    }
}

fn cells(unit: &str, criterion: &str, t: &Tally) -> Vec<Value> {
    vec![
        json!(unit),
        json!(criterion),
        json!(t.lines_before),
        json!(t.lines_after),
        json!(t.gained),
        json!(t.lost),
        json!(t.changed),
        json!(t.before),
        json!(t.after),
    ]
}

/// A row for each unit and criterion; for people also the sums.
fn table(compared: &Compared, sums: bool) -> Rows<'static> {
    let mut rows: Vec<Vec<Value>> = vec![];
    for (unit, sum) in &compared.units {
        let own = compared.rows.iter().filter(|((u, _), _)| u == unit);
        rows.extend(own.map(|((u, criterion), t)| cells(u.as_str(), criterion.as_str(), t)));
        if sums {
            rows.push(cells(unit.as_str(), "小计", sum));
        }
    }
    if sums {
        rows.push(cells("合计", "", &compared.total));
    }
    Rows { keys: &KEYS, headings: &HEADINGS, rows }
}

fn lines(compared: &Compared) -> Rows<'static> {
    let rows = compared.lines.iter().map(|l| {
        vec![
            json!(l.change.label()),
            json!(l.unit),
            json!(l.criterion),
            json!(l.scope),
            json!(l.days.first),
            json!(l.days.last),
            json!(l.before),
            json!(l.after),
            json!(l.why),
        ]
    });
    Rows { keys: &LINE_KEYS, headings: &LINE_HEADINGS, rows: rows.collect() }
}

fn closing(compared: &Compared, book: &rules::Rulebook) -> String {
    let t = &compared.total;
    let mut text = format!(
        "新增 {} 行，减少 {} 行，分值变化 {} 行；合计由 {} 分变为 {} 分（{}）。无法判定的周期：现行 {} 个，重放 {} 个。",
        t.gained,
        t.lost,
        t.changed,
        t.before,
        t.after,
        t.difference().signed(),
        compared.unknown_before,
        compared.unknown_after
    );
    if compared.set_aside > 0 {
        text += &format!("\n已不予认定或已红冲的 {} 行，两边都不计。", compared.set_aside);
    }
    if t.after == Points::ZERO && t.lines_after > 0 {
        text += &format!("\n「{}」没有分值，只比较行数。", book.name);
    }
    text += "\n以上只比较系统判定的各行，不含人工登记的事项，也不计封顶；未写入任何数据。--lines 列出每一行。";
    text
}

fn json(book: &rules::Rulebook, days: DayRange, app: &App, c: &Compared, out: &mut dyn Write) -> anyhow::Result<()> {
    let tally = |unit: &str, criterion: Option<&str>, t: &Tally| {
        json!({
            "unit": unit, "criterion": criterion, "lines_before": t.lines_before, "lines_after": t.lines_after,
            "gained": t.gained, "lost": t.lost, "changed": t.changed, "points_before": t.before,
            "points_after": t.after, "difference": t.difference(),
        })
    };
    let rows = c.rows.iter().map(|((u, criterion), t)| tally(u.as_str(), Some(criterion.as_str()), t));
    let units = c.units.iter().map(|(u, t)| tally(u.as_str(), None, t));
    output::json(
        &json!({
            "from": days.first, "to": days.last,
            "before": app.config.rulebook.id, "after": book.id,
            "total": c.total, "unknown_before": c.unknown_before, "unknown_after": c.unknown_after,
            "set_aside": c.set_aside,
            "rows": rows.collect::<Vec<_>>(), "units": units.collect::<Vec<_>>(), "lines": c.lines,
        }),
        out,
    )
}
