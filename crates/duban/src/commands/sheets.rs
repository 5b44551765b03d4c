//! `import register`, `export register`, `template register`: the registers as sheets.

use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use serde_json::json;
use sheets::write::{Form, csv, xlsx};
use store::RegisterFilter;

use super::{clock, load};
use crate::Usage;
use crate::app::App;
use crate::cli::{ExportRegister, Format, Global, ImportRegister, TemplateRegister};
use crate::output;
use crate::registers::forms::{self, Office};
use crate::registers::kind::Kind;
use crate::registers::{Beside, Handed, Outcome, import as enter};

pub(super) async fn import(
    app: &App,
    global: &Global,
    args: &ImportRegister,
    out: &mut dyn Write,
) -> anyhow::Result<()> {
    let file = &args.file;
    let most = sheets::Limits::default().bytes;
    let size = std::fs::metadata(file).with_context(|| format!("无法读取 {}", file.display()))?.len();
    if usize::try_from(size).map_or(true, |n| n > most) {
        return Err(Usage(format!("{} 超过 {} MiB，请拆成几个文件", file.display(), most >> 20)).into());
    }
    let bytes = std::fs::read(file).with_context(|| format!("无法读取 {}", file.display()))?;
    let name = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let folder = match file.parent() {
        Some(p) if p != Path::new("") => p,
        _ => Path::new("."),
    };
    let handed = Handed { name: &name, bytes: &bytes, beside: Beside::Folder(folder), by: &args.by };
    match enter(app, &handed, args.check).await? {
        Ok(outcome) => print(&outcome, args.check, global.format, out),
        Err(mistakes) => {
            let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
            if global.format == Format::Json {
                let cells = mistakes
                    .iter()
                    .map(|m| json!({ "cell": m.at.as_ref().map(ToString::to_string), "message": m.message }));
                output::json(&json!({ "mistakes": cells.collect::<Vec<_>>() }), out)?;
            }
            Err(Usage(format!("{name} 有 {} 处错误，全部未登记：\n{}", all.len(), all.join("\n"))).into())
        }
    }
}

fn print(outcome: &Outcome, dry: bool, format: Format, out: &mut dyn Write) -> anyhow::Result<()> {
    if format == Format::Json {
        let rows = outcome.rows.iter().map(|(cell, b)| json!({ "cell": cell, "result": b.word(), "said": b.said() }));
        return output::json(
            &json!({ "checked_only": dry, "rows": rows.collect::<Vec<_>>(), "notes": outcome.notes }),
            out,
        );
    }
    let changed = outcome.rows.iter().filter(|(_, b)| b.changes()).count();
    if dry {
        writeln!(out, "检查无误：{changed} 行将登记或更正，{} 行已有。尚未登记。", outcome.rows.len() - changed)?;
    } else {
        for (cell, became) in &outcome.rows {
            writeln!(out, "{cell}：{}", became.said())?;
        }
        match changed {
            _ if outcome.rows.is_empty() => writeln!(out, "表中没有登记行，没有改动。")?,
            0 => writeln!(out, "共 {} 行，均已登记过，没有改动。", outcome.rows.len())?,
            n => writeln!(out, "共 {} 行，登记或更正 {n} 行；将在关账时入账。", outcome.rows.len())?,
        }
    }
    for note in &outcome.notes {
        writeln!(out, "注意：{note}")?;
    }
    Ok(())
}

pub(super) async fn export(app: &App, args: &ExportRegister, out: &mut dyn Write) -> anyhow::Result<()> {
    let office = Office { book: &app.config.rulebook, units: &app.config.units };
    let (all, matters) = (app.store.register(&RegisterFilter::default()).await?, app.store.matters().await?);
    let now = app.clock.now();
    let kinds = args.kind.map_or_else(|| Kind::ALL.to_vec(), |k| vec![k]);
    let kept = kinds.into_iter().filter(|k| !k.rows(office.book).is_empty());
    let forms: Vec<Form> = kept.map(|k| forms::filled(office, k, &all, &matters, now)).collect();
    let rows: usize = forms.iter().map(|f| f.rows.len()).sum();
    let about = forms::about(&app.config.district.name, "登记表", now);
    save(&args.out, &forms, &about)?;
    Ok(writeln!(out, "已导出 {rows} 条有效登记：{}", args.out.display())?)
}

pub(super) fn template(global: &Global, args: &TemplateRegister, out: &mut dyn Write) -> anyhow::Result<()> {
    let config = load(&global.config)?;
    let now = clock(global).now();
    let office = Office { book: &config.rulebook, units: &config.units };
    if args.kind.rows(office.book).is_empty() {
        return Err(Usage(format!("考核细则中没有属于「{}」的指标", args.kind.title())).into());
    }
    let form = forms::template(office, args.kind, config.district.zone.day(now));
    let about = forms::about(&config.district.name, args.kind.title(), now);
    save(&args.out, &[form], &about)?;
    Ok(writeln!(out, "已生成：{}；填好后运行 duban import register {0} --by 姓名", args.out.display())?)
}

/// Writes the forms into a file that is not there yet, in the form that its name asks for.
fn save(path: &Path, forms: &[Form], about: &sheets::write::About) -> anyhow::Result<()> {
    let bytes = match (path.extension().and_then(|e| e.to_str()), forms) {
        (Some("xlsx"), _) => xlsx(forms, about)?,
        (Some("csv"), [form]) => csv(form).into_bytes(),
        (Some("csv"), _) => return Err(Usage("CSV 只能放一种登记：请写明哪一种，或导出为 .xlsx".to_owned()).into()),
        _ => return Err(Usage(format!("{} 应以 .xlsx 或 .csv 结尾", path.display())).into()),
    };
    let mut file = std::fs::File::create_new(path).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => Usage(format!("{} 已存在，请换一个文件名", path.display())).into(),
        _ => anyhow::Error::new(e).context(format!("无法写入 {}", path.display())),
    })?;
    file.write_all(&bytes).with_context(|| format!("无法写入 {}", path.display()))
}
